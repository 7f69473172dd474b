"""A filter that is switched on and off again leaves no trace; and what it keeps out is counted."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from calendar_sync.engine.filters import Reason, left_out
from calendar_sync.engine.policy import Filters, PrivateEvents
from calendar_sync.engine.properties import Properties
from calendar_sync.engine.sync import Href
from support.builders import ANNA, EVA, NOON, an_object
from support.convergence import WORDS, Program
from support.run_world import STYLES

OWN = frozenset({ANNA})
FILTERS = (
    Filters(private=PrivateEvents.SKIP),
    Filters(skip_free=True),
    Filters(titles=frozenset({"*w*"})),
    Filters(only_titles=frozenset({"review*", "lunch*"})),
    Filters(only_titles=frozenset({"nothing"})),
    Filters(only_categories=frozenset({"Work"})),
    Filters(only_categories=frozenset({"work", "Home"}), only_titles=frozenset({"re"})),
    Filters(start=NOON.date(), categories=frozenset({"Home"})),
)
EDITS = (
    ("classification", "private"),
    ("availability", "free"),
    *((f"category:{name}", value) for name in ("Work", "Home") for value in (True, None)),
    *(("summary", word) for word in WORDS),
)


class Filtered(Program):
    """A program with filters, and what they must have counted."""

    def meet(self, word: str) -> None:
        """A meeting with a guest, on either side."""
        self.made += 1
        meeting = an_object(f"there{self.made}", f"{word} {self.made}", guests=(ANNA, EVA))
        self.remote.add(meeting)

    def edit(self, chance: random.Random) -> None:
        key, value = chance.choice(EDITS)
        hrefs, keys = sorted(self.remote.live()), self.living_here()
        if hrefs and chance.random() < 0.6:
            self.remote.edit(chance.choice(hrefs), {key: value})
        elif keys:
            self.host.edit(chance.choice(keys), {key: value})

    def kept_out(self) -> dict[Href, Reason]:
        """What the filters say of everything there that has no link."""
        linked = {row.link.href for row in self.host.state.rows.values()}
        linked |= {row.link.href for row in self.host.state.attic}
        told = {href: v for href, v in self.remote.live().items() if href not in linked}
        filters = self.host.policy.filters
        reasons = {href: left_out(filters, [values], OWN) for href, values in told.items()}
        return {href: reason for href, reason in reasons.items() if reason}

    def sides(self) -> tuple[dict[str, Properties], dict[str, Properties]]:
        rows = self.host.state.rows
        here: dict[str, Properties] = {
            str(key): dict(rows[key].values or {}) for key in self.living_here()
        }
        return here, {str(href): dict(values) for href, values in self.remote.live().items()}


def making(program: Filtered, chance: random.Random) -> list[Callable[[], object]]:
    def word() -> str:
        return chance.choice(WORDS)

    return [
        lambda: program.create_here(word()),
        lambda: program.create_there(word()),
        lambda: program.create_series_here(word()),
        lambda: program.create_series_there(word()),
        lambda: program.meet(word()),
        lambda: program.edit(chance),
        lambda: program.edit(chance),
    ]


@pytest.mark.parametrize("style", STYLES)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_on_and_off_again_everything_is_back(style: str, seed: int) -> None:
    program, chance = Filtered(style), random.Random(seed)
    for _ in range(12):
        chance.choice(making(program, chance))()
    program.check_converged()
    before = program.sides()

    for filters in chance.sample(FILTERS, 2):
        program.host.filter(filters)
        program.run()
        program.run()
        assert program.sides() == before
    program.host.filter(Filters())

    program.check_converged()
    assert program.sides() == before


@pytest.mark.parametrize("style", STYLES)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=20, deadline=None)
def test_what_is_passed_over_is_always_counted(style: str, seed: int) -> None:
    program, chance = Filtered(style), random.Random(seed)
    acts: list[Callable[[], object]] = [
        *making(program, chance),
        lambda: program.delete_there(chance.randrange(9)),
        lambda: program.host.filter(chance.choice(FILTERS)),
        program.lose_token,
        program.lose_local_token,
        lambda: program.list_in_portions(chance.choice([0, 1, 3])),
        lambda: program.run_and_crash(chance.randrange(1, 9), after=chance.random() < 0.5),
    ]
    program.host.filter(replace(FILTERS[3], private=PrivateEvents.SKIP))
    for _ in range(15):
        for _ in range(chance.randrange(4)):
            chance.choice(acts)()
        report = program.run()
        if report.error is None:
            counted = program.host.state.passed_over
            assert counted.keys() == program.kept_out().keys()
    program.host.filter(Filters())
    program.run()
    assert program.host.state.passed_over == {}
