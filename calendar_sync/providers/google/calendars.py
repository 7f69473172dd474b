"""The calendars of a Google account (contract §11.1, §11.2)."""

from __future__ import annotations

from ...engine.errors import Retryable
from ...engine.event import normalized_address
from ...engine.ports import Clock
from ..registry import Move, NewCalendar, RemoteCalendar
from .client import Client
from .collection import is_gone, read
from .convert import WRITERS
from .wire import CalendarEntry, CalendarPage, CalendarResource, EventPage


def primary_calendar(client: Client, clock: Clock, address: str) -> RemoteCalendar:
    """The account's own calendar, whose id is its address. Raises SyncError.

    Its events tell what has to be known of it, so that the list of calendars, which takes a scope
    of its own, is not needed.
    """
    (response,) = client.send([client.events_list({"maxResults": "1"})], repeat=True)
    page: EventPage = read(response, clock)
    return RemoteCalendar(
        id=address,
        name=page.get("summary", ""),
        time_zone=page.get("timeZone", "UTC"),
        writable=page.get("accessRole") in WRITERS,
        address=address,
        is_primary=True,
        owner=normalized_address(address),
    )


def list_calendars(client: Client, clock: Clock, address: str) -> list[RemoteCalendar]:
    """Those whose events the account may read, on all pages. Raises SyncError."""
    found: list[RemoteCalendar] = []
    page_token, seen = "", set[str]()
    while page_token not in seen:
        seen.add(page_token)
        (response,) = client.send([client.calendars_list(page_token)], repeat=True)
        page: CalendarPage = read(response, clock)
        rows = page.get("items", [])
        found += [_calendar(row, address) for row in rows if _is_readable(row)]
        page_token = page.get("nextPageToken", "")
        if not page_token:
            return found
    raise Retryable("page_loop")


def create_calendar(client: Client, clock: Clock, new: NewCalendar) -> RemoteCalendar:
    """A secondary calendar of the account's own. Raises SyncError."""
    body: CalendarResource = {"summary": new.name, "timeZone": new.time_zone}
    (response,) = client.send([client.calendars_insert(body)])
    made: CalendarResource = read(response, clock)
    return RemoteCalendar(
        id=made["id"],
        name=made.get("summary", new.name),
        time_zone=made.get("timeZone", new.time_zone),
        writable=True,
        address=new.address,
        owner=normalized_address(new.address),
    )


def move_event(client: Client, clock: Clock, move: Move) -> None:
    """What is not in its calendar any more was moved, or deleted: the next listing tells.

    The answer may show the event as cancelled, which it is where it was. Raises SyncError.
    """
    (response,) = client.send([client.events_move(move.href, move.destination, move.etag)])
    if not is_gone(response):
        read(response, clock)


def _is_readable(row: CalendarEntry) -> bool:
    """Of some only busy times may be seen: nothing to keep in step."""
    return not row.get("deleted") and row.get("accessRole") in WRITERS | {"reader"}


def _calendar(row: CalendarEntry, address: str) -> RemoteCalendar:
    """An owner by the access list need not be whose calendar it is: that one organizes there."""
    own, role = normalized_address(address), row.get("accessRole", "")
    owner = normalized_address(row.get("dataOwner", "")) or (own if role == "owner" else "")
    return RemoteCalendar(
        id=row["id"],
        name=row.get("summaryOverride") or row.get("summary", ""),
        time_zone=row.get("timeZone", "UTC"),
        writable=role in WRITERS,
        address=address,
        is_primary=row.get("primary", False),
        is_own=owner == own,
        owner=owner,
        colour=row.get("backgroundColor", ""),
    )
