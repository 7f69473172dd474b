"""Events of Microsoft Graph as calendar objects, and back. Pure; contract §3.

Reading never guesses: an item whose time cannot be told is `Unreadable`, with a reason. Writing
says exactly the properties that are asked for, since every other one may mail guests.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from ...engine.conferences import place_with_link
from ...engine.errors import Rejected
from ...engine.event import (
    Attendee,
    Availability,
    CalendarObject,
    Classification,
    Event,
    Importance,
    Organizer,
    Override,
    PartStat,
    Role,
    Status,
    UserType,
    When,
    normalized_address,
    sorted_attendees,
    when_from_text,
)
from ...engine.identity import canonical_uid
from ...engine.properties import ATTENDEE, Properties, addresses, object_of
from ...engine.sync import ETag, Href, Resource
from ...engine.timezones import UTC
from . import personal, rights, wire
from .online_meetings import asked, join_url, parted, place_of
from .patterns import pattern_of
from .recurrence import Unreadable, moment_of, original_date, rules
from .zones import delivered_zone, end_zone, own_zone, written_zone

_ANSWERS = {
    "accepted": PartStat.ACCEPTED,
    "tentativelyaccepted": PartStat.TENTATIVE,
    "declined": PartStat.DECLINED,
    "notresponded": PartStat.NEEDS_ACTION,
}
_SHOWN_AS = {
    Availability.FREE: "free",
    Availability.TENTATIVE: "tentative",
    Availability.BUSY: "busy",
    Availability.OUT_OF_OFFICE: "oof",
    Availability.WORKING_ELSEWHERE: "workingElsewhere",
}
_AVAILABILITY = {shown.lower(): each for each, shown in _SHOWN_AS.items()}
_SENSITIVITY = {
    "personal": Classification.PRIVATE,
    "private": Classification.PRIVATE,
    "confidential": Classification.CONFIDENTIAL,
}
MOST_GUESTS = 500
_BODY = re.compile(r"<body[^>]*>(.*)</body", re.DOTALL | re.IGNORECASE)
_NOTHING = re.compile(r"(?:</?(?:div|p|span|font|br)\b[^>]*>|&nbsp;|\s)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Whose copies are read: normalized addresses, the main one first.

    `zone` stands in where an item names no zone that anybody knows (see zones.py). A calendar that
    somebody shares with us is read as its owner's: not `is_own`.
    """

    addresses: tuple[str, ...] = ()
    zone: ZoneInfo | None = None
    is_own: bool = True
    writable: bool = True


def resource(item: wire.Event, mailbox: Mailbox, exceptions: Iterable[Override] = ()) -> Resource:
    """A single event or a series master as read. Raises Unreadable."""
    said = event(item, mailbox)
    is_series = item.get("type") == "seriesMaster"
    lines = rules(item.get("recurrence") or {}, said.start) if is_series else ()
    uid = canonical_uid(item.get("iCalUId") or item.get("uid") or "") or item["id"]
    overrides = {override.recurrence_id: override for override in exceptions}
    return Resource(
        Href(item["id"]),
        ETag(item.get("@odata.etag") or f'W/"{item.get("changeKey") or ""}"'),
        CalendarObject(uid, said, lines, tuple(overrides.values())),
        organized_by_owner=mailbox.is_own and _is_organized_by_owner(item, mailbox),
        modified=moment_of(item.get("lastModifiedDateTime")),
        creation_key=_mark(item),
        read_only=_read_only(said, mailbox),
    )


def _read_only(said: Event, mailbox: Mailbox) -> str:
    """Why we never write this item; empty if we may.

    Private items of others come without their details (Q26); a meeting in a calendar that somebody
    shares is his: what is written there would be in his name.
    """
    if not mailbox.writable:
        return "no_write_access"
    if mailbox.is_own:
        return ""
    if said.classification is not Classification.DEFAULT:
        return "details_hidden"
    return "" if said.organizer is None else "shared"


def override(item: wire.Event, mailbox: Mailbox, master: Event) -> Override:
    """An exception of the series of `master`; a cancelled date has no event. Raises Unreadable."""
    when = original_date(item, master.start)
    return Override(when, None if item.get("isCancelled") else event(item, mailbox))


