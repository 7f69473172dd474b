"""POST, GET, PATCH, DELETE of subscriptions, and the question to their address (contract 9.1)."""

import base64
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from werkzeug.wrappers import Response

from calendar_sandbox.core.deliveries import Outgoing

from . import zones
from .call import Call, empty
from .errors import GraphError, access_denied, not_simulated, unreadable_body
from .subscriptions import Subscription

Variables = Mapping[str, str]
SCOPES = frozenset({"Calendars.Read", "Calendars.ReadWrite"})
CHANGES = ("created", "updated", "deleted")
SHORTEST = timedelta(minutes=45)
VALIDATION_SECONDS = 10.0
TLS = ("v1_0", "v1_1", "v1_2", "v1_3")
RESOURCE = re.compile(
    r"/?(?:me|users/(?P<who>[^/]+))/(?:events|(?P<list>calendars)"
    r"|calendars/(?P<calendar>[^/]+)/events)",
    re.IGNORECASE,
)
WRITABLE = frozenset({
    "changeType", "notificationUrl", "lifecycleNotificationUrl", "resource", "expirationDateTime",
    "clientState", "latestSupportedTlsVersion", "includeResourceData",
})  # fmt: skip
READ_ONLY = frozenset({
    "id", "applicationId", "creatorId", "notificationQueryOptions", "encryptionCertificate",
    "encryptionCertificateId", "notificationUrlAppId", "notificationContentType",
})  # fmt: skip


def denied(call: Call) -> GraphError:
    code = str(call.state.world.knobs["graph.subscription_denied"])
    return GraphError(403, code, access_denied().message)


def create(call: Call, _variables: Variables) -> Response:
    _check_may(call)
    body = _known(call)
    new = _read(call, body)
    _validate(call, new.id, new.url)
    if new.lifecycle_url:
        _validate(call, new.id, new.lifecycle_url)
    call.state.subscriptions.add(new)
    return _answer(call, new, 201)


def get(call: Call, variables: Variables) -> Response:
    return _answer(call, _own(call, variables))


def list_own(call: Call, _variables: Variables) -> Response:
    own = call.state.subscriptions.of(call.mailbox.person, call.token.client_id)
    rows = [_row(call, row) for row in own]
    return call.answer({"@odata.context": f"{call.root}/$metadata#subscriptions", "value": rows})


def patch(call: Call, variables: Variables) -> Response:
    """Prolongs, which also authorises again; the address of notifications may change."""
    row, body = _own(call, variables), _known(call)
    given = body.keys() - READ_ONLY
    if not given or given - {"expirationDateTime", "notificationUrl"}:
        raise _invalid("Only expirationDateTime and notificationUrl can be updated.")
    expires, url = row.expires, row.url
    if "expirationDateTime" in given:
        expires = _expiration(call, body["expirationDateTime"])
    if "notificationUrl" in given:
        url = _address(call, body, "notificationUrl")
        _validate(call, row.id, url)
    row.expires, row.url, row.paused = expires, url, False
    return _answer(call, row)


def delete(call: Call, variables: Variables) -> Response:
    call.state.subscriptions.delete(_own(call, variables).id)
    return empty(204)


def reauthorize(call: Call, variables: Variables) -> Response:
    _own(call, variables).paused = False
    return empty(call.state.world.knobs.number("graph.reauthorize_status"))


def _check_may(call: Call) -> None:
    knobs = call.state.world.knobs
    if knobs["graph.subscription_needs_read"] and "Calendars.Read" not in call.token.scopes:
        raise denied(call)
    if call.mailbox.person in call.state.subscriptions.refused:
        raise _forbidden("The mailbox does not take subscriptions.")


def _known(call: Call) -> dict[str, Any]:
    body = call.body()
    for name in body:
        if name not in WRITABLE | READ_ONLY and not name.startswith("@"):
            raise unreadable_body(
                f"The property '{name}' does not exist on type 'microsoft.graph.subscription'."
            )
    return body


def _read(call: Call, body: Mapping[str, Any]) -> Subscription:
    if body.get("includeResourceData"):
        raise not_simulated("notifications with resource data")
    resource = _text(body, "resource")
    place = _resource(call, resource)
    kinds = _change_types(_text(body, "changeType"))
    of_calendars = place["list"] is not None
    if of_calendars and "created" in kinds:
        raise _invalid("The changeType 'created' is not supported on calendars.")
    folder = _watched(call, unquote(place["calendar"])) if place["calendar"] else None
    state = _text(body, "clientState") if body.get("clientState") is not None else None
    if state is not None and len(state) > 128:
        raise _invalid("clientState may have at most 128 characters.")
    tls = body.get("latestSupportedTlsVersion")
    if tls is not None and tls not in TLS:
        raise _invalid(f"'{tls}' is no version of TLS.")
    lifecycle = "lifecycleNotificationUrl"
    return Subscription(
        id=str(uuid.uuid4()),
        person=call.mailbox.person,
        client_id=call.token.client_id,
        resource=resource,
        folder=folder,
        of_calendars=of_calendars,
        change_types=kinds,
        url=_address(call, body, "notificationUrl"),
        lifecycle_url=_address(call, body, lifecycle) if body.get(lifecycle) is not None else None,
        client_state=state,
        expires=_expiration(call, body.get("expirationDateTime")),
        immutable=call.prefer.immutable,
        tls=tls,
    )


