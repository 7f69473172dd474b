"""The end of a commit: the fence, the token, and the journal of a run that did something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..engine.sync import JournalEntry, Lease, LinkChange, Listing, SyncReport, SyncToken
from ..models import Change, Pairing, Run
from ..models import Link as LinkRow
from ..models.bulk import create_all
from .django_lease import LEASE

COUNTS = ("received", "sent", "mailed", "held", "refused", "conflicts", "remaining")
ENDING = (*COUNTS, "ended_at", "error_code", "error_detail")

Placed = list[tuple[LinkChange, LinkRow]]
"""Changes with the links they were applied to."""


def save_token(
    pairing_id: int,
    lease: Lease,
    token: SyncToken | None,
    now: datetime,
    listing: Listing | None = None,
) -> bool:
    """In one statement; False: the lease is lost."""
    rows = Pairing.objects.filter(
        pk=pairing_id, credential__pk=lease.account, credential__lease_fence=lease.fence
    )
    if token is None:
        return rows.exists()
    number = listing.number if listing else None
    return rows.update(token=token, token_saved_at=now, listing=number) == 1


@dataclass(frozen=True, slots=True)
class RunJournal:
    """What one run writes about itself; the lease's fence names the run."""

    pairing_id: int
    lease: Lease
    trigger: str
    now: datetime

    def write(
        self, placed: Placed, unplaced: Sequence[LinkChange], report: SyncReport | None
    ) -> None:
        """Two statements, none where nothing happened."""
        told = [(link, entry) for change, link in placed for entry in change.journal]
        bare = [entry for change in unplaced for entry in change.journal]
        if not (told or bare or has_to_tell(report)):
            return
        run = self._run(report)
        lines = [_line(run, entry, link) for link, entry in told]
        create_all(Change, lines + [_line(run, entry) for entry in bare])

    def _run(self, report: SyncReport | None) -> Run:
        """The run's row: made by its first commit, ended by the one with the report."""
        run = Run(
            credential_id=int(self.lease.account),
            pairing_id=self.pairing_id,
            fence=self.lease.fence,
            trigger=self.trigger,
            started_at=self.lease.until - LEASE,
        )
        if report:
            run.ended_at = self.now
            for count in COUNTS:
                setattr(run, count, getattr(report, count))
            if report.error:
                run.error_code, run.error_detail = report.error.code, report.error.detail
        Run.objects.bulk_create(
            [run],
            update_conflicts=True,
            unique_fields=["pairing", "fence"],
            update_fields=ENDING if report else ["fence"],
        )
        return run


def has_to_tell(report: SyncReport | None) -> bool:
    """Whether a run is worth a row: it did something, or failed."""
    if report is None:
        return False
    return report.error is not None or any(getattr(report, count) for count in COUNTS)


def _line(run: Run, entry: JournalEntry, link: LinkRow | None = None) -> Change:
    return Change(
        run=run,
        link=link,
        event_id=link.entry.event_id if link else None,
        side=entry.side.value,
        what=entry.what,
        title=link.title if link else "",
        keys=list(entry.keys),
        before=dict(entry.before),
        mailed=list(entry.mailed),
        code=entry.code,
    )
