"""A person's Outlook: the week, an agenda, one event; a click goes by Graph's rules."""

from datetime import UTC, date, datetime, time
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup
from werkzeug.utils import redirect

from calendar_sandbox.core.http import Request, Response
from calendar_sandbox.core.pages import page
from calendar_sandbox.core.people import Person
from calendar_sandbox.core.world import World
from calendar_sandbox.microsoft import GraphError, MicrosoftState

from . import frame
from .form import Form, as_typed, repeat_typed
from .frame import Place, local_now, read_moment
from .outlook_desk import Desk
from .outlook_form import (
    COLOURS,
    Row,
    about,
    answers,
    blank,
    event_form,
    filled,
    moment,
    read_answer,
    repeat_of,
)
from .week import Card

ACCOUNT = Markup("""
<details class="card"><summary>Account: tokens, delta links, reachability</summary>
<form method="post"><p class="row">
<button name="do" value="revoke">Sign out everywhere</button>
<button name="do" value="expire">Expire access tokens</button>
<button name="do" value="forget">Forget delta links (410)</button>
<button name="do" value="condition">{condition}</button></p></form></details>
""")
MARKS = {"notResponded": "pending", "none": "pending", "tentativelyAccepted": "tentative"}


def outlook_page(
    world: World, outlook: MicrosoftState, person: Person, request: Request, nav: Markup
) -> Response:
    """GET shows the view of `day` and the event of `event`; POST does what `do` says."""
    if person.outlook is None:
        return page(f"{person.name} has no Outlook account", nav=nav, status=404)
    typed: Form | None = None
    status, why = 200, frame.said(request)
    try:
        if request.method == "POST":
            try:
                return carried_out(world, Desk(outlook, person), request)
            except GraphError as error:
                why = frame.refusal("Outlook", f"{error.status} {error.code}", error.message)
                typed, status = request.form, error.status
            except ValueError as error:
                why, typed, status = frame.refusal("The form", "", str(error)), request.form, 400
        content = shown_content(world, outlook, person, request, typed)
    except GraphError as error:
        why = frame.refusal("Outlook", f"{error.status} {error.code}", error.message)
        back = Markup('<p><a href="{}">Back to the week</a></p>').format(request.path)
        return page("Outlook refuses this", why, back, nav=nav, status=error.status)
    title = f"Outlook of {person.name}"
    return page(title, why, content, nav=nav, wide=True, status=status)


def carried_out(world: World, desk: Desk, request: Request) -> Response:
    mailed = world.mail.count
    shown, done = desk.carry_out(request.form)
    kept = {name: request.args[name] for name in ("view", "hours", "day") if name in request.args}
    if done in {"created", "saved"}:
        # There it is, whatever week was shown before.
        kept["day"] = request.form.get("start", "")[:10]
    told = {"done": done, "mails": world.mail.count - mailed}
    query = urlencode({**kept, **({"event": shown} if shown else {}), **told})
    return redirect(f"{request.path}?{query}", 303)


def shown_content(
    world: World,
    outlook: MicrosoftState,
    person: Person,
    request: Request,
    typed: Form | None,
) -> Markup:
    """`typed`: what a form that was refused said."""
    now, zone = local_now(world, person), ZoneInfo(person.time_zone)
    place = Place.read(request, now)
    chosen = request.args.get("event", "")
    if place.view == "list":
        body = every_event(outlook, person, place)
    else:
        start, end = place.span
        rows = outlook.view(person.key, (midnight(start, zone), midnight(end, zone)))
        cards = [card(row, place, zone, chosen) for row in rows]
        body = frame.shown(cards, place, now)
    reachable = not outlook.mailbox(person.key).condition
    state = "Make the mailbox unreachable" if reachable else "Make the mailbox reachable"
    side = panel(outlook, person, place, request, typed)
    return frame.desk(side, frame.tools(place) + body + ACCOUNT.format(condition=state))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def card(row: Row, place: Place, zone: ZoneInfo, chosen: str) -> Card:
    start, end = moment(row, "start", zone), moment(row, "end", zone)
    response = "" if row["isOrganizer"] else MARKS.get(row["responseStatus"]["response"], "")
    marks = {
        "cancelled": row["isCancelled"],
        response: bool(response) and not row["isCancelled"],
        "free": row["showAs"] == "free",
    }
    where, series = row["location"]["displayName"], row["type"] in {"occurrence", "exception"}
    title = row["subject"] or "(no title)"
    hint = f"{title}, {start:%H:%M}–{end:%H:%M}" if not row["isAllDay"] else f"{title}, all day"
    private = "private" * (row["sensitivity"] == "private")
    extra = (where, "repeats" * series, private)
    return Card(
        start,
        end,
        row["isAllDay"],
        row["subject"] or "",
        place.link(event=row["id"]),
        " · ".join(text for text in (where, private) if text),
        " ".join(name for name, true in marks.items() if true),
        next((COLOURS[name] for name in row["categories"] if name in COLOURS), ""),
        ", ".join([hint, *(text for text in extra if text)]),
        row["id"] == chosen,
    )


def every_event(outlook: MicrosoftState, person: Person, place: Place) -> Markup:
    zone = ZoneInfo(person.time_zone)
    rows = (
        (
            moment(row, "start", zone),
            {
                "id": row["id"],
                "title": row["subject"],
                "kind": "series" if row["type"] == "seriesMaster" else "",
                "organizer": row["organizer"]["emailAddress"]["address"],
                "answer": "" if row["isOrganizer"] else response_of(row),
                "guests": len(row["attendees"]),
            },
        )
        for row in outlook.events(person.key)
    )
    return frame.every_event(rows, place)


def response_of(row: Row) -> str:
    return read_answer(row["responseStatus"]["response"])


def panel(
    outlook: MicrosoftState, person: Person, place: Place, request: Request, typed: Form | None
) -> Markup:
    """The event that was clicked, or the form of a new one."""
    new = request.args.get("new", "")
    chosen = typed.get("event", "") if typed else request.args.get("event", "")
    if not chosen and (new or typed):
        start = f"{place.today}T09:00" if typed else new
        return frame.panel("New event", place, blank(read_moment(start, "start"), typed))
    if not chosen:
        return Markup()
    row = outlook.get(person.key, chosen, body_type="text")
    of_series = row["type"] in {"occurrence", "exception"}
    whole = outlook.get(person.key, row["seriesMasterId"]) if of_series else row
    repeat = repeat_of(whole["recurrence"])
    own, guests = row["isOrganizer"], len(row["attendees"])
    if own:
        note = f"Outlook mails the guests about it: {guests}." if guests else ""
    else:
        note = "This changes your copy only; nobody is told."
    fields = as_typed(filled(row, person), typed)
    form = event_form(
        fields, repeat_typed(repeat, typed), row["id"], of_series=of_series, note=note
    )
    answer = Markup() if own or row["isCancelled"] else answers(row)
    return frame.panel("Change event", place, about(row, repeat), answer, form)
