"""Which rows a list holds: full lists, deltas, and both expanded to single dates (contract 6)."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from calendar_sandbox.core.clock import Clock
from calendar_sandbox.core.knobs import Knobs

from .calendar import Calendar
from .errors import calendar_error, invalid, invalid_parameter
from .event_types import KINDS
from .instances import Horizon, Window, expanded, instance, lookup, occurs, vanished
from .parameters import Query, boolean, bound
from .recurrence import key_of, series_of
from .times import read_bound, read_day, zone_info
from .values import Content, Event, When

UPDATED_MIN_REACH = timedelta(weeks=4)
Row: TypeAlias = tuple[int, Event]
"""Rows have growing numbers, which stay the same while a list is paged through."""
FIRST = datetime(1, 1, 1, tzinfo=UTC)


OF_DETAILS = ("q", "privateExtendedProperty", "sharedExtendedProperty")
"""Would tell what is hidden from the viewer."""


def unanswered(calendar: Calendar, event: Event) -> bool:
    """An invitation the person's setting keeps off the calendar (12 #40)."""
    if not calendar.hides_invitations or calendar.is_self(event.organizer) or event.cancelled:
        return False
    own = event.content.row(calendar.id)
    return own is not None and own.answer == "needsAction"


def check_kinds(query: Query) -> None:
    for kind in query.getlist("eventTypes"):
        if kind not in KINDS:
            raise invalid_parameter("eventTypes", kind)


def numbered(place: int, event: Event) -> Row:
    """Dates of one series stand at one place, in the order of their original starts."""
    original = event.original_start
    seconds = int((original.at(zone_info("UTC")) - FIRST).total_seconds()) + 1 if original else 0
    return (place << 40) + seconds, event


