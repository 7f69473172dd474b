"""Calendars of Microsoft 365 groups: shown once they are allowed, fetched, and never written."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from calendar_sync.actions.errors import ActionRefused
from calendar_sync.actions.events import answer_event, edit_event
from calendar_sync.actions.remote_calendars import change_calendar
from calendar_sync.engine.event import PartStat
from calendar_sync.models import Channel, Event, Link, Pairing
from calendar_sync.providers.registry import LIST_GROUPS
from support.group_account import Groups
from support.groups import KNOWN_AS, SCOPE
from support.world import Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def groups(organization: Organization, settings: Settings) -> Groups:
    settings.PROVIDER_SESSION = "support.groups.session_with_groups"
    return Groups(organization)


def test_groups_are_not_asked_for_before_they_are_wanted(groups: Groups) -> None:
    groups.look()

    assert SCOPE not in groups.row.scopes
    assert (LIST_GROUPS in groups.account.lacks, list(groups.listed)) == (True, ["Calendar"])
    assert groups.graph.asked == []


def test_allowed_chosen_and_fetched(groups: Groups) -> None:
    groups.marketing.enter("daily", "Stand-up")
    groups.marketing.repeat("daily")
    groups.allow()
    shown = groups.listed["Marketing"]
    assert (shown.role, shown.is_group, shown.is_chosen) == ("reader", True, False)
    assert LIST_GROUPS not in groups.account.lacks
    assert groups.graph.asked == ["GET /me/memberOf"]
    groups.graph.asked.clear()

    groups.choose()

    place = f"/groups/{groups.marketing.id}"
    assert groups.titles == ["Launch", "Stand-up"]
    assert groups.graph.asked == [f"GET {place}/calendarView", f"GET {place}/events/daily"]
    assert groups.listed["Marketing"].direction == "from-provider"
    assert groups.organization.mails == []


def test_what_changes_there_changes_here(groups: Groups) -> None:
    groups.marketing.enter("party", "Party")
    groups.allow()
    groups.choose()

    groups.marketing.enter("launch", "Big launch")
    del groups.marketing.events["party"]
    groups.sync()

    assert groups.titles == ["Big launch"]
    assert groups.organization.mails == []


def test_nothing_is_ever_written_there(groups: Groups) -> None:
    groups.allow()
    groups.choose()
    anna, now = groups.organization.anna, groups.organization.now
    marketing = groups.listed["Marketing"].id
    with pytest.raises(ActionRefused, match="read_only"):
        change_calendar(anna, marketing, now, direction="both")
    with pytest.raises(ActionRefused):
        change_calendar(anna, marketing, now, takes_new=True)
    assert Link.objects.get().read_only == "no_write_access"
    edit_event(anna, Event.objects.get().pk, {"description": "Bring cake"}, None, now)
    groups.graph.asked.clear()
    groups.organization.sandbox.journal.clear()

    groups.sync()

    sent = [*groups.graph.asked, *groups.organization.requests("/graph/")]
    assert {each.split()[0] for each in sent} == {"GET"}
    assert groups.organization.mails == []


def test_own_edits_cost_no_look_at_the_group(groups: Groups) -> None:
    groups.allow()
    groups.choose()
    groups.graph.asked.clear()
    groups.organization.create(groups.organization.anna, "Dentist")

    groups.organization.work()

    assert groups.organization.there("anna", "outlook").titles() == ["Dentist"]
    assert groups.graph.asked == []


def test_the_token_goes_on_to_be_good_for_groups(groups: Groups) -> None:
    """Each refresh names what was allowed: else the new token might not be."""
    groups.allow()
    groups.choose()
    groups.organization.advance(hours=2)
    groups.marketing.enter("launch", "Big launch")

    groups.sync()

    assert groups.titles == ["Big launch"]


def test_who_leaves_a_group_loses_its_calendar_and_nothing_here(groups: Groups) -> None:
    """Also where Graph would go on to show it, as a public group's."""
    groups.allow()
    groups.choose()
    groups.marketing.is_member, groups.marketing.is_public = False, True
    groups.graph.asked.clear()
    groups.look()
    groups.organization.there("anna", "outlook").create("Dentist")
    groups.sync()

    shown = groups.listed["Marketing"]
    assert (shown.problem, shown.is_listed) == ("not_a_member", False)
    assert groups.titles == ["Dentist", "Launch"]
    assert groups.graph.asked == ["GET /me/memberOf"]

    groups.marketing.is_member = True
    groups.marketing.enter("launch", "Big launch")
    groups.look()
    groups.sync()
    assert groups.listed["Marketing"].problem == ""
    assert groups.titles == ["Big launch", "Dentist"]


