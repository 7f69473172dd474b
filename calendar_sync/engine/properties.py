"""A calendar object as a flat map of properties: the form in which sides are compared.

Flat, so that merging is one rule for every property, and guests, categories and the dates of a
series merge as sets:

    when                 [start, end] as `when_to_text`
    summary, description, location, url, colour
    status, availability, classification
    importance           "high" or "low"; absent: normal
    organizer            [address, name]
    conference           [kind, url, phone]; a vendor's without url is asked for
    attendee:<address>   [name, role, user type]            the invitation of one guest
    answer:<address>     [partstat, comment, additional guests]   the answer of that guest
    proposal:<address>   [start, end]                    the time that guest would rather have
    guests-<right>       what guests may do, as in `rights`
    special, …           what is no meeting, as in `special`
    category:<name>      true
    attachment:<uri>     [name, media type]
    alarms               [[minutes before, action], ...], or absent: those of the calendar
    recurrence           the RRULE, RDATE and EXRULE lines of a series; absent: a single event
    at:<date>            "cancelled": the series leaves this date out
    at:<date>:<key>      what differs on that date; "" where it has none of what the series has

A date is named by its instant, so that two spellings of a zone name the same one: `20261121`,
`20261121T090000` (floating) or `20261121T080000Z`. An EXDATE is a cancelled date, and an override
that says what its series says is none.
Values are JSON; an absent key equals the empty value, None.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Union

from . import rights, special
from .event import (
    Alarm,
    AlarmAction,
    Attachment,
    Attendee,
    Availability,
    CalendarObject,
    Classification,
    Conference,
    ConferenceKind,
    Event,
    Importance,
    Organizer,
    Override,
    PartStat,
    Role,
    Status,
    UserType,
    When,
    sorted_attendees,
    when_from_text,
    when_to_text,
)
from .occurrences import cancelled_dates, date_name, date_named, end_of, like

Json = Union[None, bool, int, float, str, list[Any], dict[str, Any]]
Properties = Mapping[str, Json]

ATTENDEE = "attendee:"
ANSWER = "answer:"
PROPOSAL = "proposal:"
CATEGORY = "category:"
ATTACHMENT = "attachment:"
ALARMS = "alarms"
AT = "at:"
CANCELLED = "cancelled"
NOTHING = ""
"""On one date: it has none of what its series has."""

FAMILIES = frozenset(
    {
        *("when", "summary", "description", "location", "url", "colour", "status"),
        "importance",
        *("availability", "classification", "organizer", "conference", "attendee", "answer"),
        *("category", "attachment", "alarms", "recurrence", "proposal"),
        *rights.USUAL,
        *special.FAMILIES,
    }
)
"""Everything that is compared; `family` tells which one a key belongs to."""

UNANSWERED: tuple[str, str, int] = (PartStat.NEEDS_ACTION.value, "", 0)
OVERLAY = frozenset({"availability", "classification", "alarms", "category", "colour"})
"""Families of a person's own copy, at both providers; never of the meeting."""

CONTENT = frozenset({"when", "summary", "description", "location", "status", "recurrence"})
"""Content that every side holds and every guest sees."""

BY_GUESTS = CONTENT | {"attendee"}
"""What a guest changes who may change the meeting."""


def properties(obj: CalendarObject) -> dict[str, Json]:
    """The flat map of `obj`; empty values are left out."""
    whole = _of_event(obj.event)
    if not obj.recurrence:
        return whole
    start = obj.event.start
    lines, cancelled = cancelled_dates(obj.recurrence, start)
    found = {**whole, "recurrence": list(lines)}
    found |= {AT + date_name(when, start): CANCELLED for when in cancelled}
    for override in obj.overrides:
        name = AT + date_name(override.recurrence_id, start)
        if override.event is None:
            found[name] = CANCELLED
        else:
            instance = {**whole, "when": _instance(obj.event, override.recurrence_id)}
            found |= _differences(name, instance, _of_event(override.event))
    return found


def object_of(uid: str, values: Properties) -> CalendarObject:
    """Inverse of `properties`."""
    event = _event_of(values)
    lines = values.get("recurrence")
    if not isinstance(lines, list):
        return CalendarObject(uid, event)
    return CalendarObject(uid, event, tuple(lines), tuple(_overrides(values, event)))


