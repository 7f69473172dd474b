"""Reads data files. XML: `odoo`, `data`, `record`, `field`, `menuitem`; CSV: a model's table.

Anything else is refused with its line, so that a slip of the pen is no silent gap.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from xml.parsers import expat

from calendar_sync.server.loading.errors import AddonError
from calendar_sync.server.loading.records import Field, Record

MENU_FIELDS: Mapping[str, tuple[str, Literal["text", "ref"]]] = {
    "name": ("name", "text"),
    "parent": ("parent_id", "ref"),
    "action": ("action", "ref"),
    "sequence": ("sequence", "text"),
    "web_icon": ("web_icon", "text"),
}
ATTRIBUTES: Mapping[str, set[str]] = {
    "odoo": {"noupdate"},
    "data": {"noupdate"},
    "record": {"id", "model"},
    "field": {"name", "ref", "eval"},
    "menuitem": {"id", "groups", *MENU_FIELDS},
}
REQUIRED: Mapping[str, set[str]] = {
    "record": {"id", "model"},
    "field": {"name"},
    "menuitem": {"id"},
}
INSIDE: Mapping[str, set[str]] = {
    "odoo": {"data", "record", "menuitem"},
    "data": {"record", "menuitem"},
    "record": {"field"},
}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    line: int
    children: list["Element"] = field(default_factory=list)
    text: str = ""


def read(path: Path) -> list[Record]:
    """The records of one data file, in its order. Raises AddonError."""
    readers: dict[str, Callable[[Path], Iterator[Record]]] = {".xml": _xml, ".csv": _csv}
    reader = readers.get(path.suffix)
    if not reader:
        raise AddonError(path, 0, "is neither .xml nor .csv")
    return list(reader(path))


def _xml(path: Path) -> Iterator[Record]:
    root = _parse(path)
    if root.tag != "odoo":
        raise AddonError(path, root.line, f"<{root.tag}> is not <odoo>")
    yield from _records(path, root, noupdate=False)


def _parse(path: Path) -> Element:
    parser = expat.ParserCreate()
    top = Element("", {}, 0)
    stack = [top]

    def start(tag: str, attributes: dict[str, str]) -> None:
        element = Element(tag, attributes, parser.CurrentLineNumber)
        _check(path, stack[-1], element)
        stack[-1].children.append(element)
        stack.append(element)

    def end(_tag: str) -> None:
        closed = stack.pop()
        if closed.tag != "field" and closed.text.strip():
            raise AddonError(path, closed.line, f"text in <{closed.tag}>: {closed.text.strip()!r}")

    def text(data: str) -> None:
        stack[-1].text += data

    def doctype(*_declaration: object) -> None:
        raise AddonError(path, parser.CurrentLineNumber, "a document type is refused")

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(path.read_bytes(), True)
    except expat.ExpatError as error:
        reason = expat.errors.messages[error.code]
        raise AddonError(path, error.lineno, f"not XML: {reason}") from None
    return top.children[0]


def _check(path: Path, parent: Element, element: Element) -> None:
    tag = element.tag
    if parent.tag and tag not in INSIDE.get(parent.tag, set()):
        raise AddonError(path, element.line, f"<{tag}> can't stand in <{parent.tag}>")
    for name in element.attributes.keys() - ATTRIBUTES.get(tag, set()):
        raise AddonError(path, element.line, f"<{tag}> has no attribute {name}")
    for name in REQUIRED.get(tag, set()) - element.attributes.keys():
        raise AddonError(path, element.line, f"<{tag}> needs the attribute {name}")


def _records(path: Path, parent: Element, *, noupdate: bool) -> Iterator[Record]:
    noupdate = parent.attributes.get("noupdate", "1" if noupdate else "0") == "1"
    for element in parent.children:
        if element.tag == "data":
            yield from _records(path, element, noupdate=noupdate)
            continue
        if element.tag == "record":
            model, fields = element.attributes["model"], tuple(_fields(path, element))
        else:
            model, fields = "ir.ui.menu", tuple(_menu_fields(element))
        name = element.attributes["id"]
        yield Record(model, name, fields, path, element.line, noupdate=noupdate)


def _fields(path: Path, record: Element) -> Iterator[Field]:
    for element in record.children:
        values = {kind: element.attributes.get(kind) for kind in ("ref", "eval")}
        values["text"] = element.text.strip() or None
        given = [kind for kind, value in values.items() if value is not None]
        if len(given) > 1:
            raise AddonError(path, element.line, f"<field> has both {' and '.join(given)}")
        name, line = element.attributes["name"], element.line
        if values["ref"] is not None:
            yield Field(name, "ref", values["ref"], line)
        elif values["eval"] is not None:
            yield Field(name, "eval", values["eval"], line)
        else:
            yield Field(name, "text", values["text"] or "", line)


def _menu_fields(element: Element) -> Iterator[Field]:
    for attribute, (name, kind) in MENU_FIELDS.items():
        if attribute in element.attributes:
            yield Field(name, kind, element.attributes[attribute], element.line)
    groups = [group.strip() for group in element.attributes.get("groups", "").split(",")]
    refs = ", ".join(f"ref({group!r})" for group in groups if group)
    yield Field("groups_id", "eval", f"[(6, 0, [{refs}])]", element.line)


def _csv(path: Path) -> Iterator[Record]:
    """The file is named after the model; a column `group_id:id` holds external ids."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, strict=True)
        try:
            header = next(rows, [])
            if header[:1] != ["id"]:
                raise AddonError(path, 1, "the first column must be 'id'")
            for row in rows:
                if len(row) != len(header):
                    reason = f"has {len(row)} columns, not {len(header)}"
                    raise AddonError(path, rows.line_num, reason)
                fields = tuple(_csv_fields(path, header[1:], row[1:], rows.line_num))
                yield Record(path.stem, row[0], fields, path, rows.line_num)
        except csv.Error as error:
            raise AddonError(path, rows.line_num, f"not CSV: {error}") from None


def _csv_fields(path: Path, header: list[str], row: list[str], line: int) -> Iterator[Field]:
    for column, value in zip(header, row, strict=True):
        name, _, suffix = column.replace("/", ":").partition(":")
        if suffix and suffix != "id":
            raise AddonError(path, line, f"column {column} is neither a field nor field:id")
        if not suffix:
            yield Field(name, "text", value, line)
        elif value:
            yield Field(name, "ref", value, line)
        else:
            yield Field(name, "eval", "None", line)
