"""The calendar itself: its page, the events it shows, the small month, the list."""

import calendar as months
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from calendar_sync.actions.calendars import (
    further_calendars,
    people_of,
    show_declined,
    shows_declined,
)
from calendar_sync.actions.feed import EventCard, events_between
from calendar_sync.actions.pace import calendar_opened
from calendar_sync.controllers import dates
from calendar_sync.controllers.event_words import (
    COLOURS,
    NO_TITLE,
    ShownPerson,
    card_json,
    dated,
    importance_words,
    shown_people,
    state_of,
)
from calendar_sync.controllers.oauth import unfinished
from calendar_sync.controllers.requests import go_to, viewer, viewer_zone, wants_fragment
from calendar_sync.controllers.special_words import titled
from calendar_sync.controllers.sync_words import sync_area
from calendar_sync.engine.event import instant

VIEWS = (
    ("day", "Day"),
    ("week", "Week"),
    ("month", "Month"),
    ("year", "Year"),
    ("agenda", "Agenda"),
)
THREE_DAYS = "three"
"""The view that only narrow windows offer."""
LONGEST_PERIOD = timedelta(days=400)
LIST_DAYS = timedelta(days=30)
WORDS = {
    "allDay": "all day",
    "more": "+{count} more",
    "nothing": "Nothing in these 30 days. Press n to make an event.",
    "week": "· Week {number}",
    "undo": "Undo",
    "stale": "Events could not be loaded; what you see is from {time}.",
    "failed": "Events could not be loaded.",
    "offlineRead": "You're offline. You can read; changes wait until you're back.",
}


@never_cache
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    user, now = viewer(request), timezone.now()
    calendar_opened(user, now)
    area = sync_area(user, now, unfinished(request, now))
    today = timezone.localdate()
    context = {
        "views": VIEWS,
        "words": {"empty": "Nothing here."},
        "people": people_shown(user),
        "calendars": [
            {"id": pk, "name": name, "colour": colour % COLOURS + 1}
            for pk, name, colour in further_calendars(user)
        ],
        "declined_shown": shows_declined(user),
        "month": small_month_of(user, today, today),
        "config": _config(request, now),
        "welcome": area.welcome,
        **area.context(),
    }
    return render(request, "calendar_sync/calendar/page.html", context)


def _config(request: HttpRequest, now: datetime) -> dict[str, Any]:
    view, day = request.GET.get("view", ""), _date(request.GET.get("date", ""))
    hour = max(0, min(timezone.localtime(now).hour - 1, 7))
    return {
        "view": view if view in {*dict(VIEWS), THREE_DAYS} else "",
        "date": day.isoformat() if day else "",
        "zone": str(viewer_zone()),
        "language": "en-GB",
        "scrollTime": f"{hour:02}:00:00",
        "words": WORDS,
        "urls": {
            "feed": reverse("feed"),
            "month": reverse("small_month"),
            "reminders": reverse("reminders"),
            "list": reverse("event_list"),
            "declined": reverse("declined"),
            "create": reverse("event_new"),
            "event": reverse("event", args=[0]),
            "popover": reverse("event_popover", args=[0]),
            "move": reverse("event_move", args=[0]),
            "remove": reverse("event_delete", args=[0]),
        },
    }


def people_shown(user: AbstractBaseUser) -> list[ShownPerson]:
    """Everybody with a calendar, the viewer first."""
    rows = people_of(user)
    if not any(row[0] == user.pk for row in rows):
        rows.insert(0, (user.pk, str(user), user.pk % 12, user.get_username()))
    return shown_people(rows, user.pk)


@never_cache
@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """Events of a period, for the people ticked; times as wall clock of the viewer's zone.

    What is in `hidden` ones of the viewer's further calendars is left out, and so is what the
    viewer declined, but with `declined`.
    """
    user, zone, now = viewer(request), viewer_zone(), timezone.now()
    try:
        start, end = (_moment(request.GET.get(name, ""), zone) for name in ("start", "end"))
        ticked, hidden = _keys(request, "people"), _keys(request, "hidden")
    except ValueError:
        return HttpResponseBadRequest("start, end and people are needed\n")
    if not timedelta() < end - start <= LONGEST_PERIOD:
        return HttpResponseBadRequest("a period of at most 400 days, please\n")
    people = people_shown(user)
    declined = bool(request.GET.get("declined"))
    cards = events_between(user, start, end, ticked, declined=declined)
    shown = [card for card in cards if not card.calendar or card.calendar not in hidden]
    return JsonResponse([card_json(card, people, ticked, zone, now) for card in shown], safe=False)


