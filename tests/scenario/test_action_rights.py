"""Who may do what: Anna organizes and is connected, Ben is invited, Cleo is a stranger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sync.actions.accounts import begin_sign_in, disconnect, restart, stop
from calendar_sync.actions.attention import attention_count, attention_items, release
from calendar_sync.actions.calendars import people_of
from calendar_sync.actions.connection_states import connection_states
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.events import (
    answer_event,
    create_event,
    delete_event,
    edit_event,
    invite_now,
    move_event,
)
from calendar_sync.actions.feed import event_detail, events_between
from calendar_sync.actions.reset import reset_account, reset_preview
from calendar_sync.actions.runs import run_detail, visible_runs
from calendar_sync.actions.safety_stops import release_all, safety_stops
from calendar_sync.actions.settings import (
    provider_settings,
    save_base_url,
    save_provider_settings,
)
from calendar_sync.actions.sync import sync_now
from calendar_sync.actions.tokens import issue_token, own_tokens, revoke_token
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat
from calendar_sync.models import Entry, Event, Link, Pairing, PersonalToken, ProviderCredential, Run
from calendar_sync.security.access import AccessDenied
from calendar_sync.server.models import ModelAccess
from support.world import START, Organization

BEN = "ben@corp.example"
VANISHED = "brake_vanished"
HOUR = timedelta(hours=1)
DRAFT = EventDraft(START, START + HOUR, "New")

Act = Callable[[User, datetime], object]


def event() -> int:
    return Event.objects.get(components__summary="Review").pk


def link() -> int:
    return Link.objects.get(state="held").pk


def pairing() -> int:
    return Pairing.objects.get().pk


def account() -> int:
    return ProviderCredential.objects.get().pk


def set_up(user: User, now: datetime) -> None:
    save_provider_settings(
        user, "google", enabled=True, client_id="x", client_secret=None, paused=True, now=now
    )


ON_THE_EVENT: dict[str, Act] = {
    "edit": lambda user, now: edit_event(user, event(), {"summary": "Mine"}, None, now),
    "move": lambda user, now: move_event(user, event(), START + HOUR, START + 2 * HOUR, None, now),
    "delete": lambda user, now: delete_event(user, event(), Choice.SEND, now),
    "answer": lambda user, now: answer_event(user, event(), PartStat.ACCEPTED, now),
    "invite": lambda user, now: invite_now(user, event(), Choice.SEND, now),
    "look": lambda user, _: event_detail(user, event()),
}
ON_THE_ACCOUNT: dict[str, Act] = {
    "stop": lambda user, now: stop(user, account(), now),
    "restart": lambda user, now: restart(user, account(), now),
    "disconnect": lambda user, now: disconnect(user, account(), now),
    "sync": lambda user, now: sync_now(user, account(), now),
    "reconnect": lambda user, now: begin_sign_in(user, "google", {}, now, account()),
    "release": lambda user, now: release(user, link(), "send", now),
    "release all": lambda user, now: release_all(user, pairing(), VANISHED, "keep", now),
    "run": lambda user, _: run_detail(user, Run.objects.earliest("pk").pk),
    "token": lambda user, _: revoke_token(user, PersonalToken.objects.get().pk),
}
OF_ONES_OWN: dict[str, Act] = {
    "create": lambda user, now: create_event(user, DRAFT, None, now),
    "calendar": lambda user, now: events_between(user, now, START + HOUR),
    "people": lambda user, _: people_of(user),
    "attention": lambda user, _: attention_items(user),
    "safety stops": lambda user, _: safety_stops(user),
    "states": connection_states,
    "runs": lambda user, _: visible_runs(user),
    "sign in": lambda user, now: begin_sign_in(user, "google", {}, now),
    "tokens": lambda user, _: own_tokens(user),
    "new token": lambda user, now: issue_token(user, "script", now),
}
OF_ADMINISTRATORS: dict[str, Act] = {
    "settings": lambda user, _: provider_settings(user),
    "set up": set_up,
    "address": lambda user, _: save_base_url(user, "https://elsewhere.example"),
    "reset": lambda user, now: reset_account(user, account(), "both", "all", now),
    "preview": lambda user, now: reset_preview(user, account(), "both", "all", now),
}


def by_name(acts: dict[str, Act]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("act", acts.values(), ids=acts)


@pytest.fixture
def story(organization: Organization) -> Organization:
    """Anna's meeting with Ben, one that is held, one that is stopped, runs, and a token of hers."""
    anna = organization.anna
    organization.connect(anna, "outlook")
    organization.create(anna, "Review", BEN, choice=Choice.SEND)
    organization.create(anna, "Held", "eva@client.example", choice=Choice.KEEP_HERE)
    stopped = organization.create(anna, "Stopped")
    organization.sync()
    Link.objects.filter(entry__event=stopped).update(state="parked", guard=VANISHED)
    issue_token(anna, "script", organization.now)
    assert Link.objects.filter(state="held").count() == 1
    return organization


