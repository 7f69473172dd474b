"""An event as people read it: cards for the grid, the popover, rows of the list."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString, mark_safe

from calendar_sync.actions.feed import EventCard, EventDetail
from calendar_sync.actions.guest_list import GuestLine, Unsent
from calendar_sync.controllers import dates
from calendar_sync.controllers.copy_words import lives_in
from calendar_sync.controllers.own_words import (
    AVAILABILITIES,
    PRIVACIES,
    colour_class,
    own_facts,
)
from calendar_sync.controllers.repeat_words import repeat_words
from calendar_sync.controllers.special_words import special_line, titled
from calendar_sync.engine.event import PartStat, Role, UserType, When, instant
from calendar_sync.security.markup import harmless

COLOURS = 12
FACES = 3
NO_TITLE = "(No title)"

ANSWERS = {
    PartStat.ACCEPTED.value: ("✓", "yes", "accepted"),
    PartStat.TENTATIVE.value: ("?", "maybe", "maybe"),
    PartStat.DECLINED.value: ("✕", "no", "declined"),
    PartStat.NEEDS_ACTION.value: ("…", "waiting", "unanswered"),
}
CHOICES = (("accepted", "Yes", "1"), ("tentative", "Maybe", "2"), ("declined", "No", "3"))
IMPORTANCES = (("low", "Low"), ("normal", "Normal"), ("high", "High"))
UNSENT = {
    Unsent.UNMAILABLE: "no mail reaches this address",
    Unsent.OUTSIDE: "not sent to {label}",
    Unsent.WITHHELD: "not invited yet",
    Unsent.UNCONNECTED: "not informed",
}


@dataclass(frozen=True)
class ShownPerson:
    """A person in the side panel. `colour` is the number of a class, 1 to 12."""

    id: int
    name: str
    colour: int
    is_me: bool
    address: str  # the log-in, by which a colleague is invited

    @property
    def initials(self) -> str:
        return initials(self.name)


def initials(name: str) -> str:
    words = re.split(r"[\s._-]+", name.partition("@")[0])
    return "".join(word[:1] for word in words[:2]).upper() or "?"


def shown_people(rows: Sequence[tuple[int, str, int, str]], me: int) -> list[ShownPerson]:
    return [
        ShownPerson(pk, name, index % COLOURS + 1, pk == me, login)
        for pk, name, index, login in rows
    ]


def card_json(
    card: EventCard,
    people: Sequence[ShownPerson],
    ticked: Collection[int],
    zone: ZoneInfo,
    now: datetime,
) -> dict[str, Any]:
    """One event as the grid's script takes it: in the wall clock of the viewer's zone.

    What concerns only the viewer has the colour of the calendar it is in.
    """
    present = [one for one in people if one.id in card.people and one.id in ticked]
    colour = present[0].colour if present else 1
    if card.calendar and all(one.is_me for one in present):
        colour = card.calendar_colour % COLOURS + 1
    colour = colour_class(card.colour, colour)
    faces = present if len(present) > 1 or not all(one.is_me for one in present) else []
    return {
        "id": card.id,
        "recurrenceId": card.date,
        "title": titled(card.summary, card.special, NO_TITLE),
        "start": wall(card.start, zone),
        "end": wall(card.end, zone),
        "allDay": card.all_day,
        "editable": card.may_edit,
        "colour": colour,
        "state": state_of(card),
        "past": instant(card.end, zone) < now,
        "free": card.availability == "free",
        "place": card.location,
        "people": [
            {"name": one.name, "initials": one.initials, "colour": one.colour}
            for one in faces[:FACES]
        ],
        "more": max(0, len(faces) - FACES),
        "marks": _marks(card),
        "label": _label(card, zone),
    }


def state_of(card: EventCard) -> str:
    """Class of a card: how the viewer answered; what is his own counts as accepted."""
    if card.is_mine or card.answer not in ANSWERS:
        return "accepted"
    return ANSWERS[card.answer][2]


def wall(when: When, zone: ZoneInfo) -> str:
    if isinstance(when, datetime):
        return dates.local(when, zone).replace(tzinfo=None).isoformat()
    return when.isoformat()


def _marks(card: EventCard) -> list[dict[str, str]]:
    """In order of priority; the card shows the first two."""
    line = special_line(card.special)
    found = [
        (card.attention, "exclamation-triangle-fill", "Needs attention"),
        (card.waiting, "cloud-arrow-up", "Waiting to be sent"),
        (card.importance == "high", "exclamation-circle", importance_words("high")),
        (card.classification in {"private", "confidential"}, "lock-fill", "Private"),
        (card.is_series, "arrow-repeat", "Series"),
        (card.has_link, "camera-video", "Has a meeting link"),
    ]
    if line:
        found.insert(1, (True, line.icon, line.text))
    marks = [{"icon": icon, "text": text} for present, icon, text in found if present]
    if card.kind:
        own = {"icon": card.kind.icon, "text": card.kind.name, "colour": str(card.kind.colour + 1)}
        marks.insert(0, own)
    return marks


def _label(card: EventCard, zone: ZoneInfo) -> str:
    """The card's name for a screen reader."""
    start, end = card.start, card.end
    if isinstance(start, datetime) and isinstance(end, datetime):
        here, there = dates.local(start, zone), dates.local(end, zone)
        time = f"{dates.clock(here)} to {dates.clock(there)}"
        start = here.date()
    else:
        time = "all day"
    guests = ["1 guest" if card.guests == 1 else f"{card.guests} guests"] if card.guests else []
    marks = [mark["text"].lower() for mark in _marks(card)]
    first = dates.long_day(start, start)
    parts = [
        titled(card.summary, card.special, NO_TITLE),
        first,
        time,
        state_of(card),
        *guests,
        *marks,
    ]
    return ", ".join(parts)