def body(keys: Collection[str], values: Properties, mailbox: Mailbox) -> dict[str, Any]:
    """The JSON that makes the properties `keys`, and no others, what `values` says.

    The time of a series and its pattern go together (§6). What is said of its dates is left out.
    One guest's key writes the list of all guests: arrays replace (contract §3.7). Answers and the
    organizer are never written. Raises Rejected for what Graph cannot say.
    """
    written: dict[str, Any] = {}
    for key in keys:
        value = values.get(key)
        if key == "when":
            written.update(_times(value))
        elif key == "summary":
            written["subject"] = value or ""
        elif key == "description":
            written["body"] = {"contentType": "html", "content": value or ""}
        elif key in ("location", "conference"):
            place = place_with_link(values, moved="conference" in keys)
            written["location"] = {"displayName": place}
        elif key == "availability":
            written["showAs"] = _SHOWN_AS[Availability(value or "busy")]
        elif key == "classification":
            written["sensitivity"] = value if str(value) in _SENSITIVITY else "normal"
        elif key == "importance":
            written["importance"] = value or Importance.NORMAL.value
        elif key in rights.HOLDS:
            written.update(rights.written(key, value))
        elif key == "status" and value == Status.CANCELLED.value:
            raise Rejected("cancelled_by_deletion")
    written |= personal.body(keys, values)
    if any(key.startswith(ATTENDEE) for key in keys):
        written["attendees"] = _guests(values, mailbox)
    if "conference" in keys:
        written.update(asked(values))
    if "recurrence" in keys or ("when" in keys and values.get("recurrence")):
        written["recurrence"] = _recurrence(values)
    return written


def event(item: wire.Event, mailbox: Mailbox) -> Event:
    """What an item says, alone. Raises Unreadable."""
    start, end = _span(item, mailbox)
    organizer = _organizer(item)
    guests = _attendees(item, mailbox, organizer)
    # Every item names an organizer here; without guests nothing is organized (RFC 5545 §3.8.4.3).
    is_own = _is_organized_by_owner(item, mailbox)
    alone = not guests and is_own
    location, conference = place_of(item, is_own=is_own)
    return Event(
        start=start,
        end=end,
        summary=item.get("subject") or "",
        description=_description(item.get("body") or {}, join_url(item)),
        location=location,
        conference=conference,
        status=Status.CANCELLED if item.get("isCancelled") else Status.CONFIRMED,
        availability=_availability(item),
        classification=_SENSITIVITY.get(
            (item.get("sensitivity") or "").lower(), Classification.DEFAULT
        ),
        organizer=None if alone else organizer,
        attendees=guests,
        rights=rights.rights_of(item),
        importance=_importance(item),
        alarms=personal.alarms(item),
        categories=personal.categories(item),
    )


def _importance(item: wire.Event) -> Importance:
    """A word that nobody knows is none of ours: as it is never written, it stays there."""
    said = (item.get("importance") or "").lower()
    return next((each for each in Importance if each.value == said), Importance.NORMAL)


def _availability(item: wire.Event) -> Availability:
    """An invitation without a yes shows as tentative by itself: nobody's choice, and it blocks."""
    shown = _AVAILABILITY.get((item.get("showAs") or "").lower(), Availability.BUSY)
    response = ((item.get("responseStatus") or {}).get("response") or "").lower()
    derived = response in {"notresponded", "tentativelyaccepted"}
    return Availability.BUSY if shown is Availability.TENTATIVE and derived else shown


def _span(item: wire.Event, mailbox: Mailbox) -> tuple[When, When]:
    """Dates of an all-day event; else moments, told on the clock of the item's own zone."""
    given = item.get("start") or {}, item.get("end") or {}
    if item.get("isAllDay"):
        first, last = (_wall(value).date() for value in given)
        return first, max(last, first + timedelta(days=1))
    start, end = (_wall(value).replace(tzinfo=delivered_zone(value)) for value in given)
    own = own_zone(item, mailbox.zone)
    own_end = end_zone(item, own)
    if item.get("type") == "seriesMaster":  # every one of its dates is told on that clock
        return start.astimezone(own).replace(fold=0), end.astimezone(own_end)
    return _on_clock(start, own), _on_clock(end, own_end)


def _wall(value: wire.DateTimeTimeZone) -> datetime:
    """`2026-12-01T09:00:00.0000000` without its seven digits of a second."""
    try:
        wall = datetime.fromisoformat((value.get("dateTime") or "")[:19])
    except ValueError:
        raise Unreadable("no_time") from None
    if wall.year not in wire.YEARS:
        raise Unreadable("time_out_of_range")
    return wall.replace(tzinfo=None)


def _on_clock(moment: datetime, own: ZoneInfo) -> datetime:
    """In the repeated hour of autumn a wall clock is ambiguous: such a moment is told in UTC."""
    local = moment.astimezone(own)
    return moment.astimezone(UTC) if local.fold else local


def _description(given: wire.ItemBody, joined: str) -> str:
    """The fragment inside Exchange's page, with plain line ends (contract §3.10).

    Without the block of the online meeting that is `joined` there.
    """
    content = (given.get("content") or "").replace("\r\n", "\n")
    content = parted(content, joined)[0] if joined else content
    if (given.get("contentType") or "").lower() == "text":
        return "<br>\n".join(map(html.escape, content.rstrip("\n").split("\n")))
    page = _BODY.search(content)
    fragment = (page[1] if page else content).strip()
    return "" if _NOTHING.fullmatch(fragment) else fragment


