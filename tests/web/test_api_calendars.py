"""Calendars of a connection over the API."""

import pytest

from support.api import Answer, Program
from support.calendars import GoogleCalendars
from support.world import Organization


@pytest.fixture
def anna(organization: Organization) -> Program:
    return Program.of(organization.anna)


@pytest.fixture
def calendars(organization: Organization) -> GoogleCalendars:
    made = GoogleCalendars.of(organization)
    made.add("Team")
    made.add("Holidays", "reader")
    made.look()
    return made


def test_listed_as_the_provider_has_them(anna: Program, calendars: GoogleCalendars) -> None:
    path = f"/connections/{calendars.row.pk}/calendars"
    listed = anna.get(path).body

    assert (listed["looking"], listed["error"]) == (False, "")
    assert [each["name"] for each in listed["items"]] == [calendars.main, "Team", "Holidays"]
    team = calendars.listed()["Team"].id
    assert listed["items"][1] == {
        "id": team,
        "name": "Team",
        "role": "owner",
        "owner": "",
        "main": False,
        "chosen": False,
        "direction": "both",
        "takesNew": False,
        "mirror": "off",
        "problem": "",
    }
    assert anna.post(f"{path}/refresh").status == 202
    assert anna.get(path).body["looking"]


def changed(anna: Program, calendars: GoogleCalendars, name: str, body: object) -> Answer:
    return anna.ask("PATCH", f"/calendars/{calendars.listed()[name].id}", body)


def test_chosen_directed_and_given_up(anna: Program, calendars: GoogleCalendars) -> None:
    assert changed(anna, calendars, "Team", {"chosen": True, "takesNew": True}).status == 204
    assert calendars.listed()["Team"].takes_new
    refused = changed(anna, calendars, "Team", {"takesNew": False})
    assert (refused.status, refused.body["code"]) == (409, "a_target_is_needed")
    assert changed(anna, calendars, "Team", {"direction": "from-provider"}).status == 204
    assert calendars.listed()[calendars.main].takes_new
    assert changed(anna, calendars, "Team", {"chosen": False}).status == 204
    assert not calendars.listed()["Team"].is_chosen
    refused = changed(anna, calendars, "Team", {"direction": "both"})
    assert (refused.status, refused.body["code"]) == (409, "not_chosen")


def test_what_may_only_be_read_is_only_fetched(anna: Program, calendars: GoogleCalendars) -> None:
    body = {"chosen": True, "direction": "both"}
    refused = changed(anna, calendars, "Holidays", body)
    assert (refused.status, refused.body["code"]) == (409, "read_only")
    assert not calendars.listed()["Holidays"].is_chosen  # all of it, or nothing


def test_what_was_not_allowed_yet(organization: Organization, anna: Program) -> None:
    row = organization.connect(organization.anna, "google")
    path = f"/connections/{row.pk}/calendars"
    for answer in (anna.post(f"{path}/refresh"), anna.post(path, {"name": "Side project"})):
        assert (answer.status, answer.body["code"]) == (409, "consent_missing")
    assert anna.post(path, {"name": " "}).status == 422


def test_another_persons_calendars_are_not_there(
    organization: Organization, calendars: GoogleCalendars
) -> None:
    path = f"/connections/{calendars.row.pk}/calendars"
    for person in (organization.ben, organization.admin):
        program = Program.of(person)
        assert program.get(path).status == 404
        assert program.post(f"{path}/refresh").status == 404
        assert program.post(path, {"name": "x"}).status == 404
        assert changed(program, calendars, "Team", {"chosen": True}).status == 404
