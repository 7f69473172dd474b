"""A calendar as its person sees it, as one line of text, whoever keeps it.

`2 9-10 Review @ Blue` is an hour on 2 December; `2-4,6 9-10 Stand-up` are four dates of a series,
`2..4 all day Fair` is one event of three days. Times are those of Berlin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calendar_sync.actions.feed import EventDetail

ZONE = ZoneInfo("Europe/Berlin")
WINDOW = datetime(2026, 12, 1, tzinfo=ZONE), datetime(2027, 1, 1, tzinfo=ZONE)
ANSWERS = {
    "accepted": "yes",
    "declined": "no",
    "tentative": "maybe",
    "tentativelyaccepted": "maybe",
}
NOTHING = "-"


@dataclass(frozen=True)
class Seen:
    """One date of an event in somebody's calendar."""

    first: date
    last: date
    hours: str
    what: str
    answers: Mapping[str, str] = field(default_factory=dict)  # by address, without the unanswered
    own: str = ""
    guests: frozenset[str] = frozenset()


def of_google(row: Mapping[str, Any]) -> Seen:
    """A row of `Google.occurrences`."""
    start, end = (
        datetime.fromisoformat(row[side]["dateTime"]).astimezone(ZONE)
        if "dateTime" in row[side]
        else date.fromisoformat(row[side]["date"])
        for side in ("start", "end")
    )
    guests = [guest for guest in row.get("attendees", ()) if not guest.get("organizer")]
    answers = {guest["email"]: guest["responseStatus"] for guest in guests}
    own = next((guest["responseStatus"] for guest in guests if guest.get("self")), "")
    return _seen(start, end, row.get("summary", ""), row.get("location", ""), answers, own)


def of_outlook(row: Mapping[str, Any]) -> Seen:
    """A row of `Microsoft.view`; a cancelled copy says so in its title."""
    moments = [datetime.fromisoformat(row[side]["dateTime"][:19]) for side in ("start", "end")]
    start, end = (
        moment.date() if row["isAllDay"] else moment.replace(tzinfo=UTC).astimezone(ZONE)
        for moment in moments
    )
    answers = {
        guest["emailAddress"]["address"]: guest["status"]["response"] for guest in row["attendees"]
    }
    own = row["responseStatus"]["response"]
    return _seen(start, end, row["subject"], row["location"]["displayName"], answers, own)


def of_ours(detail: EventDetail) -> Seen:
    start, end = (
        moment.astimezone(ZONE) if isinstance(moment, datetime) else moment
        for moment in (detail.start, detail.end)
    )
    answers = {guest.address: guest.partstat for guest in detail.guests}
    return _seen(start, end, detail.summary, detail.location, answers, detail.answer)


def _seen(
    start: date, end: date, title: str, place: str, answers: Mapping[str, str], own: str
) -> Seen:
    if isinstance(start, datetime) and isinstance(end, datetime):
        hours, last = f"{_hour(start.time())}-{_hour(end.time())}", end.date()
        start = start.date()
    else:
        hours, last = "all day", end - timedelta(days=1)
    given = {guest: _answer(answer) for guest, answer in answers.items() if _answer(answer)}
    what = f"{title} @ {place}" if place else title
    return Seen(start, last, hours, what, given, _answer(own), frozenset(answers))


def _hour(moment: time) -> str:
    return f"{moment:%-H:%M}" if moment.minute else f"{moment:%-H}"


def _answer(word: str) -> str:
    return ANSWERS.get(word.casefold(), "")


def line(dates: Iterable[Seen]) -> str:
    """All that is in a calendar."""
    groups: dict[tuple[str, str, timedelta], list[date]] = {}
    for seen in sorted(dates, key=lambda seen: (seen.first, seen.hours, seen.what)):
        key = (seen.hours, seen.what, seen.last - seen.first)
        groups.setdefault(key, []).append(seen.first)
    shown = [
        f"{_days(firsts, length)} {hours} {what}"
        for (hours, what, length), firsts in groups.items()
    ]
    return "; ".join(shown) or NOTHING


def answers(dates: Sequence[Seen], names: Mapping[str, str]) -> str:
    """`ben yes, gil no`; of a series that is answered in part `ben yes 2-3 no 4`.

    `names`: of the guests whose answers count, by address.
    """
    found = []
    for address, name in names.items():
        days: dict[str, list[date]] = {}
        for seen in sorted(dates, key=lambda seen: seen.first):
            days.setdefault(seen.answers.get(address, ""), []).append(seen.first)
        found += _told(name, days)
    return ", ".join(found)


def own_answer(dates: Sequence[Seen], name: str) -> str:
    days: dict[str, list[date]] = {}
    for seen in sorted(dates, key=lambda seen: seen.first):
        days.setdefault(seen.own, []).append(seen.first)
    return ", ".join(_told(name, days))


def _told(name: str, days: Mapping[str, list[date]]) -> list[str]:
    given = {answer: firsts for answer, firsts in days.items() if answer}
    if not given:
        return []
    if len(days) == 1:
        return [f"{name} {next(iter(given))}"]
    parts = [f"{answer} {_days(firsts, timedelta())}" for answer, firsts in given.items()]
    return [f"{name} {' '.join(parts)}"]


def _days(firsts: Sequence[date], length: timedelta) -> str:
    if length:
        return ",".join(f"{first.day}..{(first + length).day}" for first in firsts)
    runs: list[list[int]] = []
    for first in firsts:
        if runs and runs[-1][-1] == first.day - 1:
            runs[-1].append(first.day)
        else:
            runs.append([first.day])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
