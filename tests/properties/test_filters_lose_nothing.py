"""Whatever filters say in between: nothing is deleted or mailed, and letting in loses nothing."""

from __future__ import annotations

import random
from collections.abc import Callable

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from calendar_sync.engine.policy import Filters, PrivateEvents
from support.convergence import WORDS, Program
from support.run_world import STYLES

STEPS = 30
FILTERS = (
    Filters(),
    Filters(private=PrivateEvents.SKIP),
    Filters(skip_free=True),
    *(Filters(titles=frozenset({word})) for word in WORDS),
    Filters(titles=frozenset({"*w*"}), private=PrivateEvents.SKIP),
    Filters(only_titles=frozenset(WORDS[:2])),
    Filters(only_categories=frozenset({"Work"}), skip_free=True),
)
EDITS = (
    ("location", "Room"),
    ("classification", "private"),
    ("classification", "default"),
    ("availability", "free"),
    ("availability", "busy"),
    ("category:Work", "yes"),
    *(("summary", word) for word in WORDS),
)


def acts_of(program: Program, chance: random.Random) -> list[Callable[[], object]]:
    """Everything but deletions: what then is gone, a filter has taken away."""

    def edit(side: Callable[[int, str, str], None]) -> None:
        side(chance.randrange(9), *chance.choice(EDITS))

    def keep_apart() -> None:
        for key in program.living_here()[:: chance.randrange(1, 4)]:
            program.host.keep_apart(key, apart=chance.random() < 0.5)

    return [
        lambda: program.create_here(chance.choice(WORDS)),
        lambda: program.create_there(chance.choice(WORDS)),
        lambda: program.create_series_here(chance.choice(WORDS)),
        lambda: program.create_series_there(chance.choice(WORDS)),
        lambda: edit(program.edit_here),
        lambda: edit(program.edit_there),
        lambda: edit(program.edit_there),
        lambda: program.host.filter(chance.choice(FILTERS)),
        lambda: program.host.filter(chance.choice(FILTERS)),
        keep_apart,
        program.lose_token,
        program.lose_local_token,
        program.lose_next_answer,
        lambda: program.list_in_portions(chance.choice([0, 1, 3])),
        lambda: program.pass_time(chance.choice([1, 11])),
        program.run,
        program.run,
        program.run,
        lambda: program.run_and_crash(chance.randrange(1, 9), after=chance.random() < 0.5),
    ]


@pytest.mark.parametrize("style", STYLES)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost(style: str, seed: int) -> None:
    program, chance = Program(style), random.Random(seed)
    acts = acts_of(program, chance)
    here, there = set[str](), set[str]()
    for _ in range(STEPS):
        chance.choice(acts)()
        assert here <= set(program.living_here()), "gone here"
        assert there <= set(program.remote.live()), "gone there"
        here, there = set(program.living_here()), set(program.remote.live())

    program.host.filter(Filters())
    for key in program.living_here():
        program.host.keep_apart(key, apart=False)
    program.host.state.token = None
    program.check_converged()
