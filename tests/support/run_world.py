"""The reference host and a badly behaved remote calendar, with a person on each side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from calendar_sync.engine.consent import CREATED, Choice, Consent
from calendar_sync.engine.run import synchronize
from calendar_sync.engine.sync import Href, LinkState, SyncReport
from calendar_sync.hosts.memory import MemoryHost, Row
from support.builders import ANNA, NOON, an_object
from support.remote import RemoteCalendar, TickingClock

STYLES = ("google", "graph")


@dataclass
class World:
    clock: TickingClock
    host: MemoryHost
    remote: RemoteCalendar

    def run(self) -> SyncReport:
        self.remote.requests.clear()
        return synchronize(self.host.claim(), self.host, self.remote, self.clock)

    def consent(self, choice: Choice, *people: str, keys: tuple[str, ...] = (CREATED,)) -> Consent:
        until = self.clock.now() + timedelta(days=7)
        return Consent(choice, frozenset(people), frozenset(keys), until)

    def load(self, count: int, start: datetime = NOON) -> list[Href]:
        """That many events, here and there."""
        hrefs = [
            self.remote.add(an_object(f"u{number}", f"Event {number}", start))
            for number in range(count)
        ]
        self.run()
        return hrefs

    def parked(self) -> list[Row]:
        rows = self.host.state.rows.values()
        return [row for row in rows if row.link.state is LinkState.PARKED]

    def let_through(self) -> None:
        """Everything that a guard has parked."""
        for row in self.parked():
            self.host.let_through(row.link.key)

    def here(self) -> list[str]:
        rows = self.host.state.rows.values()
        return sorted(str(row.values["summary"]) for row in rows if row.values is not None)

    def there(self) -> list[str]:
        return sorted(str(values["summary"]) for values in self.remote.live().values())


def a_world(style: str) -> World:
    clock = TickingClock(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
    owner = frozenset({ANNA})
    return World(clock, MemoryHost(owner, clock), RemoteCalendar(clock, style))
