"""What a person does with the forms of Google Calendar; clicks go by the API's rules."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from calendar_sandbox.core.people import Person
from calendar_sandbox.google import ApiError, GoogleState
from calendar_sandbox.google.state import Send
from calendar_sandbox.google.values import Answer

from .form import STEPS, Form
from .frame import read_moment
from .google_form import (
    ANSWERS,
    SEND,
    Row,
    filled,
    lines,
    moment,
    repeat_of,
    wall,
    when,
    written,
)
from .repeat import Repeat
from .week import DAY

Done = tuple[str, str]
"""The id of the event to show next, if any, and what was done."""


class Desk:
    """All verbs raise ApiError where Google refuses, ValueError for what is no form of ours."""

    def __init__(self, google: GoogleState, person: Person) -> None:
        self._google = google
        self._person = person
        self._zone = ZoneInfo(person.time_zone)

    def carry_out(self, form: Form) -> Done:
        event, verb = form.get("event", ""), form.get("do", "")
        send: Send = next((way for way in SEND if way == form.get("send")), "all")
        answer = next((choice for choice in ANSWERS if choice == verb), None)
        if verb == "create":
            return str(self._google.create(self._person, self.new(form), send)["id"]), "created"
        if verb == "edit":
            return self.edit(event, form, send), "saved"
        if verb in STEPS:
            return self.move(event, form, STEPS[verb][1], send), "moved"
        if verb == "delete":
            self.delete(event, form.get("scope"), send)
            return "", "deleted"
        if answer:
            self.answer(event, answer, form, send)
            return event, "answered"
        self.account(verb)
        return "", "account"

    def new(self, form: Form) -> dict[str, Any]:
        body = written(form, self._person.time_zone)
        repeat = self.repeat(form)
        recurrence = self.lines(repeat, form) if repeat else []
        return body | ({"recurrence": recurrence} if recurrence else {})

    @staticmethod
    def repeat(form: Form) -> Repeat | None:
        start = read_moment(form.get("start", ""), "start").date()
        return Repeat.read(form, form.getlist("weekday"), start)

    def lines(self, repeat: Repeat, form: Form) -> list[str]:
        start = date.fromisoformat(form["start"][:10])
        return lines(repeat, start, None if "all_day" in form else self._zone)

    # --- one event, some dates of a series, or all of it

    def edit(self, event: str, form: Form, send: Send) -> str:
        """Sends only what was changed."""
        google, person = self._google, self._person
        shown = google.event(person, event)
        whole = series_of(google, person, shown) or shown
        scope = form.get("scope", "this") if whole is not shown else "single"
        changes, repeat = self.changes(shown, form), self.repeat(form)
        if scope != "this" and repeat not in {None, repeat_shown(whole, self._zone)}:
            changes["recurrence"] = self.lines(repeat or Repeat(), form) or None
        if scope == "following":
            return str(google.split(person, event, changes, send)["id"])
        if scope == "all":
            if changes.keys() & {"start", "end"}:
                changes |= self.shifted(whole, shown, form)
            return str(google.edit_all(person, event, changes, send)["id"])
        google.edit(person, event, changes, send)
        return event

    def shifted(self, whole: Row, shown: Row, form: Form) -> dict[str, Any]:
        """The new times of a date, as times of the series, in the zone of the series."""
        all_day = "all_day" in form
        day = len("2026-12-01") if all_day else None
        old = datetime.fromisoformat(filled(shown, self._person)["start"][:day])
        start, end = (datetime.fromisoformat(form[name][:day]) for name in ("start", "end"))
        name = whole["start"].get("timeZone", self._person.time_zone)
        begins = wall(whole["start"], ZoneInfo(name)) + (start - old)
        ends = begins + (end - start)
        fields = {"all_day": "on"} if all_day else {}
        return {
            key: when(fields, f"{at:%Y-%m-%dT%H:%M}", name, DAY * (key == "end"))
            for key, at in (("start", begins), ("end", ends))
        }

    def delete(self, event: str, scope: str | None, send: Send) -> None:
        google, person = self._google, self._person
        whole = series_of(google, person, google.event(person, event))
        if whole and scope == "following":
            google.delete_following(person, event, send)
        else:
            google.delete(person, whole["id"] if whole and scope == "all" else event, send)

    def answer(self, event: str, answer: Answer, form: Form, send: Send) -> None:
        google, person = self._google, self._person
        whole = series_of(google, person, google.event(person, event))
        target = whole["id"] if whole and form.get("scope") == "all" else event
        google.answer(person, target, answer, form.get("comment", ""), send)

    def changes(self, now: Row, form: Form) -> dict[str, Any]:
        """Only what differs from the form as it was shown."""
        before = written(filled(now, self._person), self._person.time_zone)
        after = written(form, self._person.time_zone)
        changed = {name: value for name, value in after.items() if value != before.get(name)}
        if "attendees" in changed:
            rows = {row["email"]: row for row in now.get("attendees", ())}
            changed["attendees"] = [rows.get(row["email"], row) for row in after["attendees"]]
        return changed

    def move(self, event: str, form: Form, step: timedelta, send: Send) -> str:
        fields = filled(self._google.event(self._person, event), self._person)
        if "all_day" in fields and step % timedelta(days=1):
            raise ValueError("An all-day event moves by whole days.")
        for name in ("start", "end"):
            fields[name] = f"{datetime.fromisoformat(fields[name]) + step:%Y-%m-%dT%H:%M}"
        scope = form.get("scope", "this")
        return self.edit(event, MultiDict(fields | {"scope": scope}), send)

    def account(self, verb: str) -> None:
        deeds = {
            "revoke": self._google.remove_access,
            "expire": self._google.expire_access_tokens,
            "forget": self._google.expire_sync_tokens,
        }
        if verb not in deeds:
            raise ValueError("There is no such button.")
        deeds[verb](self._person)


def series_of(google: GoogleState, person: Person, row: Row) -> Row | None:
    """The series a date belongs to; None of a single event, and of a guest of one date only."""
    try:
        return google.event(person, row["recurringEventId"]) if "recurringEventId" in row else None
    except ApiError:
        return None


def repeat_shown(row: Row, zone: ZoneInfo) -> Repeat:
    start = moment(row, "start", zone).date()
    return repeat_of(row.get("recurrence", []), start, None if "date" in row["start"] else zone)
