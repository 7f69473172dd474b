"""Series edited here: one date, it and those that follow, all; as they stand there afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.errors import ActionRefused, Invalid
from calendar_sync.actions.events import create_event
from calendar_sync.actions.feed import EventCard, events_between
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.series import Scope, answer_dates, delete_dates, edit_dates
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat
from calendar_sync.models import Event
from support.world import PROVIDERS, START, Organization

EVA = "eva@client.example"
WEEK = START - timedelta(hours=9), START + timedelta(days=7)
DAILY = "RRULE:FREQ=DAILY;COUNT=5"


class Desk:
    """Anna's series here, and her calendar there."""

    def __init__(self, organization: Organization, provider: ProviderName) -> None:
        self.organization, self.provider = organization, provider
        self.anna = organization.anna
        organization.connect(self.anna, provider)
        self.settle()

    def create(self, *guests: str, choice: Choice | None = None) -> Event:
        """An hour at nine in Paris, from Tuesday 1 to Saturday 5 December."""
        draft = EventDraft(START, START + timedelta(hours=1), "Stand-up", guests=guests)
        draft = replace(draft, recurrence=(DAILY,))
        event = create_event(self.anna, draft, choice, self.organization.now)
        assert isinstance(event, Event), event
        self.settle()
        return event

    def cards(self) -> list[EventCard]:
        return events_between(self.anna, *WEEK)

    def on(self, day: int) -> EventCard:
        return next(card for card in self.cards() if card.start.day == day)

    def edit(
        self, day: int, scope: Scope, choice: Choice | None = None, **changes: object
    ) -> object:
        card = self.on(day)
        return edit_dates(
            self.anna, card.id, card.date, scope, changes, choice, self.organization.now
        )

    def delete(self, day: int, scope: Scope, choice: Choice | None = None) -> object:
        card = self.on(day)
        return delete_dates(self.anna, card.id, card.date, scope, choice, self.organization.now)

    def here(self) -> list[str]:
        return [f"{card.start:%d %H} {card.summary}" for card in self.cards()]

    def settle(self) -> None:
        """Quiet within three runs; then nothing is written any more."""
        for _ in range(3):
            self.organization.advance(minutes=12)
            self.organization.sync()
        for _ in range(2):
            self.organization.advance(minutes=12)
            for turn in self.organization.sync():
                for report in turn.reports:
                    assert (report.received, report.sent, report.refused) == (0, 0, 0), report
                    assert report.error is None

    def agree(self, expected: list[str]) -> None:
        """Both sides show this; a complete listing brings nothing new; the mails are unchanged."""
        self.settle()
        assert self.here() == expected
        mails = self.organization.mails
        self.organization.there("anna", self.provider).forget_token()
        self.settle()
        assert self.here() == expected
        assert self.there() == expected
        assert self.organization.mails == mails

    def there(self) -> list[str]:
        return self.organization.there("anna", self.provider).dates(*WEEK)


@pytest.fixture(params=PROVIDERS)
def desk(request: pytest.FixtureRequest, organization: Organization) -> Desk:
    return Desk(organization, request.param)


def days(*titles: str, hour: int = 9) -> list[str]:
    return [f"{day:02} {hour:02} {title}" for day, title in enumerate(titles, 1) if title]


FIVE = ["Stand-up"] * 5


def test_a_series_made_here_is_one_there(desk: Desk) -> None:
    desk.create()
    desk.agree(days(*FIVE))


def test_one_date_is_renamed(desk: Desk) -> None:
    desk.create()
    desk.edit(3, Scope.THIS, summary="Retrospective")
    desk.agree(days("Stand-up", "Stand-up", "Retrospective", "Stand-up", "Stand-up"))


def test_one_date_is_moved_and_moved_back(desk: Desk) -> None:
    desk.create()
    desk.edit(3, Scope.THIS, start=at(3, 15), end=at(3, 16))
    desk.agree([*days(*FIVE)[:2], "03 15 Stand-up", *days(*FIVE)[3:]])

    desk.edit(3, Scope.THIS, start=at(3, 9), end=at(3, 10))
    desk.agree(days(*FIVE))


def test_all_dates_are_renamed_the_changed_one_keeps_its_title(desk: Desk) -> None:
    desk.create()
    desk.edit(3, Scope.THIS, summary="Retrospective")
    desk.settle()
    desk.edit(1, Scope.ALL, summary="Daily")
    desk.agree(days("Daily", "Daily", "Retrospective", "Daily", "Daily"))


def test_all_dates_are_moved_with_what_differs(desk: Desk) -> None:
    desk.create()
    desk.edit(2, Scope.THIS, summary="Retrospective")
    desk.delete(4, Scope.THIS)
    desk.settle()
    desk.edit(1, Scope.ALL, start=at(1, 11), end=at(1, 12))
    desk.agree(days("Stand-up", "Retrospective", "Stand-up", "", "Stand-up", hour=11))


