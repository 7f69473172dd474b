"""The endpoints of Microsoft Graph that we use, one method each (contract §2, §4 to §7).

What concerns one event is a `Call`, a value: one call is sent as it is, several travel together in
`$batch`. Either way each has its own `Answer`, so nobody above needs to know how it travelled.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlencode, urlsplit

from ...engine.errors import Retryable, SyncError, SyncStateLost
from ..http import PAUSES, Response, Session, retry_after
from . import errors, wire

T = TypeVar("T")

GROUPS = "groups/"
"""How ids of groups' calendars begin, as their paths do; a group has one calendar."""

PUT_OFF = (429, 503, 504)
"""Throttled, or too busy (contract §8.2)."""

PATIENCE = timedelta(seconds=15)
"""Reads that are put off for no longer are repeated at once; longer waits are the scheduler's."""

_MARKED = f"singleValueExtendedProperties($filter=id eq '{wire.MARK}')"


@dataclass(frozen=True, slots=True)
class Call:
    """A request; `path` of one about events begins behind the calendar they are in."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one call; `wait` is the provider's Retry-After."""

    status: int
    body: Any = None
    wait: timedelta | None = None

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def code(self) -> str:
        return errors.code_of(self.body)

    @property
    def event(self) -> wire.Event:
        return cast("wire.Event", self.body)

    @property
    def events(self) -> list[wire.Event]:
        """Those of a page, or the one that was asked for by id."""
        return cast("list[wire.Event]", self.body.get("value", [self.body]))


def read(event: str) -> Call:
    """One event, with our mark if it has one."""
    return Call("GET", f"{_event(event)}?{_query({'$expand': _MARKED})}")


def read_series(master: str) -> Call:
    """A series with its exceptions and deleted dates, in one request and no window (§4)."""
    expansion = f"exceptionOccurrences($select={wire.SELECTED})"
    selection = f"{wire.SELECTED},recurrence,cancelledOccurrences,exceptionOccurrences"
    query = _query({"$select": selection, "$expand": expansion})
    return Call("GET", f"{_event(master)}?{query}")


def instances(master: str, start: datetime, end: datetime) -> Call:
    """The dates of a series that touch `start` to `end`, both aware (§6)."""
    window = {"startDateTime": _utc(start), "endDateTime": _utc(end), "$select": wire.SELECTED}
    return Call("GET", f"{_event(master)}/instances?{_query(window)}")


def marked(key: str) -> Call:
    """A page of the events that carry this creation key; keys are hexadecimal."""
    condition = f"ep/id eq '{wire.MARK}' and ep/value eq '{key}'"
    filters = f"singleValueExtendedProperties/Any(ep: {condition})"
    return Call("GET", f"/events?{_query({'$filter': filters, '$expand': _MARKED})}")


def create(event: Mapping[str, Any], key: str) -> Call:
    """A new event, once per key, which it also carries as its mark (contract §3.7)."""
    mark = {"id": wire.MARK, "value": key}
    own = {"transactionId": key, "singleValueExtendedProperties": [mark]}
    return Call("POST", "/events", {**event, **own})


def patch(event: str, changes: Mapping[str, Any], if_match: str | None) -> Call:
    return Call("PATCH", _event(event), changes, _condition(if_match))


def delete(event: str, if_match: str | None) -> Call:
    return Call("DELETE", _event(event), headers=_condition(if_match))


def respond(event: str, action: str, comment: str, *, send: bool) -> Call:
    """`accept`, `tentativelyAccept` or `decline`; a comment needs a mail to stand in (§3.9)."""
    body = {"sendResponse": send, **({"comment": comment} if comment and send else {})}
    return Call("POST", f"{_event(event)}/{action}", body)


