"""Rows of one listing, put together to whole objects: a master and the dates that differ. Pure.

Rows come in no order: an exception may stand before its master, or without it (contract §6.3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ...engine.sync import Href, Resource
from .convert import Shelf, Unreadable, resource_of
from .wire import EventRow


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
            exceptions = self.dates.get(row["id"], {})
            try:
                resources.append(resource_of(row, tuple(exceptions.values()), shelf))
            except Unreadable as error:
                unreadable.append((Href(row["id"]), str(error)))
        return resources, unreadable
