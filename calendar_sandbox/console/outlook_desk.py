"""What a person does with the forms of Outlook: each click is what Outlook asks of Graph."""

from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from calendar_sandbox.core.people import Person
from calendar_sandbox.microsoft import GraphError, MicrosoftState, zones
from calendar_sandbox.microsoft.mailbox import Item, Mailbox
from calendar_sandbox.microsoft.recurrence import dates
from calendar_sandbox.microsoft.state import IN_OUTLOOK

from .form import STEPS, Form
from .frame import read_moment
from .outlook_form import ANSWERS, Row, filled, moment, pattern, repeat_of, written
from .repeat import Repeat

Scope = Literal["single", "this", "following", "all"]
Done = tuple[str, str]
"""The id of the event to show next, if any, and what was done."""
TIMES = frozenset({"start", "end", "isAllDay"})
KEPT = (
    "subject", "location", "showAs", "sensitivity", "importance", "categories", "isReminderOn",
    "reminderMinutesBeforeStart", "isAllDay", "body", "attendees",
)  # fmt: skip
"""What the second half of a divided series takes over."""


class Desk:
    """All verbs raise GraphError where Graph refuses, ValueError for what is no form of ours."""

    def __init__(self, outlook: MicrosoftState, person: Person) -> None:
        self._outlook = outlook
        self._person = person
        self._zone = ZoneInfo(person.time_zone)

    def carry_out(self, form: Form) -> Done:
        key, event, verb = self._person.key, form.get("event", ""), form.get("do", "")
        if verb == "create":
            return str(self._outlook.create(key, self.new(form))["id"]), "created"
        if verb == "edit":
            return self.edit(event, form), "saved"
        if verb in STEPS:
            return self.move(event, form.get("scope"), STEPS[verb][1]), "moved"
        if verb == "delete":
            self.delete(event, form.get("scope"))
            return "", "deleted"
        if verb in ANSWERS:
            return self.answer(event, verb, form), "answered"
        self.account(verb)
        return "", "account"

    def new(self, form: Form) -> dict[str, Any]:
        body = written(form, self._person.time_zone)
        repeat, start = self.repeat(form)
        rule = pattern(repeat, start) if repeat else None
        return {**body, "recurrence": rule} if rule else body

    @staticmethod
    def repeat(form: Form) -> tuple[Repeat | None, date]:
        start = read_moment(form.get("start", ""), "start").date()
        return Repeat.read(form, form.getlist("weekday"), start), start

    # --- one event, some dates of a series, or all of it

    def edit(self, event: str, form: Form) -> str:
        """Sends only what was changed, as Outlook does: the rest would mail the guests."""
        scope, shown = self.scope(event, form.get("scope")), self.row(event)
        changes = self.changes(shown, form)
        whole = self.row(shown["seriesMasterId"] or event)
        rule, _ = self.repeat(form)
        if rule == repeat_of(whole["recurrence"]):
            rule = None
        if scope == "following":
            return self.divide(event, shown, changes, rule)
        if scope == "all" and changes.keys() & TIMES:
            changes |= self.shifted(whole, shown, changes)
        if scope in {"single", "all"} and (rule or (whole["recurrence"] and "isAllDay" in changes)):
            begins = changes.get("start", whole["start"])["dateTime"][:10]
            kept = rule or repeat_of(whole["recurrence"])
            changes["recurrence"] = pattern(kept, date.fromisoformat(begins))
        if not changes:
            return event
        target = whole["id"] if scope == "all" else event
        self._outlook.edit(self._person.key, target, changes)
        return event if self.exists(event) else str(target)

    def scope(self, event: str, asked: str | None) -> Scope:
        mailbox, item = self.find(event)
        if item.on is None:
            return "single"
        if asked == "following":
            rule = mailbox.items[item.serial].recurrence or {}
            return "all" if item.on <= next(dates(rule)) else "following"
        return "all" if asked == "all" else "this"

    def find(self, event: str) -> tuple[Mailbox, Item]:
        mailbox = self._outlook.mailbox(self._person.key)
        return mailbox, mailbox.find(event)

    def exists(self, event: str) -> bool:
        try:
            self.find(event)
        except GraphError:
            return False
        return True

    def row(self, event: str) -> dict[str, Any]:
        return self._outlook.get(self._person.key, event, body_type="text")

    def changes(self, shown: Row, form: Form) -> dict[str, Any]:
        before = written(filled(shown, self._person), self._person.time_zone)
        after = written(form, self._person.time_zone)
        changed = {name: value for name, value in after.items() if value != before.get(name)}
        if changed.keys() & {"start", "end", "isAllDay"}:
            changed |= {name: after[name] for name in TIMES}
        return changed

    def shifted(self, whole: Row, shown: Row, changes: Row) -> dict[str, Any]:
        """The new times of a date, as times of the series, in the zone of the series."""
        start, end = (wall(changes[name]) for name in ("start", "end"))
        all_day = changes["isAllDay"]
        name = self._person.time_zone if whole["isAllDay"] else whole["originalStartTimeZone"]
        zone = ZoneInfo(self._person.time_zone) if whole["isAllDay"] else zones.zone(name)
        old = moment(shown, "start", self._zone)
        if all_day:
            old = datetime.combine(old, time())
        begins = moment(whole, "start", zone) + (start - old)
        if all_day:
            begins = datetime.combine(begins, time())
        ends = begins + (end - start)
        return {"start": on_wall(begins, name), "end": on_wall(ends, name), "isAllDay": all_day}

    def divide(self, event: str, shown: Row, changes: Row, rule: Repeat | None) -> str:
        """Ends the series before this date and begins a new one here (contract 6)."""
        mailbox, item = self.find(event)
        master = mailbox.items[item.serial]
        whole = self._outlook.get(self._person.key, mailbox.id_of(master, immutable=True))
        new = {name: whole[name] for name in KEPT} | self.times(shown) | dict(changes)
        first = new["start"]["dateTime"][:10]
        if rule is None:
            new["recurrence"] = remaining(whole["recurrence"], item.on or date.min, first)
        else:
            new["recurrence"] = pattern(rule, date.fromisoformat(first))
        # Checked beforehand: a refusal must not leave half of it behind.
        self._outlook.writes.draft(mailbox, mailbox.folders[1], new)
        self.end_before(event)
        return str(self._outlook.create(self._person.key, new)["id"])

    def times(self, shown: Row) -> dict[str, Any]:
        zone = self._person.time_zone
        return {name: on_wall(moment(shown, name, self._zone), zone) for name in ("start", "end")}

    def end_before(self, event: str) -> None:
        """The series keeps the dates before this one."""
        mailbox, item = self.find(event)
        master = mailbox.items[item.serial]
        rule = master.recurrence or {}
        last = (item.on or date.max) - timedelta(days=1)
        span = rule["range"] | {"type": "endDate", "endDate": str(last), "numberOfOccurrences": 0}
        target = mailbox.id_of(master, immutable=True)
        self._outlook.edit(self._person.key, target, {"recurrence": rule | {"range": span}})

    def move(self, event: str, scope: str | None, step: timedelta) -> str:
        fields = filled(self.row(event), self._person)
        if "all_day" in fields and step % timedelta(days=1):
            raise ValueError("An all-day event moves by whole days.")
        for name in ("start", "end"):
            fields[name] = f"{datetime.fromisoformat(fields[name]) + step:%Y-%m-%dT%H:%M}"
        return self.edit(event, MultiDict(fields | {"scope": scope or "this"}))

    def delete(self, event: str, asked: str | None) -> None:
        scope = self.scope(event, asked)
        if scope == "following":
            self.end_before(event)
            return
        target = self.row(event)["seriesMasterId"] if scope == "all" else event
        self._outlook.delete(self._person.key, target)

    # --- the rest

    def answer(self, event: str, verb: str, form: Form) -> str:
        mailbox, item = self.find(event)
        if item.on is not None and form.get("scope") == "all":
            item = mailbox.items[item.serial]
        given: dict[str, Any] = {"sendResponse": "silent" not in form}
        if form.get("comment"):
            given["comment"] = form["comment"]
        self._outlook.writes.answer(mailbox, item, verb.lower(), given, IN_OUTLOOK)
        return event if self.exists(event) else ""

    def account(self, verb: str) -> None:
        key, outlook = self._person.key, self._outlook
        if verb == "revoke":
            outlook.identity.revoke(key)
        elif verb == "expire":
            outlook.identity.expire_access_tokens(key)
        elif verb == "forget":
            outlook.forget_delta(key)
        elif verb == "condition":
            reachable = not outlook.mailbox(key).condition
            outlook.set_condition(key, "MailboxNotEnabledForRESTAPI" if reachable else "")
        else:
            raise ValueError("There is no such button.")


def wall(given: Row) -> datetime:
    return datetime.fromisoformat(given["dateTime"][:19]).replace(tzinfo=None)


def on_wall(at: datetime, zone: str) -> dict[str, str]:
    return {"dateTime": f"{at:%Y-%m-%dT%H:%M:%S}", "timeZone": zone}


def remaining(recurrence: Row, on: date, first: str) -> dict[str, Any]:
    """The rule of the dates from that one on, for a series that begins on `first`."""
    span = {**recurrence["range"], "startDate": first}
    span.pop("recurrenceTimeZone")
    if span["type"] == "numbered":
        span["numberOfOccurrences"] -= sum(1 for day in dates(recurrence) if day < on)
    return {"pattern": recurrence["pattern"], "range": span}
