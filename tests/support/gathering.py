"""Random programs of several persons around several meetings, on all sides, with faults.

What must hold at the end is checked by `check_converged`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from calendar_sandbox.core.faults import FaultKind
from calendar_sync.actions.attention import attention_items
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.sync import sync_claimed
from calendar_sync.engine.run import synchronize_account
from calendar_sync.engine.sync import LinkState
from calendar_sync.hosts.django_lease import claim
from calendar_sync.models import Event, Link, ProviderCredential
from support.crashing import Crash, Fuse, through
from support.mailbox import Word
from support.seen import Seen
from support.story import ADDRESSES, COLLEAGUES, EVERYBODY, OURS, Story

CONNECTED = ("anna", "ben")
WORDS: tuple[Word, ...] = ("yes", "no", "maybe")
FAULTS: tuple[tuple[FaultKind, str], ...] = (
    ("429", "before"),
    ("503", "before"),
    ("504", "after"),  # done, and the answer is lost
    ("reset", "after"),
)
PLACES = ("Room Blue", "Room Red")
FILLERS = 8
"""Private events of everybody connected: so few changes are no reason for a safety stop."""


@dataclass
class Gathering:
    """Meetings are called M1, M2…; what follows the name may change."""

    story: Story
    chance: random.Random
    organizers: dict[str, str] = field(default_factory=dict)
    mails_each = 1
    """For a series a guest may get one for each date, and one for it."""
    asked: Counter[str] = field(default_factory=Counter)
    """How often somebody here agreed to a mail, by its recipient."""
    kept_here: set[str] = field(default_factory=set)
    """Meetings of which their provider may know less than we do, as somebody wanted it."""

    def __post_init__(self) -> None:
        titles = [f"Filler {number}" for number in range(FILLERS)]
        for key in CONNECTED:
            self.story.organization.there(key, self.story.there(key).provider).load(titles)
        self.story.connect(*CONNECTED)
        self.story.settle()

    def run(self, steps: int) -> None:
        acts: list[Callable[[], object]] = [
            self.create,
            self.change,
            self.change,
            self.answer,
            self.answer,
            self.remove_copy,
            self.cancel,
            self.allow,
            self.synchronize,
            self.synchronize,
            self.crash,
            self.stumble,
            self.lose_token,
        ]
        self.create()
        for _ in range(steps):
            self.chance.choice(acts)()

    # --- what people do

    def create(self) -> None:
        name = f"M{len(self.organizers) + 1}"
        if len(self.organizers) == FILLERS:
            return
        key = self.chance.choice(EVERYBODY)
        others = [each for each in EVERYBODY if each != key]
        guests = [ADDRESSES[each] for each in self.chance.sample(others, self.chance.randint(1, 3))]
        self.organizers[name] = key
        if self.acts_here(key):
            self.ask(name, partial(self.story.here(key).create, name, *guests))
        else:
            self.story.there(key).create(name, *guests)

    def change(self) -> None:
        """By its organizer."""
        key = self.chance.choice(EVERYBODY)
        here = self.acts_here(key)
        own = [title for title in self._titles(key, here=here) if self.organizer(title) == key]
        if not own:
            return
        title = self.chance.choice(own)
        place: Any = self.story.here(key) if here else self.story.there(key)
        others = [each for each in EVERYBODY if each != key]
        guest = ADDRESSES[self.chance.choice(others)]
        acts: list[Callable[..., MailQuestion | None]] = [
            partial(place.rename, title, f"{name_of(title)} {self.chance.choice('abc')}"),
            partial(place.relocate, title, self.chance.choice(PLACES)),
            partial(place.move, title, self.chance.randint(2, 9), self.chance.randint(8, 17)),
        ]
        invited = {each for seen in self.seen(key, here=here) if title_of(seen) == title
                   for each in seen.guests}  # fmt: skip
        acts.append(partial(place.uninvite if guest in invited else place.invite, title, guest))
        act = self.chance.choice(acts)
        if here:
            self.ask(name_of(title), act)
        else:
            act()

    def answer(self) -> None:
        self.as_guest("answer", self.chance.choice(WORDS))

    def remove_copy(self) -> None:
        self.as_guest("delete")

    def as_guest(self, verb: str, *words: str) -> None:
        key = self.chance.choice(EVERYBODY)
        here = self.acts_here(key)
        titles = [
            title_of(seen)
            for seen in self.seen(key, here=here)
            if self.organizer(title_of(seen)) not in ("", key)
            and (not here or ADDRESSES[key] in seen.guests)
        ]
        if not titles:
            return
        title = self.chance.choice(titles)
        if here and key in CONNECTED:
            self.asked[ADDRESSES[self.organizer(title)]] += 1
        getattr(self.story.here(key) if here else self.story.there(key), verb)(title, *words)

    def cancel(self) -> None:
        key = self.chance.choice(EVERYBODY)
        here = self.acts_here(key)
        own = [title for title in self._titles(key, here=here) if self.organizer(title) == key]
        if not own:
            return
        title = self.chance.choice(own)
        if here:
            self.ask(name_of(title), partial(self.story.here(key).delete, title))
        else:
            self.story.there(key).delete(title)

    def allow(self) -> None:
        """Whatever waits for one of them."""
        key = self.chance.choice(CONNECTED)
        for item in attention_items(self.story.user(key)):
            if item.kind == "held":
                self.asked.update(dict.fromkeys(item.people, self.mails_each))
        self.story.allow(key)

    def ask(self, name: str, act: Callable[..., MailQuestion | None]) -> None:
        """Nobody has decided yet, so nothing is saved; then somebody does."""
        question = act(choice=None)
        if self.organizers[name] not in CONNECTED:  # his provider is not ours to use
            self.kept_here.add(name)
        if question is None:
            return
        choice = self.chance.choice(question.choices)
        if choice.value == "send":
            told = {*question.updates, *question.invitations, *question.cancellations}
            self.asked.update(dict.fromkeys(told, self.mails_each))
        else:
            self.kept_here.add(name)
        assert act(choice=choice) is None

    def acts_here(self, key: str) -> bool:
        return key in COLLEAGUES and self.chance.random() < 0.5

    # --- what machines do

    def synchronize(self) -> None:
        order = list(CONNECTED)
        self.chance.shuffle(order)
        self._turns(order)

    def crash(self) -> None:
        """The worker dies at one of its calls."""
        fuse = Fuse(self.chance.randrange(1, 9), after=self.chance.random() < 0.5)
        self._turns([self.chance.choice(CONNECTED)], fuse)

    def stumble(self) -> None:
        kind, when = self.chance.choice(FAULTS)
        key = self.chance.choice(CONNECTED)
        faults = self.story.organization.sandbox.faults
        skip = self.chance.randrange(3)
        faults.arm("*", kind, when=when, person=key, skip=skip)  # type: ignore[arg-type]
        self._turns([key])

    def lose_token(self) -> None:
        self.story.there(self.chance.choice(CONNECTED)).forget_token()

    def _turns(self, keys: list[str], fuse: Fuse | None = None) -> None:
        organization = self.story.organization
        organization.advance(minutes=12)
        for key in keys:
            claimed = claim(organization.now, credential_id=self.story.account(key).pk)
            run = partial(through, fuse) if fuse else synchronize_account
            try:
                if claimed:
                    sync_claimed(claimed, organization.sandbox.clock, run)
            except Crash:
                return

    # --- what must hold

    def check_converged(self) -> None:
        self.story.organization.sandbox.faults.clear()
        ProviderCredential.objects.update(lease_until=None)
        self.story.settle()
        self.story.rest()
        for name, organizer in self.organizers.items():
            self.check_meeting(name, organizer)
        for key in CONNECTED:
            self.check_guest(key)
        sent = Counter(
            recipient
            for mail in self.story.organization.sandbox.mail.entries
            if OURS.match(mail.caused_by)
            for recipient in mail.recipients
        )
        assert sent - self.asked == Counter(), "mail that nobody asked for"
        parked = Link.objects.open().filter(state=LinkState.PARKED.value)
        assert not parked.exists()

    def check_meeting(self, name: str, organizer: str) -> None:
        """One event; as its organizer has it, if he is connected and keeps nothing here."""
        events = [event for event in Event.objects.alive() if name_of(event.summary) == name]
        assert len(events) <= 1, f"{name} is {len(events)} events"
        for key in COLLEAGUES:
            mine = [seen for seen in self.story.here(key).seen() if name_of(title_of(seen)) == name]
            assert len(mine) <= 1, f"{key} sees {name} {len(mine)} times"
        if organizer in CONNECTED and name not in self.kept_here:
            here, there = (
                [
                    (seen.first, seen.hours, seen.what)
                    for seen in found
                    if name_of(seen.what) == name
                ]
                for found in (self.story.here(organizer).seen(), self.story.there(organizer).seen())
            )
            assert here == there, f"{name} of {organizer}"

    def check_guest(self, key: str) -> None:
        """What is in the mailbox and not declined is here, too."""
        there = {name_of(title_of(s)) for s in self.story.there(key).seen() if s.own != "no"}
        here = {name_of(title_of(seen)) for seen in self.story.here(key).seen()}
        lost = (there & self.organizers.keys()) - here - self.kept_here
        assert lost == set(), f"{key} misses {lost}"

    def seen(self, key: str, *, here: bool) -> list[Seen]:
        return self.story.here(key).seen() if here else self.story.there(key).seen()

    def _titles(self, key: str, *, here: bool) -> list[str]:
        return [title_of(seen) for seen in self.seen(key, here=here)]

    def organizer(self, title: str) -> str:
        return self.organizers.get(name_of(title), "")


def title_of(seen: Seen) -> str:
    return seen.what.partition(" @ ")[0]


def name_of(title: str) -> str:
    """What Outlook keeps of a cancelled meeting has none."""
    return title.split(maxsplit=1)[0] if title else ""
