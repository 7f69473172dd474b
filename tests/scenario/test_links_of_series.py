"""Links of series and of single dates; what becomes of a room where a meeting is written anew."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import create_event
from calendar_sync.actions.feed import EventCard, event_detail, events_between
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.meeting_links import MeetingLink
from calendar_sync.actions.organizers import hand_over
from calendar_sync.actions.series import Scope, edit_dates
from calendar_sync.engine.consent import Choice
from calendar_sync.models import Event
from support.meeting_links import OWN, VENDOR, connected, idle, link_of, made, writes
from support.world import PROVIDERS, START, Organization

DAILY = "RRULE:FREQ=DAILY;COUNT=4"
both = pytest.mark.parametrize("provider", PROVIDERS)


class Desk:
    """Anna's series of four days, from Tuesday 1 December on."""

    def __init__(self, organization: Organization, provider: ProviderName, link: str = "") -> None:
        self.organization = organization
        connected(organization, provider)
        end = START + timedelta(hours=1)
        draft = EventDraft(START, end, "Stand-up", recurrence=(DAILY,), meeting_link=link)
        event = create_event(organization.anna, draft, None, organization.now)
        assert isinstance(event, Event)
        self.settle()

    def edit(self, day: int, scope: Scope, **changes: object) -> None:
        user, now = self.organization.anna, self.organization.now
        (card,) = (card for card in self.cards() if card.start.day == day)
        result = edit_dates(user, card.id, card.date, scope, changes, None, now)
        assert not isinstance(result, MailQuestion)
        self.settle()

    def settle(self) -> None:
        for _ in range(3):
            self.organization.advance(minutes=12)
            self.organization.sync()

    def cards(self) -> list[EventCard]:
        found = events_between(self.organization.anna, START, START + timedelta(days=7))
        return list(found)

    def links(self) -> list[MeetingLink]:
        """Of the dates, in their order."""
        return [
            event_detail(self.organization.anna, card.id, card.date).meeting_link
            for card in self.cards()
        ]

    def urls(self) -> list[str]:
        return [link.url for link in self.links()]


@both
def test_all_dates_share_the_room(organization: Organization, provider: ProviderName) -> None:
    desk = Desk(organization, provider, VENDOR[provider])

    (link,) = set(desk.links())
    assert (link.kind, link.state) == (VENDOR[provider], "ready")
    assert writes(organization) == ["POST"]
    idle(organization)


@both
def test_one_date_has_a_link_of_its_own(organization: Organization, provider: ProviderName) -> None:
    desk = Desk(organization, provider, VENDOR[provider])
    room = desk.urls()[0]

    desk.edit(3, Scope.THIS, meeting_link=OWN)

    assert desk.urls() == [room, room, OWN, room]
    idle(organization)
    desk.edit(3, Scope.THIS, meeting_link="")
    assert desk.urls() == [room, room, "", room]
    idle(organization)


@both
def test_a_changed_date_shares_the_room_asked_for_later(
    organization: Organization, provider: ProviderName
) -> None:
    desk = Desk(organization, provider)
    desk.edit(3, Scope.THIS, summary="Retro", location="Room Blue")

    desk.edit(1, Scope.ALL, meeting_link=VENDOR[provider])

    (url,) = set(desk.urls())
    assert url.startswith("https://")
    assert [card.location for card in desk.cards()] == ["", "", "Room Blue", ""]
    idle(organization)


@both
def test_the_second_half_goes_on_with_the_link(
    organization: Organization, provider: ProviderName
) -> None:
    """It is another object there: the room goes on as a plain link, and no second one is made."""
    desk = Desk(organization, provider, VENDOR[provider])
    room = desk.urls()[0]

    desk.edit(3, Scope.FOLLOWING, summary="Retro")

    assert desk.urls() == [room] * 4
    assert Event.objects.alive().count() == 2
    idle(organization)


@both
def test_a_description_of_one_date_keeps_the_room(
    organization: Organization, provider: ProviderName
) -> None:
    desk = Desk(organization, provider, VENDOR[provider])
    room = desk.urls()[0]

    desk.edit(2, Scope.THIS, description="<p>Bring cake</p>")
    desk.edit(2, Scope.ALL, description="<p>Bring tea</p>")

    assert desk.urls() == [room] * 4
    idle(organization)


@pytest.mark.parametrize(("first", "second"), list(itertools.product(PROVIDERS, repeat=2)))
def test_a_new_organizer_gets_a_room_of_his_own(
    organization: Organization, first: ProviderName, second: ProviderName
) -> None:
    organization.sandbox.microsoft.allow_online_meetings("ben", "teamsForBusiness")
    connected(organization, first)
    organization.connect(organization.ben, second)
    organization.work()
    ben = str(organization.sandbox.people.get("ben").address(second))
    event = made(organization, VENDOR[first], ben)
    for _ in range(3):
        organization.advance(minutes=11)
        organization.sync()
    before = link_of(organization, event)

    asked = hand_over(
        organization.anna, event.pk, organization.ben.pk, Choice.SEND, organization.now
    )
    assert asked is None
    for _ in range(4):
        organization.advance(minutes=11)
        organization.sync()

    after = link_of(organization, event, organization.ben)
    assert (before.kind, after.kind) == (VENDOR[first], VENDOR[second])
    assert (after.state, after.url == before.url) == ("ready", False)