def _address(row: wire.Recipient) -> str:
    """Normalized; also a legacy X.500 name; empty where the directory knows nobody."""
    return normalized_address((row.get("emailAddress") or {}).get("address") or "")


def _name(row: wire.Recipient) -> str:
    return (row.get("emailAddress") or {}).get("name") or ""


def _organizer(item: wire.Event) -> Organizer | None:
    row = item.get("organizer") or {}
    address = _address(row)
    return Organizer(address, _name(row)) if address else None


def _is_organized_by_owner(item: wire.Event, mailbox: Mailbox) -> bool:
    """Neither the flag nor the address is enough: imports lose one, aliases hide the other."""
    organizer = _organizer(item)
    return bool(item.get("isOrganizer")) or not organizer or organizer.address in mailbox.addresses


def _attendees(
    item: wire.Event, mailbox: Mailbox, organizer: Organizer | None
) -> tuple[Attendee, ...]:
    """The guests without the organizer; on a guest's copy his own answer is `responseStatus`."""
    hosts = {organizer.address} if organizer else set()
    own = None
    if _is_organized_by_owner(item, mailbox):
        hosts.update(mailbox.addresses)
    else:
        own = _answer(item.get("responseStatus"))
    rows = {}
    for row in filter(None, item.get("attendees") or []):
        address, response = _address(row), (row.get("status") or {}).get("response")
        if address and address not in hosts and response != "organizer":
            rows[address] = _attendee(address, row)
    if own is not None and mailbox.addresses:
        mine = next((address for address in mailbox.addresses if address in rows), "")
        address = mine or mailbox.addresses[0]  # invited through a list, or by forwarding
        rows[address] = replace(rows.get(address, Attendee(address)), partstat=own)
    return sorted_attendees(rows.values())


def _attendee(address: str, row: wire.Attendee) -> Attendee:
    kind = (row.get("type") or "").lower()
    return Attendee(
        address,
        _name(row),
        Role.OPTIONAL if kind == "optional" else Role.REQUIRED,
        UserType.ROOM if kind == "resource" else UserType.INDIVIDUAL,
        _answer(row.get("status")) or PartStat.NEEDS_ACTION,
        proposed=rights.proposal_of(row),
    )


def _answer(status: wire.ResponseStatus | None) -> PartStat | None:
    """None for what is no guest's answer: `organizer`, `none`, nothing."""
    return _ANSWERS.get(((status or {}).get("response") or "").lower())


def _mark(item: wire.Event) -> str:
    marks = filter(None, item.get("singleValueExtendedProperties") or ())
    said = ((mark.get("id") or "", mark.get("value") or "") for mark in marks)
    return next((value for name, value in said if name.lower() == wire.MARK.lower()), "")


def _times(value: object) -> dict[str, Any]:
    if not isinstance(value, list):
        raise Rejected("no_time")
    start, end = (when_from_text(text) for text in value)
    return {
        "start": _written_time(start),
        "end": _written_time(end),
        "isAllDay": not isinstance(start, datetime),
    }


def _recurrence(values: Properties) -> wire.PatternedRecurrence | None:
    """None: a series no more. Raises Rejected."""
    lines = values.get("recurrence")
    if not isinstance(lines, list):
        return None
    return pattern_of(lines, object_of("", {"when": values["when"]}).event.start)


def _written_time(when: When) -> dict[str, str]:
    """Wall clock and the name of its zone (contract §3.5)."""
    if not isinstance(when, datetime):
        return {"dateTime": f"{when.isoformat()}T00:00:00", "timeZone": "UTC"}
    if not isinstance(when.tzinfo, ZoneInfo):
        raise Rejected("floating_time")
    wall = when.replace(tzinfo=None).isoformat(timespec="seconds")
    return {"dateTime": wall, "timeZone": written_zone(when.tzinfo)}


def _guests(values: Properties, mailbox: Mailbox) -> list[dict[str, Any]]:
    """All guests; the owner does not invite himself. Raises Rejected for too many (§8.1)."""
    rows: list[dict[str, Any]] = []
    guests = addresses(values) - set(mailbox.addresses)
    if len(guests) > MOST_GUESTS:
        raise Rejected("too_many_guests")
    for address in sorted(guests):
        name, role, user_type = cast("list[str]", values[ATTENDEE + address])
        kind = "optional" if role == Role.OPTIONAL.value else "required"
        kind = "resource" if user_type == UserType.ROOM.value else kind
        email = {"address": address, **({"name": name} if name else {})}
        rows.append({"type": kind, "emailAddress": email})
    return rows
