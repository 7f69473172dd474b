"""Mirrors: which events a calendar shows of its person's other ones (`engine.masks`).

State decides: what lacks a mirror and what has one too many is found by looking, so a run that
died or a notice that was lost costs nothing but time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import Exists, OuterRef, Q, QuerySet

from calendar_sync.engine.event import Availability, PartStat
from calendar_sync.engine.masks import Mirror
from calendar_sync.engine.pending import Action
from calendar_sync.engine.policy import Direction
from calendar_sync.engine.special import Special
from calendar_sync.engine.sync import LinkState
from calendar_sync.models.attendee import Attendee
from calendar_sync.models.bulk import create_all
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


@dataclass(frozen=True, slots=True)
class Mirroring:
    """A calendar that shows what is in its owner's others; `mode` may be OFF."""

    pairing_id: int
    credential_id: int
    owner_id: int
    mode: Mirror

    def entries(self) -> QuerySet[Entry]:
        """What it shows: what lies in another account, or here alone, and not in this account."""
        links = Link.objects.open().filter(kind=Link.Kind.MAIN)
        present = links.filter(
            entry__event=OuterRef("event"), pairing__credential=self.credential_id
        )
        others = ListedCalendar.objects.filter(
            credential=OuterRef("pairing__credential"),
            canonical_id=OuterRef("pairing__remote_calendar__canonical_id"),
        )
        elsewhere = links.filter(entry=OuterRef("pk")).exclude(read_only__in=NOT_HIS)
        elsewhere = elsewhere.exclude(state=LinkState.LEFT_OUT.value)
        elsewhere = elsewhere.exclude(Exists(others.exclude(owner="")))
        linked = links.filter(entry__event=OuterRef("event"))
        unsent = Q(event__home=None) & ~Q(event__organizer_user=None) & ~Exists(linked)
        rows = Entry.objects.alive().filter(calendar__owner=self.owner_id, kept_apart=False)
        for note in NOTES:
            rows = rows.exclude(event__components__contains={"special": note})
        rows = rows.filter(Exists(elsewhere) | unsent & ~Q(event__organizer_user=self.owner_id))
        rows = rows.exclude(Exists(present)).exclude(Exists(self._declined()))
        if self.mode is Mirror.OFF:
            return rows.none()
        free = Q(availability=Availability.FREE.value)
        return rows.exclude(free) if self.mode is Mirror.BUSY else rows

    def _declined(self) -> QuerySet[Attendee]:
        """One person may be invited at two addresses, and answer from either."""
        own = Attendee.objects.filter(event=OuterRef("event"), user=self.owner_id, recurrence_id="")
        return own.filter(partstat=PartStat.DECLINED.value)

    def missing(self, now: datetime) -> list[Entry]:
        """What it shows and has no mirror of yet; what is over is not shown any more."""
        ahead = Occurrence.objects.filter(event=OuterRef("event"), ends_at__gt=now - DAY)
        later = Q(event__ends_at__gt=now - DAY) | Exists(ahead)
        mirrors = Link.objects.open().filter(
            pairing=self.pairing_id, kind=Link.Kind.MIRROR, entry__event=OuterRef("event")
        )
        rows = self.entries().filter(later).exclude(Exists(mirrors)).order_by("pk")
        return list({row.event_id: row for row in reversed(rows)}.values())

    def stale(self) -> LinkQuerySet:
        """Mirrors of what it does not show any more, unless they are being taken away."""
        mirrors = Link.objects.open().filter(pairing=self.pairing_id, kind=Link.Kind.MIRROR)
        held = Q(state=LinkState.HELD.value) & ~Q(hold__action=Action.DELETE.value)
        at_rest = Q(state__in=(LinkState.SETTLED.value, LinkState.ASKED.value)) | held
        return mirrors.filter(at_rest).exclude(entry__in=self.entries().values("pk"))

    def settle(self, now: datetime) -> None:
        """In the run of its own account: links for what is missing; three statements at rest."""
        create_all(Link, self._links(self.missing(now)))
        stale = self.stale()
        stale.filter(href="", attempt=None).update(closed_at=now)
        stale.exclude(href="", attempt=None).update(state=LinkState.DIRTY.value)

    def announce(self, now: datetime) -> None:
        """In anybody else's transaction: the same, left to its own run, which becomes due."""
        links = self._links(self.missing(now))
        create_all(Link, links)
        stale = self.stale().filter(marks=None).exclude(href="")
        create_all(DirtyMark, [DirtyMark(link=link) for link in (*links, *stale)])

    def _links(self, entries: Iterable[Entry]) -> list[Link]:
        """A name of its own for each: the meeting's is that of a real copy."""
        state = LinkState.DIRTY.value
        return [
            Link(
                pairing_id=self.pairing_id,
                entry=entry,
                kind=Link.Kind.MIRROR,
                uid=f"mirror-{uuid4()}",
                state=state,
            )
            for entry in entries
        ]


def showing(owner_id: int, *, beside: int | None = None) -> list[Mirroring]:
    """The calendars of a person that show his others; without those of the account `beside`."""
    rows = Pairing.objects.filter(calendar__owner=owner_id, state=Pairing.State.ACTIVE)
    rows = rows.exclude(mirror=Mirror.OFF.value)
    rows = rows.exclude(policy__contains={"direction": Direction.FROM_PROVIDER.value})
    found = rows.exclude(credential=beside) if beside else rows
    return [
        Mirroring(row.pk, row.credential_id, owner_id, Mirror(row.mirror))
        for row in found.order_by("pk")
    ]
