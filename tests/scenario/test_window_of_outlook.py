"""What Outlook's window of changes leaves out is kept, and is changed from both sides all the same.

The window is that of `providers.graph`: 12 months back, 24 ahead (contract of Microsoft §5.3, D6).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from calendar_sync.actions.events import edit_event
from calendar_sync.models import Event
from support.world import Organization

pytestmark = pytest.mark.django_db


def at(organization: Organization, days: int) -> dict[str, Any]:
    start = (organization.now + timedelta(days=days)).replace(tzinfo=None)
    return {
        side: {"dateTime": moment.isoformat(), "timeZone": "UTC"}
        for side, moment in (("start", start), ("end", start + timedelta(hours=1)))
    }


def weekly(start: dict[str, Any], count: int) -> dict[str, Any]:
    day = datetime.fromisoformat(start["start"]["dateTime"])
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": [f"{day:%A}".lower()]}
    span = {"type": "numbered", "startDate": f"{day:%Y-%m-%d}", "numberOfOccurrences": count}
    return {**start, "recurrence": {"pattern": pattern, "range": span}}


def relocate(organization: Organization, title: str, place: str) -> None:
    event = Event.objects.get(components__summary=title)
    edit_event(organization.anna, event.pk, {"location": place}, None, organization.now)


def test_a_window_that_moves_on_loses_nothing(organization: Organization) -> None:
    outlook = organization.sandbox.microsoft

    def make(title: str, when: dict[str, Any]) -> str:
        return str(outlook.create("anna", {"subject": title, **when})["id"])

    old, moved = make("Old", at(organization, -350)), make("Moved", at(organization, 10))
    make("Far", at(organization, 770))
    make("Old series", weekly(at(organization, -362), 3))
    organization.connect(organization.anna, "outlook")
    organization.work()
    before = ["Moved", "Old", "Old series"]
    assert organization.titles_here(organization.anna) == before

    outlook.edit("anna", moved, at(organization, 900))
    organization.sync()
    relocate(organization, "Moved", "Room Blue")
    organization.sync()
    assert outlook.get("anna", moved)["location"]["displayName"] == "Room Blue"
    outlook.edit("anna", moved, {"subject": "Moved away"})
    organization.sync()
    assert "Moved away" in organization.titles_here(organization.anna)

    organization.advance(days=80)
    organization.sandbox.journal.clear()
    organization.sync()
    here = ["Far", "Moved away", "Old", "Old series"]
    assert organization.titles_here(organization.anna) == here
    relocate(organization, "Old", "Room Red")
    organization.sync()
    assert outlook.get("anna", old)["location"]["displayName"] == "Room Red"
    writes = [each for each in organization.requests("/graph") if not each.startswith("GET")]
    assert [each.split("/")[0] for each in writes] == ["PATCH "]

    organization.sandbox.journal.clear()
    outlook.forget_delta("anna")
    organization.sync()
    organization.sync()
    assert organization.titles_here(organization.anna) == here
    assert {each.split()[0] for each in organization.requests("/graph")} == {"GET"}
