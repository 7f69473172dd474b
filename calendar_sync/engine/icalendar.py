"""iCalendar text as calendar objects (RFC 5545). Pure; bad data never raises.

An object is read whole or not at all: one date of a series that cannot be read would otherwise look
like a date on which nothing differs. Dates without their series (an invitation to one of them) are
single events of their own, under a UID that names the date. VTODO, VJOURNAL and VFREEBUSY are none
of ours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Union

from .event import CalendarObject, Override, When
from .icalendar_event import event_of, number
from .icalendar_lines import Component, components_of
from .icalendar_times import Clock, Unreadable
from .icalendar_zones import Zones
from .identity import canonical_uid
from .occurrences import date_name, like

CODES = frozenset(
    {
        *("no_calendar", "no_uid", "not_ended", "duplicate", "this_and_future"),
        *("time_missing", "time_unreadable", "time_out_of_range", "times_of_two_kinds"),
        *("end_before_start", "duration_unreadable", "unknown_time_zone"),
    }
)
"""Beside them `rule_` and what UnreadableRecurrence says."""


@dataclass(frozen=True, slots=True)
class Unread:
    """What was left out and why: one of CODES, or `rule_…`; `uid` is empty where none is known."""

    uid: str
    code: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """The objects of a text in the order of their first lines, and what could not be read."""

    objects: tuple[CalendarObject, ...] = ()
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A VEVENT, and the zones of the calendar it stands in."""

    part: Component
    zones: Zones

    def clock(self) -> Clock:
        return Clock(self.zones, number(self.part.value("DTSTART")[:4]))

    def version(self) -> tuple[int, str, str]:
        """Grows with every edit (RFC 5546 §2.1.4)."""
        value = self.part.value
        return number(value("SEQUENCE")), value("LAST-MODIFIED"), value("DTSTAMP")


def objects_of(text: str) -> Parsed:
    """The calendar objects of a text, and what of it could not be read. Never raises."""
    calendars = [each for each in components_of(text) if each.name == "VCALENDAR"]
    if not calendars:
        return Parsed(unread=(Unread("", "no_calendar"),))
    unread = [Unread("", "not_ended") for each in calendars if not each.ended]
    pieces: dict[str, list[_Piece]] = defaultdict(list)
    for calendar in calendars:
        zones = Zones(calendar.parts)
        for part in calendar.parts:
            if part.name == "VEVENT":
                pieces[canonical_uid(part.text("UID"))].append(_Piece(part, zones))
    unread += [Unread("", "no_uid") for _ in pieces.pop("", [])]
    found = [each for uid, own in pieces.items() for each in _read(uid, own)]
    objects = (each for each in found if isinstance(each, CalendarObject))
    unread += [each for each in found if isinstance(each, Unread)]
    return Parsed(tuple(objects), tuple(unread))


def _read(uid: str, pieces: Iterable[_Piece]) -> Iterator[Union[CalendarObject, Unread]]:
    """What stands under one UID."""
    pieces = sorted(pieces, key=_Piece.version)
    if not all(piece.part.ended for piece in pieces):
        yield Unread(uid, "not_ended")
        return
    dates = [piece for piece in pieces if piece.part.line("RECURRENCE-ID")]
    masters = [piece for piece in pieces if piece not in dates]
    try:
        obj = _object(uid, masters[-1], dates) if masters else None
    except Unreadable as error:
        yield Unread(uid, str(error))
        return
    yield from (Unread(uid, "duplicate") for _ in masters[1:])
    if obj:
        yield obj
    if obj and obj.is_series:
        yield from (Unread(uid, "duplicate") for _ in dates[len(obj.overrides) :])
    else:
        yield from _alone(uid, dates)


def _object(uid: str, master: _Piece, dates: Iterable[_Piece]) -> CalendarObject:
    """Dates are told by the clock of their series, so that one zone has one name in it."""
    clock = master.clock()
    event = event_of(master.part, clock)
    lines = clock.recurrence(master.part, event.start)
    overrides: dict[str, Override] = {}
    for piece in dates if lines else ():
        own = Clock(piece.zones, clock.year)
        recurrence_id = like(_recurrence_id(piece, own), event.start)
        overrides[date_name(recurrence_id, event.start)] = Override(
            recurrence_id, event_of(piece.part, own)
        )
    return CalendarObject(uid, event, lines, tuple(overrides[name] for name in sorted(overrides)))


def _alone(uid: str, dates: Iterable[_Piece]) -> Iterator[Union[CalendarObject, Unread]]:
    """Dates that belong to no series here."""
    found: dict[str, CalendarObject] = {}
    for piece in dates:
        clock = piece.clock()
        try:
            when = _recurrence_id(piece, clock)
            own_uid = f"{uid}/{date_name(when, when)}"
            obj = CalendarObject(own_uid, event_of(piece.part, clock))
        except Unreadable as error:
            yield Unread(uid, str(error))
            continue
        if own_uid in found:
            yield Unread(uid, "duplicate")
        found[own_uid] = obj
    yield from found.values()


def _recurrence_id(piece: _Piece, clock: Clock) -> When:
    """Which date a VEVENT is about (§3.8.4.4). Raises Unreadable."""
    line = piece.part.line("RECURRENCE-ID")
    if line is None or line.parameter("RANGE"):
        raise Unreadable("this_and_future")
    return clock.when(line)
