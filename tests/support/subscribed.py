"""Subscriptions at the simulated Graph, and what their address hears."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from calendar_sandbox.core.deliveries import Outgoing, Reply
from calendar_sandbox.core.world import World
from support.listener import Listener
from support.outlook import Outlook

HOOK = "https://app.example/hook?k=1"
LIFE = "https://app.example/life"
Json = dict[str, Any]


def a_listener(world: World) -> Listener:
    listener = Listener(world)
    listener.reply = echo
    return listener


def echo(outgoing: Outgoing) -> Reply:
    """What an application answers that has read the documentation."""
    token = parse_qs(urlsplit(outgoing.url).query).get("validationToken")
    return Reply(200, "text/plain", token[0].encode()) if token else Reply(202)


def wanted(**fields: object) -> Json:
    body: Json = {
        "changeType": "created,updated,deleted",
        "notificationUrl": HOOK,
        "resource": "me/events",
        "expirationDateTime": "2026-11-22T08:00:00.0000000Z",
        "clientState": "s3cret",
        **fields,
    }
    return {name: value for name, value in body.items() if value is not ...}


def subscribed(who: Outlook, **fields: object) -> Json:
    response = who.send("POST", "/subscriptions", wanted(**fields))
    assert response.status_code == 201, response.text
    body: Json = response.get_json()
    return body


def opened(who: Outlook, listener: Listener, **fields: object) -> str:
    """The id of a subscription whose validation is over."""
    row = subscribed(who, **fields)
    listener.heard.clear()
    return str(row["id"])


def items(heard: list[Outgoing]) -> list[Json]:
    return [item for row in heard for item in json.loads(row.body)["value"]]


def kinds(heard: list[Outgoing]) -> list[str]:
    return [item["changeType"] for item in items(heard)]


def path(id_: str) -> str:
    return f"/subscriptions/{id_}"
