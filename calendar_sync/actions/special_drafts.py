"""Events that are no meetings, as typed: out of office, focus time, where somebody works.

Only the main calendar of an account has them, where its provider knows such events; what a kind
fixes (Google contract §4.8) is not asked for, and what it excludes is refused in words.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sync.actions.calendars import own_calendar
from calendar_sync.actions.configuration import capabilities
from calendar_sync.actions.errors import ActionRefused, Invalid
from calendar_sync.actions.mail_question import Target, target_of_new
from calendar_sync.engine.event import Availability, Classification, when_from_text
from calendar_sync.engine.properties import Json, Properties, everybody
from calendar_sync.engine.special import WRITABLE, DeclineMode, Special, WorkplaceKind
from calendar_sync.models import Calendar

LONGEST = 1000
DECLINING = ("decline", "decline_message")
WORKPLACE = ("workplace", "workplace_label")
FIELDS = ("special", *DECLINING, *WORKPLACE, "chat_status")
CHAT = ("", "available", "do-not-disturb")
DETAILS = 4  # of an office: building, floor, section, desk
NO_PLACE = "Such events are made in the main Google calendar of a work account; connect it first."
NOT_CHANGED = "What an event is can't be changed: make a new one."


def checked_special(
    values: Mapping[str, Any], before: Properties, errors: dict[str, str]
) -> dict[str, Json]:
    """Properties for the fields of FIELDS among `values`; `before` completes what goes together."""
    kinds = {each.value for each in WRITABLE}
    found: dict[str, Json] = {}
    if "special" in values:
        found["special"] = _choice("special", values["special"], {"", *kinds}, errors) or None
    if values.keys() & set(DECLINING):
        found["declining"] = _declining(values, before.get("declining"), errors)
    if values.keys() & set(WORKPLACE):
        found["workplace"] = _workplace(values, before.get("workplace"), errors)
    if "chat_status" in values:
        status = _choice("chat_status", values["chat_status"], set(CHAT), errors)
        found["chat-status"] = status or None
    return found


def fitted(values: Mapping[str, Json], before: Properties) -> dict[str, Json]:
    """With what the kind of event fixes. Raises Invalid for what it excludes."""
    kind = values.get("special")
    if before and kind != before.get("special"):
        raise Invalid({"special": NOT_CHANGED})
    if kind not in {each.value for each in WRITABLE}:
        unfit = {"declining", "chat-status", "workplace"}
        return {key: value for key, value in values.items() if key not in unfit}
    if everybody(values):
        raise Invalid(
            {"guests": "This type of event has no guests: remove them, or choose another type."}
        )
    if values.get("conference"):
        raise Invalid({"meeting_link": "This type of event has no meeting link: take it out."})
    fixed = dict(values)
    if kind == Special.WORKING_LOCATION.value:
        fixed |= {"availability": Availability.FREE.value}
        fixed |= {"classification": Classification.PUBLIC.value}
        fixed.setdefault("workplace", [WorkplaceKind.HOME.value, *[""] * (DETAILS + 1)])
        unfit = {"declining", "chat-status"}
    else:
        fixed |= {"availability": Availability.BUSY.value}
        unfit = {"workplace"} if kind == Special.FOCUS_TIME.value else {"workplace", "chat-status"}
    _check_times(str(kind), values)
    return {key: value for key, value in fixed.items() if key not in unfit}


def place_of_special(user: User) -> tuple[Calendar, Target]:
    """Where the user's next such event goes. Raises ActionRefused."""
    calendar = own_calendar(user)
    target = target_of_new(user.pk, calendar.pk)
    if target is None or not capabilities(target.provider).can_hold("special"):
        raise ActionRefused("no_such_events", NO_PLACE)
    return calendar, target


def may_make_special(user: User) -> bool:
    try:
        place_of_special(user)
    except ActionRefused:
        return False
    return True


def _check_times(kind: str, values: Properties) -> None:
    """Raises Invalid."""
    times = values["when"]
    start, end = map(when_from_text, times) if isinstance(times, list) else (date.min, date.min)
    if kind != Special.WORKING_LOCATION.value:
        if not isinstance(start, datetime):
            raise Invalid({"start": "Give it a start and an end time: it can't take whole days."})
    elif not isinstance(start, datetime) and end - start != timedelta(days=1):
        raise Invalid(
            {"end": "A working location is for one day: make one for each day, or repeat it."}
        )


def _declining(values: Mapping[str, Any], before: Json, errors: dict[str, str]) -> Json:
    mode, message = before if isinstance(before, list) else (DeclineMode.NONE.value, "")
    modes = {each.value for each in DeclineMode}
    mode = _choice("decline", values.get("decline", mode), modes, errors)
    message = _line("decline_message", values.get("decline_message", message), errors)
    return [mode, message] if message or mode != DeclineMode.NONE.value else None


def _workplace(values: Mapping[str, Any], before: Json, errors: dict[str, str]) -> Json:
    """An office that stays one keeps its building and desk."""
    home: list[Any] = [WorkplaceKind.HOME.value, *[""] * (DETAILS + 1)]
    old = before if isinstance(before, list) else home
    kinds = {each.value for each in WorkplaceKind}
    kind = _choice("workplace", values.get("workplace", old[0]), kinds, errors)
    label = _line("workplace_label", values.get("workplace_label", old[1]), errors)
    if kind == WorkplaceKind.CUSTOM.value and not label:
        errors["workplace_label"] = "Say where you work."
    details = old[2:] if kind == old[0] == WorkplaceKind.OFFICE.value else [""] * DETAILS
    return [kind, "" if kind == WorkplaceKind.HOME.value else label, *details]


def _choice(name: str, value: object, allowed: set[str], errors: dict[str, str]) -> str:
    if value not in allowed:
        errors[name] = f"Choose one of {', '.join(sorted(filter(None, allowed)))}."
    return str(value)


def _line(name: str, value: object, errors: dict[str, str]) -> str:
    text = " ".join(str(value or "").replace("\0", "").split())
    if len(text) > LONGEST:
        errors[name] = f"Up to {LONGEST:,} characters, please; yours has {len(text):,}."
    return text
