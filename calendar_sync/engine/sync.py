"""The values a synchronization works on. Frozen, and JSON where a host has to keep them.

Words: an *href* names an object within its collection, an *ETag* one version of it (RFC 4791
§5.3), a *sync token* a moment in a collection's history (RFC 6578). All three are opaque here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import NewType

from .asking import Answer
from .consent import Consent
from .errors import SyncError
from .event import CalendarObject
from .filters import Reason
from .masks import Mirrored
from .pending import Action, Attempt, Hold, LinkKey, Refusal, Undo
from .policy import Side, SyncPolicy
from .properties import Json, Properties
from .showing import Preview

Href = NewType("Href", str)
ETag = NewType("ETag", str)
SyncToken = NewType("SyncToken", str)
Mark = NewType("Mark", str)

Base = Mapping[str, tuple[Json, Json]]
"""Per property what both sides agreed on: (our spelling, their spelling)."""


class CopyRole(str, Enum):
    """Which copy of the meeting a link stands for; it decides what may move (DESIGN §4)."""

    HOME = "home"  # the organizer's own copy, or a private event
    ATTENDEE = "attendee"  # a guest's copy of a meeting whose home is connected elsewhere
    WITNESS = "witness"  # the one guest's copy that speaks for an outside organizer
    PERSONAL = "personal"  # a guest's copy that is not the witness
    MIRROR = "mirror"  # in another calendar of the person, so that he is seen to be busy there
    READ_ONLY = "read-only"  # shown, never written
    RETIRED = "retired"  # of a meeting that got another organizer, and so another object
    REPLACED = "replaced"  # the same, the former organizer's own: the new one exists by now


class LinkState(str, Enum):
    """Where a link stands; only IN_DOUBT is read again, the others compare with `observed`."""

    SETTLED = "settled"
    DIRTY = "dirty"  # a change here is waiting to be written
    IN_DOUBT = "in-doubt"  # a write may or may not have happened
    HELD = "held"  # a write would mail guests without consent
    ASKED = "asked"  # a conflict waits for a person
    REFUSED = "refused"  # the other side will not accept it as it is
    PARKED = "parked"  # stopped by a guard
    FROZEN = "frozen"  # left alone: its collection went away
    LEFT_OUT = "left-out"  # by a filter (`engine.filters`); goes on when it is let in again
    IGNORED = "ignored"  # kept, never synchronized (reset, "only new")
    UNWANTED = "unwanted"  # the user removed this copy on purpose
    EXTRA = "extra"  # a second object of the same event, never written


RESTING = frozenset(
    {LinkState.IGNORED, LinkState.FROZEN, LinkState.UNWANTED, LinkState.EXTRA, LinkState.PARKED}
)
"""States in which nothing moves until a person acts."""


class Guard(str, Enum):
    """What stopped a link (DESIGN §5). On one that rests no more: a person has let it through."""

    VANISHED = "brake_vanished"
    REWRITTEN = "brake_rewritten"
    ENDED = "ended_long_ago"
    NOT_SETTLING = "not_settling"
    MAIL_LIMIT = "mail_limit"
    REMOVED = "removed_there"


class Guests(str, Enum):
    """Whether the guests of a home copy stand in the provider's event."""

    SHARED = "shared"
    WITHHELD = "withheld"  # kept back until *Invite now* (DESIGN §6)


