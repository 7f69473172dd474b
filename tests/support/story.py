"""One meeting and the people around it: who does what where, and how it ends for everybody.

Anna is on Outlook and Ben on Google, both connected; Cleo is their colleague and not connected, and
has her mail at Outlook. Gil, on Google, and Otto, on Outlook, are guests from outside.
"""

from __future__ import annotations

import itertools
import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.attention import attention_items, release
from calendar_sync.actions.sync import Ended, sync_claimed
from calendar_sync.hosts.django_lease import claim
from calendar_sync.models import Event, ProviderCredential
from support import seen
from support.diary import Diary
from support.mailbox import Mailbox
from support.seen import Seen
from support.world import Organization

ANNA, BEN, CLEO = "anna@corp.example", "ben@gmail.example", "cleo@corp.example"
GIL, OTTO = "gil@client.example", "otto@partner.example"
ADDRESSES = {"anna": ANNA, "ben": BEN, "cleo": CLEO, "gil": GIL, "otto": OTTO}
NAMES = {address: name for name, address in ADDRESSES.items()}
MAIL: dict[str, ProviderName] = {
    "anna": "outlook",
    "ben": "google",
    "cleo": "outlook",
    "gil": "google",
    "otto": "outlook",
}
COLLEAGUES = ("anna", "ben", "cleo")
EVERYBODY = tuple(ADDRESSES)
QUIET_WITHIN = 3
Order = tuple[str, ...]
"""Whose account is synchronized first, second, third."""
AT_ONCE: Order = ("all", "at", "once")
TWO_ORDERS: list[Order] = [("anna", "ben", "cleo"), ("ben", "anna", "cleo")]
ORDERS = TWO_ORDERS
if "SOAK_PROGRAMS" in os.environ:
    ORDERS = [*itertools.permutations(COLLEAGUES), AT_ONCE]
SIGN_IN = re.compile(r"/token$|/revoke$|/oauth2/|/\.well-known/")
NO_WRITE = re.compile(rf"batch|{SIGN_IN.pattern}")  # a batch is told by its parts
OURS = re.compile(r"[A-Z]+ /")  # a mail that a request caused, and nobody by hand


def everybody_but(*keys: str) -> list[str]:
    """The addresses of the others."""
    return [address for key, address in ADDRESSES.items() if key not in keys]


@dataclass(frozen=True)
class End:
    """How a story ends; all of it is compared."""

    there: Mapping[str, str]
    """Each mailbox."""
    here: Mapping[str, str]
    """Each colleague's calendar here."""
    answers: str
    """As the organizer has them there."""
    answers_here: str
    own_answers: str
    """As each guest's own copy has his."""
    events: int
    mails: str
    """What we caused; what people caused there by hand is theirs."""
    writes: str
    """Requests that change something, by whose account."""
    requests: int
    held: str = ""
    """What waits on somebody's Needs attention."""


