"""Writes of a Google calendar: the requests for each, and what their answers say (contract §5).

A series is written in two steps: itself, then those of its dates that are not as they shall be.
Google keeps changed dates as they are when a series gets another title, and loses them when it
gets another time (§7.2), so they are read in between; docs/decisions/series-writes.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from ...engine.capabilities import Capabilities
from ...engine.conferences import as_made
from ...engine.dates import (
    DatePart,
    believed,
    differing_dates,
    is_about_dates_only,
    may_lack_dates,
    of_series,
    with_dates,
    written_dates,
)
from ...engine.equivalence import equivalent
from ...engine.errors import (
    AuthorizationInvalid,
    ConfigurationInvalid,
    Conflict,
    Rejected,
    Retryable,
    SyncError,
)
from ...engine.event import Override
from ...engine.pending import Action
from ...engine.ports import Clock
from ...engine.properties import addresses, properties
from ...engine.recurrence import UnreadableRecurrence
from ...engine.sync import ETag, Failed, Outcome, Resource, Stored, Write
from ..http import NotSent, Response
from .bodies import MANY_GUESTS, answer_body, date_body, insert_body, patch_body
from .client import BATCH_SIZE, Call, Client
from .conferences import is_refused, without_room
from .convert import Shelf, Unreadable, override_of, resource_of
from .errors import error_of
from .recurrence import instance_id
from .wire import EventRow

CERTAIN = (NotSent, AuthorizationInvalid, ConfigurationInvalid)
"""Raised only where no write of the request was carried out."""

ReadFamilies = Callable[[Sequence[EventRow]], dict[str, Resource]]
"""The series of these masters with all their dates, by href. Raises SyncError."""


@dataclass(slots=True)
class Task:
    """One write under way. `head` is the call for the object itself, `dates` those for dates."""

    write: Write
    head: Call
    parts: list[DatePart] = field(default_factory=list)
    dates: list[Call] = field(default_factory=list)
    row: EventRow | None = None
    resource: Resource | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    client: Client
    clock: Clock
    shelf: Shelf
    capabilities: Capabilities
    read: ReadFamilies

    def apply(self, writes: Sequence[Write]) -> list[Outcome]:
        """An outcome for each. Raises nothing: what nobody knows is in doubt."""
        outcomes: list[Outcome] = []
        tasks: list[Task] = []
        for write in writes:
            try:
                tasks.append(self._task(write))
            except Rejected as error:
                outcomes.append(Failed(write.link, error))
        self._exchange(tasks)
        self._follow(tasks)
        return outcomes + [task.outcome or Stored(task.write.link, task.resource) for task in tasks]

    # --- what is asked

    def _task(self, write: Write) -> Task:
        """Raises Rejected for what Google cannot say."""
        client, notify = self.client, write.notify
        if write.action is Action.CREATE:
            return Task(write, client.events_insert(insert_body(write, self.shelf), notify=notify))
        if write.href is None:
            raise Rejected("href_missing")
        if write.action is Action.DELETE:
            return Task(write, client.events_delete(write.href, write.if_match, notify=notify))
        changes = of_series(write.changes)
        rewritten = changes and write.action is Action.PATCH
        parts = [] if rewritten else written_dates(write)
        dates = [self._date_call(write, part, notify=notify) for part in parts]
        if not changes:  # about dates only: the series itself is read beside them
            return Task(write, client.events_get(write.href), parts, dates)
        make = patch_body if rewritten else answer_body
        body = make(replace(write, changes=changes), self.shelf)
        head = client.events_patch(write.href, body, write.if_match, notify=notify)
        return Task(write, head, parts, dates)

    def _date_call(self, write: Write, part: DatePart, *, notify: bool) -> Call:
        """No `If-Match`: every write of a series moves the ETags of all its dates (§4.9)."""
        event = instance_id(write.href or write.key, part.recurrence_id)
        if part.content is None:
            return self.client.events_delete(event, None, notify=notify)
        if write.action is Action.ANSWER:
            own = replace(write, changes=dict.fromkeys(part.keys), target=part.content)
            body = answer_body(own, self.shelf)
        else:
            body = date_body(part, self.shelf, write)
        return self.client.events_patch(event, body, None, notify=notify)

    # --- what is said

    def _exchange(self, tasks: Sequence[Task]) -> None:
        """The first step of all writes, in as few requests as hold them."""
        calls = [call for task in tasks for call in (task.head, *task.dates)]
        answers = iter(self._send(tasks, calls))
        for task in tasks:
            if task.outcome is None:
                self._note(task, next(answers))
                self._note_dates(task, [next(answers) for _ in task.dates])

    def _follow(self, tasks: Sequence[Task]) -> None:
        """The second step, of those series whose dates are not yet as they shall be."""
        rewritten = [
            task
            for task in tasks
            if task.resource
            and not task.outcome
            and task.write.action is Action.PATCH
            and not is_about_dates_only(task.write)
            and may_lack_dates(task.write)
        ]
        try:
            self._read_again(rewritten)
        except SyncError as error:
            for task in rewritten:
                task.outcome = Failed(task.write.link, error, in_doubt=True)
        made = [task for task in tasks if task.resource and task.write.action is Action.CREATE]
        for task in made:
            task.parts = [part for part in written_dates(task.write) if part.content is not None]
            self._prepare(task)
        waiting = [task for task in (*rewritten, *made) if task.parts and not task.outcome]
        answers = iter(self._send(waiting, [call for task in waiting for call in task.dates]))
        for task in waiting:
            if task.outcome is None:
                self._note_dates(task, [next(answers) for _ in task.dates])

    def _read_again(self, tasks: Sequence[Task]) -> None:
        """Raises SyncError."""
        found = self.read([task.row for task in tasks if task.row]) if tasks else {}
        for task in tasks:
            task.resource = found.get(str(task.write.href), task.resource)
            if task.resource is None:
                continue
            there = properties(task.resource.object)
            try:
                task.parts = differing_dates(there, as_made(task.write.target, there))
            except UnreadableRecurrence:
                task.parts = []
            self._prepare(task)

    def _prepare(self, task: Task) -> None:
        """Only what a person has changed on a date is told to its guests, not what follows."""
        named = {part.recurrence_id for part in written_dates(task.write)}
        try:
            task.dates = [
                self._date_call(
                    task.write,
                    part,
                    notify=task.write.notify and part.recurrence_id in named,
                )
                for part in task.parts
            ]
        except Rejected as error:
            task.outcome = Failed(task.write.link, error)

    def _send(self, tasks: Sequence[Task], calls: Sequence[Call]) -> list[Response | None]:
        answers: list[Response | None] = []
        try:
            for start in range(0, len(calls), BATCH_SIZE):
                answers += self._sent(calls[start : start + BATCH_SIZE])
        except SyncError as error:
            in_doubt = bool(answers) or not isinstance(error, CERTAIN)
            for task in tasks:
                begun = in_doubt or task.resource is not None
                task.outcome = Failed(task.write.link, error, in_doubt=begun)
        return answers

    def _sent(self, calls: Sequence[Call]) -> list[Response | None]:
        """The answers; what asked for a room that this calendar does not allow goes without one."""
        answers = self.client.send(calls)
        refused = [number for number, answer in enumerate(answers) if is_refused(answer)]
        if refused:
            again = self.client.send([without_room(calls[number]) for number in refused])
            for number, answer in zip(refused, again, strict=True):
                answers[number] = answer
        return answers

    def _note(self, task: Task, response: Response | None) -> None:
        """What the answer says about the object; 5xx says nothing about it (contract §9.2)."""
        write = task.write
        gone = response is not None and response.status in (404, 410)
        if response is None:
            task.outcome = Failed(write.link, Retryable("answer_missing"), in_doubt=True)
        elif write.action is Action.DELETE and (gone or 200 <= response.status < 300):
            task.outcome = Stored(write.link, None)
        elif write.action is not Action.CREATE and gone:
            task.outcome = Failed(write.link, Conflict("gone"))
        elif not 200 <= response.status < 300:
            task.outcome = self._refused(task, response)
        else:
            self._note_object(task, response)

    def _note_object(self, task: Task, response: Response) -> None:
        write = task.write
        try:
            task.row = _row(response)
            resource = resource_of(task.row, (), self.shelf)
        except (Unreadable, Retryable):
            task.outcome = Failed(write.link, Retryable("answer_unreadable"), in_doubt=True)
            return
        if not resource.organized_by_owner and not self._was_applied(write, resource):
            task.outcome = Failed(write.link, Rejected("not_applied"))
            return
        if resource.object.is_series:
            resource = believed(resource, write.target)
        task.resource = resource

    def _was_applied(self, write: Write, resource: Resource) -> bool:
        """Whether the answer shows the values sent; a guest's write may change nothing (§4.4)."""
        shown = properties(resource.object)
        return all(
            equivalent(key, self.capabilities.projected(key, sent), shown.get(key))
            for key, sent in of_series(write.changes).items()
        )

    def _note_dates(self, task: Task, responses: Iterable[Response | None]) -> None:
        """What the answers say about single dates; the first failure is that of the write."""
        told: list[Override] = []
        for part, response in zip(task.parts, responses, strict=True):
            if response is None:
                task.outcome = Failed(task.write.link, Retryable("answer_missing"), in_doubt=True)
            elif part.content is None and response.status in (200, 204, 404, 410):
                told.append(Override(part.recurrence_id, None))
            elif response.status != 200:
                task.outcome = task.outcome or self._refused(task, response)
            elif task.resource:
                self._note_date(task, part, response, told)
        if task.resource:
            task.resource = with_dates(task.resource, told)

    def _note_date(
        self, task: Task, part: DatePart, response: Response, told: list[Override]
    ) -> None:
        try:
            row = _row(response)
            told.append(override_of(row, part.recurrence_id, self.shelf))
        except (Unreadable, Retryable):
            task.outcome = Failed(task.write.link, Retryable("answer_unreadable"), in_doubt=True)
            return
        if task.resource and row.get("etag"):
            task.resource = replace(task.resource, etag=ETag(row["etag"]))

    def _refused(self, task: Task, response: Response) -> Failed:
        error = error_of(response, self.clock.now())
        if response.status == 400 and len(addresses(task.write.target)) >= MANY_GUESTS:
            error = Rejected("too_many_guests")
        return Failed(task.write.link, error, in_doubt=response.status >= 500)


def _row(response: Response) -> EventRow:
    """The body, if it is a JSON object; front ends answer with pages. Raises Retryable."""
    body = response.json()
    if not isinstance(body, dict):
        raise Retryable("answer_unreadable")
    row: EventRow = body  # type: ignore[assignment]
    return row
