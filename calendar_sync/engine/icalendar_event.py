"""What one VEVENT says, as an `Event` (RFC 5545 §3.6.1, RFC 7986 §5). Pure.

Lines that no field stands for are kept in `Event.unknown` as they are. Left out: the parts of an
event but for VALARM, data that is attached itself, and what an alarm or a guest says beyond ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from icalendar.parser import split_on_unescaped_comma

from .event import (
    Alarm,
    AlarmAction,
    Attachment,
    Attendee,
    Availability,
    Classification,
    Conference,
    ConferenceKind,
    Event,
    Importance,
    Organizer,
    PartStat,
    Role,
    Status,
    UserType,
    instant,
    normalized_address,
    sorted_attendees,
)
from .icalendar_lines import Component, Line, body_of, fragment_of, unescaped
from .icalendar_times import ALL_DAY, RULES, Clock, Unreadable, length_of
from .occurrences import zone_of
from .recurrence import UnreadableRecurrence, moment_of
from .timezones import UTC

BUSY_STATUS = "X-MICROSOFT-CDO-BUSYSTATUS"
MEET, TEAMS = "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL"
NUM_GUESTS, RESPONSE_COMMENT = "X-NUM-GUESTS", "X-RESPONSE-COMMENT"
HTML = frozenset({"X-ALT-DESC", "STYLED-DESCRIPTION"})
"""Outlook's, and RFC 9073 §6.5."""

