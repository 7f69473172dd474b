"""gcsa, which many scripts use, unmodified but for its address, against the sandbox on a port."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from gcsa.event import Event
from gcsa.google_calendar import GoogleCalendar
from gcsa.recurrence import DAILY, Recurrence
from gcsa.serializers.event_serializer import EventSerializer
from google.oauth2.credentials import Credentials

from calendar_sandbox.server import Ports
from support.gcal import SCOPE, a_sandbox

pytestmark = pytest.mark.enable_socket

NINE = datetime(2026, 12, 1, 9, tzinfo=UTC)
TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)
WEEK = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 8, tzinfo=UTC)


@pytest.fixture
def anna() -> Iterator[GoogleCalendar]:
    ports = Ports(a_sandbox())
    ports.start()
    sandbox = ports.world
    tokens = sandbox.google.grant(sandbox.people.get("anna"), "app", [SCOPE])
    credentials = Credentials(
        token=tokens["access_token"],
        refresh_token=tokens["refresh_token"],
        token_uri=f"{ports.url}/google/token",
        client_id="app",
        client_secret="app-secret",
    )
    calendar = GoogleCalendar(credentials=credentials)
    calendar.service._baseUrl = f"{ports.url}/google/calendar/v3/"
    yield calendar
    calendar.service.close()
    ports.stop()


def test_add_change_move_and_delete(anna: GoogleCalendar) -> None:
    event = anna.add_event(Event("Review", start=NINE, end=TEN, timezone="Europe/Berlin"))
    event.location = "Room Blue"
    anna.update_event(event)

    assert anna.get_event(event.id).location == "Room Blue"
    assert [each.summary for each in anna.get_events(*WEEK, query="review")] == ["Review"]
    anna.delete_event(event)
    assert list(anna.get_events(*WEEK)) == []


def test_instances_of_a_series(anna: GoogleCalendar) -> None:
    rule = Recurrence.rule(freq=DAILY, count=3)
    series = anna.add_event(
        Event("Stand-up", start=NINE, end=TEN, timezone="Europe/Berlin", recurrence=[rule])
    )

    dates = list(anna.get_instances(series))

    assert len(dates) == 3
    assert {each.recurring_event_id for each in dates} == {series.id}
    single = anna.get_events(*WEEK, single_events=True, order_by="startTime")
    assert [each.start.day for each in single] == [1, 2, 3]


def test_import_settings_and_colours(anna: GoogleCalendar) -> None:
    imported = anna.import_event(
        EventSerializer.to_object(
            {
                "iCalUID": "elsewhere@example.com",
                "summary": "From elsewhere",
                "start": {"dateTime": "2026-12-02T09:00:00Z"},
                "end": {"dateTime": "2026-12-02T10:00:00Z"},
            }
        )
    )

    assert imported.summary == "From elsewhere"
    assert anna.get_settings().timezone
    assert len(anna.list_event_colors()) == 11
    assert [entry.id for entry in anna.get_calendar_list()] == ["anna@corp.example"]
