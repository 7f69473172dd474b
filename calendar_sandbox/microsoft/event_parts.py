"""Requests for what hangs on an event: extensions and attachments (contract 3.12, 3.13)."""

from collections.abc import Mapping

from werkzeug.wrappers import Response

from . import attachments, extensions
from .call import Call, empty
from .errors import GraphError, not_simulated
from .mailbox import Attachment, Item

Variables = Mapping[str, str]


def list_extensions(call: Call, variables: Variables) -> Response:
    rows = extensions.rows(call.item(variables))
    return call.answer({"@odata.context": _context(call, variables, "extensions"), "value": rows})


def create_extension(call: Call, variables: Variables) -> Response:
    """409 in the moment after another write, where the knob says so (contract 3.7)."""
    item = call.item(variables)
    soon = call.state.world.knobs.number("graph.extension_conflict")
    if (call.now - item.modified).total_seconds() < soon:
        raise GraphError(
            409, "ErrorIrresolvableConflict", "The send or update operation could not be performed."
        )
    name, values = extensions.read(call.body())
    return _kept(call, variables, item, name, values)


def get_extension(call: Call, variables: Variables) -> Response:
    name, values = extensions.found(call.item(variables), variables["extension"])
    return _extension(call, variables, name, values, 200)


def patch_extension(call: Call, variables: Variables) -> Response:
    """Values named are set; null removes nothing (contract 3.12)."""
    item = call.item(variables)
    name, values = extensions.found(item, variables["extension"])
    given = extensions.values_of(call.body())
    changed = {key: value for key, value in given.items() if value is not None}
    return _kept(call, variables, item, name, {**values, **changed}, 200)


def delete_extension(call: Call, variables: Variables) -> Response:
    item = call.item(variables)
    gone, _ = extensions.found(item, variables["extension"])
    kept = {name: values for name, values in item.extensions.items() if name != gone}
    call.state.writes.hang(call.mailbox, item, kept)
    return empty(204)


def _kept(
    call: Call,
    variables: Variables,
    item: Item,
    name: str,
    values: extensions.Extension,
    status: int = 201,
) -> Response:
    call.state.writes.hang(call.mailbox, item, {**item.extensions, name: values})
    return _extension(call, variables, name, values, status)


def _extension(
    call: Call, variables: Variables, name: str, values: extensions.Extension, status: int
) -> Response:
    context = _context(call, variables, "extensions/$entity")
    return call.answer({"@odata.context": context, **extensions.shown(name, values)}, status)


def list_attachments(call: Call, variables: Variables) -> Response:
    """`$filter` is ignored here (contract 3.13)."""
    rows = attachments.rows(call.item(variables))
    return call.answer({"@odata.context": _context(call, variables, "attachments"), "value": rows})


def get_attachment(call: Call, variables: Variables) -> Response:
    identity = variables["attachment"]
    file = attachments.found(call.item(variables), identity)
    return _attachment(call, variables, identity, file, 200)


def create_attachment(call: Call, variables: Variables) -> Response:
    item, identity = call.item(variables), attachments.new_id()
    file = attachments.read(call.body(), call.now)
    call.state.writes.attach(call.mailbox, item, {**item.attachments, identity: file})
    return _attachment(call, variables, identity, file, 201)


def delete_attachment(call: Call, variables: Variables) -> Response:
    item, gone = call.item(variables), variables["attachment"]
    attachments.found(item, gone)
    kept = {identity: file for identity, file in item.attachments.items() if identity != gone}
    call.state.writes.attach(call.mailbox, item, kept)
    return empty(204)


def upload_session(call: Call, variables: Variables) -> Response:
    call.item(variables)
    raise not_simulated("upload sessions")


def _attachment(
    call: Call, variables: Variables, identity: str, file: Attachment, status: int
) -> Response:
    context = _context(call, variables, "attachments/$entity")
    return call.answer({"@odata.context": context, **attachments.shown(identity, file)}, status)


def _context(call: Call, variables: Variables, tail: str) -> str:
    return call.context(f"events('{variables['event']}')/{tail}")
