"""`translateExchangeIds`: one form of an id into another (contract 10)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from werkzeug.wrappers import Response

from . import ids
from .call import PROFILE, Call
from .errors import (
    GraphError,
    invalid_parameter,
    item_not_found,
    malformed_id,
    not_simulated,
    unreadable_body,
)

Variables = Mapping[str, str]

_MOST = 1000
_FORMS = {
    name.lower(): name
    for name in ("entryId", "ewsId", "immutableEntryId", "restId", "restImmutableEntryId")
}
_DONE = frozenset({"ewsId", "restId", "restImmutableEntryId"})
_PARAMETERS = frozenset({"inputids", "sourceidtype", "targetidtype"})


def translate(call: Call, _variables: Variables) -> Response:
    given = {name.lower(): value for name, value in call.body().items()}
    if given.keys() - _PARAMETERS:
        raise unreadable_body(f"The parameter '{min(given.keys() - _PARAMETERS)}' is not known.")
    texts = given.get("inputids")
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise unreadable_body("'InputIds' is a collection of ids.")
    if len(texts) > _MOST:
        raise invalid_parameter(f"No more than {_MOST} ids can be translated at once.")
    source, target = _form(given.get("sourceidtype")), _form(given.get("targetidtype"))
    context = f"{call.root}/$metadata#Collection(microsoft.graph.convertIdResult)"
    rows = [_row(call, text, source, target) for text in texts]
    return call.answer({"@odata.context": context, "value": rows})


def _form(value: object) -> str:
    if not isinstance(value, str) or value.lower() not in _FORMS:
        raise unreadable_body(f"'{value}' is no exchangeIdFormat.")
    form = _FORMS[value.lower()]
    if form not in _DONE:
        raise not_simulated(f"ids of the form '{form}'")
    return form


def _row(call: Call, text: str, source: str, target: str) -> dict[str, Any]:
    """The id in its other form, or why there is none."""
    try:
        translated = _translated(call, text, source, target)
    except GraphError as error:
        details = {"code": error.code, "message": error.message}
        return {"sourceId": text, "targetId": None, "errorDetails": details}
    return {"sourceId": text, "targetId": translated}


def _translated(call: Call, text: str, source: str, target: str) -> str:
    """`ewsId` is the same as `restId` but for its alphabet (contract 2)."""
    if source == "ewsId":
        text = text.replace("/", "-").replace("+", "_")
    reference, mailbox = ids.read(text), call.mailbox
    if reference.mailbox != mailbox.identity or not reference.serial:
        raise malformed_id()
    if reference.immutable != (source == "restImmutableEntryId"):
        raise malformed_id()
    item = mailbox.items.get(reference.serial)
    if item is None:
        raise item_not_found()
    immutable = target == "restImmutableEntryId"
    new = replace(reference, immutable=immutable, calendar=item.calendar)
    result = ids.event_id(new, personal=mailbox.personal)
    return result.replace("-", "/").replace("_", "+") if target == "ewsId" else result


ROUTES: tuple[tuple[str, str, frozenset[str], Callable[[Call, Variables], Response]], ...] = (
    ("POST", "me/translateexchangeids", PROFILE, translate),
)
