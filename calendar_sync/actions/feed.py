"""What the calendar shows: cards of a period, and everything about one event."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from calendar_sync.actions.copy_lines import CopyLine, copies_of
from calendar_sync.actions.date_guests import (
    alone,
    guests_at,
    guests_on_date,
    invited_to_all,
    seen_by,
    without_uninvited,
)
from calendar_sync.actions.date_values import own_on, times_on, values_on
from calendar_sync.actions.errors import NotVisible
from calendar_sync.actions.guest_list import GuestLine, guests_on, unsent
from calendar_sync.actions.meeting_links import MeetingLink
from calendar_sync.actions.meeting_links import shown as shown_link
from calendar_sync.actions.own_copy import own_values
from calendar_sync.actions.permissions import (
    COMES_FROM_ELSEWHERE,
    Permission,
    changeable,
    permission,
)
from calendar_sync.actions.repeating import UNREADABLE, named_date, refusal
from calendar_sync.engine import series
from calendar_sync.engine.event import (
    Alarm,
    CalendarObject,
    PartStat,
    When,
    when_from_text,
    when_to_text,
)
from calendar_sync.engine.moves import SeriesRefused
from calendar_sync.engine.properties import (
    ANSWER,
    Properties,
    object_of,
    properties,
)
from calendar_sync.engine.recurrence import UnreadableRecurrence
from calendar_sync.engine.rights import GuestRights, rights_of, shows_guests
from calendar_sync.engine.special import Nature, nature_of
from calendar_sync.models import Attendee, DirtyMark, Entry, Event, EventKind, Link, Occurrence
from calendar_sync.models.contents import load_contents
from calendar_sync.models.link import needs_attention
from calendar_sync.models.roles import is_organized_by
from calendar_sync.security.access import check_access

EVENT = "calendar_sync.event"


@dataclass(frozen=True)
class EventCard:
    """One event on one date. All-day times are dates, others aware or floating."""

    id: int
    summary: str
    start: When
    end: When
    location: str
    all_day: bool
    is_series: bool
    organizer: str
    is_mine: bool
    answer: str
    availability: str
    classification: str
    guests: int
    people: tuple[int, ...]
    may_edit: bool
    attention: bool
    waiting: bool
    date: str = ""  # which one of a series: its RECURRENCE-ID
    importance: str = "normal"
    has_link: bool = False  # there is somewhere to join
    special: Nature | None = None  # what it is, if it is no meeting
    kind: EventKind | None = None  # none: the usual one
    calendar: int = 0  # the user's further one that it is in; 0: the default one, or none
    calendar_colour: int = 0
    colour: str = ""  # the viewer's own for it, a name of CSS
    alarms: tuple[Alarm, ...] = ()  # the viewer's own, without those of the calendar


def events_between(
    user: User,
    start: datetime,
    end: datetime,
    people: Collection[int] | None = None,
    *,
    declined: bool = False,
) -> list[EventCard]:
    """Cards of what the user may see in the period, his own and those of `people`.

    What he declined is left out, unless `declined` asks for it. Five statements, however many
    cards.
    """
    check_access(user, EVENT, "read")
    wanted = {user.pk} if people is None else set(people)
    occurrences = list(
        Occurrence.objects.visible_to(user)
        .filter(starts_at__lt=end, ends_at__gt=start, event__deleted_at=None)
        .filter(_takes_part(wanted))
        .select_related("event__organizer_user", "event__kind")
        .order_by("starts_at", "pk")
    )
    occurrences = without_uninvited(user, occurrences)
    events = {row.event_id: row.event for row in occurrences}
    present = guests_at(occurrences)
    entries = {
        entry.event_id: entry
        for entry in Entry.objects.visible_to(user)
        .filter(event__in=events, deleted_at=None)
        .select_related("calendar")
        .order_by("calendar__is_default", "pk")
    }
    states = _link_states(user, events)
    changed_by_me = changeable(user, events.values(), invited_to_all(user, present))
    cards = [
        _card(user, row, present[row.pk], entries.get(row.event_id), states, wanted)
        for row in occurrences
    ]
    shown = [card for card in cards if declined or card.answer != PartStat.DECLINED.value]
    return [replace(card, may_edit=card.id in changed_by_me) for card in shown]


def _takes_part(people: Collection[int]) -> Q:
    """Whose event it is: in a calendar of his, invited, or organized by him and not dropped."""
    entries = Entry.objects.filter(calendar__owner__in=people, deleted_at=None)
    entered = entries.filter(scope=[]).values("event")
    dated = entries.filter(event=OuterRef("event"), scope__contains=[OuterRef("date")])
    invited = Attendee.objects.filter(user__in=people).values("event")
    dropped = Entry.objects.filter(event=OuterRef("pk"), calendar__owner=OuterRef("organizer_user"))
    organized = Event.objects.filter(organizer_user__in=people)
    organized = organized.exclude(Exists(dropped.exclude(deleted_at=None)))
    whole = Q(event__in=entered) | Q(event__in=invited) | Q(event__in=organized.values("pk"))
    return whole | Q(Exists(dated))


def _link_states(user: User, events: Iterable[int]) -> dict[int, tuple[bool, bool]]:
    """(needs attention, waits to be sent) of the user's own copies."""
    links = Link.objects.visible_to(user).open().filter(entry__event__in=list(events))
    marked = set(DirtyMark.objects.filter(link__in=links).values_list("link", flat=True))
    found: dict[int, tuple[bool, bool]] = {}
    needy = links.annotate(needy=ExpressionWrapper(needs_attention(), BooleanField()))
    for pk, event, needs in needy.values_list("pk", "entry__event", "needy"):
        before = found.get(event, (False, False))
        found[event] = (before[0] or needs, before[1] or pk in marked)
    return found


