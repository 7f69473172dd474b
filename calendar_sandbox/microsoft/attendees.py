"""Attendees of a body: addresses, names, types (contract 3.3)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .errors import GraphError, invalid_request, unreadable_body
from .mailbox import Attendee, Item

MOST = 500
TYPES = ("required", "optional", "resource")
Directory = Callable[[str], tuple[str, str] | None]
"""Primary address and display name of an address, None for a stranger."""


def read(
    value: object, item: Item, directory: Directory, *, unresolved: bool = False
) -> list[Attendee]:
    """The whole list replaces the old one; answers of those who stay are kept.

    `unresolved`: rows without an address are taken, as old meetings hold them.
    Raises GraphError 400.
    """
    if not isinstance(value, list):
        raise unreadable_body("'attendees' is a collection.")
    if len(value) > MOST:
        raise invalid_request("An event can have no more than 500 attendees.")
    before = {row.address.lower(): row for row in item.attendees if row.address}
    return [_read(row, before, directory, unresolved=unresolved) for row in value]


def recipients(value: object, directory: Directory) -> list[Attendee]:
    """`toRecipients` of an action. Raises GraphError 400."""
    if not isinstance(value, list) or not value:
        raise _invalid()
    return [_read(row, {}, directory, unresolved=False) for row in value]


def _read(
    given: object, before: Mapping[str, Attendee], directory: Directory, *, unresolved: bool
) -> Attendee:
    row = _mapping("attendee", given)
    email = _mapping("emailAddress", row.get("emailAddress"))
    address, kind = email.get("address"), _type(row.get("type"))
    if unresolved and not address:
        return Attendee("", str(email.get("name") or ""), kind)
    if not isinstance(address, str) or not _is_address(address.strip()):
        raise _invalid()
    known = directory(address)
    address, name = known or (address.strip(), str(email.get("name") or address.strip()))
    old = before.get(address.lower())
    return Attendee(address, name, kind) if old is None else replace(old, name=name, type=kind)


def _is_address(text: str) -> bool:
    """A mail address, or the X.500 name of somebody in Exchange's own directory."""
    return "@" in text.strip("@ ") or text.lower().startswith("/o=")


def _type(given: object) -> str:
    for kind in TYPES:
        if str(given or "required").lower() == kind:
            return kind
    raise unreadable_body(f"Requested value '{given}' was not found ('type').")


def _mapping(name: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise unreadable_body(f"'{name}' is an object.")
    return value


def _invalid() -> GraphError:
    return GraphError(400, "ErrorInvalidRecipients", "At least one recipient is not valid.")
