"""The calendars of an account in words: what one may do there, and what stopped one."""

from dataclasses import dataclass

from calendar_sync.actions.remote_calendars import AccountCalendar, CalendarsOf
from calendar_sync.controllers.kept_words import summary
from calendar_sync.engine.masks import Mirror
from calendar_sync.engine.policy import Direction
from calendar_sync.providers.registry import (
    CREATE_CALENDAR,
    LIST_CALENDARS,
    LIST_GROUPS,
    OPEN_SHARED,
    READER,
)

BOTH_WAYS = (
    (Direction.BOTH.value, "both ways"),
    (Direction.FROM_PROVIDER.value, "only from {label}"),
    (Direction.TO_PROVIDER.value, "only to {label}"),
)
MIRRORS = (
    (Mirror.OFF.value, "no"),
    (Mirror.BUSY.value, "as “Busy”"),
    (Mirror.FULL.value, "with details"),
)
REFUSALS = {
    "insufficientPermissions": "{label} hasn't been allowed to tell us. Allow it below.",
    "ErrorAccessDenied": "{label} doesn't let us do that for this account.",
    "authorization_requestdenied": "{label} hasn't been allowed to show us your groups.",
    "groups_refused": "{label} shows no groups for this account. Its other calendars are here.",
    "errorfolderexists": "{label} has a calendar of that name already: look again and choose it.",
    "quotaExceeded": "{label} allows no more calendars for now. Try again tomorrow.",
}


@dataclass(frozen=True)
class CalendarRow:
    """A line of the section; `directions` are empty where there is nothing to choose."""

    id: int
    name: str
    colour: int
    role: str
    is_chosen: bool
    direction: str
    directions: tuple[tuple[str, str], ...]
    takes_new: bool
    may_take_new: bool
    problem: str
    rules: str  # what of it is kept in step; empty: everything
    mirror: str
    mirrors: tuple[tuple[str, str], ...]  # empty where it can't show one's other calendars


@dataclass(frozen=True)
class CalendarSection:
    """The section *Calendars* of one account on the page of connections."""

    credential_id: int
    label: str
    address: str
    rows: tuple[CalendarRow, ...]
    progress: str
    error: str
    may_list: bool
    may_create: bool
    groups_to_allow: bool  # they are shown after one more sign-in
    shared_to_allow: bool  # one of them was refused, and may be opened by one more sign-in
    stays_here: bool  # new events, for want of a calendar to take them
    name: str = ""  # as typed for a new calendar
    name_error: str = ""

    @property
    def may_mirror(self) -> bool:
        return any(row.mirrors for row in self.rows)

    @property
    def trigger(self) -> str:
        return "every 2s" if self.progress else ""


def section(account: CalendarsOf, *, anywhere: bool, several: bool) -> CalendarSection:
    """`anywhere`: new events of this person go to some calendar of some account. `several`: he
    has other accounts, too.
    """
    return CalendarSection(
        account.credential_id,
        account.label,
        account.address,
        tuple(_row(each, account.label, several=several) for each in account.calendars),
        _progress(account),
        _error(account),
        LIST_CALENDARS not in account.lacks,
        CREATE_CALENDAR not in account.lacks,
        LIST_GROUPS in account.lacks,
        OPEN_SHARED in account.lacks and any(map(_is_shut, account.calendars)),
        stays_here=not anywhere,
    )


def _row(calendar: AccountCalendar, label: str, *, several: bool) -> CalendarRow:
    shows = calendar.may_mirror and (several or calendar.mirror is not Mirror.OFF)
    ways = BOTH_WAYS if calendar.role != READER else ()
    return CalendarRow(
        calendar.id,
        calendar.name,
        calendar.colour + 1,
        _role(calendar),
        calendar.is_chosen,
        calendar.direction.value,
        tuple((value, words.format(label=label)) for value, words in ways),
        calendar.takes_new,
        calendar.may_take_new,
        _problem(calendar, label),
        summary(calendar.filters, calendar.left_out),
        calendar.mirror.value,
        MIRRORS if shows else (),
    )


def _is_shut(calendar: AccountCalendar) -> bool:
    """One that somebody shares, and that the provider doesn't let us into."""
    return bool(calendar.problem and calendar.owner) and not calendar.is_group


def _role(calendar: AccountCalendar) -> str:
    words = []
    if calendar.is_main:
        words.append("your main calendar")
    if calendar.is_group:
        words.append("a group's")
    elif calendar.owner:
        words.append(f"shared by {calendar.owner}")
    if calendar.role == READER:
        words.append("read only")
    return ", ".join(words) or "yours"


def _problem(calendar: AccountCalendar, label: str) -> str:
    if calendar.problem == "not_a_member":
        return "You are no longer a member of this group. Its events stay here, frozen."
    if calendar.problem:
        return f"Gone at {label}, or no longer shared with you. Its events stay here, frozen."
    if calendar.is_chosen and not calendar.is_listed:
        return f"Not on your list at {label} any more; still kept in step."
    return ""


def _progress(account: CalendarsOf) -> str:
    if not account.is_looking:
        return ""
    if account.error:
        return f"{account.label} isn't answering; trying again."
    if account.creating:
        return f"Making “{account.creating}” at {account.label}…"
    return f"Looking at your calendars at {account.label}…"


def _error(account: CalendarsOf) -> str:
    if account.is_looking or not account.error:
        return ""
    known = REFUSALS.get(account.error)
    if known:
        return known.format(label=account.label)
    return f"{account.label} refused it ({account.error}). The calendars below go on as before."
