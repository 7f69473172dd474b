"""Calendars of one's own, the list of calendars, and moves between them (contract 5.10, 11)."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from calendar_sandbox.core.knobs import Knobs

from .accounts import Account, Accounts
from .calendar import Calendar
from .errors import ApiError, calendar_error, invalid, not_found, required
from .intake import Body
from .meetings import Meetings
from .quotas import Quotas
from .values import Event, WriteOptions
from .writes import Writer, check_match, require_writer

EVENT_COLOURS = (
    "#a4bdfc", "#7ae7bf", "#dbadff", "#ff887c", "#fbd75b", "#ffb878", "#46d6db", "#e1e1e1",
    "#5484ed", "#51b749", "#dc2127",
)  # fmt: skip
CALENDAR_COLOURS = (
    "#ac725e", "#d06b64", "#f83a22", "#fa573c", "#ff7537", "#ffad46", "#42d692", "#16a765",
    "#7bd148", "#b3dc6c", "#fbe983", "#fad165", "#92e1c0", "#9fe1e7", "#9fc6e7", "#4986e7",
    "#9a9cff", "#b99aff", "#c2c2c2", "#cabdbf", "#cca6ac", "#f691b2", "#cd74e6", "#a47ae2",
)  # fmt: skip
OF_AN_ENTRY = ("summaryOverride", "colorId", "selected", "hidden", "defaultReminders")


class Calendars:
    """Methods raise ApiError as the API would refuse."""

    def __init__(
        self,
        accounts: Accounts,
        writer: Writer,
        meetings: Meetings,
        knobs: Knobs,
        quotas: Quotas,
    ) -> None:
        self._quotas = quotas
        self._accounts = accounts
        self._writer = writer
        self._meetings = meetings
        self._knobs = knobs

    def insert(self, account: Account, body: Body) -> Calendar:
        """A secondary calendar; it is on its maker's list at once, as owner."""
        if not body.get("summary"):
            raise required("Missing title.")
        self._quotas.calendar(account.email)
        id_ = f"c_{secrets.token_hex(26)}@group.calendar.google.com"
        calendar = self._accounts.add_calendar(account, id_, str(body["summary"]))
        calendar.time_zone = "UTC"
        return self.describe(calendar, body)

    def patch(
        self, account: Account, id_: str, body: Body, if_match: str | None = None
    ) -> Calendar:
        calendar = account.calendar(id_)
        require_owner(calendar)
        check_match(calendar, if_match)
        return self.describe(calendar, body)

    def describe(self, calendar: Calendar, body: Body) -> Calendar:
        if "timeZone" in body:
            calendar.time_zone = known_zone(body["timeZone"])
        calendar.summary = str(body.get("summary") or calendar.summary)
        calendar.description = str(body.get("description", calendar.description) or "")
        calendar.made = calendar.stamp()
        return calendar

    def delete(self, account: Account, id_: str, if_match: str | None = None) -> None:
        calendar = account.calendar(id_)
        require_owner(calendar)
        if calendar.primary:
            raise cannot_delete_primary(self._knobs.number("google.delete_primary"))
        check_match(calendar, if_match)
        self._accounts.forget(calendar)

    def clear(self, account: Account, id_: str) -> None:
        """Every event of a primary calendar goes; of another one nothing does."""
        calendar = account.calendar(id_)
        if not calendar.primary:
            raise invalid("Cannot clear a secondary calendar.")
        for event in list(calendar.in_order()):
            if not event.cancelled:
                event.content = replace(event.content, status="cancelled")
                calendar.touch(event)

    def list_entry(self, account: Account, id_: str, body: Body) -> Calendar:
        """What a person chooses about a calendar on the list: it shows to nobody else."""
        calendar = account.calendar(id_)
        for name in OF_AN_ENTRY:
            if name in body:
                calendar.entry[name] = body[name]
        if "colorId" in body and str(body["colorId"]) not in colour_ids(CALENDAR_COLOURS):
            raise invalid("Invalid Value", "colorId")
        if "defaultReminders" in body:
            calendar.default_reminders = tuple(body["defaultReminders"] or ())
        calendar.made = calendar.stamp()
        account.list_log.note(calendar.id)
        return calendar

    def subscribe(self, account: Account, body: Body) -> Calendar:
        """Puts a calendar back that was taken off the list."""
        id_ = str(body.get("id") or "")
        if not id_:
            raise required("Missing calendar id.")
        calendar = account.calendar(id_)
        if calendar.id in account.unlisted:
            account.calendars[calendar.id] = account.unlisted.pop(calendar.id)
        elif self._knobs.number("google.known_entry_insert") == 409:
            raise ApiError(409, "duplicate", "The requested identifier already exists.")
        return self.list_entry(account, calendar.id, body)

    def unsubscribe(self, account: Account, id_: str) -> None:
        calendar = account.calendar(id_)
        owned = calendar.owner == account.email
        if owned and calendar.primary:
            raise cannot_delete_primary(self._knobs.number("google.delete_primary"))
        if owned and calendar.access_role == "owner":
            message = "The data owner of a calendar cannot remove such a calendar from their"
            raise ApiError(403, "forbidden", f"{message} calendar list.")
        if calendar.id in account.calendars:
            account.unlisted[calendar.id] = account.calendars.pop(calendar.id)
            account.list_log.note(calendar.id)

    def move(
        self,
        account: Account,
        source: Calendar,
        id_: str,
        destination: str,
        options: WriteOptions,
        if_match: str | None,
    ) -> tuple[Calendar, Event]:
        """The event as the knob shows it, with the calendar it is shown in (5.10)."""
        if not destination:
            raise required("Required parameter: destination")
        event = self._writer.find(source, id_)
        target = account.calendar(destination)
        require_writer(source, event)
        require_writer(target)
        check_match(event, if_match)
        if event.recurring_event_id:
            raise calendar_error(
                400,
                "cannotChangeOrganizerOfInstance",
                "Cannot change the organizer of an instance.",
            )
        if event.event_type != "default":
            raise calendar_error(400, "eventTypeRestriction", "Only default events can be moved.")
        if not source.is_self(event.organizer):
            raise calendar_error(400, "cannotChangeOrganizer", "Cannot change the organizer.")
        if event.cancelled:
            raise not_found()
        if target is source:
            return source, event
        exceptions = [replace(each) for each in source.exceptions(event) if not each.swept]
        moved = self.carried(source, event, target)
        for exception in exceptions:
            self.arrived(exception, target)
        self._meetings.moved(target, moved, options)
        shows_source = self._knobs["google.move_reply"] == "source"
        return (source, event) if shows_source else (target, moved)

    def carried(self, source: Calendar, event: Event, target: Calendar) -> Event:
        """The same id and iCalUID there; a tombstone with nothing but its id here."""
        moved = self.arrived(event, target)
        event.content = replace(event.content, status="cancelled")
        source.touch(event)
        return moved

    def arrived(self, event: Event, target: Calendar) -> Event:
        name = "" if target.primary else target.summary
        moved = replace(event, organizer=target.id, organizer_name=name)
        target.put(moved)
        return moved


def require_owner(calendar: Calendar) -> None:
    if calendar.access_role != "owner":
        raise calendar_error(
            403, "requiredAccessLevel", "You need to have owner access to this calendar."
        )


def cannot_delete_primary(status: int) -> ApiError:
    message = "Cannot delete the primary calendar."
    return calendar_error(status, "cannotDeletePrimaryCalendar", message)


def known_zone(name: Any) -> str:  # noqa: ANN401 -- wire JSON
    try:
        return str(ZoneInfo(str(name)))
    except (ZoneInfoNotFoundError, ValueError):
        raise invalid("Invalid time zone definition.", "timeZone") from None


def colour_ids(colours: tuple[str, ...]) -> Mapping[str, dict[str, str]]:
    return {
        str(number): {"background": colour, "foreground": "#1d1d1d"}
        for number, colour in enumerate(colours, start=1)
    }


def colours() -> dict[str, Any]:
    """What colorId stands for (11.5)."""
    return {
        "kind": "calendar#colors",
        "updated": "2012-02-14T00:00:00.000Z",
        "calendar": colour_ids(CALENDAR_COLOURS),
        "event": colour_ids(EVENT_COLOURS),
    }
