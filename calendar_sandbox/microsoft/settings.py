"""`mailboxSettings`, the names of zones, and the master list of categories (contract 10)."""

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tzlocal.windows_tz import tz_win, win_tz
from werkzeug.wrappers import Response

from . import reading, zones
from .call import Call, empty
from .errors import (
    GraphError,
    access_denied,
    bad_request,
    invalid_request,
    item_not_found,
    unreadable_body,
)
from .mailbox import Mailbox

if TYPE_CHECKING:
    from .state import MicrosoftState

Variables = Mapping[str, str]
Settings = dict[str, Any]

READ = frozenset({"MailboxSettings.Read", "MailboxSettings.ReadWrite"})
WRITE = frozenset({"MailboxSettings.ReadWrite"})
ZONES = frozenset({"User.Read", *READ})
CUSTOM_ZONE = "#microsoft.graph.customTimeZone"
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_READ_ONLY = frozenset({"userPurpose"})
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,7})?")
_PRESETS = frozenset({"none", *(f"preset{number}" for number in range(25))})


# Settings


def of(state: "MicrosoftState", mailbox: Mailbox) -> Settings:
    """What the mailbox has chosen; at first the zone of its person and plain office hours."""
    if not mailbox.settings:
        zone = zones.windows_name(state.world.people.get(mailbox.person).time_zone)
        mailbox.settings.update(_initial(zone))
    return mailbox.settings


def _initial(zone: str) -> Settings:
    never = {"dateTime": "0001-01-01T00:00:00.0000000", "timeZone": "UTC"}
    return {
        "timeZone": zone,
        "dateFormat": "M/d/yyyy",
        "timeFormat": "h:mm tt",
        "userPurpose": "user",
        "language": {"locale": "en-US", "displayName": "English (United States)"},
        "workingHours": {
            "daysOfWeek": list(_DAYS[1:6]),
            "startTime": "08:00:00.0000000",
            "endTime": "17:00:00.0000000",
            "timeZone": {"name": zone},
        },
        "automaticRepliesSetting": {
            "status": "disabled",
            "externalAudience": "none",
            "internalReplyMessage": "",
            "externalReplyMessage": "",
            "scheduledStartDateTime": never,
            "scheduledEndDateTime": never,
        },
    }


def get_settings(call: Call, _variables: Variables) -> Response:
    return _answer(call)


def patch_settings(call: Call, _variables: Variables) -> Response:
    change(call.state, call.mailbox, call.body())
    return _answer(call)


def _answer(call: Call) -> Response:
    value = dict(of(call.state, call.mailbox))
    if call.state.world.knobs["graph.mailbox_zone"] == "iana":
        value["timeZone"] = win_tz.get(value["timeZone"], value["timeZone"])
    return call.answer({"@odata.context": call.context("mailboxSettings"), **value})


def change(state: "MicrosoftState", mailbox: Mailbox, body: Mapping[str, Any]) -> None:
    """Takes over what a PATCH names, all or nothing. Raises GraphError 400."""
    current = of(state, mailbox)
    strict = state.world.knobs["graph.unknown_property"] == "refused"
    new = {}
    for name, value in body.items():
        if name in _WRITERS:
            new[name] = _WRITERS[name](value, current[name])
        elif strict and not name.startswith("@") and name not in _READ_ONLY:
            raise unreadable_body(f"The property '{name}' does not exist.")
    current.update(new)


def _text(value: object, _old: object) -> str:
    if not isinstance(value, str):
        raise unreadable_body("A text was expected.")
    return value


def _zone(value: object, old: object) -> str:
    zones.zone(_text(value, old))
    return _text(value, old)


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise unreadable_body("An object was expected.")
    return value


def _language(value: object, old: Mapping[str, Any]) -> Settings:
    locale = _text(_object(value).get("locale"), old)
    known = {"displayName": old["displayName"]} if locale == old["locale"] else {}
    return {"locale": locale, "displayName": locale, **known}


