"""The main calendar of one Outlook account as a `CalendarCollection` (contract §5, §7, §16).

Changes come from `calendarView/delta` over a fixed window. A tombstone there proves nothing: what
left the window has one too, so the engine reads such an object again (`absence_is_proof`).
Series are shown, not written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import Union

from ...engine.capabilities import Capabilities
from ...engine.equivalence import equivalent
from ...engine.errors import (
    AuthorizationInvalid,
    Conflict,
    Rejected,
    Retryable,
    SyncError,
    SyncStateLost,
)
from ...engine.event import normalized_address
from ...engine.pending import Action
from ...engine.properties import ANSWER, properties
from ...engine.sync import ChangeSet, Failed, Href, Outcome, Resource, Stored, SyncToken, Write
from ..http import NotSent
from . import client as graph
from . import convert, errors, series, wire
from .client import Answer, Call, Client, answered
from .convert import Mailbox
from .recurrence import Unreadable
from .rounds import PORTION, Round, Token, Window

EDGE = timedelta(days=1)
"""All-day events float over time zones: a window is asked for wider by this on both sides."""

Reply = Union[Answer, Failed]

_VERBS = {"accepted": "accept", "tentative": "tentativelyAccept", "declined": "decline"}

HOLDS = frozenset(
    {
        *("when", "summary", "description", "location", "status", "recurrence"),
        *("availability", "classification", "organizer", "attendee", "answer"),
    }
)

CAPABILITIES = Capabilities(
    batch_size=wire.BATCH_SIZE,
    silent_writes=False,
    # `showAs` is the one property of ours whose change mails nobody (contract §3.9)
    silent=frozenset({"availability"}),
    tells_only_changed_guests=True,
    holds=HOLDS,
)


class GraphCollection:
    """One account's main calendar from `window[0]` to `window[1]`, both aware.

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
            self._round = Round(vanished=dict.fromkeys(gone))
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
        return self._client.delta(window[0] - EDGE, window[1] + EDGE)

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
            if resource := self._oldest(answered(answer), key):
                found[key] = resource
        return found

    def apply(self, writes: Sequence[Write]) -> Sequence[Outcome]:
        """One request for one write, one `$batch` for up to 20.

        Answers, and creations that were made before, are read in a second request for all.
        """
        outcomes: list[Outcome] = []
        calls: list[tuple[Write, Call]] = []
        for write in writes:
            try:
                calls.append((write, self._call(write)))
            except Rejected as error:
                outcomes.append(Failed(write.link, error))
        unread: list[tuple[Write, Call]] = []
        for write, first in self._exchange(calls):
            reply = self._unasked(write, first)
            if second := self._second_call(write, reply):
                unread.append((write, second))
            else:
                outcomes.append(self._outcome(write, reply))
        second_replies = self._exchange(unread, written=True)
        return [*outcomes, *(self._second_outcome(*pair) for pair in second_replies)]

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

    def _readable(self, item: wire.Event) -> Resource | None:
        try:
            return convert.resource(item, self._mailbox)
        except Unreadable:
            return None

    def _oldest(self, answer: Answer, key: str) -> Resource | None:
        rows = sorted(answer.events, key=lambda item: item.get("createdDateTime") or "")
        resources = [self._readable(item) for item in rows if not item.get("isCancelled")]
        return next((found for found in resources if found and found.creation_key == key), None)

    def _call(self, write: Write) -> Call:
        """The request for one write. Raises Rejected for what Graph cannot say."""
        if write.action is Action.CREATE:
            return graph.create(convert.body(write.target, write.target, self._mailbox), write.key)
        if write.action is Action.DELETE:
            return graph.delete(_href(write), write.if_match)
        if write.action is Action.ANSWER:
            return _response(write, send=write.notify)
        changes = convert.body(write.changes, write.target, self._mailbox)
        if not changes:  # nothing that Graph has a word for: settled by what it says instead
            return graph.read(_href(write))
        return graph.patch(_href(write), changes, write.if_match)

    def _exchange(
        self, calls: Sequence[tuple[Write, Call]], *, written: bool = False
    ) -> list[tuple[Write, Reply]]:
        """A reply for each call. `written`: the writes were made, these calls only read them."""
        if not calls:
            return []
        try:
            answers = self._client.send([call for _, call in calls])
        except SyncError as error:
            doubt = written or not isinstance(error, (NotSent, AuthorizationInvalid))
            return [(write, Failed(write.link, error, in_doubt=doubt)) for write, _ in calls]
        return [
            (write, answer or Failed(write.link, Retryable("no_answer"), in_doubt=True))
            for (write, _), answer in zip(calls, answers, strict=True)
        ]

    def _unasked(self, write: Write, reply: Reply) -> Reply:
        """An organizer who wants no responses refuses them: answer without one (§3.9)."""
        told = write.action is Action.ANSWER and write.notify
        if not told or isinstance(reply, Failed) or reply.status != 400:
            return reply
        ((_, copy),) = self._exchange([(write, graph.read(_href(write)))])
        if isinstance(copy, Failed):
            return copy
        if not copy.ok or copy.event.get("responseRequested") is not False:
            return reply
        ((_, silent),) = self._exchange([(write, _response(write, send=False))])
        return silent

    def _second_call(self, write: Write, reply: Reply) -> Call | None:
        """What has to be asked before the outcome is known: the copy after an answer, which
        shows the overlay that goes with it; the event that an earlier creation made.
        """
        if isinstance(reply, Failed):
            return None
        if write.action is Action.ANSWER and reply.ok:
            overlay = convert.body(write.changes, write.target, self._mailbox)
            href = _href(write)
            return graph.patch(href, overlay, None) if overlay else graph.read(href)
        if write.action is Action.CREATE and reply.code == errors.DUPLICATE:
            existing = reply.body["error"].get("@event.existingEventId")
            return graph.read(existing) if existing else graph.marked(write.key)
        return None

    def _outcome(self, write: Write, reply: Reply) -> Outcome:
        if isinstance(reply, Failed):
            return reply
        gone = errors.is_gone(reply.status, reply.code)
        if write.action is Action.DELETE and (reply.ok or gone):
            return Stored(write.link, None)
        return self._stored(write, reply.event) if reply.ok else _refused(write, reply)

    def _second_outcome(self, write: Write, reply: Reply) -> Outcome:
        if isinstance(reply, Failed):
            return reply
        creating, gone = write.action is Action.CREATE, errors.is_gone(reply.status, reply.code)
        if creating and (reply.ok or gone or reply.status == 400):
            return self._adopted(write, reply)
        if gone:
            return Stored(write.link, None)  # declining takes the copy away
        if reply.ok:
            return self._stored(write, reply.event)
        return replace(_refused(write, reply), in_doubt=True)

    def _stored(self, write: Write, item: wire.Event) -> Outcome:
        try:
            resource = convert.resource(item, self._mailbox)
        except Unreadable as error:
            return Failed(write.link, Rejected(f"unreadable_{error}"))
        if write.action is Action.CREATE:
            resource = replace(resource, creation_key=write.key)  # not in the answer (§3.12)
        return Stored(write.link, resource)

    def _adopted(self, write: Write, reply: Answer) -> Outcome:
        """The event made under this key before, if it is ours and says what was to be written."""
        resource = self._oldest(reply, write.key) if reply.ok else None
        if resource:
            theirs, ours = properties(resource.object), write.target
            if all(equivalent(key, value, theirs.get(key)) for key, value in ours.items()):
                return Stored(write.link, resource)
        return Failed(write.link, Conflict("duplicate"))


def _href(write: Write) -> Href:
    if write.href is None:
        raise ValueError("only a creation has no href")
    return write.href


def _response(write: Write, *, send: bool) -> Call:
    """The call for the owner's answer. Raises Rejected where there is none to give."""
    answers = [value for key, value in write.changes.items() if key.startswith(ANSWER)]
    answer = answers[0] if answers else None
    if not isinstance(answer, list) or answer[0] not in _VERBS:
        raise Rejected("answer_cannot_be_taken_back")
    return graph.respond(_href(write), _VERBS[answer[0]], str(answer[1]), send=send)


def _refused(write: Write, answer: Answer) -> Failed:
    """A refused write. After a 5xx, or an answer that came too late, it may have been made."""
    creating = write.action is Action.CREATE
    if creating and answer.status in {409, 412}:  # a collision inside the server (§3.8)
        error: SyncError = Retryable(answer.code)
    else:
        classify = errors.of_collection if creating and answer.status != 403 else errors.of_item
        error = classify(answer.status, answer.code, answer.wait)
    return Failed(write.link, error, in_doubt=answer.status >= 500 or answer.status == 408)