@dataclass(frozen=True, slots=True)
class Link:
    """The memory of one pair: what was agreed, what was seen since, what is open."""

    key: LinkKey
    uid: str
    href: Href | None = None
    etag: ETag | None = None
    state: LinkState = LinkState.SETTLED
    base: Base = field(default_factory=dict)
    observed: Properties | None = None
    modified: datetime | None = None
    guests: Guests = Guests.SHARED
    incarnation: int = 0
    refusal: Refusal | None = None
    hold: Hold | None = None
    attempt: Attempt | None = None
    guard: Guard | None = None
    repeats: int = 0  # writes in a row that nobody's act asked for
    asked: tuple[str, ...] = ()  # questions a person has to answer (`engine.asking`)
    left_out: Reason | None = None  # why it was not kept in step when it was last looked at

    @property
    def theirs(self) -> Properties:
        """The newest remote values known: observed, else what was agreed."""
        if self.observed is not None:
            return self.observed
        return {key: pair[1] for key, pair in self.base.items() if pair[1] is not None}


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link together with our side of it, as one host query shows them."""

    link: Link
    role: CopyRole
    local: CalendarObject | None  # None: deleted here
    local_modified: datetime
    marks: tuple[Mark, ...] = ()
    consent: Consent | None = None
    uids: frozenset[str] = frozenset()
    """Every canonical UID it is known under, `link.uid` among them; a mirror has its own."""
    outranked: frozenset[str] = frozenset()
    """Guests whose own connected copy tells their answer better than this one."""
    answers: frozenset[str] | None = None  # whose answer this copy gives; None: all the owner's
    decided: Mapping[str, Answer] = field(default_factory=dict)  # by question
    undo: Undo | None = None
    kind: str = ""  # of the event, as its administrator names kinds; only we know it
    kept_apart: bool = False  # its owner does not want this event kept in step
    sendable: frozenset[str] | None = None  # guests who may go there; None: all of them
    born_here: bool = False  # it was made here, not fetched
    changed_by_guest: bool = False  # its owner did, who is no organizer, and nobody else
    mirror: Mirrored | None = None  # of a mirror, whose `local` is what it shows; else None
    absent: frozenset[str] | None = None
    """Of a guest's copy: dates that no other guest's copy has; None: there is no other."""
    alone: Mapping[str, bool] = field(default_factory=dict)
    """What copies of one date alone say, by date: it takes place, or it was marked as cancelled."""


@dataclass(frozen=True, slots=True)
class PartOf:
    """Which series a date belongs to, by its UID, and which date it is, as keys name it."""

    uid: str
    date: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A remote object as read: where it is, which version, what it says."""

    href: Href
    etag: ETag
    object: CalendarObject
    organized_by_owner: bool
    modified: datetime | None = None
    creation_key: str = ""
    read_only: str = ""  # reason code, e.g. a special event type
    split_from: Href | None = None  # the series whose later dates this one is, if that is said
    part_of: PartOf | None = None  # of a date whose guest has not got its series, if that is said


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What changed since a token. `complete`: a full listing, what is absent is not there.

    `more`: a portion of a full listing that goes on behind `token`; only the last is `complete`.
    """

    resources: tuple[Resource, ...]
    vanished: tuple[Href, ...]
    token: SyncToken
    complete: bool = False
    unreadable: tuple[tuple[Href, str], ...] = ()
    more: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.resources or self.vanished or self.unreadable or self.complete)

    @property
    def hrefs(self) -> frozenset[Href]:
        """Everything it shows, readable or not."""
        shown = {resource.href for resource in self.resources}
        return frozenset(shown | {href for href, _ in self.unreadable})


@dataclass(frozen=True, slots=True)
class Write:
    """One conditional write. `changes` are the properties to write, `target` all of them after."""

    link: LinkKey
    action: Action
    href: Href | None
    if_match: ETag | None
    key: str
    uid: str
    changes: Properties
    target: Properties
    notify: bool = False
    recipients: tuple[str, ...] = ()
    ours_stay: bool = False  # an undo: ours is not what is written, and stays


@dataclass(frozen=True, slots=True)
class Stored:
    """The write happened; `resource` is the provider's answer, None after a deletion."""

    link: LinkKey
    resource: Resource | None


@dataclass(frozen=True, slots=True)
class Failed:
    """The write did not happen; with `in_doubt` nobody knows."""

    link: LinkKey
    error: SyncError
    in_doubt: bool = False


Outcome = Stored | Failed