def without_echoes(values: Properties) -> dict[str, Json]:
    """Without empty values, and without what a date says as its series does.

    So that when the series changes, such a date goes along on both sides.
    """
    present: dict[str, Json] = {key: each for key, each in values.items() if each is not None}
    if not any(key.startswith(AT) for key in present):
        return present
    said = properties(object_of("", present))
    return {key: value for key, value in present.items() if key in said or not key.startswith(AT)}


def on_date(values: Properties, recurrence_id: When) -> Properties:
    """What the flat map of a series says about one of its dates, as a flat map of its own."""
    name = date_name(recurrence_id, _span(values)[0])
    if not any(key.startswith(f"{AT}{name}:") for key in values):
        return values
    return date_content(values, name) or values


def date_content(values: Properties, name: str) -> Union[Properties, None]:
    """The flat map of one date of a series, by its name in keys; None: it is left out."""
    own = {}
    for key, value in values.items():
        date, own_key = on_which(key)
        if date == name and value is not None:
            own[own_key] = value
    if own.pop("", None) == CANCELLED:
        return None
    master = Event(*_span(values))
    return _laid_over(_without_dates(values), master, date_named(name, master.start), own)


def family(key: str) -> str:
    """The property without address, name or date: `attendee`, `when`, `recurrence`."""
    name = on_which(key)[1]
    return name.partition(":")[0] if name else "recurrence"


def on_which(key: str) -> tuple[str, str]:
    """The date a key is about, and the key on that date; "" where there is none."""
    if not key.startswith(AT):
        return "", key
    date, _, name = key.removeprefix(AT).partition(":")
    return date, name


def addresses(values: Properties) -> frozenset[str]:
    """The guests' addresses in a flat map; those of single dates are not among them."""
    return frozenset(key.removeprefix(ATTENDEE) for key in values if key.startswith(ATTENDEE))


def everybody(values: Properties) -> frozenset[str]:
    """The guests' addresses, of single dates too."""
    invited = (on_which(key)[1] for key, value in values.items() if value)
    return frozenset(key.removeprefix(ATTENDEE) for key in invited if key.startswith(ATTENDEE))


def is_guest_key(key: str) -> bool:
    """Whether `key` is about one guest: the invitation, the answer or a proposal."""
    return family(key) in {"attendee", "answer", "proposal"}


def is_whole_date(key: str) -> bool:
    """Whether `key` says that a date of a series takes place or not."""
    return key.startswith(AT) and not on_which(key)[1]


def is_overlay(key: str) -> bool:
    """Whether `key` is a person's own."""
    return family(key) in OVERLAY


def _of_event(event: Event) -> dict[str, Json]:
    found: dict[str, Json] = {
        "when": [when_to_text(event.start), when_to_text(event.end)],
        "summary": event.summary,
        "description": event.description,
        "location": event.location,
        "status": event.status.value,
        "availability": event.availability.value,
        "classification": event.classification.value,
        "url": event.url,
        "colour": event.colour,
    }
    if event.importance is not Importance.NORMAL:
        found["importance"] = event.importance.value
    if event.organizer:
        found["organizer"] = [event.organizer.address, event.organizer.name]
    if event.conference:
        conference = event.conference
        found["conference"] = [conference.kind.value, conference.url, conference.phone]
    if event.alarms is not None:
        found[ALARMS] = [[alarm.minutes, alarm.action.value] for alarm in sorted(event.alarms)]
    found |= {CATEGORY + name: True for name in event.categories}
    found |= {ATTACHMENT + each.uri: [each.name, each.media_type] for each in event.attachments}
    found |= rights.flat(event.rights)
    found |= special.flat(event.nature) if event.nature else {}
    for guest in event.attendees:
        found[ATTENDEE + guest.address] = [guest.name, guest.role.value, guest.user_type.value]
        found[ANSWER + guest.address] = [
            guest.partstat.value,
            guest.comment,
            guest.additional_guests,
        ]
        if guest.proposed:
            found[PROPOSAL + guest.address] = [when_to_text(when) for when in guest.proposed]
    return {key: value for key, value in found.items() if value != ""}


