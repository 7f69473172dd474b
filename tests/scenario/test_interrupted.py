"""Paused, stopped, disconnected, given up, and resumed: all a person may have (`support.domain`),
with what was done on every side meanwhile. Nothing is doubled or lost, nobody is mailed unasked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.accounts import disconnect, restart, stop
from calendar_sync.actions.remote_calendars import change_calendar
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.ports import Clock
from calendar_sync.engine.run import Pairing, synchronize_account
from calendar_sync.engine.sync import Lease, SyncReport
from calendar_sync.models import Event
from support.domain import (
    BENS,
    DATES,
    ELSEWHERE,
    IN_MAIN,
    PLAIN,
    SERIES,
    SHARED,
    TEAM,
    TWIN,
    WITHHELD,
    WORKSHOP,
    Domain,
)
from support.mirrored import EVA
from support.world import PROVIDERS, START, Organization

OURS, THEIRS, HERS = "New here", "New there", "Ben's, renamed"
KEPT = [SERIES, TEAM, WITHHELD, WORKSHOP, HERS]
"""What stays what it is, by whatever interruption; but for its new name, of Ben's."""

QUESTION = {"google": Choice.SILENT, "outlook": Choice.KEEP_HERE}


def interrupt(domain: Domain, how: str, *, begin: bool) -> None:
    organization, pk = domain.organization, domain.account.pk
    anna, now = organization.anna, organization.now
    match how:
        case "paused":
            organization.pause(domain.provider, paused=begin)
        case "stopped":
            (stop if begin else restart)(anna, pk, now)
        case "disconnected" if begin:
            disconnect(anna, pk, now)
        case "disconnected":
            organization.connect(anna, domain.provider, reconnect=pk)
        case _:
            for listed in domain.calendars():
                change_calendar(anna, listed, now, chosen=not begin)


def live_on(domain: Domain, *, asked: bool) -> None:
    """Anna here, Anna there, and Ben. While it is only paused, she is asked about mail."""
    organization, elsewhere = domain.organization, domain.mirror
    domain.edit(PLAIN, summary="Plain, ours")
    domain.edit(TEAM, location="Room Blue")
    domain.edit(WORKSHOP, QUESTION[domain.provider] if asked else None, location="Room Red")
    domain.rename_date(3, "At home")
    organization.create(organization.anna, OURS, start=START + timedelta(days=12))
    domain.there.create(THEIRS, day=14)
    domain.there.describe(PLAIN, "Text of theirs")
    domain.there.delete(TWIN)
    domain.bens.accept(SHARED)
    domain.bens.rename(BENS, HERS)
    elsewhere.delete(ELSEWHERE)
    organization.sandbox.mail.clear()
    organization.sandbox.journal.clear()
    domain.rounds(1)
    domain.delete(SHARED, Choice.SEND if asked else None)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("how", ["paused", "stopped", "disconnected"])
def test_what_was_done_meanwhile_arrives(
    organization: Organization, provider: ProviderName, how: str
) -> None:
    """Ben's meeting, seen through Ben, goes on. The called off meeting is told to its guest only
    by who was asked about it; what else guests would be told of waits, too.
    """
    domain = Domain.furnish(organization, provider)
    interrupt(domain, how, begin=True)
    live_on(domain, asked=how == "paused")

    assert domain.in_main() == sorted([*{*IN_MAIN, HERS, THEIRS} - {BENS, TWIN}])
    assert domain.mirror.titles() == sorted([*KEPT, "Plain, ours", SHARED, TWIN, OURS])
    assert domain.written() == (0, 6)
    assert (domain.bens.titles(), organization.mails) == ([HERS, SHARED], [])
    organization.sandbox.journal.clear()

    interrupt(domain, how, begin=False)
    domain.rounds(3)

    here = sorted([*KEPT, "Plain, ours", OURS, THEIRS])
    held = [] if how == "paused" else [f"{SHARED} held"]
    held += [f"{WORKSHOP} held"] if provider == "outlook" else []
    called_off = [SHARED] if f"{SHARED} held" in held else []
    assert domain.here == domain.mirror.titles() == here
    assert domain.in_main() == sorted([*{*here, *called_off} - {TEAM}])
    assert (domain.in_team(), domain.place_in_team()) == ([TEAM], "Room Blue")
    assert domain.dates() == [*DATES[:2], "22 09 At home"]
    assert domain.event("Plain, ours").components["description"] == "Text of theirs"
    assert domain.there.place_of(WORKSHOP) == ("Room Red" if provider == "google" else "")
    assert domain.there.guests_of(WORKSHOP) == [EVA]
    assert domain.there.guests_of(WITHHELD) == []
    assert (domain.held(), organization.titles_here(organization.ben)) == (held, [HERS])
    cancelled = {"google": ["Canceled: Shared"], "outlook": []}[provider]  # as Ben's shows it
    assert domain.bens.titles() == sorted([HERS, *(called_off or cancelled)])
    assert organization.mails == ([("cancel", domain.ben)] if how == "paused" else [])
    assert domain.written() == (WRITTEN[provider] + (how == "paused"), 4)
    check_quiet(domain)


