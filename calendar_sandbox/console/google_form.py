"""An event of Google as fields of a form, and back as a patch."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from calendar_sandbox.core.pages import select
from calendar_sandbox.core.people import Person
from calendar_sandbox.google.state import Send
from calendar_sandbox.google.values import Answer

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
from .repeat import DAYS, Repeat
from .week import DAY

Row = Mapping[str, Any]

ANSWERS: dict[Answer, str] = {"accepted": "Yes", "tentative": "Maybe", "declined": "No"}
SEND: dict[Send, str] = {
    "all": "Send",
    "none": "Don't send",
    "externalOnly": "Only to guests outside Google",
}
VISIBILITY = {"default": "Default", "public": "Public", "private": "Private"}
REMINDERS = {
    "default": "As the calendar says",
    "off": "None",
    "0": "At the start",
    "10": "10 minutes before",
    "30": "30 minutes before",
    "60": "1 hour before",
    "1440": "1 day before",
}
COLOURS = {
    "1": ("Lavender", "#7986cb"),
    "2": ("Sage", "#33b679"),
    "3": ("Grape", "#8e24aa"),
    "4": ("Flamingo", "#e67c73"),
    "5": ("Banana", "#f6bf26"),
    "6": ("Tangerine", "#f4511e"),
    "7": ("Peacock", "#039be5"),
    "8": ("Graphite", "#616161"),
    "9": ("Blueberry", "#3f51b5"),
    "10": ("Basil", "#0b8043"),
    "11": ("Tomato", "#d50000"),
}
FREQUENCIES = {"daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY", "yearly": "YEARLY"}


def moment(row: Row, name: str, zone: ZoneInfo) -> datetime:
    """Wall clock of the person."""
    return wall(row[name], zone)


def wall(value: Row, zone: ZoneInfo) -> datetime:
    """Wall clock of the person, of a `start`, `end` or `originalStartTime`."""
    at = datetime.fromisoformat(value.get("date") or value["dateTime"])
    return at.astimezone(zone).replace(tzinfo=None) if at.tzinfo else at


def filled(row: Row, person: Person) -> dict[str, str]:
    """The fields of the form as the event has them; a box that is not ticked is missing."""
    zone = ZoneInfo(person.time_zone)
    all_day = "date" in row["start"]
    end = moment(row, "end", zone) - (DAY if all_day else timedelta())
    fields = {
        "summary": row.get("summary", ""),
        "start": f"{moment(row, 'start', zone):%Y-%m-%dT%H:%M}",
        "end": f"{end:%Y-%m-%dT%H:%M}",
        "location": row.get("location", ""),
        "guests": ", ".join(each["email"] for each in row.get("attendees", ())),
        "description": row.get("description", ""),
        "visibility": row.get("visibility", "default"),
        "colour": row.get("colorId", ""),
        "reminder": reminder_of(row.get("reminders", {"useDefault": True})),
    }
    ticked = {"all_day": all_day, "free": row.get("transparency") == "transparent"}
    return fields | {name: "on" for name, value in ticked.items() if value}


def written(form: Fields, zone: str) -> dict[str, Any]:
    """A patch out of the fields of the form, without the recurrence; null removes.

    Raises ValueError for a last day that is none.
    """
    patch: dict[str, Any] = {
        "summary": form.get("summary") or None,
        "start": when(form, form.get("start", ""), zone, timedelta()),
        # The form names the last day, the wire the one after.
        "end": when(form, form.get("end", ""), zone, DAY),
        "location": form.get("location") or None,
        "description": form.get("description", "").replace("\r\n", "\n") or None,
        "transparency": "transparent" if "free" in form else None,
        "visibility": form.get("visibility", "default"),
        "attendees": [{"email": text} for text in listed(form.get("guests", ""))],
    }
    if "colour" in form:
        patch["colorId"] = form["colour"] or None
    if "reminder" in form:
        patch["reminders"] = reminders(form["reminder"])
    return patch


def when(form: Fields, text: str, zone: str, more: timedelta) -> dict[str, str | None]:
    """`more` is added to the day of an all-day event."""
    if "all_day" not in form:
        return {"date": None, "dateTime": f"{text}:00", "timeZone": zone}
    return {"date": str(read_day(text) + more), "dateTime": None, "timeZone": None}


def reminder_of(reminders: Row) -> str:
    if reminders.get("useDefault"):
        return "default"
    rows = reminders.get("overrides", ())
    return str(rows[0]["minutes"]) if rows else "off"


def reminders(text: str) -> dict[str, Any]:
    if text == "default":
        return {"useDefault": True}
    if text == "off":
        return {"useDefault": False, "overrides": []}
    if not text.isdecimal():
        raise ValueError("A reminder is a number of minutes.")
    rows = [{"method": "popup", "minutes": int(text[:9])}]
    return {"useDefault": False, "overrides": rows}


def lines(repeat: Repeat, start: date, zone: ZoneInfo | None) -> list[str]:
    """RFC 5545 lines of a series that begins on that day; `zone` None: all day."""
    if repeat.kind == "never":
        return []
    if repeat.kind == "raw":
        return [line.strip() for line in repeat.raw.splitlines() if line.strip()]
    parts = [f"FREQ={FREQUENCIES[repeat.kind.partition('-')[0]]}"]
    if repeat.every > 1:
        parts.append(f"INTERVAL={repeat.every}")
    if repeat.kind == "weekly":
        parts.append("BYDAY=" + ",".join(DAYS[day] for day in repeat.days))
    if repeat.kind == "monthly-weekday":
        place = (start.day - 1) // 7 + 1
        parts.append(f"BYDAY={place if place < 5 else -1}{DAYS[start.weekday()]}")
    if repeat.until and zone is None:
        parts.append(f"UNTIL={repeat.until:%Y%m%d}")
    elif repeat.until:
        last = datetime.combine(repeat.until, time(23, 59, 59), zone).astimezone(UTC)
        parts.append(f"UNTIL={last:%Y%m%dT%H%M%SZ}")
    if repeat.count:
        parts.append(f"COUNT={repeat.count}")
    return ["RRULE:" + ";".join(parts)]


def repeat_of(recurrence: list[str], start: date, zone: ZoneInfo | None) -> Repeat:
    """What the form shows of these lines; raw, if its choices cannot say it."""
    if not recurrence:
        return Repeat()
    raw = Repeat("raw", raw="\n".join(recurrence))
    rule = dict(part.partition("=")[::2] for part in recurrence[0][6:].upper().split(";"))
    kind = rule.get("FREQ", "").lower()
    if kind == "monthly" and "BYDAY" in rule:
        kind = "monthly-weekday"
    days = [day for day in rule.get("BYDAY", "").split(",") if day in DAYS]
    try:
        found = Repeat(
            kind,
            int(rule.get("INTERVAL", "1")),
            tuple(sorted(DAYS.index(day) for day in days)) if kind == "weekly" else (),
            until_day(rule["UNTIL"], zone) if "UNTIL" in rule else None,
            int(rule["COUNT"]) if "COUNT" in rule else None,
        )
        same = lines(found, start, zone) == recurrence
    except (KeyError, ValueError):
        return raw
    return found if same else raw


def until_day(text: str, zone: ZoneInfo | None) -> date:
    day = datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    if len(text) == 8 or zone is None:
        return day
    at = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return at.astimezone(zone).date()


def event_form(
    fields: Fields,
    repeat: Repeat,
    event: str = "",
    *,
    of_series: bool = False,
    note: str = "",
) -> Markup:
    colours = {"": "Of the calendar"} | {key: name for key, (name, _) in COLOURS.items()}
    extras = (
        TICK.format("free", CHECKED if "free" in fields else "", "Show as free"),
        choice("Visibility", "visibility", VISIBILITY, fields["visibility"]),
        labelled("Colour", select("colour", colours, fields["colour"])),
        choice("Reminder", "reminder", REMINDERS, fields["reminder"]),
    )
    return EventForm(
        fields,
        title_name="summary",
        text_name="description",
        event=event,
        repeat=repeat.html(raw=True),
        extras=extras,
        of_series=of_series,
        send=labelled("Mails to guests", select("send", SEND)),
        note=note,
    ).html()


def blank(start: datetime, typed: Form | None) -> Markup:
    fields = dict.fromkeys(("summary", "location", "guests", "description", "colour"), "")
    times = {"start": f"{start:%Y-%m-%dT%H:%M}", "end": f"{start + DAY / 24:%Y-%m-%dT%H:%M}"}
    choices = {"visibility": "default", "reminder": "default"}
    shown = as_typed(fields | times | choices, typed)
    return event_form(shown, repeat_typed(Repeat(), typed))


def own_row(row: Row) -> Row:
    return next((each for each in row.get("attendees", ()) if each.get("self")), {})


def answers(row: Row, *, of_series: bool) -> Markup:
    more = [labelled("Mail to the organizer", select("send", SEND))]
    if of_series:
        which = select("scope", {"all": "the whole series", "this": "this date"}, "all")
        more.insert(0, labelled("Answer for", which))
    own = own_row(row)
    given, comment = str(own.get("responseStatus", "")), str(own.get("comment", ""))
    return answer_box(row["id"], ANSWERS, given, comment, more)


def about(row: Row, repeat: Repeat, *, of_series: bool) -> Markup:
    kind = "Date of a series" if of_series else "Series" if "recurrence" in row else "Event"
    guests = guest_list(
        (
            each.get("displayName") or each["email"],
            read_answer(each["responseStatus"]),
            each.get("comment", ""),
        )
        for each in row.get("attendees", ())
    )
    return Markup(
        "<p>{} organized by {}{}{}</p>{}"
        '<details><summary>Identifiers</summary><p class="muted">UID <code>{}</code><br>'
        "Id <code>{}</code></p></details>"
    ).format(
        kind,
        row["organizer"]["email"],
        f". {repeat.words()}" if repeat.kind != "never" else "",
        f". Status: {row['status']}" if row["status"] != "confirmed" else "",
        guests,
        row["iCalUID"],
        row["id"],
    )


def read_answer(response: str) -> str:
    return "no answer" if response == "needsAction" else response
