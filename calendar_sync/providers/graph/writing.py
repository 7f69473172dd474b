"""Writes of an Outlook calendar: the requests for each, and what their answers say (contract §3.7).

A series is written in two steps: itself here, then its dates, see `date_writes.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Union

from ...engine.conferences import is_wish
from ...engine.dates import believed, is_about_dates_only, may_lack_dates, of_series
from ...engine.equivalence import equivalent
from ...engine.errors import (
    AuthorizationInvalid,
    Conflict,
    Rejected,
    Retryable,
    SyncError,
)
from ...engine.pending import Action, LinkKey
from ...engine.properties import ANSWER, properties
from ...engine.sync import Failed, Href, Outcome, Resource, Stored, Write
from ..http import NotSent
from . import client as graph
from . import convert, errors, wire
from .client import Answer, Call, Client
from .convert import Mailbox
from .date_writes import DateWrites, Task, response
from .online_meetings import adapted, needs_reading
from .recurrence import Unreadable

Reply = Union[Answer, Failed]


@dataclass(frozen=True, slots=True)
class Writer:
    """`whose` tells the mailbox once it is needed, which may take a request."""

    client: Client
    whose: Callable[[], Mailbox]

    def apply(self, writes: Sequence[Write]) -> Sequence[Outcome]:
        """One request for one write, one `$batch` for up to 20.

        Answers, and creations that were made before, are read in a second request for all; what a
        write has to keep of an online meeting, in one before.
        """
        outcomes: list[Outcome] = []
        calls: list[tuple[Write, Call]] = []
        items = self._read_before(writes, outcomes)
        refused = {outcome.link for outcome in outcomes}
        for write in writes:
            if is_about_dates_only(write) or write.link in refused:
                continue
            try:
                calls.append((write, self._call(write, items.get(write.link))))
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
        outcomes += [self._second_outcome(*pair) for pair in second_replies]
        return self._with_dates(writes, outcomes)

    def _read_before(
        self, writes: Sequence[Write], outcomes: list[Outcome]
    ) -> dict[LinkKey, wire.Event]:
        """The items of which a write has to keep something; what went wrong is an outcome."""
        read = [
            write
            for write in writes
            if write.action is Action.PATCH
            and needs_reading(of_series(write.changes), write.target)
        ]
        found: dict[LinkKey, wire.Event] = {}
        for write, reply in self._exchange([(each, graph.read(_href(each))) for each in read]):
            if isinstance(reply, Failed):
                outcomes.append(replace(reply, in_doubt=False))
            elif reply.ok:
                found[write.link] = reply.event
            else:
                outcomes.append(replace(_refused(write, reply), in_doubt=False))
        return found

    def _with_dates(self, writes: Sequence[Write], outcomes: list[Outcome]) -> list[Outcome]:
        """The second step, of those series whose dates may not be as they shall be."""
        tasks = [Task(each, _href(each)) for each in writes if is_about_dates_only(each)]
        made = {each.link: each.resource for each in outcomes if isinstance(each, Stored)}
        for write in writes:
            resource = made.get(write.link)
            if resource and resource.object.is_series and may_lack_dates(write):
                tasks.append(Task(write, resource.href, resource.creation_key))
        if not tasks:
            return outcomes
        told = DateWrites(self.client, self.whose()).apply(tasks)
        return [each for each in outcomes if each.link not in told] + list(told.values())

    def readable(self, item: wire.Event) -> Resource | None:
        try:
            return convert.resource(item, self.whose())
        except Unreadable:
            return None

    def oldest(self, answer: Answer, key: str) -> Resource | None:
        rows = sorted(answer.events, key=lambda item: item.get("createdDateTime") or "")
        resources = [self.readable(item) for item in rows if not item.get("isCancelled")]
        return next((found for found in resources if found and found.creation_key == key), None)

    def _call(self, write: Write, item: wire.Event | None) -> Call:
        """The request for one write; `item` is what it changes, if that has to be known.

        Raises Rejected for what Graph cannot say.
        """
        if write.action is Action.CREATE:
            made = convert.body(write.target, write.target, self.whose())
            return graph.create(adapted(made, write.target, write.target, {}), write.key)
        if write.action is Action.DELETE:
            return graph.delete(_href(write), write.if_match)
        if write.action is Action.ANSWER:
            return _response(write, send=write.notify)
        said = [key for key in of_series(write.changes) if not key.startswith(ANSWER)]
        changes = convert.body(said, write.target, self.whose())
        if item is not None:
            changes = adapted(changes, said, write.target, item)
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
            answers = self.client.send([call for _, call in calls])
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
            overlay = convert.body(write.changes, write.target, self.whose())
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
            resource = convert.resource(item, self.whose())
        except Unreadable as error:
            return Failed(write.link, Rejected(f"unreadable_{error}"))
        if write.action is Action.CREATE:
            resource = replace(resource, creation_key=write.key)  # not in the answer (§3.12)
        elif resource.object.is_series:
            resource = believed(resource, write.target)
        return Stored(write.link, resource)

    def _adopted(self, write: Write, reply: Answer) -> Outcome:
        """The event made under this key before, if it is ours and says what was to be written."""
        resource = self.oldest(reply, write.key) if reply.ok else None
        if resource:
            theirs, ours = properties(resource.object), of_series(write.target)
            if all(is_wish(k, v) or equivalent(k, v, theirs.get(k)) for k, v in ours.items()):
                return Stored(write.link, resource)
        return Failed(write.link, Conflict("duplicate"))


def _href(write: Write) -> Href:
    if write.href is None:
        raise ValueError("only a creation has no href")
    return write.href


def _response(write: Write, *, send: bool) -> Call:
    """The call for the owner's answer. Raises Rejected where there is none to give."""
    answers = [value for key, value in write.changes.items() if key.startswith(ANSWER)]
    return response(_href(write), answers[0] if answers else None, send=send)


def _refused(write: Write, answer: Answer) -> Failed:
    """A refused write. After a 5xx, or an answer that came too late, it may have been made."""
    creating = write.action is Action.CREATE
    if creating and answer.status in {409, 412}:  # a collision inside the server (§3.8)
        error: SyncError = Retryable(answer.code)
    else:
        classify = errors.of_collection if creating and answer.status != 403 else errors.of_item
        error = classify(answer.status, answer.code, answer.wait)
    return Failed(write.link, error, in_doubt=answer.status >= 500 or answer.status == 408)
