"""Where a person's own copies of an event are, and how they stand."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sync.engine.masks import Mirror
from calendar_sync.engine.sync import Guests, LinkState
from calendar_sync.models import Event, Link
from calendar_sync.providers.registry import PROVIDERS

ONLY_HERE = "only-here"
"""The state of a copy that is none, beside those of links."""


@dataclass(frozen=True)
class CopyLine:
    """One of the user's own copies: where it lives and how it stands."""

    link_id: int
    provider: str
    label: str
    address: str
    state: str
    waiting: bool
    withheld: bool
    reason: str
    mirror: Mirror = Mirror.OFF  # what it shows, if it is only shown there
    moving_to: str = ""  # the name of the calendar it is on its way to
    not_moved: str = ""  # why it has not arrived, a code


def copies_of(user: User, event: Event) -> Iterable[CopyLine]:
    links = Link.objects.visible_to(user).open().filter(entry__event=event)
    links = links.exclude(kind=Link.Kind.MIRROR, href="")
    links = links.select_related("pairing__credential", "entry__moving_to")
    rows = links.prefetch_related("marks").order_by("pk")
    for link in rows:
        credential = link.pairing.credential
        yield CopyLine(
            link.pk,
            credential.provider,
            PROVIDERS[credential.provider].label,
            credential.address,
            ONLY_HERE if _stays_here(link) else link.state,
            bool(link.marks.all()),
            link.guests == Guests.WITHHELD.value,
            str((link.refusal or {}).get("code", "")) or link.left_out,
            Mirror(link.pairing.mirror) if link.kind == Link.Kind.MIRROR else Mirror.OFF,
            link.entry.moving_to.name if link.entry.moving_to else "",
            link.entry.not_moved,
        )


def _stays_here(link: Link) -> bool:
    """Settled without a copy there: nothing of it is going to be written."""
    return link.state == LinkState.SETTLED.value and not link.href
