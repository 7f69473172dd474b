"""Which reminders the open calendar is given, and when they are due."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import create_event
from calendar_sync.engine.event import Alarm, AlarmAction, When
from calendar_sync.models import Event
from support.statements import Statements
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
PARIS = ZoneInfo("Europe/Paris")
MAIL = AlarmAction.EMAIL


@pytest.fixture(autouse=True)
def clock(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: organization.now)
    for person in (organization.anna, organization.ben):
        person.tz = "Europe/Paris"  # type: ignore[attr-defined]
        person.save()


def planned(
    organization: Organization, title: str, start: When, *alarms: Alarm, **more: object
) -> Event:
    user = more.pop("user", organization.anna)
    length = timedelta(hours=1) if isinstance(start, datetime) else timedelta(days=1)
    draft = EventDraft(start, start + length, title, alarms=alarms or None, **more)  # type: ignore[arg-type]
    event = create_event(user, draft, None, organization.now)  # type: ignore[arg-type]
    assert isinstance(event, Event)
    return event


def told(client: Client) -> list[tuple[str, int]]:
    return [(each["title"], each["seconds"]) for each in client.get("/calendar/reminders").json()]


def test_those_of_the_next_half_hour(organization: Organization, browser_of: Browser) -> None:
    def at(minutes: int) -> datetime:
        return (organization.now + timedelta(minutes=minutes)).astimezone(PARIS)

    midnight = datetime.combine(at(0).date() + timedelta(days=1), datetime.min.time(), PARIS)
    lead = (midnight - organization.now) // timedelta(minutes=1) - 7
    planned(organization, "Soon", at(25), Alarm(10))
    planned(organization, "Missed", at(8), Alarm(10))
    planned(organization, "Long missed", at(4), Alarm(10))
    planned(organization, "Later", at(41), Alarm(10))
    planned(organization, "Twice", at(20), Alarm(20), Alarm(1))
    planned(organization, "After its start", at(-2), Alarm(-10))
    planned(organization, "By mail", at(15), Alarm(10, MAIL))
    planned(organization, "As the calendar does", at(15))
    planned(organization, "In four weeks", at(40_320 + 5), Alarm(40_320))
    planned(organization, "Whole day", midnight.date(), Alarm(lead))
    planned(organization, "Ben's own", at(15), Alarm(10), user=organization.ben)
    planned(organization, "Daily", at(16 - 3 * 1440), Alarm(10), recurrence=("RRULE:FREQ=DAILY",))

    anna = browser_of(organization.anna)
    with Statements() as sent:
        assert told(anna) == [
            ("Missed", -120),
            ("Twice", 0),
            ("In four weeks", 300),
            ("Daily", 360),
            ("Whole day", 420),
            ("After its start", 480),
            ("Soon", 900),
            ("Twice", 1140),
        ]
    assert len(sent) == 9, sent
    assert told(browser_of(organization.ben)) == [("Ben's own", 300)]


def test_words_are_in_the_viewers_zone(organization: Organization, browser_of: Browser) -> None:
    start = datetime(2026, 12, 1, 9, 0, tzinfo=PARIS)
    lead = (start - organization.now) // timedelta(minutes=1)
    event = planned(organization, "Call <3", start, Alarm(lead), location="Room Blue")
    organization.anna.tz = "America/New_York"  # type: ignore[attr-defined]
    organization.anna.save()

    (reminder,) = browser_of(organization.anna).get("/calendar/reminders").json()

    assert reminder == {
        "key": f"{event.pk}  {(start - timedelta(minutes=lead)).timestamp():.0f}",
        "seconds": round((start - organization.now).total_seconds() - lead * 60),
        "title": "Call <3",
        "when": "Tue 1 Dec 03:00–04:00",
        "place": "Room Blue",
        "link": f"/calendar/events/{event.pk}",
    }


def test_a_lead_of_ages_disturbs_no_other(organization: Organization, browser_of: Browser) -> None:
    organization.connect(organization.anna, "outlook")
    outlook = organization.sandbox.microsoft
    soon = (organization.now + timedelta(minutes=20)).replace(tzinfo=None).isoformat()
    when = {"dateTime": soon, "timeZone": "UTC"}
    for title, minutes in (("Stone age", 2**31 - 1), ("Soon", 15)):
        body = {"subject": title, "start": when, "end": when, "isReminderOn": True}
        outlook.create("anna", body | {"reminderMinutesBeforeStart": minutes})
    organization.work()

    assert told(browser_of(organization.anna)) == [("Soon", 300)]
