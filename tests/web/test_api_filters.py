"""What of a calendar is kept in step, over the API."""

import pytest

from calendar_sync.models import ListedCalendar
from support.api import Program
from support.world import Organization

pytestmark = pytest.mark.django_db


def test_only_these_are_asked_saved_and_counted(organization: Organization) -> None:
    organization.connect(organization.anna, "outlook")
    organization.there("anna", "outlook").load(["Choir", "Dentist", "[Work] Review"])
    organization.create(organization.anna, "Lunch")
    url = f"/calendars/{ListedCalendar.objects.get().pk}/filters"
    anna = Program.of(organization.anna)
    wish = {"onlyTitles": ["[work]*"], "onlyCategories": []}

    asked = anna.post(f"{url}/preview", wish).body
    assert asked == {"total": 1, "leaving": 1, "returning": 0, "readsAgain": False}
    assert anna.get(url).body["onlyTitles"] == []
    anna.ask("PATCH", url, wish)
    organization.work()

    told = anna.get(url).body
    assert (told["onlyTitles"], told["onlyCategories"]) == (["[work]*"], [])
    assert told["leftOut"] == 1
    assert told["reasons"] == [{"reason": "other-title", "here": 1, "there": 2}]
    assert Program.of(organization.ben).get(url).status == 404


@pytest.mark.parametrize(
    ("wish", "field", "said"),
    [
        ({"onlyTitles": ["**"]}, "onlyTitles", "“**” fits every title: give some of its letters"),
        ({"titles": ["^Lunch.*"]}, "titles", "“^Lunch.*”: write the text as it stands, with *"),
        (
            {"titles": ["a"], "onlyTitles": ["a"]},
            "onlyTitles",
            "“a” is to be left out, too: take it out of one of the two.",
        ),
    ],
)
def test_bad_patterns_are_named(
    organization: Organization, wish: dict[str, list[str]], field: str, said: str
) -> None:
    organization.connect(organization.anna, "google")
    url = f"/calendars/{ListedCalendar.objects.get().pk}/filters"

    answer = Program.of(organization.anna).ask("PATCH", url, wish)

    assert answer.status == 422
    (error,) = answer.body["errors"]
    assert (error["pointer"], said in error["detail"]) == (f"#/{field}", True)
