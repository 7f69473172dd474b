"""What Google Calendar v3 sends: only the keys we read. All may be missing (contract §4)."""

from __future__ import annotations

from typing import Any, TypedDict


class Time(TypedDict, total=False):
    """`date`, or `dateTime` with the zone it was entered in (contract §4.3)."""

    date: str | None
    dateTime: str | None
    timeZone: str | None


class Person(TypedDict, total=False):
    email: str
    displayName: str
    self: bool


class AttendeeRow(TypedDict, total=False):
    """One row of `attendees`; flags are there only when true (contract §4.4)."""

    id: str
    email: str
    displayName: str
    organizer: bool
    self: bool
    resource: bool
    optional: bool
    responseStatus: str
    comment: str
    additionalGuests: int


class ExtendedProperties(TypedDict, total=False):
    private: dict[str, str]
    shared: dict[str, str]


class Reminder(TypedDict, total=False):
    method: str
    minutes: int


class Reminders(TypedDict, total=False):
    """`overrides` is missing where there are none (contract §4.5)."""

    useDefault: bool
    overrides: list[Reminder]


class ConferenceKey(TypedDict, total=False):
    type: str


class ConferenceStatus(TypedDict, total=False):
    statusCode: str


class ConferenceRequest(TypedDict, total=False):
    requestId: str
    conferenceSolutionKey: ConferenceKey
    status: ConferenceStatus


class ConferenceSolution(TypedDict, total=False):
    key: ConferenceKey


class EntryPoint(TypedDict, total=False):
    entryPointType: str
    uri: str
    label: str
    pin: str


class ConferenceData(TypedDict, total=False):
    """A room, or the request for one (contract §4.7)."""

    createRequest: ConferenceRequest
    conferenceSolution: ConferenceSolution
    entryPoints: list[EntryPoint]


class EventRow(TypedDict, total=False):
    """A single event, a master, an exception, or what is left of one (contract §4.11)."""

    id: str
    etag: str
    status: str
    updated: str
    iCalUID: str
    summary: str
    description: str
    location: str
    start: Time
    end: Time
    recurrence: list[str]
    recurringEventId: str
    originalStartTime: Time
    transparency: str
    visibility: str
    creator: Person
    organizer: Person
    attendees: list[AttendeeRow]
    attendeesOmitted: bool
    extendedProperties: ExtendedProperties
    reminders: Reminders
    colorId: str
    locked: bool
    guestsCanModify: bool
    guestsCanInviteOthers: bool
    guestsCanSeeOtherGuests: bool
    eventType: str
    focusTimeProperties: dict[str, Any]
    outOfOfficeProperties: dict[str, Any]
    workingLocationProperties: dict[str, Any]
    hangoutLink: str
    conferenceData: ConferenceData


class EventPage(TypedDict, total=False):
    """One page of events.list (contract §6.2)."""

    items: list[EventRow]
    summary: str
    timeZone: str
    accessRole: str
    nextPageToken: str
    nextSyncToken: str


class EventBody(TypedDict, total=False):
    """What we write; None removes a value (contract §5.6)."""

    id: str
    status: str
    summary: str | None
    description: str | None
    location: str | None
    start: Time
    end: Time
    recurrence: list[str] | None
    transparency: str
    visibility: str
    attendees: list[AttendeeRow]
    attendeesOmitted: bool
    extendedProperties: ExtendedProperties
    guestsCanModify: bool
    guestsCanInviteOthers: bool
    guestsCanSeeOtherGuests: bool
    eventType: str
    focusTimeProperties: dict[str, Any]
    outOfOfficeProperties: dict[str, Any]
    workingLocationProperties: dict[str, Any]
    reminders: Reminders
    colorId: str | None
    conferenceData: ConferenceData | None


class CalendarEntry(TypedDict, total=False):
    """One row of calendarList (contract §11.1)."""

    id: str
    summary: str
    summaryOverride: str
    timeZone: str
    accessRole: str
    dataOwner: str
    backgroundColor: str
    primary: bool
    deleted: bool


class CalendarPage(TypedDict, total=False):
    """One page of calendarList.list (contract §11.1)."""

    items: list[CalendarEntry]
    nextPageToken: str


class CalendarResource(TypedDict, total=False):
    """What calendars.insert takes and gives back (contract §11.2)."""

    id: str
    summary: str
    timeZone: str
