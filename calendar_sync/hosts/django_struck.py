"""What was done to the objects of a pairing of late, and whom we mailed, read from the journal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum

from ..engine.guards import BRAKES, RELEASED, STRIKING
from ..engine.pending import LinkKey
from ..engine.policy import Side
from ..engine.resting import NOT_IN_STEP
from ..engine.sync import Lease, Struck
from ..models import Change, Pairing
from ..models import Link as LinkRow

COUNTED = (
    Q(what="deleted", code="")
    | Q(what="changed", code="", keys__has_any_keys=list(STRIKING))
    | Q(what="parked", code__in=[guard.value for guard in BRAKES])
)
"""`engine.guards.counts` as a condition."""


def struck_since(pairing_id: int, lease: Lease, since: datetime) -> Struck:
    """In one statement; nothing, if the lease is lost."""
    lines = Change.objects.filter(run__pairing=pairing_id, run__started_at__gte=since)
    lines = lines.exclude(link=None)
    released = lines.filter(code=RELEASED).values("link")
    struck = lines.filter(COUNTED, side=Side.HERE.value).exclude(link__in=released)
    mirrors = struck.filter(link__kind=LinkRow.Kind.MIRROR)
    links = LinkRow.objects.filter(pairing=pairing_id).exclude(href="")
    links = links.exclude(state__in=NOT_IN_STEP)
    links = links.filter(Q(closed_at=None) | Q(closed_at__gte=since))
    counts = links.order_by().values("pairing").annotate(count=Count("pk")).values("count")
    row = (
        Pairing.objects.filter(
            pk=pairing_id, credential__pk=lease.account, credential__lease_fence=lease.fence
        )
        .annotate(
            struck=ArraySubquery(struck.exclude(pk__in=mirrors).values("link")),
            linked=Subquery(counts.filter(kind=LinkRow.Kind.MAIN)),
            struck_mirrors=ArraySubquery(mirrors.values("link")),
            mirrored=Subquery(counts.filter(kind=LinkRow.Kind.MIRROR)),
            mailed=Subquery(_mails(since)),
        )
        .values("struck", "linked", "struck_mirrors", "mirrored", "mailed")
        .first()
    )
    if row is None:
        return Struck()
    return Struck(
        _keys(row["struck"]),
        row["linked"] or 0,
        _keys(row["struck_mirrors"]),
        row["mirrored"] or 0,
        row["mailed"] or 0,
    )


def _mails(since: datetime) -> QuerySet[Change, Any]:
    """How many we sent for the person whose pairing it is, whichever account he sent them from."""
    his = Q(run__credential__user=OuterRef("credential__user"))
    told = Func("mailed", function="jsonb_array_length", output_field=IntegerField())
    lines = Change.objects.filter(his, run__started_at__gte=since).order_by()
    return lines.values("run__credential__user").annotate(all=Sum(told)).values("all")


def _keys(links: Iterable[int]) -> frozenset[LinkKey]:
    return frozenset(LinkKey(str(link)) for link in links)
