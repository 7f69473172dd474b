"""Another time that a guest proposes: seen by the organizer, never applied by itself."""

from __future__ import annotations

import pytest

from calendar_sync.actions.events import answer_event, edit_event
from calendar_sync.actions.feed import event_detail
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat
from calendar_sync.models import Event
from support.outlook import Outlook, moment
from support.world import START, Organization

BEN = "ben@corp.example"
ZONE = "W. Europe Standard Time"
SLOT = {"start": moment("2026-12-01T14:00:00", ZONE), "end": moment("2026-12-01T15:00:00", ZONE)}
AT = "/graph/v1.0/me/events/"


@pytest.fixture
def meeting(organization: Organization) -> Event:
    """Anna's, in Outlook, with Ben, who has proposed two o'clock there."""
    organization.connect(organization.anna, "outlook")
    event = organization.create(organization.anna, "Review", BEN, choice=Choice.SEND)
    organization.work()
    propose(organization)
    settle(organization)
    return event


def propose(organization: Organization) -> None:
    respond(organization, "tentativelyAccept", {"proposedNewTime": SLOT})


def respond(organization: Organization, verb: str, body: object) -> None:
    (copy,) = organization.sandbox.microsoft.events("ben")
    ben = Outlook(organization.sandbox, "ben")
    answer = ben.send("POST", f"/me/events/{copy['id']}/{verb}", body)
    assert answer.status_code == 202, answer.text


def settle(organization: Organization) -> None:
    for _ in range(3):
        organization.advance(minutes=12)
        organization.sync()
    organization.sandbox.journal.clear()
    organization.sandbox.mail.clear()


def proposals(organization: Organization, event: Event) -> list[str]:
    detail = event_detail(organization.anna, event.pk)
    return [
        f"{guest.address} {guest.proposed[0]:%H:%M}–{guest.proposed[1]:%H:%M %Z}"
        for guest in detail.guests
        if guest.proposed
    ]


def test_a_proposal_is_shown_and_changes_nothing(
    organization: Organization, meeting: Event
) -> None:
    meeting.refresh_from_db()
    assert proposals(organization, meeting) == [f"{BEN} 13:00–14:00 UTC"]
    assert meeting.components["when"][0] == "2026-12-01T09:00:00 Europe/Paris"

    for _ in range(5):
        organization.advance(minutes=12)
        organization.sync()
    assert organization.requests(AT) == []
    assert organization.mails == []
    assert proposals(organization, meeting) == [f"{BEN} 13:00–14:00 UTC"]


def test_using_it_is_an_edit_that_asks_about_mail(
    organization: Organization, meeting: Event
) -> None:
    anna = organization.anna
    detail = event_detail(anna, meeting.pk)
    start, end = next(guest.proposed for guest in detail.guests if guest.proposed)
    change = {
        "start": start.astimezone(START.tzinfo),  # type: ignore[union-attr] # a moment
        "end": end.astimezone(START.tzinfo),  # type: ignore[union-attr]
    }

    question = edit_event(anna, meeting.pk, change, None, organization.now)
    assert isinstance(question, MailQuestion)
    assert question.updates == (BEN,)
    edit_event(anna, meeting.pk, change, Choice.SEND, organization.now)
    organization.work()

    assert [line.split("/")[0] for line in organization.requests(AT)] == ["PATCH "]
    assert organization.mails == [("update", BEN)]
    assert proposals(organization, meeting) == []  # it takes place then
    settle(organization)
    for _ in range(5):
        organization.advance(minutes=12)
        organization.sync()
    assert organization.requests(AT) == []


def test_another_answer_takes_it_back(organization: Organization, meeting: Event) -> None:
    respond(organization, "accept", {})
    settle(organization)

    assert proposals(organization, meeting) == []
    answer = event_detail(organization.anna, meeting.pk).guests[0].partstat
    assert answer == PartStat.ACCEPTED.value


def test_an_answer_given_here_takes_it_back_at_once(
    organization: Organization, meeting: Event
) -> None:
    organization.connect(organization.ben, "outlook")
    settle(organization)
    assert proposals(organization, meeting) == [f"{BEN} 13:00–14:00 UTC"]

    answer_event(organization.ben, meeting.pk, PartStat.ACCEPTED, organization.now)

    assert proposals(organization, meeting) == []
    settle(organization)
    assert proposals(organization, meeting) == []


def test_who_wants_no_answers_gets_no_mail_and_no_refusal(organization: Organization) -> None:
    """Outlook refuses to tell an organizer who has not asked (Graph contract §3.9)."""
    organization.connect(organization.anna, "outlook")
    organization.connect(organization.ben, "outlook")
    event = organization.create(organization.anna, "Review", BEN, choice=Choice.SEND)
    settle(organization)
    edit_event(organization.anna, event.pk, {"guests_answer": False}, Choice.SEND, organization.now)
    settle(organization)

    answer_event(organization.ben, event.pk, PartStat.ACCEPTED, organization.now)
    organization.work()
    organization.sync()

    assert organization.mails == []
    ben = organization.there("anna", "outlook").answer_of("Review", BEN)
    assert ben == "none"  # so nobody tells Anna there
    (own,) = organization.sandbox.microsoft.events("ben")
    assert own["responseStatus"]["response"] == "accepted"
