"""Every state of a connection in the words of the interface's description."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calendar_sync.actions.configuration import KEYS, parameters
from calendar_sync.actions.connection_states import ConnectionState, connection_states
from calendar_sync.actions.moments import age
from calendar_sync.actions.sync import UNSETTLED
from calendar_sync.models import ProviderCredential
from support.world import NOW, Organization

pytestmark = pytest.mark.django_db

EARLIER = NOW - timedelta(minutes=16)  # 08:44 in Paris
MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
NEVER = NOW + timedelta(days=400)
RESET = {"at": EARLIER.isoformat(), "done": 120, "total": 1400}


@pytest.fixture
def anna(organization: Organization) -> Organization:
    """She lives in Paris and has connected Google; there is one event."""
    organization.anna.tz = "Europe/Paris"  # type: ignore[attr-defined]
    organization.connect(organization.anna, "google")
    organization.create(organization.anna)
    organization.sync()
    return organization


def google(organization: Organization) -> ConnectionState:
    rows = connection_states(organization.anna, organization.now)
    (row,) = [row for row in rows if row.provider == "google"]
    return row


@pytest.mark.parametrize(
    ("changed", "text", "detail", "buttons"),
    [
        (
            {},
            "Synced just now",
            "1 event in step. Checked every 5 minutes.",
            ("sync",),
        ),
        ({"last_synced_at": NOW - timedelta(minutes=2)}, "Synced 2 min ago", None, ("sync",)),
        ({"last_synced_at": NOW - timedelta(hours=3)}, "Synced 3 h ago", None, ("sync",)),
        ({"last_synced_at": MONDAY}, "Synced on 16 Nov", None, ("sync",)),
        ({"due_at": NOW}, "Syncing…", "", ()),
        ({"last_synced_at": None}, "First sync…", "You can close this page.", ()),
        (
            {"failures": 3, "last_synced_at": EARLIER, "due_at": NOW + timedelta(minutes=4)},
            "Google isn't answering (since 08:44)",
            "Your changes are kept. Trying again at 09:04.",
            ("sync",),
        ),
        (
            {"failures": 1, "state_code": UNSETTLED, "last_synced_at": EARLIER},
            "Synced 16 min ago · 0 to send",
            "Changed on both sides at once; trying again.",
            ("sync",),
        ),
        (
            {"paused_at": MONDAY},
            "Paused by an administrator",
            "Since Mon 09:00. 0 changes kept; they are sent when it resumes.",
            (),
        ),
        (
            {"state": "stopped", "state_since": datetime(2026, 11, 12, tzinfo=UTC)},
            "Stopped by you on 12 Nov",
            "Nothing is sent or fetched.",
            ("restart",),
        ),
        (
            {"state": "reconnect", "state_code": "invalid_grant"},
            "Reconnect needed",
            (
                "Google no longer accepts the sign-in of anna@gmail.example. Nothing is lost; "
                "0 changes wait."
            ),
            ("reconnect",),
        ),
        (
            {"state": "problem", "state_code": "invalid_client"},
            "Google sync is interrupted",
            (
                "The organization's set-up needs renewal. Your sign-in is fine; "
                "you needn't do anything."
            ),
            (),
        ),
        (
            {"reset": RESET},
            "Reset running: 120 of 1,400",
            "Started by an administrator at 08:44.",
            (),
        ),
        (
            {"reset": RESET, "paused_at": NOW},
            "Reset waits: paused by an administrator",
            "Started by an administrator at 08:44.",
            (),
        ),
    ],
)
def test_states(
    anna: Organization,
    changed: dict[str, Any],
    text: str,
    detail: str | None,
    buttons: tuple[str, ...],
) -> None:
    ProviderCredential.objects.update(**{"due_at": NEVER} | changed)

    row = google(anna)

    assert (row.text, row.buttons) == (text, buttons)
    if detail is not None:
        assert row.detail == detail


def test_one_change_is_singular(anna: Organization) -> None:
    anna.create(anna.anna, "Dentist")
    ProviderCredential.objects.update(due_at=NEVER)
    assert google(anna).text == "Synced just now · 1 to send"

    ProviderCredential.objects.update(paused_at=MONDAY)
    assert google(anna).detail == "Since Mon 09:00. 1 change kept; it is sent when it resumes."

    ProviderCredential.objects.update(state="reconnect", paused_at=None)
    assert google(anna).detail.endswith("Nothing is lost; 1 change waits.")


@pytest.mark.parametrize(
    "changed",
    [{"paused_at": MONDAY}, {"state": "problem", "state_code": "invalid_client"}],
)
def test_administrators_are_led_to_what_they_can_mend(
    organization: Organization, changed: dict[str, Any]
) -> None:
    organization.sandbox.people.add("admin", "Admin", google="admin@gmail.example")
    organization.connect(organization.admin, "google")
    ProviderCredential.objects.update(**changed)

    row = connection_states(organization.admin, organization.now)[0]

    assert row.buttons == ("settings",)


def test_what_is_not_set_up_is_said_to_each(organization: Organization) -> None:
    def said(who: str) -> list[tuple[str, str, tuple[str, ...]]]:
        user = getattr(organization, who)
        rows = connection_states(user, organization.now)
        return [(row.text, row.detail, row.buttons) for row in rows]

    parameters().put(KEYS["outlook"].enabled, "False")
    assert said("anna") == [
        ("Synchronize with Google", "Two-way. Nobody is mailed by connecting.", ("connect",))
    ]
    parameters().put(KEYS["google"].client_secret, "")
    unfinished = "OAuth not configured. Your administrator has to finish the set-up."
    assert said("anna") == [("Google: not ready yet", unfinished, ())]
    assert said("admin") == [
        ("Google: set-up not finished", "Client Secret is empty.", ("settings",))
    ]
    parameters().put(KEYS["google"].client_id, "")
    assert said("admin")[0][1] == "Client ID and Client Secret are empty."
    parameters().put(KEYS["google"].enabled, "False")
    not_here = "OAuth not configured. An administrator can turn it on in Settings."
    assert said("anna") == [("Calendar sync isn't set up here.", not_here, ())]
    offer = "Connect Outlook or Google for everybody."
    assert said("admin") == [(offer, "", ("settings",))]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        *((0, "just now"), (59, "just now"), (60, "1 min ago"), (3599, "59 min ago")),
        *((3600, "1 h ago"), (86_399, "23 h ago"), (86_400, "on 20 Nov")),
    ],
)
def test_ages(seconds: int, words: str) -> None:
    assert age(NOW - timedelta(seconds=seconds), NOW) == words
