"""Previews as rows: what a person was shown, and what a run must not go beyond."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..engine.filters import Reason
from ..engine.policy import Side
from ..engine.showing import Act, Preview
from ..models import Preview as PreviewRow
from ..models import PreviewedAct
from ..models.bulk import create_all


def keep_shown(preview: PreviewRow, pairing_id: int, shown: Preview) -> None:
    rows = (
        PreviewedAct(
            preview=preview,
            pairing_id=pairing_id,
            object=act.object,
            side=act.side.value,
            what=act.what,
            mailed=list(act.mailed),
            summary=act.summary,
            start=act.start,
            code=act.code,
        )
        for act in shown.acts
    )
    create_all(PreviewedAct, rows)


def left_out_json(shown: Iterable[Preview]) -> list[tuple[str, str, int]]:
    """Of all calendars of an account together."""
    total: Counter[tuple[Side, Reason]] = Counter()
    for each in shown:
        total.update(each.left_out)
    return [(side.value, reason.value, count) for (side, reason), count in sorted(total.items())]


def shown_of(pairing_id: int) -> Preview:
    """What the owner agreed to; nothing, if the calendar was chosen since. Two statements."""
    applied = PreviewRow.objects.filter(credential__pairings=pairing_id)
    applied_at = applied.values_list("applied_at", flat=True).first()
    rows = PreviewedAct.objects.filter(pairing=pairing_id).order_by("pk")
    told = rows.values_list("object", "side", "what", "mailed")
    return Preview(
        tuple(Act(name, Side(side), what, tuple(mailed)) for name, side, what, mailed in told),
        applied_at,
    )
