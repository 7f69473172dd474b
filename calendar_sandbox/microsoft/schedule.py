"""`getSchedule`: when people are busy (contract 10). Work accounts only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Response

from . import permissions, settings, visiting, zones
from .call import READ, Call
from .errors import (
    GraphError,
    access_denied,
    invalid_parameter,
    not_simulated,
    unreadable_body,
    unsupported_zone,
)
from .mailbox import Item, Mailbox, Window

Variables = Mapping[str, str]

_MOST = 20
_LONGEST = timedelta(days=62)
_DIGITS = {"free": "0", "tentative": "1", "busy": "2", "oof": "3", "workingElsewhere": "4"}
# Of several events in a slot the strongest counts.
_STRENGTH = ("0", "4", "1", "2", "3")
_PARAMETERS = frozenset({"schedules", "starttime", "endtime", "availabilityviewinterval"})


@dataclass(frozen=True, slots=True)
class _Question:
    """`zone` is the zone the window was asked in: all-day events begin at its midnight."""

    addresses: list[str]
    window: Window
    zone: str
    interval: timedelta


def get_schedule(call: Call, _variables: Variables) -> Response:
    if call.account.personal:
        raise access_denied()
    if call.state.world.knobs["graph.schedule_scope"] == "Calendars.Read":
        wanted = READ - {"Calendars.ReadBasic"}
        if not wanted & set(call.token.scopes):
            raise access_denied()
    question = _question(call.body())
    context = f"{call.root}/$metadata#Collection(microsoft.graph.scheduleInformation)"
    rows = [_information(call, address, question) for address in question.addresses]
    return call.answer({"@odata.context": context, "value": rows})


def find_meeting_times(call: Call, _variables: Variables) -> Response:
    if call.account.personal:
        raise access_denied()
    raise not_simulated("'me/findmeetingtimes'")


def _question(body: Mapping[str, Any]) -> _Question:
    given = {name.lower(): value for name, value in body.items()}
    if given.keys() - _PARAMETERS:
        raise unreadable_body(f"The parameter '{min(given.keys() - _PARAMETERS)}' is not known.")
    addresses = given.get("schedules")
    if not isinstance(addresses, list) or not all(isinstance(one, str) for one in addresses):
        raise unreadable_body("'Schedules' is a collection of addresses.")
    if not 1 <= len(addresses) <= _MOST:
        raise invalid_parameter(f"The number of schedules must be between 1 and {_MOST}.")
    start, zone = _moment(given.get("starttime"))
    end, _ = _moment(given.get("endtime"))
    minutes = given.get("availabilityviewinterval", 30)
    if isinstance(minutes, bool) or not isinstance(minutes, int):
        raise unreadable_body("'AvailabilityViewInterval' is a number.")
    if not 5 <= minutes <= 1440:
        raise invalid_parameter("The interval must be between 5 and 1440 minutes.")
    if start >= end:
        raise invalid_parameter("The start of the time window must come before its end.")
    if end - start > _LONGEST:
        raise GraphError(
            400,
            "ErrorTimeIntervalTooBig",
            "The requested time duration specified for FreeBusyViewOptions.TimeWindow is too long.",
        )
    return _Question(addresses, (start, end), zone, timedelta(minutes=minutes))


def _moment(value: object) -> tuple[datetime, str]:
    if not isinstance(value, Mapping) or not isinstance(value.get("dateTime"), str):
        raise unreadable_body("'StartTime' and 'EndTime' need a dateTime.")
    zone = value.get("timeZone")
    if not isinstance(zone, str):
        raise unsupported_zone("")
    return zones.instant(value["dateTime"], zone), zone


def _information(call: Call, address: str, question: _Question) -> dict[str, Any]:
    person = call.state.world.people.at("outlook", address)
    mailbox = call.state.mailbox(person) if person and person.outlook else None
    role = "none" if mailbox is None else _role(call, mailbox)
    if mailbox is None or role == "none":
        error = {
            "message": f"The mail recipient is not found. Recipient: {address}.",
            "responseCode": "5016",
        }
        return {"scheduleId": address, "scheduleItems": None, "error": error}
    busy = [_span(item, question.zone) for item in _items(mailbox, question)]
    items = [_row(call, item, question.zone, role) for item in _items(mailbox, question)]
    return {
        "scheduleId": address,
        "availabilityView": _view(busy, question),
        "scheduleItems": items,
        "workingHours": settings.of(call.state, mailbox)["workingHours"],
    }


def _role(call: Call, mailbox: Mailbox) -> str:
    """The caller's role in the primary calendar: the own row, else the organization's."""
    if mailbox.person == call.mailbox.person:
        return "delegateWithPrivateEventAccess"
    role = visiting.role_in(mailbox.primary, call.account.address)
    same = call.state.same_organization(call.mailbox, mailbox)
    if role == "none" and same:
        return visiting.role_in(mailbox.primary, permissions.ORGANIZATION)
    return role


def _items(mailbox: Mailbox, question: _Question) -> list[Item]:
    """Of the primary calendar; a day more on both sides for all-day events of other zones."""
    day, (start, end) = timedelta(days=1), question.window
    near = mailbox.view((start - day, end + day), 1)
    return [item for item in near if _touches(_span(item, question.zone), question.window)]


def _touches(span: tuple[datetime, datetime, str], window: Window) -> bool:
    return span[0] < window[1] and span[1] > window[0]


def _span(item: Item, zone: str) -> tuple[datetime, datetime, str]:
    """Start, end and digit; all-day dates are midnights of the zone asked for (contract 3.4)."""
    digit = _DIGITS.get(item.values["showAs"], "0")
    if not item.all_day:
        return item.start, item.end, digit
    start, end = (
        zones.instant(at.replace(tzinfo=None).isoformat(), zone) for at in (item.start, item.end)
    )
    return start, end, digit


def _view(busy: list[tuple[datetime, datetime, str]], question: _Question) -> str:
    start, end = question.window
    slots = -(-(end - start) // question.interval)
    digits = []
    for number in range(slots):
        slot = (start + number * question.interval, start + (number + 1) * question.interval)
        found = {span[2] for span in busy if _touches(span, slot)}
        digits.append(max(found, key=_STRENGTH.index, default="0"))
    return "".join(digits)


def _row(call: Call, item: Item, zone: str, role: str) -> dict[str, Any]:
    """Times and status for everybody, the rest for those with whom it is shared."""
    start, end, _ = _span(item, zone)
    row: dict[str, Any] = {
        "status": item.values["showAs"],
        "start": zones.date_time_zone(start, call.prefer.zone, all_day=False),
        "end": zones.date_time_zone(end, call.prefer.zone, all_day=False),
    }
    if role == "freeBusyRead":
        return row
    private = item.values["sensitivity"] in visiting.PRIVATE
    row["isPrivate"] = private
    if not private or permissions.sees_private(role):
        row["subject"] = item.subject or ""
        row["location"] = item.values["location"]["displayName"]
    return row


ROUTES: tuple[tuple[str, str, frozenset[str], Callable[[Call, Variables], Response]], ...] = (
    ("POST", "me/calendar/getschedule", READ, get_schedule),
    ("POST", "me/findmeetingtimes", READ, find_meeting_times),
)
