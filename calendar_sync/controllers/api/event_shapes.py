"""The shapes of events: what clients send, and what they get."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from calendar_sync.actions.drafts import LONGEST_TEXT, LONGEST_TITLE
from calendar_sync.actions.guest_list import Unsent
from calendar_sync.actions.meeting_links import LONGEST as LONGEST_LINK
from calendar_sync.actions.replying import LONGEST_COMMENT
from calendar_sync.actions.series import Scope
from calendar_sync.controllers.api import own_shapes as own
from calendar_sync.controllers.api import special_shapes
from calendar_sync.controllers.api.guest_shapes import (
    GuestKind,
    GuestRole,
    Guests,
    Invite,
    Modify,
    Propose,
    Respond,
    See,
)
from calendar_sync.controllers.api.kinds import (
    Listed,
    Number,
    Text,
    WallClock,
    Word,
    ZoneName,
)
from calendar_sync.controllers.api.problems import Mail, Provider
from calendar_sync.controllers.api.shapes import UNSET
from calendar_sync.engine import event as content
from calendar_sync.engine.conferences import VENDORS
from calendar_sync.engine.special import DeclineMode, WorkplaceKind

LONGEST_PAGE = 500
PLACE = Text(36, "[0-9]{8}T[0-9]{6}Z-[0-9]{19}", "Give `next` of the page before.")
Day = date  # a field is named date


@dataclass(frozen=True)
class AllDay:
    """A day. An event's end is the day after its last one (RFC 5545 §3.6.1)."""

    date: Day


@dataclass(frozen=True)
class Timed:
    """What the clocks of a time zone (IANA) show."""

    date_time: Annotated[datetime, WallClock()]
    time_zone: Annotated[ZoneInfo, ZoneName()]


@dataclass(frozen=True)
class Floating:
    """The same time on everybody's clock (RFC 5545 §3.3.5); read only."""

    date_time: Annotated[datetime, WallClock()]


Time = AllDay | Timed
AnyTime = AllDay | Timed | Floating
Title = Annotated[str, Text(LONGEST_TITLE)]
Description = Annotated[
    str, Text(LONGEST_TEXT), "An HTML fragment; scripts, styles and pictures are taken out."
]
Answer = Annotated[str, Word.of(content.PartStat)]
Importance = Annotated[
    str,
    Word.of(content.Importance),
    "How much it matters, as the organizer says (RFC 5545 §3.8.1.9).",
]
EventKind = Annotated[str, Text(19), "The `key` of one of the kinds of events; empty: the usual."]
Apart = Annotated[bool, "Not kept in step with any provider; the caller's own choice."]


Rules = Annotated[
    tuple[str, ...],
    Listed(Text(1000), 5),
    "RRULE lines (RFC 5545 §3.8.5.3); none: it doesn't repeat.",
]
Link = Annotated[
    str,
    Text(LONGEST_LINK),
    "`meet` or `teams`, whichever the meeting's provider makes; `room`: one of the organization's; "
    "or an https address. Empty: none.",
]
DateName = Annotated[str, Text(80), "Which date of a series is meant: the `date` of a card."]
Dates = Annotated[
    str, Word.of(Scope), "For which dates of a series; all need no `date`. Else without effect."
]
Decision = Annotated[Mail, "What becomes of the provider's mails, once it asked (409)."]


@dataclass(frozen=True)
class NewEvent:
    """An event to be made. `end` is exclusive, and a date exactly if `start` is one."""

    start: Time
    end: Time
    summary: Title = ""
    description: Description = ""
    location: Title = ""
    availability: own.ShowAs = "busy"
    classification: own.Privacy = "default"
    importance: Importance = "normal"
    kind: EventKind = ""
    kept_apart: Apart = False
    alarms: own.Alarms = None
    colour: own.Colour = None
    categories: own.Categories = ()
    guests: Guests = ()
    recurrence: Rules = ()
    guests_modify: Modify = False
    guests_invite: Invite = True
    guests_see: See = True
    guests_propose: Propose = True
    guests_answer: Respond = True
    special: special_shapes.Kind = ""
    decline: special_shapes.Decline = DeclineMode.NONE.value
    decline_message: special_shapes.DeclineText = ""
    chat_status: special_shapes.Chat = ""
    workplace: special_shapes.Workplace = WorkplaceKind.HOME.value
    workplace_label: special_shapes.DeclineText = ""
    meeting_link: Link = ""
    mail: Decision = UNSET


