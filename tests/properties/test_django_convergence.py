"""The random programs of the reference host, on the Django host."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import pytest

from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.pending import LinkKey
from calendar_sync.engine.properties import Json
from calendar_sync.engine.sync import Link, SyncToken
from calendar_sync.hosts.django_orm import DjangoHost
from calendar_sync.hosts.django_rows import link_of
from calendar_sync.hosts.memory import MemoryHost
from calendar_sync.models import Link as LinkRow
from calendar_sync.models import Pairing
from calendar_sync.models.contents import load_contents
from support.convergence import Program, random_program
from support.desk import DjangoDesk

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Row:
    link: Link
    values: dict[str, Json] | None


class State:
    """The rows of the database in the shape of the reference host's state."""

    @property
    def token(self) -> SyncToken | None:
        return SyncToken(Pairing.objects.get().token)

    @token.setter
    def token(self, token: SyncToken | None) -> None:
        Pairing.objects.update(token=token or "")

    @property
    def rows(self) -> dict[LinkKey, Row]:
        found = {}
        for link in LinkRow.objects.open().select_related("entry__event"):
            entry, event = link.entry, link.entry.event
            values = load_contents([event])[event.pk].properties(entry)
            gone = entry.deleted_at or event.deleted_at
            found[LinkKey(str(link.pk))] = Row(link_of(link), None if gone else values)
        return found


class Host(DjangoHost):
    """With the verbs of the person that the reference host has."""

    def __init__(self, desk: DjangoDesk) -> None:
        super().__init__(desk.pairing.pk, desk.clock)
        self.desk = desk
        self.state = State()
        self.claim, self.remove, self.let_through = desk.claim, desk.remove, desk.let_through

    def add(self, obj: CalendarObject) -> LinkKey:
        return self.desk.add(obj)

    def edit(self, key: LinkKey, changes: Mapping[str, Json]) -> None:
        self.desk.edit(key, changes)


def a_program(style: str) -> Program:
    program = Program(style)
    program.host = cast("MemoryHost", Host(DjangoDesk(program.clock)))
    return program


@pytest.mark.parametrize("style", ["google", "graph"])
@pytest.mark.parametrize("seed", range(12))
def test_random_programs_converge(style: str, seed: int) -> None:
    chance = random.Random(f"{style} {seed}")
    program = a_program(style)

    random_program(program, chance, 25)

    program.check_converged()
