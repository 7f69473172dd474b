"""The OpenAPI 3.1 document, made of the table of operations and the shapes of their handlers."""

from collections.abc import Iterable
from functools import cache
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from calendar_sync.controllers.api.operations import MOST_BYTES, Operation
from calendar_sync.controllers.api.problems import MEDIA_TYPE, Problem
from calendar_sync.controllers.api.shapes import Shape, shape_of, shapes_in
from calendar_sync.controllers.api.table import BY_PATH, OPERATIONS

Schema = dict[str, Any]
ABOUT = f"""Calendar Sync for programs. Every request carries a personal access token
(`Authorization: Bearer …`), which a person makes under *API tokens*, and may do what that person
may do. Bodies are JSON of up to {MOST_BYTES:,} bytes; unknown fields are refused, and fields may
be added to answers. Refusals are problem documents (RFC 9457)."""
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag of the version that is changed; 409 if it is no longer the newest.",
    "schema": {"type": "string", "pattern": '^("[0-9]{1,18}"|\\*)$'},
}
ETAG = {"description": "The version, for If-Match.", "schema": {"type": "string"}}
LOCATION = {"description": "Its address.", "schema": {"type": "string"}}


# Programs read it before they have a token; it says nothing that is not in the source.
@login_not_required
@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    return JsonResponse(document())


@cache
def document() -> Schema:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Calendar Sync", "version": "1", "description": ABOUT},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": {path: _path(operations) for path, operations in BY_PATH.items()},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _components(),
        },
    }


def _components() -> dict[str, Schema]:
    taken = _shapes(operation.body for operation in OPERATIONS)
    given = _shapes([*(operation.answer for operation in OPERATIONS), shape_of(Problem)])
    return {
        shape.name: shape.component(closed=shape in taken)
        for shape in sorted(taken | given, key=lambda shape: shape.name)
    }


def _shapes(tops: Iterable[Shape | None]) -> set[Shape]:
    return {shape for top in tops if top for shape in shapes_in(top)}


def _path(operations: Iterable[Operation]) -> Schema:
    return {operation.method.lower(): _operation(operation) for operation in operations}


def _operation(operation: Operation) -> Schema:
    summary, _, description = operation.words.partition("\n\n")
    said: Schema = {"operationId": operation.name, "summary": summary}
    if description:
        said["description"] = description
    parameters = list(_parameters(operation))
    if parameters:
        said["parameters"] = parameters
    if operation.body:
        content = {"application/json": {"schema": operation.body.schema()}}
        said["requestBody"] = {"required": True, "content": content}
    said["responses"] = {str(operation.status): _success(operation)} | {
        str(status): _problem(status) for status in operation.problems
    }
    return said


def _parameters(operation: Operation) -> Iterable[Schema]:
    if "pk" in operation.hints:
        yield ID
    if "revision" in operation.hints:
        yield IF_MATCH
    for each in operation.query.fields if operation.query else ():
        schema = each.schema()
        words = schema.pop("description", None)
        described = {"description": words} if words else {}
        yield {
            "name": each.key,
            "in": "query",
            "required": each.required,
            **described,
            "schema": schema,
        }


def _success(operation: Operation) -> Schema:
    said: Schema = {"description": HTTPStatus(operation.status).phrase}
    headers = {"ETag": ETAG} if operation.is_tagged else {}
    if operation.status == 201:
        headers["Location"] = LOCATION
    if headers:
        said["headers"] = headers
    if operation.answer:
        said["content"] = {"application/json": {"schema": operation.answer.schema()}}
    return said


def _problem(status: int) -> Schema:
    schema = shape_of(Problem).schema()
    return {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": schema}}}
