"""Reminders, colours and categories: a person's own, in step both ways, and nobody is mailed."""

from __future__ import annotations

from typing import Any

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import create_event, edit_event
from calendar_sync.actions.feed import event_detail
from calendar_sync.actions.series import Scope, edit_dates
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import Alarm, AlarmAction
from calendar_sync.models import Event, Link
from support.own_there import OwnThere, alarms_as_rows
from support.world import PROVIDERS, START, Organization

EVA = "eva@client.example"
IDLE = 5
API = {"google": ("/google/calendar", "/google/batch"), "outlook": ("/graph/v1.0",)}

Own = dict[str, Any]
HALF_HOUR = (Alarm(30),)
CASES: list[tuple[ProviderName, Own, Own, Own]] = [
    # provider, one value, another, and nothing of it
    ("google", {"alarms": HALF_HOUR}, {"alarms": (Alarm(60),)}, {"alarms": ()}),
    (
        "google",
        {"alarms": (Alarm(10), Alarm(1440, AlarmAction.EMAIL))},
        {"alarms": HALF_HOUR},
        {"alarms": None},
    ),
    ("google", {"colour": "crimson"}, {"colour": "gold"}, {"colour": ""}),
    ("outlook", {"alarms": HALF_HOUR}, {"alarms": (Alarm(60),)}, {"alarms": ()}),
    ("outlook", {"categories": ("A", "B")}, {"categories": ("B", "C")}, {"categories": ()}),
]
cases = pytest.mark.parametrize(("provider", "one", "other", "nothing"), CASES)


class Desk:
    """One person's calendar here and there."""

    def __init__(
        self, organization: Organization, provider: ProviderName, key: str = "anna"
    ) -> None:
        self.organization = organization
        self.user = getattr(organization, key)
        self.there = OwnThere(organization.sandbox, key, provider)
        organization.connect(self.user, provider)
        organization.sync()

    def edit(self, event: Event, fields: Own) -> None:
        self.organization.advance(minutes=1)
        result = edit_event(self.user, event.pk, fields, None, self.organization.now)
        assert isinstance(result, Event), result

    def here(self, event: Event, date: str = "") -> Own:
        detail = event_detail(self.user, event.pk, date)
        own = {"alarms": alarms_as_rows(detail.alarms), "colour": detail.colour}
        return {**own, "categories": sorted(detail.categories)}

    def sync(self) -> list[tuple[int, int, int]]:
        """(received, sent, mailed) of each run."""
        self.organization.advance(minutes=12)
        reports = [report for turn in self.organization.sync() for report in turn.reports]
        assert not any(report.error or report.refused for report in reports), reports
        return [(report.received, report.sent, report.mailed) for report in reports]

    def requests(self) -> list[str]:
        prefixes = API[self.there.provider]
        found = [each for prefix in prefixes for each in self.organization.requests(prefix)]
        self.organization.sandbox.journal.clear()
        return [request.split()[0] for request in found]

    def rests(self) -> None:
        """Nothing is written or brought in any more, however often it runs; nothing is held."""
        for _ in range(IDLE):
            assert set(self.sync()) <= {(0, 0, 0)}
        assert set(Link.objects.values_list("state", flat=True)) <= {"settled", "unwanted"}


def shown(fields: Own) -> Own:
    """As `here` and `own` tell them."""
    own = dict(fields)
    if "alarms" in own:
        own["alarms"] = alarms_as_rows(own["alarms"])
    if "categories" in own:
        own["categories"] = sorted(own["categories"])
    return own


def picked(found: Own, fields: Own) -> Own:
    return {name: found[name] for name in fields}


@cases
def test_changed_here(
    organization: Organization, provider: ProviderName, one: Own, other: Own, nothing: Own
) -> None:
    anna = Desk(organization, provider)
    event = organization.create(anna.user, "Review", EVA, choice=Choice.SEND)
    anna.sync()
    organization.sandbox.mail.clear()
    for fields in (one, other, nothing, one):
        anna.edit(event, fields)
        anna.requests()
        assert anna.sync() == [(0, 1, 0)]
        # one look for news, one write, no mail though there is a guest
        assert anna.requests() == ["GET", "PATCH"]
        assert picked(anna.there.own("Review"), fields) == shown(fields)
        assert picked(anna.here(event), fields) == shown(fields)
    anna.rests()
    assert organization.mails == []


