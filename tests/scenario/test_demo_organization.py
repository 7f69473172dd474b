"""What the demonstration puts into the database, and whom its password lets in."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import Settings

from calendar_sync.actions.configuration import setups
from calendar_sync.models import Contact, Entry, Event
from calendar_sync.server.actions.users import new_user
from calendar_sync.server.demo.organization import MEMBERS, NotADemoError, open_organization
from calendar_sync.server.models import ScheduledAction, User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # Monday in Paris
URL = "http://127.0.0.1:8069"
BACK_ENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "calendar_sync.server.demo.log_in.DemoLogIn",
]


def tried(client: Client, name: str, password: str) -> bool:
    client.post("/login", {"login": name, "password": password})
    return "_auth_user_id" in client.session


def the(title: str) -> Event:
    (event,) = (event for event in Event.objects.all() if event.summary == title)
    return event


def entries_of(login: str) -> list[Entry]:
    return list(Entry.objects.filter(calendar__owner__login=login).select_related("event"))


def test_everybody_has_meetings_and_nobody_a_stored_password() -> None:
    open_organization(URL, NOW)

    assert [user.login for user in User.objects.order_by("pk")] == [
        f"{member.key}@corp.example" for member in MEMBERS
    ]
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert all(len(entries_of(f"{member.key}@corp.example")) >= 5 for member in MEMBERS[1:])


def test_guests_from_outside_are_known() -> None:
    open_organization(URL, NOW)

    assert [(row.name, row.kind) for row in Contact.objects.order_by("pk")] == [
        ("Julie Moreau", "person"),
        ("Jules Perrin", "person"),
        ("Paul Lenoir", "person"),
        ("Sam Lee", "lead"),
    ]


def test_meetings_lie_in_the_weeks_where_people_live_and_are_answered() -> None:
    open_organization(URL, NOW)

    review = the("Design review")
    assert str(review.starts_at) == "2026-11-25 13:00:00+00:00"
    answers = {guest.address: guest.partstat for guest in review.attendees.all()}
    assert answers == {"ben@corp.example": "accepted", "cleo@corp.example": "tentative"}


def test_both_providers_are_offered_and_polled_often() -> None:
    open_organization(URL, NOW)

    assert [setup.ready for setup in setups().values()] == [True, True]
    assert setups()["google"].redirect_uri == f"{URL}/google_account/authentication"
    polls = ScheduledAction.objects.filter(name__startswith="Synchronize")
    assert [action.interval for action in polls] == ["30 s", "30 s"]


def test_a_second_start_keeps_what_people_did_and_follows_the_address() -> None:
    open_organization(URL, NOW)
    the("Design review").delete()
    count = Event.objects.count()

    open_organization("http://127.0.0.1:9000", NOW)

    assert Event.objects.count() == count
    assert setups()["outlook"].redirect_uri.startswith("http://127.0.0.1:9000/")


def test_a_database_with_people_is_left_alone() -> None:
    new_user("mara@real.example", "Mara", "a long password", "administrator")

    with pytest.raises(NotADemoError, match="people of its own"):
        open_organization(URL, NOW)


def test_the_short_password_opens(client: Client, settings: Settings) -> None:
    settings.AUTHENTICATION_BACKENDS = BACK_ENDS
    open_organization(URL, NOW)

    for name in ("anna", "Anna ", "anna@corp.example", "admin"):
        assert tried(client, name, "demo")
        client.logout()


def test_nothing_else_opens(client: Client, settings: Settings) -> None:
    open_organization(URL, NOW)
    # Who has a password of his own, or was switched off, is not let in by another.
    new_user("ida@corp.example", "Ida", "a long password")
    User.objects.filter(login="ben@corp.example").update(is_active=False)

    assert not tried(client, "anna@corp.example", "demo")  # as if it were in earnest
    settings.AUTHENTICATION_BACKENDS = BACK_ENDS
    for name, password in [
        ("anna", ""), ("anna", "Demo"), ("nobody", "demo"), ("ida", "demo"), ("ben", "demo"),
    ]:  # fmt: skip
        assert not tried(client, name, password)