# --- one event in full


def guest_lines(detail: EventDetail, people: Sequence[ShownPerson]) -> list[dict[str, Any]]:
    """Colleagues have the name and colour they have in the side panel."""
    known: dict[int | None, ShownPerson] = {person.id: person for person in people}
    label = detail.copies[0].label if detail.copies else ""
    rows = [
        _guest(guest, detail.organizer_address, known, number, label)
        for number, guest in enumerate(detail.guests)
    ]
    if rows and not any(row["is_organizer"] for row in rows):
        organizer = GuestLine(
            detail.organizer_address,
            detail.organizer,
            PartStat.ACCEPTED.value,
            is_me=detail.is_mine,
            user_id=detail.organizer_id,
        )
        rows.insert(0, _guest(organizer, detail.organizer_address, known, len(rows), label))
    named = Counter(row["name"] for row in rows)
    return [row | {"is_twice": named[row["name"]] > 1} for row in rows]


def _guest(
    guest: GuestLine,
    organizer: str,
    known: Mapping[int | None, ShownPerson],
    number: int,
    label: str,
) -> dict[str, Any]:
    sign, answer, _ = ANSWERS.get(guest.partstat, ANSWERS["needs-action"])
    person = known.get(guest.user_id)
    name = person.name if person else guest.name or guest.contact or guest.address
    return {
        "name": name,
        "address": guest.address,
        "initials": initials(name),
        "colour": person.colour if person else number % COLOURS + 1,
        "sign": sign,
        "answer": answer,
        "is_organizer": guest.address == organizer,
        "part": _part(guest),
        "comment": guest.comment,
        "contact_id": guest.contact_id,
        "not_sent": UNSENT[guest.unsent].format(label=label) if guest.unsent else "",
    }


def uninformed(detail: EventDetail) -> Mapping[str, Any]:
    """How many guests no provider has told, and whether they can be invited; empty: none."""
    count = detail.uninformed
    if not count:
        return {}
    text = "1 guest is not informed" if count == 1 else f"{count} guests are not informed"
    reasons = {guest.unsent for guest in detail.guests}
    if Unsent.UNCONNECTED in reasons:
        whose = "your" if detail.is_mine else f"{detail.organizer}'s"
        text = f"{text}: {whose} calendar is not connected, so nobody invites them"
    return {"text": f"{text}.", "may_invite": Unsent.WITHHELD in reasons}


def _part(guest: GuestLine) -> str:
    """What is special about a guest: `optional`, `room`, `+2`…"""
    lead = "lead" if guest.contact_kind == "lead" else ""
    kind = {UserType.ROOM.value: "room", UserType.GROUP.value: "list"}.get(guest.kind, lead)
    optional = "optional" if guest.role == Role.OPTIONAL.value else ""
    more = f"+{guest.additional_guests}" if guest.additional_guests else ""
    return " · ".join(filter(None, (kind, optional, more)))


def guests_line(guests: Sequence[GuestLine]) -> str:
    """`5 guests: 2 yes · 1 maybe · 1 no · 1 waiting`."""
    counts = [
        (sum(guest.partstat == value for guest in guests), word)
        for value, (_, word, _) in ANSWERS.items()
    ]
    count = "1 guest" if len(guests) == 1 else f"{len(guests)} guests"
    return f"{count}: " + " · ".join(f"{number} {word}" for number, word in counts if number)


def description(fragment: str) -> SafeString:
    return mark_safe(harmless(fragment))  # noqa: S308 - this is what makes it safe


