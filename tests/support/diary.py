"""What a colleague of the stories does here: through the actions, as the pages do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import create_event, delete_event, edit_event
from calendar_sync.actions.feed import EventCard, event_detail, events_between
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.organizers import hand_over
from calendar_sync.actions.series import Scope, answer_dates, delete_dates, edit_dates
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat, When
from calendar_sync.models import Event
from support.mailbox import DAILY, Word, moment
from support.seen import WINDOW, Seen, of_ours
from support.world import Organization

PARTSTATS: dict[Word, PartStat] = {
    "yes": PartStat.ACCEPTED,
    "no": PartStat.DECLINED,
    "maybe": PartStat.TENTATIVE,
}


@dataclass(frozen=True)
class Diary:
    """`on` as in `Mailbox`, `choice` is the answer to the question whether to send."""

    organization: Organization
    user: AbstractBaseUser

    def create(
        self,
        title: str,
        *guests: str,
        hour: int | None = 9,
        days: int = 1,
        daily: bool = False,
        choice: Choice | None = Choice.SEND,
    ) -> MailQuestion | None:
        start, end = _when(2, hour, days)
        rule = (f"RRULE:FREQ=DAILY;COUNT={DAILY}",) if daily else ()
        draft = EventDraft(start, end, title, guests=guests, recurrence=rule)
        return _asked(create_event(self.user, draft, choice, self.organization.now))

    def rename(self, title: str, new: str, on: int = 0, **how: Any) -> MailQuestion | None:  # noqa: ANN401 -- scope, choice
        return self.edit(title, on, summary=new, **how)

    def relocate(self, title: str, place: str, on: int = 0, **how: Any) -> MailQuestion | None:  # noqa: ANN401 -- as above
        return self.edit(title, on, location=place, **how)

    def move(
        self,
        title: str,
        day: int,
        hour: int | None = 9,
        on: int = 0,
        days: int = 1,
        **how: Any,  # noqa: ANN401 -- as above
    ) -> MailQuestion | None:
        start, end = _when(day, hour, days)
        return self.edit(title, on, start=start, end=end, **how)

    def invite(self, title: str, *guests: str, on: int = 0, **how: Any) -> MailQuestion | None:  # noqa: ANN401 -- as above
        return self.edit(title, on, guests=[*self.guests(title, on), *guests], **how)

    def uninvite(self, title: str, guest: str, on: int = 0, **how: Any) -> MailQuestion | None:  # noqa: ANN401 -- as above
        left = [each for each in self.guests(title, on) if each != guest]
        return self.edit(title, on, guests=left, **how)

    def edit(
        self,
        title: str,
        on: int = 0,
        scope: Scope | None = None,
        choice: Choice | None = Choice.SEND,
        **changes: Any,  # noqa: ANN401 -- fields of an event
    ) -> MailQuestion | None:
        card, now = self.card(title, on), self.organization.now
        if not card.date:
            return _asked(edit_event(self.user, card.id, changes, choice, now))
        scope = scope or (Scope.THIS if on else Scope.ALL)
        return _asked(edit_dates(self.user, card.id, card.date, scope, changes, choice, now))

    def delete(
        self,
        title: str,
        on: int = 0,
        scope: Scope | None = None,
        choice: Choice | None = Choice.SEND,
    ) -> MailQuestion | None:
        card, now = self.card(title, on), self.organization.now
        if not card.date:
            return delete_event(self.user, card.id, choice, now)
        scope = scope or (Scope.THIS if on else Scope.ALL)
        return delete_dates(self.user, card.id, card.date, scope, choice, now)

    def answer(self, title: str, word: Word, on: int = 0, comment: str | None = None) -> None:
        card, now = self.card(title, on), self.organization.now
        scope = Scope.THIS if on else Scope.ALL
        answer_dates(self.user, card.id, card.date, scope, PARTSTATS[word], now, comment=comment)

    def hand_over(self, title: str, to: AbstractBaseUser) -> MailQuestion | None:
        now = self.organization.now
        return hand_over(self.user, self.card(title).id, to.pk, Choice.SEND, now)

    def guests(self, title: str, on: int = 0) -> list[str]:
        card = self.card(title, on)
        return [guest.address for guest in event_detail(self.user, card.id, card.date).guests]

    def card(self, title: str, on: int = 0) -> EventCard:
        """Raises StopIteration: he has no such event."""
        cards = events_between(self.user, *WINDOW)
        return next(
            each for each in cards if each.summary == title and (not on or each.start.day == on)
        )

    def seen(self) -> list[Seen]:
        """What is in his calendar here in December."""
        cards = events_between(self.user, *WINDOW)
        return [of_ours(event_detail(self.user, card.id, card.date)) for card in cards]


def _asked(result: Event | MailQuestion) -> MailQuestion | None:
    return result if isinstance(result, MailQuestion) else None


def _when(day: int, hour: int | None, days: int) -> tuple[When, When]:
    if hour is None:
        first = date(2026, 12, day)
        return first, first + timedelta(days=days)
    return moment(day, hour), moment(day + days - 1, hour + 1)
