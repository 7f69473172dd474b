"""What an organizer lets the guests do: change the meeting, invite, see each other."""

from __future__ import annotations

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.calendar_files import export_calendar
from calendar_sync.actions.errors import ActionRefused
from calendar_sync.actions.events import edit_event
from calendar_sync.actions.feed import event_detail, events_between
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.series import Scope, edit_dates
from calendar_sync.engine.consent import Choice
from calendar_sync.models import Event
from support.world import START, Organization

EVA = "eva@client.example"
BEN = "ben@gmail.example"
CLEO = "cleo@gmail.example"
WRITES = ("POST", "PATCH", "PUT", "DELETE")


@pytest.fixture
def meeting(organization: Organization) -> Event:
    """Anna's, at Google, with Ben, who is connected too, and Eva from outside."""
    organization.connect(organization.anna, "google")
    organization.connect(organization.ben, "google")
    event = organization.create(organization.anna, "Review", BEN, EVA, choice=Choice.SILENT)
    settle(organization)
    organization.sandbox.mail.clear()
    return event


def settle(organization: Organization) -> None:
    """Everybody, until two rounds write nothing."""
    for _ in range(3):
        organization.sync()
    organization.sandbox.journal.clear()


def allow(organization: Organization, event: Event, **rights: bool) -> None:
    saved = edit_event(organization.anna, event.pk, rights, Choice.SILENT, organization.now)
    assert isinstance(saved, Event)
    settle(organization)


def writes(organization: Organization) -> list[str]:
    lines = organization.requests("/google/calendar")
    return [line for line in lines if line.startswith(WRITES)]


def test_rights_travel_both_ways_and_rest(organization: Organization, meeting: Event) -> None:
    there = organization.there("anna", "google")
    id_ = there.id_of("Review")

    question = edit_event(
        organization.anna, meeting.pk, {"guests_see": False}, None, organization.now
    )
    assert isinstance(question, MailQuestion)  # unsure whether it mails, so it counts as mailing
    assert question.updates == (BEN, EVA)
    edit_event(
        organization.anna, meeting.pk, {"guests_see": False}, Choice.SILENT, organization.now
    )
    organization.sandbox.journal.clear()
    organization.work()
    assert writes(organization) == [
        f"PATCH /google/calendar/v3/calendars/anna@gmail.example/events/{id_}"
    ]
    anna = organization.sandbox.people.get("anna")
    organization.sandbox.google.edit(anna, id_, {"guestsCanInviteOthers": False})
    settle(organization)

    meeting.refresh_from_db()
    assert meeting.components["guests-see"] is meeting.components["guests-invite"] is False
    for _ in range(5):
        organization.sync()
    assert writes(organization) == []
    assert organization.mails == []


def test_a_guest_changes_nothing_unasked(organization: Organization, meeting: Event) -> None:
    with pytest.raises(ActionRefused, match="not_organizer"):
        edit_event(organization.ben, meeting.pk, {"summary": "Mine"}, None, organization.now)
    assert not event_detail(organization.ben, meeting.pk).may_edit


def test_a_guest_who_may_modify_changes_the_organizers_copy(
    organization: Organization, meeting: Event
) -> None:
    """Anna's own link carries it, under her mail rules; Ben's copy is never written."""
    allow(organization, meeting, guests_modify=True)
    assert event_detail(organization.ben, meeting.pk).may_edit
    (card,) = events_between(organization.ben, START, START.replace(hour=23))
    assert card.may_edit

    change = {"summary": "Kick-off"}
    question = edit_event(organization.ben, meeting.pk, change, None, organization.now)
    assert isinstance(question, MailQuestion)
    assert (question.updates, question.can_be_silent) == ((BEN, EVA), True)
    edit_event(organization.ben, meeting.pk, change, Choice.SEND, organization.now)
    organization.work()

    id_ = organization.there("anna", "google").id_of("Kick-off")
    assert writes(organization) == [
        f"PATCH /google/calendar/v3/calendars/anna@gmail.example/events/{id_}"
    ]
    assert organization.there("ben", "google").titles() == ["Kick-off"]
    assert sorted(organization.mails) == [("update", BEN), ("update", EVA)]
    settle(organization)
    for _ in range(5):
        organization.sync()
    assert writes(organization) == []


def test_a_guest_who_may_modify_is_no_organizer(organization: Organization, meeting: Event) -> None:
    allow(organization, meeting, guests_modify=True)
    ben, now = organization.ben, organization.now

    for rights in ({"guests_modify": False}, {"guests_see": False}):
        with pytest.raises(ActionRefused, match="not_organizer"):
            edit_event(ben, meeting.pk, rights, Choice.SILENT, now)
    edit_event(ben, meeting.pk, {"recurrence": ("RRULE:FREQ=DAILY;COUNT=3",)}, Choice.SILENT, now)
    second = "2026-12-02T09:00:00 Europe/Paris"
    with pytest.raises(ActionRefused, match="not_organizer"):
        edit_dates(
            ben, meeting.pk, second, Scope.FOLLOWING, {"summary": "Mine"}, Choice.SILENT, now
        )


def test_guests_may_invite_others_unless_it_is_taken_from_them(
    organization: Organization, meeting: Event
) -> None:
    ben, now = organization.ben, organization.now
    detail = event_detail(ben, meeting.pk)
    assert (detail.may_edit, detail.may_invite) == (False, True)

    # who is not named stays: he may add only
    edit_event(ben, meeting.pk, {"guests": [CLEO]}, Choice.SEND, now)
    organization.work()
    assert organization.there("anna", "google").guests_of("Review") == [BEN, CLEO, EVA]
    assert ("invite", CLEO) in organization.mails
    with pytest.raises(ActionRefused, match="not_organizer"):
        edit_event(ben, meeting.pk, {"guests": ["x@y.example"], "summary": "Mine"}, None, now)

    allow(organization, meeting, guests_invite=False)
    assert not event_detail(ben, meeting.pk).may_invite
    with pytest.raises(ActionRefused, match="not_organizer"):
        edit_event(ben, meeting.pk, {"guests": ["new@client.example"]}, Choice.SEND, now)