def _event_of(values: Properties) -> Event:
    start, end = _span(values)
    named = _named(values)
    organizer, conference = values.get("organizer"), values.get("conference")
    return Event(
        start=start,
        end=end,
        summary=str(values.get("summary") or ""),
        description=str(values.get("description") or ""),
        location=str(values.get("location") or ""),
        status=Status(values.get("status") or "confirmed"),
        availability=Availability(values.get("availability") or "busy"),
        classification=Classification(values.get("classification") or "default"),
        organizer=Organizer(*organizer) if isinstance(organizer, list) else None,
        attendees=sorted_attendees(_attendees_of(values, named[ATTENDEE])),
        url=str(values.get("url") or ""),
        conference=_conference_of(conference) if isinstance(conference, list) else None,
        alarms=alarms_of(values.get(ALARMS)),
        categories=tuple(named[CATEGORY]),
        colour=str(values.get("colour") or ""),
        attachments=tuple(
            Attachment(uri, *_pair(values[ATTACHMENT + uri])) for uri in named[ATTACHMENT]
        ),
        rights=rights.rights_of(values),
        importance=Importance(values.get("importance") or "normal"),
        nature=special.nature_of(values),
    )


def _conference_of(value: list[Any]) -> Conference:
    kind, url, phone = value
    return Conference(ConferenceKind(kind), url, phone)


def alarms_of(value: Json) -> tuple[Alarm, ...] | None:
    """The alarms that a value of `alarms` names; None: those of the calendar."""
    if not isinstance(value, list):
        return None
    return tuple(Alarm(minutes, AlarmAction(action)) for minutes, action in value)


def _attendees_of(values: Properties, invited: Iterable[str]) -> list[Attendee]:
    guests = []
    for address in invited:
        invitation = values[ATTENDEE + address]
        if not isinstance(invitation, list):
            continue
        name, role, user_type = invitation
        answer = values.get(ANSWER + address)
        partstat, comment, additional = answer if isinstance(answer, list) else UNANSWERED
        proposal = values.get(PROPOSAL + address)
        guests.append(
            Attendee(
                address,
                name,
                Role(role),
                UserType(user_type),
                PartStat(partstat),
                str(comment),
                int(additional),
                _times(proposal) if isinstance(proposal, list) else None,
            )
        )
    return guests


def _named(values: Properties) -> dict[str, list[str]]:
    """What the keys with each prefix name, in order, if their value is not empty."""
    found: dict[str, list[str]] = {ATTENDEE: [], CATEGORY: [], ATTACHMENT: []}
    for key in sorted(key for key, value in values.items() if value and ":" in key):
        prefix, _, name = key.partition(":")
        if f"{prefix}:" in found:
            found[f"{prefix}:"].append(name)
    return found


def _span(values: Properties) -> tuple[When, When]:
    return _times(values["when"])


def _times(value: Json) -> tuple[When, When]:
    start, end = _pair(value)
    return when_from_text(start), when_from_text(end)


def _pair(value: Json) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("`when` needs a start and an end")
    return value[0], value[1]


# --- the dates of a series


def _instance(event: Event, recurrence_id: When) -> list[Json]:
    """When a date takes place of which nothing else is said."""
    start = like(recurrence_id, event.start)
    return [when_to_text(start), when_to_text(end_of(event, start))]


def _differences(name: str, instance: Properties, own: Properties) -> dict[str, Json]:
    """The keys of a changed date."""
    return {
        f"{name}:{key}": own.get(key, NOTHING)
        for key in sorted(instance.keys() | own.keys())
        if own.get(key) != instance.get(key)
    }


def _overrides(values: Properties, master: Event) -> Iterator[Override]:
    dates: dict[str, dict[str, Json]] = defaultdict(dict)
    for key, value in values.items():
        date, name = on_which(key)
        if date and value is not None:
            dates[date][name] = value
    whole = _without_dates(values)
    for date in sorted(dates):
        recurrence_id, own = date_named(date, master.start), dates[date]
        if own.pop("", None) == CANCELLED:
            yield Override(recurrence_id, None)
        else:
            yield Override(recurrence_id, _event_of(_laid_over(whole, master, recurrence_id, own)))


def _without_dates(values: Properties) -> dict[str, Json]:
    return {
        key: value
        for key, value in values.items()
        if key != "recurrence" and not key.startswith(AT)
    }


def _laid_over(
    whole: Properties, master: Event, recurrence_id: When, own: Properties
) -> dict[str, Json]:
    """The flat map of a changed date: that of its series, and what differs over it."""
    changed = {**whole, "when": _instance(master, recurrence_id), **own}
    return {key: value for key, value in changed.items() if value != NOTHING}
