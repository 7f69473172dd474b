"""The world of the demonstration, and what is left of it after a restart."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from calendar_sandbox.demo_world import PEOPLE, DemoWorld
from calendar_sandbox.sandbox import Sandbox
from calendar_sandbox.snapshot import load, save

SUNDAY_NIGHT = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(DemoWorld(), now=SUNDAY_NIGHT)


def test_everybody_has_two_mailboxes_with_something_in_them(sandbox: Sandbox) -> None:
    for key in PEOPLE:
        person = sandbox.people.get(key)
        assert len(sandbox.google.events(person)) >= 3
        assert len(sandbox.microsoft.events(key)) >= 3


def test_every_mailbox_of_work_makes_online_meetings(sandbox: Sandbox) -> None:
    for key in PEOPLE:
        assert sandbox.microsoft.mailbox(key).meeting_providers == ("teamsForBusiness",)


def test_nobody_was_mailed(sandbox: Sandbox) -> None:
    assert sandbox.mail.count == 0


def test_weeks_are_counted_where_the_people_live(sandbox: Sandbox) -> None:
    anna = sandbox.people.get("anna")
    rows = {row["summary"]: row["start"] for row in sandbox.google.events(anna)}

    # In London it is still Sunday of the week that began on the 16th.
    assert rows["Dinner with Ida"]["dateTime"] == "2026-11-21T20:00:00+01:00"
    assert rows["Mum's birthday"] == {"date": "2026-11-25"}


def test_colleagues_have_copies_with_their_answers(sandbox: Sandbox) -> None:
    (standup,) = (row for row in sandbox.microsoft.events("eva") if row["subject"] == "Stand-up")
    (garden,) = (
        row
        for row in sandbox.google.events(sandbox.people.get("ben"))
        if row["summary"].startswith("Community garden")
    )

    assert standup["responseStatus"]["response"] == "accepted"
    assert standup["recurrence"]["pattern"]["daysOfWeek"] == ["monday", "wednesday", "friday"]
    assert [row["responseStatus"] for row in garden["attendees"]] == [
        "accepted", "accepted", "needsAction", "needsAction",
    ]  # fmt: skip


def test_one_meeting_lies_in_two_mailboxes_of_one_person(sandbox: Sandbox) -> None:
    title = "Kick-off at Client Ltd"
    google = [row["summary"] for row in sandbox.google.events(sandbox.people.get("anna"))]
    outlook = [row["subject"] for row in sandbox.microsoft.events("anna")]

    assert (google.count(title), outlook.count(title)) == (1, 1)


def test_a_kept_world_follows_the_product_to_another_port(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.google.create(sandbox.people.get("eva"), {
        "summary": "Sauna", "start": {"date": "2026-12-05"}, "end": {"date": "2026-12-06"},
    })  # fmt: skip
    save(sandbox, tmp_path / "world")
    kept = load(tmp_path / "world")
    assert kept is not None

    DemoWorld("http://127.0.0.1:9000").take_over(kept)

    titles = [row["summary"] for row in kept.google.events(kept.people.get("eva"))]
    assert "Sauna" in titles
    (google,), (outlook,) = kept.clients.of("google"), kept.clients.of("outlook")
    assert google.redirect_uris == ("http://127.0.0.1:9000/google_account/authentication",)
    assert outlook.redirect_uris == ("http://127.0.0.1:9000/microsoft_account/authentication",)


def test_anna_has_one_of_everything_that_is_kept_in_step(sandbox: Sandbox) -> None:
    google = {row["summary"]: row for row in sandbox.google.events(sandbox.people.get("anna"))}
    outlook = {row["subject"]: row for row in sandbox.microsoft.events("anna")}

    assert google["Home"]["eventType"] == "workingLocation"
    assert google["Out of office"]["eventType"] == "outOfOffice"
    fair, train = google["Garden fair: seeds and stands"], google["Night train to Milan"]
    assert fair["hangoutLink"].startswith("https://meet.google.com/")
    assert (fair["colorId"], len(train["reminders"]["overrides"])) == ("10", 2)
    call, plan = outlook["Harbour contract, second call"], outlook["Hiring plan"]
    assert call["onlineMeeting"]["joinUrl"].startswith("https://teams.microsoft.com/")
    assert (call["categories"], plan["categories"]) == (["Client"], ["Team"])
    (cleo,) = (row for row in plan["attendees"] if row["emailAddress"]["name"] == "Cleo Diaz")
    assert cleo["proposedNewTime"]["start"]["dateTime"].startswith("2026-11-25T10:30")
