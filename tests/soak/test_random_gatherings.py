"""Many random programs of several persons: `make soak N=10000` prints its seed, SEED repeats it."""

from __future__ import annotations

import os
import random

import pytest
from pytest_django import Settings

from support.gathering import Gathering
from support.gathering_of_dates import GatheringOfDates
from support.story import Story
from support.world import BASES, Organization

PROGRAMS = max(2, int(os.environ.get("SOAK_PROGRAMS") or 1000) // 100)
"""One of these takes as long as a hundred of a single account."""
SEED = int(os.environ.get("SOAK_SEED") or 0)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Gathering, GatheringOfDates])
@pytest.mark.parametrize("number", range(PROGRAMS))
def test_random_gatherings_converge(settings: Settings, number: int, kind: type[Gathering]) -> None:
    settings.PROVIDER_SESSION = "support.world.sandbox_session"
    settings.PROVIDER_BASES = BASES
    story = Story(Organization(), ("anna", "ben", "cleo"))
    gathering = kind(story, random.Random(SEED + number))

    try:
        gathering.run(40)
        gathering.check_converged()
    except AssertionError as error:
        raise AssertionError(f"SEED={SEED + number} N=200: {error}") from error