@dataclass(frozen=True)
class EventChanges:
    """The fields to change; what is left out stays. `guests` names all of them.

    Of a series they are changes of one date, which `scope` makes those of others too; `kind` and
    `keptApart` are always of all dates.
    """

    start: Time = UNSET
    end: Time = UNSET
    summary: Title = UNSET
    description: Description = UNSET
    location: Title = UNSET
    availability: own.ShowAs = UNSET
    classification: own.Privacy = UNSET
    importance: Importance = UNSET
    kind: EventKind = UNSET
    kept_apart: Apart = UNSET
    alarms: own.Alarms = UNSET
    colour: own.Colour = UNSET
    categories: own.Categories = UNSET
    guests: Guests = UNSET
    recurrence: Rules = UNSET
    guests_modify: Modify = UNSET
    guests_invite: Invite = UNSET
    guests_see: See = UNSET
    guests_propose: Propose = UNSET
    guests_answer: Respond = UNSET
    decline: special_shapes.Decline = UNSET
    decline_message: special_shapes.DeclineText = UNSET
    chat_status: special_shapes.Chat = UNSET
    workplace: special_shapes.Workplace = UNSET
    workplace_label: special_shapes.DeclineText = UNSET
    meeting_link: Link = UNSET
    date: DateName = ""
    scope: Dates = Scope.ALL.value
    mail: Decision = UNSET


@dataclass(frozen=True)
class OneDate:
    """Which date of a series to show; without one, the first."""

    date: DateName = ""


@dataclass(frozen=True)
class Deletion:
    """What to delete, and what to do with mail that it would cause."""

    date: DateName = ""
    scope: Dates = Scope.ALL.value
    mail: Decision = UNSET


@dataclass(frozen=True)
class MailDecision:
    """What to do with mail that it would cause."""

    mail: Decision = UNSET


@dataclass(frozen=True)
class ArchivedEvent:
    """An event that was archived."""

    id: int
    summary: str
    start: AnyTime
    end: AnyTime
    repeats: bool
    guests: Annotated[int, "How many."]
    archived_at: datetime


@dataclass(frozen=True)
class ArchivedList:
    """The newest first."""

    items: tuple[ArchivedEvent, ...]


@dataclass(frozen=True)
class NewOrganizer:
    """Who takes a meeting over."""

    address: Annotated[str, Text(320), "Of a guest who is a user here."]
    mail: Decision = UNSET


@dataclass(frozen=True)
class OwnAnswer:
    """Yes, maybe or no. The organizer is told once, by mail unless `tell` is off."""

    answer: Annotated[str, Word(("accepted", "tentative", "declined"))]
    date: DateName = ""
    scope: Annotated[
        str,
        Word((Scope.THIS.value, Scope.ALL.value)),
        "For one date of a series, or all, which need no `date`. Else without effect.",
    ] = Scope.ALL.value
    comment: Annotated[str, Text(LONGEST_COMMENT), "A note to the organizer."] = UNSET
    tell: Annotated[bool, "False: no mail. Outlook then loses the comment."] = True


@dataclass(frozen=True)
class Period:
    """What takes place in it is listed; 400 days at most."""

    start: datetime
    end: Annotated[datetime, "Exclusive."]
    declined: Annotated[bool, "Also what the caller declined."] = False
    limit: Annotated[int, Number(1, LONGEST_PAGE)] = 100
    after: Annotated[str, PLACE, "`next` of the page before."] = UNSET


