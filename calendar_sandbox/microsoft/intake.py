"""Bodies of POST and PATCH on events: read, checked, laid over an item (contract 3.1 to 3.7)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Any

from . import attendees, bodies, extensions, marks, online, recurrence, zones
from .errors import (
    invalid_property,
    invalid_request,
    not_simulated,
    unreadable_body,
    unsupported_zone,
)
from .mailbox import Item, Window

READ_ONLY = frozenset({
    "id", "changeKey", "iCalUId", "uid", "occurrenceId", "createdDateTime", "bodyPreview",
    "lastModifiedDateTime", "originalStartTimeZone", "originalEndTimeZone", "originalStart",
    "organizer", "isOrganizer", "responseStatus", "type", "seriesMasterId", "isCancelled",
    "cancelledOccurrences", "exceptionOccurrences", "instances", "onlineMeeting", "webLink",
    "onlineMeetingUrl", "hasAttachments", "calendar",
})  # fmt: skip
_ELSEWHERE = frozenset({"attachments"})
_FIVE_YEARS = timedelta(days=1826)
_INT32 = 2**31


@dataclass(frozen=True, slots=True)
class Rules:
    """What the check depends on beside the body: switches, and who is in the directory."""

    directory: attendees.Directory
    zone_required: bool = True
    unknown_property: str = "refused"
    honour_offset: bool = True
    windows_names: bool = False
    counted_range_kept: bool = True
    drafts: bool = True
    edited_dates: str = "dropped"
    meetings: online.Offer = field(default_factory=online.Offer)
    unresolved: bool = False


def applied(
    item: Item, body: Mapping[str, Any], rules: Rules, *, creating: bool
) -> tuple[Item, frozenset[str]]:
    """A changed copy of the item, and the writable properties that were listed.

    Raises GraphError 400; the item itself stays as it was.
    """
    listed = _listed(body, rules, creating=creating)
    new = replace(item, values=dict(item.values))
    for name in listed & _PLAIN.keys():
        new.values[name] = _PLAIN[name](name, body[name])
    if "body" in listed:
        new.body = _body(body["body"])
    if listed & {"location", "locations"}:
        new.values.update(location(body))
    if "attendees" in listed:
        new.attendees = attendees.read(
            body["attendees"], item, rules.directory, unresolved=rules.unresolved
        )
    if "singleValueExtendedProperties" in listed:
        new.marks = {**item.marks, **marks.read(body["singleValueExtendedProperties"])}
    if "multiValueExtendedProperties" in listed:
        lists = marks.read_arrays(body["multiValueExtendedProperties"])
        new.mark_lists = {**item.mark_lists, **lists}
    if "extensions" in listed:
        new.extensions = extensions.read_all(body["extensions"])
    if listed & {"body", *online.NAMES}:
        online.apply(new, body, rules.meetings)
    if "isDraft" in listed and rules.drafts:
        new.is_draft = _flag("isDraft", body["isDraft"]) and (creating or item.is_draft)
    if creating and body.get("transactionId") is not None:
        new.transaction_id = _string("transactionId", body["transactionId"])
    _times(new, body, rules, creating=creating)
    _series(new, item, body, rules)
    return new, listed


def _listed(body: Mapping[str, Any], rules: Rules, *, creating: bool) -> frozenset[str]:
    names = frozenset(name for name in body if "@odata" not in name) - READ_ONLY
    if names & _ELSEWHERE:
        raise not_simulated(", ".join(sorted(names & _ELSEWHERE)))
    unknown = names - _PLAIN.keys() - _COMPOSED
    if unknown and rules.unknown_property == "refused":
        raise unreadable_body(
            f"The property '{min(unknown)}' does not exist on type 'microsoft.graph.event'."
        )
    if not creating and "extensions" in names:
        raise invalid_request("Extensions of an existing event have an address of their own.")
    if not creating and "transactionId" in names:
        raise invalid_request("The property 'transactionId' is immutable and cannot be updated.")
    return names - unknown


def _string(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise unreadable_body(f"'{name}' is a string.")
    return value


def _subject(name: str, value: object) -> str | None:
    return None if value is None else _string(name, value)[:255]


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise unreadable_body(f"'{name}' is true or false.")
    return value


def _minutes(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise unreadable_body(f"'{name}' is a number.")
    if not -_INT32 <= value < _INT32:
        raise unreadable_body(f"Cannot convert the literal '{value}' to 'Edm.Int32'.")
    return value


def _texts(name: str, value: object) -> list[str]:
    if not isinstance(value, list):
        raise unreadable_body(f"'{name}' is a collection.")
    return [_string(name, text) for text in value]


def _online_flag(name: str, value: object) -> bool:
    # python-O365 sends the word, and works with the real service.
    if isinstance(value, str) and value in {"true", "false"}:
        return value == "true"
    return _flag(name, value)


def _choice(*allowed: str) -> Callable[[str, object], str]:
    def read(name: str, value: object) -> str:
        for choice in allowed:
            if isinstance(value, str) and value.lower() == choice.lower():
                return choice
        raise unreadable_body(f"Requested value '{value}' was not found ('{name}').")

    return read


_PLAIN: dict[str, Callable[[str, object], Any]] = {
    "subject": _subject,
    "importance": _choice("low", "normal", "high"),
    "sensitivity": _choice("normal", "personal", "private", "confidential"),
    "showAs": _choice("free", "tentative", "busy", "oof", "workingElsewhere", "unknown"),
    "categories": _texts,
    "isReminderOn": _flag,
    "reminderMinutesBeforeStart": _minutes,
    "responseRequested": _flag,
    "allowNewTimeProposals": _flag,
    "hideAttendees": _flag,
    "isOnlineMeeting": _online_flag,
    "onlineMeetingProvider": _choice(*online.PROVIDERS),
}
_COMPOSED = frozenset({
    "body", "start", "end", "isAllDay", "location", "locations", "attendees", "recurrence",
    "isDraft", "singleValueExtendedProperties", "multiValueExtendedProperties", "transactionId",
    "extensions",
})  # fmt: skip


def defaults() -> dict[str, Any]:
    """The plain properties of an event that says nothing about them."""
    return {
        "subject": None,
        "importance": "normal",
        "sensitivity": "normal",
        "showAs": "busy",
        "categories": [],
        "isReminderOn": True,
        "reminderMinutesBeforeStart": 15,
        "responseRequested": True,
        "allowNewTimeProposals": True,
        "hideAttendees": False,
        "isOnlineMeeting": False,
        "onlineMeetingProvider": "unknown",
        **_no_location(),
    }


def _mapping(name: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise unreadable_body(f"'{name}' is an object.")
    return value


def _body(value: object) -> str:
    if value is None:
        return ""
    given = _mapping("body", value)
    kind = _choice("text", "html")("contentType", given.get("contentType", "text"))
    return bodies.stored(kind, _string("content", given.get("content") or ""))


def _no_location() -> dict[str, Any]:
    empty = {
        "displayName": "",
        "locationType": "default",
        "uniqueIdType": "unknown",
        "address": {},
        "coordinates": {},
    }
    return {"location": empty, "locations": []}


def location(body: Mapping[str, Any]) -> dict[str, Any]:
    """`location` and `locations` are coupled: the former replaces the collection."""
    if "locations" in body and "location" not in body:
        given = body["locations"] or []
        if not isinstance(given, list):
            raise unreadable_body("'locations' is a collection.")
    else:
        given = [body["location"]] if body["location"] else []
    places = [_place(_mapping("location", place)) for place in given]
    places = [place for place in places if place["displayName"]]
    if not places:
        return _no_location()
    names = "; ".join(place["displayName"] for place in places)
    first = places[0] if len(places) == 1 else {**places[0], "displayName": names}
    return {"location": first, "locations": places}


_place_type = _choice(
    "default", "conferenceRoom", "homeAddress", "businessAddress", "geoCoordinates",
    "streetAddress", "hotel", "restaurant", "localBusiness", "postalAddress",
)  # fmt: skip


def _place(given: Mapping[str, Any]) -> dict[str, Any]:
    name = _string("displayName", given.get("displayName") or "")
    kept = ("address", "coordinates", "locationUri", "locationEmailAddress")
    return {
        "displayName": name,
        "locationType": _place_type("locationType", given.get("locationType") or "default"),
        "uniqueId": name,
        "uniqueIdType": "private",
        **{key: given[key] for key in kept if given.get(key)},
    }


def time_slot(value: object, rules: Rules) -> Window:
    """The start and end of `proposedNewTime`. Raises GraphError 400."""
    given = _mapping("timeSlot", value)
    start, end = (
        _moment(given.get(name), rules, creating=False).instant for name in ("start", "end")
    )
    if start > end:
        raise invalid_property("The start of a time must come before its end.")
    return start, end


@dataclass(frozen=True, slots=True)
class _Moment:
    wall: datetime
    zone: str
    instant: datetime


def _moment(value: object, rules: Rules, *, creating: bool) -> _Moment:
    given = _mapping("dateTimeTimeZone", value)
    text = _string("dateTime", given.get("dateTime"))
    name = given.get("timeZone") or ""
    if not name and rules.zone_required and not creating:
        raise unsupported_zone("")
    name = _string("timeZone", name or "UTC")
    zones.zone(name)
    wall, _ = zones.parse_date_time(text)
    return _Moment(wall, name, zones.instant(text, name, honour_offset=rules.honour_offset))


def _times(item: Item, body: Mapping[str, Any], rules: Rules, *, creating: bool) -> None:
    was_all_day, given = item.all_day, {}
    for name in {"start", "end"} & body.keys():
        given[name] = _moment(body[name], rules, creating=creating)
    if "isAllDay" in body:
        item.all_day = _flag("isAllDay", body["isAllDay"])
    whole = len(given) == 2
    if creating and not whole:
        raise invalid_property("An event needs a start and an end.")
    if item.all_day and not was_all_day and not whole:
        raise invalid_request("An event turned into an all-day event needs its start and end.")
    if item.all_day and whole and not zones.same_zone(given["start"].zone, given["end"].zone):
        raise invalid_request("An all-day event must start and end in one time zone.")
    for name, moment in given.items():
        _set_time(item, name, moment, rules)
    _check_order(item)


def _set_time(item: Item, name: str, moment: _Moment, rules: Rules) -> None:
    at, zone = moment.instant, moment.zone
    item.custom_zone = False
    if item.all_day:
        if moment.wall.time() != time(0):
            raise invalid_request(
                "The Event.Start property for an all-day event needs to be set to midnight."
            )
        at, zone = moment.wall.replace(tzinfo=UTC), "UTC"
    if rules.windows_names:
        zone = zones.windows_name(zone)
    if name == "start":
        item.start, item.start_zone = at, zone
    else:
        item.end, item.end_zone = at, zone


def _check_order(item: Item) -> None:
    if item.start > item.end or item.end - item.start > _FIVE_YEARS:
        raise invalid_property("The start of an event must come before its end.")
    if item.all_day and item.start == item.end:
        raise invalid_request("An all-day event lasts at least 24 hours.")


def _series(item: Item, old: Item, body: Mapping[str, Any], rules: Rules) -> None:
    moved = (item.start, item.end, item.all_day) != (old.start, old.end, old.all_day)
    if item.on is not None:
        if body.get("recurrence") is not None:
            raise invalid_request("A date of a series has no recurrence of its own.")
        return
    if "recurrence" in body:
        given = body["recurrence"]
        item.recurrence = None if given is None else _recurrence(item, given, rules)
    elif item.recurrence is not None and moved:
        item.recurrence = _following(item, item.recurrence)
    if item.recurrence == old.recurrence and not moved:
        return
    kept = rules.edited_dates == "kept"
    if rules.edited_dates == "kept on range end" and not moved:
        kept = _without_end(item.recurrence) == _without_end(old.recurrence)
    valid = _valid(item) if kept else set()
    item.overrides = {on: edited for on, edited in item.overrides.items() if on in valid}
    item.cancelled = item.cancelled & valid


def _without_end(rule: dict[str, Any] | None) -> dict[str, Any]:
    if rule is None:
        return {}
    begins = {name: rule["range"][name] for name in ("startDate", "recurrenceTimeZone")}
    return {"pattern": rule["pattern"], **begins}


def _valid(item: Item) -> set[date]:
    """Those of the edited and deleted dates that the rule still has."""
    touched = item.overrides.keys() | item.cancelled
    if item.recurrence is None or not touched:
        return set()
    last = max(touched)
    return set(takewhile(lambda on: on <= last, recurrence.dates(item.recurrence))) & touched


def _recurrence(item: Item, given: object, rules: Rules) -> dict[str, Any]:
    local = item.start.astimezone(zones.zone(item.start_zone))
    asked = _mapping("recurrence", given)
    result = recurrence.checked(asked, item.start_zone, local.date())
    if not rules.counted_range_kept and result["range"]["type"] == "numbered":
        last = list(recurrence.dates(result))[-1]
        result["range"].update(type="endDate", endDate=last.isoformat(), numberOfOccurrences=0)
    first = next(recurrence.dates(result))
    begins = datetime.combine(first, local.timetz()).astimezone(UTC)
    item.start, item.end = begins, begins + (item.end - item.start)
    return result


def _following(item: Item, rule: dict[str, Any]) -> dict[str, Any]:
    """The rule of a master whose time alone was sent. Raises GraphError 400 for another zone."""
    if not item.all_day and not zones.same_zone(
        item.start_zone, rule["range"]["recurrenceTimeZone"]
    ):
        raise invalid_property()
    first = item.start.astimezone(zones.zone(item.start_zone)).date()
    return {**rule, "range": {**rule["range"], "startDate": first.isoformat()}}
