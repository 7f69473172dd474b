from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from calendar_sync.engine.resting import WOKEN_BY_EDIT
from calendar_sync.engine.scope import seen_alone
from calendar_sync.engine.sync import RESTING, Guests, LinkState
from calendar_sync.security import rules

ATTIC = timedelta(days=30)
"""How long a closed link is remembered."""

WAITING = (LinkState.DIRTY.value, LinkState.IN_DOUBT.value)
"""States that bring a link to the next run even without a mark."""

ATTENTION = tuple(
    state.value for state in (LinkState.HELD, LinkState.ASKED, LinkState.REFUSED, LinkState.PARKED)
)
"""States in which a link waits for a person; frozen ones do where a guard has frozen them."""


NOTHING_OPEN: dict[str, Any] = {
    **dict.fromkeys(("attempt", "hold", "refusal", "consent", "decided", "undo")),
    "asked": [],
    "guard": "",
    "left_out": "",
}
"""Columns of a link on which nothing waits any more: neither a write nor a question."""


class LinkQuerySet(models.QuerySet["Link"]):
    def visible_to(self, user: rules.Person) -> "LinkQuerySet":
        return self.filter(rules.of_entry(user))

    def open(self) -> "LinkQuerySet":
        """Without the attic."""
        return self.filter(closed_at=None)

    def waiting(self) -> "LinkQuerySet":
        """What comes to the next run even without a mark."""
        return self.open().filter(Q(attempt__isnull=False) | Q(state__in=WAITING))

    def heedful(self) -> "LinkQuerySet":
        """Whom an edit here concerns: not what rests, unless an edit wakes it."""
        woken = Q(state=LinkState.PARKED.value, guard__in=WOKEN_BY_EDIT)
        return self.filter(~Q(state__in=RESTING) | woken)

    def needing_attention(self) -> "LinkQuerySet":
        return self.filter(needs_attention())


def needs_attention(path: str = "") -> Q:
    """Whether a link waits for a person; `path` leads to links, such as `pairings__links__`."""
    frozen = Q(**{f"{path}state": LinkState.FROZEN.value, f"{path}guard__gt": ""})
    return Q(**{f"{path}state__in": ATTENTION}) | frozen


class Link(models.Model):
    """The memory of one entry and its copy at the provider (`engine.sync.Link`).

    A link outlives its entry's deletion. When both sides are gone it is closed and rests in the
    attic. `kind` EXTRA is a second remote object of an entry that has its link already, RETIRED
    the object of a meeting's former organizer, MIRROR a copy of ours in another of the person's
    calendars (`models.mirrors`).
    """

    class Kind(models.TextChoices):
        MAIN = "main", "Main"
        EXTRA = "extra", "Extra"
        RETIRED = "retired", "Retired"
        MIRROR = "mirror", "Mirror"

    pairing = models.ForeignKey("calendar_sync.Pairing", models.CASCADE, related_name="links")
    entry = models.ForeignKey("calendar_sync.Entry", models.RESTRICT, related_name="links")
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.MAIN)
    # Which date of a series it holds, as keys name it; empty: all there is of the event.
    date = models.CharField(max_length=20, blank=True)
    uid = models.TextField()
    href = models.TextField(blank=True)  # empty: not there yet
    etag = models.TextField(blank=True)
    state = models.CharField(max_length=10, default=LinkState.SETTLED.value)
    base = models.JSONField(default=dict)
    observed = models.JSONField(null=True, blank=True)
    modified = models.DateTimeField(null=True, blank=True)  # of the remote version
    # Whether this account organizes the event, as its provider says.
    organizes = models.BooleanField(default=True)
    read_only = models.CharField(max_length=64, blank=True)  # why it is never written, a code
    guests = models.CharField(max_length=8, default=Guests.SHARED.value)
    incarnation = models.PositiveSmallIntegerField(default=0)
    refusal = models.JSONField(null=True, blank=True)
    hold = models.JSONField(null=True, blank=True)
    attempt = models.JSONField(null=True, blank=True)
    consent = models.JSONField(null=True, blank=True)
    asked = models.JSONField(default=list)  # questions of a conflict (`engine.asking`)
    decided = models.JSONField(null=True, blank=True)  # a person's answers to them
    undo = models.JSONField(null=True, blank=True)  # what a person wants to be put back there
    left_out = models.CharField(max_length=16, blank=True)  # by which filter, a code
    # Its owner, a guest, changed the meeting: this copy alone carries that (guest-rights.md).
    changed_by_guest = models.BooleanField(default=False)
    guard = models.CharField(max_length=16, blank=True)  # what stopped it, a code
    repeats = models.PositiveSmallIntegerField(default=0)
    # The listing that last showed it, by the fence it began under.
    listed = models.PositiveBigIntegerField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = LinkQuerySet.as_manager()

    # Added by queries of the host: marks, UIDs and guests of the event, whether it has any.
    mark_ids: list[int]
    uids: list[str]
    guest_rows: list[dict[str, Any]]
    guests_of_dates: list[str]  # who has a connected copy of one date alone
    has_guests: bool
    born_here: bool
    has_home: bool  # its organizer's own copy is connected
    former_ids: list[int]  # the links of former organizers' own copies
    namesakes: list[int]  # other events under its UIDs
    mirror_uids: list[str]  # of all mirrors of the event
    is_shown: bool  # of a mirror: its event is one that its calendar shows

    class Meta:
        verbose_name = "link"
        constraints = [
            models.UniqueConstraint(
                fields=["pairing", "href"],
                condition=Q(closed_at=None) & ~Q(href=""),
                name="link_href_unique",
            ),
            models.UniqueConstraint(
                fields=["pairing", "entry", "date"],
                condition=Q(closed_at=None, kind="main"),
                name="link_main_unique",
            ),
            models.UniqueConstraint(
                fields=["pairing", "entry", "date"],
                condition=Q(closed_at=None, kind="mirror"),
                name="link_mirror_unique",
            ),
        ]
        indexes = [
            models.Index(
                fields=["pairing"],
                condition=Q(closed_at=None) & (Q(attempt__isnull=False) | Q(state__in=WAITING)),
                name="link_waiting",
            ),
            models.Index(
                fields=["entry"], condition=Q(closed_at=None) & ~Q(date=""), name="link_of_date"
            ),
            models.Index(fields=["closed_at"], condition=~Q(closed_at=None), name="link_attic"),
        ]

    def __str__(self) -> str:
        return f"{self.entry} at {self.pairing}"

    @property
    def title(self) -> str:
        """Of its event, or of the one date that it holds; what was agreed, if that is left out."""
        shown = seen_alone(self.entry.event.components, self.date)
        agreed, _ = self.base.get("summary", ("", ""))
        return str((agreed if shown is None else shown.get("summary")) or "")
