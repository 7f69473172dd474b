"""`calendarPermissions`: the owner lets others see or write a calendar.

The contract names the sharing model only (10); these routes follow Graph's published reference.
"""

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.wrappers import Response

from . import permissions, reading, visiting
from .call import Call, empty
from .errors import access_denied, invalid_request, item_not_found, unreadable_body
from .folders import Folder
from .permissions import Permission

Variables = Mapping[str, str]
Row = dict[str, Any]
_KNOWN = frozenset({"id", "allowedRoles", "emailAddress", "isInsideOrganization", "isRemovable"})


def list_permissions(call: Call, variables: Variables) -> Response:
    """Only the owner sees them: to whom a calendar was shared with, the list is empty."""
    folder = _own(call, variables)
    rows = [] if folder is None else [_row(key, row) for key, row in folder.permissions.items()]
    return reading.paged(call, rows, "calendar/calendarPermissions")


def get_permission(call: Call, variables: Variables) -> Response:
    folder, key = _found(call, variables)
    return _entity(call, folder, key)


def create_permission(call: Call, variables: Variables) -> Response:
    folder, body = _written(call, variables), _body(call)
    email = body.get("emailAddress")
    address = email.get("address") if isinstance(email, Mapping) else None
    if not isinstance(email, Mapping) or not isinstance(address, str) or "@" not in address:
        raise unreadable_body("'emailAddress' needs an address.")
    role = _role(body.get("role"), permissions.OFFERED)
    if address.lower() == call.mailbox.address.lower() or address.lower() in folder.permissions:
        raise invalid_request("The calendar is shared with this user already.")
    name = email.get("name")
    call.state.permit(
        call.mailbox, folder, address, role, name=name if isinstance(name, str) else ""
    )
    return _entity(call, folder, address.lower(), 201)


def patch_permission(call: Call, variables: Variables) -> Response:
    """Of the known properties only `role` can be changed."""
    _written(call, variables)
    folder, key = _found(call, variables)
    body = _body(call)
    if _KNOWN & body.keys():
        raise invalid_request("Only the role of a calendar permission can be updated.")
    old = folder.permissions[key]
    if "role" in body:
        offered = permissions.OFFERED if key else permissions.ORGANIZATION_ROLES
        role = _role(body["role"], offered)
        folder.permissions[key] = Permission(old.name, old.address, role, old.inside)
    return _entity(call, folder, key)


def delete_permission(call: Call, variables: Variables) -> Response:
    _written(call, variables)
    folder, key = _found(call, variables)
    if key == permissions.ORGANIZATION:
        raise invalid_request("The organization cannot be removed from the calendar.")
    del folder.permissions[key]
    return empty(204)


def _own(call: Call, variables: Variables) -> Folder | None:
    """The calendar when it is the caller's own."""
    folder = call.mailbox.primary
    if "calendar" in variables:
        folder = visiting.listed(call.state, call.mailbox, variables["calendar"])
    foreign = folder.source is not None or isinstance(call.mailbox, visiting.Visit)
    return None if foreign else folder


def _written(call: Call, variables: Variables) -> Folder:
    folder = _own(call, variables)
    if folder is None or not folder.can_edit:
        raise access_denied()
    return folder


def _found(call: Call, variables: Variables) -> tuple[Folder, str]:
    folder = _own(call, variables)
    rows = {} if folder is None else folder.permissions
    for key, row in rows.items():
        if folder is not None and row.identity == variables["permission"]:
            return folder, key
    raise item_not_found()


def _body(call: Call) -> Row:
    body = {name: value for name, value in call.body().items() if not name.startswith("@")}
    unknown = body.keys() - _KNOWN - {"role"}
    if unknown and call.state.world.knobs["graph.unknown_property"] == "refused":
        raise unreadable_body(f"The property '{min(unknown)}' does not exist.")
    return body


def _role(value: object, offered: tuple[str, ...]) -> str:
    known = {role.lower(): role for role in permissions.ROLES}
    if not isinstance(value, str) or value.lower() not in known:
        raise unreadable_body(f"'{value}' is no calendarRoleType.")
    role = known[value.lower()]
    if role not in offered:
        raise invalid_request(f"The role '{role}' cannot be given here.")
    return role


def _row(key: str, row: Permission) -> Row:
    own = key == permissions.ORGANIZATION
    return {
        "id": row.identity,
        "isRemovable": not own,
        "isInsideOrganization": row.inside,
        "role": row.role,
        "allowedRoles": list(permissions.ORGANIZATION_ROLES if own else permissions.OFFERED),
        "emailAddress": {"name": row.name, "address": None if own else row.address},
    }


def _entity(call: Call, folder: Folder, key: str, status: int = 200) -> Response:
    context = call.context("calendar/calendarPermissions/$entity")
    value = _row(key, folder.permissions[key])
    return call.answer({"@odata.context": context, **value}, status)


Handler = Callable[[Call, Variables], Response]
_PLACES = tuple(
    f"{place}/calendarpermissions"
    for place in (
        "me/calendar",
        "me/calendars/{calendar}",
        "me/calendargroups/{group}/calendars/{calendar}",
    )
)
READ_ROUTES: tuple[tuple[str, str, Handler], ...] = tuple(
    route
    for place in _PLACES
    for route in (
        ("GET", place, list_permissions),
        ("GET", f"{place}/{{permission}}", get_permission),
    )
)
WRITE_ROUTES: tuple[tuple[str, str, Handler], ...] = tuple(
    route
    for place in _PLACES
    for route in (
        ("POST", place, create_permission),
        ("PATCH", f"{place}/{{permission}}", patch_permission),
        ("DELETE", f"{place}/{{permission}}", delete_permission),
    )
)