def _hours(value: object, old: Mapping[str, Any]) -> Settings:
    """Working hours; what the body leaves out stays."""
    given = {name: part for name, part in _object(value).items() if not name.startswith("@")}
    if given.keys() - old.keys():
        raise unreadable_body(f"The property '{min(given.keys() - old.keys())}' does not exist.")
    if "daysOfWeek" in given:
        given["daysOfWeek"] = _days(given["daysOfWeek"])
    for name in ("startTime", "endTime"):
        if name in given:
            given[name] = _time(given[name])
    if "timeZone" in given:
        given["timeZone"] = _hours_zone(_object(given["timeZone"]))
    return {**old, **given}


def _days(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(day, str) for day in value):
        raise unreadable_body("'daysOfWeek' is a collection.")
    for day in value:
        if day.lower() not in _DAYS:
            raise unreadable_body(f"'{day}' is no dayOfWeek.")
    return [day.lower() for day in value]


def _time(value: object) -> str:
    text = _text(value, None)
    if not _TIME.fullmatch(text):
        raise unreadable_body(f"Cannot convert the literal '{text}' to 'Edm.TimeOfDay'.")
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.ljust(7, '0')}"


def _hours_zone(value: Mapping[str, Any]) -> Settings:
    """A zone by its name, or a custom one with rules of its own (Q20)."""
    if value.get("@odata.type") != CUSTOM_ZONE:
        return {"name": _zone(value.get("name"), None)}
    bias = value.get("bias")
    if isinstance(bias, bool) or not isinstance(bias, int):
        raise unreadable_body("'bias' is a number of minutes.")
    result: Settings = {"@odata.type": CUSTOM_ZONE, "name": "Customized Time Zone", "bias": bias}
    for name in ("standardOffset", "daylightOffset"):
        part = _object(value.get(name))
        for key, kind in _OFFSET.items():
            if not isinstance(part.get(key), kind) and not (
                key == "daylightBias" and name == "standardOffset"
            ):
                raise unreadable_body(f"'{name}' needs '{key}'.")
        result[name] = {key: part[key] for key in _OFFSET if key in part}
    return result


_OFFSET = {
    "daylightBias": int,
    "time": str,
    "dayOccurrence": int,
    "dayOfWeek": str,
    "month": int,
    "year": int,
}


def _replies(value: object, old: Mapping[str, Any]) -> Settings:
    given = {name: part for name, part in _object(value).items() if not name.startswith("@")}
    if given.keys() - old.keys():
        raise unreadable_body(f"The property '{min(given.keys() - old.keys())}' does not exist.")
    for name, part in given.items():
        if not isinstance(part, type(old[name])):
            raise unreadable_body(f"'{name}' has a value of another type.")
    return {**old, **given}


_WRITERS: dict[str, Callable[[Any, Any], Any]] = {
    "timeZone": _zone,
    "dateFormat": _text,
    "timeFormat": _text,
    "language": _language,
    "workingHours": _hours,
    "automaticRepliesSetting": _replies,
}


# Zones


def windows_zones(call: Call, _variables: Variables) -> Response:
    return _zone_list(call, {name: win_tz[name] for name in sorted(win_tz)})


def zones_of_standard(call: Call, variables: Variables) -> Response:
    """`supportedTimeZones(TimeZoneStandard=...)`: Windows or IANA names."""
    standard = variables["standard"].lower()
    if standard == "windows":
        return windows_zones(call, variables)
    if standard != "iana":
        raise bad_request(f"'{variables['standard']}' is no timeZoneStandard.")
    return _zone_list(call, {name: name for name in sorted(tz_win)})


def _zone_list(call: Call, names: Mapping[str, str]) -> Response:
    wanted = str(call.state.world.knobs["graph.zones_scope"])
    if wanted not in call.token.scopes and not (
        wanted.startswith("Mailbox") and READ & set(call.token.scopes)
    ):
        raise access_denied()
    rows = [
        {"alias": alias, "displayName": _display_name(alias, iana, call.now)}
        for alias, iana in names.items()
    ]
    context = f"{call.root}/$metadata#Collection(microsoft.graph.timeZoneInformation)"
    return call.answer({"@odata.context": context, "value": rows})


