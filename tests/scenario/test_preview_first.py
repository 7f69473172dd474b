"""Nothing happens on either side before a person has seen what would, and let it."""

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.accounts import disconnect, restart, stop
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.events import delete_event, edit_event, invite_now
from calendar_sync.actions.preview_making import preview_next
from calendar_sync.actions.previews import (
    Shown,
    apply_preview,
    ask_preview,
    preview_shown,
    previewed_acts,
)
from calendar_sync.actions.reset import reset_account
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.policy import Side
from calendar_sync.models import Change, Preview, PreviewedAct, ProviderCredential, Run
from support.faulty import arm
from support.statements import Statements
from support.world import PROVIDERS, Organization

EVA = "eva@client.example"
READING = {
    "google": "GET /google/calendar/v3/calendars/anna@gmail.example/events",
    "outlook": "GET /graph/v1.0/me/calendarView/delta",
}


def looked_at(organization: Organization, account: ProviderCredential) -> Shown:
    while preview_next(organization.sandbox.clock):
        pass
    return preview_shown(account.user, account.pk)


def state_of(account: ProviderCredential) -> str:
    account.refresh_from_db()
    return account.state


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_sign_in_waits_for_its_persons_go(
    organization: Organization, provider: ProviderName
) -> None:
    anna, there = organization.anna, organization.there("anna", provider)
    organization.create(anna, "Ours")
    organization.create(anna, "Workshop", EVA)
    there.load(["Theirs", "Theirs too"], EVA)
    account = organization.connect(anna, provider, preview=True)
    organization.sandbox.journal.clear()

    assert (account.state, organization.sync(), organization.requests()) == ("connecting", [], [])
    shown = looked_at(organization, account)

    assert shown.counts == {("here", "created"): 2, ("there", "created"): 2}
    assert (shown.mailed, shown.withheld, shown.read, shown.may_apply) == ((), 1, 2, True)
    assert organization.requests() == [READING[provider]]
    assert there.titles() == ["Theirs", "Theirs too"]
    assert organization.titles_here(anna) == ["Ours", "Workshop"]
    assert (Run.objects.count(), Change.objects.count(), organization.sync()) == (0, 0, [])

    apply_preview(anna, account.pk, shown.number, organization.now)
    organization.work()

    everything = ["Ours", "Theirs", "Theirs too", "Workshop"]
    assert there.titles() == organization.titles_here(anna) == everything
    assert (there.guests_of("Workshop"), organization.mails) == ([], [])
    assert (state_of(account), account.by_preview, Preview.objects.count()) == ("active", False, 0)
    assert [(run.sent, run.mailed) for run in Run.objects.all()] == [(2, 0)]
    organization.sandbox.journal.clear()
    assert [ended.reports[0].sent for ended in organization.sync()] == [0]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_came_up_since_is_shown_next(
    organization: Organization, provider: ProviderName
) -> None:
    """What only comes in needs no showing; what would be written there does."""
    anna, there = organization.anna, organization.there("anna", provider)
    organization.create(anna, "Ours")
    account = organization.connect(anna, provider, preview=True)
    shown = looked_at(organization, account)
    organization.create(anna, "Ours later")
    there.create("Theirs later")

    apply_preview(anna, account.pk, shown.number, organization.now)
    organization.work()

    assert there.titles() == ["Ours", "Theirs later"]
    assert organization.titles_here(anna) == ["Ours", "Ours later", "Theirs later"]
    assert state_of(account) == "connecting"
    again = looked_at(organization, account)
    assert (again.unshown, again.counts) == (1, {("there", "created"): 1})

    apply_preview(anna, account.pk, again.number, organization.now)
    organization.work()

    assert there.titles() == ["Ours", "Ours later", "Theirs later"]
    assert (state_of(account), organization.mails) == ("active", [])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_is_done_here_after_applying_is_not_shown_again(
    organization: Organization, provider: ProviderName
) -> None:
    """The account runs by then, and each edit has asked its own question about mail."""
    anna, there = organization.anna, organization.there("anna", provider)
    going, renamed = organization.create(anna, "Going"), organization.create(anna, "Ours")
    account = organization.connect(anna, provider)
    organization.sync()
    stop(anna, account.pk, organization.now)
    ask_preview(anna, account.pk, organization.now)
    shown = looked_at(organization, account)
    assert shown.counts == {}

    apply_preview(anna, account.pk, shown.number, organization.now)
    organization.advance(seconds=1)
    delete_event(anna, going.pk, None, organization.now)
    edit_event(anna, renamed.pk, {"summary": "Ours now"}, None, organization.now)
    organization.create(anna, "Workshop", EVA, choice=Choice.SEND)
    organization.work()

    assert there.titles() == organization.titles_here(anna) == ["Ours now", "Workshop"]
    assert (state_of(account), Preview.objects.count()) == ("active", 0)
    assert organization.mails == [("invite", EVA)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_deletion_that_was_not_shown_is_not_forgotten(
    organization: Organization, provider: ProviderName
) -> None:
    """It is told once by the provider: the token stays until it was shown and let through."""
    anna, there = organization.anna, organization.there("anna", provider)
    there.load(["Kept", "Going"])
    account = organization.connect(anna, provider)
    organization.sync()
    stop(anna, account.pk, organization.now)
    ask_preview(anna, account.pk, organization.now)
    shown = looked_at(organization, account)
    assert shown.counts == {}
    there.delete("Going")

    apply_preview(anna, account.pk, shown.number, organization.now)
    organization.work()

    assert organization.titles_here(anna) == ["Going", "Kept"]
    again = looked_at(organization, account)
    assert (again.unshown, again.counts) == (1, {("here", "deleted"): 1})
    acts, count = previewed_acts(anna, account.pk, Side.HERE, "deleted", 1)
    assert ([act.summary for act in acts], count) == (["Going"], 1)

    apply_preview(anna, account.pk, again.number, organization.now)
    organization.work()

    assert organization.titles_here(anna) == ["Kept"]
    assert (state_of(account), organization.mails) == ("active", [])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_twins_are_told_apart_from_what_is_new(
    organization: Organization, provider: ProviderName
) -> None:
    """After a disconnect everything is known; after a reset it is recognized."""
    anna, there = organization.anna, organization.there("anna", provider)
    organization.create(anna, "Ours")
    there.load(["Theirs"])
    account = organization.connect(anna, provider)
    organization.sync()
    reset_account(organization.admin, account.pk, "leave", "all", organization.now)
    organization.work()

    account = organization.connect(anna, provider, preview=True)
    shown = looked_at(organization, account)

    assert shown.counts == {("here", "matched"): 2}
    apply_preview(anna, account.pk, shown.number, organization.now)
    organization.work()
    assert there.titles() == organization.titles_here(anna) == ["Ours", "Theirs"]
    assert organization.mails == []


def test_two_windows(organization: Organization) -> None:
    anna = organization.anna
    account = organization.connect(anna, "google", preview=True)
    first = looked_at(organization, account)
    ask_preview(anna, account.pk, organization.now)
    second = looked_at(organization, account)

    with pytest.raises(ActionRefused) as refused:
        apply_preview(anna, account.pk, first.number, organization.now)
    assert (refused.value.code, state_of(account)) == ("shown_anew", "connecting")

    apply_preview(anna, account.pk, second.number, organization.now)
    with pytest.raises(ActionRefused) as refused:
        apply_preview(anna, account.pk, second.number, organization.now)
    assert refused.value.code == "applied"
    with pytest.raises(ActionRefused) as refused:
        ask_preview(anna, account.pk, organization.now)
    assert refused.value.code == "running"


def test_a_provider_that_does_not_answer_is_asked_again(organization: Organization) -> None:
    account = organization.connect(organization.anna, "google", preview=True)
    arm(organization, "GET /google/calendar/*", "503", count=-1)

    preview_next(organization.sandbox.clock)
    waiting = preview_shown(organization.anna, account.pk)
    assert (waiting.made_at, waiting.error_code != "") == (None, True)
    assert not preview_next(organization.sandbox.clock)

    organization.sandbox.faults.clear()
    organization.advance(seconds=15)
    assert looked_at(organization, account).made_at == organization.now


def test_a_dead_sign_in_is_said(organization: Organization) -> None:
    account = organization.connect(organization.anna, "google", preview=True)
    organization.sandbox.google.remove_access(organization.sandbox.people.get("anna"))
    organization.advance(hours=2)

    shown = looked_at(organization, account)

    assert (shown.made_at, shown.error_code) == (None, "invalid_grant")
    renewed = organization.connect(organization.anna, "google", preview=True)
    assert (renewed.pk, looked_at(organization, account).may_apply) == (account.pk, True)


def test_paused_by_an_administrator_nothing_is_read(organization: Organization) -> None:
    account = organization.connect(organization.anna, "google", preview=True)
    ProviderCredential.objects.update(paused_at=organization.now)

    assert not preview_next(organization.sandbox.clock)
    with pytest.raises(ActionRefused, match="paused"):
        ask_preview(organization.anna, account.pk, organization.now)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_to_give_up_loses_nothing(organization: Organization, provider: ProviderName) -> None:
    anna, there = organization.anna, organization.there("anna", provider)
    organization.create(anna, "Ours")
    there.load(["Theirs"])
    account = organization.connect(anna, provider, preview=True)
    looked_at(organization, account)

    disconnect(anna, account.pk, organization.now)

    assert (there.titles(), organization.titles_here(anna)) == (["Theirs"], ["Ours"])
    assert (Preview.objects.count(), PreviewedAct.objects.count()) == (0, 0)
    assert looked_at(organization, account).number == 0
    organization.connect(anna, provider)
    organization.sync()
    assert there.titles() == organization.titles_here(anna) == ["Ours", "Theirs"]


def test_a_renewed_sign_in_goes_on_by_itself(organization: Organization) -> None:
    anna = organization.anna
    account = organization.connect(anna, "google")
    organization.sync()
    for state in ("reconnect", "problem", "active"):
        ProviderCredential.objects.update(state=state)
        assert organization.connect(anna, "google", preview=True).state == "active"
    stop(anna, account.pk, organization.now)
    restart(anna, account.pk, organization.now)
    assert state_of(account) == "active"
    stop(anna, account.pk, organization.now)
    assert organization.connect(anna, "google", preview=True).state == "connecting"


def test_others_see_nothing_and_administrators_numbers(organization: Organization) -> None:
    organization.there("anna", "google").load(["Secret"])
    account = organization.connect(organization.anna, "google", preview=True)
    looked_at(organization, account)

    with pytest.raises(NotVisible):
        preview_shown(organization.ben, account.pk)
    seen = preview_shown(organization.admin, account.pk)
    assert (seen.count(Side.HERE, "created"), seen.is_own, seen.may_apply) == (1, False, False)
    assert previewed_acts(organization.admin, account.pk, Side.HERE, "created", 1) == ([], 0)
    with pytest.raises(NotVisible):
        ask_preview(organization.admin, account.pk, organization.now)
    with pytest.raises(NotVisible):
        apply_preview(organization.admin, account.pk, seen.number, organization.now)


@pytest.mark.parametrize("count", [1, 250])
def test_statements_do_not_grow_with_the_events(organization: Organization, count: int) -> None:
    organization.there("anna", "google").load([f"E{number}" for number in range(count)])
    account = organization.connect(organization.anna, "google", preview=True)

    with Statements() as sent:
        preview_next(organization.sandbox.clock)

    assert len(sent) == 11, sent
    acts, total = previewed_acts(account.user, account.pk, Side.HERE, "created", 1)
    assert (len(acts), total) == (min(count, 100), count)


def test_a_first_sync_of_several_runs_goes_by_its_preview_to_the_end(
    organization: Organization,
) -> None:
    """At most 200 writes a run."""
    anna = organization.anna
    for number in range(201):
        organization.create(anna, f"E{number}")
    account = organization.connect(anna, "outlook", preview=True)
    shown = looked_at(organization, account)
    assert shown.counts == {("there", "created"): 201}

    apply_preview(anna, account.pk, shown.number, organization.now)
    turns = organization.work()

    assert [ended.reports[0].sent for ended in turns] == [200, 1]
    assert (state_of(account), Preview.objects.count()) == ("active", 0)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_guests_of_what_is_made_while_it_waits_are_kept_back(
    organization: Organization, provider: ProviderName
) -> None:
    """Nobody could be asked whether to mail them: they wait for *Invite now*."""
    row = organization.connect(organization.anna, provider)
    ProviderCredential.objects.filter(pk=row.pk).update(state="connecting")
    event = organization.create(organization.anna, "Review", "eva@client.example")
    ProviderCredential.objects.filter(pk=row.pk).update(state="active")

    organization.sync()

    there = organization.there("anna", provider)
    assert (there.titles(), there.guests_of("Review")) == (["Review"], [])
    assert organization.mails == []
    invite_now(organization.anna, event.pk, Choice.SEND, organization.now)
    organization.sync()
    assert organization.mails == [("invite", "eva@client.example")]
