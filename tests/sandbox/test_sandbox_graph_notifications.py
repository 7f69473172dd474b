"""What subscriptions of the simulated Graph are told (contract 9.2, 9.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calendar_sandbox.core.deliveries import Reply
from calendar_sandbox.sandbox import Sandbox
from support.listener import Listener
from support.outlook import Outlook, a_body, a_series, a_world, guests
from support.subscribed import (
    HOOK,
    LIFE,
    a_listener,
    items,
    kinds,
    opened,
    path,
)


@pytest.fixture
def world() -> Sandbox:
    return a_world()


@pytest.fixture
def anna(world: Sandbox) -> Outlook:
    return Outlook(world)


@pytest.fixture
def listener(world: Sandbox) -> Listener:
    return a_listener(world)


def test_changes_are_told_with_the_client_state(
    anna: Outlook, listener: Listener, world: Sandbox
) -> None:
    id_ = opened(anna, listener)
    event = anna.create(a_body())
    (call,) = listener.next()
    assert (call.url, call.seconds) == (HOOK, 3.0)
    first, second = items([call])
    who = anna.get("/me")["id"]
    assert first == {
        "subscriptionId": id_,
        "subscriptionExpirationDateTime": "2026-11-22T08:00:00+00:00",
        "tenantId": first["tenantId"],
        "clientState": "s3cret",
        "changeType": "created",
        "resource": f"Users/{who}/Events/{event['id']}",
        "resourceData": {
            "@odata.type": "#Microsoft.Graph.Event",
            "@odata.id": f"Users/{who}/Events/{event['id']}",
            "@odata.etag": event["@odata.etag"],
            "id": event["id"],
        },
    }
    assert second["changeType"] == "updated"
    anna.patch(event["id"], {"subject": "New"})
    world.microsoft.delete("anna", event["id"])

    assert kinds(listener.next()) == ["updated", "deleted"]
    world.knobs["graph.push_after_create"] = "created"
    world.knobs["graph.deletion_push"] = "updated"
    anna.delete(anna.create(a_body())["id"])
    assert kinds(listener.next()) == ["created", "updated"]


def test_only_the_wanted_changes_of_the_wanted_calendar(
    anna: Outlook, listener: Listener, world: Sandbox
) -> None:
    second = world.microsoft.add_calendar("anna", "Second")
    opened(anna, listener, changeType="deleted", resource=f"/me/calendars/{second}/events")
    opened(anna, listener, changeType="created", resource="Users/anna@contoso.example/events")
    event = anna.create(a_body())
    assert kinds(listener.next()) == ["created"]
    world.microsoft.move("anna", event["id"], second)
    assert kinds(listener.next()) == ["created"]
    world.microsoft.delete("anna", event["id"])

    assert kinds(listener.next()) == ["deleted"]


def test_dates_of_a_series_are_told_of_as_their_master(anna: Outlook, listener: Listener) -> None:
    series = anna.create(a_series())
    opened(anna, listener)
    window = "startDateTime=2026-12-01T00:00:00Z&endDateTime=2026-12-09T00:00:00Z"
    dates = anna.get(f"/me/events/{series['id']}/instances?{window}")["value"]
    anna.patch(dates[1]["id"], {"subject": "Moved"})
    anna.delete(dates[2]["id"])

    told = items(listener.next())
    assert [(row["changeType"], row["resourceData"]["id"]) for row in told] == [
        ("updated", series["id"])
    ] * 2


def test_attendees_hear_of_their_copies(anna: Outlook, listener: Listener, world: Sandbox) -> None:
    opened(Outlook(world, "ben"), listener, changeType="created")
    anna.create(a_body(attendees=guests("ben@contoso.example")))

    (told,) = items(listener.next())
    assert told["resourceData"]["id"] == world.microsoft.events("ben")[0]["id"]


def test_ids_have_the_form_of_the_creation(anna: Outlook, listener: Listener) -> None:
    event = anna.create(a_body())
    opened(anna, listener)
    anna.prefer = ""
    opened(anna, listener)
    anna.prefer = 'IdType="ImmutableId"'
    anna.patch(event["id"], {"subject": "New"})
    one, other = items(listener.next())

    assert one["resourceData"]["id"] == event["id"] != other["resourceData"]["id"]


def test_equal_subscriptions_travel_in_one_call(anna: Outlook, listener: Listener) -> None:
    two = [opened(anna, listener, changeType="created") for _ in range(2)]
    anna.create(a_body())
    (call,) = listener.next()

    assert [row["subscriptionId"] for row in items([call])] == two


def test_the_list_of_calendars_tells_updates_only(
    anna: Outlook, listener: Listener, world: Sandbox
) -> None:
    opened(anna, listener, changeType="updated,deleted", resource="me/calendars")
    anna.create(a_body())
    assert listener.next() == []
    made = world.microsoft.add_calendar("anna", "Second")
    (told,) = items(listener.next())
    assert (told["changeType"], told["resourceData"]["id"]) == ("updated", made)
    del world.microsoft.mailbox("anna").folders[2]

    assert kinds(listener.next()) == ["deleted"]


def test_what_is_loaded_is_told_to_nobody_at_outlook(
    anna: Outlook, listener: Listener, world: Sandbox
) -> None:
    opened(anna, listener)
    world.microsoft.load("anna", [a_body()])

    assert listener.next() == []


def test_refused_notifications_are_repeated_for_four_hours(
    anna: Outlook, listener: Listener, world: Sandbox
) -> None:
    opened(anna, listener, changeType="created")
    listener.answers = [TimeoutError(), Reply(404), Reply(500), Reply(302)]
    anna.create(a_body())
    heard = 0
    for _ in range(5):
        heard += len(listener.next())
        world.clock.advance(timedelta(minutes=2))
    assert heard == 5
    listener.reply = lambda _: Reply(500)
    world.microsoft.create("anna", a_body())
    for _ in range(60):
        listener.next()
        world.clock.advance(timedelta(minutes=5))

    assert world.deliveries.queue == []
    assert world.deliveries.log[-1].outcome == "given up"


def test_the_life_of_a_subscription_is_told(
    anna: Outlook, listener: Listener, world: Sandbox
) -> None:
    id_ = opened(anna, listener, lifecycleNotificationUrl=LIFE, changeType="created")
    listener.heard.clear()
    anna.create(a_body())
    subscriptions = world.microsoft.subscriptions
    subscriptions.miss(id_)
    (call,) = listener.next()
    assert call.url == LIFE
    (told,) = items([call])
    assert told == {
        "subscriptionId": id_,
        "subscriptionExpirationDateTime": "2026-11-22T08:00:00+00:00",
        "tenantId": told["tenantId"],
        "clientState": "s3cret",
        "lifecycleEvent": "missed",
    }
    subscriptions.require_reauthorization(id_)
    anna.create(a_body())
    assert [row["lifecycleEvent"] for row in items(listener.next())] == ["reauthorizationRequired"]
    assert anna.send("POST", f"{path(id_)}/reauthorize").status_code == 204
    world.knobs["graph.reauthorize_status"] = 200
    assert anna.send("POST", f"{path(id_)}/reauthorize").status_code == 200
    anna.create(a_body())
    assert kinds(listener.next()) == ["created"]
    subscriptions.remove(id_)

    assert [row["lifecycleEvent"] for row in items(listener.next())] == ["subscriptionRemoved"]
    assert anna.refused("GET", path(id_)) == (404, "ResourceNotFound")


def test_strangers_forge_notifications(anna: Outlook, listener: Listener, world: Sandbox) -> None:
    id_ = opened(anna, listener)
    world.microsoft.subscriptions.forge(id_)
    anna.create(a_body())
    world.microsoft.subscriptions.forge(id_)

    states = [row["clientState"] for row in items(listener.next())]
    assert states == ["forged", "s3cret", "s3cret", "forged"]


def test_notifications_are_lost_doubled_late_and_out_of_order(
    anna: Outlook, listener: Listener, world: Sandbox
) -> None:
    id_ = opened(anna, listener, changeType="created")
    world.deliveries.drop("outlook", 1)
    anna.create(a_body())
    assert listener.next() == []
    world.deliveries.duplicate("outlook", 1)
    anna.create(a_body())
    assert len(items(listener.next())) == 2
    world.deliveries.reorder("outlook", 2)
    first, second = anna.create(a_body())["id"], anna.create(a_body())["id"]
    told = items(listener.next())
    assert [row["resourceData"]["id"] for row in told] == [second, first]
    world.deliveries.delay("outlook", 600)
    anna.create(a_body())
    assert listener.next() == []
    world.clock.advance(timedelta(minutes=10))
    assert len(listener.next()) == 1
    world.deliveries.heal()
    world.deliveries.stop_silently(id_)
    anna.create(a_body())
    assert listener.next() == []
