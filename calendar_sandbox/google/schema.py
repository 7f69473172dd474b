"""JSON types of what a write may carry, as in the vendor's description of the event (4.1)."""

from typing import Any

from .errors import invalid

WHEN = {"date": str, "dateTime": str, "timeZone": str}
ATTENDEE = {
    "email": str,
    "displayName": str,
    "optional": bool,
    "resource": bool,
    "responseStatus": str,
    "comment": str,
    "additionalGuests": int,
}
OBJECT: dict[str, Any] = {}
"""Any object: what is in it is not looked at."""
EVENT: dict[str, Any] = {
    "id": str,
    "iCalUID": str,
    "status": str,
    "summary": str,
    "description": str,
    "location": str,
    "colorId": str,
    "start": WHEN,
    "end": WHEN,
    "transparency": str,
    "visibility": str,
    "sequence": int,
    "attendees": [ATTENDEE],
    "attendeesOmitted": bool,
    "extendedProperties": {"private": OBJECT, "shared": OBJECT},
    "conferenceData": OBJECT,
    "guestsCanInviteOthers": bool,
    "guestsCanModify": bool,
    "guestsCanSeeOtherGuests": bool,
    "anyoneCanAddSelf": bool,
    "reminders": {"useDefault": bool, "overrides": [{"method": str, "minutes": int}]},
    "source": {"url": str, "title": str},
    "attachments": [OBJECT],
    "eventType": str,
    "birthdayProperties": OBJECT,
    "focusTimeProperties": OBJECT,
    "outOfOfficeProperties": OBJECT,
    "workingLocationProperties": OBJECT,
}


def check_types(body: dict[str, Any]) -> None:
    """Null stands everywhere, unknown keys are nobody's business. Raises ApiError 400."""
    for name, shape in EVENT.items():
        if not fits(body.get(name), shape):
            raise invalid("Invalid Value", name)


def fits(value: Any, shape: Any) -> bool:  # noqa: ANN401 - any JSON
    if value is None:
        return True
    if isinstance(shape, list):
        rows = value if isinstance(value, list) else [None]
        return all(row is not None and fits(row, shape[0]) for row in rows)
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(fits(value.get(key), shape[key]) for key in shape)
    return type(value) is shape