WRITTEN = {"google": 6, "outlook": 5}
"""Plain, the team's lunch, a date, what is new, the mirror that goes; the workshop, silently."""


@pytest.mark.parametrize("provider", PROVIDERS)
def test_calendars_given_up_and_chosen_again(
    organization: Organization, provider: ProviderName
) -> None:
    """No memory of what was deleted: it stays where it still is. Of two texts the provider's holds,
    and the other is asked about. What is new goes to the other account meanwhile.
    """
    domain = Domain.furnish(organization, provider)
    interrupt(domain, "given up", begin=True)
    live_on(domain, asked=False)

    assert domain.in_main() == sorted([*{*IN_MAIN, HERS, THEIRS} - {BENS, TWIN}])
    assert (domain.mirror.titles(), domain.written()) == ([OURS], (0, 9))
    organization.sandbox.journal.clear()

    interrupt(domain, "given up", begin=False)
    domain.rounds(3)

    here = sorted([*KEPT, PLAIN, SHARED, OURS, THEIRS])
    held = [f"{WORKSHOP} held"] if provider == "outlook" else []
    assert domain.here == sorted([*here, TWIN])
    assert domain.in_main() == sorted([*{*here} - {TEAM}])
    assert (domain.mirror.titles(), domain.in_team()) == (here, [TEAM])
    assert domain.dates() == [*DATES[:2], "22 09 At home"]
    assert domain.held() == [*held, f"{PLAIN} conflict"]
    assert organization.titles_here(organization.ben) == sorted([HERS, SHARED])
    assert organization.mails == []
    check_quiet(domain)


def check_quiet(domain: Domain) -> None:
    titles = [event.summary for event in Event.objects.alive()]
    assert sorted(titles) == sorted({*titles})
    mails = len(domain.organization.mails)
    domain.organization.sandbox.journal.clear()
    domain.rounds(1)
    assert domain.written() == (0, 0)
    assert len(domain.organization.mails) == mails


def test_a_pause_stops_the_run_under_way(organization: Organization) -> None:
    """An administrator who sees something go wrong does not wait for its end."""
    organization.connect(organization.anna, "google")
    organization.work()
    organization.create(organization.anna, PLAIN)

    def run(lease: Lease, pairings: Sequence[Pairing], clock: Clock) -> Sequence[SyncReport]:
        organization.pause("google")
        return synchronize_account(lease, pairings, clock)

    organization.work(run)
    there = organization.there("anna", "google")
    assert there.titles() == []

    organization.pause("google", paused=False)
    organization.work()
    assert there.titles() == [PLAIN]


@pytest.mark.parametrize("paused", PROVIDERS)
def test_the_other_providers_copy_speaks_during_a_pause(
    organization: Organization, paused: ProviderName
) -> None:
    """A meeting from outside, with a guest here at each provider: one of them goes on reading."""
    organization.sandbox.people.add("gil", "Gil Dahl", google="gil@client.example")
    there = organization.there("gil", "google")
    there.create("Review", "anna@gmail.example", "ben@corp.example")
    organization.connect(organization.anna, "google")
    organization.connect(organization.ben, "outlook")
    organization.sync()
    organization.pause(paused)

    there.rename("Review", "Kick-off")
    organization.advance(minutes=11)
    organization.sync()

    for user in (organization.anna, organization.ben):
        assert organization.titles_here(user) == ["Kick-off"]
