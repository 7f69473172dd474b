"""The calendar: what the grid is given, the small month, the list, and a strict page."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client
from django.urls import URLPattern

from calendar_sync.controllers.urls import urlpatterns
from calendar_sync.models import Attendee
from support.pages import text_of
from support.statements import Statements
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
WEEK = {"start": "2026-11-30T00:00:00", "end": "2026-12-07T00:00:00"}
PARIS = ZoneInfo("Europe/Paris")
INLINE = re.compile(r"""<[^>]+\s(?:on\w+|style)=|<style|<script(?![^>]*\bsrc=)(?![^>]*json)""")


def lives_in(person: AbstractBaseUser, tz: str) -> None:
    person.tz = tz  # type: ignore[attr-defined]
    person.save()


@pytest.fixture
def anna(organization: Organization, browser_of: Browser) -> Client:
    return browser_of(organization.anna)


def cards(client: Client, *people: AbstractBaseUser) -> list[dict[str, object]]:
    ticked = ",".join(str(person.pk) for person in people)
    found: list[dict[str, object]] = client.get("/calendar/feed", WEEK | {"people": ticked}).json()
    return found


@pytest.mark.parametrize(
    ("tz", "start", "end"),
    [
        ("Europe/Paris", "2026-12-01T09:00:00", "2026-12-01T10:00:00"),
        ("America/New_York", "2026-12-01T03:00:00", "2026-12-01T04:00:00"),
        ("Asia/Kathmandu", "2026-12-01T13:45:00", "2026-12-01T14:45:00"),
    ],
)
def test_times_are_the_viewers_wall_clock(
    organization: Organization, anna: Client, tz: str, start: str, end: str
) -> None:
    lives_in(organization.anna, tz)
    organization.create(organization.anna)

    (card,) = cards(anna, organization.anna)
    assert (card["start"], card["end"], card["allDay"]) == (start, end, False)


def test_all_day_events_have_dates(organization: Organization, anna: Client) -> None:
    lives_in(organization.anna, "Asia/Kathmandu")
    organization.create(organization.anna, start=date(2026, 12, 1))

    (card,) = cards(anna, organization.anna)
    assert (card["start"], card["end"], card["allDay"]) == ("2026-12-01", "2026-12-02", True)


def test_card_says_how_one_answered(
    organization: Organization, browser_of: Browser, anna: Client
) -> None:
    organization.create(organization.anna, "Workshop", "ben@corp.example")
    ben = browser_of(organization.ben)

    def state() -> list[object]:
        return [card["state"] for card in cards(ben, organization.ben)]

    assert cards(anna, organization.anna)[0]["state"] == "accepted"
    assert state() == ["unanswered"]
    Attendee.objects.update(partstat="tentative")
    assert state() == ["maybe"]
    Attendee.objects.update(partstat="declined")
    assert state() == []


def test_declined_meetings_are_shown_to_whoever_wants_them(
    organization: Organization, browser_of: Browser
) -> None:
    organization.create(organization.anna, "Workshop", "ben@corp.example")
    Attendee.objects.update(partstat="declined")
    ben, period = browser_of(organization.ben), "/calendar/list?from=2026-11-30"
    assert cards(ben, organization.ben) == []
    assert "Workshop" not in text_of(ben.get(period))
    assert 'id="declined-shown">' in ben.get("/calendar").content.decode()

    assert ben.post("/calendar/declined", {"shown": "1"}).headers["Location"] == "/calendar/list"

    page = ben.get(period)
    assert '<tr class="declined">' in page.content.decode()
    assert "Workshop declined" in text_of(page)
    assert 'id="declined-shown" checked>' in ben.get("/calendar").content.decode()
    (card,) = ben.get(
        "/calendar/feed", WEEK | {"people": str(organization.ben.pk), "declined": "1"}
    ).json()
    assert (card["state"], card["people"]) == ("declined", [])
    assert "declined" in str(card["label"])
    month = ben.get("/calendar/month?month=2026-12").content.decode()
    assert not re.findall(r'data-day="[\d-]+" class="[^"]*busy', month)

    assert ben.post("/calendar/declined", headers={"HX-Request": "true"}).status_code == 204
    assert "Workshop" not in text_of(ben.get(period))


def test_wish_to_see_declined_meetings_is_each_persons(
    organization: Organization, browser_of: Browser
) -> None:
    organization.create(organization.anna, "Workshop", "ben@corp.example")
    Attendee.objects.update(partstat="declined")
    browser_of(organization.anna).post("/calendar/declined", {"shown": "1"})

    assert "Workshop" not in text_of(browser_of(organization.ben).get("/calendar/list"))
    assert browser_of(organization.anna).get("/calendar/declined").status_code == 405


def test_meeting_of_two_ticked_people_is_one_card(organization: Organization, anna: Client) -> None:
    organization.create(organization.anna, "Workshop", "ben@corp.example")

    (card,) = cards(anna, organization.anna, organization.ben)
    assert card["people"] == [
        {"name": "Anna", "initials": "A", "colour": organization.anna.pk % 12 + 1},
        {"name": "Ben", "initials": "B", "colour": organization.ben.pk % 12 + 1},
    ]
    assert card["label"] == "Workshop, Tuesday 1 December, 08:00 to 09:00, accepted, 1 guest"


def test_colleagues_show_only_what_is_shared(organization: Organization, anna: Client) -> None:
    organization.create(organization.ben, "Secret")
    organization.create(organization.ben, "Shared", "anna@corp.example")

    assert [card["title"] for card in cards(anna, organization.ben)] == ["Shared"]


def test_only_the_organizer_may_drag(organization: Organization, browser_of: Browser) -> None:
    organization.create(organization.anna, "Workshop", "ben@corp.example")

    (card,) = cards(browser_of(organization.ben), organization.ben)
    assert card["editable"] is False


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"start": "now", "end": "later"},
        {"start": "2026-01-01", "end": "2028-01-01"},
        {"start": "2026-12-07", "end": "2026-11-30"},
        WEEK | {"people": "ben"},
    ],
)
def test_nonsense_is_refused(anna: Client, query: dict[str, str]) -> None:
    assert anna.get("/calendar/feed", query).status_code == 400


def test_a_week_costs_ten_statements(organization: Organization, anna: Client) -> None:
    for number in range(10):
        organization.create(organization.anna, f"Event {number}", "ben@corp.example")

    with Statements() as sent:
        assert len(cards(anna, organization.anna)) == 10
    assert len(sent) == 10, sent


@pytest.mark.parametrize(
    ("asked", "view"), [("month", "month"), ("three", "three"), ("list", ""), ("<b>", ""), ("", "")]
)
def test_a_view_is_kept_over_a_reload(anna: Client, asked: str, view: str) -> None:
    page = anna.get("/calendar", {"view": asked}).content.decode()

    assert f'"view": "{view}"' in page


def test_small_month_marks_days_with_events(organization: Organization, anna: Client) -> None:
    start = datetime(2026, 12, 31, 22, 30, tzinfo=UTC).astimezone(PARIS)
    lives_in(organization.anna, "Europe/Paris")
    organization.create(organization.anna, start=start)
    organization.create(organization.anna, start=date(2026, 12, 10))

    page = anna.get("/calendar/month?month=2026-12").content.decode()
    marked = re.findall(r'data-day="([\d-]+)" class="[^"]*busy', page)
    assert marked == ["2026-12-10", "2026-12-31", "2027-01-01"]
    assert "December 2026" in page


@pytest.mark.parametrize("month", ["", "2026-13", "0001-01", "'"])
def test_odd_months_show_this_one(anna: Client, month: str) -> None:
    assert anna.get("/calendar/month", {"month": month}).status_code == 200


def test_list_has_the_same_events_in_words(organization: Organization, anna: Client) -> None:
    lives_in(organization.anna, "Europe/Paris")
    organization.create(organization.anna, "Workshop", "ben@corp.example")
    organization.create(organization.anna, "Holiday", start=date(2026, 11, 30))

    text = text_of(anna.get("/calendar/list?from=2026-11-30"))
    assert "30 November – 29 December 2026" in text
    assert "Mon 30 Nov, all day Holiday" in text
    assert "Tue 1 Dec 09:00–10:00 Workshop" in text
    assert "Holiday" not in text_of(anna.get("/calendar/list?from=2026-12-01"))


def test_first_visit_offers_to_connect(organization: Organization, anna: Client) -> None:
    assert "Bring in your calendar:" in text_of(anna.get("/calendar"))
    organization.connect(organization.anna, "google")
    assert "Bring in your calendar:" not in text_of(anna.get("/calendar"))


def test_who_is_not_logged_in_is_sent_to_log_in(client: Client) -> None:
    ours = [str(page.pattern) for page in urlpatterns if isinstance(page, URLPattern)]
    assert "calendar/feed" in ours
    for route in ours:
        open_to_all = route.startswith("webhooks/")
        if not open_to_all and not route.endswith(("/authentication", "/sign-in-problem")):
            url = "/" + re.sub(r"<int:\w+>", "1", route).replace("<slug:provider>", "google")
            answer = client.get(url)
            assert answer.status_code == 302, url
            assert answer["Location"].startswith("/login?next="), url


@pytest.mark.parametrize(
    "path",
    [
        *("/calendar", "/calendar/list", "/calendar/events/new", "/connections", "/runs"),
        *("/attention", "/settings/calendar", "/calendar/sync", "/calendar/month"),
    ],
)
def test_pages_have_nothing_inline(
    organization: Organization, browser_of: Browser, path: str
) -> None:
    """The content security policy would refuse it."""
    page = browser_of(organization.admin).get(path)

    assert page.status_code == 200
    assert INLINE.findall(page.content.decode()) == []