def _display_name(alias: str, iana: str, at: datetime) -> str:
    """As Windows writes it for names of its own, with the standard offset."""
    if alias == iana:
        return alias
    local = at.astimezone(zones.zone(iana))
    offset = (local.utcoffset() or local - local) - (local.dst() or local - local)
    minutes = int(offset.total_seconds()) // 60
    if not minutes:
        return f"(UTC) {alias}"
    hours, rest = divmod(abs(minutes), 60)
    return f"(UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}) {alias}"


# Categories: the contract only names them (3.1), these follow Graph's published reference


def list_categories(call: Call, _variables: Variables) -> Response:
    reading.refuse_search(call, "outlookCategory")
    return reading.paged(call, call.mailbox.categories.values(), "outlook/masterCategories")


def get_category(call: Call, variables: Variables) -> Response:
    return _category(call, _found(call, variables))


def create_category(call: Call, _variables: Variables) -> Response:
    body = _category_body(call)
    name = body.get("displayName")
    if not isinstance(name, str) or not name.strip():
        raise unreadable_body("'displayName' is a text and not empty.")
    taken = {row["displayName"].lower() for row in call.mailbox.categories.values()}
    if name.lower() in taken:
        raise GraphError(409, "ErrorFolderExists", "A category with this name exists.")
    row = {"id": str(uuid.uuid4()), "displayName": name, "color": _preset(body)}
    call.mailbox.categories[row["id"]] = row
    return _category(call, row, 201)


def patch_category(call: Call, variables: Variables) -> Response:
    """Only the colour: events carry the name."""
    row, body = _found(call, variables), _category_body(call)
    if body.get("displayName", row["displayName"]) != row["displayName"]:
        raise invalid_request("The display name of a category cannot be changed.")
    if "color" in body:
        row["color"] = _preset(body)
    return _category(call, row)


def delete_category(call: Call, variables: Variables) -> Response:
    del call.mailbox.categories[_found(call, variables)["id"]]
    return empty(204)


def _found(call: Call, variables: Variables) -> dict[str, str]:
    row = call.mailbox.categories.get(variables["category"].lower())
    if row is None:
        raise item_not_found()
    return row


def _category_body(call: Call) -> Settings:
    body = {name: value for name, value in call.body().items() if not name.startswith("@")}
    unknown = body.keys() - {"id", "displayName", "color"}
    if unknown and call.state.world.knobs["graph.unknown_property"] == "refused":
        raise unreadable_body(f"The property '{min(unknown)}' does not exist.")
    return body


def _preset(body: Mapping[str, Any]) -> str:
    color = body.get("color", "none")
    if not isinstance(color, str) or color.lower() not in _PRESETS:
        raise unreadable_body(f"'{color}' is no categoryColor.")
    return color.lower()


def _category(call: Call, row: Mapping[str, Any], status: int = 200) -> Response:
    context = call.context("outlook/masterCategories/$entity")
    return call.answer({"@odata.context": context, **row}, status)


_ZONE_PATH = "me/outlook/supportedtimezones"
_STANDARD = "(timezonestandard=microsoft.graph.timezonestandard'{standard}')"
_CATEGORIES = "me/outlook/mastercategories"
ROUTES: tuple[tuple[str, str, frozenset[str], Callable[[Call, Variables], Response]], ...] = (
    ("GET", "me/mailboxsettings", READ, get_settings),
    ("PATCH", "me/mailboxsettings", WRITE, patch_settings),
    ("GET", _ZONE_PATH, ZONES, windows_zones),
    ("GET", f"{_ZONE_PATH}()", ZONES, windows_zones),
    ("GET", f"{_ZONE_PATH}{_STANDARD}", ZONES, zones_of_standard),
    ("GET", _CATEGORIES, READ, list_categories),
    ("POST", _CATEGORIES, WRITE, create_category),
    ("GET", f"{_CATEGORIES}/{{category}}", READ, get_category),
    ("PATCH", f"{_CATEGORIES}/{{category}}", WRITE, patch_category),
    ("DELETE", f"{_CATEGORIES}/{{category}}", WRITE, delete_category),
)
