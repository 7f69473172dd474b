"""Filters of a calendar, at both providers, both ways: what is left out, and that it stays."""

from dataclasses import asdict

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.event_choices import edit_with_choices, keep_apart
from calendar_sync.actions.event_kinds import remove_kind
from calendar_sync.actions.events import answer_event, create_event, delete_event
from calendar_sync.actions.feed import event_detail
from calendar_sync.actions.kept_in_step import Wish
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.series import Scope
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat
from calendar_sync.models import Event, EventKind, Link
from support.kept import HOUR, ODD, call, change_there, make_here, make_there, rule
from support.world import PROVIDERS, START, Organization

pytestmark = pytest.mark.parametrize("provider", PROVIDERS)

EVA = "eva@client.example"


def writes(organization: Organization) -> list[str]:
    """What was not merely read."""
    return [each for each in organization.requests("/") if not each.startswith("GET")]


def quiet(organization: Organization) -> None:
    """Two more runs do nothing, and nobody was mailed by any of it."""
    organization.sync()
    organization.sandbox.journal.clear()
    for _ in range(2):
        organization.sync()
    assert writes(organization) == []
    assert organization.mails == []


@pytest.mark.parametrize("name", sorted(ODD.keys() - {"category"}))
def test_ours_is_left_out_and_let_in_again(
    organization: Organization, provider: ProviderName, name: str
) -> None:
    organization.connect(organization.anna, provider)
    organization.work()
    rule(organization, **ODD[name].rule)
    organization.sandbox.journal.clear()

    make_here(organization, "Odd one", **ODD[name].here)
    organization.work()

    there = organization.there("anna", provider)
    assert (there.titles(), writes(organization)) == ([], [])
    assert Link.objects.get().left_out == name
    quiet(organization)
    rule(organization, **asdict(Wish()))
    organization.work()
    assert there.titles() == ["Odd one"]
    assert organization.titles_here(organization.anna) == ["Odd one"]
    quiet(organization)


@pytest.mark.parametrize("name", ODD)
def test_theirs_is_left_out_and_let_in_again(
    organization: Organization, provider: ProviderName, name: str
) -> None:
    odd = ODD[name]
    if odd.there(provider) is None:
        pytest.skip("this provider has no such thing")
    organization.connect(organization.anna, provider)
    organization.work()
    rule(organization, **odd.rule)
    make_there(organization, provider, "Odd one", odd)

    organization.sync()

    assert organization.titles_here(organization.anna) == []
    assert not Event.objects.exists()
    quiet(organization)
    effect = rule(organization, **asdict(Wish()))
    assert effect.reads_again
    organization.sandbox.journal.clear()
    organization.work()
    assert organization.titles_here(organization.anna) == ["Odd one"]
    quiet(organization)


def test_wider_rules_cost_one_listing(organization: Organization, provider: ProviderName) -> None:
    organization.connect(organization.anna, provider)
    rule(organization, titles=("odd",))
    organization.there("anna", provider).load([f"Odd {number}" for number in range(30)])
    organization.sync()
    organization.sandbox.journal.clear()

    rule(organization, titles=())
    organization.work()

    reads = organization.requests("/google/calendar" if provider == "google" else "/graph/v1.0")
    assert len(reads) == 1
    assert len(organization.titles_here(organization.anna)) == 30
    quiet(organization)


def test_narrower_rules_cost_nothing(organization: Organization, provider: ProviderName) -> None:
    organization.connect(organization.anna, provider)
    organization.there("anna", provider).load([f"Odd {number}" for number in range(30)])
    organization.sync()
    organization.sandbox.journal.clear()

    effect = rule(organization, titles=("odd 1*",))
    organization.work()

    assert (effect.total, effect.leaving, effect.reads_again) == (30, 11, False)
    assert writes(organization) == []
    assert len(organization.titles_here(organization.anna)) == 30
    assert Link.objects.filter(left_out="title").count() == 11
    quiet(organization)


