"""Random edits of several persons on all sides, in any order of syncs, with faults."""

from __future__ import annotations

import random

import pytest
from pytest_django import Settings

from support.gathering import Gathering
from support.gathering_of_dates import GatheringOfDates
from support.story import Story
from support.world import BASES, Organization

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "seed"),
    [*((Gathering, seed) for seed in range(9)), *((GatheringOfDates, seed) for seed in range(3))],
)
def test_everybody_ends_up_with_one_meeting_and_no_mail_by_surprise(
    settings: Settings, kind: type[Gathering], seed: int
) -> None:
    settings.PROVIDER_SESSION = "support.world.sandbox_session"
    settings.PROVIDER_BASES = BASES
    gathering = kind(Story(Organization(), ("anna", "ben", "cleo")), random.Random(seed))

    gathering.run(20)

    gathering.check_converged()