def test_this_and_following(desk: Desk) -> None:
    first = desk.create()
    desk.edit(2, Scope.THIS, summary="Before")
    desk.edit(4, Scope.THIS, summary="Behind")
    desk.settle()
    desk.edit(3, Scope.FOLLOWING, location="Room Blue", summary="Daily")
    desk.agree(days("Stand-up", "Before", "Daily", "Behind", "Daily"))
    assert Event.objects.exclude(pk=first.pk).get().predecessor_id == first.pk


def test_one_date_is_deleted(desk: Desk) -> None:
    desk.create()
    desk.delete(3, Scope.THIS)
    desk.agree(days("Stand-up", "Stand-up", "", "Stand-up", "Stand-up"))


def test_this_and_following_are_deleted(desk: Desk) -> None:
    desk.create()
    desk.edit(4, Scope.THIS, summary="Behind")
    desk.settle()
    desk.delete(3, Scope.FOLLOWING)
    desk.agree(days("Stand-up", "Stand-up"))


def test_all_are_deleted(desk: Desk) -> None:
    desk.create()
    desk.delete(3, Scope.ALL)
    desk.agree([])


def test_another_rule_and_none(desk: Desk) -> None:
    desk.create()
    desk.edit(1, Scope.ALL, recurrence=["RRULE:FREQ=DAILY;INTERVAL=2;COUNT=3"])
    desk.agree(days("Stand-up", "", "Stand-up", "", "Stand-up"))
    desk.edit(1, Scope.ALL, recurrence=[])
    desk.agree(days("Stand-up"))


def test_guests_are_mailed_only_as_agreed(desk: Desk) -> None:
    desk.create(EVA, choice=Choice.SEND)
    assert desk.organization.mails == [("invite", EVA)]
    desk.organization.sandbox.mail.clear()

    question = desk.edit(3, Scope.THIS, location="Room Blue")
    assert isinstance(question, MailQuestion)
    assert (question.kind, question.updates) == ("update", (EVA,))
    desk.edit(3, Scope.THIS, Choice.SEND, location="Room Blue")
    desk.agree(days(*FIVE))
    assert desk.organization.mails == [("update", EVA)]


def test_cancelling_a_date_asks(desk: Desk) -> None:
    desk.create(EVA, choice=Choice.SEND)
    desk.organization.sandbox.mail.clear()

    question = desk.delete(3, Scope.THIS)
    assert isinstance(question, MailQuestion)
    assert (question.kind, question.cancellations) == ("cancel", (EVA,))
    desk.delete(3, Scope.THIS, Choice.SEND)
    desk.agree(days("Stand-up", "Stand-up", "", "Stand-up", "Stand-up"))
    assert [address for _, address in desk.organization.mails] == [EVA]


def test_a_colleague_answers_one_date(desk: Desk) -> None:
    ben = str(desk.organization.sandbox.people.get("ben").address(desk.provider))
    desk.organization.connect(desk.organization.ben, desk.provider)
    event = desk.create(ben, choice=Choice.SEND)
    desk.organization.sandbox.mail.clear()
    card = next(
        card for card in events_between(desk.organization.ben, *WEEK) if card.start.day == 3
    )

    answer_dates(
        desk.organization.ben,
        card.id,
        card.date,
        Scope.THIS,
        PartStat.DECLINED,
        desk.organization.now,
    )
    desk.settle()

    shown = [card.start.day for card in events_between(desk.organization.ben, *WEEK)]
    assert shown == [1, 2, 4, 5]
    assert [card.id for card in desk.cards()] == [event.pk] * 5
    assert [kind for kind, _ in desk.organization.mails] == ["response"]


def test_a_rule_that_is_none_is_refused(desk: Desk) -> None:
    draft = EventDraft(START, START + timedelta(hours=1), recurrence=("RRULE:FREQ=SOMETIMES",))
    with pytest.raises(Invalid) as refused:
        create_event(desk.anna, draft, None, desk.organization.now)
    assert set(refused.value.errors) == {"recurrence"}


def test_a_date_that_is_none_is_refused(desk: Desk) -> None:
    event = desk.create()
    for date in (
        "2026-12-24T09:00:00 Europe/Paris",
        "2026-12-03T09:00:00 Europe/Nowhere",
        "0001-01-01",
        "nonsense",
    ):
        with pytest.raises(ActionRefused, match="series_no_date"):
            delete_dates(desk.anna, event.pk, date, Scope.THIS, None, desk.organization.now)
    with pytest.raises(ActionRefused, match="date_missing"):
        delete_dates(desk.anna, event.pk, "", Scope.THIS, None, desk.organization.now)


def test_one_date_alone_has_no_rule(desk: Desk) -> None:
    desk.create()
    with pytest.raises(Invalid) as refused:
        desk.edit(3, Scope.THIS, recurrence=[])
    assert set(refused.value.errors) == {"recurrence"}


def test_all_dates_need_none_named(desk: Desk) -> None:
    event, now = desk.create(), desk.organization.now
    desk.delete(1, Scope.THIS)
    edit_dates(desk.anna, event.pk, "", Scope.ALL, {"summary": "Daily"}, None, now)
    desk.agree(days("", "Daily", "Daily", "Daily", "Daily"))


def at(day: int, hour: int) -> datetime:
    return START.replace(day=day, hour=hour)
