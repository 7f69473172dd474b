"""Files as Google, Outlook, Exchange, Apple and others write them, and what they say."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.icalendar import Unread, objects_of
from calendar_sync.engine.occurrences import day_of, occurrences
from calendar_sync.engine.properties import properties
from calendar_sync.engine.timezones import UTC
from support.ics_edges import EDGES, Expected, Said

CORPUS = Path(__file__).parents[1] / "support" / "ics"
ORDINARY = {"status": "confirmed", "availability": "busy", "classification": "default"}
OUTLOOK = (
    "040000008200E00074C5B7101A82E0080000000010D2B6C7A3B1DC01000000000000000010000000"
    "AABBCCDDEEFF00112233445566778899"
)


EXPECTED: Expected = {
    # Apple: alarms of every kind, guests whose address is a parameter, silence.
    "apple": (
        {
            "6E9F8A31-0C4B": {
                "when": ["2026-04-01T11:00:00 Europe/Paris", "2026-04-01T12:00:00 Europe/Paris"],
                "summary": "Déjeuner",
                "location": "Café de la Gare\nParis",
                "organizer": ["anna@corp.example", "Anna Berg"],
                "alarms": [[-30, "email"], [5, "display"], [60, "display"]],
                "attendee:eva@client.example": ["Eva Roth", "req-participant", "individual"],
                "answer:eva@client.example": ["accepted", "", 0],
            },
            "silent": {
                "when": ["2026-05-01", "2026-05-02"],
                "summary": "Silent day",
                "alarms": [],
            },
        },
        [],
    ),
    # Domino: a series of RDATEs in a zone of its own, a date named in UTC.
    "domino": (
        {
            "6B1D2E@domino": {
                "when": [
                    "2026-01-05T09:00:00 America/New_York",
                    "2026-01-05T10:00:00 America/New_York",
                ],
                "summary": "Notes series",
                "classification": "public",
                "organizer": ["anna@corp.example", "Anna Berg/Corp"],
                "recurrence": [
                    "RDATE;TZID=America/New_York:20260105T090000,20260112T090000,20260119T090000"
                ],
                "at:20260112T140000Z:classification": "default",
                "at:20260112T140000Z:organizer": "",
                "at:20260112T140000Z:when": [
                    "2026-01-12T14:00:00 America/New_York",
                    "2026-01-12T15:00:00 America/New_York",
                ],
            }
        },
        [],
    ),
    # Exchange: Customized Time Zone, whole days as midnights.
    "exchange_feed": (
        {
            "exchange-1": {
                "when": [
                    "2026-03-03T09:00:00 America/New_York",
                    "2026-03-03T10:00:00 America/New_York",
                ],
                "summary": "Board",
                "description": "<br>",
                "availability": "working-elsewhere",
                "classification": "public",
                "recurrence": ["RRULE:FREQ=MONTHLY;COUNT=6;INTERVAL=1;BYDAY=1TU"],
                "at:20260407T130000Z": "cancelled",
            },
            "exchange-2": {
                "when": ["2026-05-04", "2026-05-06"],
                "summary": "Off",
                "availability": "free",
            },
        },
        [],
    ),
    # Google: an organizer among his guests, a room, a file, a moved date.
    "google_export": (
        {
            "4ka1bc@google.com": {
                "when": ["2026-03-30T07:00:00 UTC", "2026-03-30T08:00:00 UTC"],
                "summary": "Review",
                "description": "Agenda<br>1. Numbers, 2. Plans",
                "location": "Berlin",
                "organizer": ["anna@corp.example", "Anna Berg"],
                "conference": ["meet", "https://meet.google.com/abc-defg-hij", ""],
                "attachment:https://drive.google.com/file?id=1&usp=x": [
                    "plan.pdf",
                    "application/pdf",
                ],
                "attendee:ben@corp.example": ["ben@corp.example", "opt-participant", "individual"],
                "answer:ben@corp.example": ["tentative", "if the train, runs", 2],
                "attendee:c_18@resource.calendar.google.com": [
                    "Room Blue",
                    "req-participant",
                    "room",
                ],
                "answer:c_18@resource.calendar.google.com": ["accepted", "", 0],
            },
            "weekly@google.com": {
                "when": ["2026-03-02T09:00:00 Europe/Berlin", "2026-03-02T09:30:00 Europe/Berlin"],
                "summary": "Stand-up",
                "recurrence": ["RRULE:FREQ=WEEKLY;WKST=MO;UNTIL=20260629T215959Z;BYDAY=MO"],
                "at:20260406T070000Z": "cancelled",
                "at:20260330T070000Z:when": [
                    "2026-03-31T10:00:00 Europe/Berlin",
                    "2026-03-31T10:30:00 Europe/Berlin",
                ],
            },
        },
        [],
    ),
    # Nextcloud: colour, two lines of categories, alarms of a day; no VTODO.
    "nextcloud": (
        {
            "nc-1": {
                "when": ["2026-02-14", "2026-02-17"],
                "summary": "Winter trip",
                "status": "tentative",
                "availability": "free",
                "url": "https://cloud.example/trip",
                "colour": "steelblue",
                "alarms": [[-540, "display"], [2340, "display"]],
                "category:Family": True,
                "category:Travel": True,
            }
        },
        [],
    ),
    # Outlook: quoted Windows zone, HTML document, folded by tabs.
    "outlook_desktop": (
        {
            OUTLOOK: {
                "when": ["2026-03-10T15:00:00 Europe/Berlin", "2026-03-10T16:00:00 Europe/Berlin"],
                "summary": "Gespräch",
                "description": "<P><B>Bold</B> words</P>",
                "location": "Room Blue",
                "availability": "out-of-office",
                "classification": "private",
                "alarms": [[15, "display"]],
            }
        },
        [],
    ),
    # Teams: a name with a comma, a meeting of Exchange's.
    "teams_invitation": (
        {
            OUTLOOK: {
                "when": ["2026-03-16T14:00:00 Europe/Paris", "2026-03-16T14:30:00 Europe/Paris"],
                "summary": "Sync",
                "description": "Microsoft Teams meeting",
                "availability": "tentative",
                "organizer": ["anna@corp.example", "Anna Berg"],
                "conference": ["teams", "https://teams.microsoft.com/l/meetup-join/1", ""],
                "attendee:eva@client.example": ["Roth, Eva", "req-participant", "individual"],
                "answer:eva@client.example": ["needs-action", "", 0],
                "attendee:room@corp.example": ["Room Blue", "opt-participant", "room"],
                "answer:room@corp.example": ["needs-action", "", 0],
            }
        },
        [],
    ),
    # Thunderbird and Evolution: zones behind prefixes, HTML in ALTREP.
    "thunderbird": (
        {
            "tb-1": {
                "when": ["2026-01-10T19:00:00 Europe/Berlin", "2026-01-10T20:30:00 Europe/Berlin"],
                "summary": "Choir",
                "description": "<b>Bring</b> notes",
                "category:Friends, old": True,
                "category:Music": True,
                "recurrence": [
                    "RRULE:FREQ=DAILY;COUNT=3",
                    "RDATE;TZID=Europe/Berlin:20260120T190000",
                ],
            },
            "evolution-1": {
                "when": [
                    "2026-01-11T08:00:00 America/Argentina/Buenos_Aires",
                    "2026-01-11T09:00:00 America/Argentina/Buenos_Aires",
                ],
                "summary": "Evolution's zone",
            },
        },
        [],
    ),
    # Zoom: a link and a phone number.
    "zoom_invitation": (
        {
            "ZOOM93847": {
                "when": [
                    "2026-03-16T10:00:00 America/New_York",
                    "2026-03-16T10:45:00 America/New_York",
                ],
                "summary": "Kick-off",
                "description": "Join Zoom Meeting<br>https://us02web.zoom.us/j/123?pwd=a%2Cb",
                "location": "https://us02web.zoom.us/j/123?pwd=a%2Cb",
                "conference": [
                    "other",
                    "https://us02web.zoom.us/j/123?pwd=a%2Cb",
                    "+1-646-558-8656,,123#",
                ],
                "alarms": [[10, "display"]],
            }
        },
        [],
    ),
    **EDGES,
}
UNKNOWN = {
    "apple": [
        "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC",
        (
            'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS="1 Rue de la Gare\\, Pa'
            'ris";X-TITLE="Café de la Gare":geo:48.85,2.35'
        ),
        'ATTENDEE;CN="Tom";CUTYPE=INDIVIDUAL:invalid:nomail',
    ],
    "domino": ["X-LOTUS-BROADCAST:FALSE", "X-LOTUS-NOTICETYPE:I"],
    "exchange_feed": [
        "X-MICROSOFT-CDO-APPT-SEQUENCE:0",
        "X-MICROSOFT-DISALLOW-COUNTER:FALSE",
    ],
    "latin1": ["X-OLD:ü"],
    "nextcloud": ["X-NC-GROUP-ID:7"],
    "outlook_desktop": [
        "X-MICROSOFT-CDO-IMPORTANCE:1",
        "X-MICROSOFT-DISALLOW-COUNTER:FALSE",
    ],
    "teams_invitation": [
        "X-MICROSOFT-SCHEDULINGSERVICEUPDATEURL:https://api.scheduler.teams.microsoft.com/teams/1"
    ],
    "thunderbird": ["X-MOZ-GENERATION:2"],
    "zoom_invitation": ["TZID:America/New_York"],
}
"""Lines that stay as they are."""


def read(name: str) -> tuple[tuple[CalendarObject, ...], list[Unread]]:
    text = (CORPUS / f"{name}.ics").read_text(encoding="utf-8", errors="surrogateescape")
    found = objects_of(text)
    return found.objects, list(found.unread)


def said(objects: tuple[CalendarObject, ...]) -> Said:
    """What is not ordinary."""
    return {
        obj.uid: {
            key: value for key, value in properties(obj).items() if ORDINARY.get(key) != value
        }
        for obj in objects
    }


def test_every_file_is_expected() -> None:
    assert sorted(EXPECTED) == sorted(path.stem for path in CORPUS.glob("*.ics"))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_says(name: str) -> None:
    objects, unread = read(name)

    assert (said(objects), unread) == EXPECTED[name]
    assert [line for obj in objects for line in obj.event.unknown] == UNKNOWN.get(name, [])


def test_a_date_left_out_is_left_out() -> None:
    (early, days), _ = read("exdates")
    window = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)

    assert [day_of(each.start).day for each in occurrences(early, *window)] == [
        *(5, 12, 13, 14, 15, 16, 19, 20, 21, 22, 23, 26, 27, 28, 29, 30)
    ]
    assert [day_of(each.start).day for each in occurrences(days, *window)] == [5, 8, 9]