@cases
def test_changed_there(
    organization: Organization, provider: ProviderName, one: Own, other: Own, nothing: Own
) -> None:
    anna = Desk(organization, provider)
    anna.there.create("Review", EVA)
    anna.sync()
    event = Event.objects.get(components__summary="Review")
    organization.sandbox.mail.clear()
    for fields in (one, other, nothing, one):
        anna.there.put("Review", fields)
        anna.requests()
        assert anna.sync() == [(1, 0, 0)]
        assert anna.requests() == ["GET"]
        assert picked(anna.here(event), fields) == shown(fields)
    anna.rests()
    assert organization.mails == []


@cases
def test_changed_on_both_sides_at_once(
    organization: Organization, provider: ProviderName, one: Own, other: Own, nothing: Own
) -> None:
    anna = Desk(organization, provider)
    event = organization.create(anna.user, "Review")
    anna.sync()
    anna.edit(event, nothing)
    anna.sync()

    anna.edit(event, one)
    organization.advance(minutes=1)
    anna.there.put("Review", other)
    anna.sync()
    anna.sync()

    here, there = picked(anna.here(event), one), picked(anna.there.own("Review"), one)
    assert here == there
    if "categories" in one:  # each is a property of its own: nobody's is lost
        assert here == {"categories": ["A", "B", "C"]}
    else:
        assert here in (shown(one), shown(other))
    anna.rests()


@cases
def test_on_a_guests_copy(
    organization: Organization, provider: ProviderName, one: Own, other: Own, nothing: Own
) -> None:
    """Ben's is written into Ben's copy alone; Anna's stays as it is, and she is not told."""
    ben = Desk(organization, provider, "ben")
    address = str(organization.sandbox.people.get("ben").address(provider))
    theirs = OwnThere(organization.sandbox, "anna", provider)
    theirs.create("Review", address)
    ben.sync()
    event = Event.objects.get(components__summary="Review")
    organization.sandbox.mail.clear()
    before = theirs.own("Review")

    for fields in (one, nothing, one):
        ben.edit(event, fields)
        ben.requests()
        assert ben.sync() == [(0, 1, 0)]
        assert ben.requests() == ["GET", "PATCH"]
        assert picked(ben.there.own("Review"), fields) == shown(fields)
    ben.there.put("Review", other)
    ben.sync()
    assert picked(ben.here(event), other) == shown(other)
    ben.rests()
    assert theirs.own("Review") == before
    assert organization.mails == []


@pytest.mark.parametrize("privacy", ["private", "confidential"])
def test_a_guests_privacy_is_his_own_too(organization: Organization, privacy: str) -> None:
    """In Outlook an organizer's change of it may mail; a guest's never does, so it is not held."""
    ben = Desk(organization, "outlook", "ben")
    address = str(organization.sandbox.people.get("ben").address("outlook"))
    OwnThere(organization.sandbox, "anna", "outlook").create("Review", address)
    ben.sync()
    organization.sandbox.mail.clear()

    ben.edit(Event.objects.get(), {"classification": privacy})

    assert ben.sync() == [(0, 1, 0)]
    assert organization.sandbox.microsoft.events("ben")[0]["sensitivity"] == privacy
    ben.rests()
    assert organization.mails == []


def test_what_outlook_calls_personal_stays_personal(organization: Organization) -> None:
    anna = Desk(organization, "outlook")
    event = anna.there.create("Dentist")
    organization.sandbox.microsoft.edit("anna", event, {"sensitivity": "personal"})
    anna.sync()
    here = Event.objects.get()
    assert event_detail(anna.user, here.pk).classification == "private"

    anna.edit(here, {"summary": "Dentist, late", "alarms": HALF_HOUR, "availability": "free"})
    anna.sync()

    row = organization.sandbox.microsoft.get("anna", event)
    assert (row["subject"], row["sensitivity"], row["showAs"]) == (
        "Dentist, late",
        "personal",
        "free",
    )
    anna.rests()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_one_date_of_a_series(organization: Organization, provider: ProviderName) -> None:
    anna = Desk(organization, provider)
    draft = EventDraft(
        START, START.replace(hour=10), "Stand-up", recurrence=("RRULE:FREQ=DAILY;COUNT=5",)
    )
    series = create_event(anna.user, draft, None, organization.now)
    assert isinstance(series, Event)
    anna.sync()
    third = "2026-12-03T09:00:00 Europe/Paris"

    def edit(date: str, scope: Scope, alarms: object) -> None:
        fields = {"alarms": alarms}
        edit_dates(anna.user, series.pk, date, scope, fields, None, organization.now)
        anna.sync()
        anna.sync()

    edit("", Scope.ALL, HALF_HOUR)
    edit(third, Scope.THIS, (Alarm(5),))
    assert anna.here(series)["alarms"] == [(30, "display")]
    assert anna.here(series, third)["alarms"] == [(5, "display")]
    assert dates_there(anna) == [30, 30, 5, 30, 30]

    edit("", Scope.ALL, (Alarm(45),))
    assert dates_there(anna) == [45, 45, 5, 45, 45]
    edit(third, Scope.THIS, ())
    assert dates_there(anna) == [45, 45, None, 45, 45]
    anna.rests()

    anna.there.put_on(date_id(anna, 4), {"alarms": HALF_HOUR})
    anna.sync()
    assert anna.here(series, "2026-12-04T09:00:00 Europe/Paris")["alarms"] == [(30, "display")]
    assert anna.here(series, third)["alarms"] == []
    anna.rests()
    assert organization.mails == []


