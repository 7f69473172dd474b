"""How an event repeats: the fields of its form, without script, and in words."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.models import Event
from support.pages import FRAGMENT, form_of, location, text_of
from support.stand_up import THURSDAY, days, series, shown
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
NEW = "/calendar/events/new"
TYPED = {
    "summary": "Stand-up",
    "start_date": "2026-12-01",
    "start_time": "9",
    "end_date": "2026-12-01",
    "end_time": "10",
    "availability": "busy",
    "classification": "default",
}


@pytest.fixture
def anna(organization: Organization, browser_of: Browser) -> Client:
    organization.anna.tz = "Europe/Paris"  # type: ignore[attr-defined]
    organization.anna.save()
    return browser_of(organization.anna)


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ({"repeat": "never"}, None),
        ({"repeat": "daily"}, "FREQ=DAILY"),
        ({"repeat": "weekly", "ends": "after", "count": "3"}, "FREQ=WEEKLY;BYDAY=TU;COUNT=3"),
        ({"repeat": "monthly-weekday"}, "FREQ=MONTHLY;BYDAY=1TU"),
        (
            {"repeat": "custom", "every": "2", "unit": "weeks", "week_days": ["1", "3"]},
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
        ),
        (
            {"repeat": "daily", "ends": "on", "until": "2026-12-04"},
            "FREQ=DAILY;UNTIL=20261204T225959Z",
        ),
    ],
)
def test_a_new_event_repeats_as_typed(anna: Client, typed: dict[str, Any], rule: str) -> None:
    assert location(anna.post(NEW, TYPED | typed)) == "/calendar?date=2026-12-01"

    lines = Event.objects.get().components.get("recurrence")
    assert lines == ([f"RRULE:{rule}"] if rule else None)


def test_a_refused_repetition_comes_back_filled(anna: Client) -> None:
    wrong = {
        "repeat": "custom",
        "every": "0",
        "unit": "months",
        "ends": "on",
        "until": "2027-03-31",
    }
    page = anna.post(NEW, TYPED | wrong)

    assert page.status_code == 422
    assert "Give a number from 1 to 999." in text_of(page)
    form = page.context["form"]
    assert (form.repeat, form.every, form.unit, form.until) == (
        *("custom", "0", "months"),
        "2027-03-31",
    )
    assert not Event.objects.exists()


def test_proposals_follow_the_day(anna: Client) -> None:
    asked = {"start_date": "2026-12-31", "repeat": "monthly-weekday"}
    page = anna.get("/calendar/events/repeat", asked, headers=FRAGMENT)

    assert "Weekly on Thursday" in text_of(page)
    assert page.context["repeat"] == "monthly-last"
    assert anna.get("/calendar/events/repeat", {"start_date": "x"}).status_code == 200


def test_a_single_event_becomes_a_series(organization: Organization, anna: Client) -> None:
    event = organization.create(organization.anna, "Stand-up")
    url = f"/calendar/events/{event.pk}"

    assert "Change the series?" not in text_of(
        anna.post(url, form_of(anna.get(url)) | {"repeat": "daily", "ends": "after", "count": "2"})
    )
    assert shown(organization) == days("Stand-up", "Stand-up")


def test_the_form_says_how_it_repeats(organization: Organization, anna: Client) -> None:
    event = series(organization)
    page = anna.get(f"/calendar/events/{event.pk}", {"date": THURSDAY})

    form = page.context["form"]
    assert (form.start_date, form.repeat, form.ends, form.count) == (
        *("2026-12-03", "daily", "after"),
        "5",
    )
    popover = anna.get(f"/calendar/events/{event.pk}/popover", {"date": THURSDAY})
    assert "Thursday 3 December · 09:00–10:00 (1 h)" in text_of(popover)
    assert "Daily, 5 times" in text_of(popover)
    assert f"/calendar/events/{event.pk}?date=2026-12-03" in popover.content.decode()


def test_a_rule_that_the_form_cannot_say_is_kept(organization: Organization, anna: Client) -> None:
    rule = "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1"
    event = series(organization, rule=rule)
    url = f"/calendar/events/{event.pk}"
    page = anna.get(url)
    assert page.context["form"].repeat == "kept"
    assert "Monthly on the first weekday" in text_of(page)

    anna.post(url, form_of(page) | {"summary": "Daily", "scope": "all"})
    assert Event.objects.get().components["recurrence"] == [rule]


def test_an_unreadable_rule_is_read_only(organization: Organization, anna: Client) -> None:
    event = organization.create(organization.anna)
    components = event.components | {"recurrence": ["RRULE:FREQ=SOMETIMES"]}
    Event.objects.update(is_series=True, components=components)

    said = text_of(anna.get(f"/calendar/events/{event.pk}"))
    assert "Its rule can't be read here. It can be changed where it was made." in said
    moved = anna.post(
        f"/calendar/events/{event.pk}/move",
        {"start": "2026-12-02", "end": "2026-12-03", "scope": "all"},
        headers=FRAGMENT,
    )
    assert (moved.status_code, "Not moved" in text_of(moved)) == (422, True)
