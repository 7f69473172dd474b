"""The same with series: dates that differ, and guests who are invited to one date alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.models import Event
from support.gathering import CONNECTED, FILLERS, PLACES, Gathering, name_of, title_of
from support.mailbox import DAILY
from support.seen import Seen
from support.story import ADDRESSES, COLLEAGUES, EVERYBODY

HOURS = (8, 17)


@dataclass
class GatheringOfDates(Gathering):
    """Every meeting is held on four days; what is done is done to one of them, or to all."""

    mails_each = DAILY + 1
    ended: set[str] = field(default_factory=set)
    """A guest of one date may have kept his copy, and Outlook a date with a title of its own."""

    whole: set[tuple[str, str]] = field(default_factory=set)
    """Who was invited to all of a meeting, by their names; others know nothing but dates."""

    def create(self) -> None:
        name = f"M{len(self.organizers) + 1}"
        if len(self.organizers) == FILLERS:
            return
        key = self.chance.choice(EVERYBODY)
        others = [each for each in EVERYBODY if each != key]
        guests = [ADDRESSES[each] for each in self.chance.sample(others, self.chance.randint(1, 3))]
        self.organizers[name] = key
        self.whole |= {(name, each) for each in others if ADDRESSES[each] in guests}
        if self.acts_here(key):
            self.ask(name, partial(self.story.here(key).create, name, *guests, daily=True))
        else:
            self.story.there(key).create(name, *guests, daily=True)

    def change(self) -> None:
        """One date, or who is invited to it, by its organizer."""
        key = self.chance.choice(EVERYBODY)
        here = self.acts_here(key)
        seen = self._own(key, here=here)
        if seen is None:
            return
        title, day = title_of(seen), seen.first.day
        place: Any = self.story.here(key) if here else self.story.there(key)
        guest = ADDRESSES[self.chance.choice([each for each in EVERYBODY if each != key])]
        swap = place.uninvite if guest in seen.guests else place.invite
        acts: list[Callable[..., MailQuestion | None]] = [
            partial(place.rename, title, f"{name_of(title)} {self.chance.choice('abc')}", on=day),
            partial(place.relocate, title, self.chance.choice(PLACES), on=day),
            partial(place.move, title, day, self.chance.randint(*HOURS), on=day),
            *(partial(swap, title, guest, on=day) for _ in range(3)),
            partial(place.relocate, title, self.chance.choice(PLACES)),
            partial(swap, title, guest),
        ]
        act = self.chance.choice(acts)
        if here:
            self.ask(name_of(title), act)
        else:
            act()

    def cancel(self) -> None:
        """A date, mostly."""
        key = self.chance.choice(EVERYBODY)
        here = self.acts_here(key)
        seen = self._own(key, here=here)
        if seen is None:
            return
        title = title_of(seen)
        on = seen.first.day if self.chance.random() < 0.7 else 0
        if not on:
            self.ended.add(name_of(title))
        if here:
            self.ask(name_of(title), partial(self.story.here(key).delete, title, on=on))
        else:
            self.story.there(key).delete(title, on=on)

    def as_guest(self, verb: str, *words: str) -> None:
        key = self.chance.choice(EVERYBODY)
        here = self.acts_here(key)
        found = [
            seen
            for seen in self.seen(key, here=here)
            if self.organizer(title_of(seen)) not in ("", key)
            and (not here or ADDRESSES[key] in seen.guests)
        ]
        if not found:
            return
        seen = self.chance.choice(found)
        title, day = title_of(seen), seen.first.day
        is_whole = here or (name_of(title), key) in self.whole
        on = 0 if is_whole and self.chance.random() < 0.3 else day
        if here and key in CONNECTED:
            self.asked[ADDRESSES[self.organizer(title)]] += self.mails_each
        getattr(self.story.here(key) if here else self.story.there(key), verb)(title, *words, on=on)

    def _own(self, key: str, *, here: bool) -> Seen | None:
        own = [seen for seen in self.seen(key, here=here) if self.organizer(title_of(seen)) == key]
        return self.chance.choice(own) if own else None

    # --- what must hold

    def check_meeting(self, name: str, organizer: str) -> None:
        events = [event for event in Event.objects.alive() if name_of(event.summary) == name]
        series = [event for event in events if event.is_series]
        assert len(series) <= 1, f"{name} is {len(series)} series"
        assert name in self.ended or len(events) <= 1, f"{name} is {len(events)} events"
        for key in COLLEAGUES:
            days = Counter(
                seen.first for seen in self.story.here(key).seen() if name_of(seen.what) == name
            )
            assert set(days.values()) <= {1}, f"{key} sees {name} twice: {days}"
        if organizer in CONNECTED and name not in self.kept_here:
            here, there = (
                [
                    (seen.first, seen.hours, seen.what)
                    for seen in found
                    if name_of(seen.what) == name
                ]
                for found in (self.story.here(organizer).seen(), self.story.there(organizer).seen())
            )
            assert sorted(here) == sorted(there), f"{name} of {organizer}"

    def check_guest(self, key: str) -> None:
        """Date by date: what is in the mailbox and not declined is here, too."""
        there = {self._date(seen) for seen in self.story.there(key).seen() if seen.own != "no"}
        here = {self._date(seen) for seen in self.story.here(key).seen()}
        known = self.organizers.keys() - self.kept_here - self.ended
        lost = {each for each in there - here if each[0] in known}
        assert lost == set(), f"{key} misses {lost}"

    @staticmethod
    def _date(seen: Seen) -> tuple[str, int]:
        return name_of(title_of(seen)), seen.first.day