# --- a stranger learns nothing, not even that there is something


@by_name(ON_THE_EVENT | ON_THE_ACCOUNT)
def test_for_a_stranger_it_does_not_exist(story: Organization, act: Act) -> None:
    with pytest.raises(NotVisible):
        act(story.cleo, story.now)


def test_stranger_sees_an_empty_calendar(story: Organization) -> None:
    everybody = [user.pk for user in (story.anna, story.ben, story.cleo)]
    day = START - timedelta(days=1)

    assert events_between(story.cleo, day, day + timedelta(days=3), everybody) == []
    assert attention_items(story.cleo) == []
    assert attention_count(story.cleo) == 0
    assert visible_runs(story.cleo, everybody=True) == []
    assert [state.credential_id for state in connection_states(story.cleo, story.now)] == [None] * 2


# --- a guest


@by_name({name: ON_THE_EVENT[name] for name in ("edit", "move", "invite")})
def test_guest_may_not_change_the_meeting(story: Organization, act: Act) -> None:
    with pytest.raises(ActionRefused) as refused:
        act(story.ben, story.now)

    assert refused.value.code == "not_organizer"
    assert refused.value.text == "Only Anna, the organizer, can change this."
    assert Event.objects.get(pk=event()).summary == "Review"


def test_guest_answers(story: Organization) -> None:
    ON_THE_EVENT["answer"](story.ben, story.now)

    detail = event_detail(story.ben, event())
    assert (detail.answer, detail.may_edit, detail.is_mine, detail.copies) == (
        "accepted",
        False,
        False,
        (),
    )


def test_guest_keeps_his_own_free_time_and_privacy(story: Organization) -> None:
    own = {"availability": "free", "classification": "private"}

    edit_event(story.ben, event(), own, None, story.now)

    entries = Entry.objects.filter(event=event()).order_by("pk")
    assert [(entry.calendar.owner_id, entry.availability) for entry in entries] == [
        (story.anna.pk, "busy"),
        (story.ben.pk, "free"),
    ]


def test_guest_who_deletes_declines_for_himself(story: Organization) -> None:
    ON_THE_EVENT["delete"](story.ben, story.now)

    day = START - timedelta(days=1)
    assert events_between(story.ben, day, day + timedelta(days=3)) == []
    assert "Review" in story.titles_here(story.anna)


@by_name(ON_THE_ACCOUNT)
def test_guest_has_no_part_in_its_synchronization(story: Organization, act: Act) -> None:
    with pytest.raises(NotVisible):
        act(story.ben, story.now)


# --- the organizer


def test_organizer_has_nothing_to_answer(story: Organization) -> None:
    with pytest.raises(ActionRefused) as refused:
        ON_THE_EVENT["answer"](story.anna, story.now)

    assert refused.value.code == "not_invited"


@by_name({name: ON_THE_EVENT[name] for name in ("edit", "move", "delete", "invite", "look")})
def test_organizer_may(story: Organization, act: Act) -> None:
    act(story.anna, story.now)


# --- the table of access rights


@by_name(OF_ADMINISTRATORS)
def test_only_administrators_may(story: Organization, act: Act) -> None:
    with pytest.raises(AccessDenied):
        act(story.anna, story.now)

    act(story.admin, story.now)


@by_name({"look": ON_THE_EVENT["look"], "release": ON_THE_ACCOUNT["release"]})
def test_administrator_sees_no_content_of_others(story: Organization, act: Act) -> None:
    with pytest.raises(NotVisible):
        act(story.admin, story.now)


@by_name(ON_THE_EVENT | ON_THE_ACCOUNT | OF_ONES_OWN | OF_ADMINISTRATORS)
def test_without_its_row_in_the_table_nobody_may(story: Organization, act: Act) -> None:
    """Even of Anna's own things, and even for administrators."""
    ModelAccess.objects.all().delete()

    for user in (story.anna, story.admin):
        anew = get_user_model().objects.get(pk=user.pk)
        with pytest.raises(AccessDenied):
            act(anew, story.now)


@by_name(OF_ONES_OWN)
def test_everybody_may_do_his_own(story: Organization, act: Act) -> None:
    act(story.cleo, story.now)
