"""An event of Outlook as fields of a form, and back as a body of Graph."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from calendar_sandbox.core.pages import select
from calendar_sandbox.core.people import Person

from .form import (
    CHECKED,
    TICK,
    EventForm,
    Fields,
    Form,
    answer_box,
    as_typed,
    choice,
    guest_list,
    labelled,
    listed,
    repeat_typed,
)
from .frame import read_day
from .repeat import Repeat
from .week import DAY

Row = Mapping[str, Any]

ANSWERS = {"accept": "Accept", "tentativelyAccept": "Maybe", "decline": "Decline"}
GIVEN = {"accepted": "accept", "tentativelyAccepted": "tentativelyAccept", "declined": "decline"}
READ_ANSWERS = {
    "none": "no answer",
    "notResponded": "no answer",
    "tentativelyAccepted": "tentative",
}
SHOWN_AS = {
    "busy": "Busy",
    "free": "Free",
    "tentative": "Tentative",
    "oof": "Away",
    "workingElsewhere": "Working elsewhere",
}
IMPORTANCE = {"low": "Low", "normal": "Normal", "high": "High"}
REMINDERS = {
    "off": "None",
    "0": "At the start",
    "5": "5 minutes before",
    "15": "15 minutes before",
    "30": "30 minutes before",
    "60": "1 hour before",
    "1440": "1 day before",
}
COLOURS = {
    "Red category": "#c50f1f",
    "Orange category": "#ca5010",
    "Yellow category": "#c19c00",
    "Green category": "#0b6a0b",
    "Blue category": "#0f6cbd",
    "Purple category": "#5c2e91",
}
"""The names Outlook offers first; others have no colour here."""
CATEGORIES = Markup(
    '<label>Categories <input name="categories" value="{}" list="categories" size="18"></label>'
    '<datalist id="categories">{}</datalist>'
)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INDEXES = ("first", "second", "third", "fourth", "last")
KINDS = {
    "daily": "daily",
    "weekly": "weekly",
    "absoluteMonthly": "monthly",
    "relativeMonthly": "monthly-weekday",
    "absoluteYearly": "yearly",
    "relativeYearly": "yearly",
}


def moment(row: Row, name: str, zone: ZoneInfo) -> datetime:
    """Wall clock of the person; the date of an all-day event does not shift."""
    at = datetime.fromisoformat(row[name]["dateTime"][:19])
    if row["isAllDay"]:
        return at
    return at.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def filled(row: Row, person: Person) -> dict[str, str]:
    """The fields of the form as the event has them; a box that is not ticked is missing."""
    zone = ZoneInfo(person.time_zone)
    end = moment(row, "end", zone) - (DAY if row["isAllDay"] else timedelta())
    reminder = str(row["reminderMinutesBeforeStart"]) if row["isReminderOn"] else "off"
    fields = {
        "subject": row["subject"] or "",
        "start": f"{moment(row, 'start', zone):%Y-%m-%dT%H:%M}",
        "end": f"{end:%Y-%m-%dT%H:%M}",
        "location": row["location"]["displayName"],
        "guests": ", ".join(each["emailAddress"]["address"] for each in row["attendees"]),
        "shown_as": row["showAs"],
        "importance": row["importance"],
        "body": row["body"]["content"].strip().replace("\r\n", "\n"),
        "reminder": reminder,
        "categories": ", ".join(row["categories"]),
    }
    ticked = {"all_day": row["isAllDay"], "private": row["sensitivity"] == "private"}
    return fields | {name: "on" for name, value in ticked.items() if value}


def written(form: Fields, zone: str) -> dict[str, Any]:
    """A Graph body out of the fields of the form, without the recurrence.

    Raises ValueError for a last day that is none.
    """
    all_day = "all_day" in form
    start, end = form.get("start", ""), form.get("end", "")
    if all_day:
        # The form names the last day, Graph the one after.
        start, end = str(read_day(start)), str(read_day(end) + DAY)
    body: dict[str, Any] = {
        "subject": form.get("subject") or None,
        "start": {"dateTime": start, "timeZone": zone},
        "end": {"dateTime": end, "timeZone": zone},
        "isAllDay": all_day,
        "location": {"displayName": form.get("location", "")},
        "showAs": form.get("shown_as", "busy"),
        "sensitivity": "private" if "private" in form else "normal",
        "body": {"contentType": "text", "content": form.get("body", "").replace("\r\n", "\n")},
        "attendees": [
            {"emailAddress": {"address": text}} for text in listed(form.get("guests", ""))
        ],
    }
    if "importance" in form:
        body["importance"] = form["importance"]
    if "categories" in form:
        body["categories"] = listed(form["categories"])
    if "reminder" in form:
        body |= reminder(form["reminder"])
    return body


def reminder(text: str) -> dict[str, Any]:
    if text == "off":
        return {"isReminderOn": False}
    if not text.isdecimal():
        raise ValueError("A reminder is a number of minutes.")
    return {"isReminderOn": True, "reminderMinutesBeforeStart": int(text[:9])}


def pattern(repeat: Repeat, start: date) -> dict[str, Any] | None:
    """Graph's recurrence of a series that begins on that day."""
    if repeat.kind == "never":
        return None
    rule: dict[str, Any] = {"interval": repeat.every}
    if repeat.kind == "daily":
        rule["type"] = "daily"
    elif repeat.kind == "weekly":
        rule |= {"type": "weekly", "daysOfWeek": [DAYS[day] for day in repeat.days]}
        rule["firstDayOfWeek"] = "monday"
    elif repeat.kind == "monthly":
        rule |= {"type": "absoluteMonthly", "dayOfMonth": start.day}
    elif repeat.kind == "monthly-weekday":
        index = INDEXES[min((start.day - 1) // 7, 4)]
        rule |= {"type": "relativeMonthly", "daysOfWeek": [DAYS[start.weekday()]], "index": index}
    else:
        rule |= {"type": "absoluteYearly", "dayOfMonth": start.day, "month": start.month}
    span: dict[str, Any] = {"type": "noEnd", "startDate": str(start)}
    if repeat.until:
        span |= {"type": "endDate", "endDate": str(repeat.until)}
    elif repeat.count:
        span |= {"type": "numbered", "numberOfOccurrences": repeat.count}
    return {"pattern": rule, "range": span}


def repeat_of(recurrence: Row | None) -> Repeat:
    """As near as the form can say it."""
    if not recurrence:
        return Repeat()
    rule, span = recurrence["pattern"], recurrence["range"]
    kind = KINDS[rule["type"]]
    return Repeat(
        kind,
        rule["interval"],
        tuple(sorted(DAYS.index(day) for day in rule["daysOfWeek"])) if kind == "weekly" else (),
        date.fromisoformat(span["endDate"]) if span["type"] == "endDate" else None,
        span["numberOfOccurrences"] if span["type"] == "numbered" else None,
    )


def event_form(
    fields: Fields,
    repeat: Repeat,
    event: str = "",
    *,
    of_series: bool = False,
    note: str = "",
) -> Markup:
    names = Markup().join(Markup('<option value="{}">').format(name) for name in COLOURS)
    extras = (
        labelled("Show as", select("shown_as", SHOWN_AS, fields["shown_as"])),
        labelled("Importance", select("importance", IMPORTANCE, fields["importance"])),
        choice("Reminder", "reminder", REMINDERS, fields["reminder"]),
        CATEGORIES.format(fields["categories"], names),
        TICK.format("private", CHECKED if "private" in fields else "", "Private"),
    )
    return EventForm(
        fields,
        title_name="subject",
        text_name="body",
        event=event,
        repeat=repeat.html(raw=False),
        extras=extras,
        of_series=of_series,
        note=note,
    ).html()


def blank(start: datetime, typed: Form | None) -> Markup:
    fields = dict.fromkeys(("subject", "location", "guests", "body", "categories"), "")
    times = {"start": f"{start:%Y-%m-%dT%H:%M}", "end": f"{start + DAY / 24:%Y-%m-%dT%H:%M}"}
    choices = {"shown_as": "busy", "importance": "normal", "reminder": "15"}
    note = "Outlook mails the guests as soon as the event is created."
    shown = as_typed({**fields, **times, **choices}, typed)
    return event_form(shown, repeat_typed(Repeat(), typed), note=note)


def answers(row: Row) -> Markup:
    """Outlook asks for the date or the series, and whether the organizer is to hear of it."""
    more = [TICK.format("silent", "", "Don't send a response")]
    if row["type"] in {"occurrence", "exception"}:
        which = select("scope", {"all": "the whole series", "this": "this date"}, "all")
        more.insert(0, labelled("Answer for", which))
    given = GIVEN.get(row["responseStatus"]["response"], "")
    return answer_box(row["id"], ANSWERS, given, "", more)


def about(row: Row, repeat: Repeat) -> Markup:
    kind = {"seriesMaster": "Series", "singleInstance": "Event"}
    organizer = row["organizer"]["emailAddress"]
    guests = guest_list(
        (
            each["emailAddress"]["name"] or each["emailAddress"]["address"],
            read_answer(each["status"]["response"]),
            "",
        )
        for each in row["attendees"]
    )
    return Markup(
        "<p>{} organized by {}{}{}</p>{}"
        '<details><summary>Identifiers</summary><p class="muted">UID <code>{}</code><br>'
        "Id <code>{}</code></p></details>"
    ).format(
        kind.get(row["type"], "Date of a series"),
        organizer["name"] or organizer["address"],
        f". {repeat.words()}" if repeat.kind != "never" else "",
        ". Cancelled by the organizer" if row["isCancelled"] else "",
        guests,
        row["iCalUId"],
        row["id"],
    )


def read_answer(response: str) -> str:
    return READ_ANSWERS.get(response, response)
