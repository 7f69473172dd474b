"""A person's Google Calendar: a week, a form, one event; clicks go by the API's rules."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup
from werkzeug.utils import redirect

from calendar_sandbox.core.http import Request, Response
from calendar_sandbox.core.pages import page, select, table
from calendar_sandbox.core.people import Person
from calendar_sandbox.core.world import World
from calendar_sandbox.google import ApiError, GoogleState
from calendar_sandbox.google.state import Send
from calendar_sandbox.google.values import Answer

from .week import DAY, Card, monday_of, steps, week

Row = Mapping[str, Any]
Fields = Mapping[str, str]

ANSWERS: dict[Answer, str] = {"accepted": "Yes", "tentative": "Maybe", "declined": "No"}
SEND: dict[Send, str] = {
    "all": "Send mails",
    "none": "Don't send",
    "externalOnly": "To guests outside Google only",
}
VISIBILITY = {"default": "Default", "public": "Public", "private": "Private"}
FORM = Markup("""
<form method="post" class="card"><h2>{title}</h2>
<input type="hidden" name="event" value="{event}">
<label>Title <input class="wide" name="summary" value="{summary}"></label>
<div class="row">
<label>Start <input type="datetime-local" name="start" value="{start}" required></label>
<label>End <input type="datetime-local" name="end" value="{end}" required></label>
<label class="box"><input type="checkbox" name="all_day"{all_day}> All day</label>
<label class="box"><input type="checkbox" name="free"{free}> Show as free</label>
<label>Visibility {visibility}</label></div>
<label>Location <input class="wide" name="location" value="{location}"></label>
<label>Guests, separated by commas <input class="wide" name="guests" value="{guests}"></label>
<label>Description <textarea name="description" rows="3">{description}</textarea></label>
<div class="row"><label>Mails {send}</label>
<button class="main" name="do" value="{verb}">{save}</button>{more}</div></form>
""")
ACCOUNT = Markup("""
<form method="post" class="card"><h2>Account</h2><p class="row">
<button name="do" value="revoke">Remove access of all applications</button>
<button name="do" value="expire">Expire access tokens</button>
<button name="do" value="forget">Expire sync tokens (410)</button></p></form>
""")


def google_page(
    world: World, google: GoogleState, person: Person, request: Request, nav: Markup
) -> Response:
    """GET shows the week of `day` and the event of `event`; POST does what `do` says."""
    if person.google is None:
        return page(f"{person.name} has no Google account", nav=nav, status=404)
    try:
        if request.method == "POST":
            shown = Desk(google, person).carry_out(request.form)
            keep = {name: request.args[name] for name in ("day",) if name in request.args}
            query = urlencode({**keep, **({"event": shown} if shown else {})})
            response: Response = redirect(f"{request.path}?{query}", 303, Response)
            return response
        content = shown_content(world, google, person, request)
        return page(f"Google Calendar of {person.name}", *content, nav=nav)
    except ApiError as error:
        return refused(error, request, nav)


def refused(error: ApiError, request: Request, nav: Markup) -> Response:
    text = Markup(
        '<section class="error"><p><b>{} {}</b></p><p>{}</p>'
        '<p><a href="{}">Back to the week</a></p></section>'
    ).format(error.status, error.item["reason"], error.message, request.path)
    return page("Google refuses this", text, nav=nav, status=error.status)


class Desk:
    """What the person does with the forms."""

    def __init__(self, google: GoogleState, person: Person) -> None:
        self._google = google
        self._person = person

    def carry_out(self, form: Fields) -> str:
        """The id of the event to show next, if any. Raises ApiError."""
        google, person = self._google, self._person
        event, verb = form.get("event", ""), form.get("do", "")
        send: Send = next((way for way in SEND if way == form.get("send")), "all")
        answer = next((choice for choice in ANSWERS if choice == verb), None)
        if verb == "create":
            return str(google.create(person, self.written(form), send)["id"])
        if verb == "edit":
            google.edit(person, event, self.changes(event, form), send)
            return event
        if answer:
            google.answer(person, event, answer, send=send)
            return event
        if verb == "delete":
            google.delete(person, event, send)
        else:
            self.account(verb)
        return ""

    def account(self, verb: str) -> None:
        deeds = {
            "revoke": self._google.remove_access,
            "expire": self._google.expire_access_tokens,
            "forget": self._google.expire_sync_tokens,
        }
        if verb in deeds:
            deeds[verb](self._person)

    def changes(self, event: str, form: Fields) -> dict[str, Any]:
        """Only what differs from the form as it was shown."""
        now = self._google.event(self._person, event)
        before, after = self.written(filled(now, self._person)), self.written(form)
        changed = {name: value for name, value in after.items() if value != before[name]}
        if "attendees" in changed:
            rows = {row["email"]: row for row in now.get("attendees", ())}
            changed["attendees"] = [rows.get(row["email"], row) for row in after["attendees"]]
        return changed

    def written(self, form: Fields) -> dict[str, Any]:
        """A patch out of the fields of the form; null removes."""
        addresses = [text.strip() for text in form.get("guests", "").split(",")]
        return {
            "summary": form.get("summary") or None,
            "start": self.when(form, form.get("start", ""), timedelta()),
            # The form names the last day, the wire the one after.
            "end": self.when(form, form.get("end", ""), DAY),
            "location": form.get("location") or None,
            "description": form.get("description", "").replace("\r\n", "\n") or None,
            "transparency": "transparent" if "free" in form else None,
            "visibility": form.get("visibility", "default"),
            "attendees": [{"email": text} for text in addresses if text],
        }

    def when(self, form: Fields, text: str, more: timedelta) -> dict[str, str | None]:
        """`more` is added to the day of an all-day event."""
        if "all_day" not in form:
            return {"date": None, "dateTime": f"{text}:00", "timeZone": self._person.time_zone}
        day = date.fromisoformat(text[:10]) + more
        return {"date": day.isoformat(), "dateTime": None, "timeZone": None}


def shown_content(
    world: World, google: GoogleState, person: Person, request: Request
) -> list[Markup]:
    zone = ZoneInfo(person.time_zone)
    today = world.clock.now().astimezone(zone).date()
    monday = monday_of(date.fromisoformat(request.args.get("day", today.isoformat())))
    rows = google.events(person)
    chosen = request.args.get("event")
    form = event_form(google.event(person, chosen), person) if chosen else blank_form(today + DAY)
    cards = [card(row, person, monday) for row in rows]
    return [steps(monday), week(cards, monday, today), form, listed(rows, zone), ACCOUNT]


def moment(row: Row, name: str, zone: ZoneInfo) -> datetime:
    """Wall clock of the person."""
    value = row[name]
    text = value.get("date") or value["dateTime"]
    at = datetime.fromisoformat(text)
    return at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)


def card(row: Row, person: Person, monday: date) -> Card:
    zone = ZoneInfo(person.time_zone)
    below = "series: only its first date is shown" if "recurrence" in row else ""
    return Card(
        start=moment(row, "start", zone),
        end=moment(row, "end", zone),
        all_day="date" in row["start"],
        title=row.get("summary", ""),
        link=f"?{urlencode({'day': monday.isoformat(), 'event': row['id']})}",
        below=row.get("location", "") or below,
        marks="declined" if own_answer(row) == "declined" else "",
    )


def own_answer(row: Row) -> str:
    own = (each for each in row.get("attendees", ()) if each.get("self"))
    return next((str(each["responseStatus"]) for each in own), "")


def listed(rows: list[dict[str, Any]], zone: ZoneInfo) -> Markup:
    link = Markup('<a href="?{}">{}</a>')
    cells = [
        (
            f"{moment(row, 'start', zone):%a %-d %b %Y %H:%M}",
            link.format(urlencode({"event": row["id"]}), row.get("summary", "(no title)")),
            "series" if "recurrence" in row else "",
            row["organizer"]["email"],
            own_answer(row),
            len(row.get("attendees", ())),
        )
        for row in sorted(rows, key=lambda row: moment(row, "start", zone))
    ]
    heads = ("Start", "Title", "", "Organizer", "Answer", "Guests")
    return Markup("<section><h2>All events ({})</h2>{}</section>").format(
        len(cells), table(heads, cells)
    )


def filled(row: Row, person: Person) -> dict[str, str]:
    """The fields of the form as the event has them; a box that is not ticked is missing."""
    zone = ZoneInfo(person.time_zone)
    all_day = "date" in row["start"]
    end = moment(row, "end", zone) - (DAY if all_day else timedelta())
    guests = [each["email"] for each in row.get("attendees", ())]
    fields = {
        "summary": row.get("summary", ""),
        "start": f"{moment(row, 'start', zone):%Y-%m-%dT%H:%M}",
        "end": f"{end:%Y-%m-%dT%H:%M}",
        "location": row.get("location", ""),
        "guests": ", ".join(guests),
        "description": row.get("description", ""),
        "visibility": row.get("visibility", "default"),
    }
    ticked = {"all_day": all_day, "free": row.get("transparency") == "transparent"}
    return fields | {name: "on" for name, value in ticked.items() if value}


def event_fields_form(title: str, fields: Fields, event: str, more: Markup) -> Markup:
    tick = Markup(" checked")
    return FORM.format(
        title=title,
        event=event,
        summary=fields["summary"],
        start=fields["start"],
        end=fields["end"],
        all_day=tick if "all_day" in fields else "",
        free=tick if "free" in fields else "",
        visibility=select("visibility", VISIBILITY, fields["visibility"]),
        location=fields["location"],
        guests=fields["guests"],
        description=fields["description"],
        send=select("send", SEND),
        verb="edit" if event else "create",
        save="Save" if event else "Create",
        more=more,
    )


def blank_form(day: date) -> Markup:
    fields = dict.fromkeys(("summary", "location", "guests", "description"), "")
    times = {"start": f"{day}T09:00", "end": f"{day}T10:00", "visibility": "default"}
    return event_fields_form("New event", fields | times, "", Markup())


def event_form(row: Row, person: Person) -> Markup:
    button = Markup('<button name="do" value="{}">{}</button>')
    delete = Markup('<button class="danger" name="do" value="delete">Delete</button>')
    invited = not row["organizer"].get("self")
    answers = [button.format(*pair) for pair in ANSWERS.items()] if invited else []
    cells = [
        (each["email"], each["responseStatus"], each.get("comment", ""))
        for each in row.get("attendees", ())
    ]
    kind = "Series" if "recurrence" in row else "Event"
    about = Markup(
        "<section><h2>{} organized by {}</h2>"
        "<p>{}. Status: {}. UID: <code>{}</code></p>{}</section>"
    ).format(
        kind,
        row["organizer"]["email"],
        ", ".join(row.get("recurrence", ())) or "Single",
        row["status"],
        row["iCalUID"],
        table(("Guest", "Answer", "Comment"), cells) if cells else Markup("<p>No guests.</p>"),
    )
    more = Markup(" ").join([*answers, delete])
    return event_fields_form("Change", filled(row, person), row["id"], more) + about
