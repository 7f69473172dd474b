"""Faults beyond plain refusals: what both vendors make of each kind."""

from datetime import timedelta

import pytest
from werkzeug.test import Client, TestResponse

from calendar_sandbox.core.faults import KINDS, WITH_RETRY_AFTER, FaultKind
from calendar_sandbox.sandbox import Sandbox
from support.gcal import Gcal, a_sandbox
from support.gcal import a_body as a_google_body
from support.outlook import NOW, Outlook, a_body, a_world

GOOGLE, OUTLOOK = "google", "outlook"
EVENTS = "/google/calendar/v3/calendars/primary/events"


@pytest.fixture
def anna() -> Outlook:
    return Outlook(a_world())


class Both:
    """One request to either vendor, after arming a fault."""

    def __init__(self) -> None:
        self.google, self.outlook = Gcal(a_sandbox()), Outlook(a_world())

    def post(self, vendor: str, kind: FaultKind, **more: float) -> tuple[TestResponse, Sandbox]:
        if vendor == OUTLOOK:
            world = self.outlook.world
            world.faults.arm("POST *", kind, **more)  # type: ignore[arg-type]
            return self.outlook.send("POST", "/me/events", a_body()), world
        world = self.google.sandbox
        world.faults.arm("POST *", kind, **more)  # type: ignore[arg-type]
        token = str(self.google.session.headers["Authorization"])
        return (
            Client(world.wsgi).post(EVENTS, json=a_google_body(), headers={"Authorization": token}),
            world,
        )


@pytest.mark.parametrize(
    ("kind", "google", "outlook"),
    [
        ("409", (409, "conflict"), (409, "ErrorIrresolvableConflict")),
        ("412", (412, "conditionNotMet"), (412, "ErrorIrresolvableConflict")),
        ("quota", (403, "quotaExceeded"), (507, "ErrorQuotaExceeded")),
    ],
)
def test_conflicts_and_full_mailboxes_without_a_cause(
    kind: FaultKind, google: tuple[int, str], outlook: tuple[int, str]
) -> None:
    both = Both()
    answer, _ = both.post(GOOGLE, kind)
    error = answer.get_json()["error"]
    assert (answer.status_code, error["errors"][0]["reason"]) == google
    answer, world = both.post(OUTLOOK, kind)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == outlook
    assert world.microsoft.events("anna") == []


@pytest.mark.parametrize("vendor", [GOOGLE, OUTLOOK])
@pytest.mark.parametrize("kind", ["404-empty", "503-empty"])
def test_an_answer_without_a_body(vendor: str, kind: FaultKind) -> None:
    answer, _ = Both().post(vendor, kind)

    assert (answer.status_code, answer.data) == (int(kind[:3]), b"")
    assert "Content-Type" not in answer.headers


@pytest.mark.parametrize("vendor", [GOOGLE, OUTLOOK])
@pytest.mark.parametrize("kind", WITH_RETRY_AFTER)
def test_slow_down_with_and_without_retry_after(vendor: str, kind: FaultKind) -> None:
    both = Both()

    assert "Retry-After" not in both.post(vendor, kind)[0].headers
    assert both.post(vendor, kind, retry_after=7)[0].headers["Retry-After"] == "7"


@pytest.mark.parametrize("vendor", [GOOGLE, OUTLOOK])
def test_json_under_a_wrong_content_type(vendor: str) -> None:
    answer, _ = Both().post(vendor, "content-type")

    assert answer.status_code in {200, 201}
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("{")


def test_the_clock_jumps_before_or_after_a_request(anna: Outlook) -> None:
    anna.world.faults.arm("POST *", "clock-jump", seconds=-60, when="after")
    assert anna.create(a_body())["createdDateTime"] == "2026-11-20T08:00:00Z"
    assert anna.world.clock.now() == NOW - timedelta(minutes=1)
    anna.world.faults.arm("GET *", "clock-jump", seconds=7200)
    assert anna.refused("GET", "/me") == (401, "InvalidAuthenticationToken")
    with pytest.raises(ValueError, match="slow cannot wait -1 seconds"):
        anna.world.faults.arm("*", "slow", seconds=-1)


@pytest.mark.parametrize("vendor", [GOOGLE, OUTLOOK])
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"reset"}))
def test_every_kind_is_answered_everywhere(vendor: str, kind: FaultKind) -> None:
    both = Both()
    assert both.post(vendor, kind)[0].status_code
    world = both.google.sandbox if vendor == GOOGLE else both.outlook.world
    path = "/google/token" if vendor == GOOGLE else "/microsoft/common/oauth2/v2.0/token"
    world.faults.arm("*/token", kind)

    assert Client(world.wsgi).post(path, data={}).status_code >= 200


def test_the_console_offers_every_kind() -> None:
    text = Client(a_sandbox().wsgi).get("/console/faults").text

    assert [kind for kind in KINDS if f'value="{kind}"' not in text] == []