def _card(
    user: User,
    row: Occurrence,
    guests: list[Attendee],
    entry: Entry | None,
    states: dict[int, tuple[bool, bool]],
    wanted: Collection[int],
) -> EventCard:
    event = row.event
    values = values_on(row)
    start, end = times_on(row, values)
    attention, waiting = states.get(event.pk, (False, False))
    guests = _shown_guests(user, event, values, guests)
    present = {guest.user_id for guest in guests} | {event.organizer_user_id}
    return EventCard(
        id=event.pk,
        summary=str(values.get("summary") or ""),
        start=start,
        end=end,
        location=str(values.get("location") or ""),
        all_day=row.all_day,
        is_series=event.is_series and not (entry and entry.scope),
        organizer=_organizer(event),
        is_mine=is_organized_by(event, user.pk),
        answer=_answer_on(user, guests, values),
        **own_on(row, entry),
        guests=len(guests),
        people=_among(present | ({user.pk} if entry else set()), wanted),
        may_edit=False,  # known for all of them together
        attention=attention,
        waiting=waiting,
        date=row.recurrence_id,
        kind=event.kind,
        importance=str(values.get("importance") or "normal"),
        has_link=shown_link(values.get("conference")).state == "ready",
        special=nature_of(values),
        calendar=entry.calendar_id if entry and not entry.calendar.is_default else 0,
        calendar_colour=entry.calendar.colour if entry else 0,
    )


def _among(present: set[int | None], wanted: Collection[int]) -> tuple[int, ...]:
    return tuple(sorted(pk for pk in present if pk is not None and pk in wanted))


def _shown_guests(
    user: User, event: Event, values: Properties, guests: list[Attendee]
) -> list[Attendee]:
    if is_organized_by(event, user.pk) or shows_guests(values):
        return guests
    return [guest for guest in guests if guest.user_id == user.pk]


def _organizer(event: Event) -> str:
    """A colleague by the name he has here; nobody, where nobody is invited."""
    if not event.organizer_address:
        return ""
    here = str(getattr(event.organizer_user, "name", ""))
    return here or event.organizer_name or event.organizer_address


def _answer(user: User, guests: Iterable[Attendee]) -> str:
    return next((guest.partstat for guest in guests if guest.user_id == user.pk), "")


def _answer_on(user: User, guests: Iterable[Attendee], values: Properties) -> str:
    """The answer to one date of a series may differ from that to the series."""
    mine = [guest for guest in guests if guest.user_id == user.pk]
    own = (values.get(ANSWER + guest.address) for guest in mine)
    given = (str(answer[0]) for answer in own if isinstance(answer, list))
    return next(given, _answer(user, mine))


@dataclass(frozen=True)
class Chosen:
    """What only we know of an event: its kind, none for the usual one, and if it is kept apart."""

    kind: EventKind | None
    kept_apart: bool

    @property
    def key(self) -> str:
        return self.kind.key if self.kind else ""