class Selection:
    def __init__(self, clock: Clock, knobs: Knobs) -> None:
        self._clock = clock
        self._knobs = knobs

    @property
    def horizon(self) -> Horizon:
        return Horizon(self._clock.now(), self._knobs.number("google.expansion_cap"))

    def delta(self, calendar: Calendar, query: Query, since: int, upto: int) -> Iterable[Row]:
        """What changed after one position of the log and not after another."""
        changes = calendar.changes(since, upto)
        rows: Iterable[Row] = changes
        if boolean(query, "singleEvents"):
            rows = self.single_changes(calendar, changes, since)
        return [row for row in rows if self.in_delta(calendar, row[1], query)]

    def single_changes(self, calendar: Calendar, changes: list[Row], since: int) -> Iterator[Row]:
        ids = {event.id for _, event in changes}
        for position, event in changes:
            if event.is_master or event.former:
                yield from self.family_changes(calendar, event, position, since)
            elif not self.is_shown_by_master(calendar, event, ids):
                yield numbered(position, event)

    def family_changes(
        self, calendar: Calendar, event: Event, position: int, since: int
    ) -> Iterator[Row]:
        """Every date a series has, and as cancelled those it has no longer (6.4)."""
        horizon = self.horizon
        if not event.is_master:
            yield position << 40, event
        lost = sorted(
            numbered(position, date) for date in vanished(calendar, event, since, horizon)
        )
        living: Iterable[Event] = ()
        if event.is_master and not event.cancelled:
            living = expanded(calendar, event, Window(), horizon)
        shown = (numbered(position, date) for date in living)
        yield from heapq.merge(lost, shown, key=lambda row: row[0])

    def is_shown_by_master(self, calendar: Calendar, event: Event, ids: set[str]) -> bool:
        master = calendar.events.get(event.recurring_event_id or "")
        if master is None or master.id not in ids or master.cancelled or not master.is_master:
            return False
        return not event.swept or lookup(calendar, event.id) is not event

    def in_delta(self, calendar: Calendar, event: Event, query: Query) -> bool:
        kinds = query.getlist("eventTypes")
        if unanswered(calendar, event) and not boolean(query, "showHiddenInvitations"):
            return False
        if event.swept and self._knobs["google.series_deletion"] == "master":
            master = calendar.events.get(event.recurring_event_id or "")
            if master is None or master.cancelled:
                return False
        return not kinds or event.event_type in kinds

    def full(self, calendar: Calendar, query: Query) -> Iterable[Row]:
        rows = self.unordered(calendar, query)
        order = query.get("orderBy")
        return self.ordered(calendar, query, rows, order) if order is not None else rows

    def unordered(self, calendar: Calendar, query: Query) -> Iterator[Row]:
        """By creation, as far as asked for: nothing is expanded that no page shows."""
        keep = self.chosen(calendar, query)
        lag = self._knobs.number("google.list_lag_seconds")
        newest = int(self._clock.now().timestamp() * 1_000_000) - lag * 1_000_000
        events = (e for e in calendar.in_order() if not lag or e.created <= newest)
        if boolean(query, "singleEvents") is not True:
            return ((event.serial, event) for event in events if keep(event))
        dates = self.single_dates(calendar, query, events)
        return (numbered(place, event) for place, event in dates if keep(event))

    def single_dates(
        self, calendar: Calendar, query: Query, events: Iterable[Event]
    ) -> Iterator[Row]:
        """Single events and the dates of living series, at the places of their masters."""
        window, horizon = read_window(query), self.horizon
        for event in events:
            master = calendar.events.get(event.recurring_event_id or "")
            if event.is_master:
                if not event.cancelled:
                    dates = expanded(calendar, event, window, horizon)
                    yield from ((event.serial, date) for date in dates)
            elif event.swept:
                if "updatedMin" in query and lookup(calendar, event.id) is event:
                    yield event.serial, event
            elif master is None or master.cancelled or not master.is_master:
                yield event.serial, event

    def ordered(
        self, calendar: Calendar, query: Query, found: Iterable[Row], order: str
    ) -> Iterable[Row]:
        single = boolean(query, "singleEvents") is True
        if order not in ("updated", "startTime"):
            raise invalid_parameter("orderBy", order)
        if order == "startTime" and not single:
            message = "The requested ordering is not available for the particular query."
            raise invalid(message, "orderBy")
        zone = zone_info(calendar.time_zone)
        rows = [event for _, event in found]
        rows.sort(
            key=lambda event: (
                event.updated
                if order == "updated"
                else int(event.content.start.at(zone).timestamp())
            )
        )
        return list(enumerate(rows, start=1))

    def chosen(self, calendar: Calendar, query: Query) -> Callable[[Event], bool]:
        """What the parameters of a full list let through (6.1)."""
        tests = [
            self.deleted_rule(calendar, query),
            self.time_rule(calendar, query),
            *self.property_rules(query),
        ]
        if (oldest := bound(query, "updatedMin")) is not None:
            tests.append(self.updated_rule(oldest))
        if not boolean(query, "showHiddenInvitations"):
            tests.append(lambda event: not unanswered(calendar, event))
        if any(name in query for name in OF_DETAILS):
            tests.append(lambda event: not calendar.hides(event))
        if uid := query.get("iCalUID"):
            tests.append(lambda event: event.ical_uid == uid)
        if kinds := query.getlist("eventTypes"):
            tests.append(lambda event: event.event_type in kinds)
        if words := query.get("q", "").casefold().split():
            tests.append(lambda event: all(word in searchable(event) for word in words))
        return lambda event: all(test(event) for test in tests)

    def deleted_rule(self, calendar: Calendar, query: Query) -> Callable[[Event], bool]:
        if boolean(query, "showDeleted") or "updatedMin" in query:
            return lambda _event: True
        single = boolean(query, "singleEvents") is True

        def shown(event: Event) -> bool:
            if not event.cancelled:
                return True
            if event.is_master and self._knobs["google.cancelled_masters"]:
                return True
            master = calendar.events.get(event.recurring_event_id or "")
            alive = master is not None and not master.cancelled and not event.swept
            return alive and not single

        return shown

    def updated_rule(self, oldest: datetime) -> Callable[[Event], bool]:
        if oldest < self._clock.now() - UPDATED_MIN_REACH:
            raise calendar_error(
                410,
                "updatedMinTooLongAgo",
                "The requested minimum modification time lies too far in the past.",
                "updatedMin",
            )
        micros = int(oldest.timestamp() * 1_000_000)
        return lambda event: event.updated >= micros

    def property_rules(self, query: Query) -> Iterable[Callable[[Event], bool]]:
        combine = all if self._knobs["google.property_filter"] == "all" else any
        for name, kind in (
            ("privateExtendedProperty", "private_properties"),
            ("sharedExtendedProperty", "shared_properties"),
        ):
            wanted = [pair(text) for text in query.getlist(name)]
            if wanted:
                yield property_rule(wanted, kind, combine)

    def time_rule(self, calendar: Calendar, query: Query) -> Callable[[Event], bool]:
        """A master is in a window if any of its dates is; ended ones may come too (6.1)."""
        zone, window, horizon = zone_info(calendar.time_zone), read_window(query), self.horizon
        ended_too = Window(upper=window.upper)
        ghosts = self._knobs["google.cancelled_masters"]

        def holds(event: Event) -> bool:
            if not event.is_master:
                return window.holds(event.content, zone)
            return occurs(calendar, event, ended_too if ghosts else window, horizon)

        return holds

    def dates(self, calendar: Calendar, event: Event, query: Query) -> Iterator[Row]:
        """Of `events.instances`; of a single event or a single date just this (5.11)."""
        zone, window = zone_info(calendar.time_zone), read_window(query, inclusive=True)
        asked = query.get("originalStart")
        original = read_original(asked) if asked is not None else None
        deleted = boolean(query, "showDeleted") is True
        found: Iterable[Event] = [event]
        if event.is_master and original:
            found = self.at_original(calendar, event, original)
        elif event.is_master:
            found = expanded(calendar, event, window, self.horizon) if not event.cancelled else ()
        return (
            numbered(0, date)
            for date in found
            if (deleted or not date.cancelled)
            and window.holds(date.content, zone)
            and (original is None or is_at(date, original))
        )

    def at_original(self, calendar: Calendar, master: Event, original: When) -> Iterator[Event]:
        kept = [e for e in calendar.exceptions(master) if not e.swept and is_at(e, original)]
        yield from kept
        series = series_of(master.content)
        if not kept and not master.cancelled and series.yields(original):
            zone = master.content.start.zone
            yield instance(master, When(original.day, original.instant, zone))


