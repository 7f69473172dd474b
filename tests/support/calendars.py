"""Further calendars of a person's account at Google, as the provider's own pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sandbox.core.consent import Consent
from calendar_sandbox.core.people import Person
from calendar_sandbox.google.calendar import Calendar
from calendar_sandbox.google.state import GoogleState
from calendar_sync.actions.accounts import begin_sign_in, finish_sign_in
from calendar_sync.actions.calendar_errands import look_again
from calendar_sync.actions.remote_calendars import (
    AccountCalendar,
    Choice,
    calendars_of,
    save_choice,
)
from calendar_sync.models import ProviderCredential
from calendar_sync.providers.registry import LIST_CALENDARS
from support.world import Organization

BY_HAND = {"send": "none"}
ZONE = "Europe/Berlin"


@dataclass
class GoogleCalendars:
    """Anna's account at Google, once she allowed us to see her list of calendars."""

    organization: Organization
    row: ProviderCredential

    @classmethod
    def of(cls, organization: Organization) -> GoogleCalendars:
        row = organization.connect(organization.anna, "google")
        allow(organization, organization.anna, row.pk, LIST_CALENDARS)
        row.refresh_from_db()
        return cls(organization, row)

    def add(self, name: str, role: str = "owner") -> Calendar:
        """There; look for it afterwards."""
        google, person = self._google
        id_ = f"{name.lower()}@group.calendar.google.com"
        return google.add_calendar(person, id_, name, role)

    def look(self) -> None:
        """Look again, and let the worker do it."""
        look_again(self.organization.anna, self.row.pk, self.organization.now)
        self.organization.work()

    def listed(self) -> dict[str, AccountCalendar]:
        found = calendars_of(self.organization.anna, self.row.pk)
        return {each.name: each for each in found.calendars}

    @property
    def main(self) -> str:
        return next(each.name for each in self.listed().values() if each.is_main)

    def choose(
        self, *names: str, target: str = "", directions: dict[str, str] | None = None
    ) -> None:
        """The main calendar and these; nothing is synchronized yet."""
        listed = self.listed()
        wanted = [listed[name].id for name in (self.main, *names)]
        ways = {listed[name].id: way for name, way in (directions or {}).items()}
        choice = Choice(wanted, ways, listed[target].id if target else None)
        save_choice(self.organization.anna, self.row.pk, choice, self.organization.now)

    def enter(self, calendar: Calendar, title: str, *guests: str, hour: int = 9) -> str:
        """An hour on 2 December in one of her calendars, silently; its id."""
        google, person = self._google
        start = datetime(2026, 12, 2, hour)  # noqa: DTZ001 -- in ZONE
        body: dict[str, Any] = {
            side: {"dateTime": moment.isoformat(), "timeZone": ZONE}
            for side, moment in (("start", start), ("end", start + timedelta(hours=1)))
        }
        body |= {"summary": title, "attendees": [{"email": guest} for guest in guests]}
        account, options = google.account(person), google.by_hand(person, "none")
        role, calendar.access_role = calendar.access_role, "owner"
        made = google.writer.insert(account, calendar, body, options)
        calendar.access_role = role
        return made.id

    def rename(self, calendar: Calendar, id_: str, title: str) -> None:
        google, person = self._google
        role, calendar.access_role = calendar.access_role, "owner"
        google.writer.update(calendar, id_, {"summary": title}, google.by_hand(person, "none"))
        calendar.access_role = role

    def titles(self, calendar: Calendar) -> list[str]:
        return sorted(
            str(event.content.shared.get("summary", ""))
            for event in calendar.in_order()
            if not event.cancelled
        )

    @property
    def primary(self) -> Calendar:
        google, person = self._google
        return google.calendar(person)

    def remove(self, calendar: Calendar) -> None:
        """Out of her reach, and of everybody's."""
        google, person = self._google
        del google.account(person).calendars[calendar.id]
        del google.accounts.directory.calendars[calendar.id.casefold()]

    def restore(self, calendar: Calendar) -> None:
        google, person = self._google
        google.account(person).calendars[calendar.id] = calendar
        google.accounts.directory.calendars[calendar.id.casefold()] = calendar

    @property
    def _google(self) -> tuple[GoogleState, Person]:
        world = self.organization.sandbox
        return world.google, world.people.get("anna")


def allow(
    organization: Organization,
    user: User,
    credential_id: int,
    *functions: str,
    without: tuple[str, ...] = (),
) -> None:
    """Sign in once more for these functions, leaving out the scopes in `without`."""
    session: dict[str, Any] = {}
    url = begin_sign_in(user, "google", session, organization.now, credential_id, functions)
    answer = organization.browse("google", url, Consent("anna", without=without))
    finish_sign_in(user, "google", answer, session, organization.now)
