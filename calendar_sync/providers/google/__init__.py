"""Google Calendar v3 and Google's sign-in. Everything that is Google's stands in this folder."""

from __future__ import annotations

from ..http import Session
from ..oauth import Client as SignInClient
from ..oauth import SignIn
from ..pace import Rate
from ..registry import Endpoints, Move, NewCalendar, Provider, RemoteCalendar
from . import calendars
from .channels import GoogleChannels, notice
from .client import Client
from .collection import CAPABILITIES, GoogleCollection
from .oauth import NEEDS, SCOPES, GoogleSignIn

ENDPOINTS: Endpoints = {
    "authorize": "https://accounts.google.com/o/oauth2/v2/auth",
    "token": "https://oauth2.googleapis.com/token",
    "revoke": "https://oauth2.googleapis.com/revoke",
    "keys": "https://www.googleapis.com/oauth2/v1/certs",
    "api": "https://www.googleapis.com/calendar/v3",
    "batch": "https://www.googleapis.com/batch/calendar/v3",
}

ACCOUNT_RATE = Rate(burst=50, a_minute=450)
"""Google allows 600 requests a minute and user; reading gets the rest (contract §9.1)."""

PROJECT_RATE = Rate(burst=1_000, a_minute=7_000)
"""Of 10,000 requests a minute and project."""


def _sign_in(session: Session, endpoints: Endpoints, client: SignInClient) -> SignIn:
    return GoogleSignIn(session, endpoints, client)


def _primary_calendar(session: Session, endpoints: Endpoints, address: str) -> RemoteCalendar:
    client = _client(session, endpoints, address)
    return calendars.primary_calendar(client, session.clock, address)


def _list_calendars(session: Session, endpoints: Endpoints, address: str) -> list[RemoteCalendar]:
    return calendars.list_calendars(_client(session, endpoints), session.clock, address)


def _create_calendar(session: Session, endpoints: Endpoints, new: NewCalendar) -> RemoteCalendar:
    return calendars.create_calendar(_client(session, endpoints), session.clock, new)


def _move(session: Session, endpoints: Endpoints, move: Move) -> None:
    calendars.move_event(_client(session, endpoints, move.source), session.clock, move)


def _collection(
    session: Session, endpoints: Endpoints, calendar: RemoteCalendar
) -> GoogleCollection:
    client = _client(session, endpoints, calendar.id)
    return GoogleCollection(client, session.clock, calendar)


def _hooks(session: Session, endpoints: Endpoints) -> GoogleChannels:
    return GoogleChannels(session, endpoints["api"])


def _client(session: Session, endpoints: Endpoints, calendar: str = "primary") -> Client:
    return Client(session, endpoints["api"], endpoints["batch"], calendar)


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
    move=_move,
    account_rate=ACCOUNT_RATE,
    project_rate=PROJECT_RATE,
    needs=NEEDS,
)
