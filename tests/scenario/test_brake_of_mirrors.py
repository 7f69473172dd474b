"""What is too much where calendars show one another: nothing is lost, and nobody is mailed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.kept_in_step import kept_in_step, save_rules, wish_of
from calendar_sync.actions.safety_stops import release_all, safety_stops
from calendar_sync.engine.masks import Mirror
from calendar_sync.models import ListedCalendar
from support.mirrored import OTHER, check_quiet, connect_both, homes, show, titles
from support.world import Organization

ALL = [f"Event {number:02}" for number in range(60)]


@pytest.fixture
def mirrored(organization: Organization, home: ProviderName) -> Organization:
    """Sixty events of Anna's at home; her other account, where nothing else is, shows them all."""
    connect_both(organization, home)
    organization.there("anna", home).load(ALL)
    organization.sync()
    show(organization, OTHER[home], Mirror.FULL)
    rounds(organization)
    assert titles(organization) == {home: ALL, OTHER[home]: ALL}
    return organization


def stops(organization: Organization) -> list[tuple[str, int, int]]:
    return [(each.guard, len(each.events), each.linked) for each in safety_stops(organization.anna)]


def rounds(organization: Organization) -> None:
    for _ in range(2):
        organization.advance(minutes=11)
        organization.sync()


@homes
def test_a_filter_that_takes_sixty_out_of_step(mirrored: Organization, home: ProviderName) -> None:
    """Withdrawn where they were shown, left alone at home and here; let in again they come back."""
    other = OTHER[home]
    pk = ListedCalendar.objects.get(credential__provider=home, is_primary=True).pk
    wish = wish_of(kept_in_step(mirrored.anna, pk))

    shown = save_rules(mirrored.anna, pk, replace(wish, titles=("Event*",)), mirrored.now, None)
    rounds(mirrored)
    assert (shown.leaving, stops(mirrored)) == (60, [])
    assert titles(mirrored) == {home: ALL, other: []}
    assert mirrored.titles_here(mirrored.anna) == ALL

    save_rules(mirrored.anna, pk, wish, mirrored.now, None)
    rounds(mirrored)
    assert titles(mirrored) == {home: ALL, other: ALL}
    assert (stops(mirrored), mirrored.mails) == ([], [])
    check_quiet(mirrored, 1)


@pytest.mark.parametrize("home", ["google"])
def test_a_mass_deletion_at_home(mirrored: Organization, home: ProviderName) -> None:
    """Until somebody lets it through, nothing is withdrawn either."""
    for title in ALL[:30]:
        mirrored.there("anna", home).delete(title)
    rounds(mirrored)
    (stop,) = safety_stops(mirrored.anna)
    assert stops(mirrored) == [("brake_vanished", 30, 60)]
    assert titles(mirrored)[OTHER[home]] == mirrored.titles_here(mirrored.anna) == ALL

    release_all(mirrored.anna, stop.pairing_id, stop.guard, "apply", mirrored.now)
    rounds(mirrored)
    assert titles(mirrored) == {home: ALL[30:], OTHER[home]: ALL[30:]}
    assert mirrored.titles_here(mirrored.anna) == ALL[30:]
    assert mirrored.mails == []


@pytest.mark.parametrize("home", ["outlook"])
def test_edits_at_mirrors_are_measured_over_the_mirrors(
    mirrored: Organization, home: ProviderName
) -> None:
    """Six of sixty are no reason to stop, though nothing else is in that calendar; twenty are.

    And whoever wipes sixty mirrors away has deleted nothing.
    """
    there = mirrored.there("anna", OTHER[home])
    for title in ALL[:6]:
        there.rename(title, f"My {title}")
    rounds(mirrored)
    assert stops(mirrored) == []
    assert mirrored.titles_here(mirrored.anna) == ALL[6:] + [f"My {title}" for title in ALL[:6]]

    for title in ALL[6:20]:
        there.rename(title, f"My {title}")
    rounds(mirrored)
    assert stops(mirrored) == [("brake_rewritten", 14, 60)]

    for title in titles(mirrored)[OTHER[home]]:
        there.delete(title)
    rounds(mirrored)
    assert len(mirrored.titles_here(mirrored.anna)) == len(titles(mirrored)[home]) == 60
    assert mirrored.mails == []
