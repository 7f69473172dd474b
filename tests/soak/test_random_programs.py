"""Many random programs: `make soak N=10000` prints its seed, SEED repeats it."""

from __future__ import annotations

import os
import random

import pytest

from support.convergence import Program, random_program


@pytest.mark.parametrize("style", ["google", "graph"])
def test_random_programs_converge(style: str) -> None:
    seed = int(os.environ.get("SOAK_SEED") or 0)
    programs = int(os.environ.get("SOAK_PROGRAMS") or 1000) // 2
    for number in range(programs):
        program = Program(style)
        try:
            random_program(program, random.Random(seed + number), 40)
            program.check_converged()
        except AssertionError as error:
            raise AssertionError(f"SEED={seed + number} N=2: {error}") from error
