"""The console's Outlook page: forms that go by the rules of Graph."""

from typing import Any
from urllib.parse import urlencode

import pytest
from markupsafe import Markup
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from calendar_sandbox.console.outlook import outlook_page
from calendar_sandbox.console.outlook_form import filled
from calendar_sandbox.core.people import Person
from calendar_sandbox.sandbox import Sandbox
from support.outlook import a_body, a_series, a_world, guests

FIELDS = {
    "subject": "Lunch",
    "start": "2026-12-01T12:00",
    "end": "2026-12-01T13:00",
    "location": "Park",
    "guests": "ben@contoso.example, eva@client.example",
    "shown_as": "busy",
    "body": "Bring food\nand drinks",
}


@pytest.fixture
def world() -> Sandbox:
    return a_world()


def visit(world: Sandbox, person: str = "anna", **query: str) -> Response:
    return answered(world, person, EnvironBuilder(query_string=urlencode(query)))


def press(world: Sandbox, button: str, person: str = "anna", **fields: str) -> Response:
    builder = EnvironBuilder(path="/page", method="POST", data={"do": button, **fields})
    return answered(world, person, builder)


def answered(world: Sandbox, person: str, builder: EnvironBuilder) -> Response:
    request = Request(builder.get_environ())
    owner = world.people.get(person)
    return outlook_page(world, world.microsoft, owner, request, Markup())


def test_created_by_form_in_the_persons_zone(world: Sandbox) -> None:
    answer = press(world, "create", **FIELDS)
    (event,) = world.microsoft.events("anna")

    assert answer.status_code == 303
    assert event["start"]["dateTime"] == "2026-12-01T11:00:00.0000000"
    assert event["originalStartTimeZone"] == "Europe/Berlin"
    assert [mail.recipients for mail in world.mail.entries] == [
        ("ben@contoso.example", "eva@client.example")
    ]
    page = visit(world, day="2026-12-03", event=event["id"]).get_data(as_text=True)
    assert "12:00 <b>Lunch</b><br><small>Park</small>" in page
    assert "Bring food\nand drinks</textarea>" in page


def test_saving_sends_only_what_changed(world: Sandbox) -> None:
    press(world, "create", **FIELDS)
    event = world.microsoft.events("anna")[0]["id"]
    world.mail.clear()
    press(world, "edit", event=event, **FIELDS)
    press(world, "edit", event=event, **{**FIELDS, "shown_as": "oof"})

    assert world.mail.entries == []
    press(world, "edit", event=event, **{**FIELDS, "start": "2026-12-01T12:15"})
    assert [mail.kind for mail in world.mail.entries] == ["update"]
    assert world.microsoft.get("anna", event)["start"]["dateTime"][11:16] == "11:15"


def test_all_day_by_its_last_day(world: Sandbox) -> None:
    press(world, "create", **{**FIELDS, "end": "2026-12-02T13:00", "all_day": "on"})
    (event,) = world.microsoft.events("anna")

    assert (event["isAllDay"], event["end"]["dateTime"][:10]) == (True, "2026-12-03")
    page = visit(world, day="2026-12-01", event=event["id"]).get_data(as_text=True)
    assert 'name="end" value="2026-12-02T00:00"' in page
    assert page.count('<a class="event" href=') == 2


def test_guest_answers_and_removes(world: Sandbox) -> None:
    world.microsoft.create("anna", a_body(attendees=guests("ben@contoso.example")))
    copy = world.microsoft.events("ben")[0]["id"]
    assert ">Maybe</button>" in visit(world, "ben", event=copy).get_data(as_text=True)
    press(world, "accept", "ben", event=copy)
    assert world.microsoft.get("ben", copy)["responseStatus"]["response"] == "accepted"
    press(world, "delete", "ben", event=copy)

    assert world.microsoft.events("ben") == []


def test_one_date_of_a_series_can_go(world: Sandbox) -> None:
    world.microsoft.create("anna", a_series(subject="<i>Stand-up</i>"))
    page = visit(world, day="2026-12-01").get_data(as_text=True)
    date = world.microsoft.view("anna", (world.clock.now(), world.clock.now().replace(year=2027)))

    assert page.count("<b>&lt;i&gt;Stand-up&lt;/i&gt;</b>") == 5
    press(world, "delete", event=date[0]["id"])
    page = visit(world, day="2026-12-01").get_data(as_text=True)
    assert page.count("<b>&lt;i&gt;Stand-up&lt;/i&gt;</b>") == 4


