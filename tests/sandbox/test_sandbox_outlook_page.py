"""The console's Outlook page: forms that go by the rules of Graph."""

from urllib.parse import urlencode

import pytest
from markupsafe import Markup
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from calendar_sandbox.console.outlook import outlook_page
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
