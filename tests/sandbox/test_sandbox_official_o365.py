"""O365, a client nobody here wrote, against the simulated Graph: only its address is changed."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from O365 import Account, MSGraphProtocol

from calendar_sandbox.transport import mount
from support.outlook import HOST, Outlook, a_world


class Protocol(MSGraphProtocol):  # type: ignore[misc] # published without types
    _protocol_url = f"{HOST}/graph/"


@pytest.fixture
def anna() -> Outlook:
    return Outlook(a_world())


def schedule(anna: Outlook) -> Any:  # noqa: ANN401 - the library has no types
    account = Account(("app", "app-secret"), protocol=Protocol(timezone="Europe/Berlin"))
    connection = account.con
    connection.session = mount(requests.Session(), anna.world, HOST)
    connection.session.headers["Authorization"] = f"Bearer {anna.token}"
    connection.oauth_request = lambda url, method, **options: connection._internal_request(
        connection.session, url, method, **options
    )
    return account.schedule()


@pytest.mark.rubbish  # it sends the word "false", and works with the real service
def test_create_list_change_and_delete(anna: Outlook) -> None:
    calendar = schedule(anna).get_default_calendar()
    event = calendar.new_event(subject="From O365")
    event.start = datetime(2026, 12, 1, 9, 0, tzinfo=ZoneInfo("UTC"))
    event.end = event.start + timedelta(hours=1)
    event.location = "Room 4"
    event.body = "Agenda"
    event.attendees.add("eva@client.example")

    assert event.save()
    (stored,) = anna.world.microsoft.events("anna")
    assert stored["subject"] == "From O365"
    assert stored["start"]["dateTime"] == "2026-12-01T09:00:00.0000000"
    assert stored["location"]["displayName"] == "Room 4"
    found = list(calendar.get_events(limit=25, include_recurring=False))
    assert [(row.subject, row.start.hour) for row in found] == [("From O365", 10)]
    assert found[0].attendees._Attendees__attendees[0].address == "eva@client.example"
    found[0].subject = "Renamed"
    assert found[0].save()
    assert anna.world.microsoft.events("anna")[0]["subject"] == "Renamed"
    assert calendar.get_event(found[0].object_id).subject == "Renamed"
    assert found[0].delete()
    assert anna.world.microsoft.events("anna") == []
    assert [mail.kind for mail in anna.world.mail.entries] == ["invite", "update", "cancel"]


def test_calendars_and_paging(anna: Outlook) -> None:
    rows = [
        {
            "subject": f"E{number}",
            "start": {"dateTime": "2026-12-01T09:00:00", "timeZone": "UTC"},
            "end": {"dateTime": "2026-12-01T10:00:00", "timeZone": "UTC"},
        }
        for number in range(30)
    ]
    anna.world.microsoft.load(anna.world.people.get("anna"), rows)
    anna.world.microsoft.add_calendar("anna", "Team")
    found = schedule(anna)

    assert [calendar.name for calendar in found.list_calendars()] == ["Calendar", "Team"]
    events = found.get_default_calendar().get_events(limit=None, batch=7, include_recurring=False)
    assert len(list(events)) == 30
