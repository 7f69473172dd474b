"""A person looks at what the next synchronization would do, and lets it.

Nothing is asked of a provider here: a worker makes the preview, and carries it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction
from django.db.models import Count

from calendar_sync.actions.accounts import GONE, start
from calendar_sync.actions.calendar_errands import own_account
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.preview_rows import WAITS, ask_for_preview
from calendar_sync.engine.filters import Reason
from calendar_sync.engine.policy import Side
from calendar_sync.engine.showing import Act
from calendar_sync.models import Preview, PreviewedAct, ProviderCredential
from calendar_sync.providers.registry import PROVIDERS
from calendar_sync.security.access import check_access

CONNECTION = "calendar_sync.connection"
PAGE = 100
State = ProviderCredential.State

Kind = tuple[str, str]
"""Side and what, as in `engine.showing.Act`."""


@dataclass(frozen=True)
class Shown:
    """How the preview of an account stands. `read` and `counts` are those of its objects.

    `may_apply`: it is the viewer's own, and the synchronization waits for it. `running`: what was
    shown is being done. `mailed`: guests who would be mailed, once for each mail. `left_out`: what
    filters keep on either side, by reason.
    """

    credential_id: int
    label: str
    address: str
    state: str
    is_own: bool
    number: int
    read: int
    made_at: datetime | None
    error_code: str
    unshown: int
    applied_at: datetime | None
    running: bool
    paused: bool
    counts: Mapping[Kind, int]
    mailed: tuple[str, ...]
    withheld: int
    left_out: Mapping[Side, Mapping[Reason, int]]

    @property
    def may_apply(self) -> bool:
        return self.is_own and self.made_at is not None and self.state in WAITS

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def count(self, side: Side, what: str) -> int:
        return self.counts.get((side.value, what), 0)


def ask_preview(user: User, credential_id: int, now: datetime) -> None:
    """Have a worker find out what the next synchronization would do."""
    row = own_account(user, credential_id)
    if row.state_code in GONE:
        raise ActionRefused("not_connected", f"{row.address} is not connected: sign in again.")
    if row.state == State.RECONNECT:
        raise ActionRefused("reconnect", f"{row.address} has to reconnect first.")
    if row.paused_at is not None:
        raise ActionRefused("paused", "Paused by an administrator. Try again when it resumes.")
    with transaction.atomic():
        row = ProviderCredential.objects.select_for_update(no_key=True).get(pk=row.pk)
        if row.by_preview or row.reset:
            raise ActionRefused("running", "It is being carried out. Look again in a moment.")
        ask_for_preview(row.pk, now)


def apply_preview(user: User, credential_id: int, number: int, now: datetime) -> None:
    """Let the synchronization begin: it does what was shown, and nothing that goes beyond."""
    own_account(user, credential_id)
    with transaction.atomic():
        row = ProviderCredential.objects.select_for_update(no_key=True).get(pk=credential_id)
        preview = Preview.objects.filter(credential=row).first()
        if row.state not in WAITS or row.state_code in GONE:
            raise ActionRefused("applied", "This was applied already, maybe in another window.")
        if preview is None or preview.number != number or preview.made_at is None:
            text = "The preview was made anew meanwhile: look at it once more. Nothing was done."
            raise ActionRefused("shown_anew", text)
        Preview.objects.filter(pk=preview.pk).update(applied_at=now)
        start(row, now, by_preview=True)


def preview_shown(user: User, credential_id: int) -> Shown:
    """The preview of an account; administrators see everybody's numbers. Raises NotVisible."""
    check_access(user, CONNECTION, "read")
    row = ProviderCredential.objects.visible_to(user).filter(pk=credential_id).first()
    if row is None:
        raise NotVisible
    preview = Preview.objects.visible_to(user).filter(credential=row).first() or Preview(number=0)
    acts = PreviewedAct.objects.filter(preview__credential=row)
    rows = acts.values_list("side", "what").annotate(Count("pk")).order_by("side", "what")
    mailed = acts.exclude(mailed=[]).order_by("pk").values_list("mailed", flat=True)
    return Shown(
        row.pk,
        PROVIDERS[row.provider].label,
        row.address,
        row.state,
        row.user_id == user.pk,
        preview.number,
        preview.read,
        preview.made_at,
        preview.error_code,
        preview.unshown,
        preview.applied_at,
        row.by_preview,
        row.paused_at is not None,
        {(side, what): count for side, what, count in rows},
        tuple(address for people in mailed for address in people),
        acts.filter(code="withheld").count(),
        _left_out(preview),
    )


def _left_out(preview: Preview) -> dict[Side, dict[Reason, int]]:
    found: dict[Side, dict[Reason, int]] = {side: {} for side in Side}
    for side, reason, count in preview.left_out:
        found[Side(side)][Reason(reason)] = count
    return found


def previewed_acts(
    user: User, credential_id: int, side: Side, what: str, page: int
) -> tuple[list[Act], int]:
    """One page of the acts of a kind, earliest first, and how many there are in all.

    Nobody but the account's person sees what they are about.
    """
    check_access(user, CONNECTION, "read")
    rows = PreviewedAct.objects.visible_to(user).filter(preview__credential=credential_id)
    rows = rows.filter(side=side.value, what=what).order_by("start", "pk")
    found = rows[PAGE * (page - 1) : PAGE * page]
    acts = [
        Act(row.object, side, what, tuple(row.mailed), row.summary, row.start, row.code)
        for row in found
    ]
    return acts, rows.count()