class Client:
    """Requests to one Graph root (`https://…/v1.0`) with the token of one account.

    For the events of the main calendar, or of the one with this id; what is in a calendar that
    somebody shares is found behind its own path only (Q35), as what is in a group's.
    """

    def __init__(self, session: Session, root: str, calendar: str = "") -> None:
        self._session = session
        self._root = root.rstrip("/")
        self._place = f"/me/calendars/{quote(calendar, safe='')}" if calendar else "/me"
        if calendar.startswith(GROUPS):
            self._place = f"/{quote(calendar)}"

    def me(self) -> wire.User:
        """Who is signed in. Raises SyncError."""
        return cast("wire.User", self._get(f"{self._root}/me"))

    def default_calendar(self) -> wire.Calendar:
        """The person's main calendar. Raises SyncError."""
        (answer,) = self.send([Call("GET", "/me/calendar")])  # a person waits: so do we, a little
        return cast("wire.Calendar", _whole(answered(answer).body))

    def calendars(self) -> Iterator[wire.Calendar]:
        """Everything on the person's list of calendars, shared ones too. Raises SyncError."""
        yield from cast("Iterator[wire.Calendar]", self._rows("/me/calendars?$top=100"))

    def memberships(self) -> Iterator[wire.Membership]:
        """The groups, roles and units the person is in, not only through others of them.

        Raises SyncError.
        """
        yield from cast("Iterator[wire.Membership]", self._rows("/me/memberOf"))

    def _rows(self, path: str) -> Iterator[object]:
        """On all pages of a list."""
        link, seen = self._root + path, set[str]()
        while link:
            if link in seen:
                raise Retryable("page_loop")
            seen.add(link)
            page = self._behind(link, errors.of_collection)
            yield from page.get("value") or ()
            link = page.get("@odata.nextLink") or ""

    def create_calendar(self, name: str) -> None:
        """The id in the answer need not be the one on the list (§10). Raises SyncError."""
        response = self._session.request(
            "POST",
            f"{self._root}/me/calendars",
            headers={"Content-Type": "application/json", "Prefer": wire.PREFER},
            body=json.dumps({"name": name}).encode(),
        )
        answer = self._answer(response)
        if not answer.ok:
            raise errors.of_collection(answer.status, answer.code, answer.wait)

    def delta(self, start: datetime, end: datetime) -> wire.Page:
        """First page of a round over the calendar in `start` to `end`, both aware."""
        window = {"startDateTime": _utc(start), "endDateTime": _utc(end)}
        url = f"{self._root}{self._place}/calendarView/delta?{_query(window)}"
        return cast("wire.Page", self._get(url))

    def view(self, start: datetime, end: datetime) -> wire.Page:
        """First page of what is in the calendar in `start` to `end`, both aware (§4)."""
        window = {"startDateTime": _utc(start), "endDateTime": _utc(end)}
        return cast(
            "wire.Page", self._get(f"{self._root}{self._place}/calendarView?{_query(window)}")
        )

    def follow(self, link: str) -> wire.Page:
        """The page behind a next or delta link.

        Raises SyncStateLost for a link to elsewhere and for one that Graph has forgotten.
        """
        return self._behind(link, errors.of_delta)

    def exceptions(self, link: str) -> wire.Page:
        """Further exceptions of a series, behind the link that stands beside the first ones."""
        return self._behind(link, errors.of_collection)

    def _behind(self, link: str, refusal: errors.Classifier) -> wire.Page:
        """The page behind a link; the token goes to our Graph and nowhere else."""
        if _origin(link) != _origin(self._root):
            raise SyncStateLost("foreign_link", urlsplit(link).hostname or "")
        answer = self._answer(self._session.get(link, headers={"Prefer": wire.PREFER}))
        if not answer.ok:
            raise refusal(answer.status, answer.code, answer.wait)
        return cast("wire.Page", _whole(answer.body))

    def send(self, calls: Sequence[Call]) -> list[Answer | None]:
        """The answers, in the order of the calls; None where a batch has no answer for one.

        A batch that is refused as a whole answers each of its calls with that refusal. Parts whose
        token is refused are sent once more with a new one, and reads that are put off after the
        longest time that any of them asks for (contract §7).
        Raises SyncError when nobody knows what happened to the calls, NotSent when nothing did.
        """
        if len(calls) == 1:
            answers: list[Answer | None] = [self._single(calls[0])]
        else:
            answers = [answer for some in _portions(calls) for answer in self._batch(some)]
        unauthorized = _places(answers, 401)
        self._repeat(calls, answers, unauthorized, fresh_token=True)
        self._read_put_off(calls, answers)
        return _all_as_long(answers)

    def _read_put_off(self, calls: Sequence[Call], answers: list[Answer | None]) -> None:
        """As long as each time fewer are put off: others may hold some of the mailbox's places."""
        left = len(calls) + 1
        while True:
            throttled = _places(answers, *PUT_OFF)
            reads = [place for place in throttled if calls[place].method == "GET"]
            wait = _longest(answers, reads) or PAUSES[0]
            if not 0 < len(reads) < left or wait > PATIENCE or not self._session.wait(wait):
                return
            left = len(reads)
            self._repeat(calls, answers, reads)

    def _repeat(
        self,
        calls: Sequence[Call],
        answers: list[Answer | None],
        places: Sequence[int],
        *,
        fresh_token: bool = False,
    ) -> None:
        """Replace the answers at these places; None where that fails: others are known."""
        for some in _portions(places):
            again: list[Answer | None] = [None] * len(some)
            with suppress(SyncError):
                again = self._batch([calls[place] for place in some], fresh_token=fresh_token)
            for place, answer in zip(some, again, strict=True):
                answers[place] = answer

    def _path(self, call: Call) -> str:
        """Behind the version root."""
        return self._place + call.path if call.path.startswith("/events") else call.path

    def _single(self, call: Call) -> Answer:
        response = self._session.request(
            call.method,
            self._root + self._path(call),
            headers=_headers(call),
            body=b"" if call.body is None else json.dumps(call.body).encode(),
            repeat=call.method == "GET",
        )
        answer = self._answer(response)
        if answer.status in {200, 201}:
            _whole(answer.body)
        return answer

    def _batch(self, calls: Sequence[Call], *, fresh_token: bool = False) -> list[Answer | None]:
        """Ids are positions. The parts run in parallel and are answered in any order (§7)."""
        parts = [
            {
                "id": str(number),
                "method": call.method,
                "url": self._path(call),
                "headers": _headers(call),
                **({} if call.body is None else {"body": call.body}),
            }
            for number, call in enumerate(calls)
        ]
        response = self._session.request(
            "POST",
            f"{self._root}/$batch",
            headers={"Content-Type": "application/json", "Prefer": wire.PREFER},
            body=json.dumps({"requests": parts}).encode(),
            repeat=all(call.method == "GET" for call in calls),
            fresh_token=fresh_token,
        )
        outer = self._answer(response)
        if not outer.ok:
            return [outer] * len(calls)
        found = {part["id"]: self._part(part) for part in _whole(outer.body).get("responses", ())}
        return [found.get(str(number)) for number in range(len(calls))]

    def _part(self, part: wire.Part) -> Answer:
        headers = {name.title(): str(value) for name, value in (part.get("headers") or {}).items()}
        wait = retry_after(headers, self._session.clock.now())
        return Answer(part["status"], part.get("body"), wait)

    def _answer(self, response: Response) -> Answer:
        wait = retry_after(response.headers, self._session.clock.now())
        return Answer(response.status, response.json(), wait)

    def _get(self, url: str) -> dict[str, Any]:
        answer = self._answer(self._session.get(url, headers={"Prefer": wire.PREFER}))
        if not answer.ok:
            raise errors.of_collection(answer.status, answer.code, answer.wait)
        return _whole(answer.body)


