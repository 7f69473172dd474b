"""What special events must be, and what of them may be changed (contract 4.8)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from .calendar import Calendar
from .directory import Directory
from .errors import ApiError, calendar_error, invalid
from .schema import fits
from .values import Content, Event

OF_WORKSPACE = ("focusTime", "outOfOffice", "workingLocation")
KINDS = ("default", "birthday", "fromGmail", *OF_WORKSPACE)
DECLINE_MODES = (
    "declineNone",
    "declineAllConflictingInvitations",
    "declineOnlyNewConflictingInvitations",
)
CHAT_STATUSES = ("available", "doNotDisturb")
PLACES = ("homeOffice", "officeLocation", "customLocation")
SHAPES: dict[str, Any] = {
    "birthday": {"type": str},
    "focusTime": {"autoDeclineMode": str, "declineMessage": str, "chatStatus": str},
    "outOfOffice": {"autoDeclineMode": str, "declineMessage": str},
    "workingLocation": {"type": str, "officeLocation": {}, "customLocation": {}},
}


def check_new(kind: str, content: Content, calendar: Calendar, directory: Directory) -> Content:
    """The content as it is kept. Raises ApiError 400, 403 where such an event cannot be made."""
    if kind in OF_WORKSPACE:
        if not directory.is_workspace(calendar.owner):
            raise not_enabled(directory)
        if not calendar.primary:
            message = "Event type is only allowed on the primary calendar."
            raise calendar_error(400, "eventTypeRestriction", message)
    check_shape(kind, content)
    # The one type of birthdays that can be made is the default, which is never printed.
    others = {f"{other}Properties" for other in SHAPES if other != kind or kind == "birthday"}
    shared = {name: value for name, value in content.shared.items() if name not in others}
    return replace(content, shared=shared)


def not_enabled(directory: Directory) -> ApiError:
    if directory.knobs.number("google.special_types_refused") == 403:
        return ApiError(403, "forbidden", "Forbidden")
    return calendar_error(400, "eventTypeRestriction", "Event type cannot be created.")


def check_shape(kind: str, content: Content) -> None:
    """Raises ApiError 400 in the words for that type."""
    if kind not in SHAPES:
        return
    if kind == "birthday":
        check_birthday(content)
        return
    properties = content.shared.get(f"{kind}Properties") or {}
    good = fits(properties, SHAPES[kind])
    if kind == "workingLocation":
        good = good and is_working_location(content, properties)
    else:
        free = content.personal.get("transparency") == "transparent"
        modes = (None, *DECLINE_MODES), (None, *CHAT_STATUSES)
        good = good and content.start.day is None and not free
        good = good and properties.get("autoDeclineMode") in modes[0]
        good = good and properties.get("chatStatus") in modes[1]
    if not good:
        name = kind[0].upper() + kind[1:]
        raise calendar_error(400, f"malformed{name}Event", f"Malformed {kind} event.")


def is_working_location(content: Content, properties: dict[str, Any]) -> bool:
    days = content.start.day, content.end.day
    one_day = days[0] is None or (days[1] is not None and days[1] - days[0] == timedelta(days=1))
    seen = content.personal.get("visibility"), content.personal.get("transparency")
    return one_day and seen == ("public", "transparent") and properties.get("type") in PLACES


def check_birthday(content: Content) -> None:
    if content.private_properties:
        raise invalid("'birthday' event type must not have private extended properties.")
    rules = content.shared.get("recurrence") or []
    seen = content.personal.get("visibility"), content.personal.get("transparency")
    yearly = len(rules) == 1 and rules[0].startswith("RRULE:") and "FREQ=YEARLY" in rules[0]
    if not (content.start.day and yearly and seen == ("private", "transparent")):
        raise invalid("Malformed birthday event.")
    properties = content.shared.get("birthdayProperties") or {}
    if not fits(properties, SHAPES["birthday"]) or properties.get("type") not in (None, "birthday"):
        raise invalid("Malformed birthday event.")


def check_change(event: Event, content: Content) -> None:
    """Raises ApiError 400 for what may not be changed of an event of that type."""
    before = event.content
    if event.event_type == "birthday":
        if content.private_properties:
            raise invalid("'birthday' event type must not have private extended properties.")
        allowed = birthday_after(before, content)
    elif event.event_type == "fromGmail":
        allowed = replace(
            before,
            status=content.status,
            personal=content.personal,
            reminders=content.reminders,
            shared_properties=content.shared_properties,
            private_properties=content.private_properties,
            attendees=content.attendees,
        )
    else:
        if event.event_type in OF_WORKSPACE and content.status != "cancelled":
            check_shape(event.event_type, content)
        return
    if allowed != content:
        message = "This cannot be changed for this event type."
        raise calendar_error(400, "eventTypeRestriction", message)


def birthday_after(before: Content, content: Content) -> Content:
    """Colour, summary, reminders; the dates unless they come from a contact; a deletion."""
    names = {"summary"}
    linked = "contact" in (before.shared.get("birthdayProperties") or {})
    shared = {name: value for name, value in before.shared.items() if name not in names}
    shared |= {name: content.shared[name] for name in names if name in content.shared}
    personal = {name: value for name, value in before.personal.items() if name != "colorId"}
    if "colorId" in content.personal:
        personal["colorId"] = content.personal["colorId"]
    moved = before if linked else content
    return replace(
        before,
        start=moved.start,
        end=moved.end,
        status=content.status,
        shared=shared,
        personal=personal,
        reminders=content.reminders,
    )
