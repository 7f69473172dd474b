"""The host on Django's database: one pairing of one person's calendar (`engine.ports.Host`).

Every method is one transaction and may be repeated. Writes start by locking the credential, whose
fence says whether the lease still holds; then events, entries and links follow, each by id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from ..engine.consent import Consent
from ..engine.guests import rooms
from ..engine.masks import Mirror
from ..engine.pending import Attempt, Undo
from ..engine.ports import Clock
from ..engine.properties import everybody, object_of, properties
from ..engine.relocation import Relocation
from ..engine.scope import seen_alone
from ..engine.sync import (
    CopyRole,
    Fate,
    Href,
    Lease,
    LinkChange,
    LinkView,
    Listing,
    Mark,
    PassedOver,
    Struck,
    SyncReport,
    SyncToken,
    Work,
)
from ..models import Address, DirtyMark, EventUid, ProviderCredential
from ..models import Link as LinkRow
from ..models.contents import Contents, guests_beside
from ..models.link import LinkQuerySet
from ..models.roles import role_of
from .django_commit import apply_changes
from .django_contacts import meet_guests
from .django_guest_copies import HOME, as_from_outside, beside_others
from .django_journal import RunJournal, has_to_tell, save_token
from .django_lease import renew_lease
from .django_materialize import materialize
from .django_mirrors import mirror_view
from .django_pairing import PairingFacts, pairing_facts
from .django_passed_over import keep_passed_over
from .django_preview import shown_of
from .django_relocation import relocate
from .django_rows import decided_of, link_of
from .django_struck import struck_since
from .django_transactions import repeatable


class DjangoHost:
    """Implements `engine.ports.Host` for one pairing. `trigger` is noted on the run."""

    def __init__(self, pairing_id: int, clock: Clock, trigger: str = "schedule") -> None:
        self._pairing_id = pairing_id
        self._clock = clock
        self._trigger = trigger
        self._facts: PairingFacts | None = None

    @repeatable
    def open(self, lease: Lease) -> Work | None:
        """In one statement; one more where something waits, three where it is looked anew at what
        is to be shown of the person's other calendars, and two while runs go by a preview.
        """
        self._facts = facts = pairing_facts(self._pairing_id, lease)
        if facts is None:
            return None
        now = self._clock.now()
        mirrors_due = facts.mirrors_due(now)
        if mirrors_due:
            facts.mirroring.settle(now)
        return Work(
            facts.namespace,
            facts.token,
            facts.policy,
            facts.owner,
            self._waiting(facts) if facts.has_waiting or mirrors_due else (),
            facts.listing,
            shown_of(facts.pairing_id) if facts.by_preview else None,
        )

    def _waiting(self, facts: PairingFacts) -> tuple[LinkView, ...]:
        waiting = LinkRow.objects.waiting().filter(pairing=self._pairing_id)
        marked = DirtyMark.objects.filter(link__pairing=self._pairing_id)
        either = waiting.values("pk").union(marked.values("link"))
        return _views(facts, LinkRow.objects.open().filter(pk__in=either))

    @repeatable
    def views(
        self, lease: Lease, hrefs: Sequence[Href], uids: Sequence[str], listing: int | None = None
    ) -> Sequence[LinkView]:
        """In one statement after `open`."""
        facts = self._facts or pairing_facts(self._pairing_id, lease)
        if facts is None:
            return ()
        links = LinkRow.objects.open().filter(
            pairing=self._pairing_id, pairing__credential__lease_fence=lease.fence
        )
        if listing is not None:
            links = links.filter(~Q(listed=listing) | Q(href__in=set(hrefs)))
        else:
            known = EventUid.objects.filter(uid__in=set(uids), retired=False).values("event")
            unsent = links.filter(href="", entry__event__in=known).values("pk")
            named = links.filter(href__in=set(hrefs)).values("pk")
            links = LinkRow.objects.filter(pk__in=named.union(unsent))
        return _views(facts, links)

    @repeatable
    def struck(self, lease: Lease, since: datetime) -> Struck:
        """In one statement."""
        return struck_since(self._pairing_id, lease, since)

    @repeatable
    def relocate(self, lease: Lease, moves: Sequence[Relocation]) -> bool:
        facts = self._facts or pairing_facts(self._pairing_id, lease)
        if facts is None or not renew_lease(lease, self._clock.now()):
            return False
        relocate(facts, moves)
        return True

    @repeatable
    def attempt(self, lease: Lease, attempts: Sequence[Attempt]) -> bool:
        """Two statements, however many attempts."""
        if not renew_lease(lease, self._clock.now()):
            return False
        rows = [LinkRow(pk=int(each.link), attempt=each.to_json()) for each in attempts]
        LinkRow.objects.bulk_update(sorted(rows, key=lambda row: row.pk), ["attempt"])
        return True

    @repeatable
    def commit(
        self,
        lease: Lease,
        changes: Sequence[LinkChange],
        token: SyncToken | None = None,
        report: SyncReport | None = None,
        listing: Listing | None = None,
        over: PassedOver | None = None,
    ) -> bool:
        """One statement where there is nothing to commit but a token."""
        now = self._clock.now()
        if not (changes or listing or over or has_to_tell(report)):
            return save_token(self._pairing_id, lease, token, now)
        if not renew_lease(lease, now):
            return False
        facts = self._facts or pairing_facts(self._pairing_id, lease)
        if facts is None:
            return False
        new = [change for change in changes if change.fate is Fate.MATERIALIZE]
        placed = apply_changes(facts, changes, now) + materialize(facts, new, now)
        if placed:
            facts.announce({row.entry.event_id for _, row in placed}, now)
        if facts.policy.guests_become:
            meet_guests(facts.policy.guests_become, changes)
        unplaced = [each for each in changes if not each.link and each.fate is Fate.KEEP]
        run = RunJournal(self._pairing_id, lease, self._trigger, now)
        run.write(placed, unplaced, report)
        if over:
            keep_passed_over(facts, over)
        if listing:
            shown = LinkRow.objects.filter(pairing=self._pairing_id, href__in=listing.hrefs)
            shown.update(listed=listing.number)
        return token is None or save_token(self._pairing_id, lease, token, now, listing)


def _views(facts: PairingFacts, links: LinkQuerySet) -> tuple[LinkView, ...]:
    """Links with everything about their events, in one statement; one more for outside series."""
    marks = DirtyMark.objects.filter(link=OuterRef("pk")).order_by("pk").values("pk")
    uids = EventUid.objects.filter(event=OuterRef("entry__event"), retired=False, mirror=False)
    homes = LinkRow.objects.open().filter(entry__event=OuterRef("entry__event"), **HOME)
    also: dict[str, ArraySubquery | Exists] = {
        "has_home": Exists(homes),
        "mark_ids": ArraySubquery(marks),
        "uids": ArraySubquery(uids.values("uid")),
        "guest_rows": guests_beside(facts.pairing_id),
        "guests_of_dates": ArraySubquery(_with_own_date(facts.pairing_id)),
        "born_here": Exists(EventUid.objects.filter(event=OuterRef("entry__event"), provider="")),
    }
    if facts.mirror is not Mirror.OFF:
        shown = facts.mirroring.entries().filter(pk=OuterRef("entry"))
        also["is_shown"] = Exists(shown)
        named = EventUid.objects.filter(event=OuterRef("entry__event"), mirror=True)
        also["mirror_uids"] = ArraySubquery(named.values("uid"))
    rows = list(links.annotate(**also).select_related("entry__event").order_by("pk"))
    views = beside_others(facts, rows, [_view(facts, row) for row in rows])
    return views if facts.policy.outside_guests else _to_colleagues(views)


def _with_own_date(beside: int) -> QuerySet[LinkRow, tuple[str]]:
    """The addresses of accounts that hold one date of the event alone.

    Accounts are asked for by link: joined, PostgreSQL reads all their links for each event as long
    as it has not analyzed the tables.
    """
    accounts = ProviderCredential.objects.filter(pairings=OuterRef("pairing"))
    running = accounts.filter(state=ProviderCredential.State.ACTIVE).values("address")
    links = LinkRow.objects.open().filter(entry__event=OuterRef("entry__event"))
    links = links.exclude(date="").exclude(pairing=beside).exclude(href="")
    return links.annotate(account=Subquery(running)).exclude(account=None).values_list("account")


def _to_colleagues(views: Sequence[LinkView]) -> tuple[LinkView, ...]:
    """Views of a pairing that sends no guests from outside; in one statement."""
    told = [properties(view.local) if view.local else {} for view in views]
    users = Address.objects.people(address for each in told for address in everybody(each))
    return tuple(
        replace(view, sendable=frozenset(users) | rooms(each))
        for view, each in zip(views, told, strict=True)
    )


def _view(facts: PairingFacts, row: LinkRow) -> LinkView:
    if row.kind == LinkRow.Kind.MIRROR:
        return mirror_view(facts, row)
    contents = Contents.of_rows(row.entry.event, row.guest_rows)
    entry, event, link = row.entry, row.entry.event, link_of(row)
    gone = entry.deleted_at is not None or event.deleted_at is not None
    role = as_from_outside(role_of(event, row, facts.owner_id), has_home=row.has_home)
    speaks = role in {CopyRole.HOME, CopyRole.WITNESS}
    answers = facts.answers(contents.guests)
    shown = None if gone else seen_alone(contents.properties(entry), row.date)
    return LinkView(
        link,
        role,
        None if shown is None else object_of(link.uid, shown),
        max(filter(None, (event.updated_at, entry.updated_at, event.deleted_at))),
        tuple(Mark(str(mark)) for mark in row.mark_ids),
        Consent.from_json(row.consent) if row.consent else None,
        frozenset({link.uid, *row.uids}),
        contents.outranked.union(row.guests_of_dates) - answers if speaks else frozenset(),
        answers,
        decided_of(row),
        Undo.from_json(row.undo) if row.undo else None,
        str(event.kind_id or ""),
        entry.kept_apart,
        born_here=row.born_here,
        changed_by_guest=row.changed_by_guest,
    )
