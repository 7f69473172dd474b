"""Every property that a provider's calendar holds, in our words and in the provider's.

`here` is what is set, as keys of `engine.properties`; `Words.row` is what the provider's row then
says, `Words.bare` what it says without. A person there types the same, unless it has other words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calendar_sync.engine.properties import Json
from support.property_words import Property, Row, Words

# --- times

PARIS, NEW_YORK = "Europe/Paris", "America/New_York"


def timed(zone: str, start: str, end: str) -> dict[str, Json]:
    return {"when": [f"{start}:00 {zone}", f"{end}:00 {zone}"]}


def at_google(zone: str, start: str, end: str) -> Row:
    """Moments as Google tells them in the calendar's zone, in winter."""
    return {
        side: {"date": None, "dateTime": f"{moment}:00+01:00", "timeZone": zone}
        for side, moment in (("start", start), ("end", end))
    }


def days_at_google(first: str, after: str) -> Row:
    return {
        side: {"date": day, "dateTime": None, "timeZone": None}
        for side, day in (("start", first), ("end", after))
    }


def at_outlook(start: str, end: str, *, zone: str = "UTC", all_day: bool = False) -> Row:
    """Moments; a row tells them in UTC."""
    seconds = ":00.0000000" if zone == "UTC" else ":00"
    times = {
        side: {"dateTime": f"{moment}{seconds}", "timeZone": zone}
        for side, moment in (("start", start), ("end", end))
    }
    return {**times, "isAllDay": all_day}


NINE = "2026-12-01T09:00", "2026-12-01T10:00"
EIGHT = "2026-12-01T08:00", "2026-12-01T09:00"
"""The same in UTC."""
AT_NINE = at_google(PARIS, *NINE)
AT_EIGHT = at_outlook(*EIGHT)
NINE_THERE = at_outlook(*NINE, zone=PARIS)


def time_of(
    name: str, zone: str, ours: tuple[str, str], google: tuple[str, str], utc: tuple[str, str]
) -> Property:
    return Property(
        name,
        timed(zone, *ours),
        Words(at_google(zone, *google), AT_NINE),
        Words(at_outlook(*utc), AT_EIGHT, typed=at_outlook(*ours, zone=zone), wiped=NINE_THERE),
    )


def days_of(name: str, first: str, after: str) -> Property:
    midnights = at_outlook(f"{first}T00:00", f"{after}T00:00", all_day=True)
    return Property(
        name,
        {"when": [first, after]},
        Words(days_at_google(first, after), AT_NINE),
        Words(midnights, AT_EIGHT, wiped=NINE_THERE),
    )


TIMES = [
    time_of(
        "another time",
        PARIS,
        ("2026-12-03T15:00", "2026-12-03T16:30"),
        ("2026-12-03T15:00", "2026-12-03T16:30"),
        ("2026-12-03T14:00", "2026-12-03T15:30"),
    ),
    time_of(
        "another zone",
        NEW_YORK,
        ("2026-12-03T15:00", "2026-12-03T16:30"),
        ("2026-12-03T21:00", "2026-12-03T22:30"),
        ("2026-12-03T20:00", "2026-12-03T21:30"),
    ),
    time_of(
        "over midnights",
        PARIS,
        ("2026-12-03T22:00", "2026-12-05T01:00"),
        ("2026-12-03T22:00", "2026-12-05T01:00"),
        ("2026-12-03T21:00", "2026-12-05T00:00"),
    ),
    days_of("a whole day", "2026-12-03", "2026-12-04"),
    days_of("whole days", "2026-12-03", "2026-12-06"),
]


# --- texts

HTML = "<p>Two &amp; two<br>lines</p>"


def body(text: str) -> Row:
    return {"body": {"contentType": "html", "content": text}}


TEXTS = [
    Property(
        "title",
        {"summary": "Kick-off"},
        Words({"summary": "Kick-off"}, {"summary": "Review"}),
        Words({"subject": "Kick-off"}, {"subject": "Review"}),
    ),
    Property(
        "no title",
        {"summary": None},
        Words({"summary": None}, {"summary": "Review"}),
        Words({"subject": ""}, {"subject": "Review"}),
    ),
    Property(
        "description",
        {"description": HTML},
        Words({"description": HTML}, {"description": None}),
        Words({"bodyPreview": "Two & two\r\nlines"}, {"bodyPreview": ""}, body(HTML), body("")),
    ),
    Property(
        "description as text",
        {"description": "See you"},
        Words({"description": "See you"}, {"description": None}),
        Words(
            {"bodyPreview": "See you"},
            {"bodyPreview": ""},
            {"body": {"contentType": "text", "content": "See you"}},
            body(""),
            told={"description": "<span><div>See you</div></span>"},
        ),
    ),
    Property(
        "location",
        {"location": "Room Blue"},
        Words({"location": "Room Blue"}, {"location": None}),
        Words({"location": {"displayName": "Room Blue"}}, {"location": {"displayName": ""}}),
    ),
    Property(
        "link",
        {"conference": ["other", "https://zoom.example/j/123", ""]},
        Words({"location": "https://zoom.example/j/123"}, {"location": None}),
        Words(
            {"location": {"displayName": "https://zoom.example/j/123"}},
            {"location": {"displayName": ""}},
            reads=1,
        ),
    ),
    Property(
        "high importance",
        {"importance": "high"},
        outlook=Words({"importance": "high"}, {"importance": "normal"}),
    ),
    Property(
        "tentative",
        {"status": "tentative"},
        Words({"status": "tentative"}, {"status": "confirmed"}, mails=0),
    ),
]


