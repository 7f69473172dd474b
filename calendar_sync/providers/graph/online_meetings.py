"""Online meetings of Outlook: their link, and the block they live by (contract §3.1, §3.10).

Exchange writes a block with the link under the text of an event, and ends the meeting once a body
comes without it; there is no other way to end one. So the block is no part of our description:
it is cut off what is read, and put back under what is written. Pure.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from typing import Any

from ...engine.conferences import is_wish, place_and_link
from ...engine.event import Conference, ConferenceKind
from ...engine.properties import Properties
from . import wire

TEAMS = "teamsForBusiness"

_RULE = re.compile(r"_{20,}")
_OPENED = re.compile(r"(?:<(?:div|p|span|font)\b[^<>]*>\s*)+$", re.IGNORECASE)
_CLOSED = re.compile(r"\s*</(?:div|p|span|font)>", re.IGNORECASE)
_BREAKS = re.compile(r"(?:\s|<br\s*/?>)+$", re.IGNORECASE)


def place_of(item: wire.Event, *, is_own: bool) -> tuple[str, Conference | None]:
    """The location of an item, and where to join. `is_own`: its owner has asked for the meeting."""
    text = (item.get("location") or {}).get("displayName") or ""
    return place_and_link(text, _room(item, is_own=is_own))


def _room(item: wire.Event, *, is_own: bool) -> Conference | None:
    """Flagged without a link: it comes later, to the organizer; a guest waits for nothing."""
    if not item.get("isOnlineMeeting"):
        return None
    url, info = join_url(item), item.get("onlineMeeting") or {}
    provider = (item.get("onlineMeetingProvider") or "").lower()
    teams = provider in {TEAMS.lower(), "unknown", ""}
    if not url:
        return Conference(ConferenceKind.TEAMS, "") if is_own and teams else None
    kind = ConferenceKind.TEAMS if teams else ConferenceKind.ADDON
    return Conference(kind, url, _number(info))


def join_url(item: wire.Event) -> str:
    """Empty where there is none, or not yet; older meetings have it elsewhere."""
    info = item.get("onlineMeeting") or {}
    return info.get("joinUrl") or item.get("onlineMeetingUrl") or ""


def _number(info: wire.OnlineMeetingInfo) -> str:
    free, phones = info.get("tollFreeNumbers") or [], filter(None, info.get("phones") or [])
    numbers = [info.get("tollNumber"), *free, *(phone.get("number") for phone in phones)]
    number = next(filter(None, numbers), "") or ""
    pin = info.get("conferenceId")
    return f"{number}, ID {pin}" if number and pin else number


def asked(values: Properties) -> dict[str, Any]:
    """What turns a meeting on; nothing turns it off but its body."""
    if not is_wish("conference", values.get("conference")):
        return {}
    return {"isOnlineMeeting": True, "onlineMeetingProvider": TEAMS}


def needs_reading(keys: Collection[str], values: Properties) -> bool:
    """Whether a write has to know the item as it stands: it touches the block, or the place."""
    conference = values.get("conference")
    has_room = isinstance(conference, list) and bool(conference[1])
    return "conference" in keys or ("description" in keys and has_room)


def adapted(
    body: dict[str, Any], keys: Collection[str], values: Properties, item: wire.Event
) -> dict[str, Any]:
    """A body for this item: the block stays under the text, or goes with the meeting."""
    written, url = dict(body), join_url(item)
    stays = "conference" not in keys or bool(asked(values))
    place = (item.get("location") or {}).get("displayName") or ""
    if "location" not in keys and written.get("location") == {"displayName": place}:
        del written["location"]
    if not url:
        return written
    own, block = parted((item.get("body") or {}).get("content") or "", url)
    if not stays:
        written.setdefault("body", {"contentType": "html", "content": own})
    elif "body" in written:
        text = written["body"]["content"]
        written["body"] = {"contentType": "html", "content": text + (block or _plain_block(url))}
    return written


def parted(page: str, url: str) -> tuple[str, str]:
    """A text without the block that holds the link, and that block; "" if there is none.

    The block stands between two lines of underscores; the second may be missing.
    """
    at = next((at for link in (html.escape(url), url) if (at := page.find(link)) >= 0), -1)
    before = [rule for rule in _RULE.finditer(page) if rule.end() <= at]
    if at < 0 or not before:
        return page, ""
    opened = _OPENED.search(page, 0, before[-1].start())
    start = opened.start() if opened else before[-1].start()
    after = _RULE.search(page, at)
    end = _behind(page, after.end(), opened[0] if opened else "") if after else _foot(page)
    head = _BREAKS.sub("", page[:start])
    return head + page[end:], page[len(head) : end]


def _behind(page: str, end: int, opened: str) -> int:
    """Behind the tags that close what was opened before the first line."""
    for _ in range(opened.count("<")):
        closed = _CLOSED.match(page, end)
        end = closed.end() if closed else end
    return end


def _foot(page: str) -> int:
    """Where a text ends: before the end of its page."""
    foot = re.search(r"</body", page, re.IGNORECASE)
    return foot.start() if foot else len(page)


def _plain_block(url: str) -> str:
    link = html.escape(url)
    return f'<div>{"_" * 80}</div><div><a href="{link}">{link}</a></div><div>{"_" * 80}</div>'
