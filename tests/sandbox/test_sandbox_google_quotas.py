"""Limits of the simulated Google beyond calls per user and minute."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calendar_sandbox.sandbox import Sandbox
from support.gcal import Gcal, a_body, a_sandbox, guests, mails, parsed, refusal

QUOTA = (403, "usageLimits", "quotaExceeded")
RATE = (403, "usageLimits", "rateLimitExceeded")


@pytest.fixture
def sandbox() -> Sandbox:
    return a_sandbox()


@pytest.fixture
def anna(sandbox: Sandbox) -> Gcal:
    return Gcal(sandbox)


def renewed(anna: Gcal, sandbox: Sandbox) -> None:
    sandbox.clock.advance(timedelta(days=1, seconds=1))
    token = sandbox.google.grant(anna.person, "app", ["https://www.googleapis.com/auth/calendar"])
    anna.session.headers["Authorization"] = f"Bearer {token['access_token']}"


def test_limits_of_a_day_are_not_given_back(anna: Gcal, sandbox: Sandbox) -> None:
    sandbox.knobs["google.calendars_created"] = 1
    sandbox.knobs["google.events_created"] = 2
    sandbox.knobs["google.outside_invitations"] = 1
    team = parsed(anna.call("POST", "calendars", {"summary": "Team"}))["id"]
    assert anna.call("DELETE", f"calendars/{team}").status_code == 204
    assert refusal(anna.call("POST", "calendars", {"summary": "Team"})) == QUOTA
    event = anna.inserted(a_body(attendees=guests("eva@client.example", "ben@corp.example")))
    more = {"attendees": guests("eva@client.example", "max@client.example")}
    assert refusal(anna.patch(event["id"], more)) == QUOTA
    assert len(anna.event(event["id"])["attendees"]) == 2
    anna.delete(anna.inserted()["id"])
    assert refusal(anna.insert(a_body())) == QUOTA
    renewed(anna, sandbox)
    anna.inserted()
    parsed(anna.patch(event["id"], more))
    parsed(anna.call("POST", "calendars", {"summary": "Team"}))


def test_too_many_mails_are_not_sent(anna: Gcal, sandbox: Sandbox) -> None:
    sandbox.knobs["google.guest_mails"] = 1
    body = a_body(attendees=guests("eva@client.example", "ben@corp.example"))
    event = anna.inserted(body, sendUpdates="all")
    anna.patch(event["id"], {"summary": "New"}, sendUpdates="all")
    assert mails(sandbox) == [("invite", ("eva@client.example",))]


def test_limits_of_a_minute(anna: Gcal, sandbox: Sandbox) -> None:
    sandbox.knobs["google.calendar_writes_per_minute"] = 1
    event = anna.inserted()
    assert refusal(anna.patch(event["id"], {"summary": "x"})) == RATE
    sandbox.knobs["google.quota_status"] = 429
    assert refusal(anna.delete(event["id"])) == (429, "usageLimits", "rateLimitExceeded")
    assert anna.event(event["id"])["summary"] == "Design review"
    sandbox.clock.advance(timedelta(minutes=1))
    assert anna.patch(event["id"], {"summary": "x"}).status_code == 200
    sandbox.knobs["google.project_requests_per_minute"] = 2
    sandbox.clock.advance(timedelta(minutes=1))
    assert [who.page().status_code for who in (anna, Gcal(sandbox, "ben"), anna)] == [200, 200, 429]
