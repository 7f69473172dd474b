"""What the files of support/ics say that are about one edge each."""

from __future__ import annotations

from calendar_sync.engine.icalendar import Unread
from calendar_sync.engine.properties import Json

Said = dict[str, dict[str, Json]]
Expected = dict[str, tuple[Said, list[Unread]]]
EDGES: Expected = {
    # Yearly from long ago.
    "birthday": (
        {
            "birthday-1": {
                "when": ["1901-02-28", "1901-03-01"],
                "summary": "Grandmother",
                "availability": "free",
                "recurrence": ["RRULE:FREQ=YEARLY"],
            },
            "birthday-2": {
                "when": ["1604-02-29", "1604-03-01"],
                "summary": "No year known",
                "recurrence": ["RRULE:FREQ=YEARLY"],
            },
        },
        [],
    ),
    # The newest of two with one UID counts; two calendars are one text.
    "duplicates": (
        {
            "twice": {
                "when": ["2026-04-01T07:00:00 UTC", "2026-04-01T07:00:00 UTC"],
                "summary": "Newer",
            },
            "series": {
                "when": ["2026-04-01T07:00:00 UTC", "2026-04-01T07:00:00 UTC"],
                "summary": "Series",
                "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"],
                "at:20260402T070000Z:summary": "Later edit",
                "at:20260402T070000Z:when": ["2026-04-02T09:00:00 UTC", "2026-04-02T09:00:00 UTC"],
            },
        },
        [Unread(uid="twice", code="duplicate"), Unread(uid="series", code="duplicate")],
    ),
    # Dates left out in every spelling.
    "exdates": (
        {
            "ex-1": {
                "when": ["2026-01-05T08:00:00 Europe/London", "2026-01-05T08:30:00 Europe/London"],
                "summary": "Early",
                "recurrence": [
                    "RRULE:FREQ=DAILY;UNTIL=20260131",
                    "EXDATE;VALUE=DATE:20260109",
                    "EXRULE:FREQ=WEEKLY;BYDAY=SA,SU",
                ],
                "at:20260106T080000Z": "cancelled",
                "at:20260107T080000Z": "cancelled",
                "at:20260108T080000Z": "cancelled",
            },
            "ex-2": {
                "when": ["2026-01-05", "2026-01-06"],
                "summary": "Days",
                "recurrence": ["RRULE:FREQ=DAILY;COUNT=5;"],
                "at:20260106": "cancelled",
                "at:20260107": "cancelled",
            },
        },
        [],
    ),
    # Times that are wherever one is; a moment without an end.
    "floating": (
        {
            "floating-1": {
                "when": ["2026-04-01T07:00:00", "2026-04-01T07:30:00"],
                "summary": "Pills",
                "recurrence": ["RRULE:FREQ=DAILY;COUNT=2"],
            },
            "moment-1": {
                "when": ["2026-04-01T07:00:00 UTC", "2026-04-01T07:00:00 UTC"],
                "summary": "A moment",
            },
        },
        [],
    ),
    # All-day without DTEND, or with the one it starts on.
    "holidays": (
        {
            "ny-2026": {
                "when": ["2026-01-01", "2026-01-02"],
                "summary": "New Year",
                "availability": "free",
            },
            "easter-2026": {"when": ["2026-04-05", "2026-04-06"], "summary": "Easter"},
            "summer-2026": {"when": ["2026-07-01", "2026-08-12"], "summary": "Summer"},
        },
        [],
    ),
    # Bytes of Latin-1 read as UTF-8, and a NUL.
    "latin1": (
        {
            "latin": {
                "when": ["2026-04-01T07:00:00 UTC", "2026-04-01T07:00:00 UTC"],
                "summary": "Café",
            }
        },
        [],
    ),
    # Each unreadable for a reason of its own; the rest is read.
    "malformed": (
        {
            "good": {
                "when": ["2026-04-01T07:00:00 UTC", "2026-04-01T08:00:00 UTC"],
                "summary": "Good",
                "description": "First line<br>second line",
            },
            "after-open": {
                "when": ["2026-04-01T07:00:00 UTC", "2026-04-01T07:00:00 UTC"],
                "summary": "After",
            },
        },
        [
            Unread(uid="", code="not_ended"),
            Unread(uid="", code="no_uid"),
            Unread(uid="no-start", code="time_missing"),
            Unread(uid="backwards", code="end_before_start"),
            Unread(uid="year-1", code="time_out_of_range"),
            Unread(uid="year-9999", code="time_out_of_range"),
            Unread(uid="never", code="time_unreadable"),
            Unread(uid="mixed", code="times_of_two_kinds"),
            Unread(uid="hourly", code="rule_too_often"),
            Unread(uid="from-now-on", code="this_and_future"),
            Unread(uid="open", code="not_ended"),
        ],
    ),
    # No calendar at all.
    "not_a_calendar": ({}, [Unread(uid="", code="no_calendar")]),
    # Two dates of a series that is not there are events of their own.
    "orphans": (
        {
            "series-of-others/20260330T070000Z": {
                "when": ["2026-03-30T09:30:00 Europe/Paris", "2026-03-30T10:00:00 Europe/Paris"],
                "summary": "Guest on Monday",
            },
            "series-of-others/20260331T070000Z": {
                "when": ["2026-03-31T09:00:00 Europe/Paris", "2026-03-31T09:30:00 Europe/Paris"],
                "summary": "Guest on Tuesday",
            },
        },
        [],
    ),
    # Lectures by RDATE; periods are not read.
    "timetable": (
        {
            "lecture-1": {
                "when": ["2026-10-05T11:00:00 Europe/London", "2026-10-05T13:00:00 Europe/London"],
                "summary": "Algebra",
                "recurrence": [
                    "RDATE;TZID=Europe/London:20261012T110000,20261019T110000",
                    "RDATE;TZID=Europe/London:20261026T140000",
                ],
            }
        },
        [Unread(uid="lecture-2", code="rule_date")],
    ),
    # Zones by their rules and places; never by guessing.
    "zones": (
        {
            "by-rules": {
                "when": ["2026-04-01T09:00:00 Asia/Kolkata", "2026-04-01T10:00:00 Asia/Kolkata"]
            },
            "by-location": {
                "when": ["2026-04-01T09:00:00 Europe/Oslo", "2026-04-01T10:00:00 Europe/Oslo"]
            },
        },
        [
            Unread(uid="by-nobody", code="unknown_time_zone"),
            Unread(uid="not-given", code="unknown_time_zone"),
        ],
    ),
}
