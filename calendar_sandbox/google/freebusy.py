"""freeBusy.query (contract 11.6)."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from calendar_sandbox.core.http import Request, Response, json_response
from calendar_sandbox.core.knobs import Knobs

from .accounts import Account
from .api import body_of
from .busy import busy_spans, merged
from .errors import ApiError, calendar_error, invalid, required
from .intake import Body
from .shape import Wire
from .times import EARLIEST, LATEST, is_zone, read_bound, zone_info

GROUP_LIMIT, CALENDAR_LIMIT = 100, 50
Handler = Callable[..., Response]


class FreeBusy:
    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs

    def routes(self) -> Iterator[tuple[str, str, str, Handler]]:
        yield "POST", "freeBusy", "freebusy.query", self.query

    def query(self, request: Request, account: Account) -> Response:
        body = body_of(request)
        lower, upper, zone = self.window(body)
        ids = asked(body)
        groups: Wire = {}
        calendars: Wire = {}
        largest = limit(body, "groupExpansionMax", GROUP_LIMIT)
        most = limit(body, "calendarExpansionMax", CALENDAR_LIMIT)
        for id_ in ids:
            members = account.directory.groups.get(id_.casefold())
            if members is None:
                calendars[id_] = None
            elif len(members) > largest:
                groups[id_] = {"errors": [entry_error("groupTooBig")], "calendars": []}
            else:
                groups[id_] = {"calendars": list(members)}
                calendars |= dict.fromkeys(members)
        for number, id_ in enumerate(calendars, start=1):
            calendars[id_] = (
                self.busy(account, id_, lower, upper, zone)
                if number <= most
                else failed("tooManyCalendarsRequested")
            )
        reply: Wire = {"kind": "calendar#freeBusy", "timeMin": printed(lower)}
        reply |= {"timeMax": printed(upper), "calendars": calendars}
        return json_response(reply | ({"groups": groups} if groups else {}))

    def window(self, body: Body) -> tuple[datetime, datetime, ZoneInfo]:
        """Raises ApiError 400."""
        for name in ("timeMin", "timeMax"):
            if not body.get(name):
                raise required(f"Missing {name} parameter.")
        lower, upper = (read_bound(str(body[name]), name) for name in ("timeMin", "timeMax"))
        zone = body.get("timeZone") or "UTC"
        if not (isinstance(zone, str) and is_zone(zone)):
            raise invalid("Invalid Value", "timeZone")
        if lower.year < EARLIEST.year + 2 or upper.year > LATEST.year - 2:
            raise invalid("Invalid Value", "timeMin")
        if upper <= lower:
            message = "The specified time range is empty."
            raise calendar_error(400, "timeRangeEmpty", message, "timeMax")
        days = self._knobs.number("google.freebusy_days")
        if upper - lower > timedelta(days=days):
            message = "The requested time range is too long."
            raise calendar_error(400, "timeRangeTooLong", message)
        return lower, upper, zone_info(zone)

    def busy(
        self, account: Account, id_: str, lower: datetime, upper: datetime, zone: ZoneInfo
    ) -> Wire:
        """Whoever may see nothing of it learns no more than of one that is not there."""
        try:
            calendar = account.calendar(id_)
        except ApiError:
            return failed("notFound")
        spans = busy_spans(calendar, lower, upper)
        if self._knobs["google.freebusy_merge"]:
            spans = merged(spans)
        return {"busy": [{"start": local(a, zone), "end": local(b, zone)} for a, b in spans]}


def asked(body: Body) -> list[str]:
    items = body.get("items", [])
    if items is None:
        return []
    if not isinstance(items, list):
        raise invalid("Invalid Value", "items")
    ids = [item.get("id") if isinstance(item, dict) else None for item in items]
    if not all(isinstance(id_, str) and id_ for id_ in ids):
        raise required("Missing calendar id.")
    return [str(id_) for id_ in ids]


def limit(body: Body, name: str, most: int) -> int:
    value = body.get(name)
    if value is None:
        return most
    if type(value) is not int or value < 1:
        raise invalid("Invalid Value", name)
    return min(value, most)


def entry_error(reason: str) -> Wire:
    return {"domain": "global", "reason": reason}


def failed(reason: str) -> Wire:
    return {"errors": [entry_error(reason)], "busy": []}


def printed(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds").replace("+00:00", "Z")