def test_refusals_are_shown_in_the_vendors_words(world: Sandbox) -> None:
    answer = press(world, "create", **{**FIELDS, "end": "2026-11-01T10:00"})

    assert answer.status_code == 400
    assert "ErrorPropertyValidationFailure" in answer.get_data(as_text=True)
    assert visit(world, "gus").status_code == 404


def test_trouble_with_the_account(world: Sandbox) -> None:
    press(world, "condition")
    assert world.microsoft.mailbox("anna").condition == "MailboxNotEnabledForRESTAPI"
    assert "Make the mailbox reachable" in visit(world).get_data(as_text=True)
    press(world, "condition")
    epoch = world.microsoft.mailbox("anna").epoch
    press(world, "forget")

    assert world.microsoft.mailbox("anna").condition == ""
    assert world.microsoft.mailbox("anna").epoch != epoch


# --- series


def dates_of(world: Sandbox, person: str = "anna") -> list[dict[str, Any]]:
    now = world.clock.now()
    return world.microsoft.view(person, (now, now.replace(year=2027)))


def form_of(row: dict[str, Any], **fields: str) -> dict[str, str]:
    shown = filled(row, Person("anna", "Anna", outlook="anna@contoso.example"))
    return shown | {"event": row["id"], **fields}


def starts(world: Sandbox) -> list[str]:
    return [row["start"]["dateTime"][5:16] for row in dates_of(world)]


WEEKLY = {"repeat": "weekly", "every": "1", "ends": "count", "count": "4"}


def test_a_series_is_created_by_choices(world: Sandbox) -> None:
    press(world, "create", **FIELDS, **WEEKLY, weekday="TU")
    press(world, "create", **FIELDS, repeat="monthly-weekday", every="2", ends="never-ends")
    rules = [row["recurrence"] for row in world.microsoft.events("anna")]

    assert starts(world)[0] == starts(world)[1] == "12-01T11:00"
    assert rules[0]["range"]["numberOfOccurrences"] == 4
    assert (rules[1]["pattern"]["daysOfWeek"], rules[1]["pattern"]["index"]) == (
        ["tuesday"], "first",
    )  # fmt: skip
    assert "Weekly on Tue, 4 dates" in visit(world, event=dates_of(world)[0]["id"]).get_data(True)


def test_one_date_is_changed_or_all(world: Sandbox) -> None:
    world.microsoft.create("anna", a_series())
    second = dates_of(world)[1]
    press(world, "edit", **form_of(second, start="2026-12-02T10:00", end="2026-12-02T10:30"))
    assert [text[4:] for text in starts(world)] == [
        "1T08:00", "2T09:00", "3T08:00", "4T08:00", "5T08:00",
    ]  # fmt: skip

    third = dates_of(world)[2]
    form = form_of(third, start="2026-12-03T11:00", end="2026-12-03T12:00", scope="all")
    press(world, "edit", **form | {"subject": "All"})
    rows = dates_of(world)
    assert {row["subject"] for row in rows} == {"All"}
    assert starts(world)[0] == "12-01T10:00"
    assert rows[0]["end"]["dateTime"][11:16] == "11:00"


def test_this_and_following_divides_the_series(world: Sandbox) -> None:
    series = a_series(attendees=guests("ben@contoso.example"), importance="high")
    world.microsoft.create("anna", series)
    world.mail.clear()
    third = dates_of(world)[2]
    form = form_of(third, scope="following", subject="New", start="2026-12-03T09:30")
    answer = press(world, "edit", **form)
    old, new = world.microsoft.events("anna")

    assert answer.status_code == 303
    assert (old["recurrence"]["range"]["endDate"], new["recurrence"]["range"]["startDate"]) == (
        "2026-12-02", "2026-12-03",
    )  # fmt: skip
    assert [row["subject"] for row in dates_of(world)] == [
        "Design review", "Design review", "New", "New", "New",
    ]  # fmt: skip
    assert new["importance"] == "high"
    assert starts(world)[2:] == ["12-03T08:30", "12-04T08:30", "12-05T08:30"]
    assert [mail.kind for mail in world.mail.entries] == ["update", "invite"]
    assert len(dates_of(world, "ben")) == 5


