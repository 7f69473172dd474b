"""Online meetings: whether the calendar allows them, their link and block (contract 3.1, 3.10, 10).

Nothing here is ever refused: what a calendar does not allow is ignored in silence (Q19).
"""

import html
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from .bodies import stored
from .mailbox import Item, Mailbox, OnlineMeeting

NAMES = frozenset({"isOnlineMeeting", "onlineMeetingProvider"})
PROVIDERS = ("unknown", "skypeForBusiness", "skypeForConsumer", "teamsForBusiness")
PERSONAL_SINCE = datetime(2026, 9, 21, tzinfo=UTC)
"""Before, personal mailboxes ignored the flag (contract 3.1)."""
_RULE = f"<div>{'_' * 80}</div>"
_BLOCK = (
    f"\r\n<br>\r\n{_RULE}\r\n<div>Microsoft Teams meeting</div>\r\n"
    f'<div>Join: <a href="{{url}}">{{url}}</a></div>\r\n{_RULE}'
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a mailbox allows at a moment."""

    providers: tuple[str, ...] = ()
    personal: bool = False
    at_once: bool = True
    tenant: str = ""


def offer(mailbox: Mailbox, tenant: str, delay: int, now: datetime) -> Offer:
    allowed = tuple(name for name in mailbox.meeting_providers if name != "unknown")
    if mailbox.personal and now < PERSONAL_SINCE:
        allowed = ()
    return Offer(allowed, mailbox.personal, at_once=not delay, tenant=tenant)


def apply(item: Item, body: Mapping[str, Any], terms: Offer) -> None:
    """Turns a meeting on where it is asked for; off only by a body that has lost its block.

    `item` has the plain values and the new body already; what was asked for is corrected.
    """
    meeting = item.online
    asked = item.values["isOnlineMeeting"]
    if meeting is not None and "body" in body and meeting.ready:
        kept = meeting.join_url in html.unescape(item.body)
        meeting = meeting if kept else None
        asked = asked and kept
    if meeting is None and asked:
        meeting = _made(item.values["onlineMeetingProvider"], terms)
        if meeting is not None and meeting.ready:
            item.body = with_block(item.body, meeting)
    _put(item, meeting)


def _put(item: Item, meeting: OnlineMeeting | None) -> None:
    item.online = meeting
    item.values["isOnlineMeeting"] = meeting is not None
    item.values["onlineMeetingProvider"] = "unknown" if meeting is None else meeting.provider


def _made(provider: str, terms: Offer) -> OnlineMeeting | None:
    """Without a provider the calendar's first one is taken."""
    if not terms.providers:
        return None
    chosen = terms.providers[0] if provider == "unknown" else provider
    if chosen not in terms.providers:
        return None
    return OnlineMeeting(_join_url(terms), chosen, terms.at_once)


def _join_url(terms: Offer) -> str:
    if terms.personal:
        number, code = secrets.randbelow(10**13), secrets.token_hex(8)
        return f"https://teams.live.com/meet/{number:013d}?p={code}"
    thread = quote(f"19:meeting_{uuid.uuid4().hex}@thread.v2", safe="")
    return f"https://teams.microsoft.com/l/meetup-join/{thread}/0?tid={terms.tenant}"


def with_block(page: str, meeting: OnlineMeeting) -> str:
    """The body with the block that people join by at its end."""
    block = _BLOCK.format(url=html.escape(meeting.join_url))
    if not page:
        return stored("html", block)
    before, end, after = page.rpartition("</body>")
    return f"{before}{block}\r\n{end}{after}"


def late(mailbox: Mailbox, now: datetime, delay: int) -> list[Item]:
    """Gives the items whose link comes now their link and block, and returns them."""
    ready_by, done = now - timedelta(seconds=delay), []
    for serial in sorted(mailbox.waiting):
        item = mailbox.items.get(serial)
        if item is not None and item.modified > ready_by:
            continue
        mailbox.waiting.discard(serial)
        for each in [item, *item.overrides.values()] if item is not None else ():
            if each.online is not None and not each.online.ready:
                each.online = replace(each.online, ready=True)
                each.body = with_block(each.body, each.online)
        if item is not None:
            done.append(item)
    return done


def shown(meeting: OnlineMeeting | None) -> dict[str, Any] | None:
    """`onlineMeetingInfo`; null as long as there is no link."""
    if meeting is None or not meeting.ready:
        return None
    return {
        "tollFreeNumbers": [],
        "tollNumber": None,
        "conferenceId": None,
        "phones": [],
        "quickDial": None,
        "joinUrl": meeting.join_url,
    }
