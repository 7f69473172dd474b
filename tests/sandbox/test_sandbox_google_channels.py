"""Push channels of the simulated Google: opening, messages, stopping (contract 10)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calendar_sandbox.core.deliveries import Outgoing, Reply
from calendar_sandbox.sandbox import Sandbox
from support.gcal import Gcal, Json, Value, a_body, a_sandbox, guests, parsed, refusal
from support.listener import Listener

ADDRESS = "https://app.example/hooks/google"
EVENTS = "calendars/primary/events/watch"
LIST = "users/me/calendarList/watch"
SETTINGS = "users/me/settings/watch"
IN_A_WEEK = 1_795_766_400_000
"""Milliseconds: NOW and 7 days."""


@pytest.fixture
def sandbox() -> Sandbox:
    return a_sandbox()


@pytest.fixture
def anna(sandbox: Sandbox) -> Gcal:
    return Gcal(sandbox)


@pytest.fixture
def listener(sandbox: Sandbox) -> Listener:
    return Listener(sandbox)


def a_channel(**fields: Value) -> Json:
    body = {"id": "one", "type": "web_hook", "address": ADDRESS, "token": "s3cret", **fields}
    return {name: value for name, value in body.items() if value is not ...}


def watched(who: Gcal, path: str = EVENTS, **fields: Value) -> Json:
    return parsed(who.call("POST", path, a_channel(**fields)))


def opened(who: Gcal, listener: Listener, path: str = EVENTS, **fields: Value) -> Json:
    """A channel whose sync message has been delivered."""
    channel = watched(who, path, **fields)
    listener.next()
    return channel


def states(heard: list[Outgoing]) -> list[tuple[str, str, str]]:
    """Channel, number and state of messages."""
    names = ("X-Goog-Channel-ID", "X-Goog-Message-Number", "X-Goog-Resource-State")
    return [(row.headers[names[0]], row.headers[names[1]], row.headers[names[2]]) for row in heard]


def later(sandbox: Sandbox, **delta: float) -> None:
    sandbox.clock.advance(timedelta(**delta))


def test_a_channel_is_opened_and_greets_with_sync(anna: Gcal, listener: Listener) -> None:
    channel = watched(anna)

    assert channel == {
        "kind": "api#channel",
        "id": "one",
        "resourceId": channel["resourceId"],
        "resourceUri": "https://www.googleapis.com/calendar/v3/calendars/primary/events?alt=json",
        "token": "s3cret",
        "expiration": str(IN_A_WEEK),
    }
    assert listener.heard == []
    (sync,) = listener.next()
    assert (sync.url, sync.body) == (ADDRESS, b"")
    assert "APIs-Google" in sync.headers["User-Agent"]
    assert {name: value for name, value in sync.headers.items() if name[:2] in ("X-", "Co")} == {
        "Content-Length": "0",
        "X-Goog-Channel-ID": "one",
        "X-Goog-Channel-Expiration": "Fri, 27 Nov 2026 08:00:00 GMT",
        "X-Goog-Channel-Token": "s3cret",
        "X-Goog-Message-Number": "1",
        "X-Goog-Resource-ID": channel["resourceId"],
        "X-Goog-Resource-State": "sync",
        "X-Goog-Resource-URI": channel["resourceUri"],
    }


def test_every_write_is_told_with_growing_numbers_and_gaps(anna: Gcal, listener: Listener) -> None:
    opened(anna, listener)
    event = anna.inserted()
    anna.patch(event["id"], {"summary": "New"})
    anna.delete(event["id"])
    anna.sandbox.google.create(anna.person, a_body())

    numbers = ["3", "4", "6", "7"]
    assert states(listener.next()) == [("one", number, "exists") for number in numbers]
    assert listener.next() == []


def test_changes_may_be_merged_by_knob(anna: Gcal, listener: Listener) -> None:
    anna.sandbox.knobs["google.push_merged"] = True
    opened(anna, listener)
    for _ in range(3):
        anna.inserted()

    assert len(listener.next()) == 1


def test_guests_channels_hear_of_their_copies(
    anna: Gcal, sandbox: Sandbox, listener: Listener
) -> None:
    ben = Gcal(sandbox, "ben")
    opened(anna, listener, id="annas")
    opened(ben, listener, id="bens")
    event = anna.inserted(a_body(attendees=guests("ben@corp.example")))
    assert [row[0] for row in states(listener.next())] == ["annas", "bens"]
    sandbox.google.answer(ben.person, event["id"], "accepted")

    assert {row[0] for row in states(listener.next())} == {"annas", "bens"}


def test_what_is_loaded_is_told_to_nobody(anna: Gcal, listener: Listener) -> None:
    opened(anna, listener)
    anna.sandbox.google.load(anna.person, [a_body()])

    assert listener.next() == []


def test_a_resource_has_one_id_for_its_user(anna: Gcal, sandbox: Sandbox) -> None:
    first = watched(anna)
    second = watched(anna, "calendars/anna%40corp.example/events/watch", id="two")
    other = watched(Gcal(sandbox, "ben"), id="three")

    assert first["resourceId"] == second["resourceId"] != other["resourceId"]
    assert second["resourceUri"].endswith("/calendars/anna%40corp.example/events?alt=json")
    sandbox.knobs["google.resource_uri"] = "resolved"
    assert watched(anna, id="four")["resourceUri"] == second["resourceUri"]


@pytest.mark.parametrize(
    ("fields", "expiration"),
    [
        ({"params": {"ttl": "3600"}}, 1_795_165_200_000),
        ({"expiration": 1_795_165_200_000}, 1_795_165_200_000),
        ({"expiration": "1795165200000"}, 1_795_165_200_000),
        ({"expiration": 1795165200000.0}, 1_795_165_200_000),
        ({"expiration": "1795165200000", "params": {"ttl": "60"}}, 1_795_161_660_000),
        ({"expiration": "1795161660000", "params": {"ttl": "3600"}}, 1_795_161_660_000),
        ({"params": {"ttl": "99999999"}}, 1_797_753_600_000),
        ({"params": None, "expiration": None, "token": None}, IN_A_WEEK),
    ],
)
def test_the_end_of_a_channel(anna: Gcal, fields: Json, expiration: int) -> None:
    assert watched(anna, **fields)["expiration"] == str(expiration)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": ...}, "required"),
        ({"id": "x" * 65}, "invalid"),
        ({"id": "a b"}, "invalid"),
        ({"id": 7}, "invalid"),
        ({"type": "email"}, "push.channelTypeNotSupported"),
        ({"type": ...}, "push.channelTypeNotSupported"),
        ({"address": ...}, "required"),
        ({"address": "http://app.example/"}, "push.webhookUrlNotHttps"),
        ({"address": "app.example"}, "push.webhookUrlNotHttps"),
        ({"address": {}}, "push.webhookUrlNotHttps"),
        ({"address": "https://["}, "invalid"),
        ({"token": "x" * 257}, "invalid"),
        ({"token": 7}, "invalid"),
        ({"params": {"ttl": "soon"}}, "invalid"),
        ({"params": {"ttl": "0"}}, "invalid"),
        ({"params": ["ttl"]}, "invalid"),
        ({"expiration": "1"}, "invalid"),
        ({"expiration": True}, "invalid"),
    ],
)
def test_wrong_channels_are_refused(anna: Gcal, fields: Json, reason: str) -> None:
    response = anna.call("POST", EVENTS, a_channel(**fields))

    assert refusal(response) == (400, "global", reason)


def test_an_id_is_used_once_in_a_project(anna: Gcal, sandbox: Sandbox) -> None:
    channel = watched(anna)
    again = (400, "global", "channelIdNotUnique")
    assert refusal(Gcal(sandbox, "ben").call("POST", EVENTS, a_channel())) == again
    assert anna.call("POST", "channels/stop", channel).status_code == 204
    assert refusal(anna.call("POST", EVENTS, a_channel())) == again
    later(sandbox, days=40)

    assert refusal(Gcal(sandbox).call("POST", EVENTS, a_channel())) == again


def test_channels_on_a_resource_are_limited_by_knob(anna: Gcal, sandbox: Sandbox) -> None:
    sandbox.knobs["google.channels_per_resource"] = 1
    watched(anna)
    assert watched(Gcal(sandbox, "ben"), id="bens")["id"] == "bens"
    response = anna.call("POST", EVENTS, a_channel(id="two"))

    assert refusal(response) == (403, "usageLimits", "quotaExceeded")


def test_addresses_are_https_of_listed_domains(anna: Gcal, sandbox: Sandbox) -> None:
    sandbox.knobs["google.plain_hooks"] = True
    assert watched(anna, address="http://127.0.0.1:8000/hook")["id"] == "one"
    sandbox.knobs["google.hook_domains"] = "app.example"
    assert watched(anna, id="two")["id"] == "two"
    response = anna.call("POST", EVENTS, a_channel(id="three", address="https://evil.example/"))

    assert refusal(response) == (401, "global", "push.webhookUrlUnauthorized")


def test_some_calendars_cannot_be_watched(anna: Gcal, sandbox: Sandbox) -> None:
    holidays = "en.german#holiday@group.v.calendar.google.com"
    sandbox.google.add_calendar(anna.person, holidays, "Holidays", "reader")
    sandbox.google.add_calendar(anna.person, "busy@corp.example", "Busy", "freeBusyReader")
    for id_ in ("en.german%23holiday@group.v.calendar.google.com", "busy@corp.example"):
        response = anna.call("POST", f"calendars/{id_}/events/watch", a_channel())
        assert refusal(response) == (400, "calendar", "pushNotSupportedForRequestedResource")

    assert refusal(anna.call("POST", "calendars/x/events/watch", a_channel()))[0] == 404
    sandbox.google.add_calendar(anna.person, "team@corp.example", "Team", "reader")
    response = anna.call("POST", "calendars/team@corp.example/acl/watch", a_channel())
    assert refusal(response) == (403, "calendar", "requiredAccessLevel")


def test_watching_takes_the_scopes_of_reading(sandbox: Sandbox) -> None:
    readonly = "https://www.googleapis.com/auth/calendar.events.readonly"
    reader = Gcal(sandbox, scope=readonly)

    assert watched(reader)["id"] == "one"
    assert refusal(reader.call("POST", LIST, a_channel(id="two")))[2] == "insufficientPermissions"


def test_a_channel_ends_at_its_time(anna: Gcal, sandbox: Sandbox, listener: Listener) -> None:
    opened(anna, listener, params={"ttl": "3600"})
    sandbox.google.create(anna.person, a_body())
    later(sandbox, hours=1)
    sandbox.google.create(anna.person, a_body())

    assert listener.next() == []
    assert [row.outcome for row in sandbox.deliveries.log] == ["accepted", "ended"]


def test_a_channel_is_stopped_by_who_opened_it(
    anna: Gcal, sandbox: Sandbox, listener: Listener
) -> None:
    channel = opened(anna, listener)
    unknown = (404, "global", "notFound")
    for wrong in ({"id": "other"}, {"resourceId": "other"}, {"id": None}):
        assert refusal(anna.call("POST", "channels/stop", channel | wrong)) == unknown
    assert refusal(Gcal(sandbox, "ben").call("POST", "channels/stop", channel)) == unknown
    anna.inserted()
    assert anna.call("POST", "channels/stop", channel).status_code == 204
    anna.inserted()

    # What was on its way still comes.
    assert len(listener.next()) == 1
    assert anna.call("POST", "channels/stop", channel).status_code == 204
    later(sandbox, minutes=2)
    gone = anna.call("POST", "channels/stop", channel)
    assert refusal(gone) == unknown
    assert gone.json()["error"]["message"] == "Channel 'one' not found for project 'app'"


def test_the_sync_message_may_come_before_the_reply(anna: Gcal, listener: Listener) -> None:
    anna.sandbox.knobs["google.early_sync"] = True
    watched(anna)

    assert states(listener.heard) == [("one", "1", "sync")]


def test_server_errors_are_redelivered_others_are_not(
    anna: Gcal, sandbox: Sandbox, listener: Listener
) -> None:
    opened(anna, listener)
    for answer in (Reply(404), Reply(302), ConnectionError(), TimeoutError()):
        listener.answers = [answer]
        anna.inserted()
        assert len(listener.next()) == 1
        later(sandbox, minutes=5)
        assert listener.next() == []
    sandbox.google.create(anna.person, a_body())
    listener.answers = [Reply(status) for status in (500, 502, 503, 504, 202)]
    numbers = []
    for seconds in (10, 20, 40, 80, 160):
        numbers += [row[1] for row in states(listener.next())]
        assert listener.next() == []
        later(sandbox, seconds=seconds)

    assert (len(numbers), len(set(numbers))) == (5, 1)
    assert listener.next() == []
    assert [row.outcome for row in sandbox.deliveries.log][-2:] == ["postponed", "accepted"]


def test_the_list_and_the_settings_have_channels(anna: Gcal, listener: Listener) -> None:
    opened(anna, listener, LIST, id="list")
    opened(anna, listener, SETTINGS, id="settings")
    anna.inserted()
    assert listener.next() == []
    made = parsed(anna.call("POST", "calendars", {"summary": "Team"}))["id"]
    assert states(listener.next()) == [("list", "3", "exists")]
    anna.call("PATCH", f"users/me/calendarList/{made}", {"selected": False})
    assert states(listener.next()) == [("list", "4", "exists")]
    anna.call("PATCH", "calendars/primary", {"timeZone": "Europe/Madrid"})

    assert states(listener.next()) == [("list", "6", "exists"), ("settings", "3", "exists")]


def test_a_deleted_calendar_says_so_once(anna: Gcal, listener: Listener) -> None:
    made = parsed(anna.call("POST", "calendars", {"summary": "Team"}))["id"]
    opened(anna, listener, f"calendars/{made}/events/watch")
    anna.call("DELETE", f"calendars/{made}")

    assert states(listener.next()) == [("one", "3", "not_exists")]
    assert anna.sandbox.google.channels.opened_by("anna@corp.example") == []


@pytest.mark.parametrize(("told", "expected"), [("silent", []), ("not_exists", ["not_exists"])])
def test_lost_access_is_silent_or_told_by_knob(
    anna: Gcal, sandbox: Sandbox, listener: Listener, told: str, expected: list[str]
) -> None:
    sandbox.knobs["google.access_lost"] = told
    team = sandbox.google.add_calendar(anna.person, "team@corp.example", "Team", "reader")
    ben = sandbox.google.account(sandbox.people.get("ben"))
    ben.calendars[team.id] = team
    opened(anna, listener, "calendars/team@corp.example/events/watch")
    del sandbox.google.account(anna.person).calendars[team.id]

    assert [row[2] for row in states(listener.next())] == expected


@pytest.mark.parametrize(("knob", "messages"), [("silent", 1), ("dead", 0)])
def test_a_channel_is_silent_after_a_revocation(
    anna: Gcal, sandbox: Sandbox, listener: Listener, knob: str, messages: int
) -> None:
    sandbox.knobs["google.channel_after_revoke"] = knob
    opened(anna, listener)
    sandbox.google.expire_access_tokens(anna.person)
    sandbox.google.create(anna.person, a_body())
    assert len(listener.next()) == 1
    sandbox.google.remove_access(anna.person)
    sandbox.google.create(anna.person, a_body())
    assert listener.next() == []
    Gcal(sandbox).inserted()

    assert len(listener.next()) == messages


def test_messages_are_late_lost_doubled_and_out_of_order(
    anna: Gcal, sandbox: Sandbox, listener: Listener
) -> None:
    opened(anna, listener)
    sandbox.deliveries.delay("google", 120)
    anna.inserted()
    assert listener.next() == []
    later(sandbox, minutes=2)
    assert [row[1] for row in states(listener.next())] == ["3"]
    sandbox.deliveries.heal()
    sandbox.deliveries.drop("google", 1)
    sandbox.deliveries.duplicate("google", 1)
    anna.inserted()
    anna.inserted()
    assert [row[1] for row in states(listener.next())] == ["6", "6"]
    sandbox.deliveries.reorder("google", 2)
    anna.inserted()
    assert listener.next() == []
    anna.inserted()

    assert [row[1] for row in states(listener.next())] == ["9", "7"]


def test_a_channel_stops_silently_and_tokens_are_forged(
    anna: Gcal, sandbox: Sandbox, listener: Listener
) -> None:
    opened(anna, listener)
    (channel,) = sandbox.google.channels.opened_by("anna@corp.example")
    sandbox.google.channels.forge(channel.key)
    (forged,) = listener.next()
    assert forged.headers["X-Goog-Channel-Token"] == "forged"
    sandbox.deliveries.stop_silently(channel.key)
    anna.inserted()

    assert listener.next() == []
    assert [row.outcome for row in sandbox.deliveries.log] == ["accepted", "accepted", "silenced"]
