"""Calendar objects as iCalendar text (RFC 5545, RFC 7986). Pure; `icalendar` reads it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from urllib.parse import quote

from icalendar.parser import Contentline, Contentlines
from icalendar.parser.parameter import param_value
from icalendar.prop import vDuration

from .event import (
    Alarm,
    AlarmAction,
    Attachment,
    Attendee,
    Availability,
    CalendarObject,
    Classification,
    ConferenceKind,
    Event,
    Importance,
    When,
)
from .icalendar_event import (
    AVAILABILITY,
    BUSY_STATUS,
    MEET,
    NUM_GUESTS,
    RESPONSE_COMMENT,
    TEAMS,
    is_unknown,
)
from .icalendar_lines import cleaned, escaped, fragment_of, line_of, text_of_fragment
from .icalendar_times import TZID
from .icalendar_zones import lines_of
from .occurrences import like
from .recurrence import moment_text
from .timezones import UTC, UnknownTimeZone, zone

_HEAD = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Calendar Sync//Calendar Sync//EN",
    "CALSCALE:GREGORIAN",
)

AHEAD = 30
"""Years after its last event for which a zone of the text is right: series go on."""

_YEARS = (1900, 2199)
"""Before and after them the zone of a text is what it was last."""

_BUSY_STATUSES = {availability: word for word, availability in AVAILABILITY.items()}
_PRIORITIES = {Importance.HIGH: 1, Importance.LOW: 9}
"""As Outlook says them (RFC 5545 §3.8.1.9); a normal one says nothing."""
_VENDORS = {ConferenceKind.MEET: MEET, ConferenceKind.TEAMS: TEAMS}
_NO_ALARM = (
    "BEGIN:VALARM",
    "ACTION:NONE",
    "TRIGGER;VALUE=DATE-TIME:19760401T005545Z",
    "END:VALARM",
)
"""As Apple and Google say it; no VALARM at all means those of the calendar."""


def text_of(objects: Iterable[CalendarObject], stamp: datetime) -> str:
    """A VCALENDAR with these objects; `stamp`, aware, is when the text was made (DTSTAMP)."""
    objects = tuple(objects)
    dtstamp = f"DTSTAMP:{moment_text(stamp)}"
    events = [line for obj in objects for line in _object_lines(obj, dtstamp)]
    zones = _zone_lines(objects, events, stamp)
    lines = [*_HEAD, *zones, *events, "END:VCALENDAR"]
    return str(Contentlines(map(Contentline, lines)).to_ical().decode())


def _object_lines(obj: CalendarObject, stamp: str) -> Iterator[str]:
    head = (f"UID:{escaped(obj.uid)}", stamp)
    start = obj.event.start
    dates = [like(each.recurrence_id, start) for each in obj.overrides if each.event is None]
    own = (*map(_spelled, obj.recurrence), *(_when("EXDATE", date) for date in dates))
    yield from _event_lines(obj.event, head, own if obj.is_series else ())
    for each in obj.overrides if obj.is_series else ():
        if each.event:
            recurrence_id = _when("RECURRENCE-ID", like(each.recurrence_id, start))
            yield from _event_lines(each.event, head, [recurrence_id])


def _event_lines(event: Event, head: Iterable[str], recurrence: Iterable[str]) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield from head
    yield _when("DTSTART", event.start)
    yield _when("DTEND", event.end)
    yield from recurrence
    yield from _texts(event)
    yield from _kinds(event)
    if event.organizer:
        yield f"ORGANIZER{_cn(event.organizer.name)}:mailto:{_plain(event.organizer.address)}"
    yield from map(_attendee, event.attendees)
    yield from _conference_lines(event)
    yield from map(_attachment, event.attachments)
    yield f"SEQUENCE:{event.sequence}"
    if event.created:
        yield f"CREATED:{moment_text(event.created)}"
    if event.updated:
        yield f"LAST-MODIFIED:{moment_text(event.updated)}"
    lines = filter(None, map(line_of, map(_plain, event.unknown)))
    yield from (line.text for line in lines if is_unknown(line))
    if event.alarms is not None:
        yield from _alarm_lines(event, event.alarms)
    yield "END:VEVENT"


def _texts(event: Event) -> Iterator[str]:
    plain = text_of_fragment(event.description)
    texts = {"SUMMARY": event.summary, "DESCRIPTION": plain, "LOCATION": event.location}
    yield from (f"{name}:{escaped(text)}" for name, text in texts.items() if text)
    if fragment_of(plain) != event.description:
        yield f"X-ALT-DESC;FMTTYPE=text/html:{escaped(event.description)}"
    if event.categories:
        yield f"CATEGORIES:{','.join(map(escaped, event.categories))}"
    uris = {"URL": event.url, "COLOR": event.colour}
    yield from (f"{name}:{_plain(text)}" for name, text in uris.items() if text)


def _kinds(event: Event) -> Iterator[str]:
    yield f"STATUS:{event.status.value.upper()}"
    free = event.availability is Availability.FREE
    yield f"TRANSP:{'TRANSPARENT' if free else 'OPAQUE'}"
    if event.availability not in {Availability.FREE, Availability.BUSY}:
        yield f"{BUSY_STATUS}:{_BUSY_STATUSES[event.availability]}"
    if event.classification is not Classification.DEFAULT:
        yield f"CLASS:{event.classification.value.upper()}"
    if event.importance is not Importance.NORMAL:
        yield f"PRIORITY:{_PRIORITIES[event.importance]}"


def _attendee(guest: Attendee) -> str:
    parameters = [
        f";CUTYPE={guest.user_type.value.upper()};ROLE={guest.role.value.upper()}",
        f";PARTSTAT={guest.partstat.value.upper()}{_cn(guest.name)}",
    ]
    if guest.additional_guests:
        parameters.append(f";{NUM_GUESTS}={guest.additional_guests}")
    if guest.comment:
        parameters.append(_parameter(RESPONSE_COMMENT, guest.comment))
    return f"ATTENDEE{''.join(parameters)}:mailto:{_plain(guest.address)}"


def _conference_lines(event: Event) -> Iterator[str]:
    if (conference := event.conference) is None:
        return
    if conference.url:
        url = _plain(conference.url)
        yield f"CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO:{url}"
        if vendor := _VENDORS.get(conference.kind):
            yield f"{vendor}:{url}"
    if conference.phone:
        yield f"CONFERENCE;VALUE=URI;FEATURE=PHONE:tel:{quote(conference.phone, safe='+;=,()')}"


def _attachment(attachment: Attachment) -> str:
    media_type, name = attachment.media_type, attachment.name
    kind = _parameter("FMTTYPE", media_type, quoted=False) if media_type else ""
    return f"ATTACH{kind}{_parameter('FILENAME', name) if name else ''}:{_plain(attachment.uri)}"


def _alarm_lines(event: Event, alarms: Iterable[Alarm]) -> Iterator[str]:
    if not alarms:
        yield from _NO_ALARM
    title = escaped(event.summary or "Reminder")
    for alarm in alarms:
        trigger = vDuration(timedelta(minutes=-alarm.minutes)).to_ical().decode()
        yield "BEGIN:VALARM"
        yield f"ACTION:{alarm.action.value.upper()}"
        yield f"TRIGGER:{trigger}"
        yield f"DESCRIPTION:{title}"
        if alarm.action is AlarmAction.EMAIL:
            yield f"SUMMARY:{title}"
            if event.organizer:
                yield f"ATTENDEE:mailto:{_plain(event.organizer.address)}"
        yield "END:VALARM"


def _when(name: str, when: When) -> str:
    """A property of one moment; the second pass of a repeated hour is told in UTC."""
    if not isinstance(when, datetime):
        return f"{name};VALUE=DATE:{moment_text(when)}"
    key = getattr(when.tzinfo, "key", None)
    repeated = when.fold and when.utcoffset() != when.replace(fold=0).utcoffset()
    if repeated or key in {None, UTC.key}:
        return f"{name}:{moment_text(when)}"
    return f"{name};TZID={key}:{moment_text(when.replace(tzinfo=None))}"


def _spelled(line: str) -> str:
    """A line of a series with the name of its zone that everybody knows."""
    return TZID.sub(lambda found: f";TZID={_key(found[1])}", _plain(line), count=1)


def _key(name: str) -> str:
    try:
        return zone(name.strip('"')).key
    except UnknownTimeZone:
        return name


def _zone_lines(
    objects: Iterable[CalendarObject], lines: Iterable[str], stamp: datetime
) -> Iterator[str]:
    """The VTIMEZONE of every zone that the lines name."""
    heads = (line.partition(":")[0] for line in lines)
    keys = {_key(found[1]) for head in heads if (found := TZID.search(head))}
    events = [obj.event for obj in objects]
    events += [each.event for obj in objects for each in obj.overrides if each.event]
    years = [stamp.year, *(when.year for event in events for when in (event.start, event.end))]
    first, last = min(years) - 1, max(years) + AHEAD
    for key in sorted(keys):
        yield from lines_of(key, max(first, _YEARS[0]), min(last, _YEARS[1]))


def _cn(name: str) -> str:
    return _parameter("CN", name) if name else ""


def _parameter(name: str, value: str, *, quoted: bool = True) -> str:
    return f";{name}={param_value(cleaned(value), always_quote=quoted)}"


def _plain(text: str) -> str:
    """What is not escaped, on one line."""
    return cleaned(text).replace("\n", " ")
