"""Both ways, only from there, only to there: singles, series, deletions, answers; changing it."""

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.events import answer_event, delete_event, edit_event
from calendar_sync.actions.series import Scope, edit_dates
from calendar_sync.engine.event import PartStat
from calendar_sync.models import Event
from support.kept import make_here, rule
from support.world import PROVIDERS, START, Organization

pytestmark = pytest.mark.parametrize("provider", PROVIDERS)

ANNA = {"google": "anna@gmail.example", "outlook": "anna@corp.example"}
WEDNESDAYS = START.replace(day=2), START.replace(day=17)


def writes(organization: Organization) -> list[str]:
    return [each for each in organization.requests("/") if not each.startswith("GET")]


def the(title: str) -> Event:
    return Event.objects.get(components__summary=title)


def rename(organization: Organization, title: str, new: str) -> None:
    changed = edit_event(organization.anna, the(title).pk, {"summary": new}, None, organization.now)
    assert isinstance(changed, Event)


def rename_date(organization: Organization, title: str, date: str, new: str) -> None:
    event, zone = the(title), "Europe/Berlin"
    changed = edit_dates(
        organization.anna,
        event.pk,
        f"{date}T09:00:00 {zone}",
        Scope.THIS,
        {"summary": new},
        None,
        organization.now,
    )
    assert isinstance(changed, Event)


def test_only_from_there_nothing_is_written(
    organization: Organization, provider: ProviderName
) -> None:
    there = organization.there("anna", provider)
    for title in ("Single", "Gone"):
        there.create(title)
    there.create_series("Weekly")
    organization.there("ben", provider).create("Invited", ANNA[provider])
    organization.sandbox.mail.clear()
    organization.connect(organization.anna, provider)
    organization.sync()
    rule(organization, direction="from-provider")
    organization.sync()
    organization.sandbox.journal.clear()

    rename(organization, "Single", "Ours")
    rename_date(organization, "Weekly", "2026-12-09", "Ours, once")
    delete_event(organization.anna, the("Gone").pk, None, organization.now)
    answer_event(organization.anna, the("Invited").pk, PartStat.ACCEPTED, organization.now)
    make_here(organization, "New here")
    there.create("New there")
    organization.sync()

    assert writes(organization) == []
    assert there.titles() == ["Gone", "Invited", "New there", "Single", "Weekly"]
    assert there.dates(*WEDNESDAYS)[-2:] == ["09 09 Weekly", "16 09 Weekly"]
    here = ["Invited", "New here", "New there", "Ours", "Weekly"]
    assert organization.titles_here(organization.anna) == here
    assert organization.mails == []


def test_back_to_both_ways_sends_what_was_changed_here_but_not_what_was_deleted(
    organization: Organization, provider: ProviderName
) -> None:
    there = organization.there("anna", provider)
    for title in ("Single", "Gone", "Both"):
        there.create(title)
    there.create_series("Weekly")
    organization.connect(organization.anna, provider)
    organization.sync()
    rule(organization, direction="from-provider")
    rename(organization, "Single", "Ours")
    rename_date(organization, "Weekly", "2026-12-09", "Ours, once")
    delete_event(organization.anna, the("Gone").pk, None, organization.now)
    make_here(organization, "New here")
    organization.sync()

    rule(organization, direction="both")
    organization.sync()
    organization.sync()

    singles = [title for title in there.titles() if title != "Ours, once"]  # a row at Google
    assert singles == ["Both", "Gone", "New here", "Ours", "Weekly"]
    assert "09 09 Ours, once" in there.dates(*WEDNESDAYS)
    assert organization.titles_here(organization.anna) == ["Both", "New here", "Ours", "Weekly"]
    assert organization.mails == []


def test_only_to_there_nothing_comes(organization: Organization, provider: ProviderName) -> None:
    there = organization.there("anna", provider)
    organization.connect(organization.anna, provider)
    for title in ("Single", "Gone", "Dropped"):
        make_here(organization, title)
    organization.work()
    rule(organization, direction="to-provider")
    organization.sync()

    there.relocate("Single", "Clinic")
    there.delete("Gone")
    there.create("New there")
    there.create_series("Weekly")
    delete_event(organization.anna, the("Dropped").pk, None, organization.now)
    make_here(organization, "New here")
    organization.sync()
    organization.sync()

    assert organization.titles_here(organization.anna) == ["Gone", "New here", "Single"]
    assert "location" not in the("Single").components
    assert there.titles() == ["New here", "New there", "Single", "Weekly"]
    assert organization.mails == []


def test_back_to_both_ways_fetches_what_was_changed_there_but_deletes_nothing(
    organization: Organization, provider: ProviderName
) -> None:
    there = organization.there("anna", provider)
    organization.connect(organization.anna, provider)
    for title in ("Single", "Gone"):
        make_here(organization, title)
    organization.work()
    rule(organization, direction="to-provider")
    there.relocate("Single", "Clinic")
    there.delete("Gone")
    there.create_series("Weekly")
    organization.sync()

    rule(organization, direction="both")
    organization.sync()
    organization.sync()

    assert organization.titles_here(organization.anna) == ["Gone", "Single", "Weekly"]
    assert the("Single").components["location"] == "Clinic"
    assert there.titles() == ["Single", "Weekly"]
    assert organization.mails == []


def test_answer_goes_only_to_there(organization: Organization, provider: ProviderName) -> None:
    """The organizer is told once; what he changes afterwards does not come."""
    organization.there("ben", provider).create("Review", ANNA[provider])
    organization.connect(organization.anna, provider)
    organization.sync()
    organization.sandbox.mail.clear()
    rule(organization, direction="to-provider")

    answer_event(organization.anna, the("Review").pk, PartStat.ACCEPTED, organization.now)
    organization.there("ben", provider).relocate("Review", "Clinic")
    organization.sync()
    organization.sync()

    ben = organization.there("ben", provider)
    assert ben.answer_of("Review", ANNA[provider]) == "accepted"
    assert [kind for kind, _ in organization.mails].count("reply") <= 1
    assert "location" not in the("Review").components
