"""What is one's own on an event, through forms: of one's own events, and on those of others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.actions.feed import EventDetail, event_detail
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import Alarm, AlarmAction
from calendar_sync.models import Event
from support.pages import form_of, location, text_of
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
BEN = "ben@corp.example"
ROWS = {
    "reminders": "own",
    "lead": ["10", "1", ""],
    "lead_unit": ["minutes", "days", "hours"],
    "lead_action": ["display", "email", "display"],
}
ALARMS = (Alarm(10), Alarm(1440, AlarmAction.EMAIL))


@pytest.fixture
def anna(organization: Organization, browser_of: Browser) -> Client:
    return browser_of(organization.anna)


@pytest.fixture
def ben(organization: Organization, browser_of: Browser) -> Client:
    return browser_of(organization.ben)


def seen_by(user: AbstractBaseUser, date: str = "") -> EventDetail:
    return event_detail(user, Event.objects.get().pk, date)


def own(detail: EventDetail) -> tuple[Any, ...]:
    return detail.alarms, detail.colour, detail.categories


def test_set_in_the_form_and_shown_again(organization: Organization, anna: Client) -> None:
    event = organization.create(organization.anna)
    path = f"/calendar/events/{event.pk}"
    form = form_of(anna.get(path))
    more = {**ROWS, "colour": "crimson", "category": ["Customer"], "categories": "Travel, customer"}

    assert location(anna.post(path, form | more)) == "/calendar?date=2026-12-01"

    assert own(seen_by(organization.anna)) == (ALARMS, "crimson", ("Customer", "Travel"))
    page = anna.get(path)
    again = form_of(page)
    assert (again["lead"], again["lead_unit"]) == (["10", "1"], ["minutes", "days"])
    assert '<option value="Travel">' in page.content.decode()  # proposed for the next one
    popover = text_of(anna.get(f"{path}/popover"))
    assert "10 minutes before, 1 day before by e-mail" in popover
    assert "Customer Travel" in popover
    assert "Tomato" in popover
    cards = anna.get(
        "/calendar/feed",
        {"start": "2026-12-01", "end": "2026-12-02", "people": organization.anna.pk},
    )
    assert '"colour": 9' in cards.content.decode()


def test_saving_without_touching_them_changes_nothing(
    organization: Organization, anna: Client
) -> None:
    event = organization.create(organization.anna)
    path = f"/calendar/events/{event.pk}"
    anna.post(path, form_of(anna.get(path)) | ROWS | {"colour": "gold"})
    revised = seen_by(organization.anna).revision

    anna.post(path, form_of(anna.get(path)))

    assert own(seen_by(organization.anna)) == (ALARMS, "gold", ())
    assert seen_by(organization.anna).revision == revised


@pytest.mark.parametrize(("choice", "alarms"), [("usual", None), ("none", ())])
def test_reminders_are_taken_away(
    organization: Organization, anna: Client, choice: str, alarms: object
) -> None:
    event = organization.create(organization.anna)
    path = f"/calendar/events/{event.pk}"
    anna.post(path, form_of(anna.get(path)) | ROWS)

    anna.post(path, form_of(anna.get(path)) | {"reminders": choice})

    assert seen_by(organization.anna).alarms == alarms


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({**ROWS, "lead": ["soon", "1", ""]}, "‘soon’ isn't a number of minutes."),
        ({**ROWS, "lead": ["10", "99", ""]}, "Reminders may come up to 4 weeks before."),
        (
            {"reminders": "own"}
            | {
                name: [value] * 6
                for name, value in (("lead_unit", "minutes"), ("lead_action", "email"))
            }
            | {"lead": ["1", "2", "3", "4", "5", "6"]},
            "An event may have up to 5 reminders.",
        ),
        ({"colour": "pink"}, "Choose one of crimson,"),
        ({"categories": "x" * 256}, "Categories may have up to 255 characters."),
        ({"category": [str(n) for n in range(26)]}, "An event may have up to 25 categories."),
    ],
)
@pytest.mark.parametrize("guest", [False, True])
def test_refused_forms_come_back_filled(
    organization: Organization,
    anna: Client,
    ben: Client,
    wrong: dict[str, Any],
    said: str,
    guest: bool,
) -> None:
    event = organization.create(organization.anna, "Review", BEN, choice=Choice.KEEP_HERE)
    path = f"/calendar/events/{event.pk}"
    if guest:
        page = ben.post(f"{path}/own", wrong)
    else:
        page = anna.post(path, form_of(anna.get(path)) | wrong)

    assert page.status_code == 422
    assert said in text_of(page)
    for text in wrong.get("lead", []):
        assert not text or f'value="{text}"' in page.content.decode()
    assert own(seen_by(organization.anna)) == (None, "", ())


def test_a_guest_has_his_own_and_the_organizer_hers(
    organization: Organization, anna: Client, ben: Client
) -> None:
    event = organization.create(organization.anna, "Review", BEN, choice=Choice.KEEP_HERE)
    path = f"/calendar/events/{event.pk}"
    assert "Only for you" in text_of(ben.get(path))
    fields = {"availability": "free", "classification": "private", "colour": "gold"}

    assert location(ben.post(f"{path}/own", fields | ROWS)) == "/calendar?date=2026-12-01"

    his = seen_by(organization.ben)
    assert (own(his), his.availability, his.classification) == (
        (ALARMS, "gold", ()),
        "free",
        "private",
    )
    hers = seen_by(organization.anna)
    assert (own(hers), hers.availability) == ((None, "", ()), "busy")


def test_a_guest_says_for_which_dates_of_a_series(
    organization: Organization, anna: Client, ben: Client
) -> None:
    event = organization.create(organization.anna, "Review", BEN, choice=Choice.KEEP_HERE)
    path = f"/calendar/events/{event.pk}"
    anna.post(path, form_of(anna.get(path)) | {"repeat": "daily"})
    second = "2026-12-02T09:00:00 Europe/Paris"
    fields = {**ROWS, "date": second}

    asked = ben.post(f"{path}/own", fields)
    assert "Change it for which dates?" in text_of(asked)
    assert "following" not in text_of(asked)
    ben.post(f"{path}/own", {**fields, "scope": "this"})

    assert seen_by(organization.ben, second).alarms == ALARMS
    assert seen_by(organization.ben).alarms is None
    back = ben.post(f"{path}/own", {**fields, "choice": "back"})
    assert back.context["form"].alarms == ("10 minutes display", "1 days email")


def test_a_stranger_finds_nothing(organization: Organization, browser_of: Browser) -> None:
    event = organization.create(organization.anna)
    cleo = browser_of(organization.cleo)

    assert cleo.post(f"/calendar/events/{event.pk}/own", {"colour": "gold"}).status_code == 404


def test_what_is_refused_is_not_folded_away(organization: Organization, anna: Client) -> None:
    """*More options* is folded until a field in it needs another look."""
    event = organization.create(organization.anna)
    path = f"/calendar/events/{event.pk}"
    page = anna.get(path)
    assert '<details class="more-options" data-sums-up>' in page.content.decode()
    wrong = form_of(page) | {"reminders": "own", "lead": ["soon"], "lead_unit": ["minutes"]}

    refused = anna.post(path, wrong | {"lead_action": ["display"]})

    assert refused.status_code == 422
    assert '<details class="more-options" data-sums-up open>' in refused.content.decode()
