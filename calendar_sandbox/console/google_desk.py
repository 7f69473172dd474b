"""What a person does with the forms of Google Calendar; clicks go by the API's rules."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from calendar_sandbox.core.people import Person
from calendar_sandbox.google import GoogleState
from calendar_sandbox.google.state import Send

from .form import STEPS, Form
from .frame import read_moment
from .google_form import ANSWERS, SEND, Row, filled, lines, moment, repeat_of, written
from .repeat import Repeat

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
            self._google.delete(self._person, event, send)
            return "", "deleted"
        if answer:
            said = form.get("comment", "")
            self._google.answer(self._person, event, answer, said, send)
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

    def edit(self, event: str, form: Form, send: Send) -> str:
        now = self._google.event(self._person, event)
        changes = self.changes(now, form)
        repeat = self.repeat(form)
        if repeat not in {None, repeat_shown(now, self._zone)}:
            changes["recurrence"] = self.lines(repeat, form) or None
        self._google.edit(self._person, event, changes, send)
        return event

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


def repeat_shown(row: Row, zone: ZoneInfo) -> Repeat:
    start = moment(row, "start", zone).date()
    return repeat_of(row.get("recurrence", []), start, None if "date" in row["start"] else zone)
