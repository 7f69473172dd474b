"""The calendars of an Outlook account (contract §10)."""

from __future__ import annotations

from dataclasses import replace

from ...engine.errors import Retryable
from ...engine.event import normalized_address
from ..registry import NewCalendar, RemoteCalendar
from .client import Client
from .wire import Calendar

SHOWN = {
    "lightBlue": "#add8e6",
    "lightGreen": "#90ee90",
    "lightOrange": "#ffd8a8",
    "lightGray": "#d3d3d3",
    "lightYellow": "#ffffe0",
    "lightTeal": "#a8dadc",
    "lightPink": "#ffb6c1",
    "lightBrown": "#d2b48c",
    "lightRed": "#ff9999",
}
"""Colours by name, where no `hexColor` says more."""


def primary_calendar(client: Client) -> RemoteCalendar:
    """Its owner's address is that of the account. Raises SyncError."""
    row = client.default_calendar()
    return replace(_calendar(row, _owner(row)), is_primary=True)


def list_calendars(client: Client, address: str) -> list[RemoteCalendar]:
    """The account's own, and what others share with it. Raises SyncError."""
    rows = list(client.calendars())
    main = next((row for row in rows if row.get("isDefaultCalendar")), None)
    own = (_owner(main) if main else "") or normalized_address(address)
    return [_calendar(row, own) for row in rows]


def create_calendar(client: Client, new: NewCalendar) -> RemoteCalendar:
    """Taken from the list afterwards, whose ids are the ones that stay. Raises SyncError."""
    client.create_calendar(new.name)
    for calendar in list_calendars(client, new.address):
        if calendar.name == new.name and calendar.is_own:
            return calendar
    raise Retryable("answer_missing")


def _owner(row: Calendar) -> str:
    return normalized_address((row.get("owner") or {}).get("address") or "")


def _calendar(row: Calendar, own: str) -> RemoteCalendar:
    """Its time zone is left empty: reading the mailbox's settings takes a scope of its own."""
    owner = _owner(row)
    return RemoteCalendar(
        id=row["id"],
        name=row.get("name") or "",
        time_zone="",
        writable=bool(row.get("canEdit")),
        address=own,
        is_primary=bool(row.get("isDefaultCalendar")),
        is_own=owner in {"", own},
        owner=owner,
        owner_name=(row.get("owner") or {}).get("name") or "",
        colour=row.get("hexColor") or SHOWN.get(row.get("color") or "", ""),
    )
