"""The link of a meeting as people read and choose it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from calendar_sync.actions.feed import EventDetail
from calendar_sync.actions.meeting_links import ROOM, Choices, MeetingLink
from calendar_sync.engine.conferences import VENDORS

PASTED, ADDON = "link", "addon"


def link_choices(choices: Choices, chosen: str) -> list[tuple[str, str]]:
    """What the form offers; what is chosen already stays on offer."""
    offered = [("", "No link")]
    if choices.vendor:
        offered.append((choices.vendor, choices.vendor_label))
    if choices.room:
        offered.append((ROOM, "Our room"))
    offered.append((PASTED, "Paste a link…"))
    if chosen not in dict(offered):
        label = MeetingLink(chosen).label or "Video call of the calendar"
        offered.append((chosen, label))
    return offered


def chosen_link(link: MeetingLink) -> tuple[str, str]:
    """What the form shows as chosen, and the address beside it."""
    if link.kind in VENDORS or link.kind == ADDON:
        return link.kind, ""
    return (PASTED, link.url) if link.url else ("", "")


def link_facts(detail: EventDetail, *, is_late: bool) -> Mapping[str, Any]:
    """Where to join, for popover and page; only https is a link to be followed."""
    link = detail.meeting_link
    opens = link.url.startswith("https://")
    return {
        "url": link.url if opens else "",
        "text": link.label or (urlsplit(link.url).hostname if opens else link.url) or "",
        "phone": link.phone,
        "state": link.state,
        "trouble": link_trouble(link, is_late=is_late) if detail.is_mine else "",
    }


def link_trouble(link: MeetingLink, *, is_late: bool) -> str:
    """Why there is no link, and what to do."""
    if link.state == "refused":
        return (
            "Your calendar's provider made no video room: this account may not make any, or it "
            "failed. Choose another link, or none."
        )
    if link.state == "requested" and is_late:
        return (
            f"{link.label} was asked for a link more than an hour ago, and there is none yet. "
            "It may still come; you can choose another."
        )
    return ""
