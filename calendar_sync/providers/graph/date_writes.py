"""Single dates of a series, written after the series itself (contract §6, Q31).

Rewriting the time or pattern of a series loses every edited date and brings deleted ones back. So
the series is read after its write, and what differs from what shall be is written once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ...engine.conferences import as_made
from ...engine.dates import (
    DatePart,
    differing_dates,
    with_dates,
    written_dates,
)
from ...engine.errors import Conflict, Rejected, Retryable, SyncError
from ...engine.event import Override, When, instant
from ...engine.pending import Action
from ...engine.properties import ANSWER, Json, object_of, properties
from ...engine.recurrence import UnreadableRecurrence
from ...engine.sync import Failed, Href, Outcome, Resource, Stored, Write
from . import client as graph
from . import convert, errors, series, wire
from .client import Answer, Call, Client, answered
from .convert import Mailbox
from .online_meetings import adapted
from .recurrence import Unreadable, original_date

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


_VERBS = {"accepted": "accept", "tentative": "tentativelyAccept", "declined": "decline"}


@dataclass(slots=True)
class Task:
    """A series under way; `items` are its dates as they stand there, by their instant."""

    write: Write
    href: Href
    key: str = ""
    resource: Resource | None = None
    parts: list[DatePart] = field(default_factory=list)
    items: dict[datetime, wire.Event] = field(default_factory=dict)
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class DateWrites:
    client: Client
    mailbox: Mailbox

    def apply(self, tasks: Sequence[Task]) -> dict[str, Outcome]:
        """What became of these series, by link; their own part is written. Raises nothing."""
        try:
            self._read(tasks)
            self._find([task for task in tasks if task.parts and not task.outcome])
            self._write([task for task in tasks if task.parts and not task.outcome])
        except SyncError as error:
            for task in tasks:
                task.outcome = task.outcome or Failed(task.write.link, error, in_doubt=True)
        return {
            task.write.link: task.outcome or Stored(task.write.link, task.resource)
            for task in tasks
        }

    def _read(self, tasks: Sequence[Task]) -> None:
        """All of each series as it stands there, and what of its dates has to be written."""
        answers = self.client.send([graph.read_series(task.href) for task in tasks])
        for task, answer in zip(tasks, answers, strict=True):
            if answer and errors.is_gone(answer.status, answer.code):
                task.outcome = Failed(task.write.link, Conflict("gone"))
                continue
            item = series.with_all_exceptions(answered(answer).event, self.client)
            found, _ = series.resources([item], self.mailbox)
            if not found:
                raise Retryable("answer_unreadable")
            task.resource = replace(found[0], creation_key=task.key)
            self._plan(task, item, found[0].object.event.start)

    def _plan(self, task: Task, item: wire.Event, start: When) -> None:
        for exception in filter(None, item.get("exceptionOccurrences") or ()):
            with suppress(Unreadable):
                task.items[instant(original_date(exception, start))] = exception
        try:
            task.parts = self._parts(task)
        except UnreadableRecurrence as error:
            refusal = Rejected("recurrence_unreadable", str(error))
            task.outcome = Failed(task.write.link, refusal)
        if any(part.restored for part in task.parts):
            # No call brings back a deleted date but one that forgets all edits (Q31).
            task.outcome = Failed(task.write.link, Rejected("date_cannot_be_restored"))

    def _parts(self, task: Task) -> list[DatePart]:
        if task.write.action is Action.ANSWER or task.resource is None:
            return written_dates(task.write)
        there = properties(task.resource.object)
        return differing_dates(there, as_made(task.write.target, there))

    def _find(self, tasks: Sequence[Task]) -> None:
        """Dates that are as their series says: they are asked for by their time."""
        asked: list[tuple[Task, When]] = []
        for task in tasks:
            dates = [part.recurrence_id for part in task.parts]
            asked += [(task, date) for date in dates if instant(date) not in task.items]
        calls = [graph.instances(task.href, *_around(date)) for task, date in asked]
        answers = self.client.send(calls) if calls else []
        for (task, date), answer in zip(asked, answers, strict=True):
            for item in answered(answer).events:
                if _stands_for(item, date):
                    task.items[instant(date)] = item

    def _write(self, tasks: Sequence[Task]) -> None:
        calls: list[tuple[Task, DatePart, Call]] = []
        for task in tasks:
            try:
                calls += [(task, part, self._call(task, part)) for part in task.parts]
            except Rejected as error:
                task.outcome = Failed(task.write.link, error)
        calls = [each for each in calls if not each[0].outcome]
        answers = self.client.send([call for _, _, call in calls]) if calls else []
        told: dict[int, list[Override]] = {}
        for (task, part, _), answer in zip(calls, answers, strict=True):
            override = self._told(task, part, answer)
            if isinstance(override, Failed):
                task.outcome = task.outcome or override
            else:
                told.setdefault(id(task), []).append(override)
        for task in tasks:
            if task.resource:
                task.resource = with_dates(task.resource, told.get(id(task), ()))

    def _call(self, task: Task, part: DatePart) -> Call:
        """Raises Rejected for what Graph cannot say."""
        item = task.items.get(instant(part.recurrence_id))
        if item is None:
            raise Rejected("date_missing")
        event = item["id"]
        if part.content is None:
            return graph.delete(event, None)
        if task.write.action is Action.ANSWER:
            own = [part.content.get(key) for key in part.keys if key.startswith(ANSWER)]
            return response(event, own[0] if own else None, send=task.write.notify)
        changes = convert.body(part.keys, part.content, self.mailbox)
        return graph.patch(event, adapted(changes, part.keys, part.content, item), None)

    def _told(self, task: Task, part: DatePart, answer: Answer | None) -> Override | Failed:
        link = task.write.link
        if answer is None:
            return Failed(link, Retryable("no_answer"), in_doubt=True)
        if part.content is None and (answer.ok or errors.is_gone(answer.status, answer.code)):
            return Override(part.recurrence_id, None)
        if not answer.ok:
            error = errors.of_item(answer.status, answer.code, answer.wait)
            return Failed(link, error, in_doubt=answer.status >= 500 or answer.status == 408)
        if task.write.action is Action.ANSWER:
            return Override(part.recurrence_id, object_of("", part.content or {}).event)
        try:
            return Override(part.recurrence_id, convert.event(answer.event, self.mailbox))
        except Unreadable as error:
            return Failed(link, Rejected(f"unreadable_{error}"))


def response(event: str, answer: Json, *, send: bool) -> Call:
    """The call for a guest's own answer. Raises Rejected where there is none to give."""
    if not isinstance(answer, list) or answer[0] not in _VERBS:
        raise Rejected("answer_cannot_be_taken_back")
    return graph.respond(event, _VERBS[answer[0]], str(answer[1]), send=send)


def _stands_for(item: wire.Event, date: When) -> bool:
    """`originalStart` is missing where nobody changed the date."""
    start = (item.get("start") or {}).get("dateTime") or ""
    known = item if item.get("originalStart") else {**item, "originalStart": f"{start[:19]}Z"}
    try:
        return instant(original_date(known, date)) == instant(date)
    except Unreadable:
        return False


def _around(date: When) -> tuple[datetime, datetime]:
    """A window that this date touches, whatever the zone of its day."""
    if isinstance(date, datetime):
        return date, date + MINUTE
    return instant(date) - DAY, instant(date) + 2 * DAY
