"""Settings at the simulated Google, and what they do to a calendar."""

from __future__ import annotations

import pytest

from calendar_sandbox.sandbox import Sandbox
from support.gcal import Gcal, Value, a_body, a_sandbox, parsed, refusal

BEN = "ben@corp.example"
SETTINGS = "users/me/settings"


@pytest.fixture
def sandbox() -> Sandbox:
    return a_sandbox()


@pytest.fixture
def anna(sandbox: Sandbox) -> Gcal:
    return Gcal(sandbox)


def listed(anna: Gcal, **query: Value) -> dict[str, str]:
    items = parsed(anna.call("GET", SETTINGS, **query))["items"]
    return {row["id"]: row["value"] for row in items}


def test_settings_change_by_hand_and_show_in_a_delta(anna: Gcal, sandbox: Sandbox) -> None:
    google = sandbox.google
    assert "dateFieldOrder" not in listed(anna)
    assert parsed(anna.call("GET", f"{SETTINGS}/dateFieldOrder"))["value"] == "MDY"
    token = parsed(anna.call("GET", SETTINGS))["nextSyncToken"]
    google.set_setting(anna.person, "dateFieldOrder", "YMD")
    google.set_setting(anna.person, "timezone", "Europe/Madrid")
    changed = {"dateFieldOrder": "YMD", "timezone": "Europe/Madrid"}
    assert listed(anna, syncToken=token) == changed
    assert parsed(anna.call("GET", "calendars/primary"))["timeZone"] == "Europe/Madrid"
    assert refusal(anna.call("GET", SETTINGS, syncToken="x")) == (400, "global", "invalid")
    for wrong in (("dateFieldOrder", "DYM"), ("timezone", "Nowhere"), ("hideWeekends", "yes")):
        with pytest.raises(ValueError, match=wrong[0]):
            google.set_setting(anna.person, *wrong)
    with pytest.raises(KeyError):
        google.set_setting(anna.person, "unknown", "x")
    sandbox.knobs["google.default_settings"] = "listed"
    assert len(listed(anna)) == 12
    first = parsed(anna.call("GET", SETTINGS, maxResults=10))
    assert len(listed(anna, maxResults=10, pageToken=first["nextPageToken"])) == 2


def test_unanswered_invitations_stay_hidden_by_setting(anna: Gcal, sandbox: Sandbox) -> None:
    ben = Gcal(sandbox, "ben")
    sandbox.google.set_setting(ben.person, "hideInvitations", "true")
    token = ben.token()
    rows = [{"email": BEN, "responseStatus": "accepted"}]
    event = anna.inserted(a_body(attendees=rows), sendUpdates="none")
    assert event["attendees"][0]["responseStatus"] == "needsAction"
    assert ben.delta(token) == []
    assert parsed(ben.page())["items"] == []
    shown = parsed(ben.page(showHiddenInvitations="true"))["items"]
    assert [row["id"] for row in shown] == [event["id"]]
    assert ben.event(event["id"])["status"] == "confirmed"
    answer = {"attendeesOmitted": True, "attendees": rows}
    ben.patch(event["id"], answer, sendUpdates="none")
    assert [row["id"] for row in ben.delta(token)] == [event["id"]]
