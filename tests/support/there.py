"""What a person does in the provider's own calendar, said the same way for both providers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendar_sandbox.core.people import ProviderName
from calendar_sandbox.sandbox import Sandbox

ZONE = "Europe/Berlin"
CONTENTS = (
    "summary", "subject", "description", "body", "location", "start", "end", "isAllDay",
    "transparency", "showAs", "visibility", "sensitivity", "isCancelled", "organizer", "attendees",
)  # fmt: skip
"""What a person sees of an event, in the words of either provider."""


@dataclass(frozen=True)
class There:
    """One person's calendar at one provider; times are in Berlin, on a day of December 2026."""

    sandbox: Sandbox
    person: str
    provider: ProviderName

    @property
    def is_google(self) -> bool:
        return self.provider == "google"

    def create(self, title: str, *guests: str, day: int = 2, late: int = 0) -> str:
        """An hour at nine, or minutes later; returns its id there. The provider mails guests."""
        start = datetime(2026, 12, day, 9) + timedelta(minutes=late)  # noqa: DTZ001 -- in ZONE
        when = {
            side: {"dateTime": moment.isoformat(), "timeZone": ZONE}
            for side, moment in (("start", start), ("end", start + timedelta(hours=1)))
        }
        if self.is_google:
            people = [{"email": guest} for guest in guests]
            body: dict[str, Any] = {"summary": title, **when}
            body |= {"attendees": people} if people else {}
            return str(self.sandbox.google.create(self._owner, body)["id"])
        body = {"subject": title, **when, "attendees": [_row(guest) for guest in guests]}
        return str(self.sandbox.microsoft.create(self.person, body)["id"])

    def create_series(self, title: str) -> str:
        """Every Wednesday at nine, without end."""
        id_ = self.create(title)
        if self.is_google:
            recurring: dict[str, Any] = {"recurrence": ["RRULE:FREQ=WEEKLY"]}
            self.sandbox.google.edit(self._owner, id_, recurring)
        else:
            pattern = {"type": "weekly", "interval": 1, "daysOfWeek": ["wednesday"]}
            span = {"type": "noEnd", "startDate": "2026-12-02"}
            recurring = {"recurrence": {"pattern": pattern, "range": span}}
            self.sandbox.microsoft.edit(self.person, id_, recurring)
        return id_

    def load(self, titles: Sequence[str], *guests: str) -> None:
        """Many events that were there long ago: nobody is mailed about them."""
        for number, title in enumerate(titles):
            self.create(title, *guests, day=number % 27 + 1, late=number // 27 % 600)
        self.sandbox.mail.clear()

    def rename(self, title: str, new: str) -> None:
        if self.is_google:
            self.sandbox.google.edit(self._owner, self.id_of(title), {"summary": new})
        else:
            self.sandbox.microsoft.edit(self.person, self.id_of(title), {"subject": new})

    def relocate(self, title: str, place: str) -> None:
        if self.is_google:
            self.sandbox.google.edit(self._owner, self.id_of(title), {"location": place})
        else:
            location = {"location": {"displayName": place}}
            self.sandbox.microsoft.edit(self.person, self.id_of(title), location)

    def describe(self, title: str, text: str) -> None:
        if self.is_google:
            self.sandbox.google.edit(self._owner, self.id_of(title), {"description": text})
        else:
            body = {"body": {"contentType": "html", "content": text}}
            self.sandbox.microsoft.edit(self.person, self.id_of(title), body)

    def accept(self, title: str) -> None:
        """As a guest; the provider tells the organizer."""
        if self.is_google:
            self.sandbox.google.answer(self._owner, self.id_of(title), "accepted")
        else:
            self.sandbox.microsoft.answer(self.person, self.id_of(title), "accept")

    def delete(self, title: str) -> None:
        if self.is_google:
            self.sandbox.google.delete(self._owner, self.id_of(title))
        else:
            self.sandbox.microsoft.delete(self.person, self.id_of(title))

    def answer_of(self, title: str, guest: str) -> str:
        """The answer as this copy shows it: accepted, declined, tentative, or something else."""
        if self.is_google:
            rows = self._google_row(title).get("attendees", [])
            return next(str(row["responseStatus"]) for row in rows if row["email"] == guest)
        rows = self._outlook_row(title)["attendees"]
        found = (row for row in rows if row["emailAddress"]["address"] == guest)
        return str(next(found)["status"]["response"])

    def guests_of(self, title: str) -> list[str]:
        if self.is_google:
            rows = self._google_row(title).get("attendees", [])
            return sorted(row["email"] for row in rows if not row.get("organizer"))
        rows = self._outlook_row(title)["attendees"]
        return sorted(row["emailAddress"]["address"] for row in rows)

    def place_of(self, title: str) -> str:
        if self.is_google:
            return str(self._google_row(title).get("location", ""))
        return str(self._outlook_row(title)["location"]["displayName"])

    def id_of(self, title: str) -> str:
        row = self._google_row(title) if self.is_google else self._outlook_row(title)
        return str(row["id"])

    def dates(self, start: datetime, end: datetime) -> list[str]:
        """Day, hour in Paris and title of everything that takes place, dates of series too."""
        if self.is_google:
            rows = self.sandbox.google.occurrences(self._owner, start, end)
            found = [(row["start"]["dateTime"], row.get("summary", "")) for row in rows]
        else:
            window = start.astimezone(UTC), end.astimezone(UTC)
            items = self.sandbox.microsoft.view(self.person, window)
            found = [(f"{row['start']['dateTime'][:19]}Z", row["subject"]) for row in items]
        paris = ZoneInfo("Europe/Paris")
        moments = sorted(
            (datetime.fromisoformat(text).astimezone(paris), title) for text, title in found
        )
        return [f"{moment:%d %H} {title}" for moment, title in moments]

    def titles(self) -> list[str]:
        """A series counts once, whatever dates of it differ."""
        rows = [row for row in self._rows() if "recurringEventId" not in row]
        return sorted(str(row.get("summary") or row.get("subject") or "") for row in rows)

    def contents(self) -> list[str]:
        """Every event, without the ids, versions and moments that say nothing about it."""
        return sorted(str(_content(row)) for row in self._rows())

    def forget_token(self) -> None:
        if self.is_google:
            self.sandbox.google.expire_sync_tokens(self._owner)
        else:
            self.sandbox.microsoft.forget_delta(self.person)

    @property
    def _owner(self) -> Any:  # noqa: ANN401 -- the sandbox's person
        return self.sandbox.people.get(self.person)

    def _rows(self) -> list[dict[str, Any]]:
        if self.is_google:
            return [dict(row) for row in self.sandbox.google.events(self._owner)]
        return self.sandbox.microsoft.events(self.person)

    def _google_row(self, title: str) -> dict[str, Any]:
        rows = self.sandbox.google.events(self._owner)
        return dict(next(row for row in rows if row.get("summary") == title))

    def _outlook_row(self, title: str) -> dict[str, Any]:
        rows = self.sandbox.microsoft.events(self.person)
        return next(row for row in rows if row["subject"] == title)


def _content(row: dict[str, Any]) -> dict[str, Any]:
    found = {key: row[key] for key in CONTENTS if key in row}
    for guest in found.get("attendees", []):
        guest.get("status", {}).pop("time", None)
    return found


def _row(address: str) -> dict[str, Any]:
    return {"type": "required", "emailAddress": {"address": address, "name": address}}
