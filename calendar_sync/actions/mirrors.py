"""What one calendar shows of its person's other ones: off, only that he is busy, or all of it."""

from datetime import datetime

from calendar_sync.engine.masks import Mirror
from calendar_sync.engine.sync import LinkState
from calendar_sync.models import DirtyMark, Link, Pairing
from calendar_sync.models.bulk import create_all
from calendar_sync.models.link import LinkQuerySet
from calendar_sync.models.mirrors import Mirroring


def put_mirror(pairing: Pairing, mode: Mirror, now: datetime) -> None:
    """From now on; the next run writes, or takes away, what differs. Nobody is mailed.

    Whoever switches it off and on again wants back what he had removed there.
    """
    pairing.mirror, pairing.mirrors_compared_at = mode.value, None
    pairing.save(update_fields=["mirror", "mirrors_compared_at"])
    mirrors = mirrors_of(pairing)
    if mode is Mirror.OFF:
        unwanted = mirrors.filter(state=LinkState.UNWANTED.value)
        unwanted.update(closed_at=now)
    create_all(DirtyMark, [DirtyMark(link=link) for link in mirrors])
    owner = pairing.calendar.owner_id
    Mirroring(pairing.pk, pairing.credential_id, owner, mode).announce(now)


def mirrors_of(pairing: Pairing) -> LinkQuerySet:
    """Those there are, or that are being taken away."""
    return Link.objects.open().filter(pairing=pairing, kind=Link.Kind.MIRROR)
