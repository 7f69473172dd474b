"""Rows of one listing, put together to whole objects: a master and the dates that differ. Pure.

Rows come in no order: an exception may stand before its master, or without it (contract §6.3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from ...engine.event import When, instant
from ...engine.occurrences import RecurrenceSet, like
from ...engine.recurrence import UnreadableRecurrence
from ...engine.sync import Href, Resource
from .convert import Shelf, Unreadable, resource_of
from .recurrence import instance_of
from .wire import EventRow, Time


class Families:
    """`heads` are singles and masters, `dates` the exceptions of a master, by id each."""

    def __init__(self, rows: Iterable[EventRow]) -> None:
        self.heads: dict[str, EventRow] = {}
        self.dates: defaultdict[str, dict[str, EventRow]] = defaultdict(dict)
        self.gone: set[str] = set()
        self.add(rows)

    def add(self, rows: Iterable[EventRow]) -> None:
        """Later rows outdate earlier ones. Of a tombstone nothing but its id is read."""
        for row in rows:
            event = row["id"]
            if master := row.get("recurringEventId"):
                self.dates[master][event] = row
                if row.get("status") != "cancelled":
                    self.gone.discard(event)
            elif row.get("status") == "cancelled":
                self.gone.add(event)
                self.heads.pop(event, None)
            else:
                self.heads[event] = row
                self.gone.discard(event)

    def masters(self) -> set[str]:
        return {event for event, row in self.heads.items() if row.get("recurrence")}

    def headless(self) -> set[str]:
        """Masters that are neither here nor known to be gone."""
        return {event for event in self.dates if event not in self.heads} - self.gone

    def doubtful(self) -> set[str]:
        """Masters of tombstones that name a date only by its id, and parts split off from them.

        Such a row may be a date deleted from a living series, or one that went with its series.
        """
        named = (instance_of(event) for event in self.gone)
        masters = {found[0] for found in named if found} - self.gone
        split = tuple(f"{master}_R" for master in masters)
        return masters | {event for event in self.masters() if event.startswith(split)}

    def unexplained(self, shelf: Shelf) -> dict[str, EventRow]:
        """Those tombstones whose date a living series still yields, as rows that say so."""
        found: dict[str, EventRow] = {}
        for event in sorted(self.gone):
            named = instance_of(event)
            for master in self._parts_of(named[0]) if named else ():
                if (
                    named
                    and event not in self.dates[master]
                    and self._yields(master, named[1], shelf)
                ):
                    found[event] = _deleted_date(event, master, named[1])
        return found

    def _parts_of(self, master: str) -> list[str]:
        return [one for one in self.masters() if one == master or one.startswith(f"{master}_R")]

    def _yields(self, master: str, when: When, shelf: Shelf) -> bool:
        try:
            series = resource_of(self.heads[master], (), shelf).object
            dates = RecurrenceSet.parse(series.recurrence, series.event.start)
        except (Unreadable, UnreadableRecurrence):
            return False
        moment = instant(like(when, series.event.start))
        return bool(dates.starts(moment, moment + timedelta(seconds=1)))

    def uid(self, master: str) -> str:
        """The UID of a series; empty where only cancelled dates are known, which name none."""
        rows = [self.heads.get(master, {}), *self.dates[master].values()]
        return next((row["iCalUID"] for row in rows if row.get("iCalUID")), "")

    def vanished(self) -> set[str]:
        """Ids proven gone, among them dates of a series whose master we may not read."""
        cancelled = {
            event
            for master in self.headless()
            for event, row in self.dates[master].items()
            if row.get("status") == "cancelled"
        }
        return self.gone | cancelled

    def resources(self, shelf: Shelf) -> tuple[list[Resource], list[tuple[Href, str]]]:
        """Whole objects, and those that cannot be read with the reason's code.

        A series whose rule nobody can read is among both: its first date is shown. Of a series
        with a date that cannot be read, the others are told.
        A date of a series that its guest was invited to alone stands for itself (contract §7.2).
        """
        lone = [
            row
            for master in self.headless()
            for row in self.dates[master].values()
            if row.get("status") != "cancelled"
        ]
        resources: list[Resource] = []
        unreadable: list[tuple[Href, str]] = []
        for row in [*self.heads.values(), *lone]:
            try:
                resource, lost = _readable(row, self.dates.get(row["id"], {}), shelf)
                resources.append(resource)
                unreadable += lost
                RecurrenceSet.parse(resource.object.recurrence, resource.object.event.start)
            except Unreadable as error:
                unreadable.append((Href(row["id"]), str(error)))
            except UnreadableRecurrence as error:  # shown by its first date
                unreadable.append((Href(row["id"]), f"rule_{error}"))
        return resources, unreadable


def _readable(
    row: EventRow, exceptions: Mapping[str, EventRow], shelf: Shelf
) -> tuple[Resource, list[tuple[Href, str]]]:
    """An object without those of its dates that cannot be read. Raises Unreadable."""
    try:
        return resource_of(row, tuple(exceptions.values()), shelf), []
    except Unreadable:
        resource_of(row, (), shelf)
    lost: dict[str, str] = {}
    for event, exception in exceptions.items():
        try:
            resource_of(row, (exception,), shelf)
        except Unreadable as error:
            lost[event] = str(error)
    told = tuple(each for event, each in exceptions.items() if event not in lost)
    return resource_of(row, told, shelf), [(Href(event), why) for event, why in lost.items()]


def _deleted_date(event: str, master: str, when: When) -> EventRow:
    original: Time = {"date": when.isoformat()}
    if isinstance(when, datetime):
        original = {"dateTime": when.isoformat()}
    return {
        "id": event,
        "status": "cancelled",
        "recurringEventId": master,
        "originalStartTime": original,
    }
