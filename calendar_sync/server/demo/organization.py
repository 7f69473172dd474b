"""The organization of the demonstration: its people, and Outlook and Google set up for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from calendar_sync.actions.calendars import own_calendar
from calendar_sync.actions.configuration import BASE_URL
from calendar_sync.actions.settings import save_provider_settings
from calendar_sync.server.actions.users import Role, new_user
from calendar_sync.server.demo.address_book import fill_address_book
from calendar_sync.server.demo.meetings import hold_meetings
from calendar_sync.server.models import ConfigParameter, ScheduledAction, User

PASSWORD = "demo"  # noqa: S105 - see log_in.py
DOMAIN = "corp.example"
TIME_ZONE = "Europe/Paris"
POLL_SECONDS = 30
MARK = "calendar_sync.demo"


@dataclass(frozen=True)
class Application:
    """How we are registered with the stand-ins, which know the same words."""

    client_id: str
    client_secret: str


@dataclass(frozen=True)
class Member:
    key: str
    name: str
    role: Role = "user"


MEMBERS = (
    Member("admin", "Mara Stein", "administrator"),
    Member("anna", "Anna Berg"),
    Member("ben", "Ben Cho"),
    Member("cleo", "Cleo Diaz"),
    Member("david", "David Okafor"),
    Member("eva", "Eva Lindqvist"),
)
# Two are enough to begin with: a person's view, and the administrator's.
LOG_INS = f"anna / {PASSWORD} · admin / {PASSWORD}"
OTHERS = ", ".join(member.key for member in MEMBERS[2:])
APPLICATIONS: Mapping[str, Application] = {
    "google": Application(
        "calendar-sync-demo.apps.googleusercontent.com", "GOCSPX-sandbox-demo-secret"
    ),
    "outlook": Application("5ca1ab1e-0000-4000-8000-00000000c0de", "sandbox~demo~secret"),
}


class NotADemoError(Exception):
    """The database is somebody's own; the message is one line for the operator."""


def login_of(name: str) -> str:
    """`anna` is short for `anna@corp.example`."""
    login = name.strip().lower()
    return login if "@" in login else f"{login}@{DOMAIN}"


@transaction.atomic
def open_organization(url: str, now: datetime) -> None:
    """Fill an empty database; keep one that a demonstration filled before, perhaps at another
    address. Raises NotADemoError.
    """
    if User.objects.exists() and not ConfigParameter.objects.flag(MARK):
        raise NotADemoError(
            "This database has people of its own. Name another DATA_DIR or DATABASE_URL for the"
            " demonstration."
        )
    ConfigParameter.objects.put(BASE_URL, url)
    if ConfigParameter.objects.flag(MARK):
        return
    users = {member.key: _join(member) for member in MEMBERS}
    fill_address_book(users["admin"])
    hold_meetings(users, now)
    for provider, application in APPLICATIONS.items():
        save_provider_settings(
            users["admin"],
            provider,
            enabled=True,
            client_id=application.client_id,
            client_secret=application.client_secret,
            paused=False,
            now=now,
        )
    polls = ScheduledAction.objects.filter(code__startswith="model.synchronize_")
    polls.update(interval_number=POLL_SECONDS, interval_type=ScheduledAction.Interval.SECONDS)
    ConfigParameter.objects.put(MARK, value=True)


def _join(member: Member) -> User:
    user = new_user(login_of(member.key), member.name, PASSWORD, member.role, TIME_ZONE)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    own_calendar(user)  # colleagues may invite him before he ever looks at it
    return user
