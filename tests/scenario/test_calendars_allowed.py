"""What Google is asked for, and when: the list of calendars, and a calendar made from here."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from calendar_sync.actions.calendar_errands import create_calendar, look_again
from calendar_sync.actions.errors import ActionRefused
from calendar_sync.actions.remote_calendars import Choice, calendars_of, save_choice
from calendar_sync.actions.sync import poll
from calendar_sync.engine.ports import Clock
from calendar_sync.engine.run import Pairing as PairingOfRun
from calendar_sync.engine.run import synchronize_account
from calendar_sync.engine.sync import Lease, SyncReport
from calendar_sync.models import Pairing, ProviderCredential
from calendar_sync.providers.registry import CREATE_CALENDAR, LIST_CALENDARS
from support.calendars import GoogleCalendars, allow
from support.world import Organization

pytestmark = pytest.mark.django_db

LISTS = "https://www.googleapis.com/auth/calendar.calendarlist.readonly"


@pytest.fixture
def calendars(organization: Organization) -> GoogleCalendars:
    return GoogleCalendars.of(organization)


def test_a_sign_in_asks_for_events_only(organization: Organization) -> None:
    row = organization.connect(organization.anna, "google")
    granted = {scope.rpartition("/")[2] for scope in row.scopes}
    assert granted == {"openid", "userinfo.email", "calendar.events"}

    assert calendars_of(organization.anna, row.pk).lacks == (LIST_CALENDARS, CREATE_CALENDAR)
    with pytest.raises(ActionRefused, match="consent_missing"):
        look_again(organization.anna, row.pk, organization.now)


def test_an_errand_left_during_a_run_is_not_forgotten(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    """The run under way has read the account before, and its end says that nothing is due."""
    organization.work()
    calendars.add("Team")
    poll("google", organization.now)

    def run(lease: Lease, pairings: Sequence[PairingOfRun], clock: Clock) -> Sequence[SyncReport]:
        if "Team" not in calendars.listed():
            row = calendars.row.pk
            ProviderCredential.objects.filter(pk=row).update(errand={"create": ""})
        return synchronize_account(lease, pairings, clock)

    organization.work(run)

    assert "Team" in calendars.listed()


def test_a_box_left_open_leaves_the_connection_as_it_is(organization: Organization) -> None:
    row = organization.connect(organization.anna, "google")
    allow(organization, organization.anna, row.pk, LIST_CALENDARS, without=(LISTS,))

    account = calendars_of(organization.anna, row.pk)
    assert (account.lacks, len(account.calendars)) == ((LIST_CALENDARS, CREATE_CALENDAR), 1)
    organization.sync()
    row.refresh_from_db()
    assert (row.state, row.failures) == ("active", 0)


def test_a_scope_that_is_not_there_after_all_has_to_be_allowed(organization: Organization) -> None:
    """The provider knows best what it granted; the connection goes on."""
    row = organization.connect(organization.anna, "google")
    row.scopes = [*row.scopes, LISTS]
    row.save()
    look_again(organization.anna, row.pk, organization.now)
    organization.work()

    account = calendars_of(organization.anna, row.pk)
    assert (account.is_looking, account.error) == (False, "insufficientPermissions")
    assert LIST_CALENDARS in account.lacks
    row.refresh_from_db()
    assert (row.state, row.failures) == ("active", 0)


def test_a_sign_in_for_more_keeps_what_was_given_up(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    calendars.add("Team")
    calendars.look()
    listed = calendars.listed()
    choice = Choice([listed["Team"].id])
    save_choice(organization.anna, calendars.row.pk, choice, organization.now)

    functions = (LIST_CALENDARS, CREATE_CALENDAR)
    allow(organization, organization.anna, calendars.row.pk, *functions)

    assert {name for name, each in calendars.listed().items() if each.is_chosen} == {"Team"}
    assert calendars_of(organization.anna, calendars.row.pk).lacks == ()


# --- a calendar made from here


def test_a_calendar_is_made_and_chosen(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    row = calendars.row
    allow(organization, organization.anna, row.pk, LIST_CALENDARS, CREATE_CALENDAR)
    organization.work()
    create_calendar(organization.anna, row.pk, "  Side   project ", organization.now)
    assert calendars_of(organization.anna, row.pk).creating == "Side project"

    organization.work()

    made = calendars.listed()["Side project"]
    assert (made.is_chosen, made.role, made.takes_new) == (True, "owner", False)
    pairing = Pairing.objects.get(remote_calendar__name="Side project")
    assert pairing.token
    with pytest.raises(ActionRefused) as refused:
        create_calendar(organization.anna, row.pk, "side project", organization.now)
    assert refused.value.field == "name"


def test_a_lost_answer_makes_no_second_calendar(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    row = calendars.row
    allow(organization, organization.anna, row.pk, LIST_CALENDARS, CREATE_CALENDAR)
    organization.work()
    organization.sandbox.faults.arm("POST /google/calendar/v3/calendars", "reset", when="after")
    create_calendar(organization.anna, row.pk, "Side project", organization.now)

    organization.work()
    organization.sync()

    google, anna = organization.sandbox.google, organization.sandbox.people.get("anna")
    names = [each.summary for each in google.account(anna).calendars.values()]
    assert names.count("Side project") == 1
    assert calendars.listed()["Side project"].is_chosen