@dataclass
class Story:
    organization: Organization
    order: Order
    organizer: str = "anna"

    def __post_init__(self) -> None:
        people = self.organization.sandbox.people
        people.add("gil", "Gil Dahl", google=GIL)
        people.add("otto", "Otto Falk", outlook=OTTO)

    # --- who is there

    def there(self, key: str, provider: ProviderName | None = None) -> Mailbox:
        """The mailbox of that person, or another one of his."""
        return Mailbox(self.organization.sandbox, key, provider or MAIL[key])

    def here(self, key: str) -> Diary:
        return Diary(self.organization, self.user(key))

    def user(self, key: str) -> AbstractBaseUser:
        user: AbstractBaseUser = getattr(self.organization, key)
        return user

    def connect(self, *keys: str, provider: ProviderName | None = None) -> None:
        for key in keys:
            self.organization.connect(self.user(key), provider or MAIL[key])

    def account(self, key: str) -> ProviderCredential:
        return ProviderCredential.objects.get(user=self.user(key).pk, provider=MAIL[key])

    def meet(self, organizer: str = "anna", *, here: bool = False, daily: bool = False) -> None:
        """Anna and Ben are connected; somebody has invited all the others to an hour at nine."""
        self.organizer = organizer
        self.connect("anna", "ben")
        guests = everybody_but(organizer)
        create = self.here(organizer).create if here else self.there(organizer).create
        create("Review", *guests, daily=daily)
        self.begin()

    # --- time passes

    def begin(self) -> None:
        """All is quiet; what has been mailed and asked so far is not part of the story."""
        self.settle()
        self.organization.sandbox.mail.clear()
        self.organization.sandbox.journal.clear()

    def settle(self) -> None:
        for _ in range(QUIET_WITHIN):
            self.sync()

    def sync(self, *only: str) -> list[Ended]:
        """Everybody's accounts once, twelve minutes after the last time."""
        self.organization.advance(minutes=12)
        running = ProviderCredential.objects.usable().select_related("user")
        rows = {row.pk: row.user.get_username().split("@")[0] for row in running}
        keys = sorted(rows, key=lambda pk: (self._place(rows[pk]), pk))
        turns = [partial(self._turn, pk) for pk in keys if not only or rows[pk] in only]
        if self.order is AT_ONCE:
            at_once(turns)
            return []
        ended = [turn() for turn in turns]
        return [each for each in ended if each]

    def _place(self, key: str) -> int:
        return self.order.index(key) if key in self.order else 0

    def _turn(self, pk: int) -> Ended | None:
        claimed = claim(self.organization.now, credential_id=pk)
        if claimed is None:
            return None
        ended = sync_claimed(claimed, self.organization.sandbox.clock)
        assert ended.error is None, ended.error
        return ended

    def allow(self, key: str, choice: str = "send") -> None:
        """Whatever is held for that person."""
        for item in attention_items(self.user(key)):
            if item.kind == "held":
                release(self.user(key), item.link_id, choice, self.organization.now)

    # --- how it ends

    def ends(
        self,
        shown: str,
        *,
        answers: str = "",
        mails: str = "",
        writes: str = "",
        requests: int | Mapping[str, int],
        events: int = 1,
        held: str = "",
        there: Mapping[str, str] | None = None,
        here: Mapping[str, str] | None = None,
        answers_there: str | None = None,
        own_answers: str | None = None,
    ) -> None:
        """Quiet within three rounds, then this is what everybody sees, but for whom it says.

        `requests` by who synchronizes first, where it differs.
        """
        self.settle()
        first = next((key for key in self.order if self._runs(key)), "")
        expected = End(
            {**dict.fromkeys(EVERYBODY, shown), **(there or {})},
            {**dict.fromkeys(COLLEAGUES, shown), **(here or {})},
            answers if answers_there is None else answers_there,
            answers,
            answers if own_answers is None else own_answers,
            events,
            mails,
            writes,
            requests if isinstance(requests, int) else requests[first],
            held,
        )
        found = self.end()
        if self.order is AT_ONCE:  # who is faster decides about who reads what again
            expected = replace(expected, requests=found.requests)
        assert found == expected
        self.rest()
        self.organization.sandbox.journal.clear()

    def rest(self, rounds: int = 1) -> None:
        """Nothing is written any more, nothing is mailed."""
        self.organization.sandbox.journal.clear()
        before = len(self.organization.sandbox.mail.entries)
        for _ in range(rounds):
            self.sync()
        assert self._writes() == ""
        assert len(self.organization.sandbox.mail.entries) == before

    def end(self) -> End:
        mailboxes = {key: self.there(key).seen() for key in EVERYBODY}
        calendars = {key: self.here(key).seen() for key in COLLEAGUES}
        guests = {a: name for a, name in NAMES.items() if name != self.organizer}
        fullest = max(calendars.values(), key=len)  # who declined does not see it
        return End(
            {key: seen.line(dates) for key, dates in mailboxes.items()},
            {key: seen.line(dates) for key, dates in calendars.items()},
            seen.answers(mailboxes[self.organizer], guests),
            seen.answers(fullest, guests),
            _own_answers(mailboxes, guests.values()),
            Event.objects.alive().count(),
            self._mails(),
            self._writes(),
            self.requests(),
            self._held(),
        )

    def _runs(self, key: str) -> bool:
        if key not in COLLEAGUES:
            return False
        return ProviderCredential.objects.usable().filter(user=self.user(key).pk).exists()

    def _mails(self) -> str:
        sent: dict[str, list[str]] = {}
        for mail in self.organization.sandbox.mail.entries:
            if OURS.match(mail.caused_by):
                sent.setdefault(mail.kind, []).extend(mail.recipients)
        told = {kind: " ".join(sorted(_names(to))) for kind, to in sent.items()}
        return "; ".join(f"{kind} {told[kind]}" for kind in sorted(told))

    def _writes(self) -> str:
        entries = self.organization.sandbox.journal.entries(parts=True)
        writes = Counter(
            entry.person or "?"
            for entry in entries
            if entry.method != "GET"
            and not NO_WRITE.search(entry.path)
            # at once, a write may come too late: it is refused, and made upon the newer version
            and not (self.order is AT_ONCE and entry.status >= 400)
        )
        return ", ".join(f"{key} {count}" for key, count in sorted(writes.items()))

    def requests(self) -> int:
        """What went over the wire; a batch is one."""
        entries = self.organization.sandbox.journal.entries()
        return sum(not SIGN_IN.search(entry.path) for entry in entries)

    def _held(self) -> str:
        return "; ".join(
            " ".join([f"{key}: {item.title} {item.kind}", *_names(item.people)])
            for key in COLLEAGUES
            for item in attention_items(self.user(key))
            if item.kind != "conflict"
        )


def _names(addresses: Iterable[str]) -> list[str]:
    return [NAMES.get(address, address) for address in addresses]


def _own_answers(mailboxes: Mapping[str, list[Seen]], guests: Iterable[str]) -> str:
    told = (seen.own_answer(mailboxes[key], key) for key in guests if mailboxes[key])
    return ", ".join(each for each in told if each)


def at_once(turns: Sequence[Callable[[], Ended | None]]) -> None:
    """As many workers as accounts, which start together."""
    start = threading.Barrier(len(turns))

    def work(turn: Callable[[], Ended | None]) -> None:
        try:
            start.wait()
            turn()
        finally:
            connection.close()

    if turns:
        with ThreadPoolExecutor(len(turns)) as workers:
            list(workers.map(work, turns))
