"""Reads the values of records: texts, external ids, and literals with `ref('…')` in them."""

import ast
from collections.abc import Mapping
from typing import Any

from django.db.models import ForeignKey, ManyToManyField

from calendar_sync.server.loading.records import LOADABLE, Field, Loadable, Record
from calendar_sync.server.models import ExternalId

LINK, SET = 4, 6  # Odoo's commands for lists of records

Values = dict[str, Any]
"""By our names of the fields: a plain value, the key of a record, or a list of commands."""


class Resolver:
    """Finds records by external id, among those that the files so far have written."""

    def __init__(
        self, module: str, seen: Mapping[str, ExternalId], models: Mapping[str, str]
    ) -> None:
        self._module = module
        self._seen = seen
        self._models = models

    def target(self, record: Record, text: str, line: int) -> ExternalId:
        """Raises AddonError."""
        target = self._seen.get(self._full(text))
        if not target:
            raise record.error(f"there is no record {text} in the files so far", line)
        return target

    def values(self, record: Record, loadable: Loadable) -> Values:
        """The values the record names, by our names. Raises AddonError."""
        values: Values = {}
        for field in record.fields:
            if field.name not in loadable.fields:
                raise record.error(f"{record.model} has no field {field.name}", field.line)
            name = loadable.fields[field.name]
            values[name] = self._value(record, field, loadable.columns[name])
        return values

    def _value(self, record: Record, field: Field, column: object) -> Any:  # noqa: ANN401
        if field.kind == "eval":
            value = self._literal(record, field)
            if isinstance(column, ManyToManyField):
                return _commands(record, field, value)
            if isinstance(column, ForeignKey) and value not in {None, False}:
                raise record.error(f"{field.name} needs ref", field.line)
            return None if isinstance(column, ForeignKey) else value
        if isinstance(column, ManyToManyField):
            raise record.error(f"{field.name} needs eval with a list of commands", field.line)
        if field.kind == "ref":
            return self._reference(record, field, column)
        if isinstance(column, ForeignKey):
            raise record.error(f"{field.name} needs ref", field.line)
        return field.text

    def _reference(self, record: Record, field: Field, column: object) -> int | str:
        if not isinstance(column, ForeignKey):
            if name := self._models.get(self._full(field.text)):
                return name
            raise record.error(f"there is no model {field.text}", field.line)
        target = self.target(record, field.text, field.line)
        if LOADABLE[target.model].model is not column.related_model:
            raise record.error(f"{field.text} is a {target.model}", field.line)
        return target.record_id

    def _literal(self, record: Record, field: Field) -> Any:  # noqa: ANN401
        resolver = self

        class Refs(ast.NodeTransformer):
            def visit_Call(self, node: ast.Call) -> ast.AST:  # the name is ast's
                match node:
                    case ast.Call(ast.Name("ref"), [ast.Constant(str(text))], []):
                        return ast.Constant(resolver.target(record, text, field.line).record_id)
                return node

        try:
            return ast.literal_eval(Refs().visit(ast.parse(field.text.strip(), mode="eval")))
        except (SyntaxError, ValueError):
            raise record.error(f"not a literal: {field.text}", field.line) from None

    def _full(self, text: str) -> str:
        return text if "." in text else f"{self._module}.{text}"


def _commands(record: Record, field: Field, value: object) -> list[tuple[int, list[int]]]:
    """Odoo's commands that are understood: (4, id) adds one record, (6, 0, ids) sets them all."""
    commands: list[tuple[int, list[int]]] = []
    for command in value if isinstance(value, list) else [value]:
        match command:
            case (4, int(key)) | (4, int(key), _):
                commands.append((LINK, [key]))
            case (6, _, list(keys)) if all(isinstance(key, int) for key in keys):
                commands.append((SET, keys))
            case _:
                raise record.error(f"{field.name} knows (4, id) and (6, 0, ids)", field.line)
    return commands
