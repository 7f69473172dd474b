"""What the pages of both calendars are made of: where one is, the tool bar, the lists."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup

from calendar_sandbox.core.http import Request
from calendar_sandbox.core.pages import table
from calendar_sandbox.core.people import Person
from calendar_sandbox.core.world import World

from .week import DAY, Card, Week, monday_of

VIEWS = {"week": "Week", "agenda": "Agenda", "list": "All events"}
AGENDA_DAYS = 28
YEARS = range(1950, 2200)
TOOLS = Markup("""
<div class="row middle tools"><a class="button main" href="{new}">New event</a>
{steps}<span class="joined end">{views}</span></div>
""")
STEPS = Markup("""
<span class="joined"><a class="button" href="{before}" aria-label="Before">‹</a>
<a class="button" href="{today}">Today</a>
<a class="button" href="{after}" aria-label="After">›</a></span><h2>{period}</h2>{hours}
""")
PANEL = Markup("""
<section class="panel" aria-label="{title}"><a class="close" href="{close}" aria-label="Close"
title="Close">×</a><h2>{title}</h2>{content}</section>
""")
SAID = {
    "created": "Created.",
    "saved": "Saved.",
    "moved": "Moved.",
    "deleted": "Deleted.",
    "answered": "Answered.",
    "account": "Done; applications notice at their next request.",
}


@dataclass(frozen=True)
class Place:
    """Where in a calendar one is: what the address of the page says."""

    path: str
    day: date
    today: date
    view: str = "week"
    whole_days: bool = False

    @classmethod
    def read(cls, request: Request, now: datetime) -> "Place":
        """`now` is the wall clock of the person. Raises ValueError for what is no day."""
        given, today = request.args, now.date()
        day = read_day(given.get("day") or today.isoformat())
        view = given.get("view", "week")
        if view not in VIEWS:
            raise ValueError(f"There is no view called {view}.")
        return cls(request.path, day, today, view, given.get("hours") == "all")

    def link(self, **changes: object) -> str:
        query: dict[str, object] = {}
        if self.view != "week":
            query["view"] = self.view
        if self.whole_days:
            query["hours"] = "all"
        query |= {"day": self.day, **changes}
        kept = {name: value for name, value in query.items() if value not in (None, "")}
        return f"{self.path}?{urlencode(kept)}"

    @property
    def span(self) -> tuple[date, date]:
        """First day shown and the one after the last."""
        if self.view == "agenda":
            return self.day, self.day + AGENDA_DAYS * DAY
        monday = monday_of(self.day)
        return monday, monday + 7 * DAY


def read_day(text: str) -> date:
    """Raises ValueError."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(f"“{text[:40]}” is not a day.") from None
    if day.year not in YEARS:
        raise ValueError(f"The calendar shows the years {YEARS.start} to {YEARS.stop - 1}.")
    return day


def read_moment(text: str, what: str) -> datetime:
    """Wall clock out of a form. Raises ValueError."""
    try:
        at = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise ValueError(f"The {what} is missing or is no date and time.") from None
    if at.year not in YEARS:
        raise ValueError(f"The {what} lies outside the years {YEARS.start} to {YEARS.stop - 1}.")
    return at


def local_now(world: World, person: Person) -> datetime:
    return world.clock.now().astimezone(ZoneInfo(person.time_zone)).replace(tzinfo=None)


def tools(place: Place) -> Markup:
    start, end = place.span
    new_day = place.today if start <= place.today < end else start
    views = (
        Markup('<a class="button"{} href="{}">{}</a>').format(
            Markup(' aria-current="true"') if name == place.view else "",
            place.link(view=None if name == "week" else name),
            label,
        )
        for name, label in VIEWS.items()
    )
    return TOOLS.format(
        new=place.link(new=f"{new_day}T09:00"),
        steps="" if place.view == "list" else steps(place),
        views=Markup(" ").join(views),
    )