@dataclass(frozen=True)
class EventCard:
    """One event on one date; the dates of a series share their `id`."""

    id: int
    date: Annotated[str | None, "Which date of the series; null: a single event."]
    summary: str
    start: AnyTime
    end: AnyTime
    location: str
    is_series: bool
    organizer: Annotated[str, "A name or an address; empty: the caller's own, without guests."]
    is_mine: Annotated[bool, "The caller organizes it."]
    may_edit: bool
    answer: Annotated[Answer | None, "The caller's, if he is invited."]
    availability: own.ShowAs
    classification: own.Privacy
    importance: Importance
    kind: EventKind
    colour: own.AnyColour
    guests: Annotated[int, "How many."]
    special: special_shapes.AnyKind
    waiting: Annotated[bool, "A change is on its way to the provider."]
    attention: Annotated[bool, "The provider's copy waits for a decision, or was refused."]


@dataclass(frozen=True)
class EventPage:
    """Events in the order of their start."""

    items: tuple[EventCard, ...]
    next: Annotated[str | None, "`after` of the next page; null: this is the last."]


@dataclass(frozen=True)
class Organizer:
    """Who invites."""

    address: str
    name: str


@dataclass(frozen=True)
class Proposal:
    """Another time; it is used by changing the event."""

    start: AnyTime
    end: AnyTime


@dataclass(frozen=True)
class Guest:
    """An invitation and its answer."""

    address: str
    name: str
    role: GuestRole
    kind: GuestKind
    answer: Answer
    comment: Annotated[str, "What the guest has answered in words."]
    additional_guests: Annotated[int, "How many the guest brings along."]
    unsent: Annotated[
        Annotated[str, Word.of(Unsent)] | None,
        "Why the organizer's provider does not know of the guest, in one's own meetings.",
    ]
    is_me: bool
    proposed: Annotated[Proposal | None, "The time the guest would rather have."]


@dataclass(frozen=True)
class Copy:
    """Where the caller's own copy lives, and how it stands."""

    provider: Provider
    address: str
    state: str
    waiting: Annotated[bool, "A change is on its way there."]
    withheld: Annotated[bool, "The provider has it without its guests."]
    reason: Annotated[str, "Why it was refused or left out, a code."]


@dataclass(frozen=True)
class MeetingLink:
    """Where to join."""

    kind: Annotated[
        str,
        Word((*sorted(VENDORS), "other", "addon", "")),
        "Whose room it is; `addon`: of another service, kept by the provider. Empty: refused.",
    ]
    url: Annotated[str, "Empty: not there yet, or refused."]
    phone: str
    state: Annotated[
        str,
        Word(("ready", "requested", "refused")),
        "`requested`: the provider makes it; `refused`: it made none.",
    ]


@dataclass(frozen=True)
class Event:
    """An event with everything about it; of a series, as it is on one date."""

    id: int
    date: Annotated[str | None, "Which date of the series; null: a single event."]
    recurrence: Annotated[
        tuple[str, ...], "RRULE, RDATE and EXDATE lines of the series; none: a single event."
    ]
    revision: Annotated[int, "The number in the ETag."]
    summary: str
    description: Annotated[str, "An HTML fragment."]
    location: str
    meeting_link: MeetingLink | None
    start: AnyTime
    end: AnyTime
    availability: own.ShowAs
    classification: own.Privacy
    importance: Importance
    kind: EventKind
    kept_apart: Apart
    alarms: own.AnyAlarms
    colour: own.AnyColour
    categories: tuple[str, ...]
    organizer: Organizer | None
    is_mine: Annotated[bool, "The caller organizes it."]
    is_series: bool
    may_edit: bool
    why_not: Annotated[str, "Why it may not be edited."]
    answer: Annotated[Answer | None, "The caller's, if he is invited."]
    guests: tuple[Guest, ...]
    may_invite: Annotated[bool, "The caller may add guests."]
    guests_modify: Modify
    guests_invite: Invite
    guests_see: See
    guests_propose: Propose
    guests_answer: Respond
    special: special_shapes.AnyKind
    decline: special_shapes.Decline
    decline_message: special_shapes.DeclineText
    chat_status: special_shapes.Chat
    workplace: Annotated[special_shapes.Workplace | None, "Of a working location."]
    workplace_label: special_shapes.DeclineText
    copies: tuple[Copy, ...]
    uninformed: Annotated[int, "Guests whom no provider of the organizer knows of."]