@dataclass(frozen=True, slots=True)
class LocalPatch:
    """Set one local property from `old` to `new`; the base becomes (`new`, `theirs`)."""

    key: str
    old: Json
    new: Json
    theirs: Json


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of a run: what happened on which side, with what stood there before."""

    side: Side
    what: str  # created, changed, deleted, held, parked, refused, conflict, unreadable
    keys: tuple[str, ...] = ()
    before: Properties = field(default_factory=dict)
    mailed: tuple[str, ...] = ()
    code: str = ""


class Fate(str, Enum):
    """What a commit does to our object besides property patches."""

    KEEP = "keep"
    MATERIALIZE = "materialize"  # new here: make or attach an event from `resource`
    DROP = "drop"  # gone there: remove it here as the role demands
    REVIVE = "revive"  # deleted here, edited there: bring it back
    CLOSE = "close"  # gone on both sides: the link may rest in the attic


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The first half of a series that was split there, by its link.

    `overlay` is what its person has set on it and the provider does not carry.
    """

    link: LinkKey
    overlay: Properties


@dataclass(frozen=True, slots=True)
class LinkChange:
    """What one commit does about one object.

    `link` is None for what has none yet: MATERIALIZE makes it, anything else is journal only.
    `link.base` is agreed without the patches; the host lays those it applied over it.
    `resource` is the version just read or written, with DROP the one the organizer cancelled.
    `predecessor`: what is made here is the second half of its series.
    """

    link: Link | None
    fate: Fate = Fate.KEEP
    resource: Resource | None = None
    patches: tuple[LocalPatch, ...] = ()
    marks: tuple[Mark, ...] = ()
    journal: tuple[JournalEntry, ...] = ()
    predecessor: Predecessor | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one account until `until`; `fence` rises with every claim."""

    account: str
    fence: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Work:
    """What `Host.open` hands out: where the pairing stands and what waits here."""

    namespace: str  # installation and remote calendar, the root of all creation keys
    token: SyncToken | None
    policy: SyncPolicy
    owner: frozenset[str]  # normalized addresses of the person
    waiting: tuple[LinkView, ...]
    listing: int | None = None  # the complete listing that goes on behind `token`
    shown: Preview | None = None  # a person agreed to this, and to nothing more


@dataclass(frozen=True, slots=True)
class Listing:
    """A portion of a complete listing, named by the fence of the lease it began under."""

    number: int
    hrefs: frozenset[Href]


@dataclass(frozen=True, slots=True)
class PassedOver:
    """What a round tells of new objects there that a filter keeps out, so that they are counted.

    `told` are all it speaks of: what was counted of them before is over; with `anew`, of all.
    """

    reasons: Mapping[Href, Reason]
    told: frozenset[Href]
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Struck:
    """What the provider did to our objects of late, and whom we mailed, as the journal tells it.

    `objects` vanished there or got another title or time, without those a person let through;
    `linked` is how many were linked then, those that have gone since among them. Mirrors are
    measured by themselves: there may be many more of them than of what lives in the calendar.
    """

    objects: frozenset[LinkKey] = frozenset()
    linked: int = 0
    mirrors: frozenset[LinkKey] = frozenset()
    mirrored: int = 0
    mailed: int = 0


@dataclass(frozen=True, slots=True)
class SyncReport:  # counts; no event content
    received: int = 0
    sent: int = 0
    mailed: int = 0
    held: int = 0
    refused: int = 0
    conflicts: int = 0
    remaining: int = 0
    unshown: int = 0  # left, because it goes beyond the preview
    unsettled: int = 0  # writes somebody was faster than, or of which nobody knows
    complete: bool = False
    lost_lease: bool = False
    error: SyncError | None = None

    def plus(self, later: SyncReport) -> SyncReport:
        """What was counted earlier in the same run, added to what came later."""
        names = ("received", "sent", "mailed", "held", "refused", "conflicts", "unsettled")
        sums = {name: getattr(self, name) + getattr(later, name) for name in names}
        return replace(later, **sums)
