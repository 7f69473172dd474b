"""Outlook through Microsoft Graph v1.0. Everything that is Microsoft's stands in this folder."""

from __future__ import annotations

from datetime import datetime, timedelta

from ...engine.event import normalized_address
from ..http import Session
from ..oauth import Client as SignInClient
from ..oauth import SignIn
from ..registry import (
    LIST_GROUPS,
    OPEN_SHARED,
    Endpoints,
    NewCalendar,
    Provider,
    RemoteCalendar,
)
from . import calendars
from .client import GROUPS, Client
from .collection import CAPABILITIES, GraphCollection
from .convert import Mailbox
from .groups import SCOPE, GroupCollection, list_groups
from .subscriptions import GraphSubscriptions, notice
from .wire import SCOPES, SHARED
from .zones import known_zone

ENDPOINTS: Endpoints = {  # which tenants sign in there is part of the base (contract §1.1)
    "authority": "https://login.microsoftonline.com",
    "graph": "https://graph.microsoft.com/v1.0",
}
PAST, FUTURE = timedelta(days=366), timedelta(days=731)
"""How much of a calendar is synchronized, seen from today: 12 months back, 24 ahead."""


def _sign_in(session: Session, endpoints: Endpoints, client: SignInClient) -> SignIn:
    from .oauth import MicrosoftSignIn  # noqa: PLC0415 -- msal is slow, and only for this

    return MicrosoftSignIn(session, endpoints, client)


def _primary_calendar(session: Session, endpoints: Endpoints, _address: str) -> RemoteCalendar:
    return calendars.primary_calendar(Client(session, endpoints["graph"]))


def _list_calendars(session: Session, endpoints: Endpoints, address: str) -> list[RemoteCalendar]:
    return calendars.list_calendars(Client(session, endpoints["graph"]), address)


def _list_groups(session: Session, endpoints: Endpoints) -> list[RemoteCalendar]:
    return list_groups(Client(session, endpoints["graph"]))


def _create_calendar(session: Session, endpoints: Endpoints, new: NewCalendar) -> RemoteCalendar:
    return calendars.create_calendar(Client(session, endpoints["graph"]), new)


def _collection(
    session: Session, endpoints: Endpoints, calendar: RemoteCalendar
) -> GraphCollection:
    client = Client(session, endpoints["graph"], "" if calendar.is_primary else calendar.id)
    kind = GroupCollection if calendar.id.startswith(GROUPS) else GraphCollection
    whose = calendar.address if calendar.is_own else calendar.owner
    mailbox = Mailbox(
        (normalized_address(whose),) if whose else (),
        known_zone(calendar.time_zone),
        calendar.is_own,
        calendar.writable,
    )
    return kind(client, window_around(session.clock.now()), mailbox)


def _hooks(session: Session, endpoints: Endpoints) -> GraphSubscriptions:
    return GraphSubscriptions(session, endpoints["graph"])


def window_around(now: datetime) -> tuple[datetime, datetime]:
    return now - PAST, now + FUTURE


PROVIDER = Provider(
    endpoints=ENDPOINTS,
    scopes=SCOPES,
    capabilities=CAPABILITIES,
    sign_in=_sign_in,
    primary_calendar=_primary_calendar,
    collection=_collection,
    hooks=_hooks,
    notice=notice,
    list_calendars=_list_calendars,
    create_calendar=_create_calendar,
    list_groups=_list_groups,
    needs={LIST_GROUPS: (SCOPE,), OPEN_SHARED: (SHARED,)},
)
