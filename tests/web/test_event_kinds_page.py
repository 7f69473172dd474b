"""*Settings › Kinds of events*: add, rename, order, archive, delete and merge."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.models import Event, EventKind, Pairing
from support.pages import text_of
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
URL = "/settings/event-kinds"


@pytest.fixture
def mara(organization: Organization, browser_of: Browser) -> Client:
    return browser_of(organization.admin)


def names() -> list[str]:
    return [kind.name for kind in EventKind.objects.offered()]


def add(client: Client, name: str, colour: str = "2", icon: str = "tag") -> str:
    form = {"name": name, "colour": colour, "icon": icon}
    return text_of(client.post(URL, form, follow=True))


def test_meeting_and_call_are_there_from_the_beginning(mara: Client) -> None:
    assert names() == ["Meeting", "Call"]
    page = mara.get(URL)
    assert "Meeting the usual one" in text_of(page)
    for way in ("Meeting up", "Call down"):  # there is no further
        assert f'disabled aria-label="Move {way}"' in page.content.decode()
    assert page.content.decode().count("disabled aria-label") == 2


def test_added_renamed_and_put_in_order(mara: Client) -> None:
    assert "“Visit” is offered from now on." in add(mara, "Visit")
    visit = EventKind.objects.get(name="Visit")
    mara.post(f"{URL}/{visit.pk}/order", {"up": "1"})
    assert names() == ["Meeting", "Visit", "Call"]

    mara.post(f"{URL}/{visit.pk}", {"name": "Site visit", "colour": "0", "icon": "geo-alt"})
    mara.post(f"{URL}/{visit.pk}/order", {"down": "1"})

    assert names() == ["Meeting", "Call", "Site visit"]
    visit.refresh_from_db()
    assert (visit.colour, visit.icon) == (0, "geo-alt")


@pytest.mark.parametrize(
    ("name", "colour", "icon", "said"),
    [
        (" ", "2", "tag", "Give it a name."),
        ("x" * 81, "2", "tag", "Names may have up to 80 characters; yours has 81."),
        ("call", "2", "tag", "There is a kind “call” already."),
        ("Visit", "99", "tag", "Choose one of the colours."),
        ("Visit", "2", "skull", "Choose one of the symbols."),
    ],
)
def test_bad_input(mara: Client, name: str, colour: str, icon: str, said: str) -> None:
    assert said in add(mara, name, colour, icon)
    assert names() == ["Meeting", "Call"]


def test_archived_and_offered_again(mara: Client) -> None:
    call = EventKind.objects.get(name="Call")

    mara.post(f"{URL}/{call.pk}/archive")
    assert names() == ["Meeting"]
    mara.post(f"{URL}/{call.pk}/archive", {"back": "1"})
    assert names() == ["Meeting", "Call"]


def test_what_is_used_is_merged_not_deleted(
    organization: Organization, mara: Client, browser_of: Browser
) -> None:
    """What its events were left out for goes with it, and the link hears of it."""
    organization.connect(organization.anna, "google")
    call, meeting = EventKind.objects.get(name="Call"), EventKind.objects.get(name="Meeting")
    pairing = Pairing.objects.get()
    pairing.policy = {"filters": {"kinds": [call.key]}}
    pairing.save()
    event = organization.create(organization.anna, "Ring Eva")
    Event.objects.filter(pk=event.pk).update(kind=call)
    organization.work()
    assert organization.there("anna", "google").titles() == []

    refused = text_of(mara.post(f"{URL}/{call.pk}/remove", follow=True))
    assert "“Call” is in use: say which kind its events become." in refused
    mara.post(f"{URL}/{call.pk}/remove", {"into": str(meeting.pk)})
    organization.work()

    assert names() == ["Meeting"]
    assert Event.objects.get().kind is None
    assert organization.there("anna", "google").titles() == ["Ring Eva"]


def test_unused_kind_is_deleted(mara: Client) -> None:
    call = EventKind.objects.get(name="Call")
    mara.post(f"{URL}/{call.pk}/remove")

    assert names() == ["Meeting"]


def test_usual_kind_stays(mara: Client) -> None:
    meeting = EventKind.objects.get(name="Meeting")
    for what in ("archive", "remove"):
        said = text_of(mara.post(f"{URL}/{meeting.pk}/{what}", follow=True))
        assert "rename it instead" in said
    assert names() == ["Meeting", "Call"]


def test_users_may_not(organization: Organization, browser_of: Browser) -> None:
    anna, call = browser_of(organization.anna), EventKind.objects.get(name="Call")
    assert anna.get(URL).status_code == 403
    for what in ("", "/order", "/archive", "/remove"):
        assert anna.post(f"{URL}/{call.pk}{what}", {"name": "Mine"}).status_code == 403
    assert names() == ["Meeting", "Call"]
