"""Answering invitations through the Graph collection: requests and mails counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calendar_sandbox.sandbox import Sandbox
from calendar_sync.engine.errors import (
    Rejected,
    Retryable,
)
from calendar_sync.engine.pending import Action, LinkKey
from calendar_sync.engine.properties import ANSWER, Json, properties
from calendar_sync.engine.sync import Resource, Stored, Write
from support.builders import an_object
from support.graph_account import OutlookAccount, a_creation, a_write, apply, failed, sent, stored
from support.outlook import a_body, a_world, guests

BEN = "ben@contoso.example"
EVA = "eva@client.example"
CREATE = "POST /graph/v1.0/me/events"
BATCH = "POST /graph/v1.0/$batch"


@pytest.fixture
def world() -> Sandbox:
    return a_world()


@pytest.fixture
def anna(world: Sandbox) -> OutlookAccount:
    return OutlookAccount(world)


@pytest.fixture
def ben(world: Sandbox) -> OutlookAccount:
    return OutlookAccount(world, "ben")


def invited(anna: OutlookAccount, ben: OutlookAccount, **changes: object) -> Resource:
    """Ben's copy of a meeting of Anna's, unanswered; the invitation's mail is not counted."""
    anna.enter(a_body(attendees=guests(BEN), **changes))
    anna.mails()
    (copy,) = ben.collection.changes(None).resources
    return copy


def an_answer(copy: Resource, partstat: str, *, notify: bool = True, **more: Json) -> Write:
    changes: dict[str, Json] = {ANSWER + BEN: [partstat, "", 0], **more}
    return a_write(Action.ANSWER, changes, copy, notify=notify)


@pytest.mark.parametrize("partstat", ["accepted", "tentative"])
def test_answer_tells_the_organizer_once(
    anna: OutlookAccount, ben: OutlookAccount, partstat: str
) -> None:
    copy = invited(anna, ben)

    resource = stored(ben, an_answer(copy, partstat))

    assert properties(resource.object)[ANSWER + BEN] == [partstat, "", 0]
    assert len(ben.requests()) == 2
    assert anna.mails() == 1
    row = anna.world.microsoft.events("anna")[0]["attendees"][0]
    assert row["status"]["response"] in {"accepted", "tentativelyAccepted"}


def test_declining_takes_the_copy_away(anna: OutlookAccount, ben: OutlookAccount) -> None:
    copy = invited(anna, ben)

    (outcome,) = apply(ben, an_answer(copy, "declined"))

    assert isinstance(outcome, Stored)
    assert outcome.resource is None
    assert anna.mails() == 1


def test_silent_answer_stays_with_us(anna: OutlookAccount, ben: OutlookAccount) -> None:
    copy = invited(anna, ben)

    resource = stored(ben, an_answer(copy, "accepted", notify=False))

    assert properties(resource.object)[ANSWER + BEN] == ["accepted", "", 0]
    assert anna.mails() == 0


def test_answer_nobody_asked_for_is_given_silently(
    anna: OutlookAccount, ben: OutlookAccount
) -> None:
    copy = invited(anna, ben, responseRequested=False)

    resource = stored(ben, an_answer(copy, "accepted"))

    assert properties(resource.object)[ANSWER + BEN] == ["accepted", "", 0]
    assert anna.mails() == 0
    assert len(ben.requests()) == 4


def test_answer_takes_the_own_overlay_along(anna: OutlookAccount, ben: OutlookAccount) -> None:
    copy = invited(anna, ben)

    resource = stored(ben, an_answer(copy, "accepted", classification="private"))

    assert properties(resource.object)["classification"] == "private"
    assert list(sent(ben)) == ["sensitivity"]
    assert len(ben.requests()) == 2


def test_answers_are_read_back_together(anna: OutlookAccount, ben: OutlookAccount) -> None:
    for number in range(3):
        anna.enter(a_body(subject=f"E{number}", attendees=guests(BEN)))
    copies = ben.collection.changes(None).resources
    writes = [replace(an_answer(copy, "accepted"), link=LinkKey(copy.href)) for copy in copies]

    outcomes = apply(ben, *writes, a_creation(an_object()))

    assert [type(outcome) for outcome in outcomes] == [Stored] * 4
    assert ben.requests() == [BATCH, BATCH]


def test_lost_read_back_leaves_the_answer_in_doubt(
    anna: OutlookAccount, ben: OutlookAccount
) -> None:
    copy = invited(anna, ben)
    ben.world.faults.arm("GET /graph/v1.0/me/events/*", "429", count=3, retry_after=5)

    assert failed(ben, an_answer(copy, "accepted")) == (Retryable, "applicationthrottled", True)
    assert anna.mails() == 1


@pytest.mark.parametrize("partstat", ["needs-action", "delegated"])
def test_answer_cannot_be_taken_back(
    anna: OutlookAccount, ben: OutlookAccount, partstat: str
) -> None:
    copy = invited(anna, ben)

    assert failed(ben, an_answer(copy, partstat)) == (
        Rejected,
        "answer_cannot_be_taken_back",
        False,
    )


def test_organizer_cannot_answer(anna: OutlookAccount) -> None:
    own = anna.read(anna.enter(a_body()))

    assert failed(anna, an_answer(own, "accepted")) == (Rejected, "errorinvalidrequest", False)