def steps(place: Place) -> Markup:
    start, end = place.span
    last, step = end - DAY, (end - start).days
    same_month = (start.month, start.year) == (last.month, last.year)
    first = f"{start:%-d}" if same_month else f"{start:%-d %B}"
    whole = place.whole_days
    hours = Markup('<a href="{}">{}</a>').format(
        place.link(hours=None if whole else "all"), "Fewer hours" if whole else "All hours"
    )
    return STEPS.format(
        before=place.link(day=place.day - step * DAY),
        today=place.link(day=None),
        after=place.link(day=place.day + step * DAY),
        period=f"{first} – {last:%-d %B %Y}" + f" · week {start:%-V}" * (step == 7),
        hours=hours if step == 7 else "",
    )


def shown(cards: Iterable[Card], place: Place, now: datetime) -> Markup:
    """The week or the agenda; `now` is the wall clock of the person."""
    start, end = place.span
    inside = [card for card in cards if card.start.date() < end and card.last >= start]
    if place.view == "agenda":
        return agenda(inside, place)
    new = place.link(new="-").removesuffix("-")
    return Week(monday_of(place.day), now, new, place.whole_days).html(inside)


def agenda(cards: Iterable[Card], place: Place) -> Markup:
    """Day by day; what lasts longer is named on its first day shown."""
    start = place.span[0]
    ordered = sorted(cards, key=lambda card: (max(card.start.date(), start), card.start))
    days = [
        Markup("<h3>{}</h3><ul class=agenda>{}</ul>").format(
            f"{day:%A %-d %B}" + " · today" * (day == place.today),
            Markup().join(Markup("<li>{}</li>").format(each.html()) for each in found),
        )
        for day, found in groupby(ordered, key=lambda card: max(card.start.date(), start))
    ]
    empty = Markup('<p class="empty">No events in these four weeks.</p>')
    return Markup("<section>{}</section>").format(Markup().join(days) or empty)


def every_event(rows: Iterable[tuple[datetime, Mapping[str, Any]]], place: Place) -> Markup:
    """A row: start, and the cells `title`, `link`, `kind`, `organizer`, `answer`, `guests`."""
    link = Markup('<a href="{}">{}</a>')
    cells = [
        (
            f"{start:%a %-d %b %Y %H:%M}",
            link.format(place.link(event=row["id"]), row["title"] or "(no title)"),
            Markup('<span class="pill">{}</span>').format(row["kind"]) if row["kind"] else "",
            row["organizer"],
            row["answer"],
            f"{row['guests']} guests" if row["guests"] else "",
        )
        for start, row in sorted(rows, key=lambda each: each[0])
    ]
    heads = ("Start", "Title", "", "Organizer", "Answer", "")
    empty = Markup('<p class="empty">This calendar is empty. Create the first event.</p>')
    return Markup("<section><h2>All events ({})</h2>{}</section>").format(
        len(cells), table(heads, cells) if cells else empty
    )


def panel(title: str, place: Place, *content: Markup) -> Markup:
    return PANEL.format(title=title, close=place.link(), content=Markup("\n").join(content))


def desk(side: Markup, body: Markup) -> Markup:
    return Markup('<div class="desk{}">{}<div>{}</div></div>').format(
        " open" if side else "", side, body
    )


def refusal(who: str, code: str, message: str) -> Markup:
    """Above a form that comes back as it was typed."""
    return Markup(
        '<section class="error" role="alert"><p><b>{} refuses this: {}</b></p><p>{}</p></section>'
    ).format(who, code, message)


def said(request: Request) -> Markup:
    """What the click before this page did, and whom it told."""
    text = SAID.get(request.args.get("done", ""))
    if text is None:
        return Markup()
    count = request.args.get("mails", "0")
    mails = {"0": "Nobody was mailed.", "1": "1 mail was sent."}.get(
        count, f"{count[:6]} mails were sent."
    )
    told = "" if request.args["done"] == "account" else mails
    return Markup('<section class="done" role="status">{} {}</section>').format(text, told)