def answered(answer: Answer | None) -> Answer:
    """An answer to a read; raises SyncError for any other."""
    if answer is None:
        raise Retryable("no_answer")
    if not answer.ok:
        raise errors.of_collection(answer.status, answer.code, answer.wait)
    return answer


def _whole(body: Any) -> dict[str, Any]:  # noqa: ANN401 -- whatever came
    """A body that arrived whole; half an answer, or a gateway's page, is none."""
    if not isinstance(body, dict):
        raise Retryable("truncated")
    return body


def _portions(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), wire.BATCH_SIZE):
        yield items[start : start + wire.BATCH_SIZE]


def _places(answers: Sequence[Answer | None], *statuses: int) -> list[int]:
    return [place for place, answer in enumerate(answers) if answer and answer.status in statuses]


def _longest(answers: Sequence[Answer | None], places: Sequence[int]) -> timedelta | None:
    found = [answer.wait for place in places if (answer := answers[place]) and answer.wait]
    return max(found, default=None)


def _all_as_long(answers: Sequence[Answer | None]) -> list[Answer | None]:
    """Whoever of them is asked how long to wait says the longest time of all."""
    throttled = _places(answers, *PUT_OFF)
    wait = _longest(answers, throttled)
    return [
        replace(answer, wait=wait) if answer and place in throttled else answer
        for place, answer in enumerate(answers)
    ]


def _headers(call: Call) -> dict[str, str]:
    kind = {} if call.body is None else {"Content-Type": "application/json"}
    return {"Prefer": wire.PREFER, **kind, **call.headers}


def _condition(if_match: str | None) -> dict[str, str]:
    return {"If-Match": if_match} if if_match else {}


def _event(event: str) -> str:
    return f"/events/{quote(event, safe='')}"


def _query(values: Mapping[str, str]) -> str:
    return urlencode(values, safe="$", quote_via=quote)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
