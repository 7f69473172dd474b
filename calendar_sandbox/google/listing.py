"""events.list: full lists, deltas and their pages (contract 6)."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from calendar_sandbox.core.clock import Clock
from calendar_sandbox.core.knobs import Knobs

from .calendar import Calendar
from .changes import decode, encode
from .errors import calendar_error, invalid
from .parameters import Query, boolean, number, print_zone
from .selection import Row, Selection, check_kinds
from .shape import Wire, event_row, milliseconds, tombstone
from .times import zone_info
from .values import Event

NOT_WITH_TOKEN = (
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin",
    "timeMax", "updatedMin",
)  # fmt: skip

OF_DETAILS = ("q", "privateExtendedProperty", "sharedExtendedProperty")
"""Would tell what is hidden from the viewer."""


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: what a page token holds."""

    upto: int
    """Position the list ends at: later changes belong to the next delta."""
    after: int
    """Last row already given: serial, position or index, by kind of list."""
    empties: int
    """Empty pages still to come."""


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    cursor: Cursor
    more: bool


class Lists:
    def __init__(self, clock: Clock, knobs: Knobs) -> None:
        self._clock = clock
        self._knobs = knobs
        self._selection = Selection(clock, knobs)

    def events(self, calendar: Calendar, query: Query) -> Wire:
        """The body of a reply. Raises ApiError 400, 410."""
        token = query.get("syncToken")
        since = self.since(calendar, query, token) if token is not None else None
        shown_zone = print_zone(query) or zone_info(calendar.time_zone)
        check_kinds(query)
        cursor = self.cursor(calendar, query)
        if since is not None:
            rows = self._selection.delta(calendar, query, since, cursor.upto)
        else:
            rows = self._selection.full(calendar, query)
        page = self.page(rows, cursor, query)
        render = self.renderer(calendar, query, shown_zone)
        body = frame(calendar, shown_zone) | {"items": [render(event) for _, event in page.rows]}
        return body | self.next_token(calendar, query, page, since, token)

    def instances(self, calendar: Calendar, event: Event, query: Query) -> Wire:
        """The dates of a series, without a sync token (5.11). Raises ApiError 400."""
        shown_zone = print_zone(query) or zone_info(calendar.time_zone)
        rows = self._selection.dates(calendar, event, query)
        page = self.page(rows, self.cursor(calendar, query, event.id), query)
        render = self.renderer(calendar, query, shown_zone)
        body = frame(calendar, shown_zone) | {"items": [render(date) for _, date in page.rows]}
        return body | (self.page_token(calendar, query, page, event.id) if page.more else {})

    def since(self, calendar: Calendar, query: Query, token: str) -> int:
        """The position of a sync token, once its company is found allowed (6.3)."""
        refused = any(name in query for name in NOT_WITH_TOKEN)
        if boolean(query, "showDeleted") is False:
            refused = refused or self._knobs["google.show_deleted_false"] == "400"
        if refused:
            raise calendar_error(
                400,
                "syncTokenWithRequestRestrictions",
                "Sync token cannot be used with other request restrictions.",
                "syncToken",
            )
        days = self._knobs.number("google.sync_token_days")
        return calendar.read_sync_token(token, timedelta(days=days) if days else None)

    def cursor(self, calendar: Calendar, query: Query, of: str = "") -> Cursor:
        """`of`: the id of the event whose dates are listed."""
        token = query.get("pageToken")
        if token is None:
            lag = timedelta(seconds=self._knobs.number("google.list_lag_seconds"))
            upto = calendar.position
            if lag:
                seen = self._clock.now() - lag
                upto = calendar.position_at(int(seen.timestamp() * 1_000_000))
            return Cursor(upto, -1, self._knobs.number("google.empty_pages"))
        values = decode(token)
        if len(values) != 5 or values[:2] != ["page", fingerprint(calendar, query, of)]:
            raise invalid("Invalid page token value.", "pageToken")
        return Cursor(*values[2:])

    def page(self, rows: Iterable[Row], cursor: Cursor, query: Query) -> Page:
        if cursor.empties:
            return Page([], Cursor(cursor.upto, cursor.after, cursor.empties - 1), more=True)
        size = min(number(query, "maxResults") or 250, 2500)
        if cap := self._knobs.number("google.page_cap"):
            size = min(size, cap)
        rest = list(islice((row for row in rows if row[0] > cursor.after), size + 1))
        given = rest[:size]
        after = given[-1][0] if given else cursor.after
        return Page(given, Cursor(cursor.upto, after, 0), more=len(rest) > size)

    def next_token(
        self, calendar: Calendar, query: Query, page: Page, since: int | None, token: str | None
    ) -> Wire:
        if page.more:
            return self.page_token(calendar, query, page)
        ordered = "orderBy" in query or "q" in query
        if ordered and not self._knobs["google.ordered_list_token"]:
            return {}
        repeat = self._knobs["google.empty_delta_token"]
        if token and since == page.cursor.upto and repeat == "same":
            return {"nextSyncToken": token}
        return {"nextSyncToken": calendar.sync_token(page.cursor.upto)}

    def page_token(self, calendar: Calendar, query: Query, page: Page, of: str = "") -> Wire:
        at = page.cursor
        values = ["page", fingerprint(calendar, query, of), at.upto, at.after, at.empties]
        return {"nextPageToken": encode(values)}

    def renderer(self, calendar: Calendar, query: Query, zone: ZoneInfo) -> Callable[[Event], Wire]:
        most = number(query, "maxAttendees")
        full_rows = boolean(query, "showDeleted") is True
        bare = self._knobs["google.deleted_date"] == "4-keys" and "syncToken" in query
        details = self._knobs["google.cancelled_masters"] and "syncToken" not in query

        def render(event: Event) -> Wire:
            if not event.cancelled or (event.is_master and details):
                return event_row(event, calendar, zone, most)
            if full_rows and not event.swept and not event.recurring_event_id:
                return event_row(event, calendar, zone, most)
            return tombstone(event, zone, bare=bare)

        return render


def fingerprint(calendar: Calendar, query: Query, of: str = "") -> str:
    """Page tokens are bound to the parameters they were given for."""
    names = sorted((k, v) for k, v in query.items(multi=True) if k != "pageToken")
    return hashlib.sha256(repr((calendar.id, calendar.epoch, of, names)).encode()).hexdigest()[:16]


def frame(calendar: Calendar, zone: ZoneInfo) -> Wire:
    """The reply around the items (6.2)."""
    return {
        "kind": "calendar#events",
        "etag": f'"p3{calendar.position:x}{calendar.epoch}o"',
        "summary": calendar.summary,
        "description": calendar.description,
        "updated": milliseconds(calendar.newest),
        "timeZone": str(zone),
        "accessRole": calendar.access_role,
        "defaultReminders": [dict(row) for row in calendar.default_reminders],
    }
