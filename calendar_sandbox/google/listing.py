"""events.list: full lists, deltas and their pages (contract 6)."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from calendar_sandbox.core.clock import Clock
from calendar_sandbox.core.knobs import Knobs

from .calendar import Calendar, decode, encode
from .errors import ApiError, calendar_error, invalid, invalid_parameter
from .parameters import Query, boolean, bound, number, print_zone
from .shape import Wire, event_row, milliseconds, tombstone
from .times import zone_info
from .values import Content, Event

UPDATED_MIN_REACH = timedelta(weeks=4)
NOT_WITH_TOKEN = (
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin",
    "timeMax", "updatedMin",
)  # fmt: skip


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
    rows: list[tuple[int, Event]]
    cursor: Cursor
    more: bool


class Lists:
    def __init__(self, clock: Clock, knobs: Knobs) -> None:
        self._clock = clock
        self._knobs = knobs

    def events(self, calendar: Calendar, query: Query) -> Wire:
        """The body of a reply. Raises ApiError 400, 410."""
        token = query.get("syncToken")
        since = self.since(calendar, query, token) if token is not None else None
        shown_zone = print_zone(query) or zone_info(calendar.time_zone)
        cursor = self.cursor(calendar, query, since)
        if since is not None:
            found = calendar.changes(since, cursor.upto)
            rows = [change for change in found if self.in_delta(change[1], query)]
        else:
            rows = self.full(calendar, query)
        page = self.page(rows, cursor, query)
        if boolean(query, "singleEvents") and any(event.is_master for _, event in rows):
            raise not_simulated()
        render = self.renderer(calendar, query, shown_zone)
        body = frame(calendar, shown_zone) | {"items": [render(event) for _, event in page.rows]}
        return body | self.next_token(calendar, query, page, since, token)

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

    def cursor(self, calendar: Calendar, query: Query, since: int | None) -> Cursor:
        token = query.get("pageToken")
        if token is None:
            lag = timedelta(seconds=self._knobs.number("google.list_lag_seconds"))
            upto = calendar.position
            if lag:
                seen = self._clock.now() - lag
                upto = calendar.position_at(int(seen.timestamp() * 1_000_000))
            return Cursor(upto, since or 0, self._knobs.number("google.empty_pages"))
        values = decode(token)
        if len(values) != 5 or values[:2] != ["page", fingerprint(calendar, query)]:
            raise invalid("Invalid page token value.", "pageToken")
        return Cursor(*values[2:])

    def page(self, rows: list[tuple[int, Event]], cursor: Cursor, query: Query) -> Page:
        if cursor.empties:
            return Page([], Cursor(cursor.upto, cursor.after, cursor.empties - 1), more=True)
        size = min(number(query, "maxResults") or 250, 2500)
        if cap := self._knobs.number("google.page_cap"):
            size = min(size, cap)
        rest = [row for row in rows if row[0] > cursor.after]
        given = rest[:size]
        after = given[-1][0] if given else cursor.after
        return Page(given, Cursor(cursor.upto, after, 0), more=len(rest) > size)

    def next_token(
        self, calendar: Calendar, query: Query, page: Page, since: int | None, token: str | None
    ) -> Wire:
        if page.more:
            at = page.cursor
            values = ["page", fingerprint(calendar, query), at.upto, at.after, at.empties]
            return {"nextPageToken": encode(values)}
        ordered = "orderBy" in query or "q" in query
        if ordered and not self._knobs["google.ordered_list_token"]:
            return {}
        repeat = self._knobs["google.empty_delta_token"]
        if token and since == page.cursor.upto and repeat == "same":
            return {"nextSyncToken": token}
        return {"nextSyncToken": calendar.sync_token(page.cursor.upto)}

    def in_delta(self, event: Event, query: Query) -> bool:
        kinds = query.getlist("eventTypes")
        if event.swept and self._knobs["google.series_deletion"] == "master":
            return False
        return not kinds or event.event_type in kinds

    def full(self, calendar: Calendar, query: Query) -> list[tuple[int, Event]]:
        keep = self.chosen(calendar, query)
        lag = self._knobs.number("google.list_lag_seconds")
        newest = int(self._clock.now().timestamp() * 1_000_000) - lag * 1_000_000
        rows = [
            event
            for event in calendar.in_order()
            if keep(event) and (not lag or event.created <= newest)
        ]
        order = query.get("orderBy")
        if order is None:
            return [(event.serial, event) for event in rows]
        single = boolean(query, "singleEvents") is True
        if order not in ("updated", "startTime"):
            raise invalid_parameter("orderBy", order)
        if order == "startTime" and not single:
            message = "The requested ordering is not available for the particular query."
            raise invalid(message, "orderBy")
        zone = zone_info(calendar.time_zone)
        rows.sort(
            key=lambda event: (
                event.updated
                if order == "updated"
                else int(event.content.start.at(zone).timestamp())
            )
        )
        return list(enumerate(rows, start=1))

    def chosen(self, calendar: Calendar, query: Query) -> Callable[[Event], bool]:
        """What the parameters of a full list let through (6.1)."""
        tests = [
            self.deleted_rule(calendar, query),
            *time_rules(calendar, query),
            *self.property_rules(query),
        ]
        if (oldest := bound(query, "updatedMin")) is not None:
            tests.append(self.updated_rule(oldest))
        if uid := query.get("iCalUID"):
            tests.append(lambda event: event.ical_uid == uid)
        if kinds := query.getlist("eventTypes"):
            tests.append(lambda event: event.event_type in kinds)
        if words := query.get("q", "").casefold().split():
            tests.append(lambda event: all(word in searchable(event) for word in words))
        return lambda event: all(test(event) for test in tests)

    def deleted_rule(self, calendar: Calendar, query: Query) -> Callable[[Event], bool]:
        if boolean(query, "showDeleted") or "updatedMin" in query:
            return lambda _event: True
        single = boolean(query, "singleEvents") is True

        def shown(event: Event) -> bool:
            if not event.cancelled:
                return True
            if event.is_master and self._knobs["google.cancelled_masters"]:
                return True
            master = calendar.events.get(event.recurring_event_id or "")
            return master is not None and not master.cancelled and not single

        return shown

    def updated_rule(self, oldest: datetime) -> Callable[[Event], bool]:
        if oldest < self._clock.now() - UPDATED_MIN_REACH:
            raise calendar_error(
                410,
                "updatedMinTooLongAgo",
                "The requested minimum modification time lies too far in the past.",
                "updatedMin",
            )
        micros = int(oldest.timestamp() * 1_000_000)
        return lambda event: event.updated >= micros

    def property_rules(self, query: Query) -> Iterable[Callable[[Event], bool]]:
        combine = all if self._knobs["google.property_filter"] == "all" else any
        for name, kind in (
            ("privateExtendedProperty", "private_properties"),
            ("sharedExtendedProperty", "shared_properties"),
        ):
            wanted = [pair(text) for text in query.getlist(name)]
            if wanted:
                yield property_rule(wanted, kind, combine)

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


def property_rule(
    wanted: list[tuple[str, str]],
    kind: str,
    combine: Callable[[Iterable[bool]], bool],
) -> Callable[[Event], bool]:
    def matches(event: Event) -> bool:
        values = getattr(event.content, kind)
        return combine(values.get(key) == value for key, value in wanted)

    return matches


def time_rules(calendar: Calendar, query: Query) -> Iterable[Callable[[Event], bool]]:
    """A master passes `timeMin`: long-ended ones come too (6.1)."""
    zone = zone_info(calendar.time_zone)
    lower, upper = bound(query, "timeMin"), bound(query, "timeMax")
    if lower and upper and upper <= lower:
        raise calendar_error(400, "timeRangeEmpty", "The specified time range is empty.", "timeMax")
    if lower:
        yield lambda event: event.is_master or event.content.end.at(zone) > lower
    if upper:
        yield lambda event: event.content.start.at(zone) < upper


def pair(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    return key, value


def searchable(event: Event) -> str:
    content: Content = event.content
    texts = [content.shared.get(name, "") for name in ("summary", "description", "location")]
    people = [f"{row.name} {row.email}" for row in content.attendees]
    return " ".join([*texts, *people, event.organizer]).casefold()


def fingerprint(calendar: Calendar, query: Query) -> str:
    """Page tokens are bound to the parameters they were given for."""
    names = sorted((k, v) for k, v in query.items(multi=True) if k != "pageToken")
    return hashlib.sha256(repr((calendar.id, calendar.epoch, names)).encode()).hexdigest()[:16]


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


def not_simulated() -> ApiError:
    """An expansion this stand-in cannot do yet; better said than wrongly answered."""
    return ApiError(501, "notImplemented", "The sandbox does not expand series yet.")
