"""Anna's Outlook account, and a group that she is in."""

from __future__ import annotations

from typing import Any

from calendar_sandbox.core.consent import Consent
from calendar_sync.actions.accounts import begin_sign_in, finish_sign_in
from calendar_sync.actions.calendar_errands import look_again
from calendar_sync.actions.remote_calendars import (
    AccountCalendar,
    CalendarsOf,
    Choice,
    calendars_of,
    save_choice,
)
from calendar_sync.models import ProviderCredential
from calendar_sync.providers.registry import LIST_GROUPS
from support.groups import KNOWN_AS, SCOPE, GroupAtGraph, GroupsAtGraph
from support.world import Organization


class Groups:
    """`settings.PROVIDER_SESSION` names `support.groups.session_with_groups`."""

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self.graph = GroupsAtGraph()
        self.marketing: GroupAtGraph = self.graph.add("Marketing")
        self.marketing.enter("launch", "Launch")
        self.row: ProviderCredential = organization.connect(organization.anna, "outlook")

    def allow(self, without: tuple[str, ...] = ()) -> None:
        session: dict[str, Any] = {}
        organization, functions = self.organization, [LIST_GROUPS]
        anna, now = organization.anna, organization.now
        url = begin_sign_in(anna, "outlook", session, now, self.row.pk, functions)
        consent = Consent("anna", without=without)
        assert SCOPE in url
        answer = organization.browse("outlook", url.replace(SCOPE, KNOWN_AS), consent)
        finish_sign_in(anna, "outlook", answer, session, now)
        self.look()

    def look(self) -> None:
        look_again(self.organization.anna, self.row.pk, self.organization.now)
        self.organization.work()

    def choose(self) -> None:
        wanted = [each.id for each in self.account.calendars]
        choice = Choice(wanted)
        save_choice(self.organization.anna, self.row.pk, choice, self.organization.now)
        self.organization.sync()

    def sync(self) -> None:
        """A few minutes later: one look at a group is enough for two."""
        self.organization.advance(minutes=3)
        self.organization.sync()

    @property
    def account(self) -> CalendarsOf:
        return calendars_of(self.organization.anna, self.row.pk)

    @property
    def listed(self) -> dict[str, AccountCalendar]:
        return {each.name: each for each in self.account.calendars}

    @property
    def titles(self) -> list[str]:
        return self.organization.titles_here(self.organization.anna)
