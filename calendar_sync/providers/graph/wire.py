"""The JSON of Microsoft Graph v1.0 as far as we read and write it (contract §2 to §7).

Every property may be missing or null. What a `Prefer` header asks for is never sticky: it is sent
with every request, every page and every part of a batch.
"""

from __future__ import annotations

from typing import Any, TypedDict

PREFER = (
    'IdType="ImmutableId", outlook.timezone="UTC", outlook.body-content-type="html", '
    "odata.maxpagesize=1000"
)
"""Ids that survive a move to another calendar; times as moments, whatever the zone."""

CALENDAR = "Calendars.ReadWrite"
SCOPES = (CALENDAR, "User.Read")
"""The least that synchronization of one's own calendar needs; `openid profile offline_access`,
which every sign-in needs, are msal's to add."""

SHARED = "Calendars.ReadWrite.Shared"
"""Calendars of others, where those on the own list are not opened without (contract §1.8, §15)."""

MARK = "String {00020329-0000-0000-C000-000000000046} Name calendar-sync-key"
"""Extended property that carries our creation key; guests' copies do not have it."""

BATCH_SIZE = 20
"""Most requests in one `$batch` (contract §7)."""

YEARS = range(1601, 4501)
"""What Exchange keeps; 0001 and 9999 stand for "never" (contract §3.5)."""


SELECTED = (
    "id,changeKey,iCalUId,lastModifiedDateTime,type,seriesMasterId,subject,body,start,end,"
    "originalStartTimeZone,originalEndTimeZone,originalStart,isAllDay,location,attendees,organizer,"
    "isOrganizer,responseStatus,showAs,sensitivity,importance,isCancelled,responseRequested,"
    "allowNewTimeProposals,hideAttendees,isReminderOn,"
    "reminderMinutesBeforeStart,categories,"
    "isOnlineMeeting,onlineMeetingProvider,onlineMeeting,onlineMeetingUrl"
)
"""All that we read of a date of a series: some of it comes only when it is named (Q7)."""


class DateTimeTimeZone(TypedDict, total=False):
    dateTime: str
    timeZone: str | None


class EmailAddress(TypedDict, total=False):
    name: str | None
    address: str | None


class Recipient(TypedDict, total=False):
    emailAddress: EmailAddress | None


class ResponseStatus(TypedDict, total=False):
    response: str | None


class TimeSlot(TypedDict, total=False):
    start: DateTimeTimeZone | None
    end: DateTimeTimeZone | None


class Attendee(Recipient, total=False):
    type: str | None
    status: ResponseStatus | None
    proposedNewTime: TimeSlot | None


class ItemBody(TypedDict, total=False):
    contentType: str | None
    content: str | None


class Location(TypedDict, total=False):
    displayName: str | None


class Phone(TypedDict, total=False):
    number: str | None


class OnlineMeetingInfo(TypedDict, total=False):
    joinUrl: str | None
    conferenceId: str | None
    tollNumber: str | None
    tollFreeNumbers: list[str] | None
    phones: list[Phone] | None


class RecurrencePattern(TypedDict, total=False):
    type: str
    interval: int
    month: int
    dayOfMonth: int
    daysOfWeek: list[str] | None
    firstDayOfWeek: str | None
    index: str | None


class RecurrenceRange(TypedDict, total=False):
    type: str
    startDate: str
    endDate: str | None
    recurrenceTimeZone: str | None
    numberOfOccurrences: int | None


class PatternedRecurrence(TypedDict, total=False):
    pattern: RecurrencePattern
    range: RecurrenceRange


class ExtendedProperty(TypedDict):
    id: str
    value: str


Event = TypedDict(
    "Event",
    {
        "@odata.etag": "str | None",
        "@removed": "dict[str, Any]",
        "id": str,
        "changeKey": "str | None",
        "iCalUId": "str | None",
        "uid": "str | None",
        "occurrenceId": "str | None",
        "createdDateTime": "str | None",
        "lastModifiedDateTime": "str | None",
        "type": "str | None",
        "seriesMasterId": "str | None",
        "subject": "str | None",
        "body": "ItemBody | None",
        "start": "DateTimeTimeZone | None",
        "end": "DateTimeTimeZone | None",
        "originalStartTimeZone": "str | None",
        "originalEndTimeZone": "str | None",
        "originalStart": "str | None",
        "isAllDay": "bool | None",
        "location": "Location | None",
        "attendees": "list[Attendee] | None",
        "organizer": "Recipient | None",
        "isOrganizer": "bool | None",
        "responseStatus": "ResponseStatus | None",
        "responseRequested": "bool | None",
        "allowNewTimeProposals": "bool | None",
        "hideAttendees": "bool | None",
        "showAs": "str | None",
        "sensitivity": "str | None",
        "importance": "str | None",
        "isReminderOn": "bool | None",
        "reminderMinutesBeforeStart": "int | None",
        "categories": "list[str] | None",
        "isCancelled": "bool | None",
        "isOnlineMeeting": "bool | None",
        "onlineMeetingProvider": "str | None",
        "onlineMeeting": "OnlineMeetingInfo | None",
        "onlineMeetingUrl": "str | None",
        "recurrence": "PatternedRecurrence | None",
        "cancelledOccurrences": "list[str] | None",
        "exceptionOccurrences": "list[Event] | None",
        "exceptionOccurrences@odata.nextLink": str,
        "singleValueExtendedProperties": "list[ExtendedProperty] | None",
    },
    total=False,
)

Page = TypedDict(
    "Page",
    {"value": "list[Event]", "@odata.nextLink": str, "@odata.deltaLink": str},
    total=False,
)


class User(TypedDict, total=False):
    id: str
    mail: str | None
    userPrincipalName: str | None


class Calendar(TypedDict, total=False):
    id: str
    name: str | None
    canEdit: bool | None
    isDefaultCalendar: bool | None
    color: str | None
    hexColor: str | None
    owner: EmailAddress | None


class Membership(TypedDict, total=False):
    """A group; a role or unit is told without kinds of groups."""

    id: str
    displayName: str | None
    mail: str | None
    groupTypes: list[str] | None


class Part(TypedDict, total=False):
    """One answer in a batch."""

    id: str
    status: int
    headers: dict[str, str]
    body: Any
