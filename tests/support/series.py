"""A series in a person's calendar at a provider, and what he does to its dates there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendar_sandbox.core.people import ProviderName
from calendar_sandbox.sandbox import Sandbox

BERLIN = "Europe/Berlin"
KEPT = ("summary", "attendees", "iCalUID")
"""What a date has from its series until somebody edits it."""


@dataclass
class SeriesThere:
    """Half an hour at nine in Berlin from 1 December 2026 on: daily, or on its Tuesdays."""

    sandbox: Sandbox
    person: str
    provider: ProviderName
    id: str = ""

    @property
    def is_google(self) -> bool:
        return self.provider == "google"

    def create(self, title: str, *guests: str, weekly: bool = False, all_day: bool = False) -> None:
        when = _span(date(2026, 12, 1), None if all_day else 9, google=self.is_google)
        if self.is_google:
            people = {"attendees": [{"email": guest} for guest in guests]} if guests else {}
            rule = "FREQ=WEEKLY;BYDAY=TU" if weekly else "FREQ=DAILY"
            body = {"summary": title, **when, **people, "recurrence": [f"RRULE:{rule}"]}
            self.id = str(self.sandbox.google.create(self._owner, body, "none")["id"])
            return
        pattern: dict[str, Any] = {"type": "daily", "interval": 1}
        if weekly:
            pattern = {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]}
        limits = {"type": "noEnd", "startDate": "2026-12-01"}
        rows = [{"emailAddress": {"address": guest}} for guest in guests]
        body = {"subject": title, **when, "attendees": rows, "isAllDay": all_day}
        body["recurrence"] = {"pattern": pattern, "range": limits}
        self.id = str(self.sandbox.microsoft.create(self.person, body)["id"])

    def rename(self, title: str) -> None:
        self._edit(self.id, {"summary": title})

    def move_date(self, day: int, to_day: int, hour: int) -> None:
        self._edit(self._on(day), _span(date(2026, 12, to_day), hour, google=self.is_google))

    def rename_date(self, day: int, title: str) -> None:
        self._edit(self._on(day), {"summary": title})

    def delete_date(self, day: int) -> None:
        if self.is_google:
            self.sandbox.google.delete(self._owner, self._on(day), "none")
        else:
            self.sandbox.microsoft.delete(self.person, self._on(day))

    def delete(self) -> None:
        if self.is_google:
            self.sandbox.google.delete(self._owner, self.id, "none")
        else:
            self.sandbox.microsoft.delete(self.person, self.id)

    @property
    def _owner(self) -> Any:  # noqa: ANN401 -- the sandbox's person
        return self.sandbox.people.get(self.person)

    def _edit(self, event: str, changes: dict[str, Any]) -> None:
        if self.is_google:
            self.sandbox.google.edit(self._owner, event, changes, "none")
            return
        changes = {("subject" if key == "summary" else key): changes[key] for key in changes}
        self.sandbox.microsoft.edit(self.person, event, changes)

    def _on(self, day: int) -> str:
        """The id of the date that the rule puts on that day of December, wherever it is now."""
        master = self._master()
        all_day = "date" in master["start"] or bool(master.get("isAllDay"))
        original = datetime.combine(date(2026, 12, day), time(9), ZoneInfo(BERLIN))
        if self.is_google:
            return self._instance(master, original, all_day=all_day)
        window = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
        rows = self.sandbox.microsoft.view(self.person, window)
        named = f"2026-12-{day:02}"
        found = (row for row in rows if row.get("seriesMasterId") == self.id)
        return str(next(row["id"] for row in found if named in _named_on(row)))

    def _master(self) -> dict[str, Any]:
        if self.is_google:
            return dict(self.sandbox.google.event(self._owner, self.id))
        return self.sandbox.microsoft.get(self.person, self.id)

    def _instance(self, master: dict[str, Any], original: datetime, *, all_day: bool) -> str:
        """The exception, made first as Google makes it when somebody edits a date."""
        stamp = f"{original:%Y%m%d}" if all_day else f"{original.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        event = f"{self.id}_{stamp}"
        known = {row["id"] for row in self.sandbox.google.events(self._owner, deleted=True)}
        if event not in known:
            hour = None if all_day else 9
            when = _span(original.date(), hour, google=True)
            row: dict[str, Any] = {key: master[key] for key in KEPT if key in master}
            row |= {"id": event, "recurringEventId": self.id, **when}
            row["originalStartTime"] = when["start"]
            self.sandbox.google.load(self._owner, [row])
        return event


def _named_on(row: dict[str, Any]) -> str:
    """Where a tenant tells no occurrenceId, a date that nobody moved is known by its start."""
    return str(row.get("occurrenceId") or row["start"]["dateTime"])


def _span(day: date, hour: int | None, *, google: bool) -> dict[str, Any]:
    if hour is None:
        after = day + timedelta(days=1)
        if google:
            return {"start": {"date": str(day)}, "end": {"date": str(after)}}
        return {
            side: {"dateTime": f"{on}T00:00:00", "timeZone": "UTC"}
            for side, on in (("start", day), ("end", after))
        }
    return {
        side: {"dateTime": f"{day}T{hour:02}:{minute:02}:00", "timeZone": BERLIN}
        for side, minute in (("start", 0), ("end", 30))
    }
