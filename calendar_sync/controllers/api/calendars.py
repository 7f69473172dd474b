"""Calendars of a connection: list, choose, direct, create."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from calendar_sync.actions import calendar_errands, remote_calendars
from calendar_sync.actions.remote_calendars import AccountCalendar
from calendar_sync.controllers.api.kinds import Text
from calendar_sync.controllers.api.operations import Caller
from calendar_sync.controllers.api.shapes import UNSET, given

Direction = Literal["both", "from-provider", "to-provider"]
Mirror = Literal["off", "busy", "full"]


@dataclass(frozen=True)
class Calendar:
    """A calendar of a connected account."""

    id: int
    name: str
    role: Annotated[str, "owner, writer or reader: what may only be read is only fetched."]
    owner: Annotated[str, "Whose it is, where that is somebody else."]
    main: Annotated[bool, "The account's main calendar."]
    chosen: Annotated[bool, "Kept in step."]
    direction: Direction
    takes_new: Annotated[bool, "New events made here go there: one calendar at most has this."]
    mirror: Annotated[
        Mirror, "What it shows of one's other accounts: off, busy (only the time), or full."
    ]
    problem: Annotated[str, "Why it is frozen though chosen, a code; empty if it isn't."]


@dataclass(frozen=True)
class CalendarList:
    """A connection's calendars as last read from the provider, all at once."""

    items: tuple[Calendar, ...]
    looking: Annotated[bool, "The list is being read; ask again soon."]
    error: Annotated[str, "Why it could not be read the last time, a code."]
    listed_at: Annotated[datetime | None, "When it was read; null: only the main one is known."]


@dataclass(frozen=True)
class CalendarChange:
    """What is left out stays as it is."""

    chosen: Annotated[
        bool, "False gives it up: nothing is deleted, here or there. True tries again."
    ] = UNSET
    direction: Direction = UNSET
    takes_new: Annotated[bool, "True: instead of the calendar that had it."] = UNSET
    mirror: Mirror = UNSET


@dataclass(frozen=True)
class CalendarToMake:
    """A calendar to be made at the provider."""

    name: Annotated[str, Text(200)]


def list_calendars(caller: Caller, pk: int) -> CalendarList:
    """A connection's calendars"""
    account = remote_calendars.calendars_of(caller.user, pk)
    return CalendarList(
        tuple(_calendar(each) for each in account.calendars),
        account.is_looking,
        account.error,
        account.listed_at,
    )


def refresh_calendars(caller: Caller, pk: int) -> None:
    """Read the list again

    The worker does; the list says `looking` until then. A connection that was not allowed to read
    it is refused (`consent_missing`): its person allows that on the page of connections.
    """
    calendar_errands.look_again(caller.user, pk, caller.now)


def create_calendar(caller: Caller, pk: int, body: CalendarToMake) -> None:
    """Make a calendar at the provider

    The worker does, and chooses it.
    """
    calendar_errands.create_calendar(caller.user, pk, body.name, caller.now)


def change_calendar(caller: Caller, pk: int, body: CalendarChange) -> None:
    """Choose, direct, or give up a calendar"""
    remote_calendars.change_calendar(caller.user, pk, caller.now, **given(body))


def _calendar(row: AccountCalendar) -> Calendar:
    return Calendar(
        row.id,
        row.name,
        row.role,
        row.owner,
        row.is_main,
        row.is_chosen,
        row.direction.value,
        row.takes_new,
        row.mirror.value,
        row.problem,
    )