def test_out_of_reach_between_two_looks_at_the_list(groups: Groups) -> None:
    groups.allow()
    groups.choose()
    groups.marketing.is_member = False
    groups.organization.there("anna", "outlook").create("Dentist")
    groups.sync()

    assert groups.listed["Marketing"].problem == "erroraccessdenied"
    assert groups.titles == ["Dentist", "Launch"]
    groups.row.refresh_from_db()
    assert (groups.row.state, groups.row.failures) == ("active", 0)


def test_a_consent_that_an_administrator_takes_back(groups: Groups) -> None:
    """One's own calendars go on, and the groups can be allowed again."""
    groups.allow()
    groups.choose()
    groups.graph.is_consented = False
    groups.organization.there("anna", "outlook").create("Dentist")
    groups.sync()
    groups.look()

    account = groups.account
    assert (LIST_GROUPS in account.lacks, account.error) == (True, "authorization_requestdenied")
    assert groups.listed["Marketing"].problem == "authorization_requestdenied"
    assert groups.titles == ["Dentist", "Launch"]
    groups.row.refresh_from_db()
    assert (groups.row.state, groups.row.failures) == ("active", 0)

    groups.graph.is_consented = True
    groups.allow()
    groups.sync()
    assert (LIST_GROUPS in groups.account.lacks, groups.account.error) == (False, "")
    assert groups.listed["Marketing"].problem == ""


def test_a_scope_that_is_not_granted_leaves_everything_as_it_is(groups: Groups) -> None:
    groups.allow(without=(KNOWN_AS,))

    assert LIST_GROUPS in groups.account.lacks
    assert list(groups.listed) == ["Calendar"]
    assert groups.graph.asked == []


def test_no_hook_is_asked_for_and_the_calendar_is_polled(groups: Groups) -> None:
    groups.allow()
    groups.choose()
    pairing = Pairing.objects.exclude(remote_calendar__name="Calendar").get()

    assert not Channel.objects.filter(pairing=pairing, state=Channel.State.OPEN).exists()
    groups.marketing.enter("launch", "Big launch")
    groups.organization.advance(minutes=3)
    groups.sync()
    assert groups.titles == ["Big launch"]


@pytest.mark.parametrize("group_first", [False, True])
def test_a_meeting_that_is_in_ones_own_calendar_too_is_one(
    groups: Groups, *, group_first: bool
) -> None:
    """Who follows a group is a guest of what it organizes: the answer goes to the own copy."""
    organization = groups.organization
    groups.allow()
    if not group_first:
        groups.choose()
    cleo = organization.there("cleo", "outlook")
    copy = cleo.create("Kick-off", "anna@corp.example")
    row = organization.sandbox.microsoft.get("cleo", copy)
    people = {"organizer": row["organizer"], "attendees": row["attendees"]}
    groups.marketing.enter("kick", "Kick-off")
    times = {name: row[name] for name in ("start", "end", "iCalUId")}
    groups.marketing.events["kick"] |= people | times
    if group_first:
        groups.choose()
    groups.sync()
    organization.sandbox.mail.clear()

    assert groups.titles == ["Kick-off", "Kick-off", "Launch"]  # in each of the two calendars
    event = Event.objects.get(components__summary="Kick-off")
    groups.graph.asked.clear()
    answer_event(organization.anna, event.pk, PartStat.ACCEPTED, organization.now)
    groups.sync()
    groups.sync()

    assert cleo.answer_of("Kick-off", "anna@corp.example") == "accepted"
    assert organization.mails == [("response", "cleo@corp.example")]
    assert {each.split()[0] for each in groups.graph.asked} == {"GET"}
