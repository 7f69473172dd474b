"""Which dates of a series a change means, asked by forms that work without script."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.engine.consent import Choice
from calendar_sync.models import Event
from support.pages import FRAGMENT, form_of, hidden_fields, location, text_of
from support.stand_up import THURSDAY, days, series, shown
from support.statements import Statements
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
BEN, EVA = "ben@corp.example", "eva@client.example"


@pytest.fixture
def anna(organization: Organization, browser_of: Browser) -> Client:
    organization.anna.tz = "Europe/Paris"  # type: ignore[attr-defined]
    organization.anna.save()
    return browser_of(organization.anna)


@pytest.mark.parametrize(
    ("scope", "titles"),
    [
        ("this", ["Stand-up", "Stand-up", "Daily", "Stand-up", "Stand-up"]),
        ("following", ["Stand-up", "Stand-up", "Daily", "Daily", "Daily"]),
        ("all", ["Daily"] * 5),
    ],
)
def test_saving_asks_which_dates_are_meant(
    organization: Organization, anna: Client, scope: str, titles: list[str]
) -> None:
    url = f"/calendar/events/{series(organization).pk}"
    form = form_of(anna.get(url, {"date": THURSDAY}))

    page = anna.post(url, form | {"summary": "Daily"})
    assert "Change the series?" in text_of(page)
    assert "This event Thu 3 Dec" in text_of(page)
    assert "This and following events Thu 3 Dec – Sat 5 Dec, 3 dates" in text_of(page)
    assert "All events 5 dates" in text_of(page)
    assert shown(organization) == days(*["Stand-up"] * 5)

    answer = anna.post(url, hidden_fields(page) | {"scope": scope})
    assert location(answer) == "/calendar?date=2026-12-03"
    assert shown(organization) == days(*titles)


def test_dates_changed_on_their_own_are_told(organization: Organization, anna: Client) -> None:
    url = f"/calendar/events/{series(organization).pk}"
    form = form_of(anna.get(url, {"date": THURSDAY})) | {"summary": "Long", "scope": "this"}
    anna.post(url, form)

    page = anna.post(url, form_of(anna.get(url)) | {"location": "Room Blue"})

    assert "1 date was changed on its own and keeps that." in text_of(page)


def test_dates_of_what_never_ends_are_not_counted(organization: Organization, anna: Client) -> None:
    url = f"/calendar/events/{series(organization, rule='RRULE:FREQ=DAILY').pk}"

    page = anna.post(url, form_of(anna.get(url, {"date": THURSDAY})) | {"summary": "Daily"})

    assert "events from Thu 3 Dec, without end All events from Tue 1 Dec" in text_of(page)


def test_back_to_editing_keeps_what_was_typed(organization: Organization, anna: Client) -> None:
    url = f"/calendar/events/{series(organization).pk}"
    page = anna.post(url, form_of(anna.get(url, {"date": THURSDAY})) | {"summary": "Daily"})

    page = anna.post(url, hidden_fields(page) | {"scope": "this", "choice": "back"})

    assert page.context["form"].summary == "Daily"
    assert hidden_fields(page)["date"] == THURSDAY
    assert shown(organization) == days(*["Stand-up"] * 5)


def test_saving_without_a_change_asks_nothing(organization: Organization, anna: Client) -> None:
    url = f"/calendar/events/{series(organization).pk}"
    answer = anna.post(url, form_of(anna.get(url, {"date": THURSDAY})))

    assert location(answer) == "/calendar?date=2026-12-03"
    assert Event.objects.get().revision == 0


def test_a_date_alone_has_no_rule(organization: Organization, anna: Client) -> None:
    url = f"/calendar/events/{series(organization).pk}"
    form = form_of(anna.get(url, {"date": THURSDAY})) | {"repeat": "never"}

    page = anna.post(url, form)
    assert "This event" not in text_of(page)
    assert "This and following events All events" in text_of(page)
    forged = anna.post(url, hidden_fields(page) | {"scope": "this"})
    assert (forged.status_code, "One date alone has no rule." in text_of(forged)) == (422, True)

    anna.post(url, hidden_fields(page) | {"scope": "following"})
    assert shown(organization) == days("Stand-up", "Stand-up", "Stand-up")


def test_pressed_twice_saves_once(organization: Organization, anna: Client) -> None:
    """The second press finds what the first one saved."""
    url = f"/calendar/events/{series(organization).pk}"
    page = anna.post(url, form_of(anna.get(url, {"date": THURSDAY})) | {"summary": "Daily"})
    sent = hidden_fields(page) | {"scope": "following"}

    anna.post(url, sent)
    again = anna.post(url, sent)

    assert again.status_code == 422
    assert Event.objects.count() == 2
    assert shown(organization) == days("Stand-up", "Stand-up", "Daily", "Daily", "Daily")


def test_a_date_that_is_gone_meanwhile_is_said(organization: Organization, anna: Client) -> None:
    url = f"/calendar/events/{series(organization).pk}"
    form = form_of(anna.get(url, {"date": THURSDAY})) | {"summary": "Daily", "scope": "this"}
    anna.post(f"{url}/delete", {"date": THURSDAY, "scope": "this"})

    page = anna.post(url, form | {"revision": ""}, headers=FRAGMENT)

    assert page.status_code == 422
    assert "The series has no event on that date any more." in text_of(page)
    assert page["HX-Retarget"] == "#form-page"
    assert shown(organization) == days("Stand-up", "Stand-up", "", "Stand-up", "Stand-up")


def test_what_is_wrong_is_said_before_asking(organization: Organization, anna: Client) -> None:
    url = f"/calendar/events/{series(organization).pk}"
    page = anna.post(url, form_of(anna.get(url, {"date": THURSDAY})) | {"end_time": "8"})

    assert (page.status_code, "End is before start." in text_of(page)) == (422, True)


@pytest.mark.parametrize(
    ("scope", "hours"),
    [("this", [9, 9, 14, 9, 9]), ("following", [9, 9, 14, 14, 14]), ("all", [14] * 5)],
)
def test_a_dropped_card_asks_too(
    organization: Organization, anna: Client, scope: str, hours: list[int]
) -> None:
    url = f"/calendar/events/{series(organization).pk}/move"
    times = {"start": "2026-12-03T14:00:00", "end": "2026-12-03T15:00:00", "date": THURSDAY}

    page = anna.post(url, times, headers=FRAGMENT)
    assert page["HX-Retarget"] == "#question"
    assert "Move the series? Stand-up · Thu 3 Dec 09:00–10:00 → 14:00–15:00" in text_of(page)
    done = anna.post(url, hidden_fields(page) | {"scope": scope}, headers=FRAGMENT)

    assert "Moved to Thu 3 Dec 14:00" in done["HX-Trigger"]
    assert ("final" in done["HX-Trigger"]) is (scope != "this")  # the others can't be undone so
    assert [int(line[3:5]) for line in shown(organization)] == hours


def test_the_move_dialog_moves_a_date_and_back(organization: Organization, anna: Client) -> None:
    url = f"/calendar/events/{series(organization).pk}/move"
    form = form_of(anna.get(url, {"date": THURSDAY}))
    page = anna.post(url, form | {"start_time": "14", "end_time": "15"})
    anna.post(url, hidden_fields(page) | {"scope": "this"})
    assert shown(organization)[2] == "03 14 Stand-up"

    back = {"start": "2026-12-03T09:00:00", "end": "2026-12-03T10:00:00", "date": THURSDAY}
    anna.post(url, back | {"scope": "this"})
    assert shown(organization) == days(*["Stand-up"] * 5)


@pytest.mark.parametrize(
    ("scope", "left"),
    [("this", [1, 2, 4, 5]), ("following", [1, 2]), ("all", [])],
)
def test_deleting_asks_which_dates(
    organization: Organization, anna: Client, scope: str, left: list[int]
) -> None:
    url = f"/calendar/events/{series(organization).pk}/delete"
    page = anna.get(url, {"date": THURSDAY})
    assert "Delete from the series? Stand-up · Thursday 3 December" in text_of(page)

    answer = anna.post(url, hidden_fields(page) | {"scope": scope})

    assert location(answer) == "/calendar?date=2026-12-03"
    assert [int(line[:2]) for line in shown(organization)] == left


def test_the_mail_question_follows(organization: Organization, anna: Client) -> None:
    organization.connect(organization.anna, "google")
    event = series(organization, EVA, choice=Choice.SEND)
    organization.sync()
    organization.sandbox.mail.clear()
    url = f"/calendar/events/{event.pk}"

    page = anna.post(url, form_of(anna.get(url, {"date": THURSDAY})) | {"location": "Room Blue"})
    page = anna.post(url, hidden_fields(page) | {"scope": "this"})
    assert "Tell 1 guest?" in text_of(page)
    assert hidden_fields(page)["scope"] == "this"
    anna.post(url, hidden_fields(page) | {"choice": "send"})
    organization.sync()

    assert organization.mails == [("update", EVA)]


# --- guests


@pytest.fixture
def ben(organization: Organization, browser_of: Browser) -> Client:
    return browser_of(organization.ben)


@pytest.mark.parametrize(("scope", "left"), [("this", [1, 2, 4, 5]), ("all", [])])
def test_a_guest_answers_one_date_or_all(
    organization: Organization, ben: Client, scope: str, left: list[int]
) -> None:
    url = f"/calendar/events/{series(organization, BEN).pk}/answer"
    page = ben.post(url, {"partstat": "declined", "date": THURSDAY}, headers=FRAGMENT)
    assert "Answer “No” for which events?" in text_of(page)
    assert "This event Thu 3 Dec All events 5 dates" in text_of(page)
    assert len(shown(organization, organization.ben)) == 5

    done = ben.post(url, hidden_fields(page) | {"scope": scope}, headers=FRAGMENT)

    assert "You said no." in done["HX-Trigger"]
    assert [int(line[:2]) for line in shown(organization, organization.ben)] == left
    assert len(shown(organization)) == 5


def test_the_answer_to_a_date_is_shown_with_it(organization: Organization, ben: Client) -> None:
    url = f"/calendar/events/{series(organization, BEN).pk}"
    answered = {"partstat": "tentative", "date": THURSDAY, "scope": "this"}
    assert location(ben.post(f"{url}/answer", answered)).startswith(f"{url}?date=2026-12-03")

    assert "Going? Yes Maybe ✓ No" in text_of(ben.get(url, {"date": THURSDAY}))
    assert "Going? Yes Maybe No" in text_of(ben.get(url))


def test_a_guest_removes_a_date(organization: Organization, ben: Client) -> None:
    url = f"/calendar/events/{series(organization, BEN).pk}/delete"
    page = ben.get(url, {"date": THURSDAY})
    assert "Remove from your calendar?" in text_of(page)
    assert "This event Thu 3 Dec All events 5 dates" in text_of(page)

    ben.post(url, hidden_fields(page) | {"scope": "this"})

    assert len(shown(organization, organization.ben)) == 4


def test_a_guest_cannot_move_a_date(organization: Organization, ben: Client) -> None:
    url = f"/calendar/events/{series(organization, BEN).pk}/move"
    times = {"start": "2026-12-03T14:00:00", "end": "2026-12-03T15:00:00"}
    refused = ben.post(url, times | {"date": THURSDAY, "scope": "all"}, headers=FRAGMENT)

    assert "Only Anna, the organizer, can change this." in text_of(refused)


# --- the grid


def test_a_date_may_show_otherwise_than_its_series(
    organization: Organization, anna: Client
) -> None:
    url = f"/calendar/events/{series(organization).pk}"
    form = form_of(anna.get(url, {"date": THURSDAY}))
    anna.post(url, form | {"availability": "free", "scope": "this"})

    asked = {"start": "2026-11-30T00:00:00", "end": "2026-12-07T00:00:00"}
    cards = anna.get("/calendar/feed", asked | {"people": organization.anna.pk}).json()
    assert [card["free"] for card in cards] == [False, False, True, False, False]
    assert anna.get(url, {"date": THURSDAY}).context["form"].availability == "free"


def test_own_dates_may_be_dragged_and_carry_their_name(
    organization: Organization, anna: Client, ben: Client
) -> None:
    series(organization, BEN)
    asked = {"start": "2026-11-30T00:00:00", "end": "2026-12-07T00:00:00"}
    own = anna.get("/calendar/feed", asked | {"people": organization.anna.pk}).json()
    bens = ben.get("/calendar/feed", asked | {"people": organization.ben.pk}).json()

    assert [card["editable"] for card in own] == [True] * 5
    assert own[2]["recurrenceId"] == THURSDAY
    assert [card["editable"] for card in bens] == [False] * 5


def test_a_popover_of_a_date_takes_as_many_statements_as_any(
    organization: Organization, anna: Client
) -> None:
    single, repeated = organization.create(organization.anna), series(organization)
    counts = []
    for pk, asked in ((single.pk, {}), (repeated.pk, {"date": THURSDAY})):
        anna.get(f"/calendar/events/{pk}/popover", asked)
        with Statements() as sent:
            anna.get(f"/calendar/events/{pk}/popover", asked)
        counts.append(len(sent))

    assert counts == [9, 9]