_KNOWN = frozenset(
    {
        *("UID", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", *RULES),
        *("SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "TRANSP", "CLASS", "URL"),
        "PRIORITY",
        *("ORGANIZER", "ATTENDEE", "CATEGORIES", "COLOR", "ATTACH", "CONFERENCE"),
        *("SEQUENCE", "CREATED", "LAST-MODIFIED", BUSY_STATUS, MEET, TEAMS, *HTML, *ALL_DAY),
        *("BEGIN", "END"),
    }
)

AVAILABILITY = {
    "FREE": Availability.FREE,
    "TENTATIVE": Availability.TENTATIVE,
    "BUSY": Availability.BUSY,
    "OOF": Availability.OUT_OF_OFFICE,
    "WORKINGELSEWHERE": Availability.WORKING_ELSEWHERE,
}
_ROLES = {"OPT-PARTICIPANT": Role.OPTIONAL, "NON-PARTICIPANT": Role.OPTIONAL}
_USER_TYPES = {"GROUP": UserType.GROUP, "ROOM": UserType.ROOM, "RESOURCE": UserType.ROOM}
_ACTIONS = {
    "DISPLAY": AlarmAction.DISPLAY,
    "AUDIO": AlarmAction.DISPLAY,
    "EMAIL": AlarmAction.EMAIL,
}
_HOSTS = {
    "meet.google.com": ConferenceKind.MEET,
    "teams.microsoft.com": ConferenceKind.TEAMS,
    "teams.live.com": ConferenceKind.TEAMS,
}
_MINUTE = timedelta(minutes=1)
_BLANK = re.compile(r"<[a-zA-Z!/][^<>]*>|&nbsp;|\s")
"""What says nothing in HTML."""
_Word = TypeVar("_Word", bound=Enum)


def event_of(part: Component, clock: Clock) -> Event:
    """The values of a VEVENT; what it leaves out has its default. Raises Unreadable."""
    start, end = clock.span(part)
    organizer = _organizer(part.line("ORGANIZER"))
    guests = map(_attendee, part.all("ATTENDEE"))
    hosts = {organizer.address} if organizer else set()
    event = Event(
        start=start,
        end=end,
        summary=part.text("SUMMARY"),
        description=_description(part),
        location=part.text("LOCATION"),
        status=_word(part.value("STATUS"), Status.CONFIRMED),
        availability=_availability(part),
        classification=_classification(part.value("CLASS")),
        organizer=organizer,
        attendees=sorted_attendees(guest for guest in guests if guest.address not in hosts),
        url=part.value("URL"),
        conference=_conference(part),
        categories=tuple(sorted(set(_categories(part)))),
        colour=part.value("COLOR"),
        attachments=_attachments(part),
        importance=_importance(number(part.value("PRIORITY"))),
        sequence=number(part.value("SEQUENCE")),
        created=_stamp(part.value("CREATED")),
        updated=_stamp(part.value("LAST-MODIFIED")),
        unknown=tuple(line.text for line in part.lines if is_unknown(line)),
    )
    return replace(event, alarms=_alarms(part, event))


def is_unknown(line: Line) -> bool:
    """Whether no field stands for a line; a guest without an address stays a line too."""
    return line.name not in _KNOWN or (line.name == "ATTENDEE" and not _address(line))


def _word(text: str, otherwise: _Word) -> _Word:
    """The member of that name, which we write in lower case."""
    try:
        return type(otherwise)(text.lower())
    except ValueError:
        return otherwise


def _classification(text: str) -> Classification:
    """A word that nobody knows hides as PRIVATE does (§3.8.1.3)."""
    return _word(text, Classification.PRIVATE) if text else Classification.DEFAULT


def _importance(priority: int) -> Importance:
    """1 to 4 are high, 6 to 9 low, as CUAs with three levels have it (§3.8.1.9); 0 is undefined."""
    if priority in range(1, 5):
        return Importance.HIGH
    return Importance.LOW if priority in range(6, 10) else Importance.NORMAL


def _availability(part: Component) -> Availability:
    told = AVAILABILITY.get(part.value(BUSY_STATUS).upper())
    free = part.value("TRANSP").upper() == "TRANSPARENT"
    return told or (Availability.FREE if free else Availability.BUSY)


def _description(part: Component) -> str:
    """Its HTML if it has one, as Outlook (X-ALT-DESC) and Thunderbird (ALTREP) say it."""
    line = part.line("DESCRIPTION")
    texts = [
        unescaped(each.value)
        for each in part.lines
        if each.name in HTML and each.parameter("FMTTYPE").lower() == "text/html"
    ]
    kind, _, data = (line.parameter("ALTREP") if line else "").partition(",")
    if kind.lower().startswith("data:text/html") and "base64" not in kind.lower():
        texts.append(unquote(data))
    plain = fragment_of(unescaped(line.value)) if line else ""
    fragments = (body_of(text) for text in texts)
    return next((each for each in fragments if not plain or _BLANK.sub("", each)), plain)


def _address(line: Line) -> str:
    """Normalized; empty where the line names none that mail reaches."""
    for text in (line.value.strip(), line.parameter("EMAIL").strip()):
        is_mail = text.lower().startswith("mailto:")
        if "@" in text and (is_mail or not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|/", text)):
            return normalized_address(text[7:] if is_mail else text)
    return ""


def _organizer(line: Line | None) -> Organizer | None:
    address = _address(line) if line else ""
    return Organizer(address, line.parameter("CN").strip()) if line and address else None


def _attendee(line: Line) -> Attendee:
    return Attendee(
        _address(line),
        line.parameter("CN").strip(),
        _ROLES.get(line.parameter("ROLE").upper(), Role.REQUIRED),
        _USER_TYPES.get(line.parameter("CUTYPE").upper(), UserType.INDIVIDUAL),
        _word(line.parameter("PARTSTAT"), PartStat.NEEDS_ACTION),
        line.parameter(RESPONSE_COMMENT),
        number(line.parameter(NUM_GUESTS)),
    )


def _conference(part: Component) -> Conference | None:
    urls, phones = [], []
    for line in part.all("CONFERENCE"):
        scheme, _, rest = line.value.strip().partition(":")
        if scheme.lower() == "tel":
            phones.append(unquote(rest))
        else:
            urls.append(line.value.strip())
    phone = phones[0] if phones else ""
    for name, kind in ((MEET, ConferenceKind.MEET), (TEAMS, ConferenceKind.TEAMS)):
        if url := part.value(name):
            return Conference(kind, url, phone)
    if not urls and not phone:
        return None
    url = urls[0] if urls else ""
    return Conference(_kind(url), url, phone)


def _kind(url: str) -> ConferenceKind:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    return _HOSTS.get(host, ConferenceKind.OTHER)


def _categories(part: Component) -> Iterator[str]:
    for line in part.all("CATEGORIES"):
        yield from filter(None, map(str.strip, split_on_unescaped_comma(line.value)))


def _attachments(part: Component) -> tuple[Attachment, ...]:
    """Links; what lies in the text itself, or in the mail around it, is none."""
    found: dict[str, Attachment] = {}
    for line in part.all("ATTACH"):
        uri = line.value.strip()
        inline = line.parameter("VALUE").upper() == "BINARY" or line.parameter("ENCODING")
        if not inline and uri and not uri.lower().startswith(("cid:", "data:")):
            name = line.parameter("FILENAME") or line.parameter("X-FILENAME")
            found.setdefault(uri, Attachment(uri, name, line.parameter("FMTTYPE")))
    return tuple(found.values())


def _alarms(part: Component, event: Event) -> tuple[Alarm, ...] | None:
    """None if none is said; ACTION:NONE says that there is none, as Apple and Google write it."""
    parts = [each for each in part.parts if each.name == "VALARM"]
    found = {alarm for each in parts if (alarm := _alarm(each, event))}
    silent = any(each.value("ACTION").upper() == "NONE" for each in parts)
    return tuple(sorted(found)) if found or silent else None


def _alarm(part: Component, event: Event) -> Alarm | None:
    """None for what is no whole number of minutes from the start, or an action of another kind."""
    action, trigger = _ACTIONS.get(part.value("ACTION").upper()), part.line("TRIGGER")
    before = _before(trigger, event) if trigger else None
    if action is None or before is None or before % _MINUTE:
        return None
    return Alarm(before // _MINUTE, action)


def _before(trigger: Line, event: Event) -> timedelta | None:
    """How long before the start, which for a moment must be one itself."""
    start = instant(event.start)
    if trigger.parameter("VALUE").upper() == "DATE-TIME":
        at = _stamp(trigger.value)
        return start - at if at and zone_of(event.start) else None
    try:
        after = sum(length_of(trigger.value), timedelta())
    except Unreadable:
        return None
    if trigger.parameter("RELATED").upper() == "END":
        after += instant(event.end) - start
    return -after


def number(text: str) -> int:
    """A count; 0 for what is none, or no real one."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text.strip()) else 0


def _stamp(text: str) -> datetime | None:
    """A moment in UTC (§3.8.7); one that does not say so is meant to be."""
    try:
        when = moment_of(text.strip().upper())
    except UnreadableRecurrence:
        return None
    return when.replace(tzinfo=UTC) if isinstance(when, datetime) else None
