"""All that a person may have: two calendars of one account, another account, each of which shows
what is in the other, a colleague at the other provider, a guest from outside.

A series with a changed and a cancelled date, meetings with Ben and with Eva, Ben's own, one whose
guest was never invited, and a twin that stood on both sides before anything was connected.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.attention import attention_items
from calendar_sync.actions.calendar_errands import look_again
from calendar_sync.actions.events import delete_event, edit_event
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.remote_calendars import calendars_of, change_calendar
from calendar_sync.actions.series import Scope, delete_dates, edit_dates
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.masks import Mirror
from calendar_sync.models import Event, ProviderCredential
from calendar_sync.providers.registry import LIST_CALENDARS
from support.calendars import allow
from support.mirrored import ANNA, BEN, EVA, OTHER, put
from support.story import NO_WRITE
from support.there import There
from support.world import START, Organization

PLAIN, SERIES, TWIN, TEAM, WITHHELD = "Plain", "Stand-up", "Twin", "Team lunch", "Withheld"
WORKSHOP, SHARED, BENS, ELSEWHERE = "Workshop", "Shared", "Ben's", "Elsewhere"
MEETINGS = [BENS, SHARED, WORKSHOP]
"""Those with guests at the provider."""

OWN = sorted([PLAIN, SERIES, TWIN, TEAM, WITHHELD, SHARED, WORKSHOP])
IN_MAIN = sorted([PLAIN, SERIES, TWIN, WITHHELD, ELSEWHERE, *MEETINGS])
ALL = sorted([*IN_MAIN, TEAM])
"""Here, and in either account, if all of its calendars are taken together."""
DATES = ["01 09 Stand-up", "15 09 In town", "22 09 Stand-up"]
WINDOW = (START - timedelta(days=1), START + timedelta(days=30))


@dataclass
class Domain:
    """Anna's; her account at `provider` is the one that something happens to."""

    organization: Organization
    provider: ProviderName
    account: ProviderCredential
    team: str = field(default="")
    """The second calendar, as the provider knows it."""

    @classmethod
    def furnish(cls, organization: Organization, provider: ProviderName) -> Domain:
        anna, other = organization.anna, OTHER[provider]
        organization.create(anna, WITHHELD, EVA, start=START + timedelta(days=6))
        organization.create(anna, TWIN, start=START + timedelta(days=1))
        organization.there("anna", provider).create(TWIN, day=2)
        self = cls(organization, provider, organization.connect(anna, provider))
        self._choose_second_calendar()
        organization.connect(organization.ben, other)
        organization.connect(anna, other)
        organization.work()
        for day, title, guests in (
            (3, PLAIN, ()),
            (4, WORKSHOP, (EVA,)),
            (11, SHARED, (BEN[other],)),
        ):
            choice = Choice.SEND if guests else None
            organization.create(
                anna, title, *guests, choice=choice, start=START + timedelta(days=day)
            )
        self._create_series()
        organization.there("ben", other).create(BENS, ANNA[provider], day=9)
        organization.there("anna", other).create(ELSEWHERE, day=16)
        organization.work()
        self.rounds(1)
        for shown in (provider, other):
            put(organization, shown, Mirror.FULL)
        organization.work()
        self.rounds(1)
        assert (self.here, self.in_main(), self.in_team()) == (ALL, IN_MAIN, [TEAM])
        assert (self.mirror.titles(), self.dates()) == (ALL, DATES)
        organization.sandbox.mail.clear()
        organization.sandbox.journal.clear()
        return self

    def _choose_second_calendar(self) -> None:
        organization, anna = self.organization, self.organization.anna
        world = organization.sandbox
        if self.provider == "google":
            allow(organization, anna, self.account.pk, LIST_CALENDARS)
            self.team = "team@group.calendar.google.com"
            world.google.add_calendar(world.people.get("anna"), self.team, "Team", "owner")
        else:
            self.team = world.microsoft.add_calendar("anna", "Team")
        look_again(anna, self.account.pk, organization.now)
        organization.work()
        main, team = self.calendars()
        change_calendar(anna, team, organization.now, chosen=True)
        change_calendar(anna, team, organization.now, takes_new=True)
        organization.create(anna, TEAM, start=START + timedelta(days=2))
        change_calendar(anna, main, organization.now, takes_new=True)

    def calendars(self) -> list[int]:
        """The main one and the second, as `actions.remote_calendars` knows them."""
        found = calendars_of(self.organization.anna, self.account.pk).calendars
        return [each.id for each in sorted(found, key=lambda each: not each.is_main)]

    def _create_series(self) -> None:
        organization, anna = self.organization, self.organization.anna
        pk = organization.create(anna, SERIES).pk
        weekly = ("RRULE:FREQ=WEEKLY;COUNT=4",)
        edit_event(anna, pk, {"recurrence": weekly}, None, organization.now)
        self.rename_date(2, "In town")
        delete_dates(anna, pk, _date(1), Scope.THIS, None, organization.now)

    # --- Anna here

    def event(self, title: str) -> Event:
        return Event.objects.alive().get(components__summary=title)

    def edit(self, title: str, choice: Choice | None = None, **changes: Any) -> None:  # noqa: ANN401 -- fields of an event
        now, pk = self.organization.now, self.event(title).pk
        made = edit_event(self.organization.anna, pk, changes, choice, now)
        assert not isinstance(made, MailQuestion), made

    def delete(self, title: str, choice: Choice | None = None) -> None:
        now, pk = self.organization.now, self.event(title).pk
        question = delete_event(self.organization.anna, pk, choice, now)
        assert question is None, question

    def rename_date(self, weeks: int, title: str) -> None:
        now, pk = self.organization.now, self.event(SERIES).pk
        changes = {"summary": title}
        edit_dates(self.organization.anna, pk, _date(weeks), Scope.THIS, changes, None, now)

    # --- time passes

    def rounds(self, count: int = 3) -> None:
        for _ in range(count):
            self.organization.advance(minutes=11)
            self.organization.sync()

    # --- what there is

    @property
    def there(self) -> There:
        """Her account, as she sees it there."""
        return self.organization.there("anna", self.provider)

    @property
    def mirror(self) -> There:
        """Her other account, which shows this one."""
        return self.organization.there("anna", OTHER[self.provider])

    @property
    def ben(self) -> str:
        return BEN[OTHER[self.provider]]

    @property
    def bens(self) -> There:
        return self.organization.there("ben", OTHER[self.provider])

    @property
    def here(self) -> list[str]:
        return self.organization.titles_here(self.organization.anna)

    def in_main(self) -> list[str]:
        """Outlook lists what is in any calendar."""
        titles = self.there.titles()
        for title in self.in_team() if self.provider == "outlook" else ():
            titles.remove(title)
        return titles

    def in_team(self) -> list[str]:
        world = self.organization.sandbox
        if self.provider == "outlook":
            mailbox = world.microsoft.mailbox("anna")
            return sorted(str(item.subject) for item in mailbox.in_folder(max(mailbox.folders)))
        calendar = world.google.account(world.people.get("anna")).calendars[self.team]
        events = [event for event in calendar.in_order() if not event.cancelled]
        return sorted(str(event.content.shared.get("summary", "")) for event in events)

    def place_in_team(self) -> str:
        world = self.organization.sandbox
        if self.provider == "outlook":
            return self.there.place_of(TEAM)
        calendar = world.google.account(world.people.get("anna")).calendars[self.team]
        (event,) = calendar.in_order()
        return str(event.content.shared.get("location", ""))

    def dates(self) -> list[str]:
        """Of the series, there."""
        found = self.there.dates(*WINDOW)
        return [each for each in found if each[6:] in {SERIES, "In town", "At home"}]

    def held(self) -> list[str]:
        return [f"{item.title} {item.kind}" for item in attention_items(self.organization.anna)]

    def written(self) -> tuple[int, int]:
        """How often into this account, and into the other, since the journal was cleared; a batch
        is told by its parts.
        """
        entries = self.organization.sandbox.journal.entries(parts=True)
        paths = [
            entry.path
            for entry in entries
            if entry.method != "GET" and entry.person == "anna" and not NO_WRITE.search(entry.path)
        ]
        at_google = sum(path.startswith("/google") for path in paths)
        counts = {"google": at_google, "outlook": len(paths) - at_google}
        return counts[self.provider], counts[OTHER[self.provider]]


def _date(weeks: int) -> str:
    return f"{START + timedelta(weeks=weeks):%Y-%m-%dT%H:%M:%S} Europe/Paris"