def test_a_refused_division_changes_nothing(world: Sandbox) -> None:
    world.microsoft.create("anna", a_series())
    third = dates_of(world)[2]
    form = form_of(third, scope="following", guests="nonsense")

    assert press(world, "edit", **form).status_code == 400
    assert len(dates_of(world)) == 5


def test_following_from_the_first_date_is_all(world: Sandbox) -> None:
    world.microsoft.create("anna", a_series())
    press(world, "edit", **form_of(dates_of(world)[0], scope="following", subject="New"))

    assert [row["subject"] for row in world.microsoft.events("anna")] == ["New"]


@pytest.mark.parametrize(("scope", "left"), [("this", 4), ("following", 2), ("all", 0)])
def test_a_series_is_deleted_in_three_ways(world: Sandbox, scope: str, left: int) -> None:
    world.microsoft.create("anna", a_series())
    press(world, "delete", event=dates_of(world)[2]["id"], scope=scope)

    assert len(dates_of(world)) == left


def test_quick_buttons_move(world: Sandbox) -> None:
    press(world, "create", **FIELDS)
    event = world.microsoft.events("anna")[0]["id"]
    press(world, "move:60", event=event)
    press(world, "move:1440", event=event)
    assert starts(world) == ["12-02T12:00"]

    world.microsoft.create("anna", a_series())
    press(world, "move:-60", event=dates_of(world)[1]["id"], scope="all")
    assert starts(world)[0] == "12-01T07:00"


def test_a_rule_is_changed_or_taken_away(world: Sandbox) -> None:
    press(world, "create", **FIELDS)
    single = world.microsoft.events("anna")[0]
    press(world, "edit", **form_of(single, **WEEKLY, weekday="TU", body=FIELDS["body"]))
    assert len(dates_of(world)) == 4
    first = dates_of(world)[0]
    press(world, "edit", **form_of(first, scope="all", repeat="never", body=FIELDS["body"]))

    assert [row["type"] for row in dates_of(world)] == ["singleInstance"]


def test_a_guest_answers_a_date_or_the_series_and_may_be_silent(world: Sandbox) -> None:
    world.microsoft.create("anna", a_series(attendees=guests("ben@contoso.example")))
    world.mail.clear()
    first, second, *_ = dates_of(world, "ben")
    press(world, "tentativelyAccept", "ben", event=first["id"], scope="this", silent="on")
    press(world, "accept", "ben", event=second["id"], scope="all", comment="With pleasure")

    assert [mail.kind for mail in world.mail.entries] == ["response"]
    assert [row["responseStatus"]["response"] for row in dates_of(world, "ben")][:2] == [
        "tentativelyAccepted", "accepted",
    ]  # fmt: skip


def test_importance_categories_and_reminder_are_kept(world: Sandbox) -> None:
    choices = {"importance": "high", "categories": "Red category, Own", "reminder": "60"}
    press(world, "create", **FIELDS, **choices)
    (event,) = world.microsoft.events("anna")
    assert (event["importance"], event["categories"]) == ("high", ["Red category", "Own"])
    assert event["reminderMinutesBeforeStart"] == 60

    html = visit(world, day="2026-12-01", event=event["id"]).get_data(as_text=True)
    assert "--c: #c50f1f" in html
    assert '<option value="60" selected>' in html
    assert '<option value="high" selected>' in html


def test_a_refused_form_comes_back_as_typed(world: Sandbox) -> None:
    typed = {**FIELDS, **WEEKLY, "end": "2026-11-01T10:00", "private": "on"}
    html = press(world, "create", **typed).get_data(as_text=True)

    assert 'name="end" value="2026-11-01T10:00"' in html
    assert 'name="private" checked' in html
    assert '<option value="weekly" selected>' in html
    assert "Bring food\nand drinks</textarea>" in html