@require_POST
def declined(request: HttpRequest) -> HttpResponse:
    """The tick in the side panel, or the link of the list."""
    show_declined(viewer(request), wanted=bool(request.POST.get("shown")))
    return HttpResponse(status=204) if wants_fragment(request) else go_to(request, "event_list")


def _keys(request: HttpRequest, name: str) -> list[int]:
    """Ids with commas between them. Raises ValueError."""
    return [int(pk) for pk in request.GET.get(name, "").split(",") if pk]


@never_cache
@require_GET
def small_month(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    month = _date(request.GET.get("month", "") + "-01") or today
    context = {"month": small_month_of(viewer(request), month, today)}
    return render(request, "calendar_sync/calendar/small_month.html", context)


def small_month_of(user: AbstractBaseUser, shown: date, today: date) -> dict[str, Any]:
    """Six weeks around a month, with a dot where the viewer goes to something."""
    weeks = months.Calendar().monthdatescalendar(shown.year, shown.month)
    zone = viewer_zone()
    start, end = weeks[0][0], weeks[-1][-1] + dates.DAY
    cards = events_between(user, _midnight(start, zone), _midnight(end, zone))
    busy = {day for card in cards for day in _days(card, zone, end)}
    first = shown.replace(day=1)
    return {
        "key": f"{first:%Y-%m}",
        "title": date_format(first, "F Y"),
        "previous": f"{first - dates.DAY:%Y-%m}",
        "next": f"{first + timedelta(days=32):%Y-%m}",
        "last_year": f"{first.year - 1:04}-{first:%m}",
        "next_year": f"{first.year + 1:04}-{first:%m}",
        "choices": [
            (f"{first.year:04}-{number:02}", date_format(first.replace(month=number), "M"))
            for number in range(1, 13)
        ],
        "weekdays": [(date_format(day, "D")[:1], date_format(day, "l")) for day in weeks[0]],
        "weeks": [[_small_day(day, first, today, busy) for day in week] for week in weeks],
    }


def _small_day(day: date, month: date, today: date, busy: set[date]) -> dict[str, Any]:
    classes = ["other"] if day.month != month.month else []
    if day in busy:
        classes.append("busy")
    label = date_format(day, "l j F Y")
    return {
        "key": day.isoformat(),
        "number": day.day,
        "classes": " ".join(classes),
        "label": f"{label}, has events" if day in busy else label,
        "is_today": day == today,
    }


def _days(card: EventCard, zone: ZoneInfo, end: date) -> list[date]:
    """The days an event touches, in the viewer's zone; no further than `end`."""
    first = instant(card.start, zone).astimezone(zone).date()
    moment = instant(card.end, zone).astimezone(zone) - timedelta(microseconds=1)
    last = min(max(moment.date(), first), end)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@never_cache
@require_GET
def event_list(request: HttpRequest) -> HttpResponse:
    """Thirty days as a table: the same events without a grid and without script."""
    user, zone, today = viewer(request), viewer_zone(), timezone.localdate()
    first = _date(request.GET.get("from", "")) or today
    last = first + LIST_DAYS
    shown = shows_declined(user)
    cards = events_between(user, _midnight(first, zone), _midnight(last, zone), declined=shown)
    context = {
        "heading": dates.period(first, last - dates.DAY),
        # All-day events are found as if they were in UTC: one may have ended here already.
        "rows": _rows([card for card in cards if not _ended(card, first)], zone, today),
        "previous": (first - LIST_DAYS).isoformat(),
        "next": last.isoformat(),
        "declined_shown": shown,
    }
    return render(request, "calendar_sync/calendar/list.html", context)


def _ended(card: EventCard, first: date) -> bool:
    return card.all_day and instant(card.end).date() <= first


def _rows(cards: Sequence[EventCard], zone: ZoneInfo, today: date) -> list[dict[str, str]]:
    return [
        {
            "when": dates.when(card.start, card.end, zone, today),
            "title": titled(card.summary, card.special, NO_TITLE),
            "importance": importance_words(card.importance),
            "link": reverse("event", args=[card.id]) + dated(card.date),
            "answer": "" if card.is_mine else state_of(card),
            "guests": f"{card.guests}" if card.guests else "",
            "place": card.location,
            "sync": _sync_word(card),
        }
        for card in cards
    ]


def _sync_word(card: EventCard) -> str:
    if card.attention:
        return "needs attention"
    return "waiting to be sent" if card.waiting else ""


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """A wall clock or date of the viewer's as a moment. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=moment.tzinfo or zone).astimezone(UTC)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _date(text: str) -> date | None:
    """A day people may look at; the ends of the calendar are left out."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year < 2200 else None
