"""Mirrors: which events a calendar shows of its person's other ones (`engine.masks`).

State decides: what lacks a mirror and what has one too many is found by looking, so a run that
died or a notice that was lost costs nothing but time. To look at everything takes a while, so a
commit looks at what it changed, and a run at all of it only where something was edited, or hourly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from calendar_sync.engine.event import Availability, PartStat
from calendar_sync.engine.masks import Mirror
from calendar_sync.engine.pending import Action
from calendar_sync.engine.policy import Direction
from calendar_sync.engine.special import Special
from calendar_sync.engine.sync import LinkState
from calendar_sync.models.attendee import Attendee
from calendar_sync.models.bulk import create_all
from calendar_sync.models.credential import ProviderCredential
from calendar_sync.models.dirty_mark import DirtyMark
from calendar_sync.models.entry import Entry
from calendar_sync.models.link import Link, LinkQuerySet
from calendar_sync.models.listed_calendar import ListedCalendar
from calendar_sync.models.occurrence import Occurrence
from calendar_sync.models.pairing import Pairing

NOT_HIS = ("no_write_access", "details_hidden", "shared")
"""Codes of copies in somebody else's calendar: they take none of this person's time."""

NOTES = (Special.BIRTHDAY.value, Special.WORKING_LOCATION.value)
"""What stands on a day and takes no time of it."""

DAY = timedelta(days=1)
"""All-day events float over time zones."""

COMPARED_AGAIN = timedelta(hours=1)
LAG = timedelta(minutes=10)
"""How old an edit may be that we learn of only now: the provider dates it."""

Shown = tuple[int, str]
"""An entry, and which date of it a mirror shows; "" for all of it."""


@dataclass(frozen=True, slots=True)
class Mirroring:
    """A calendar that shows what is in its owner's others; `mode` may be OFF."""

    pairing_id: int
    credential_id: int
    owner_id: int
    mode: Mirror

    def entries(self, events: Collection[int] | None = None) -> QuerySet[Entry]:
        """What it shows: what lies in another account, or here alone, and not in this account.

        `events`: only of these. What a reset has unlinked lies in its account still, as after a
        disconnect, until the person has signed in again.
        """
        links = Link.objects.open().filter(kind=Link.Kind.MAIN)
        accounts = ProviderCredential.objects.filter(user=self.owner_id, state_code="reset")
        reset = accounts.exclude(pk=self.credential_id).values("pk")
        known = Q(closed_at=None) | Q(pairing__credential__in=reset)
        present = links.filter(pairing__credential=self.credential_id).values("entry__event")
        others = ListedCalendar.objects.filter(
            credential=OuterRef("pairing__credential"),
            canonical_id=OuterRef("pairing__remote_calendar__canonical_id"),
        )
        elsewhere = Link.objects.filter(known, kind=Link.Kind.MAIN, entry=OuterRef("pk"))
        elsewhere = elsewhere.exclude(read_only__in=NOT_HIS)
        elsewhere = elsewhere.exclude(state=LinkState.LEFT_OUT.value)
        elsewhere = elsewhere.exclude(Exists(others.exclude(owner="")))
        linked = links.filter(entry__event=OuterRef("event"))
        unsent = Q(event__home=None) & ~Q(event__organizer_user=None) & ~Exists(linked)
        rows = Entry.objects.alive().filter(calendar__owner=self.owner_id, kept_apart=False)
        if events is not None:
            rows = rows.filter(event__in=events)
        for note in NOTES:
            rows = rows.exclude(event__components__contains={"special": note})
        rows = rows.filter(Exists(elsewhere) | unsent & ~Q(event__organizer_user=self.owner_id))
        # NOT IN: with NOT EXISTS, PostgreSQL takes minutes for tables it has not analyzed yet.
        rows = rows.exclude(event__in=present).exclude(Exists(self._declined()))
        if self.mode is Mirror.OFF:
            return rows.none()
        free = Q(availability=Availability.FREE.value)
        return rows.exclude(free) if self.mode is Mirror.BUSY else rows

    def _declined(self) -> QuerySet[Attendee]:
        """One person may be invited at two addresses, and answer from either."""
        own = Attendee.objects.filter(event=OuterRef("event"), user=self.owner_id, recurrence_id="")
        return own.filter(partstat=PartStat.DECLINED.value)

    def settle(self, now: datetime) -> None:
        """In the run of its own account: links for what is missing; three statements at rest."""
        missing, stale = self._differing(now)
        create_all(Link, self._links(missing))
        if stale:
            _written(stale, now).update(state=LinkState.DIRTY.value)
        Pairing.objects.filter(pk=self.pairing_id).update(mirrors_compared_at=now)

    def announce(self, now: datetime, events: Collection[int] | None = None) -> None:
        """In anybody else's transaction: the same, left to its own run, which becomes due.

        `events` are those that may have changed, None: all of them. Two statements at rest.
        """
        missing, stale = self._differing(now, events)
        links = self._links(missing)
        create_all(Link, links)
        gone = _written(stale, now).filter(marks=None) if stale else ()
        create_all(DirtyMark, [DirtyMark(link=link) for link in (*links, *gone)])

    def _differing(
        self, now: datetime, events: Collection[int] | None = None
    ) -> tuple[list[Shown], list[int]]:
        """What it shows and has no mirror of yet, and mirrors of what it shows no more.

        What is over gets no mirror any more. Two statements, compared here for the same reason.
        """
        shown = self._shown(now, events)
        links = Link.objects.open().filter(pairing=self.pairing_id, kind=Link.Kind.MIRROR)
        if events is not None:
            links = links.filter(entry__event__in=events)
        names = ("pk", "entry", "date", "entry__event", "state", "hold__action")
        mirrors = list(links.values_list(*names))
        mirrored = {(event, date) for _, _, date, event, _, _ in mirrors}
        missing = {
            (event, date): (entry, date)
            for (entry, date), (event, ahead) in shown.items()
            if ahead and (event, date) not in mirrored
        }
        stale = [
            link
            for link, entry, date, _, state, action in mirrors
            if (entry, date) not in shown and _is_at_rest(state, action)
        ]
        return sorted(missing.values()), stale

    def _shown(
        self, now: datetime, events: Collection[int] | None
    ) -> dict[Shown, tuple[int, bool]]:
        """What it shows, by entry and date: of which event, and whether that lies ahead."""
        later = Occurrence.objects.filter(event=OuterRef("event"), ends_at__gt=now - DAY)
        is_ahead = Q(event__ends_at__gt=now - DAY) | Exists(later)
        ahead = ExpressionWrapper(is_ahead, output_field=BooleanField())
        rows = self.entries(events).annotate(ahead=ahead).order_by("-pk")
        return {
            (pk, date): (event, due)
            for pk, event, due, scope in rows.values_list("pk", "event", "ahead", "scope")
            for date in scope or [""]
        }

    def _links(self, entries: Iterable[Shown]) -> list[Link]:
        """A name of its own for each: the meeting's is that of a real copy."""
        state = LinkState.DIRTY.value
        return [
            Link(
                pairing_id=self.pairing_id,
                entry_id=entry,
                date=date,
                kind=Link.Kind.MIRROR,
                uid=f"mirror-{uuid4()}",
                state=state,
            )
            for entry, date in entries
        ]


def _written(stale: Collection[int], now: datetime) -> LinkQuerySet:
    """Those that stand there, or may; the others are done with at once."""
    links = Link.objects.filter(pk__in=stale)
    links.filter(href="", attempt__isnull=True).update(closed_at=now)
    return links.exclude(href="", attempt__isnull=True)


def _is_at_rest(state: str, held: str | None) -> bool:
    """Neither about to be looked at, nor being taken away already."""
    if state == LinkState.HELD.value:
        return held != Action.DELETE.value
    return state in (LinkState.SETTLED.value, LinkState.ASKED.value)


def showing(owner_id: int) -> list[Mirroring]:
    """The calendars of a person that show his others."""
    rows = Pairing.objects.filter(calendar__owner=owner_id, state=Pairing.State.ACTIVE)
    rows = rows.exclude(mirror=Mirror.OFF.value)
    rows = rows.exclude(policy__contains={"direction": Direction.FROM_PROVIDER.value})
    return [
        Mirroring(row.pk, row.credential_id, owner_id, Mirror(row.mirror))
        for row in rows.order_by("pk")
    ]
