"""Calendars and calendar groups (contract 10)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from werkzeug.wrappers import Response

from . import filters, ids, permissions, reading, shape, visiting
from .call import GROUPS, Call, empty
from .errors import (
    GraphError,
    access_denied,
    bad_request,
    invalid_query,
    invalid_request,
    unreadable_body,
)
from .folders import Folder, Group
from .mailbox import Mailbox

Variables = Mapping[str, str]
Row = dict[str, Any]

_NAMES = (
    "id", "name", "color", "hexColor", "isDefaultCalendar", "changeKey", "canShare",
    "canViewPrivateItems", "canEdit", "allowedOnlineMeetingProviders",
    "defaultOnlineMeetingProvider", "isTallyingResponses", "isRemovable", "owner",
)  # fmt: skip
_GROUP_NAMES = ("id", "name", "classId", "changeKey")
# The class of every group that a person has made, and of the first one.
_CLASS = "0006f0b7-0000-0000-c000-000000000046"


# What calendars and groups have in common


def _listed(call: Call, rows: Iterable[Row], names: tuple[str, ...], context: str) -> Response:
    """A page of rows, filtered by name, narrowed by `$select`."""
    reading.refuse_search(call, context)
    if "orderby" in call.options.system:
        raise invalid_query(f"'{context}' cannot be ordered.")
    test = filters.parse(call.options.system.get("filter", ""), _by_name)
    kept = [_narrowed(call, row, names) for row in rows if test is None or test(row)]
    return reading.paged(call, kept, context)


def _by_name(text: str) -> tuple[filters.Test[Row], str]:
    function = filters.function(text)
    if function is not None and function.name == "name":
        test = function.test
        return (lambda row: test(row["name"])), text[function.end :]
    compared = filters.compared(text)
    if compared is None:
        raise bad_request(f"Invalid filter clause: '{text}'.")
    if compared.name != "name" or compared.operator not in {"eq", "ne"}:
        raise invalid_query(f"The property '{compared.name}' does not support this filter.")
    wanted, equal = filters.text(compared.literal), compared.operator == "eq"
    return (lambda row: (row["name"] == wanted) is equal), text[compared.end :]


def _narrowed(call: Call, row: Row, names: tuple[str, ...]) -> Row:
    text = call.options.system.get("select", "").strip()
    if not text or text == "*":
        return row
    chosen = [name.strip() for name in text.split(",")]
    for name in chosen:
        if name not in names:
            raise bad_request(
                f"Parsing OData Select and Expand failed: Could not find a property named '{name}'."
            )
    return {name: value for name, value in row.items() if name in {"id", *chosen}}


def _read(call: Call, known: Iterable[str], writable: frozenset[str]) -> Row:
    """The writable properties of a body. Raises GraphError 400."""
    body = {name: value for name, value in call.body().items() if not name.startswith("@")}
    strict = call.state.world.knobs["graph.unknown_property"] == "refused"
    for name in body:
        if strict and name not in known:
            raise unreadable_body(f"The property '{name}' does not exist.")
    return {name: value for name, value in body.items() if name in writable}


def _name(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise unreadable_body("'name' is a text and not empty.")
    return value


def _check_free(call: Call, name: str, others: Iterable[Folder | Group]) -> None:
    """Raises GraphError 409 for a name in use."""
    if any(other.name.lower() == name.lower() for other in others):
        status = call.state.world.knobs.number("graph.calendar_name_taken")
        raise GraphError(status, "ErrorFolderExists", "A folder with the specified name exists.")


# Calendars


def list_calendars(call: Call, variables: Variables) -> Response:
    if isinstance(call.mailbox, visiting.Visit):
        folders = list(call.mailbox.folders.values())
    else:
        folders = visiting.own_list(call.state, call.mailbox)
    if "group" in variables:
        number = call.group(variables).number
        folders = [folder for folder in folders if folder.group == number]
    return _listed(call, [row(call, folder) for folder in folders], _NAMES, "calendars")


def get_calendar(call: Call, variables: Variables) -> Response:
    return _entity(call, _named(call, variables))


def create_calendar(call: Call, variables: Variables) -> Response:
    _check_own(call)
    given = _read(call, _NAMES, frozenset({"name", "color"}))
    name, color = _name(given.get("name")), _color(given.get("color", "auto"))
    mailbox = call.mailbox
    _check_free(call, name, visiting.own_list(call.state, mailbox))
    group = call.group(variables).number if "group" in variables else 1
    folder = Folder(mailbox.next_folder(), name, color=color, group=group)
    mailbox.folders[folder.number] = folder
    return _entity(call, folder, 201)


def patch_calendar(call: Call, variables: Variables) -> Response:
    """Name and colour; of a calendar that is read-only or somebody else's, only the colour."""
    _check_own(call)
    folder = _named(call, variables)
    given = _read(call, _NAMES, frozenset({"name", "color"}))
    name, color = folder.name, folder.color
    if "color" in given:
        color = _color(given["color"])
    if "name" in given:
        name = _name(given["name"])
        if not folder.can_edit:
            raise access_denied()
        others = visiting.own_list(call.state, call.mailbox)
        _check_free(call, name, (other for other in others if other is not folder))
    folder.name, folder.color = name, color
    folder.version += 1
    return _entity(call, folder)


def delete_calendar(call: Call, variables: Variables) -> Response:
    """A shared calendar only leaves the list of the one it was shared with."""
    _check_own(call)
    folder = _named(call, variables)
    if folder.is_default:
        raise invalid_request("The default calendar cannot be deleted.")
    if not folder.is_removable:
        raise access_denied()
    call.mailbox.remove_folder(folder, call.now)
    return empty(204)


