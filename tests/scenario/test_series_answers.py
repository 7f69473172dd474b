"""The answer to one date of a series."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from calendar_sync.actions.feed import events_between
from support.google import a_body
from support.world import Organization

EVA = {"email": "eva@client.example"}


def test_date_that_was_declined_is_not_shown(organization: Organization) -> None:
    """As Google keeps it: an exception whose only difference is the own answer."""
    ben = organization.sandbox.people.get("ben")

    def answered(answer: str, **more: object) -> dict[str, Any]:
        guests = [{"email": str(ben.google), "responseStatus": answer}]
        return a_body(organizer=EVA, iCalUID="s@google.com", attendees=guests, **more)

    master = answered("accepted", id="series", recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    declined = answered("declined", id="series_20261202T080000Z", recurringEventId="series")
    for side, hour in (("start", 9), ("end", 10)):
        declined[side] = {"dateTime": f"2026-12-02T{hour:02}:00:00", "timeZone": "Europe/Berlin"}
    declined["originalStartTime"] = declined["start"]
    organization.sandbox.google.load(ben, [master, declined])

    organization.connect(organization.ben, "google")
    organization.sync()

    december = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 9, tzinfo=UTC)
    cards = events_between(organization.ben, *december)
    assert [(f"{card.start:%d}", card.answer) for card in cards] == [
        ("01", "accepted"),
        ("03", "accepted"),
    ]