# --- what is a person's own


def shown_as(value: str, google: str | None, outlook: str) -> Property:
    """Google has no word for most: there it blocks time, as before, and stays ours here."""
    row = {"transparency": google}
    quiet = Words(row, {"transparency": None}, wiped={"transparency": "opaque"},
                  asks=False, mails=0)  # fmt: skip
    return Property(
        f"shown as {value}",
        {"availability": value},
        quiet if google else None,
        Words({"showAs": outlook}, {"showAs": "busy"}, asks=False, mails=0),
    )


def visible(value: str, *, outlook: bool) -> Property:
    """Of a meeting at Outlook nobody says that it mails, or that it does not (§3.9)."""
    return Property(
        f"visible as {value}",
        {"classification": value},
        Words(
            {"visibility": value}, {"visibility": None}, wiped={"visibility": "default"},
            asks=False, mails=0,
        ),
        Words({"sensitivity": value}, {"sensitivity": "normal"}) if outlook else None,
    )  # fmt: skip


def reminders(*overrides: tuple[str, int]) -> Row:
    shown = [{"method": method, "minutes": minutes} for method, minutes in overrides]
    return {"reminders": {"useDefault": False, "overrides": shown or None}}


USUAL = {"reminders": {"useDefault": True, "overrides": None}}
ON: Row = {"isReminderOn": True, "reminderMinutesBeforeStart": 15}
AGAIN: Mapping[str, Json] = {"alarms": [[15, "display"]]}


def rung(name: str, alarms: list[Json], google: Row, outlook: Row) -> Property:
    """Outlook has no word for *as the calendar does*: there it is the reminder of new events."""
    typed = {"reminders": {**google["reminders"]}}
    typed["reminders"]["overrides"] = typed["reminders"]["overrides"] or []
    wiped = {"reminders": {"useDefault": True, "overrides": []}}
    return Property(
        name,
        {"alarms": alarms},
        Words(google, USUAL, typed, wiped, asks=False, mails=0),
        Words(outlook, ON, left=AGAIN, asks=False, mails=0),
    )


OWN = [
    shown_as("free", "transparent", "free"),
    shown_as("tentative", None, "tentative"),
    shown_as("out-of-office", None, "oof"),
    shown_as("working-elsewhere", None, "workingElsewhere"),
    visible("public", outlook=False),
    visible("private", outlook=True),
    visible("confidential", outlook=True),
    rung("no reminder", [], reminders(), {"isReminderOn": False}),
    rung(
        "reminder",
        [[30, "display"]],
        reminders(("popup", 30)),
        {"isReminderOn": True, "reminderMinutesBeforeStart": 30},
    ),
    Property(
        "reminder by mail",
        {"alarms": [[10, "display"], [60, "email"]]},
        Words(
            reminders(("email", 60), ("popup", 10)),
            USUAL,
            wiped={"reminders": {"useDefault": True, "overrides": []}},
            asks=False,
            mails=0,
        ),
    ),
    Property(
        "colour",
        {"colour": "crimson"},
        Words({"colorId": "11"}, {"colorId": None}, asks=False, mails=0),
    ),
    Property(
        "category",
        {"category:Red": True},
        outlook=Words({"categories": ["Red"]}, {"categories": []}, asks=False, mails=0),
    ),
    Property(
        "categories",
        {"category:Blue": True, "category:Red": True},
        outlook=Words({"categories": ["Blue", "Red"]}, {"categories": []}, asks=False, mails=0),
    ),
]


# --- what guests may do


