"""A person's Outlook: a week, a form, one event; what a click does goes by Graph's rules."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup
from werkzeug.utils import redirect

from calendar_sandbox.core.http import Request, Response
from calendar_sandbox.core.pages import page, select, table
from calendar_sandbox.core.people import Person
from calendar_sandbox.core.world import World
from calendar_sandbox.microsoft import GraphError, MicrosoftState

from .week import DAY, Card, monday_of, steps, week

Row = Mapping[str, Any]

SHOWN_AS = {
    "busy": "Busy",
    "free": "Free",
    "tentative": "Tentative",
    "oof": "Away",
    "workingElsewhere": "Working elsewhere",
}
ANSWERS = {"accept": "Accept", "tentativelyAccept": "Maybe", "decline": "Decline"}

FORM = Markup("""
<form method="post" class="card"><h2>{title}</h2>
<input type="hidden" name="event" value="{event}">
<label>Title <input class="wide" name="subject" value="{subject}"></label>
<div class="row">
<label>Start <input type="datetime-local" name="start" value="{start}" required></label>
<label>End <input type="datetime-local" name="end" value="{end}" required></label>
<label class="box"><input type="checkbox" name="all_day"{all_day}> All day</label>
<label>Show as {shown_as}</label>
<label class="box"><input type="checkbox" name="private"{private}> Private</label></div>
<label>Location <input class="wide" name="location" value="{location}"></label>
<label>Guests, separated by commas <input class="wide" name="guests" value="{guests}"></label>
<label>Description <textarea name="body" rows="3">{body}</textarea></label>
<p class="row"><button class="main" name="do" value="{verb}">{save}</button>{more}</p></form>
""")
ACCOUNT = Markup("""
<form method="post" class="card"><h2>Account</h2><p class="row">
<button name="do" value="revoke">Sign out everywhere</button>
<button name="do" value="expire">Expire access tokens</button>
<button name="do" value="forget">Forget delta links (410)</button>
<button name="do" value="condition">{condition}</button></p></form>
""")


def outlook_page(
    world: World, outlook: MicrosoftState, person: Person, request: Request, nav: Markup
) -> Response:
    """GET shows the week of `day` and the event of `event`; POST does what `do` says."""
    if person.outlook is None:
        return page(f"{person.name} has no Outlook account", nav=nav, status=404)
    try:
        if request.method == "POST":
            shown = Desk(outlook, person).carry_out(request.form)
            keep = {name: request.args[name] for name in ("day",) if name in request.args}
            query = urlencode({**keep, **({"event": shown} if shown else {})})
            return redirect(f"{request.path}?{query}", 303)
        return page(
            f"Outlook of {person.name}", *_content(world, outlook, person, request), nav=nav
        )
    except GraphError as error:
        text = Markup('<section class="error"><p><b>{} {}</b></p><p>{}</p><p>{}</p></section>')
        back = Markup('<a href="{}">Back to the week</a>').format(request.path)
        explained = text.format(error.status, error.code, error.message, back)
        return page("Outlook refuses this", explained, nav=nav, status=error.status)


class Desk:
    """What the person does with the forms."""

    def __init__(self, outlook: MicrosoftState, person: Person) -> None:
        self._outlook = outlook
        self._person = person

    def carry_out(self, form: Mapping[str, str]) -> str:
        """The id of the event to show next, if any. Raises GraphError."""
        key, event, verb = self._person.key, form.get("event", ""), form.get("do", "")
        if verb == "create":
            return str(self._outlook.create(key, self._written(form))["id"])
        if verb == "edit":
            self._edit(event, form)
            return event
        if verb == "delete":
            self._outlook.delete(key, event)
        elif verb in ANSWERS:
            self._outlook.answer(key, event, verb)
            return "" if verb == "decline" else event
        else:
            self._account(verb)
        return ""

    def _edit(self, event: str, form: Mapping[str, str]) -> None:
        """Sends only what was changed, as Outlook does: the rest would mail the guests."""
        now = _filled(self._outlook.get(self._person.key, event, body_type="text"), self._person)
        before = self._written({**now, "event": event})
        after = self._written(form)
        changed = {name: value for name, value in after.items() if value != before[name]}
        if changed.keys() & {"start", "end", "isAllDay"}:
            changed |= {name: after[name] for name in ("start", "end", "isAllDay")}
        if changed:
            self._outlook.edit(self._person.key, event, changed)

    def _account(self, verb: str) -> None:
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

    def _written(self, form: Mapping[str, str]) -> dict[str, Any]:
        """A Graph body out of the fields of the form."""
        zone, all_day = self._person.time_zone, "all_day" in form
        start, end = form.get("start", ""), form.get("end", "")
        if all_day:
            last = date.fromisoformat(end[:10])
            start, end = start[:10], (last + DAY).isoformat()
        addresses = [text.strip() for text in form.get("guests", "").split(",")]
        return {
            "subject": form.get("subject") or None,
            "start": {"dateTime": start, "timeZone": zone},
            "end": {"dateTime": end, "timeZone": zone},
            "isAllDay": all_day,
            "location": {"displayName": form.get("location", "")},
            "showAs": form.get("shown_as", "busy"),
            "sensitivity": "private" if "private" in form else "normal",
            "body": {"contentType": "text", "content": form.get("body", "").replace("\r\n", "\n")},
            "attendees": [{"emailAddress": {"address": text}} for text in addresses if text],
        }


def _content(
    world: World, outlook: MicrosoftState, person: Person, request: Request
) -> list[Markup]:
    zone = ZoneInfo(person.time_zone)
    today = world.clock.now().astimezone(zone).date()
    day = date.fromisoformat(request.args.get("day", today.isoformat()))
    monday = monday_of(day)
    window = _midnight(monday, zone), _midnight(monday + 7 * DAY, zone)
    rows = outlook.view(person.key, window)
    chosen = request.args.get("event")
    cards = [_card(row, monday, zone) for row in rows]
    content = [steps(monday), week(cards, monday, today)]
    if chosen:
        content.append(_event(outlook.get(person.key, chosen, body_type="text"), person))
    else:
        content.append(_blank(today + DAY))
    content.append(_list(outlook.events(person.key), zone))
    reachable = not outlook.mailbox(person.key).condition
    state = "Make the mailbox unreachable" if reachable else "Make the mailbox reachable"
    return [*content, ACCOUNT.format(condition=state)]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _moment(row: Row, name: str, zone: ZoneInfo) -> datetime:
    """Wall clock of the person; the date of an all-day event does not shift."""
    at = datetime.fromisoformat(row[name]["dateTime"][:19]).replace(tzinfo=UTC)
    return at if row["isAllDay"] else at.astimezone(zone)


def _card(row: Row, monday: date, zone: ZoneInfo) -> Card:
    return Card(
        _moment(row, "start", zone),
        _moment(row, "end", zone),
        row["isAllDay"],
        row["subject"] or "",
        f"?{urlencode({'day': monday.isoformat(), 'event': row['id']})}",
        row["location"]["displayName"],
        "cancelled" if row["isCancelled"] else "",
    )


def _list(rows: list[dict[str, Any]], zone: ZoneInfo) -> Markup:
    link = Markup('<a href="?{}">{}</a>')
    cells = [
        (
            f"{_moment(row, 'start', zone):%a %-d %b %Y %H:%M}",
            link.format(urlencode({"event": row["id"]}), row["subject"] or "(no title)"),
            "series" if row["type"] == "seriesMaster" else "",
            row["organizer"]["emailAddress"]["address"],
            row["responseStatus"]["response"],
            len(row["attendees"]),
        )
        for row in sorted(rows, key=lambda row: str(row["start"]["dateTime"]))
    ]
    heads = ("Start", "Title", "", "Organizer", "Answer", "Guests")
    return Markup("<section><h2>All events ({})</h2>{}</section>").format(
        len(cells), table(heads, cells)
    )


def _filled(row: Row, person: Person) -> dict[str, str]:
    """The fields of the form as the event has them; a box that is not ticked is missing."""
    zone = ZoneInfo(person.time_zone)
    end = _moment(row, "end", zone) - (DAY if row["isAllDay"] else timedelta())
    guests = [each["emailAddress"]["address"] for each in row["attendees"]]
    fields = {
        "subject": row["subject"] or "",
        "start": f"{_moment(row, 'start', zone):%Y-%m-%dT%H:%M}",
        "end": f"{end:%Y-%m-%dT%H:%M}",
        "location": row["location"]["displayName"],
        "guests": ", ".join(guests),
        "shown_as": row["showAs"],
        "body": row["body"]["content"].strip().replace("\r\n", "\n"),
    }
    ticked = {"all_day": row["isAllDay"], "private": row["sensitivity"] == "private"}
    return fields | {name: "on" for name, value in ticked.items() if value}


def _form(title: str, fields: Mapping[str, str], event: str, more: Markup) -> Markup:
    tick = Markup(" checked")
    return FORM.format(
        title=title,
        event=event,
        subject=fields["subject"],
        start=fields["start"],
        end=fields["end"],
        all_day=tick if "all_day" in fields else "",
        private=tick if "private" in fields else "",
        shown_as=select("shown_as", SHOWN_AS, fields["shown_as"]),
        location=fields["location"],
        guests=fields["guests"],
        body=fields["body"],
        verb="edit" if event else "create",
        save="Save" if event else "Create",
        more=more,
    )


def _blank(day: date) -> Markup:
    fields = dict.fromkeys(("subject", "location", "guests", "body"), "")
    times = {"start": f"{day}T09:00", "end": f"{day}T10:00", "shown_as": "busy"}
    return _form("New event", fields | times, "", Markup())


def _event(row: Row, person: Person) -> Markup:
    button = Markup('<button name="do" value="{}">{}</button>')
    delete = Markup('<button class="danger" name="do" value="delete">Delete</button>')
    answers = Markup(" ").join(button.format(*pair) for pair in ANSWERS.items())
    more = delete if row["isOrganizer"] else answers + Markup(" ") + delete
    cells = [
        (each["emailAddress"]["name"], each["emailAddress"]["address"], each["status"]["response"])
        for each in row["attendees"]
    ]
    kind = {"seriesMaster": "Series", "singleInstance": "Event"}.get(
        row["type"], "Date of a series"
    )
    organizer = row["organizer"]["emailAddress"]
    about = Markup(
        "<section><h2>{} organized by {}</h2>"
        "<p>Own answer: {}. UID: <code>{}</code></p>{}</section>"
    ).format(
        kind,
        organizer["name"],
        row["responseStatus"]["response"],
        row["iCalUId"],
        table(("Guest", "Address", "Answer"), cells) if cells else Markup("<p>No guests.</p>"),
    )
    return _form("Change", _filled(row, person), row["id"], more) + about