def _watched(call: Call, calendar: str) -> int:
    """Only calendars of the own mailbox, not those somebody shares with it (contract 9.1)."""
    folder = call.mailbox.folder(calendar)
    if folder.source is not None:
        raise _forbidden("The calendar is in another mailbox.")
    return folder.number


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise _invalid(f"{name} is a required property.")
    return value


def _resource(call: Call, resource: str) -> re.Match[str]:
    """The parts of a path. Raises GraphError 400, and 403 for somebody else's mailbox."""
    place = RESOURCE.fullmatch(resource)
    if place is None or "'" in unquote(place["who"] or ""):
        raise _invalid(f"The resource '{resource}' is not supported.")
    own = {call.account.graph_id.lower(), call.account.address.lower()}
    if place["who"] and unquote(place["who"]).lower() not in own:
        raise _forbidden("Operation: Create; Exception: [Status Code: Forbidden]")
    return place


def _change_types(text: str) -> tuple[str, ...]:
    kinds = tuple(part.strip().lower() for part in text.split(","))
    if not set(kinds) <= set(CHANGES):
        raise _invalid(f"The changeType '{text}' is not supported.")
    return kinds


def _address(call: Call, body: Mapping[str, Any], name: str) -> str:
    text = _text(body, name)
    schemes = ("https", "http") if call.state.world.knobs["graph.plain_hooks"] else ("https",)
    try:
        url = urlsplit(text)
    except ValueError:
        raise _invalid(f"{name} is no valid address.") from None
    if url.scheme not in schemes or not url.hostname:
        raise _invalid(f"{name} has to be an HTTPS address.")
    return text


def _expiration(call: Call, value: object) -> datetime:
    """Too little is raised, too much refused (9.1)."""
    if not isinstance(value, str):
        raise _invalid("expirationDateTime is a required property.")
    wall, offset = zones.parse_date_time(value)
    if offset is None:
        raise unreadable_body(f"Cannot convert the literal '{value}' to 'Edm.DateTimeOffset'.")
    knobs = call.state.world.knobs
    most = knobs.number("graph.subscription_minutes")
    try:
        ahead = wall - offset - call.now.replace(tzinfo=None)
    except OverflowError:
        raise unreadable_body(f"'{value}' is not a date.") from None
    if ahead > timedelta(minutes=most):
        code = str(knobs["graph.subscription_refusal"])
        message = f"Subscription expiration can only be {most} minutes in the future."
        raise GraphError(400, code, message)
    return call.now + max(ahead, SHORTEST)


def _validate(call: Call, id_: str, address: str) -> None:
    """Asks an address whether it knows of this; the world stays open meanwhile."""
    # Characters that do not survive a client that forgets to decode, or decodes twice.
    token = f"Validation: {base64.b64encode(uuid.uuid4().bytes).decode()} 100%+"
    joint = "&" if urlsplit(address).query else "?"
    outgoing = Outgoing(
        f"{address}{joint}validationToken={quote(token, safe='')}",
        {"Content-Type": "text/plain; charset=utf-8", "Content-Length": "0"},
        seconds=VALIDATION_SECONDS,
    )
    world = call.state.world
    with world.dispatcher.unlocked():
        reply = world.send(outgoing)
    world.deliveries.asked("outlook", id_, "validation", outgoing, reply)
    if reply.error == "timeout":
        raise _invalid("Subscription validation request timed out.")
    plain = reply.content_type.partition(";")[0].strip().lower() == "text/plain"
    if reply.status != 200 or not plain or reply.body != token.encode():
        raise _invalid(
            "Subscription validation request failed. Must respond with 200 OK to this request."
        )


def _own(call: Call, variables: Variables) -> Subscription:
    row = call.state.subscriptions.find(variables["subscription"])
    if row is None or (row.person, row.client_id) != (call.mailbox.person, call.token.client_id):
        raise GraphError(404, "ResourceNotFound", "The object was not found.")
    return row


def _row(call: Call, row: Subscription) -> dict[str, Any]:
    return {
        "id": row.id,
        "resource": row.resource,
        "applicationId": row.client_id,
        "changeType": ",".join(row.change_types),
        "clientState": row.client_state,
        "notificationUrl": row.url,
        "notificationQueryOptions": None,
        "lifecycleNotificationUrl": row.lifecycle_url,
        "expirationDateTime": zones.stamp(row.expires),
        "creatorId": call.account.graph_id,
        "includeResourceData": None,
        "latestSupportedTlsVersion": row.tls,
        "encryptionCertificate": None,
        "encryptionCertificateId": None,
        "notificationUrlAppId": None,
        "notificationContentType": None,
    }


def _answer(call: Call, row: Subscription, status: int = 200) -> Response:
    context = f"{call.root}/$metadata#subscriptions/$entity"
    return call.answer({"@odata.context": context, **_row(call, row)}, status)


def _invalid(message: str) -> GraphError:
    return GraphError(400, "InvalidRequest", message)


def _forbidden(message: str) -> GraphError:
    return GraphError(403, "ExtensionError", message)


ROUTES: tuple[tuple[str, str, frozenset[str], Callable[[Call, Variables], Response]], ...] = (
    ("POST", "subscriptions", SCOPES, create),
    ("GET", "subscriptions", SCOPES, list_own),
    ("GET", "subscriptions/{subscription}", SCOPES, get),
    ("PATCH", "subscriptions/{subscription}", SCOPES, patch),
    ("DELETE", "subscriptions/{subscription}", SCOPES, delete),
    ("POST", "subscriptions/{subscription}/reauthorize", SCOPES, reauthorize),
)