WEEK = START.replace(hour=0), START.replace(day=8)


def rows_there(anna: Desk) -> list[dict[str, Any]]:
    if anna.there.is_google:
        person = anna.organization.sandbox.people.get("anna")
        rows = anna.organization.sandbox.google.occurrences(person, *WEEK)
    else:
        rows = anna.organization.sandbox.microsoft.view("anna", WEEK)
    return sorted((dict(row) for row in rows), key=lambda row: row["start"]["dateTime"])


def dates_there(anna: Desk) -> list[int | None]:
    """Minutes of the first reminder of each date."""
    found = (anna.there.own_of(row)["alarms"] for row in rows_there(anna))
    return [alarms[0][0] if alarms else None for alarms in found]


def date_id(anna: Desk, day: int) -> str:
    return str(rows_there(anna)[day - 1]["id"])


# --- what one side has no words for


def test_outlook_shows_one_reminder_and_the_others_stay_here(organization: Organization) -> None:
    anna = Desk(organization, "outlook")
    event = organization.create(anna.user, "Review")
    anna.sync()
    email = Alarm(60, AlarmAction.EMAIL)
    anna.edit(event, {"alarms": (Alarm(10), Alarm(90), email)})
    assert anna.sync() == [(0, 1, 0)]
    assert anna.there.own("Review")["alarms"] == [(10, "display")]
    anna.rests()

    anna.there.put("Review", {"alarms": HALF_HOUR})
    assert anna.sync() == [(1, 0, 0)]
    assert anna.here(event)["alarms"] == [(30, "display"), (60, "email"), (90, "display")]
    anna.there.put("Review", {"alarms": ()})
    anna.sync()
    assert anna.here(event)["alarms"] == [(60, "email"), (90, "display")]
    anna.rests()

    anna.edit(event, {"alarms": (email,)})
    anna.sync()
    assert anna.there.own("Review")["alarms"] == []
    assert anna.here(event)["alarms"] == [(60, "email")]
    anna.rests()


def test_the_reminder_that_outlook_gives_of_itself_is_nobodys_wish(
    organization: Organization,
) -> None:
    anna = Desk(organization, "outlook")
    event = organization.create(anna.user, "Review")
    anna.sync()

    assert anna.there.own("Review")["alarms"] == [(15, "display")]
    assert anna.here(event)["alarms"] is None
    anna.edit(event, {"alarms": ()})
    anna.sync()
    assert anna.there.own("Review")["alarms"] == []
    anna.edit(event, {"alarms": None})
    anna.sync()
    assert anna.there.own("Review")["alarms"] == [(15, "display")]
    assert anna.here(event)["alarms"] is None
    anna.rests()


def test_reminders_that_google_makes_of_an_all_day_event_are_nobodys_wish(
    organization: Organization,
) -> None:
    anna = Desk(organization, "google")
    event = organization.create(anna.user, "Holiday", start=START.date())
    anna.sync()

    assert anna.there.own("Holiday")["alarms"] == [(10, "display")]
    assert anna.here(event)["alarms"] is None
    anna.rests()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_a_provider_has_no_word_for_stays_here(
    organization: Organization, provider: ProviderName
) -> None:
    anna = Desk(organization, provider)
    event = organization.create(anna.user, "Review")
    anna.sync()
    fields = {"categories": ("A",)} if provider == "google" else {"colour": "gold"}

    anna.edit(event, fields)

    assert anna.sync() in ([], [(0, 0, 0)])
    assert picked(anna.here(event), fields) == shown(fields)
    anna.there.rename("Review", "Renamed")
    anna.sync()
    assert picked(anna.here(event), fields) == shown(fields)
    anna.rests()