@dataclass(frozen=True)
class EventDetail:
    """What popover and form show: of a series one of its dates, which `date` names.

    `recurrence` are the lines of a series that begins at `begins`; `series` is all of it, where its
    rule can be read and all of it may be seen.
    """

    id: int
    revision: int
    summary: str
    description: str
    location: str
    start: When
    end: When
    availability: str
    classification: str
    organizer: str
    organizer_address: str
    organizer_id: int | None
    is_mine: bool
    answer: str
    guests: tuple[GuestLine, ...]
    copies: tuple[CopyLine, ...]
    may_edit: bool
    why_not: str
    date: str
    recurrence: tuple[str, ...]
    begins: When
    series: CalendarObject | None
    meeting_link: MeetingLink
    may_invite: bool
    rights: GuestRights
    importance: str
    special: Nature | None
    chosen: Chosen
    alarms: tuple[Alarm, ...] | None  # None: as the calendar does by default
    categories: tuple[str, ...]
    colour: str

    @property
    def is_series(self) -> bool:
        return bool(self.recurrence)

    @property
    def uninformed(self) -> int:
        """Guests of whom no provider knows."""
        return sum(guest.unsent is not None for guest in self.guests)


def event_detail(user: User, event_id: int, date: str = "") -> EventDetail:
    """The event; of a series the date that `date` names, else the first. Raises NotVisible."""
    event = _alive(user, event_id)
    entry = Entry.objects.visible_to(user).filter(event=event, deleted_at=None).first()
    contents = load_contents([event])[event.pk]
    may = permission(user, event, invited=user.pk in contents.invited().whole)
    obj = seen_by(user, event, object_of("", contents.properties(entry)))
    scope = entry.scope if entry else []
    date, shown, unreadable = alone(obj, scope, date) if scope else _shown_on(obj, date)
    start, end = (when_from_text(text) for text in cast("list[str]", shown["when"]))
    missing = unsent(user, event, contents.properties(), contents.guests)
    guests = guests_on(user, contents.guests | guests_on_date(event, date), shown, missing)
    return EventDetail(
        id=event.pk,
        revision=event.revision,
        **_texts(shown),
        start=start,
        end=end,
        organizer=_organizer(event),
        organizer_address=event.organizer_address,
        organizer_id=event.organizer_user_id,
        is_mine=is_organized_by(event, user.pk),
        answer=next((guest.partstat for guest in guests if guest.is_me), ""),
        guests=guests,
        copies=tuple(copies_of(user, event)),
        may_edit=may.change and not unreadable,
        why_not=unreadable or _why_not(event, may),
        date=date,
        recurrence=() if scope else obj.recurrence,
        begins=start if scope else obj.event.start,
        series=obj if date and not scope else None,
        meeting_link=shown_link(shown.get("conference"), event.updated_at),
        chosen=Chosen(event.kind, entry is not None and entry.kept_apart),
        may_invite=may.invite and not unreadable,
        rights=rights_of(shown),
        importance=str(shown.get("importance") or "normal"),
        special=nature_of(shown),
        **own_values(shown),
    )


def _texts(shown: Properties) -> dict[str, Any]:
    return {key: str(shown.get(key) or "") for key in ("summary", "description", "location")}


def _alive(user: User, event_id: int) -> Event:
    check_access(user, EVENT, "read")
    alive = Event.objects.visible_to(user).alive().select_related("organizer_user", "kind")
    event = alive.filter(pk=event_id).first()
    if event is None:
        raise NotVisible
    return event


def _shown_on(obj: CalendarObject, date: str) -> tuple[str, Properties, str]:
    """Which date it is, what it holds, and why it can't be changed, if it can't."""
    if not obj.is_series:
        return "", properties(obj), ""
    for name in (date, "") if date else ("",):
        try:
            when = named_date(obj, name)
            shown = properties(CalendarObject("", series.event_at(obj, when)))
            return when_to_text(when), shown, ""
        except SeriesRefused:
            continue
        except UnreadableRecurrence:
            return "", properties(obj), UNREADABLE
    return "", properties(obj), refusal(SeriesRefused("no_date")).text


def _why_not(event: Event, may: Permission) -> str:
    if may.change:
        return ""
    if text := COMES_FROM_ELSEWHERE.get(str(event.components.get("special"))):
        return text
    return f"{_organizer(event)}'s meeting: you can answer, or remove it from your calendar."