def full(
    detail: EventDetail, people: Sequence[ShownPerson], zone: ZoneInfo, today: date
) -> Mapping[str, Any]:
    """Everything the popover and the page of an event show; of `people`, the viewer is first."""
    others = [guest for guest in detail.guests if guest.address != detail.organizer_address]
    invited = bool(detail.answer) and not detail.is_mine
    return {
        "id": detail.id,
        "date": detail.date,
        "query": dated(detail.date),
        "title": titled(detail.summary, detail.special, NO_TITLE),
        "special": special_line(detail.special),
        "hides_guests": not detail.rights.see,
        "proposals": proposals(detail, people, zone, today),
        "may_invite": detail.may_invite and not detail.may_edit,
        "when": long_when(detail.start, detail.end, zone, today),
        "other_zone": other_zone(detail.start, detail.end, zone),
        "series_text": repeat_words(detail.recurrence, detail.begins),
        "place": detail.location,
        "guests": guest_lines(detail, people),
        "guests_line": guests_line(others) if others else "",
        "shows_as": shown_as(detail.availability),
        "importance": importance_words(detail.importance),
        "private": dict(PRIVACIES)[detail.classification] if _is_private(detail) else "",
        "description": description(detail.description),
        "lives_in": lives_in(detail),
        "uninformed": uninformed(detail),
        "reason": detail.why_not,
        "chosen": detail.chosen,
        "has_copies": bool(detail.copies),
        "may_edit": detail.may_edit,
        "may_remove": detail.is_mine or invited,
        "may_hand_over": _may_hand_over(detail, others),
        "may_move": detail.is_mine and bool(detail.copies),
        "remove_label": "Delete" if detail.is_mine else "Remove from my calendar",
        **_answering(detail, invited=invited),
        "organizer": "" if detail.is_mine else detail.organizer,
        **own_facts(detail, people[0].colour),
    }


def _may_hand_over(detail: EventDetail, others: Sequence[GuestLine]) -> bool:
    alone = not any(guest.user_id for guest in others)
    return detail.is_mine and not alone


def proposals(
    detail: EventDetail, people: Sequence[ShownPerson], zone: ZoneInfo, today: date
) -> list[dict[str, str]]:
    """Times that guests would rather have, for the organizer to use one of them."""
    known: dict[int | None, str] = {person.id: person.name for person in people}
    return [
        {
            "name": known.get(guest.user_id) or guest.name or guest.address,
            "when": dates.when(*guest.proposed, zone, today),
            "start": wall(guest.proposed[0], zone),
            "end": wall(guest.proposed[1], zone),
        }
        for guest in detail.guests
        if guest.proposed and detail.is_mine
    ]


def _answering(detail: EventDetail, *, invited: bool) -> Mapping[str, Any]:
    return {
        "may_answer": invited,
        "my_answer": detail.answer,
        "my_comment": next((each.comment for each in detail.guests if each.is_me), ""),
        "answers": CHOICES,
        "told": detail.organizer if invited and detail.copies else "",
    }


def asks_first(detail: EventDetail) -> str:
    """Beside a button that may tell others; nothing where there are none."""
    others = any(guest.address != detail.organizer_address for guest in detail.guests)
    return "Before anybody is mailed, we ask." if others else ""


def dated(date: str) -> str:
    """Behind an address: which date of a series it is about."""
    return f"?{urlencode({'date': date})}" if date else ""


def shown_as(availability: str) -> str:
    """In words; nothing for what blocks time like any other event."""
    return "" if availability == "busy" else dict(AVAILABILITIES)[availability]


def importance_words(importance: str) -> str:
    """`High importance`; nothing for what is as important as any other event."""
    return "" if importance == "normal" else f"{dict(IMPORTANCES)[importance]} importance"


def _is_private(detail: EventDetail) -> bool:
    return detail.classification in {"private", "confidential", "public"}


def long_when(start: When, end: When, zone: ZoneInfo, today: date) -> str:
    """`Thursday 19 November · 09:00–12:00 (3 h)`."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        here, there = dates.local(start, zone), dates.local(end, zone)
        if here.date() == there.date():
            span = f"{dates.clock(here)}–{dates.clock(there)}"
            length = dates.length(instant(end, zone) - instant(start, zone))
            return f"{dates.long_day(here, today)} · {span} ({length})"
        return dates.span(here, there, today)
    return dates.when(start, end, zone, today)


def other_zone(start: When, end: When, zone: ZoneInfo) -> str:
    """The event's own clock, if it shows another time than the viewer's."""
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return ""
    if start.tzinfo is None or start.utcoffset() == start.astimezone(zone).utcoffset():
        return ""
    place = str(start.tzinfo).rpartition("/")[2].replace("_", " ")
    return f"{dates.clock(start)}–{dates.clock(end.astimezone(start.tzinfo))} in {place}"
