"""Banners across the page, and the count at *Needs attention*."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from calendar_sync.engine.sync import LinkState
from calendar_sync.models import Link, ProviderCredential
from support.pages import FRAGMENT, text_of
from support.statements import Statements
from support.world import Organization

pytestmark = pytest.mark.django_db

Browser = Callable[[AbstractBaseUser], Client]
OURS = Path(__file__).parents[2]
BROKEN = {"state": "problem", "state_code": "invalid_client"}
NO_CAUSE = {"state": "problem", "state_code": "not_found"}


@pytest.fixture
def connected(organization: Organization) -> Organization:
    """Anna with Google and Outlook, Ben with Google."""
    organization.connect(organization.anna, "google")
    organization.connect(organization.anna, "outlook")
    organization.connect(organization.ben, "google")
    organization.create(organization.anna)
    organization.sync()
    return organization


def told(client: Client) -> str:
    return text_of(client.get("/notices", headers=FRAGMENT))


def change(provider: str, **values: object) -> None:
    ProviderCredential.objects.filter(provider=provider).update(**values)


def test_nothing_is_said_where_nothing_is_wrong(
    connected: Organization, browser_of: Browser
) -> None:
    change("google", **NO_CAUSE)

    assert told(browser_of(connected.anna)) == ""
    assert told(browser_of(connected.admin)) == ""


def test_reconnect_is_said_to_whom_it_concerns(
    connected: Organization, browser_of: Browser
) -> None:
    ProviderCredential.objects.filter(user=connected.anna.pk, provider="google").update(
        state="reconnect"
    )
    connected.create(connected.anna, "Dentist")
    anna = browser_of(connected.anna)

    page = anna.get("/notices")

    said = "Google no longer accepts your sign-in. 1 change waits. Reconnect"
    assert text_of(page) == said
    assert re.search(r'method="post" action="/connections/\d+/reconnect"', page.content.decode())
    assert told(browser_of(connected.admin)) == ""


def test_broken_set_up_is_counted_for_administrators(
    connected: Organization, browser_of: Browser
) -> None:
    change("google", state_since=connected.now, **BROKEN)

    assert told(browser_of(connected.admin)) == (
        "Google sync is interrupted for 2 people since 08:00 (invalid_client). "
        "Nobody has to reconnect. Open Settings"
    )
    assert told(browser_of(connected.ben)) == (
        "Google sync is interrupted: the organization's set-up needs renewal. "
        "You needn't do anything."
    )
    assert told(browser_of(connected.cleo)) == ""


def test_pause_can_be_ended_by_administrators(connected: Organization, browser_of: Browser) -> None:
    change("google", paused_at=connected.now)
    connected.advance(days=2)

    said = "Google sync is paused by an administrator since Sat 08:00. Changes are kept."
    assert told(browser_of(connected.ben)) == said
    assert told(browser_of(connected.admin)) == f"{said} Resume"
    change("google", state="stopped")
    assert told(browser_of(connected.ben)) == ""


def test_the_worst_wins(connected: Organization, browser_of: Browser) -> None:
    change("google", paused_at=connected.now)
    change("outlook", state="reconnect")

    text = told(browser_of(connected.anna))

    assert re.search(r"^Outlook no longer accepts .* \+1 more Google sync is paused", text)


def test_what_waits_is_counted_at_the_menu(connected: Organization, browser_of: Browser) -> None:
    Link.objects.filter(pairing__credential__provider="google").update(state=LinkState.HELD.value)
    anna = browser_of(connected.anna)

    assert '<span class="badge-count">1</span>' in anna.get("/notices").content.decode()
    assert "badge-count" not in browser_of(connected.admin).get("/notices").content.decode()
    # In the app bar, the bottom bar and its menu; addons above all pages, ours or not.
    for path in ("/calendar", "/attention", "/nowhere"):
        page = anna.get(path).content.decode()
        assert page.count('class="attention-count"') == 3
        assert page.count('hx-get="/notices"') == 1


def test_notices_cost_three_statements(connected: Organization, browser_of: Browser) -> None:
    anna = browser_of(connected.anna)
    change("google", state="reconnect")

    with Statements() as sent:
        anna.get("/notices")

    # Four for session, user and rights; then accounts, what waits there, what needs attention.
    assert len(sent) == 7, sent


def test_every_icon_is_in_the_sprite() -> None:
    """One that is not would be a hole in the page."""
    drawn = set((OURS / "frontend" / "icons.txt").read_text().split())
    pattern = re.compile(r'{% icon "([\w-]+)"|web_icon="([\w-]+)"')
    files = [
        *(OURS / "calendar_sync").rglob("*.html"),
        *(OURS / "calendar_sync").rglob("menus.xml"),
    ]
    used = {one or other for file in files for one, other in pattern.findall(file.read_text())}

    assert len(used) > 20
    assert used <= drawn


def test_the_end_of_a_sign_in_is_announced_with_a_button(
    connected: Organization, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: connected.now)
    ends = connected.now + timedelta(days=1)
    ProviderCredential.objects.filter(user=connected.anna.pk, provider="google").update(
        grant_ends_at=ends
    )

    said = told(browser_of(connected.anna))

    assert said.startswith("Google ends your sign-in tomorrow at ")
    assert said.endswith("Reconnect before, and nothing stops. Reconnect")
    assert told(browser_of(connected.ben)) == ""
    page = browser_of(connected.admin).get("/settings/calendar")
    assert "the app's publishing status is Testing" in text_of(page)
