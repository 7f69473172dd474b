"""*Only these*: who comes in and leaves by a title or a category; and what is passed over there."""

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.event_choices import edit_with_choices
from calendar_sync.actions.kept_in_step import kept_in_step
from calendar_sync.actions.preview_making import preview_next
from calendar_sync.actions.previews import ask_preview, preview_shown
from calendar_sync.actions.remote_calendars import change_calendar
from calendar_sync.actions.series import Scope
from calendar_sync.actions.sync import sync_next
from calendar_sync.engine.filters import Reason
from calendar_sync.engine.policy import Side
from calendar_sync.engine.sync import SyncReport
from calendar_sync.models import Event, Link, ListedCalendar, PassedOver, ProviderCredential
from support.kept import ODD, make_here, make_there, rule
from support.statements import Statements
from support.world import PROVIDERS, Organization

providers = pytest.mark.parametrize("provider", PROVIDERS)
WORK = ("[work]*",)


def passed_over(organization: Organization) -> dict[str, int]:
    pk = ListedCalendar.objects.get().pk
    return {
        why.value: count for why, count in kept_in_step(organization.anna, pk).passed_over.items()
    }


def rename_here(organization: Organization, event: Event, summary: str) -> None:
    changes = {"summary": summary}
    edit_with_choices(organization.anna, event.pk, "", Scope.ALL, changes, None, organization.now)
    organization.work()


@providers
def test_titles_decide_on_both_sides(organization: Organization, provider: ProviderName) -> None:
    organization.connect(organization.anna, provider)
    there = organization.there("anna", provider)
    both = make_here(organization, "Review")
    organization.work()
    rule(organization, only_titles=WORK)
    plain = make_here(organization, "Ours")
    make_here(organization, "[Work] Ours")
    there.create("Theirs")
    there.create("[Work] Theirs", day=3)
    organization.sync()
    assert there.titles() == ["Review", "Theirs", "[Work] Ours", "[Work] Theirs"]
    mine = ["Ours", "Review", "[Work] Ours", "[Work] Theirs"]
    assert organization.titles_here(organization.anna) == mine
    assert passed_over(organization) == {"other-title": 1}

    rename_here(organization, plain, "[Work] Plain")
    rename_here(organization, both, "[Work] Review")
    there.rename("Theirs", "[Work] Came")
    organization.sync()
    everything = ["Came", "Ours", "Plain", "Review", "Theirs"]
    assert there.titles() == [f"[Work] {name}" for name in everything]
    assert organization.titles_here(organization.anna) == there.titles()
    assert passed_over(organization) == {}

    rename_here(organization, plain, "Plain")
    there.rename("[Work] Came", "Gone")
    organization.sync()
    assert there.titles() == ["Gone", *(f"[Work] {name}" for name in everything[1:])]
    mine = ["Plain", "[Work] Came", *(f"[Work] {each}" for each in ("Ours", "Review", "Theirs"))]
    assert organization.titles_here(organization.anna) == mine
    organization.sandbox.journal.clear()
    organization.sync()
    assert [each for each in organization.requests("/") if not each.startswith("GET")] == []
    assert organization.mails == []


@providers
def test_categories_decide(organization: Organization, provider: ProviderName) -> None:
    """Google's calendars have none: what gets one here goes there, and nothing comes from there."""
    organization.connect(organization.anna, provider)
    rule(organization, only_categories=("home",))
    make_there(organization, provider, "Plain", ODD["free"])
    make_there(organization, provider, "Theirs", ODD["category"])
    make_here(organization, "Ours", categories=("Home",))
    make_here(organization, "Other", categories=("Work",))
    for _ in range(2):
        organization.sync()

    there, comes = organization.there("anna", provider).titles(), provider == "outlook"
    assert there == ["Ours", "Plain", "Theirs"]
    here = ["Other", "Ours", *(["Theirs"] if comes else [])]
    assert organization.titles_here(organization.anna) == here
    assert passed_over(organization) == {"other-category": 1 if comes else 2}
    assert kept_in_step(organization.anna, ListedCalendar.objects.get().pk).has_categories is comes


@providers
def test_what_is_passed_over_there_is_counted(
    organization: Organization, provider: ProviderName
) -> None:
    """Up and down with what happens there, through restarts; an idle round costs nothing more."""
    organization.connect(organization.anna, provider)
    rule(organization, private="skip", only_titles=WORK)
    there = organization.there("anna", provider)
    there.load([f"Event {number}" for number in range(8)])
    there.create_series("Odd weeks")
    make_there(organization, provider, "Secret", ODD["private"])
    organization.sync()
    assert passed_over(organization) == {"private": 1, "other-title": 9}
    assert not Event.objects.exists()

    there.delete("Event 0")
    there.delete("Odd weeks")
    there.rename("Event 1", "[Work] one")
    organization.sync()
    assert passed_over(organization) == {"private": 1, "other-title": 6}
    ProviderCredential.objects.update(due_at=organization.now)
    with Statements() as idle:
        turn = sync_next(organization.sandbox.clock)
    assert turn is not None
    assert turn.reports == (SyncReport(),)
    assert len(idle.sql) <= 5, idle.sql

    there.forget_token()
    there.delete("Event 2")
    organization.sync()
    assert passed_over(organization) == {"private": 1, "other-title": 5}
    rule(organization, private="full", only_titles=())
    assert not PassedOver.objects.exists()
    organization.sync()
    assert len(organization.titles_here(organization.anna)) == len(there.titles()) == 7
    assert not PassedOver.objects.exists()
    assert organization.mails == []


@providers
def test_preview_tells_what_filters_keep(
    organization: Organization, provider: ProviderName
) -> None:
    row = organization.connect(organization.anna, provider, preview=True)
    rule(organization, only_titles=WORK)
    make_here(organization, "Ours")
    make_here(organization, "[Work] Ours")
    there = organization.there("anna", provider)
    there.load(["Theirs", "[Work] Theirs", "Other"])

    ask_preview(organization.anna, row.pk, organization.now)
    assert preview_next(organization.sandbox.clock)

    shown = preview_shown(organization.anna, row.pk)
    assert shown.counts == {("here", "created"): 1, ("there", "created"): 1}
    assert shown.left_out == {
        Side.HERE: {Reason.OTHER_TITLE: 1},
        Side.THERE: {Reason.OTHER_TITLE: 2},
    }
    assert there.titles() == ["Other", "Theirs", "[Work] Theirs"]


def test_calendar_given_up_is_not_counted(organization: Organization) -> None:
    organization.connect(organization.anna, "google")
    rule(organization, only_titles=WORK)
    organization.there("anna", "google").create("Theirs")
    organization.sync()
    assert PassedOver.objects.count() == 1

    pk = ListedCalendar.objects.get().pk
    change_calendar(organization.anna, pk, organization.now, chosen=False)

    assert not PassedOver.objects.exists()


@providers
def test_meeting_that_comes_in_mails_nobody(
    organization: Organization, provider: ProviderName
) -> None:
    """Nobody was asked about mail while it was left out: told silently, where that can be."""
    organization.connect(organization.anna, provider)
    there = organization.there("anna", provider)
    there.create("Lunch", "eva@client.example")
    organization.sync()
    organization.sandbox.mail.clear()
    rule(organization, only_titles=WORK)
    organization.work()
    event = Event.objects.get()

    rename_here(organization, event, "[Work] Lunch")
    organization.sync()

    link = Link.objects.get()
    waits = provider == "outlook"
    assert (link.left_out, link.state) == ("", "held" if waits else "settled")
    assert there.titles() == ["Lunch" if waits else "[Work] Lunch"]
    assert organization.mails == []
