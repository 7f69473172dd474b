"""A calendar of one Outlook account as a `CalendarCollection` (contract §5, §7, §16).

Changes come from `calendarView/delta` over a fixed window. A tombstone there proves nothing: what
left the window has one too, so the engine reads such an object again (`absence_is_proof`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import Union

from ...engine.capabilities import Capabilities
from ...engine.errors import (
    SyncStateLost,
)
from ...engine.event import normalized_address
from ...engine.sync import ChangeSet, Failed, Href, Outcome, Resource, SyncToken, Write
from . import client as graph
from . import errors, personal, rights, series, wire
from .client import Answer, Client, answered
from .convert import Mailbox
from .rounds import PORTION, Round, Token, Window
from .writing import Writer

EDGE = timedelta(days=1)
"""All-day events float over time zones: a window is asked for wider by this on both sides."""

Reply = Union[Answer, Failed]

_VERBS = {"accepted": "accept", "tentative": "tentativelyAccept", "declined": "decline"}

HOLDS = frozenset(
    {
        *("when", "summary", "description", "location", "status", "recurrence"),
        *("availability", "classification", "importance", "alarms", "category"),
        *("organizer", "attendee", "answer", "proposal"),
        *rights.HOLDS,
        "conference",
    }
)

CAPABILITIES = Capabilities(
    batch_size=wire.BATCH_SIZE,
    silent_writes=False,
    # Changes of a meeting's `showAs`, reminder and categories mail nobody (contract §3.9)
    silent=frozenset({"availability", "alarms", "category"}),
    tells_only_changed_guests=True,
    user_types=frozenset({"individual", "room"}),
    holds=HOLDS,
    # Nothing there is more public than the calendar itself (contract §3.1)
    classifications=frozenset({"default", "private", "confidential"}),
    alarms=personal.LIMITS,
)


class GraphCollection:
    """The calendar of `client` from `window[0]` to `window[1]`, both aware.

    Addresses that `mailbox` does not name are read from `/me`, once one is needed.
    """

    def __init__(self, client: Client, window: Window, mailbox: Mailbox | None = None) -> None:
        self._client = client
        self._window = window
        self._given = mailbox or Mailbox()
        self._round = Round()

    @property
    def capabilities(self) -> Capabilities:
        return replace(CAPABILITIES, window=self._window)

    def changes(self, since: SyncToken | None) -> ChangeSet:
        """A round since the token; a complete one, in portions, if its window is too far off."""
        known = Token.read(since) if since else None
        if known and not known.is_near(self._window):
            if known.gone is not None:
                raise SyncStateLost("window_moved")
            known = None
        complete = known is None or known.gone is not None
        if not (complete and since and since == self._round.token):
            gone = (known and known.gone) or ()
            self._round = self._new_round(gone)
        self._round.token = None  # a round that breaks off is taken over like anybody else's
        window = known.window if known else self._window
        page = self._client.follow(known.link) if known else self._begin(window)
        while link := self._round.add(page):
            if complete and len(self._round.items) >= PORTION:
                return self._portion(link, window)
            page = self._client.follow(link)
        resources, unreadable = self._told(self._round.items.values())
        return ChangeSet(
            tuple(resources),
            tuple(self._round.vanished),
            Token(self._round.delta_link, window).write(),
            complete=complete,
            unreadable=tuple(unreadable),
        )

    def _begin(self, window: Window) -> wire.Page:
        return self._client.delta(*self._asked_for(window))

    @staticmethod
    def _asked_for(window: Window) -> Window:
        return window[0] - EDGE, window[1] + EDGE

    def _new_round(self, gone: Iterable[Href]) -> Round:
        return Round(vanished=dict.fromkeys(gone))

    def _portion(self, link: str, window: Window) -> ChangeSet:
        """What vanished waits for the end of the round: it may be told again."""
        resources, unreadable = self._told(self._round.portion(link, window))
        told = tuple(resources), (), self._round.token or SyncToken("")
        return ChangeSet(*told, unreadable=tuple(unreadable), more=True)

    def get(self, hrefs: Sequence[Href]) -> Mapping[Href, Resource | None]:
        """These objects as they are; one that is there but cannot be told is left out."""
        found: dict[Href, Resource | None] = {}
        items: dict[Href, wire.Event] = {}
        answers = self._client.send([graph.read(href) for href in hrefs])
        for href, answer in zip(hrefs, answers, strict=True):
            if answer and errors.is_gone(answer.status, answer.code):
                found[href] = None
            elif answer and answer.status == 400:
                continue  # an id of another kind, or of another mailbox: proves nothing
            else:
                items[href] = answered(answer).event
        resources, _ = self._told(items.values())
        return found | {resource.href: resource for resource in resources}

    def find(self, creation_keys: Sequence[str]) -> Mapping[str, Resource]:
        """Events with our mark; of several, as copying in Outlook makes them, the oldest."""
        found: dict[str, Resource] = {}
        answers = self._client.send([graph.marked(key) for key in creation_keys])
        for key, answer in zip(creation_keys, answers, strict=True):
            if resource := self._writer.oldest(answered(answer), key):
                found[key] = resource
        repeating = [each.href for each in found.values() if each.object.is_series]
        whole = self.get(repeating) if repeating else {}
        return {key: whole.get(each.href) or each for key, each in found.items()}

    def apply(self, writes: Sequence[Write]) -> Sequence[Outcome]:
        return self._writer.apply(writes)

    @property
    def _writer(self) -> Writer:
        return Writer(self._client, lambda: self._mailbox)

    @cached_property
    def _mailbox(self) -> Mailbox:
        if self._given.addresses:
            return self._given
        me = self._client.me()
        names = [normalized_address(me.get("mail") or "")]
        names += [normalized_address(me.get("userPrincipalName") or "")]
        return replace(self._given, addresses=tuple(dict.fromkeys(filter(None, names))))

    def _told(self, items: Iterable[wire.Event]) -> tuple[list[Resource], list[tuple[Href, str]]]:
        """Whole objects, series read back with all their dates; and what cannot be told."""
        found = list(series.whole(items, self._client))
        return series.resources(found, self._mailbox) if found else ([], [])
