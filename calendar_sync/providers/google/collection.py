"""One Google calendar as a `CalendarCollection` (contract §4.11, §5, §6, §8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from ...engine.capabilities import Capabilities
from ...engine.equivalence import equivalent
from ...engine.errors import (
    AuthorizationInvalid,
    CollectionUnavailable,
    ConfigurationInvalid,
    Conflict,
    Rejected,
    Retryable,
    SyncError,
    SyncStateLost,
)
from ...engine.pending import Action
from ...engine.ports import Clock
from ...engine.properties import OVERLAY, properties
from ...engine.sync import ChangeSet, Failed, Href, Outcome, Resource, Stored, SyncToken, Write
from ..http import NotSent, Response
from ..registry import RemoteCalendar
from .client import BATCH_SIZE, Call, Client
from .convert import (
    WRITERS,
    Shelf,
    Unreadable,
    answer_body,
    insert_body,
    patch_body,
    resource_of,
    zone_of,
)
from .errors import error_of
from .families import Families
from .listing import PORTION, Listing, is_within
from .wire import CalendarEntry, EventPage, EventRow

HOLDS = frozenset(
    {
        *("when", "summary", "description", "location", "status", "recurrence"),
        *("availability", "classification", "organizer", "attendee", "answer"),
    }
)

CAPABILITIES = Capabilities(
    batch_size=BATCH_SIZE,
    silent_writes=True,
    # A person's own free/busy and privacy are fields of one copy: no guest sees them change.
    silent=OVERLAY,
    absence_is_proof=True,
    keys_are_hrefs=True,
    holds=HOLDS,
    availabilities=frozenset({"free", "busy"}),
)

LISTING = {"maxResults": "2500", "singleEvents": "false"}
"""Has to be the same with and without a token (contract §6.3)."""

CERTAIN = (NotSent, AuthorizationInvalid, ConfigurationInvalid)
"""Raised only where no write of the request was carried out."""


class GoogleCollection:
    """Implements `engine.ports.CalendarCollection`.

    `address` is the calendar's id, for a primary calendar the account's address; `time_zone` its
    zone, needed for times that name none.
    """

    def __init__(self, client: Client, clock: Clock, address: str, time_zone: str) -> None:
        self._client = client
        self._clock = clock
        self._shelf = Shelf(address, zone_of(time_zone, ZoneInfo("UTC")))
        self._listing = Listing()

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    def changes(self, since: SyncToken | None) -> ChangeSet:
        if since is None or is_within(since):
            return self._portion(since)
        pages = list(self._pages({**LISTING, "syncToken": str(since)}))
        rows = [row for page in pages for row in page.get("items", [])]
        return self._told(Families(rows), pages[-1])

    def _portion(self, since: SyncToken | None) -> ChangeSet:
        """What a complete listing shows next; all that is left of it, if that is little."""
        if since is None or since != self._listing.token:
            self._listing = Listing.behind(since)
        listing = self._listing
        rows: dict[str, EventRow] = {}
        for page in self._pages(LISTING, listing.page, listing.asked):
            rows |= {row["id"]: row for row in page.get("items", [])}
            listing.page = page.get("nextPageToken", "")
            if listing.page and len(rows) >= PORTION:
                singles = Families(listing.singles(rows.values()))
                resources, unreadable = singles.resources(self._shelf)
                told = tuple(resources), (), listing.token or SyncToken("")
                return ChangeSet(*told, unreadable=tuple(unreadable), more=True)
        families = Families([*listing.waiting.values(), *rows.values()])
        self._hydrate(families, set(listing.unseen))
        return replace(self._told(families, page), complete=True)

    def _told(self, families: Families, last: EventPage) -> ChangeSet:
        """The rows of a listing as whole objects, missing parts read. Raises SyncError."""
        if not last.get("nextSyncToken"):
            raise Retryable("sync_token_missing")
        self._hydrate(families, families.headless() | families.doubtful())
        self._explain(families)
        resources, unreadable = families.resources(self._shelf)
        return ChangeSet(
            resources=tuple(resources),
            vanished=tuple(Href(event) for event in sorted(families.vanished())),
            token=SyncToken(last["nextSyncToken"]),
            unreadable=tuple(unreadable),
        )

    def get(self, hrefs: Sequence[Href]) -> Mapping[Href, Resource | None]:
        """An object that cannot be read is left out: that it exists is all that is known."""
        found: dict[Href, Resource | None] = {}
        families = Families(())
        answers = self._ask([self._client.events_get(href) for href in hrefs])
        for href, response in zip(hrefs, answers, strict=True):
            row: EventRow = {} if _is_gone(response) else _read(response, self._clock)
            if row.get("status", "cancelled") == "cancelled":
                found[href] = None
            else:
                families.add([row])
        self._hydrate(families, families.masters() | families.headless())
        resources, _ = families.resources(self._shelf)
        asked = set(hrefs)
        return found | {one.href: one for one in resources if one.href in asked}

    def find(self, creation_keys: Sequence[str]) -> Mapping[str, Resource]:
        """The creation key is the id, so that a mark which got lost does no harm."""
        found = self.get([Href(key) for key in creation_keys])
        return {str(href): resource for href, resource in found.items() if resource}

    def apply(self, writes: Sequence[Write]) -> Sequence[Outcome]:
        outcomes: list[Outcome] = []
        ready: list[tuple[Write, Call]] = []
        for write in writes:
            try:
                ready.append((write, self._call(write)))
            except Rejected as error:
                outcomes.append(Failed(write.link, error))
        if not ready:
            return outcomes
        try:
            answers = self._client.send([call for _, call in ready])
        except SyncError as error:
            in_doubt = not isinstance(error, CERTAIN)
            return outcomes + [Failed(write.link, error, in_doubt) for write, _ in ready]
        outcomes += [
            self._outcome(write, answer) for (write, _), answer in zip(ready, answers, strict=True)
        ]
        return outcomes

    def _call(self, write: Write) -> Call:
        client, notify = self._client, write.notify
        if write.action is Action.CREATE:
            return client.events_insert(insert_body(write, self._shelf), notify=notify)
        if write.href is None:
            raise Rejected("href_missing")
        if write.action is Action.DELETE:
            return client.events_delete(write.href, write.if_match, notify=notify)
        make = answer_body if write.action is Action.ANSWER else patch_body
        body = make(write, self._shelf)
        return client.events_patch(write.href, body, write.if_match, notify=notify)

    def _outcome(self, write: Write, response: Response | None) -> Outcome:
        """What the answer says about the write; 5xx says nothing about it (contract §9.2)."""
        if response is None:
            return Failed(write.link, Retryable("answer_missing"), in_doubt=True)
        if write.action is not Action.CREATE and response.status in (404, 410):
            if write.action is Action.DELETE:
                return Stored(write.link, None)
            return Failed(write.link, Conflict("gone"))
        if not 200 <= response.status < 300:
            in_doubt = response.status >= 500
            return Failed(write.link, error_of(response, self._clock.now()), in_doubt)
        if write.action is Action.DELETE:
            return Stored(write.link, None)
        try:
            resource = resource_of(_object(response), (), self._shelf)
        except (Unreadable, Retryable):
            return Failed(write.link, Retryable("answer_unreadable"), in_doubt=True)
        if not resource.organized_by_owner and not _was_applied(write, resource):
            return Failed(write.link, Rejected("not_applied"))
        return Stored(write.link, resource)

    def _pages(
        self, query: Mapping[str, str], page: str = "", asked: set[str] | None = None
    ) -> Iterator[EventPage]:
        """All pages of a listing of the whole calendar, from `page` on. Raises SyncStateLost.

        `asked` are the pages known already, empty for a new listing.
        """
        asked = set() if asked is None else asked
        while page not in asked:
            asked.add(page)
            call = self._client.events_list({**query, **({"pageToken": page} if page else {})})
            (response,) = self._ask([call])
            if response and response.status == 400 and (page or "syncToken" in query):
                raise SyncStateLost("sync_token_refused")
            found: EventPage = _read(response, self._clock)
            self._shelf = Shelf(
                self._shelf.address,
                zone_of(found.get("timeZone"), self._shelf.zone),
                found.get("accessRole", "owner"),
            )
            yield found
            page = found.get("nextPageToken", "")
            if not page:
                return
        raise Retryable("page_loop")

    def _hydrate(self, families: Families, masters: set[str]) -> None:
        """Fetch these series whole: one listing by UID each, as many as fit into a request."""
        nameless = sorted(master for master in masters if not families.uid(master))
        for response in self._ask([self._client.events_get(master) for master in nameless]):
            if not _is_gone(response):
                families.add([_read(response, self._clock)])
        uids = {uid for master in masters if (uid := families.uid(master))}
        queries = [{**LISTING, "iCalUID": uid} for uid in sorted(uids)]
        while queries:
            answers = self._ask([self._client.events_list(query) for query in queries])
            pages: list[EventPage] = [_read(answer, self._clock) for answer in answers]
            for page in pages:
                families.add(page.get("items", []))
            queries = [
                {**query, "pageToken": page["nextPageToken"]}
                for query, page in zip(queries, pages, strict=True)
                if page.get("nextPageToken")
            ]

    def _explain(self, families: Families) -> None:
        """Ask for dates of which a bare tombstone is all that is known (contract §4.11)."""
        deleted = families.unexplained(self._shelf)
        answers = self._ask([self._client.events_get(event) for event in deleted])
        for row, response in zip(deleted.values(), answers, strict=True):
            found: EventRow = {} if _is_gone(response) else _read(response, self._clock)
            alive = found.get("recurringEventId") and found.get("status") != "cancelled"
            families.add([found if alive else row])

    def _ask(self, calls: Sequence[Call]) -> list[Response | None]:
        """The answers to any number of reads, whatever their status; None for one that is lost."""
        answers: list[Response | None] = []
        for start in range(0, len(calls), BATCH_SIZE):
            answers += self._client.send(calls[start : start + BATCH_SIZE], repeat=True)
        return answers


def primary_calendar(client: Client, clock: Clock) -> RemoteCalendar:
    """The account's own calendar. Raises SyncError."""
    (response,) = client.send([client.calendars_primary()], repeat=True)
    entry: CalendarEntry = _read(response, clock)
    return RemoteCalendar(
        id=entry["id"],
        name=entry.get("summaryOverride") or entry.get("summary", ""),
        time_zone=entry.get("timeZone", "UTC"),
        writable=entry.get("accessRole") in WRITERS,
        address=entry["id"],
    )


def _read(response: Response | None, clock: Clock) -> Any:  # noqa: ANN401 -- a row, by name
    """The JSON object of a successful read. Raises SyncError for anything else."""
    if response is None:
        raise Retryable("answer_missing")
    if response.status != 200:
        error = error_of(response, clock.now())
        if response.status == 403 and isinstance(error, Rejected):
            raise CollectionUnavailable(error.code, error.detail)
        raise error
    return _object(response)


def _object(response: Response) -> Any:  # noqa: ANN401 -- a row, by name
    """The body, if it is a JSON object; front ends answer with pages."""
    body = response.json()
    if not isinstance(body, dict):
        raise Retryable("answer_unreadable")
    return body


def _is_gone(response: Response | None) -> bool:
    return response is not None and response.status in (404, 410)


def _was_applied(write: Write, resource: Resource) -> bool:
    """Whether the answer shows the values sent; a guest's write may change nothing and say 200."""
    shown = properties(resource.object)
    return all(
        equivalent(key, CAPABILITIES.projected(key, sent), shown.get(key))
        for key, sent in write.changes.items()
    )
