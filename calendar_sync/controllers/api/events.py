"""Events: those of a period, one of them, its changes and the caller's answer."""

from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from calendar_sync.actions import archiving, events, feed, moving, organizers, series
from calendar_sync.actions.calendars import people_at
from calendar_sync.actions.drafts import RIGHTS, EventDraft
from calendar_sync.actions.event_choices import edit_with_choices
from calendar_sync.actions.guest_list import GuestLine
from calendar_sync.actions.invitations import Invited
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.series import Scope
from calendar_sync.controllers.api.event_shapes import (
    AllDay,
    AnyTime,
    ArchivedEvent,
    ArchivedList,
    Copy,
    Deletion,
    Event,
    EventCard,
    EventChanges,
    EventPage,
    Floating,
    Guest,
    MailDecision,
    MeetingLink,
    NewEvent,
    NewOrganizer,
    OneDate,
    Organizer,
    OwnAnswer,
    Period,
    Proposal,
    Time,
    Timed,
)
from calendar_sync.controllers.api.guest_shapes import ROLES, NewGuest
from calendar_sync.controllers.api.operations import Caller
from calendar_sync.controllers.api.own_shapes import Alarm, OtherCalendar
from calendar_sync.controllers.api.problems import Mail, mail_undecided, wrong_parameters
from calendar_sync.controllers.api.shapes import UNSET, given
from calendar_sync.engine import event as content
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import (
    AlarmAction,
    PartStat,
    UserType,
    When,
    instant,
    normalized_address,
)
from calendar_sync.engine.rights import KEY
from calendar_sync.engine.special import Declining

LONGEST_PERIOD = timedelta(days=400)
T = TypeVar("T")


def list_events(caller: Caller, query: Period) -> EventPage:
    """Events of a period

    Those of the caller's calendar: his own and those he is invited to, without what he declined
    unless `declined` asks for it; a series by its dates.
    """
    if not timedelta() < query.end - query.start <= LONGEST_PERIOD:
        days = LONGEST_PERIOD.days
        raise wrong_parameters({"end": f"Give an end after the start, by up to {days} days."})
    cards = feed.events_between(caller.user, query.start, query.end, declined=query.declined)
    placed = sorted(((_place(card), card) for card in cards), key=lambda pair: pair[0])
    after = "" if query.after is UNSET else query.after
    rest = [pair for pair in placed if pair[0] > after]
    page = rest[: query.limit]
    more = page[-1][0] if len(rest) > len(page) else None
    return EventPage(tuple(_card(card) for _, card in page), more)


def create_event(caller: Caller, body: NewEvent) -> Event:
    """Make an event

    In the caller's calendar, and then in the connected one where new events go.
    """
    fields = _fields(body)
    made = events.create_event(caller.user, EventDraft(**fields), _choice(body.mail), caller.now)
    return _event(caller, _decided(made).pk)


def get_event(caller: Caller, pk: int, query: OneDate) -> Event:
    """One event"""
    return _event(caller, pk, query.date)


def change_event(caller: Caller, pk: int, body: EventChanges, revision: int | None) -> Event:
    """Change an event

    All of it for its organizer; for a guest what is his own (`availability`, `classification`,
    `alarms`, `colour` and `categories`), and what the organizer lets him change.
    Where a series is divided, the answer is the new one.
    """
    scope, choice, fields = Scope(body.scope), _choice(body.mail), _fields(body)
    changed = edit_with_choices(
        caller.user, pk, body.date, scope, fields, choice, caller.now, revision
    )
    return _event(caller, _decided(changed).pk, body.date)


def delete_event(caller: Caller, pk: int, query: Deletion, revision: int | None) -> None:
    """Delete an event

    For everybody what the caller organizes; an invitation is declined instead.
    """
    scope, choice = Scope(query.scope), _choice(query.mail)
    _decided(series.delete_dates(caller.user, pk, query.date, scope, choice, caller.now, revision))


def answer_event(caller: Caller, pk: int, body: OwnAnswer) -> Event:
    """Answer an invitation"""
    scope, partstat = Scope(body.scope), PartStat(body.answer)
    comment = None if body.comment is UNSET else body.comment
    series.answer_dates(
        caller.user, pk, body.date, scope, partstat, caller.now, comment=comment, tell=body.tell
    )
    return _event(caller, pk, body.date)


def list_archived(caller: Caller) -> ArchivedList:
    """Archived events

    The caller's own, the newest first; up to 200.
    """
    return ArchivedList(tuple(map(_archived, archiving.archived_events(caller.user))))


def archive_event(caller: Caller, pk: int, body: MailDecision, revision: int | None) -> None:
    """Archive an event

    It is cancelled at the provider and kept here, a series with all its dates.
    """
    choice = _choice(body.mail)
    _decided(archiving.archive_event(caller.user, pk, choice, caller.now, revision))


def unarchive_event(caller: Caller, pk: int, body: MailDecision) -> None:
    """Bring an archived event back

    At the provider it is made again, unless it was not cancelled yet.
    """
    _decided(archiving.unarchive_event(caller.user, pk, _choice(body.mail), caller.now))


def hand_over_event(caller: Caller, pk: int, body: NewOrganizer) -> None:
    """Hand a meeting over

    The new organizer's own is made first; then cancelling the old one waits for a decision.
    """
    address = normalized_address(body.address)
    heir = people_at([address]).get(address, 0)
    _decided(organizers.hand_over(caller.user, pk, heir, _choice(body.mail), caller.now))


