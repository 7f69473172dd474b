"""Whose guests are shown: of whole events in rows, of single dates in what differs on these."""

from collections.abc import Collection, Iterable, Mapping

from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sync.actions.errors import NotVisible
from calendar_sync.engine.event import CalendarObject, When, when_from_text, when_to_text
from calendar_sync.engine.guests import as_guest_sees
from calendar_sync.engine.occurrences import date_name, date_named
from calendar_sync.engine.properties import ANSWER, AT, ATTENDEE, Properties, properties
from calendar_sync.engine.scope import guests_of_dates as dates_by_guest
from calendar_sync.engine.scope import seen_alone
from calendar_sync.models import Address, Attendee, Event, Occurrence
from calendar_sync.models.roles import is_organized_by


def guests_at(occurrences: Collection[Occurrence]) -> dict[int, list[Attendee]]:
    """Who is invited, by occurrence; in two statements. Rows of single dates are unsaved."""
    events = {row.event_id: row.event for row in occurrences}
    whole: dict[int, list[Attendee]] = {}
    for guest in Attendee.objects.filter(event__in=events, recurrence_id=""):
        whole.setdefault(guest.event_id, []).append(guest)
    alone = guests_of_dates(events.values())
    return {
        row.pk: whole.get(row.event_id, []) + alone.get((row.event_id, row.date), [])
        for row in occurrences
    }


def without_uninvited(user: User, occurrences: list[Occurrence]) -> list[Occurrence]:
    """Without dates from which the user alone is uninvited; a statement if anybody is from any."""
    gone = {row.pk: _uninvited_from(row) for row in occurrences}
    if not any(gone.values()):
        return occurrences
    own = Address.objects.of(user.pk)
    return [row for row in occurrences if own.isdisjoint(gone[row.pk])]


def _uninvited_from(row: Occurrence) -> set[str]:
    key = f"{AT}{row.date}:{ATTENDEE}"
    values: Properties = row.event.components if row.date else {}
    return {name.removeprefix(key) for name in values if name.startswith(key) and not values[name]}


def invited_to_all(user: User, present: Mapping[int, list[Attendee]]) -> set[int]:
    """The events, by id, that the user is invited to, and not to single dates only."""
    guests = (guest for rows in present.values() for guest in rows if guest.pk)
    return {guest.event_id for guest in guests if guest.user_id == user.pk}


def guests_of_dates(events: Iterable[Event]) -> dict[tuple[int, str], list[Attendee]]:
    """Unsaved rows by event and date; one statement, none where nobody is invited so."""
    dated = {event: dates_by_guest(event.components) for event in events}
    people = Address.objects.people(address for guests in dated.values() for address in guests)
    found: dict[tuple[int, str], list[Attendee]] = {}
    for event, guests in dated.items():
        for address in sorted(guests):
            for date in guests[address]:
                row = _row(event, date, address, people)
                found.setdefault((event.pk, date), []).append(row)
    return found


def guests_on_date(event: Event, date: str) -> dict[str, Attendee]:
    """Who is invited to this date only, as `EventCard.date` names it; by address."""
    if not date:
        return {}
    first = when_from_text(event.components["when"][0])
    rows = guests_of_dates([event]).get((event.pk, date_name(when_from_text(date), first)), ())
    return {row.address: row for row in rows}


def _row(event: Event, date: str, address: str, people: Mapping[str, int]) -> Attendee:
    row = Attendee(event=event, address=address, user_id=people.get(address))
    invitation = event.components[f"{AT}{date}:{ATTENDEE}{address}"]
    if isinstance(invitation, list):
        row.name, row.role, row.user_type = invitation
    answer = event.components.get(f"{AT}{date}:{ANSWER}{address}")
    if isinstance(answer, list):
        row.partstat, row.comment, row.additional_guests = answer
    return row


def seen_by(user: User, event: Event, obj: CalendarObject) -> CalendarObject:
    """`obj` is the event, or one date of it: without the guests that the user may not know of."""
    dates = (each.event for each in obj.overrides if each.event)
    hides = any(not each.rights.see for each in (obj.event, *dates))
    if not hides or is_organized_by(event, user.pk):
        return obj
    return as_guest_sees(obj, Address.objects.of(user.pk))


def alone(obj: CalendarObject, scope: list[str], date: str) -> tuple[str, Properties, str]:
    """One date as who is invited to these dates only sees it: its name, what it holds, and "",
    since nothing keeps it from being shown. Raises NotVisible.
    """
    date = within(scope, date, obj.event.start)
    name = date_name(when_from_text(date), obj.event.start)
    shown = seen_alone(properties(obj), name)
    if shown is None:
        raise NotVisible
    return date, shown, ""


def within(scope: list[str], date: str, start: When) -> str:
    """`date`, as `EventCard.date` names it; the first of `scope` if it is none of these."""
    texts = [when_to_text(date_named(name, start)) for name in sorted(scope)] or [date]
    return date if date in texts else texts[0]
