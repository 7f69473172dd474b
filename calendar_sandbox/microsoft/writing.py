"""POST, PATCH, DELETE and the actions of events (contract 3.7 to 3.9, 1.7)."""

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.wrappers import Response

from .call import Call, empty
from .writes import UsedTransactionError, duplicate_transaction

Variables = Mapping[str, str]


def create(call: Call, variables: Variables) -> Response:
    folder = call.folder(variables) or call.mailbox.primary
    try:
        item = call.state.writes.create(call.mailbox, folder, call.body(), call.cause)
    except UsedTransactionError as used:
        existing = call.mailbox.id_of(used.existing, immutable=call.prefer.immutable)
        manner = str(call.state.world.knobs["graph.duplicate_transaction"])
        raise duplicate_transaction(existing, manner) from None
    return call.entity(item, 201)


def patch(call: Call, variables: Variables) -> Response:
    item = call.item(variables)
    call.check_unchanged(item)
    return call.entity(call.state.writes.patch(call.mailbox, item, call.body(), call.cause))


def delete(call: Call, variables: Variables) -> Response:
    item = call.item(variables)
    call.check_unchanged(item)
    call.state.writes.delete(call.mailbox, item, call.cause)
    return empty(204)


def cancel(call: Call, variables: Variables) -> Response:
    call.state.writes.cancel(call.mailbox, call.item(variables), _parameters(call), call.cause)
    return empty(202)


def answer(verb: str) -> Callable[[Call, Variables], Response]:
    def handle(call: Call, variables: Variables) -> Response:
        item, given = call.item(variables), _parameters(call)
        call.state.writes.answer(call.mailbox, item, verb, given, call.cause)
        return empty(202)

    return handle


def forward(call: Call, variables: Variables) -> Response:
    call.state.writes.forward(call.mailbox, call.item(variables), _parameters(call), call.cause)
    return empty(202)


def snooze(call: Call, variables: Variables) -> Response:
    item = call.item(variables)
    call.state.writes.remind(call.mailbox, item, _parameters(call), snooze=True)
    return empty(202)


def dismiss(call: Call, variables: Variables) -> Response:
    item = call.item(variables)
    call.state.writes.remind(call.mailbox, item, _parameters(call), snooze=False)
    return empty(202)


def delete_for_good(call: Call, variables: Variables) -> Response:
    call.state.writes.delete_for_good(call.mailbox, call.item(variables), call.cause)
    return empty(204)


def _parameters(call: Call) -> Mapping[str, Any]:
    """An action may come without a body."""
    return call.body() if call.request.get_data() else {}


def revoke_sessions(call: Call, _variables: Variables) -> Response:
    call.state.identity.revoke(call.account.person)
    context = f"{call.root}/$metadata#Edm.Boolean"
    return call.answer({"@odata.context": context, "value": True})
