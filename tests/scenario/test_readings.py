"""One story under every reading of what the contracts leave unsure.

The knobs come from the sandbox itself: one that is added there is a story more here.
"""

import os
import re
from datetime import timedelta

import pytest

from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import answer_event, create_event, delete_event, edit_event
from calendar_sync.actions.feed import EventCard, events_between
from calendar_sync.actions.series import Scope, delete_dates, edit_dates
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat
from calendar_sync.models import Attendee, Event
from support.meeting_links import VENDOR, change, link_of, made
from support.readings import MOMENTARY, Case, all_at_once, one_by_one
from support.series import SeriesThere
from support.world import START, Organization

EVA = "eva@client.example"
TENTATIVELY = "tentativelyAccepted"
QUIET_WITHIN = 3
DAILY = "RRULE:FREQ=DAILY;COUNT=5"
DAILIES = [f"0{day} 09 Daily" for day in range(1, 6)]
OF_SERIES = ("Daily", "Renamed", "Fifth")
WEEK = START - timedelta(hours=9), START + timedelta(days=7)
# A batch is told by its parts.
WRAPPED = re.compile(r"batch|/token$")


# Each reading alone takes minutes: that is for patience.
CASES = one_by_one() if "SOAK_PROGRAMS" in os.environ else all_at_once()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_both_sides_agree_and_nobody_is_mailed_by_surprise(
    organization: Organization, case: Case
) -> None:
    for name in case.readings.keys() - MOMENTARY:
        organization.sandbox.knobs[name] = case.readings[name]

    Story(organization, case).tell()