def is_at(event: Event, original: When) -> bool:
    start = event.original_start
    return start is not None and key_of(start) == key_of(original)


def property_rule(
    wanted: list[tuple[str, str]],
    kind: str,
    combine: Callable[[Iterable[bool]], bool],
) -> Callable[[Event], bool]:
    def matches(event: Event) -> bool:
        values = getattr(event.content, kind)
        return combine(values.get(key) == value for key, value in wanted)

    return matches


def read_window(query: Query, *, inclusive: bool = False) -> Window:
    lower, upper = bound(query, "timeMin"), bound(query, "timeMax")
    if lower and upper and upper <= lower:
        raise calendar_error(400, "timeRangeEmpty", "The specified time range is empty.", "timeMax")
    return Window(lower, upper, inclusive)


def read_original(text: str) -> When:
    """A bare date, or a time with its offset. Raises ApiError 400."""
    if len(text) == 10:
        return When(day=read_day(text, invalid("Invalid Value", "originalStart")))
    return When(instant=read_bound(text, "originalStart").replace(microsecond=0))


def pair(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    return key, value


def searchable(event: Event) -> str:
    content: Content = event.content
    texts = [content.shared.get(name, "") for name in ("summary", "description", "location")]
    people = [f"{row.name} {row.email}" for row in content.attendees]
    return " ".join([*texts, *people, event.organizer]).casefold()
