"""A meeting gets another organizer: a new object at his provider, then the old one goes.

Grow before cut. The event stays one row; the old objects are retired, and what happens to them
concerns only their own links. Nobody is mailed unasked: the question of an invitation comes before
the meeting is handed over, that of cancelling the old one once the new one is there.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction

from calendar_sync.actions.calendars import own_calendar, people_at
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.mail_question import (
    MailQuestion,
    Target,
    guests_going,
    ruling,
    target_of_new,
)
from calendar_sync.actions.meeting_links import anew
from calendar_sync.actions.waking import notify
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat, Role, UserType
from calendar_sync.engine.pending import Action
from calendar_sync.engine.properties import ANSWER, ATTENDEE, Json, addresses, on_which
from calendar_sync.engine.sync import LinkState
from calendar_sync.hosts.django_lease import take_away
from calendar_sync.models import (
    Address,
    Attendee,
    DirtyMark,
    Entry,
    Event,
    EventUid,
    Link,
    ProviderCredential,
)
from calendar_sync.models.contents import Contents, load_contents, save_contents
from calendar_sync.models.link import NOTHING_OPEN, LinkQuerySet
from calendar_sync.models.marks import link_entry
from calendar_sync.models.roles import is_organized_by
from calendar_sync.security.access import check_access

EVENT = "calendar_sync.event"


@dataclass(frozen=True)
class Candidate:
    """A guest who could organize the meeting."""

    user_id: int
    name: str


def candidates(user: User, event_id: int) -> list[Candidate]:
    """Guests of one's own meeting who are users here; two statements."""
    event = _own(user, event_id)
    guests = Attendee.objects.filter(event=event, recurrence_id="").exclude(user=None)
    rows = guests.exclude(user=user.pk).select_related("user").order_by("user__name", "user")
    names = {row.user_id: str(getattr(row.user, "name", "")) or row.address for row in rows}
    return [Candidate(user_id, name) for user_id, name in names.items() if user_id]


def hand_over(
    user: User, event_id: int, to_id: int, choice: Choice | None, now: datetime
) -> MailQuestion | None:
    """Make a guest the organizer; the former one stays as a guest."""
    check_access(user, EVENT, "write")
    event = _own(user, event_id)
    heir = get_user_model().objects.filter(pk=to_id).first()
    if heir is None or to_id not in {each.user_id for each in candidates(user, event_id)}:
        raise ActionRefused("not_a_guest", "Only a guest who works here can take the meeting over.")
    calendar = own_calendar(heir)  # where he has it as a guest
    target = target_of_new(heir.pk, calendar.pk)
    _check_possible(event, heir, target)
    contents = load_contents([event])[event.pk]
    address = target.pairing.credential.address if target else ""
    changed = {**_changed(heir, contents, address), **anew(event.components, target)}
    values = {**contents.properties(), **changed}
    present = {key: value for key, value in values.items() if value is not None}
    asked = ruling(Action.CREATE, target, present, choice, now, event.summary)
    if asked.question:
        return asked.question
    with transaction.atomic():
        take_away(ProviderCredential.objects.filter(pairings__links__entry__event=event))
        check_not_being_written(event)
        _rewrite(user, heir, event, changed, now)
        retire(event)
        entry, _ = Entry.objects.update_or_create(
            event=event, calendar=calendar, defaults={"deleted_at": None}
        )
        if link := link_entry(entry, guests_going(present, target)):
            link.uid = f"{uuid.uuid4()}@calendar-sync"  # another object: another key
            link.consent = asked.consent.to_json() if asked.consent else None
            link.save(update_fields=["uid", "consent"])
            DirtyMark.objects.create(link=link)
        notify()
    return None


def _check_possible(event: Event, heir: User, target: Target | None) -> None:
    """Raises ActionRefused."""
    if target is None and main_links(event).exclude(href="").exists():
        name = getattr(heir, "name", "")
        words = f"{name} has no running connection, so nobody could invite the guests."
        raise ActionRefused("heir_not_connected", words)


def check_not_being_written(event: Event) -> None:
    """Nobody writes any more; what may have been written must be found out first."""
    if main_links(event).filter(attempt__isnull=False).exists():
        raise ActionRefused("being_written", "It is being written right now: try again soon.")


def main_links(event: Event) -> LinkQuerySet:
    return Link.objects.open().filter(entry__event=event, kind=Link.Kind.MAIN)


def _own(user: User, event_id: int) -> Event:
    event = Event.objects.visible_to(user).alive().filter(pk=event_id).first()
    if event is None:
        raise NotVisible
    if not event.organizer_address or not is_organized_by(event, user.pk):
        raise ActionRefused("not_organizer", "Only the organizer can hand a meeting over.")
    return event


def _changed(heir: User, contents: Contents, address: str) -> dict[str, Json]:
    """Who organizes, and who is a guest; `address` is the heir's where his provider knows it."""
    event, theirs = contents.event, Address.objects.of(heir.pk)
    own = next((each for each in sorted(theirs) if each in contents.guests), "")
    changed: dict[str, Json] = {"organizer": [address or own, str(getattr(heir, "name", ""))]}
    for guest in contents.guests.keys() & theirs:
        changed |= {ATTENDEE + guest: None, ANSWER + guest: None}
    # What he answered to single dates of a series ends with his part as a guest.
    dated = (key for key in event.components if on_which(key)[1] in changed and on_which(key)[0])
    changed |= dict.fromkeys(dated)
    invitation = [event.organizer_name, Role.REQUIRED.value, UserType.INDIVIDUAL.value]
    changed[ATTENDEE + event.organizer_address] = invitation
    # a provider that invites him begins anew
    answer = PartStat.NEEDS_ACTION if address else PartStat.ACCEPTED
    changed[ANSWER + event.organizer_address] = [answer.value, "", 0]
    return changed


def _rewrite(
    user: User, heir: User, event: Event, changed: Mapping[str, Json], now: datetime
) -> None:
    locked = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    contents = load_contents([locked])[locked.pk]
    contents.put(changed, {**people_at(addresses(changed)), event.organizer_address: user.pk})
    locked.organizer_user_id, locked.home_id = heir.pk, None
    locked.updated_at = now
    save_contents([contents], now)


def retire(event: Event) -> None:
    """The objects there are, and their UIDs, belong to the former organizer's meeting."""
    links = main_links(event)
    DirtyMark.objects.filter(link__in=links.values("pk")).delete()
    links.filter(href="").delete()
    links.update(kind=Link.Kind.RETIRED, state=LinkState.SETTLED.value, **NOTHING_OPEN)
    EventUid.objects.filter(event=event).exclude(provider="").update(retired=True)
