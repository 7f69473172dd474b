"""Random acts at the home, at the mirror and in between: nobody hears of a mirror, ever."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest
from pytest_django import Settings

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.sync import poll
from calendar_sync.engine.masks import Mirror
from calendar_sync.engine.sync import LinkState
from support.mirrored import ANNA, OTHER, check_quiet, connect_both, mirrors, move, put, rows
from support.world import BASES, PROVIDERS, Organization


@pytest.fixture
def organization(db: None, settings: Settings) -> Organization:
    settings.PROVIDER_SESSION = "support.world.sandbox_session"
    settings.PROVIDER_BASES = BASES
    return Organization()


@dataclass
class Acts:
    """`titles` are those at the home; what is done to a mirror never changes them."""

    organization: Organization
    home: ProviderName
    choose: random.Random
    titles: list[str] = field(default_factory=list)
    mode: Mirror = Mirror.OFF

    def create(self) -> None:
        title = f"Event {len(self.titles)}-{self.choose.random():.6f}"
        there = self.organization.there("anna", self.home)
        there.create(title, late=self.choose.randrange(400))
        self.titles.append(title)

    def invite(self) -> None:
        title = f"Meeting {self.choose.random():.6f}"
        self.organization.there("ben", self.home).create(title, ANNA[self.home])
        self.titles.append(title)

    def rename(self) -> None:
        own = [title for title in self.titles if title.startswith("Event")]
        if own:
            old = self.choose.choice(own)
            self.titles[self.titles.index(old)] = f"{old}'"
            self.organization.there("anna", self.home).rename(old, f"{old}'")

    def delete(self) -> None:
        own = [title for title in self.titles if title.startswith("Event")]
        if own:
            title = self.choose.choice(own)
            self.titles.remove(title)
            self.organization.there("anna", self.home).delete(title)

    def switch(self) -> None:
        self.mode = self.choose.choice([Mirror.OFF, Mirror.BUSY, Mirror.BUSY, Mirror.FULL])
        put(self.organization, OTHER[self.home], self.mode)

    def touch_mirror(self) -> None:
        """A busy one is moved, renamed or removed."""
        there = self.organization.there("anna", OTHER[self.home])
        if "Busy" not in there.titles():
            return
        act = self.choose.randrange(3)
        if act == 0:
            move(self.organization, OTHER[self.home], "Busy", "2026-12-02")
        elif act == 1:
            there.rename("Busy", f"Mine {self.choose.random():.6f}")
        else:
            there.delete("Busy")

    def turn(self) -> None:
        self.organization.advance(minutes=self.choose.choice([0, 1, 11]))
        poll(self.choose.choice(PROVIDERS), self.organization.now)
        self.organization.work()


@pytest.mark.parametrize("home", PROVIDERS)
@pytest.mark.parametrize("seed", range(4))
def test_mirrors_settle(organization: Organization, home: ProviderName, seed: int) -> None:
    connect_both(organization, home)
    acts = Acts(organization, home, random.Random(seed))
    steps = [acts.create, acts.invite, acts.rename, acts.delete, acts.switch]
    for _ in range(14):
        acts.choose.choice([*steps, acts.touch_mirror, acts.turn, acts.turn])()
    organization.sandbox.mail.clear()
    for _ in range(3):
        organization.advance(minutes=11)
        organization.sync()

    assert organization.mails == []
    assert organization.there("anna", home).titles() == sorted(acts.titles)
    assert organization.titles_here(organization.anna) == sorted(acts.titles)
    shown = [link for link in mirrors() if link.state != LinkState.UNWANTED.value]
    assert len(rows(organization, OTHER[home])) == len(shown)
    # one that was removed there rests, also after its event
    of_events = [link for link in mirrors() if link.entry.event.deleted_at is None]
    assert len(of_events) == (0 if acts.mode is Mirror.OFF else len(acts.titles))
    check_quiet(organization)
