"""What a person of the stories does in Google Calendar or in Outlook, said the same way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from calendar_sandbox.core.people import ProviderName
from calendar_sandbox.sandbox import Sandbox
from support import seen
from support.seen import WINDOW, Seen

BERLIN = "Europe/Berlin"
Word = Literal["yes", "no", "maybe"]
AT_GOOGLE: Mapping[Word, Any] = {"yes": "accepted", "no": "declined", "maybe": "tentative"}
AT_OUTLOOK: Mapping[Word, str] = {"yes": "accept", "no": "decline", "maybe": "tentativelyaccept"}
DAILY = 4
"""Dates of a series: 2 to 5 December, Wednesday to Saturday."""


@dataclass(frozen=True)
class Mailbox:
    """`on` is a day of December: the date of a series that is meant, else all of it."""

    sandbox: Sandbox
    person: str
    provider: ProviderName

    def create(
        self,
        title: str,
        *guests: str,
        hour: int | None = 9,
        days: int = 1,
        daily: bool = False,
        **more: Any,  # noqa: ANN401 -- in the words of the provider
    ) -> None:
        """An hour on 2 December, or whole days; the provider invites the guests."""
        when = self._when(2, hour, days)
        if self.provider == "google":
            body = {"summary": title, **when, "attendees": [{"email": guest} for guest in guests]}
            if daily:
                body["recurrence"] = [f"RRULE:FREQ=DAILY;COUNT={DAILY}"]
            self.sandbox.google.create(self._owner, {**body, **more})
            return
        rows = [{"type": "required", "emailAddress": {"address": guest}} for guest in guests]
        body = {"subject": title, **when, "attendees": rows}
        if daily:
            pattern = {"type": "daily", "interval": 1}
            limits = {"type": "numbered", "startDate": "2026-12-02", "numberOfOccurrences": DAILY}
            body["recurrence"] = {"pattern": pattern, "range": limits}
        self.sandbox.microsoft.create(self.person, {**body, **more})

    def rename(self, title: str, new: str, on: int = 0) -> None:
        self.edit(title, on, **{"summary" if self.provider == "google" else "subject": new})

    def relocate(self, title: str, place: str, on: int = 0) -> None:
        here: Any = place if self.provider == "google" else {"displayName": place}
        self.edit(title, on, location=here)

    def move(self, title: str, day: int, hour: int | None = 9, on: int = 0, days: int = 1) -> None:
        self.edit(title, on, **self._when(day, hour, days))

    def invite(self, title: str, *guests: str, on: int = 0) -> None:
        row = self._row(title, on)
        rows = list(row.get("attendees", ()))
        if self.provider == "google":
            rows += [{"email": guest} for guest in guests]
        else:
            rows += [{"type": "required", "emailAddress": {"address": guest}} for guest in guests]
        self.edit(title, on, attendees=rows)

    def uninvite(self, title: str, guest: str, on: int = 0) -> None:
        rows = self._row(title, on)["attendees"]
        left = [row for row in rows if guest not in (row.get("email"), _address(row))]
        self.edit(title, on, attendees=left)

    def answer(self, title: str, word: Word, on: int = 0, comment: str = "") -> None:
        if self.provider == "google":
            answer, id_ = AT_GOOGLE[word], self.id_of(title, on)
            self.sandbox.google.answer(self._owner, id_, answer, comment)
            return
        mailbox = self.sandbox.microsoft.mailbox(self.person)
        item = mailbox.find(self.id_of(title, on))
        given = {"comment": comment} if comment else {}
        cause = f"{self.person} by hand"
        self.sandbox.microsoft.writes.answer(mailbox, item, AT_OUTLOOK[word], given, cause)

    def forward(self, title: str, to: str) -> None:
        """Outlook only: to somebody whom the organizer has not invited."""
        mailbox = self.sandbox.microsoft.mailbox(self.person)
        body = {"torecipients": [{"emailAddress": {"address": to}}]}
        item = mailbox.find(self.id_of(title))
        self.sandbox.microsoft.writes.forward(mailbox, item, body, f"{self.person} by hand")

    def delete(self, title: str, on: int = 0) -> None:
        if self.provider == "google":
            self.sandbox.google.delete(self._owner, self.id_of(title, on))
        else:
            self.sandbox.microsoft.delete(self.person, self.id_of(title, on))

    def split(self, title: str, on: int, new: str) -> None:
        """Google only: this date and those that follow get another title."""
        self.sandbox.google.split(self._owner, self.id_of(title, on), {"summary": new})

    def edit(self, title: str, on: int = 0, **changes: Any) -> None:  # noqa: ANN401 -- as above
        if self.provider == "google":
            self.sandbox.google.edit(self._owner, self.id_of(title, on), changes)
        else:
            self.sandbox.microsoft.edit(self.person, self.id_of(title, on), changes)

    def forget_token(self) -> None:
        if self.provider == "google":
            self.sandbox.google.expire_sync_tokens(self._owner)
        else:
            self.sandbox.microsoft.forget_delta(self.person)

    def seen(self) -> list[Seen]:
        """What is in the calendar in December."""
        if self.sandbox.people.get(self.person).address(self.provider) is None:
            return []
        show = seen.of_google if self.provider == "google" else seen.of_outlook
        return [show(row) for row in self._dates()]

    def load(self, **row: Any) -> None:  # noqa: ANN401 -- in Google's words
        """Google only: an hour on 2 December that was imported; nobody is mailed."""
        self.sandbox.google.load(self._owner, [{**self._when(2, 9, 1), **row}])

    def rows(self) -> list[Mapping[str, Any]]:
        """In the words of the provider."""
        return self._dates()

    def count(self) -> int:
        """Events, each series one."""
        if self.provider == "google":
            return len(self.sandbox.google.events(self._owner))
        return len(self.sandbox.microsoft.events(self.person))

    def id_of(self, title: str, on: int = 0) -> str:
        """Of the event or series of that title, or of one of its dates."""
        row = self._row(title, on)
        if not on:
            master = row.get("recurringEventId") or row.get("seriesMasterId")
            return str(master or row["id"])
        return str(row["id"])

    def _row(self, title: str, on: int) -> Mapping[str, Any]:
        name = "summary" if self.provider == "google" else "subject"
        for row in self._dates():
            start = row["start"].get("dateTime") or row["start"]["date"]
            if row.get(name) == title and (not on or int(start[8:10]) == on):
                return row
        raise KeyError(title)

    def _dates(self) -> list[Mapping[str, Any]]:
        if self.provider == "google":
            return list(self.sandbox.google.occurrences(self._owner, *WINDOW))
        window = WINDOW[0].astimezone(UTC), WINDOW[1].astimezone(UTC)
        return list(self.sandbox.microsoft.view(self.person, window))

    def _when(self, day: int, hour: int | None, days: int) -> dict[str, Any]:
        first = date(2026, 12, day)
        last = first + timedelta(days=days if hour is None else days - 1)
        if hour is not None:
            return {
                side: {"dateTime": f"{on}T{at:02}:00:00", "timeZone": BERLIN}
                for side, on, at in (("start", first, hour), ("end", last, hour + 1))
            }
        if self.provider == "google":
            return {"start": {"date": str(first)}, "end": {"date": str(last)}}
        ends = {
            side: {"dateTime": f"{on}T00:00:00", "timeZone": "UTC"}
            for side, on in (("start", first), ("end", last))
        }
        return {**ends, "isAllDay": True}

    @property
    def _owner(self) -> Any:  # noqa: ANN401 -- the sandbox's person
        return self.sandbox.people.get(self.person)


def _address(row: Mapping[str, Any]) -> str:
    return str(row.get("emailAddress", {}).get("address", ""))


def moment(day: int, hour: int) -> datetime:
    return datetime(2026, 12, day, hour, tzinfo=seen.ZONE)
