"""The people and meetings of the demonstration."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendar_sandbox.sandbox import Sandbox

ZONE = "Europe/Berlin"
APP = "http://127.0.0.1:8069"
GOOGLE_CLIENT = "calendar-sync-demo.apps.googleusercontent.com"
GOOGLE_SECRET = "GOCSPX-sandbox-demo-secret"  # noqa: S105 - of a make-believe application
OUTLOOK_CLIENT = "5ca1ab1e-0000-4000-8000-00000000c0de"
OUTLOOK_SECRET = "sandbox~demo~secret"  # noqa: S105 - of a make-believe application


def demo(sandbox: Sandbox) -> None:
    """Four colleagues, one with both accounts, and a week of meetings around today."""
    people = sandbox.people
    people.add("anna", "Anna Berg", google="anna@corp.example", outlook="anna@contoso.example")
    people.add("ben", "Ben Cho", google="ben@corp.example")
    people.add("carla", "Carla Diaz", outlook="carla@contoso.example")
    people.add("pia", "Pia Lund", outlook="pia@live.example", kind="personal")
    clients = sandbox.clients
    clients.add("google", GOOGLE_CLIENT, GOOGLE_SECRET, [f"{APP}/google_account/authentication"])
    clients.add(
        "outlook", OUTLOOK_CLIENT, OUTLOOK_SECRET, [f"{APP}/microsoft_account/authentication"]
    )
    meet_at_google(sandbox)
    meet_at_outlook(sandbox)


def meet_at_google(sandbox: Sandbox) -> None:
    anna, ben = sandbox.people.get("anna"), sandbox.people.get("ben")
    day = sandbox.clock.now().astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)
    sandbox.google.load(
        anna,
        [
            google_row(day, 1, 9, "Design review", location="Room 4", guests=[ben.google]),
            google_row(day, 2, 14, "Client workshop", guests=["eva@client.example"]),
            google_row(day, -1, 11, "Dentist", visibility="private"),
            google_row(day, 0, 16, "Write the quarterly report", transparency="transparent"),
        ],
    )
    sandbox.google.load(ben, [google_row(day, 3, 10, "Budget", guests=[anna.google])])
    sandbox.google.load(
        ben,
        [
            {
                "summary": "Stand-up",
                "recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR"],
                **span(day - timedelta(days=day.weekday()), 9),
            }
        ],
    )


def google_row(
    today: datetime,
    days: int,
    hour: int,
    summary: str,
    *,
    guests: Sequence[str | None] = (),
    **fields: str,
) -> dict[str, Any]:
    rows = [{"email": address} for address in guests]
    attendees = {"attendees": rows} if rows else {}
    return {"summary": summary, **span(today + timedelta(days=days), hour), **attendees, **fields}


def span(day: datetime, hour: int) -> dict[str, Any]:
    start = datetime.combine(day.date(), time(hour))
    return {
        name: {"dateTime": moment.isoformat(), "timeZone": ZONE}
        for name, moment in (("start", start), ("end", start + timedelta(hours=1)))
    }


def meet_at_outlook(sandbox: Sandbox) -> None:
    day = sandbox.clock.now().astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)
    rows = [
        ("Team lunch", 1, 12, "carla@contoso.example"),
        ("Contract with Client Ltd", 4, 10, "eva@client.example"),
    ]
    sandbox.microsoft.load(
        sandbox.people.get("anna"),
        [
            {
                "subject": subject,
                **span(day + timedelta(days=days), hour),
                "attendees": [{"emailAddress": {"address": guest}, "type": "required"}],
            }
            for subject, days, hour, guest in rows
        ],
    )
    sandbox.microsoft.load(
        sandbox.people.get("pia"),
        [{"subject": "Choir", **span(day + timedelta(days=2), 19)}],
    )