class Story:
    """Anna organizes, Ben is her colleague, Eva a guest from outside."""

    def __init__(self, organization: Organization, case: Case) -> None:
        self.organization = organization
        self.provider = provider = case.provider
        self.momentary = {name: case.readings[name] for name in MOMENTARY & case.readings.keys()}
        self.anna = organization.there("anna", provider)
        self.ben = organization.there("ben", provider)
        self.ben_address = str(organization.sandbox.people.get("ben").address(provider))

    def tell(self) -> None:
        self.first_synchronization()
        self.edits_on_both_sides()
        self.a_meeting()
        self.an_answer_from_here()
        self.a_room()
        self.dates_of_a_series()
        self.deletions()
        self.a_lost_token()

    def first_synchronization(self) -> None:
        self.anna.load(["Theirs 1", "Theirs 2"], EVA)
        self.anna.create_series("Standup")
        self.organization.create(self.organization.anna, "Ours")
        for user in (self.organization.anna, self.organization.ben):
            self.organization.connect(user, self.provider)
        self.settle()
        assert self.anna.titles() == ["Ours", "Standup", "Theirs 1", "Theirs 2"]
        assert self.organization.mails == []

    def edits_on_both_sides(self) -> None:
        ours = Event.objects.get(components__summary="Ours")
        anna, now = self.organization.anna, self.organization.now
        changes = {"summary": "Ours, moved", "description": "<p>Two &amp; two<br>lines</p>"}
        edit_event(anna, ours.pk, changes, None, now)
        self.anna.relocate("Theirs 1", "Room Blue")
        self.anna.describe("Standup", "See <b>notes</b>\nand https://example.com")
        self.organization.sandbox.mail.clear()
        self.settle()
        assert self.anna.titles() == ["Ours, moved", "Standup", "Theirs 1", "Theirs 2"]
        assert (
            Event.objects.get(components__summary="Theirs 1").components["location"] == "Room Blue"
        )
        assert self.organization.mails == []

    def a_meeting(self) -> None:
        anna = self.organization.anna
        meeting = self.organization.create(
            anna, "Review", EVA, self.ben_address, choice=Choice.SEND
        )
        self.settle()
        assert sorted(self.organization.mails) == [
            ("invite", self.ben_address),
            ("invite", EVA),
        ]
        assert self.ben.titles() == ["Review"]
        assert Event.objects.filter(components__summary="Review").count() == 1
        self.ben.accept("Review")
        self.organization.sandbox.mail.clear()
        self.settle()
        answer = Attendee.objects.get(event=meeting, address=self.ben_address).partstat
        assert answer == "accepted"
        assert self.organization.mails == []

    def an_answer_from_here(self) -> None:
        meeting = Event.objects.get(components__summary="Review")
        now = self.organization.now
        answer_event(self.organization.ben, meeting.pk, PartStat.TENTATIVE, now)
        self.organization.sandbox.mail.clear()
        self.settle()
        assert self.anna.answer_of("Review", self.ben_address) in ("tentative", TENTATIVELY)
        assert [kind for kind, _ in self.organization.mails] == ["response"]

    def a_room(self) -> None:
        """What is asked for comes, or it is told that it does not; no edit changes either."""
        self.organization.sandbox.microsoft.allow_online_meetings("anna", "teamsForBusiness")
        self.organization.sandbox.mail.clear()
        call = made(self.organization, VENDOR[self.provider])
        self.settle()
        link = link_of(self.organization, call)
        fails = self.organization.sandbox.knobs["google.conference_outcome"] == "failure"
        assert link.state == ("refused" if fails else "ready")
        change(self.organization, call, summary="Call", description="<p>Agenda</p>")
        self.settle()
        after = link_of(self.organization, call)
        assert (after.url, after.state) == (link.url, link.state)
        delete_event(self.organization.anna, call.pk, None, self.organization.now)
        self.settle()
        assert self.organization.mails == []

    def dates_of_a_series(self) -> None:
        """Made here, edited on both sides by every operation there is."""
        self.organization.sandbox.mail.clear()
        draft = EventDraft(START, START + timedelta(hours=1), "Daily", recurrence=(DAILY,))
        create_event(self.organization.anna, draft, None, self.organization.now)
        self.settle()
        self.edit(2, Scope.THIS, summary="Renamed")
        self.edit(3, Scope.THIS, start=START + timedelta(days=2, hours=3),
                  end=START + timedelta(days=2, hours=4))  # fmt: skip
        self.settle()
        self.same_dates(["01 09 Daily", "02 09 Renamed", "03 12 Daily", *DAILIES[3:]])
        series = SeriesThere(
            self.organization.sandbox, "anna", self.provider, self.anna.id_of("Daily")
        )
        series.rename_date(5, "Fifth")
        self.settle()
        self.edit(4, Scope.FOLLOWING, location="Room Red")
        self.settle()
        self.same_dates(
            ["01 09 Daily", "02 09 Renamed", "03 12 Daily", "04 09 Daily", "05 09 Fifth"]
        )
        card = self.card(2)
        now = self.organization.now
        delete_dates(self.organization.anna, card.id, card.date, Scope.THIS, None, now)
        self.settle()
        self.same_dates(["01 09 Daily", "03 12 Daily", "04 09 Daily", "05 09 Fifth"])
        for title in ("Daily", "Fifth"):
            for row in Event.objects.alive().filter(components__summary=title):
                delete_dates(self.organization.anna, row.pk, "", Scope.ALL, None, now)
        self.settle()
        assert self.organization.mails == []

    def card(self, day: int) -> EventCard:
        cards = events_between(self.organization.anna, *WEEK)
        return next(card for card in cards if card.start.day == day and card.summary in OF_SERIES)

    def edit(self, day: int, scope: Scope, **changes: object) -> None:
        card, now = self.card(day), self.organization.now
        edit_dates(self.organization.anna, card.id, card.date, scope, changes, None, now)

    def same_dates(self, expected: list[str]) -> None:
        here = events_between(self.organization.anna, *WEEK)
        shown = [f"{card.start:%d %H} {card.summary}" for card in here]
        for side, found in (("here", shown), ("there", self.anna.dates(*WEEK))):
            assert (side, [text for text in found if text[6:] in OF_SERIES]) == (side, expected)

    def deletions(self) -> None:
        anna, now = self.organization.anna, self.organization.now
        delete_event(anna, Event.objects.get(components__summary="Ours, moved").pk, None, now)
        self.anna.delete("Theirs 2")
        self.organization.sandbox.mail.clear()
        self.settle()
        assert self.anna.titles() == ["Review", "Standup", "Theirs 1"]

    def a_lost_token(self) -> None:
        for there in (self.anna, self.ben):
            there.forget_token()
        knobs = self.organization.sandbox.knobs
        for name, value in self.momentary.items():
            knobs[name] = value
        self.organization.sync()
        for name in self.momentary:
            knobs[name] = knobs.declared[name].default
        self.settle()
        assert self.organization.mails == []
        assert Event.objects.filter(components__summary="Review").count() == 1

    def settle(self) -> None:
        """Quiet within three rounds of everybody, both sides equal, then two idle rounds."""
        for _ in range(QUIET_WITHIN):
            self.round()
        for _ in range(2):
            assert self.round() == []
        assert self.organization.titles_here(self.organization.anna) == self.anna.titles()
        assert self.organization.titles_here(self.organization.ben) == self.ben.titles()

    def round(self) -> list[str]:
        """The writes of one poll of everybody, twelve minutes after the last."""
        self.organization.advance(minutes=12)
        self.organization.sandbox.journal.clear()
        for ended in self.organization.sync():
            assert [report.error for report in ended.reports if report.error] == []
        lines = self.organization.requests()
        return [line for line in lines if not line.startswith("GET") and not WRAPPED.search(line)]