def _named(call: Call, variables: Variables) -> Folder:
    if "calendar" not in variables:
        return call.mailbox.primary
    return visiting.listed(call.state, call.mailbox, variables["calendar"])


def _check_own(call: Call) -> None:
    if isinstance(call.mailbox, visiting.Visit):
        raise access_denied()


def _color(value: object) -> str:
    known = {color.lower(): color for color in shape.COLORS}
    if not isinstance(value, str) or value.lower() not in known:
        raise unreadable_body(f"'{value}' is no calendarColor.")
    return known[value.lower()]


def _entity(call: Call, folder: Folder, status: int = 200) -> Response:
    form = call.state.world.knobs["graph.calendar_ids"]
    other = form == "other in POST" and status == 201
    value = _narrowed(call, row(call, folder, other=other), _NAMES)
    return call.answer({"@odata.context": call.context("calendars/$entity"), **value}, status)


def row(call: Call, folder: Folder, *, other: bool = False) -> Row:
    form = call.state.world.knobs["graph.calendar_ids"]
    other = other or (call.prefer.immutable and form == "other")
    mailbox = call.mailbox
    if isinstance(mailbox, visiting.Visit):
        private = permissions.sees_private(mailbox.roles[folder.number])
        folder_row = shape.calendar(mailbox, folder, other_id=other, sees_private=private)
        return {**folder_row, "canShare": False, "isRemovable": False}
    if folder.source is None:
        return shape.calendar(mailbox, folder, other_id=other)
    role = visiting.role_of_entry(call.state, mailbox, folder)
    owner = call.state.mailbox(folder.source.person)
    value = shape.calendar(
        mailbox, folder, other_id=other, owner=owner, sees_private=permissions.sees_private(role)
    )
    can_edit = permissions.edits(role) and owner.folders[folder.source.calendar].can_edit
    return {**value, "canEdit": can_edit}


# Groups


def list_groups(call: Call, _variables: Variables) -> Response:
    rows = [_group_row(call.mailbox, group) for group in call.mailbox.groups.values()]
    return _listed(call, rows, _GROUP_NAMES, "calendarGroups")


def get_group(call: Call, variables: Variables) -> Response:
    return _group_entity(call, call.group(variables))


def create_group(call: Call, _variables: Variables) -> Response:
    _check_own(call)
    name = _name(_read(call, _GROUP_NAMES, frozenset({"name"})).get("name"))
    _check_free(call, name, call.mailbox.groups.values())
    group = Group(max(call.mailbox.groups) + 1, name)
    call.mailbox.groups[group.number] = group
    return _group_entity(call, group, 201)


def patch_group(call: Call, variables: Variables) -> Response:
    _check_own(call)
    group = call.group(variables)
    given = _read(call, _GROUP_NAMES, frozenset({"name"}))
    if "name" in given:
        name = _name(given["name"])
        _check_free(call, name, (one for one in call.mailbox.groups.values() if one is not group))
        group.name = name
        group.version += 1
    return _group_entity(call, group)


def delete_group(call: Call, variables: Variables) -> Response:
    """Only an empty group, and never the first one."""
    _check_own(call)
    group = call.group(variables)
    if group.number == 1:
        raise invalid_request("The default calendar group cannot be deleted.")
    if any(folder.group == group.number for folder in call.mailbox.folders.values()):
        raise invalid_request("A calendar group that holds calendars cannot be deleted.")
    del call.mailbox.groups[group.number]
    return empty(204)


def _group_row(mailbox: Mailbox, group: Group) -> Row:
    number = GROUPS + group.number
    return {
        "id": ids.calendar_id(mailbox.identity, number),
        "name": group.name,
        "classId": _CLASS,
        "changeKey": ids.change_key(mailbox.identity, group.version << 40 | number),
    }


def _group_entity(call: Call, group: Group, status: int = 200) -> Response:
    value = _narrowed(call, _group_row(call.mailbox, group), _GROUP_NAMES)
    context = call.context("calendarGroups/$entity")
    return call.answer({"@odata.context": context, **value}, status)


Handler = Callable[[Call, Variables], Response]
READ_ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "me/calendars", list_calendars),
    ("GET", "me/calendar", get_calendar),
    ("GET", "me/calendars/{calendar}", get_calendar),
    ("GET", "me/calendargroups", list_groups),
    ("GET", "me/calendargroups/{group}", get_group),
    ("GET", "me/calendargroups/{group}/calendars", list_calendars),
    ("GET", "me/calendargroups/{group}/calendars/{calendar}", get_calendar),
)
WRITE_ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "me/calendars", create_calendar),
    ("PATCH", "me/calendar", patch_calendar),
    ("PATCH", "me/calendars/{calendar}", patch_calendar),
    ("DELETE", "me/calendar", delete_calendar),
    ("DELETE", "me/calendars/{calendar}", delete_calendar),
    ("POST", "me/calendargroups", create_group),
    ("PATCH", "me/calendargroups/{group}", patch_group),
    ("DELETE", "me/calendargroups/{group}", delete_group),
    ("POST", "me/calendargroups/{group}/calendars", create_calendar),
    ("PATCH", "me/calendargroups/{group}/calendars/{calendar}", patch_calendar),
    ("DELETE", "me/calendargroups/{group}/calendars/{calendar}", delete_calendar),
)
