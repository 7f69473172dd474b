"""One Google calendar as a `CalendarCollection` (contract §4.11, §5, §6, §8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from ...engine.capabilities import Capabilities
from ...engine.errors import (
    CollectionUnavailable,
    Rejected,
    Retryable,
    SyncStateLost,
)
from ...engine.ports import Clock
from ...engine.properties import OVERLAY
from ...engine.rights import INVITE, MODIFY, SEE
from ...engine.special import FAMILIES as OF_SPECIAL
from ...engine.sync import ChangeSet, Href, Outcome, Resource, SyncToken, Write
from ..http import Response
from ..registry import RemoteCalendar
from . import personal
from .client import BATCH_SIZE, Call, Client
from .convert import Shelf, zone_of
from .errors import error_of
from .families import Families
from .listing import PORTION, Listing, is_within
from .wire import EventPage, EventRow
from .writing import Writer

HOLDS = frozenset(
    {
        *("when", "summary", "description", "location", "status", "recurrence"),
        *("availability", "classification", "alarms", "colour"),
        *("organizer", "attendee", "answer"),
        *(MODIFY, INVITE, SEE),
        *OF_SPECIAL,
        "conference",
    }
)

CAPABILITIES = Capabilities(
    batch_size=BATCH_SIZE,
    silent_writes=True,
    # What is a person's own is a field of one copy: no guest sees it change.
    silent=OVERLAY,
    leaves_dates_out=True,
    absence_is_proof=True,
    keys_are_hrefs=True,
    holds=HOLDS,
    availabilities=frozenset({"free", "busy"}),
    # A date that a guest has taken out of his copy looks like one that was called off (§4.11).
    marks_called_off=False,
    guests_may_modify=True,
    colours=frozenset(personal.COLOURS.values()),
    alarms=personal.LIMITS,
    user_types=frozenset({"individual", "room"}),
)

LISTING = {"maxResults": "2500", "singleEvents": "false"}
"""Has to be the same with and without a token (contract §6.3)."""


class GoogleCollection:
    """Implements `engine.ports.CalendarCollection`.

    `calendar` has a zone for times that name none, and an id that for a primary calendar is the
    account's address.
    """

    def __init__(self, client: Client, clock: Clock, calendar: RemoteCalendar) -> None:
        self._client = client
        self._clock = clock
        self._shelf = Shelf(
            calendar.id,
            zone_of(calendar.time_zone, ZoneInfo("UTC")),
            is_own=calendar.is_own,
            persons=calendar.persons,
        )
        self._listing = Listing()

    @property
    def capabilities(self) -> Capabilities:
        return replace(CAPABILITIES, most_writes=self._client.free_writes())

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
            row: EventRow = {} if is_gone(response) else read(response, self._clock)
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
        writer = Writer(self._client, self._clock, self._shelf, CAPABILITIES, self._whole)
        return writer.apply(writes)

    def _whole(self, masters: Sequence[EventRow]) -> dict[str, Resource]:
        """These series with all their dates. Raises SyncError."""
        families = Families(masters)
        self._hydrate(families, {row["id"] for row in masters})
        resources, _ = families.resources(self._shelf)
        return {str(found.href): found for found in resources}

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
            found: EventPage = read(response, self._clock)
            self._shelf = replace(
                self._shelf,
                zone=zone_of(found.get("timeZone"), self._shelf.zone),
                access_role=found.get("accessRole", "owner"),
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
            if not is_gone(response):
                families.add([read(response, self._clock)])
        uids = {uid for master in masters if (uid := families.uid(master))}
        queries = [{**LISTING, "iCalUID": uid} for uid in sorted(uids)]
        while queries:
            answers = self._ask([self._client.events_list(query) for query in queries])
            pages: list[EventPage] = [read(answer, self._clock) for answer in answers]
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
            found: EventRow = {} if is_gone(response) else read(response, self._clock)
            alive = found.get("recurringEventId") and found.get("status") != "cancelled"
            families.add([found if alive else row])

    def _ask(self, calls: Sequence[Call]) -> list[Response | None]:
        """The answers to any number of reads, whatever their status; None for one that is lost."""
        answers: list[Response | None] = []
        for start in range(0, len(calls), BATCH_SIZE):
            answers += self._client.send(calls[start : start + BATCH_SIZE], repeat=True)
        return answers


def read(response: Response | None, clock: Clock) -> Any:  # noqa: ANN401 -- a row, by name
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


def is_gone(response: Response | None) -> bool:
    return response is not None and response.status in (404, 410)
