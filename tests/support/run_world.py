"""The reference host and a badly behaved remote calendar, with a person on each side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from calendar_sync.engine.consent import Choice, Consent
from calendar_sync.engine.mail import CREATED
from calendar_sync.engine.run import synchronize
from calendar_sync.engine.sync import SyncReport
from calendar_sync.hosts.memory import MemoryHost
from support.builders import ANNA
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

    def here(self) -> list[str]:
        rows = self.host.state.rows.values()
        return sorted(str(row.values["summary"]) for row in rows if row.values is not None)

    def there(self) -> list[str]:
        return sorted(str(values["summary"]) for values in self.remote.live().values())


def a_world(style: str) -> World:
    clock = TickingClock(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
    owner = frozenset({ANNA})
    return World(clock, MemoryHost(owner, clock), RemoteCalendar(clock, style))
