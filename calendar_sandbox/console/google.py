"""A person's Google Calendar: the week, an agenda, one event; clicks go by the API's rules."""

from datetime import datetime, time
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup
from werkzeug.utils import redirect

from calendar_sandbox.core.http import Request, Response
from calendar_sandbox.core.pages import page
from calendar_sandbox.core.people import Person
from calendar_sandbox.core.world import World
from calendar_sandbox.google import ApiError, GoogleState

from . import frame
from .form import Form, as_typed, repeat_typed
from .frame import Place, local_now, read_moment
from .google_desk import Desk, repeat_shown, series_of
from .google_form import (
    COLOURS,
    Row,
    about,
    answers,
    blank,
    event_form,
    filled,
    moment,
    own_row,
    read_answer,
)
from .week import Card

ACCOUNT = Markup("""
<details class="card"><summary>Account: access of applications, tokens</summary>
<form method="post"><p class="row">
<button name="do" value="revoke">Remove access of all applications</button>
<button name="do" value="expire">Expire access tokens</button>
<button name="do" value="forget">Expire sync tokens (410)</button></p></form></details>
""")
MARKS = {"needsAction": "pending", "tentative": "tentative", "declined": "declined"}


def google_page(
    world: World, google: GoogleState, person: Person, request: Request, nav: Markup
) -> Response:
    """GET shows the view of `day` and the event of `event`; POST does what `do` says."""
    if person.google is None:
        return page(f"{person.name} has no Google account", nav=nav, status=404)
    typed: Form | None = None
    status, why = 200, frame.said(request)
    try:
        if request.method == "POST":
            try:
                return carried_out(world, Desk(google, person), request)
            except ApiError as error:
                typed, status, why = request.form, error.status, refusal(error)
            except ValueError as error:
                why, typed, status = frame.refusal("The form", "", str(error)), request.form, 400
        content = shown_content(world, google, person, request, typed)
    except ApiError as error:
        back = Markup('<p><a href="{}">Back to the week</a></p>').format(request.path)
        return page("Google refuses this", refusal(error), back, nav=nav, status=error.status)
    title = f"Google Calendar of {person.name}"
    return page(title, why, content, nav=nav, wide=True, status=status)


def refusal(error: ApiError) -> Markup:
    return frame.refusal("Google", f"{error.status} {error.item['reason']}", error.message)


def carried_out(world: World, desk: Desk, request: Request) -> Response:
    mailed = world.mail.count
    shown, done = desk.carry_out(request.form)
    kept = {name: request.args[name] for name in ("view", "hours", "day") if name in request.args}
    if done in {"created", "saved"}:
        # There it is, whatever week was shown before.
        kept["day"] = request.form.get("start", "")[:10]
    told = {"done": done, "mails": world.mail.count - mailed}
    query = urlencode({**kept, **({"event": shown} if shown else {}), **told})
    response: Response = redirect(f"{request.path}?{query}", 303, Response)
    return response


def shown_content(
    world: World,
    google: GoogleState,
    person: Person,
    request: Request,
    typed: Form | None,
) -> Markup:
    """`typed`: what a form that was refused said."""
    now = local_now(world, person)
    place = Place.read(request, now)
    chosen = request.args.get("event", "")
    if place.view == "list":
        body = every_event(google, person, place)
    else:
        zone = ZoneInfo(person.time_zone)
        lower, upper = (datetime.combine(day, time(), zone) for day in place.span)
        rows = google.occurrences(person, lower, upper)
        body = frame.shown([card(row, person, place, chosen) for row in rows], place, now)
    side = panel(google, person, place, request, typed)
    return frame.desk(side, frame.tools(place) + body + ACCOUNT)


def card(row: Row, person: Person, place: Place, chosen: str) -> Card:
    zone = ZoneInfo(person.time_zone)
    start, end = moment(row, "start", zone), moment(row, "end", zone)
    all_day = "date" in row["start"]
    own = own_row(row)
    answer = MARKS.get(own.get("responseStatus", ""), "")
    marks = (
        answer,
        "free" * (row.get("transparency") == "transparent"),
    )
    where, title = row.get("location", ""), row.get("summary", "(no title)")
    hint = f"{title}, {start:%H:%M}–{end:%H:%M}" if not all_day else f"{title}, all day"
    private = "private" * (row.get("visibility") == "private")
    extra = (where, "repeats" * ("recurringEventId" in row), private)
    below = " · ".join(text for text in (where, private) if text)
    return Card(
        start,
        end,
        all_day,
        row.get("summary", ""),
        place.link(event=row["id"]),
        below,
        " ".join(mark for mark in marks if mark),
        COLOURS.get(row.get("colorId", ""), ("", ""))[1],
        ", ".join([hint, *(text for text in extra if text)]),
        row["id"] == chosen,
    )


def every_event(google: GoogleState, person: Person, place: Place) -> Markup:
    zone, rows = ZoneInfo(person.time_zone), google.events(person)
    known = {row["id"] for row in rows}
    cells = (
        (
            moment(row, "start", zone),
            {
                "id": row["id"],
                "title": row.get("summary", ""),
                "kind": "series" if "recurrence" in row else "",
                "organizer": row["organizer"]["email"],
                "answer": read_answer(own_row(row).get("responseStatus", "")),
                "guests": len(row.get("attendees", ())),
            },
        )
        for row in rows
        # Changed dates of series that stand here themselves.
        if row.get("recurringEventId") not in known
    )
    return frame.every_event(cells, place)


def panel(
    google: GoogleState, person: Person, place: Place, request: Request, typed: Form | None
) -> Markup:
    """The event that was clicked, or the form of a new one."""
    new = request.args.get("new", "")
    chosen = typed.get("event", "") if typed else request.args.get("event", "")
    if not chosen and (new or typed):
        start = f"{place.today}T09:00" if typed else new
        return frame.panel("New event", place, blank(read_moment(start, "start"), typed))
    if not chosen:
        return Markup()
    row = google.event(person, chosen)
    whole = series_of(google, person, row)
    of_series = whole is not None
    repeat = repeat_shown(whole or row, ZoneInfo(person.time_zone))
    own = bool(row["organizer"].get("self"))
    note = "" if own else "Times, title and guests are the organizer's to change."
    fields = as_typed(filled(row, person), typed)
    shown = repeat_typed(repeat, typed)
    form = event_form(fields, shown, row["id"], of_series=of_series, note=note)
    answer = answers(row, of_series=of_series) if own_row(row) and not own else Markup()
    told = about(row, repeat, of_series=of_series)
    return frame.panel("Change event", place, told, answer, form)
