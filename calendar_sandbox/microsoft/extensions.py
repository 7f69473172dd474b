"""Open extensions: named sets of values a client hangs on an event (contract 3.12)."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .errors import item_not_found, unreadable_body
from .mailbox import Item

Extension = dict[str, Any]
"""The values under their own names, without id and annotations."""

TYPE = "#microsoft.graph.openTypeExtension"
PREFIX = "Microsoft.OutlookServices.OpenTypeExtension."
_ANY = re.compile(
    r"extensions/any\(\s*(\w+)\s*:\s*\1/id\s+eq\s+'((?:[^']|'')*)'\s*\)", re.IGNORECASE
)


def short(name: str) -> str:
    """An extension is found by its short and by its long name."""
    return name[len(PREFIX) :] if name.lower().startswith(PREFIX.lower()) else name


def read(given: object) -> tuple[str, Extension]:
    """Name and values of a body. Raises GraphError 400."""
    if not isinstance(given, Mapping):
        raise unreadable_body("An extension is an object.")
    name = given.get("extensionName")
    if not isinstance(name, str) or not name.strip():
        raise unreadable_body("An extension needs an extensionName.")
    kind = given.get("@odata.type", TYPE)
    if str(kind).removeprefix("#").lower() != TYPE.removeprefix("#").lower():
        raise unreadable_body(f"'{kind}' is no open extension.")
    return short(name), values_of(given)


def read_all(given: object) -> dict[str, Extension]:
    """What the POST of an event carries. Raises GraphError 400."""
    if not isinstance(given, list):
        raise unreadable_body("'extensions' is a collection.")
    return dict(read(row) for row in given)


def values_of(given: Mapping[str, Any]) -> Extension:
    own = {"id", "extensionName"}
    return {key: value for key, value in given.items() if "@odata" not in key and key not in own}


def shown(name: str, values: Extension) -> dict[str, Any]:
    return {"@odata.type": TYPE, "id": PREFIX + name, "extensionName": name, **values}


def rows(item: Item, wanted: Iterable[str] = ()) -> list[dict[str, Any]]:
    """All extensions of an event, or those of the wanted ids."""
    names = {short(name) for name in wanted}
    return [
        shown(name, values)
        for name, values in item.extensions.items()
        if not names or name in names
    ]


def condition(text: str) -> tuple[Callable[[Item], bool], str] | None:
    """The test at the start of a `$filter` and what follows it; existence is all it can ask."""
    found = _ANY.match(text)
    if found is None:
        return None
    name = short(found[2].replace("''", "'"))
    return (lambda item: name in item.extensions), text[found.end() :]


def found(item: Item, identity: str) -> tuple[str, Extension]:
    """Raises GraphError 404."""
    name = short(identity)
    if name not in item.extensions:
        raise item_not_found()
    return name, item.extensions[name]
