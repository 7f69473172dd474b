"""Random programs over the reference host: the verbs, and what must hold after each program.

Shared by the state machine and by the test that seeds bugs into a copy of the algorithm.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.occurrences import date_name
from calendar_sync.engine.pending import LinkKey
from calendar_sync.engine.policy import ConflictRule, Side, SyncPolicy
from calendar_sync.engine.ports import CalendarCollection, Clock, Host
from calendar_sync.engine.properties import AT, CANCELLED, Json, Properties
from calendar_sync.engine.run import synchronize
from calendar_sync.engine.sync import Href, Lease, LinkState, SyncReport
from calendar_sync.hosts.memory import MemoryHost
from support.builders import ANNA, NOON, an_object
from support.crashing import Crash, CrashingHost, CrashingRemote, Fuse
from support.remote import RemoteCalendar, TickingClock

Algorithm = Callable[[Lease, Host, CalendarCollection, Clock], SyncReport]

QUIET_WITHIN = 3
RELEASES = 3  # what is in doubt at first may be stopped by the second run
WORDS = ("Standup", "Dentist", "Review", "Lunch")


@dataclass
class Program:
    """One world and the acts that may happen in it."""

    style: str
    algorithm: Algorithm = synchronize

    def __post_init__(self) -> None:
        self.clock = TickingClock(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
        self.host = MemoryHost(frozenset({ANNA}), self.clock)
        self.remote = RemoteCalendar(self.clock, self.style, batch_size=2)
        self.made = 0

    # --- acts

    def create_here(self, word: str) -> None:
        self.made += 1
        self.host.add(an_object(f"here{self.made}", f"{word} {self.made}"))

    def create_there(self, word: str) -> None:
        self.made += 1
        self.remote.add(an_object(f"there{self.made}", f"{word} {self.made}"))

    def create_series_here(self, word: str) -> None:
        self.made += 1
        self.host.add(a_series(f"here{self.made}", f"{word} {self.made}"))

    def create_series_there(self, word: str) -> None:
        self.made += 1
        self.remote.add(a_series(f"there{self.made}", f"{word} {self.made}"))

    def change_date_here(self, pick: int, day: int, word: str) -> None:
        """A date of a series gets a title of its own, or is left out."""
        rows = self.host.state.rows
        keys = [key for key in self.living_here() if "recurrence" in (rows[key].values or {})]
        if keys:
            key = keys[pick % len(keys)]
            self.host.edit(key, changed_date(rows[key].values or {}, day, word))

    def change_date_there(self, pick: int, day: int, word: str) -> None:
        live = self.remote.live()
        hrefs = sorted(href for href in live if "recurrence" in live[href])
        if hrefs:
            href = hrefs[pick % len(hrefs)]
            self.remote.edit(href, changed_date(live[href], day, word))

    def edit_here(self, pick: int, name: str, word: str) -> None:
        keys = self.living_here()
        if keys:
            self.host.edit(keys[pick % len(keys)], {name: word})

    def edit_there(self, pick: int, name: str, word: str) -> None:
        hrefs = sorted(self.remote.live())
        if hrefs:
            self.remote.edit(hrefs[pick % len(hrefs)], {name: word})

    def delete_here(self, pick: int) -> None:
        keys = self.living_here()
        if keys:
            self.host.remove(keys[pick % len(keys)])

    def delete_there(self, pick: int) -> None:
        hrefs = sorted(self.remote.live())
        if hrefs:
            self.remote.remove(hrefs[pick % len(hrefs)])

    def delete_all_there(self) -> None:
        for href in sorted(self.remote.live()):
            self.remote.remove(href)

    def lose_token(self) -> None:
        self.remote.forget_tokens()

    def lose_local_token(self) -> None:
        self.host.state.token = None

    def lose_next_answer(self) -> None:
        self.remote.lose_answers = 1

    def list_in_portions(self, size: int) -> None:
        self.remote.portion = size

    def throttle_next(self) -> None:
        self.remote.throttle = 1

    def pass_time(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    def run(self) -> SyncReport:
        return self.algorithm(self.host.claim(), self.host, self.remote, self.clock)

    def run_and_crash(self, at: int, *, after: bool) -> None:
        fuse = Fuse(at, after=after)
        host, remote = CrashingHost(self.host, fuse), CrashingRemote(self.remote, fuse)
        try:
            self.algorithm(self.host.claim(), host, remote, self.clock)
        except Crash:
            return

    def run_overtaken(self, pick: int, word: str, at: int) -> None:
        """Somebody edits here while the run is under way."""
        fuse = Fuse(at, act=lambda: self.edit_here(pick, "summary", word))
        host, remote = CrashingHost(self.host, fuse), CrashingRemote(self.remote, fuse)
        self.algorithm(self.host.claim(), host, remote, self.clock)

    def set_rule(self, rule: ConflictRule) -> None:
        self.host.policy = SyncPolicy(rule)

    def answer(self, winner: Side) -> None:
        """All questions that there are."""
        for key, row in list(self.host.state.rows.items()):
            for question in row.link.asked if row.values is not None else ():
                self.host.decide(key, question, winner)

    def let_through(self) -> None:
        """What many edits there have set off is released by its person."""
        for key, row in list(self.host.state.rows.items()):
            if row.link.state is LinkState.PARKED:
                self.host.let_through(key)

    # --- what must hold

    def living_here(self) -> list[LinkKey]:
        rows = self.host.state.rows
        return sorted(key for key, row in rows.items() if row.values is not None)

    def check_converged(self) -> None:
        """Quiet within three runs, both sides equal, no doubles, no mail, a fixed point."""
        self.remote.lose_answers = self.remote.throttle = 0
        self.pass_time(11)  # a 404 just after an own write proves nothing at Graph
        for _ in range(RELEASES):
            self.run()
            self.let_through()
            self.answer(Side.HERE)
        for _ in range(QUIET_WITHIN):
            self.run()
        for _ in range(2):
            report = self.run()
            assert (report.sent, report.received, report.error) == (0, 0, None), report
        here = {key: self.host.state.rows[key] for key in self.living_here()}
        there = self.remote.live()
        hrefs = [row.link.href for row in here.values()]
        assert sorted(str(href) for href in hrefs) == sorted(there), "lost or doubled"
        for row in here.values():
            values = there[Href(str(row.link.href))]
            ours = row.values or {}
            names = {"summary", "when", "location", "recurrence"}
            for name in names | {key for key in {*ours, *values} if key.startswith(AT)}:
                assert ours.get(name) == values.get(name), name
        assert self.remote.mails == []


def a_series(uid: str, summary: str) -> CalendarObject:
    """Every day of a working week."""
    return replace(an_object(uid, summary), recurrence=("RRULE:FREQ=DAILY;COUNT=5",))


def changed_date(values: Properties, day: int, word: str) -> dict[str, Json]:
    """What to set so that one date has this title; without a word it does not take place.

    Never the title of a series: that would be no title of its own (`without_echoes`).
    """
    date = f"{AT}{date_name(NOON + timedelta(days=day), NOON)}"
    bare: dict[str, Json] = {key: None for key in values if key.startswith(date)}
    return {**bare, **({f"{date}:summary": f"{word}, once"} if word else {date: CANCELLED})}


def random_program(program: Program, chance: random.Random, steps: int) -> None:
    """Do `steps` random acts."""
    words, names = WORDS, ("summary", "location")
    acts: list[Callable[[], object]] = [
        lambda: program.create_here(chance.choice(words)),
        lambda: program.create_there(chance.choice(words)),
        lambda: program.edit_here(chance.randrange(9), chance.choice(names), chance.choice(words)),
        lambda: program.edit_there(chance.randrange(9), chance.choice(names), chance.choice(words)),
        lambda: program.create_series_here(chance.choice(words)),
        lambda: program.create_series_there(chance.choice(words)),
        lambda: program.change_date_here(
            chance.randrange(9), chance.randrange(5), chance.choice(("", *words))
        ),
        lambda: program.change_date_there(
            chance.randrange(9), chance.randrange(5), chance.choice(("", *words))
        ),
        lambda: program.delete_here(chance.randrange(9)),
        lambda: program.delete_there(chance.randrange(9)),
        program.delete_all_there,
        program.lose_token,
        program.lose_local_token,
        program.lose_next_answer,
        program.throttle_next,
        lambda: program.set_rule(chance.choice(list(ConflictRule))),
        lambda: program.answer(chance.choice(list(Side))),
        lambda: program.list_in_portions(chance.choice([0, 1, 3])),
        lambda: program.pass_time(chance.choice([1, 11])),
        program.run,
        program.run,
        lambda: program.run_and_crash(chance.randrange(1, 9), after=chance.random() < 0.5),
        lambda: program.run_overtaken(
            chance.randrange(9), chance.choice(words), chance.randrange(1, 6)
        ),
    ]
    for _ in range(steps):
        chance.choice(acts)()
