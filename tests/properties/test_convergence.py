"""Whatever people, crashes and lost answers do: both sides agree within three runs.

Hypothesis shrinks what it finds; `make soak` runs many more random programs.
"""

from __future__ import annotations

from typing import ClassVar

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, rule

from calendar_sync.engine.policy import ConflictRule, Side
from support.convergence import WORDS, Program

picks = st.integers(0, 8)
words = st.sampled_from(WORDS)
names = st.sampled_from(("summary", "location"))


class Convergence(RuleBasedStateMachine):
    style: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.program = Program(self.style)

    @rule(word=words)
    def create_here(self, word: str) -> None:
        self.program.create_here(word)

    @rule(word=words)
    def create_there(self, word: str) -> None:
        self.program.create_there(word)

    @rule(pick=picks, name=names, word=words)
    def edit_here(self, pick: int, name: str, word: str) -> None:
        self.program.edit_here(pick, name, word)

    @rule(pick=picks, name=names, word=words)
    def edit_there(self, pick: int, name: str, word: str) -> None:
        self.program.edit_there(pick, name, word)

    @rule(pick=picks)
    def delete_here(self, pick: int) -> None:
        self.program.delete_here(pick)

    @rule(pick=picks)
    def delete_there(self, pick: int) -> None:
        self.program.delete_there(pick)

    @rule()
    def delete_all_there(self) -> None:
        self.program.delete_all_there()

    @rule()
    def lose_token(self) -> None:
        self.program.lose_token()

    @rule()
    def lose_local_token(self) -> None:
        self.program.lose_local_token()

    @rule()
    def lose_next_answer(self) -> None:
        self.program.lose_next_answer()

    @rule(rule=st.sampled_from(ConflictRule))
    def set_rule(self, rule: ConflictRule) -> None:
        self.program.set_rule(rule)

    @rule(winner=st.sampled_from(Side))
    def answer(self, winner: Side) -> None:
        self.program.answer(winner)

    @rule(size=st.sampled_from((0, 1, 3)))
    def list_in_portions(self, size: int) -> None:
        self.program.list_in_portions(size)

    @rule()
    def throttle_next(self) -> None:
        self.program.throttle_next()

    @rule(minutes=st.sampled_from((1, 11)))
    def pass_time(self, minutes: int) -> None:
        self.program.pass_time(minutes)

    @rule()
    def run(self) -> None:
        self.program.run()

    @rule(at=st.integers(1, 8), after=st.booleans())
    def run_and_crash(self, at: int, *, after: bool) -> None:
        self.program.run_and_crash(at, after=after)

    @rule(pick=picks, word=words, at=st.integers(1, 5))
    def run_overtaken(self, pick: int, word: str, at: int) -> None:
        self.program.run_overtaken(pick, word, at)

    def teardown(self) -> None:
        self.program.check_converged()


class GoogleConvergence(Convergence):
    style = "google"


class GraphConvergence(Convergence):
    style = "graph"


PROFILE = settings(
    max_examples=150,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestGoogle = GoogleConvergence.TestCase
TestGoogle.settings = PROFILE
TestGraph = GraphConvergence.TestCase
TestGraph.settings = PROFILE