def test_who_may_not_see_the_guests_sees_himself_and_the_organizer(
    organization: Organization, meeting: Event
) -> None:
    allow(organization, meeting, guests_see=False)

    detail = event_detail(organization.ben, meeting.pk)
    assert [guest.address for guest in detail.guests] == [BEN]
    assert (detail.organizer, detail.may_invite) == ("Anna", False)
    (card,) = events_between(
        organization.ben,
        START,
        START.replace(hour=23),
        [organization.anna.pk, organization.ben.pk, organization.cleo.pk],
    )
    assert (card.guests, card.people) == (1, (organization.anna.pk, organization.ben.pk))
    text = export_calendar(organization.ben, organization.now)
    assert (EVA in text, BEN in text) == (False, True)

    assert len(event_detail(organization.anna, meeting.pk).guests) == 2
    assert EVA in export_calendar(organization.anna, organization.now)


def test_an_outside_meeting_is_changed_in_the_own_copy(organization: Organization) -> None:
    """Cleo is nobody here; she lets her guests change the meeting, and Google lets them, too."""
    organization.connect(organization.ben, "google")
    cleo = organization.there("cleo", "google")
    cleo.create("Review", BEN, "anna@gmail.example")
    organization.sync()
    event = Event.objects.get()
    assert event.organizer_user_id is None
    assert not event_detail(organization.ben, event.pk).may_edit
    person = organization.sandbox.people.get("cleo")
    organization.sandbox.google.edit(
        person, cleo.id_of("Review"), {"guestsCanModify": True, "location": "Room 4"}
    )
    settle(organization)
    organization.sandbox.mail.clear()

    change = {"summary": "Kick-off"}
    question = edit_event(organization.ben, event.pk, change, None, organization.now)
    assert isinstance(question, MailQuestion)
    assert question.updates == ("anna@gmail.example",)
    edit_event(organization.ben, event.pk, change, Choice.SILENT, organization.now)
    organization.work()

    assert writes(organization) == [
        f"PATCH /google/calendar/v3/calendars/ben@gmail.example/events/{cleo.id_of('Kick-off')}"
    ]
    assert cleo.answer_of("Kick-off", BEN) == "needsAction"  # nobody answered for him
    assert organization.mails == []
    for _ in range(5):
        organization.sync()
    assert len(writes(organization)) == 1


def test_an_outside_meeting_is_never_changed_in_somebody_elses_copy(
    organization: Organization,
) -> None:
    """Ben's copy speaks for Cleo; Anna, a guest too, would write as him."""
    organization.connect(organization.ben, "google")
    cleo = organization.there("cleo", "google")
    cleo.create("Review", BEN, "anna@gmail.example")
    person = organization.sandbox.people.get("cleo")
    organization.sandbox.google.edit(person, cleo.id_of("Review"), {"guestsCanModify": True})
    organization.sync()
    organization.connect(organization.anna, "google")
    settle(organization)
    event = Event.objects.get()

    assert event_detail(organization.ben, event.pk).may_edit
    assert not event_detail(organization.anna, event.pk).may_edit
    with pytest.raises(ActionRefused, match="not_organizer"):
        edit_event(organization.anna, event.pk, {"summary": "Mine"}, None, organization.now)


@pytest.mark.parametrize("outcome", ["unchanged", "403"])
def test_a_provider_that_takes_no_guests_change_says_so(
    organization: Organization, outcome: str
) -> None:
    """It was allowed when we asked, and is not when we write (Google contract §4.4, §14 #17)."""
    organization.connect(organization.ben, "google")
    cleo = organization.there("cleo", "google")
    cleo.create("Review", BEN)
    person = organization.sandbox.people.get("cleo")
    organization.sandbox.google.edit(person, cleo.id_of("Review"), {"guestsCanModify": True})
    settle(organization)
    event = Event.objects.get()
    edit_event(organization.ben, event.pk, {"summary": "Mine"}, Choice.SILENT, organization.now)
    organization.sandbox.google.edit(person, cleo.id_of("Review"), {"guestsCanModify": False})
    organization.sandbox.knobs["google.guest_patch"] = outcome

    settle(organization)

    assert cleo.titles() == ["Review"]
    assert writes(organization) == []


@pytest.mark.parametrize("provider", ["outlook"])
def test_outlooks_rights_travel_and_are_held_without_a_word(
    organization: Organization, provider: ProviderName
) -> None:
    organization.connect(organization.anna, provider)
    there = organization.there("anna", provider)
    event = organization.create(organization.anna, "Review", EVA, choice=Choice.SEND)
    settle(organization)
    organization.sandbox.mail.clear()
    id_ = there.id_of("Review")

    edit_event(
        organization.anna, event.pk, {"guests_propose": False}, Choice.KEEP_HERE, organization.now
    )
    settle(organization)
    assert there._outlook_row("Review")["allowNewTimeProposals"] is True
    edit_event(
        organization.anna, event.pk, {"guests_propose": False}, Choice.SEND, organization.now
    )
    organization.sandbox.microsoft.edit("anna", id_, {"hideAttendees": True})
    settle(organization)

    event.refresh_from_db()
    assert event.components["guests-see"] is False
    rows = there._outlook_row("Review")
    assert (rows["hideAttendees"], rows["responseRequested"]) == (True, True)
    for _ in range(5):
        organization.sync()
    assert organization.requests("/graph/v1.0/me/events/") == []