def test_linked_one_leaves_there_and_comes_back_with_what_both_did(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    event = make_here(organization, "Review")
    organization.work()
    rule(organization, private="skip")
    odd, there = ODD["private"], organization.there("anna", provider)
    plain = {"visibility": "default"} if there.is_google else {"sensitivity": "normal"}

    change_there(organization, provider, "Review", odd.there(provider) or {})
    there.relocate("Review", "Clinic")
    organization.sync()
    event.refresh_from_db()
    assert "location" not in event.components
    assert _edit(organization, event, summary="Doctor")
    organization.work()
    assert there.titles() == ["Review"]
    assert _state(organization, event) == ("left-out", "private")

    change_there(organization, provider, "Review", plain)
    organization.sync()
    organization.sync()

    event.refresh_from_db()
    assert (event.summary, event.components["location"]) == ("Doctor", "Clinic")
    assert (there.titles(), there.place_of("Doctor")) == (["Doctor"], "Clinic")
    quiet(organization)


def test_what_is_deleted_outside_stays_on_the_other_side(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    gone_here, gone_there = (make_here(organization, title) for title in ("Odd 1", "Odd 2"))
    organization.work()
    rule(organization, titles=("odd",))
    organization.work()
    there = organization.there("anna", provider)

    delete_event(organization.anna, gone_here.pk, None, organization.now)
    there.delete("Odd 2")
    organization.sync()
    rule(organization, titles=())
    organization.sync()

    assert there.titles() == ["Odd 1"]
    assert organization.titles_here(organization.anna) == ["Odd 2"]
    assert gone_there.summary == "Odd 2"
    quiet(organization)


def test_one_event_kept_apart(organization: Organization, provider: ProviderName) -> None:
    organization.connect(organization.anna, provider)
    event = make_here(organization, "Review")
    organization.work()

    keep_apart(organization.anna, event.pk, apart=True)
    organization.work()
    _edit(organization, event, summary="Doctor")
    organization.there("anna", provider).relocate("Review", "Clinic")
    organization.sync()
    assert organization.there("anna", provider).titles() == ["Review"]
    assert _state(organization, event) == ("left-out", "kept-apart")

    keep_apart(organization.anna, event.pk, apart=False)
    organization.work()

    event.refresh_from_db()
    assert (event.summary, event.components["location"]) == ("Doctor", "Clinic")
    assert organization.there("anna", provider).titles() == ["Doctor"]
    quiet(organization)


def test_made_apart_it_never_leaves(organization: Organization, provider: ProviderName) -> None:
    """Not even for a moment: the wish is stored with the event."""
    organization.connect(organization.anna, provider)
    make_here(organization, "Mine alone", kept_apart=True)
    organization.work()

    assert organization.there("anna", provider).titles() == []
    quiet(organization)


def test_kind_that_is_left_out(organization: Organization, provider: ProviderName) -> None:
    organization.connect(organization.anna, provider)
    organization.work()
    rule(organization, kinds=(call().key,))
    ring = make_here(organization, "Ring Eva", kind=call().key)
    make_here(organization, "Review")
    organization.work()
    there = organization.there("anna", provider)
    assert there.titles() == ["Review"]
    assert _state(organization, ring) == ("left-out", "kind")

    edit_with_choices(
        organization.anna, ring.pk, "", Scope.ALL, {"kind": ""}, None, organization.now
    )
    organization.work()

    assert there.titles() == ["Review", "Ring Eva"]
    quiet(organization)


def test_new_ones_from_there_become_of_the_kind_chosen(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    organization.work()
    rule(organization, arriving_kind=call().key)
    organization.there("anna", provider).create("Theirs")
    organization.sync()

    assert Event.objects.get().kind == call()
    quiet(organization)


def test_series_is_out_as_a_whole(organization: Organization, provider: ProviderName) -> None:
    organization.connect(organization.anna, provider)
    organization.there("anna", provider).create_series("Odd weeks")
    organization.sync()
    rule(organization, titles=("odd",))
    event = Event.objects.get()

    changed = edit_with_choices(
        organization.anna,
        event.pk,
        "2026-12-09T09:00:00 Europe/Berlin",
        Scope.THIS,
        {"summary": "Another title"},
        None,
        organization.now,
    )
    organization.sync()

    assert isinstance(changed, Event)
    window = START.replace(day=8), START.replace(day=17)
    dates = organization.there("anna", provider).dates(*window)
    assert dates == ["09 09 Odd weeks", "16 09 Odd weeks"]
    quiet(organization)


def test_nobody_is_asked_or_mailed_about_what_is_left_out(
    organization: Organization, provider: ProviderName
) -> None:
    """And letting it in invites nobody by itself."""
    organization.connect(organization.anna, provider)
    organization.work()
    rule(organization, titles=("odd",))

    made = create_event(
        organization.anna,
        EventDraft(START, START + HOUR, "Odd lunch", guests=(EVA,)),
        None,
        organization.now,
    )
    organization.work()
    assert isinstance(made, Event)
    assert event_detail(organization.anna, made.pk).uninformed == 1
    rule(organization, titles=())
    organization.work()
    organization.sync()

    assert organization.mails == []
    asked = create_event(
        organization.anna,
        EventDraft(START, START + HOUR, "Lunch", guests=(EVA,)),
        None,
        organization.now,
    )
    assert isinstance(asked, MailQuestion)


def test_refusal_still_reaches_the_organizer(
    organization: Organization, provider: ProviderName
) -> None:
    anna = {"google": "anna@gmail.example", "outlook": "anna@corp.example"}[provider]
    organization.connect(organization.anna, provider)
    organization.there("ben", provider).create("Review", anna)
    organization.sandbox.mail.clear()
    organization.sync()
    rule(organization, skip_declined=True)

    answer_event(organization.anna, Event.objects.get().pk, PartStat.DECLINED, organization.now)
    organization.sync()
    organization.sync()

    assert organization.there("ben", provider).answer_of("Review", anna) == "declined"
    assert len(organization.mails) == 1


def _edit(organization: Organization, event: Event, **changes: str) -> Event:
    changed = edit_with_choices(
        organization.anna, event.pk, "", Scope.ALL, changes, Choice.SILENT, organization.now
    )
    assert isinstance(changed, Event)
    return changed


def _state(organization: Organization, event: Event) -> tuple[str, str]:
    (copy,) = event_detail(organization.anna, event.pk).copies
    return copy.state, copy.reason


def test_what_arrives_is_judged_by_the_kind_it_would_get(
    organization: Organization, provider: ProviderName
) -> None:
    """Only calls are kept, and new events become calls; then nobody calls anything that."""
    organization.connect(organization.anna, provider)
    organization.work()
    rule(organization, kinds=("",), arriving_kind=call().key)
    there = organization.there("anna", provider)
    there.create("First")
    organization.sync()
    assert organization.titles_here(organization.anna) == ["First"]
    usual = next(kind.pk for kind in EventKind.objects.all() if kind.is_usual)
    remove_kind(organization.admin, call().pk, usual)

    there.create("Second", day=3)
    organization.sync()
    quiet(organization)

    assert organization.titles_here(organization.anna) == ["First"]
    effect = rule(organization, kinds=())
    assert effect.reads_again
    organization.work()
    assert organization.titles_here(organization.anna) == ["First", "Second"]
    quiet(organization)