def move_event_to_calendar(caller: Caller, pk: int, body: OtherCalendar) -> None:
    """Move an event to another one of its organizer's calendars

    Nobody is mailed. Within Google a meeting stays what it is; elsewhere an event without guests is
    made anew.
    """
    calendar = moving.calendar_of(caller.user, body.calendar)
    moving.move_to_calendar(caller.user, pk, calendar, caller.now)


# --- between shapes and actions


def _fields(body: NewEvent | EventChanges) -> dict[str, Any]:
    """What was sent, as fields of an EventDraft."""
    fields = given(body)
    for name in ("mail", "date", "scope"):
        fields.pop(name, None)
    for name in fields.keys() & {"start", "end"}:
        fields[name] = _when(fields[name])
    if fields.get("alarms"):
        fields["alarms"] = tuple(
            content.Alarm(each.minutes, AlarmAction(each.action)) for each in fields["alarms"]
        )
    if "guests" in fields:
        fields["guests"] = tuple(map(_invited, fields["guests"]))
    return fields


def _invited(guest: NewGuest) -> Invited:
    role = None if guest.role is UNSET else ROLES[guest.role]
    kind = None if guest.kind is UNSET else UserType(guest.kind)
    return Invited(guest.address, guest.name, role, kind)


def _when(time: Time) -> When:
    if isinstance(time, AllDay):
        return time.date
    return time.date_time.replace(tzinfo=time.time_zone)


def _time(when: When) -> AnyTime:
    if not isinstance(when, datetime):
        return AllDay(when)
    wall = when.replace(tzinfo=None)
    return Timed(wall, when.tzinfo) if isinstance(when.tzinfo, ZoneInfo) else Floating(wall)


def _choice(mail: Mail) -> Choice | None:
    return None if mail is UNSET else Choice(mail.replace("_", "-"))


def _decided(result: T | MailQuestion) -> T:
    if isinstance(result, MailQuestion):
        raise mail_undecided(result)
    return result


def _archived(line: archiving.Archived) -> ArchivedEvent:
    return ArchivedEvent(
        line.id,
        line.summary,
        _time(line.start),
        _time(line.end),
        line.is_series,
        line.guests,
        line.since,
    )


def _place(card: feed.EventCard) -> str:
    """Sorts by start and is unique in a period."""
    return f"{instant(card.start):%Y%m%dT%H%M%SZ}-{card.id:019}"


def _card(card: feed.EventCard) -> EventCard:
    return EventCard(
        id=card.id,
        date=card.date or None,
        summary=card.summary,
        start=_time(card.start),
        end=_time(card.end),
        location=card.location,
        is_series=card.is_series,
        organizer=card.organizer,
        is_mine=card.is_mine,
        may_edit=card.may_edit,
        answer=card.answer or None,
        availability=card.availability,
        classification=card.classification,
        importance=card.importance,
        kind=card.kind.key if card.kind else "",
        colour=card.colour or None,
        guests=card.guests,
        special=card.special.special.value if card.special else "",
        waiting=card.waiting,
        attention=card.attention,
    )


def _event(caller: Caller, pk: int, date: str = "") -> Event:
    detail = feed.event_detail(caller.user, pk, date)
    link = detail.meeting_link
    return Event(
        id=detail.id,
        date=detail.date or None,
        recurrence=detail.recurrence,
        revision=detail.revision,
        summary=detail.summary,
        description=detail.description,
        location=detail.location,
        meeting_link=MeetingLink(link.kind, link.url, link.phone, link.state)
        if link.state
        else None,
        start=_time(detail.start),
        end=_time(detail.end),
        availability=detail.availability,
        classification=detail.classification,
        importance=detail.importance,
        kind=detail.chosen.key,
        kept_apart=detail.chosen.kept_apart,
        alarms=None if detail.alarms is None else tuple(map(_alarm, detail.alarms)),
        colour=detail.colour or None,
        categories=detail.categories,
        organizer=_organizer(detail),
        is_mine=detail.is_mine,
        is_series=detail.is_series,
        may_edit=detail.may_edit,
        why_not=detail.why_not,
        answer=detail.answer or None,
        guests=tuple(map(_guest, detail.guests)),
        may_invite=detail.may_invite or detail.may_edit,
        **{name: getattr(detail.rights, key.removeprefix(KEY)) for name, key in RIGHTS.items()},
        **_special(detail),
        copies=tuple(
            Copy(copy.provider, copy.address, copy.state, copy.waiting, copy.withheld, copy.reason)
            for copy in detail.copies
        ),
        uninformed=detail.uninformed,
    )


def _alarm(alarm: content.Alarm) -> Alarm:
    return Alarm(alarm.minutes, alarm.action.value)


def _guest(guest: GuestLine) -> Guest:
    return Guest(
        guest.address,
        guest.name,
        next(word for word, role in ROLES.items() if role.value == guest.role),
        guest.kind,
        guest.partstat,
        guest.comment,
        guest.additional_guests,
        guest.unsent.value if guest.unsent else None,
        guest.is_me,
        Proposal(*map(_time, guest.proposed)) if guest.proposed else None,
    )


def _special(detail: feed.EventDetail) -> dict[str, Any]:
    nature = detail.special
    declining = (nature and nature.declining) or Declining()
    place = nature.workplace if nature else None
    return {
        "special": nature.special.value if nature else "",
        "decline": declining.mode.value,
        "decline_message": declining.message,
        "chat_status": nature.chat_status if nature else "",
        "workplace": place.kind.value if place else None,
        "workplace_label": place.label if place else "",
    }


def _organizer(detail: feed.EventDetail) -> Organizer | None:
    if not detail.organizer_address:
        return None
    return Organizer(detail.organizer_address, detail.organizer)