RIGHTS = [
    Property(
        "guests may change it",
        {"guests-modify": True},
        Words({"guestsCanModify": True}, {"guestsCanModify": None},
              wiped={"guestsCanModify": False}, mails=0),
    ),
    Property(
        "guests may not invite",
        {"guests-invite": False},
        Words({"guestsCanInviteOthers": False}, {"guestsCanInviteOthers": None},
              wiped={"guestsCanInviteOthers": True}, mails=0),
    ),
    Property(
        "guests see nobody",
        {"guests-see": False},
        Words({"guestsCanSeeOtherGuests": False}, {"guestsCanSeeOtherGuests": None},
              wiped={"guestsCanSeeOtherGuests": True}, mails=0),
        Words({"hideAttendees": True}, {"hideAttendees": False}),
    ),
    Property(
        "guests may not propose",
        {"guests-propose": False},
        outlook=Words({"allowNewTimeProposals": False}, {"allowNewTimeProposals": True}),
    ),
    Property(
        "guests need not answer",
        {"guests-answer": False},
        outlook=Words({"responseRequested": False}, {"responseRequested": True}),
    ),
]  # fmt: skip


# --- series


def pattern(kind: str, interval: int = 1, **more: Any) -> Row:  # noqa: ANN401 -- wire JSON
    return {"type": kind, "interval": interval, **more}


TOLD: Mapping[str, Mapping[str, Json]] = {
    "each second week until": {
        "recurrence": ["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;WKST=MO;UNTIL=20270112T080000Z"]
    },
}
"""The same dates in other words: Outlook names a last day, and when weeks begin."""


def repeated(name: str, rule: str, kind: Row | None, **limits: Any) -> Property:  # noqa: ANN401
    span = {"type": "noEnd", "startDate": "2026-12-01", **limits}
    row = {"recurrence": {"pattern": kind, "range": span}}
    lines: Json = [f"RRULE:{rule}"]
    here = {"recurrence": lines}
    outlook = Words(row, {"recurrence": None}, told=TOLD.get(name, here), echoes=1)
    google = Words({"recurrence": lines}, {"recurrence": None})
    return Property(name, here, google, outlook if kind else None)


SERIES = [
    repeated("daily without end", "FREQ=DAILY", pattern("daily")),
    repeated("five days", "FREQ=DAILY;COUNT=5", pattern("daily"),
             type="numbered", numberOfOccurrences=5),
    repeated("each second week until", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;UNTIL=20270112T225959Z",
             pattern("weekly", 2, daysOfWeek=["tuesday", "thursday"], firstDayOfWeek="monday"),
             type="endDate", endDate="2027-01-12"),
    repeated("each first of a month", "FREQ=MONTHLY;BYMONTHDAY=1",
             pattern("absoluteMonthly", dayOfMonth=1)),
    repeated("each first Tuesday", "FREQ=MONTHLY;BYDAY=1TU",
             pattern("relativeMonthly", index="first", daysOfWeek=["tuesday"])),
    repeated("each first of December", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=1",
             pattern("absoluteYearly", month=12, dayOfMonth=1)),
    repeated("first and fifteenth", "FREQ=MONTHLY;BYMONTHDAY=1,15", None),
]  # fmt: skip


# --- what is no meeting

EIGHT_HOURS = at_google(PARIS, "2026-12-01T09:00", "2026-12-01T17:00")
AWAY = {"summary": "Away", "eventType": "outOfOffice", **EIGHT_HOURS}
FOCUS = {"summary": "Focus", "eventType": "focusTime", **EIGHT_HOURS}
AT_WORK = {
    "summary": "Work",
    "eventType": "workingLocation",
    "workingLocationProperties": {"type": "homeOffice", "homeOffice": {}},
    "visibility": "public",
    "transparency": "transparent",
    **EIGHT_HOURS,
}


def special(name: str, start: Row, here: Mapping[str, Json], row: Row, bare: Row) -> Property:
    return Property(name, here, Words(row, bare), start=start)


SPECIALS = [
    special(
        "declines all",
        AWAY,
        {"declining": ["all", "Back soon"]},
        {"outOfOfficeProperties": {
            "autoDeclineMode": "declineAllConflictingInvitations", "declineMessage": "Back soon",
        }},
        {"outOfOfficeProperties": {"autoDeclineMode": "declineNone", "declineMessage": ""}},
    ),
    special(
        "chat status",
        FOCUS,
        {"chat-status": "do-not-disturb"},
        {"focusTimeProperties": {"chatStatus": "doNotDisturb"}},
        {"focusTimeProperties": {"chatStatus": None}},
    ),
    special(
        "working place",
        AT_WORK,
        {"workplace": ["custom", "Café", "", "", "", ""]},
        {"workingLocationProperties": {
            "type": "customLocation", "customLocation": {"label": "Café"},
        }},
        {"workingLocationProperties": {"type": "homeOffice", "homeOffice": {}}},
    ),
]  # fmt: skip

PROPERTIES = [*TIMES, *TEXTS, *OWN, *RIGHTS, *SERIES, *SPECIALS]
