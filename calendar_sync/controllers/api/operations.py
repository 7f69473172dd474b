"""One operation of the API: a path, a method, and a function whose signature declares the rest.

A handler takes the caller and, by these names, what it needs: `pk` from the path, `query` and
`body` as shapes, `revision` from If-Match. It returns a shape, or None. Requests are read by this
signature, and the OpenAPI document is made from it.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from inspect import getdoc
from typing import Any, get_type_hints

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import QueryDict

from calendar_sync.controllers.api.kinds import Refused
from calendar_sync.controllers.api.problems import ApiRefusal, wrong_body, wrong_parameters
from calendar_sync.controllers.api.shapes import Shape, camel_case, shape_of, written

MOST_BYTES = 2**20
STRONG_TAG = re.compile(r'"([0-9]{1,18})"')


@dataclass(frozen=True)
class Caller:
    """Whose token it is, and when he asked."""

    user: AbstractBaseUser
    now: datetime


@dataclass(frozen=True)
class Operation:
    """`status` is that of success; `conflicts`: it may be refused for how things are (409)."""

    method: str
    path: str
    handler: Callable[..., object]
    status: int = 200
    conflicts: bool = False

    @property
    def name(self) -> str:
        return camel_case(self.handler.__name__)

    @property
    def words(self) -> str:
        return getdoc(self.handler) or ""

    @cached_property
    def hints(self) -> dict[str, Any]:
        return get_type_hints(self.handler, include_extras=True)

    @cached_property
    def query(self) -> Shape | None:
        return self._shape("query")

    @cached_property
    def body(self) -> Shape | None:
        return self._shape("body")

    @cached_property
    def answer(self) -> Shape | None:
        return self._shape("return")

    @property
    def is_tagged(self) -> bool:
        """Whether the answer carries an ETag, which If-Match takes back."""
        return self.answer is not None and "revision" in self.answer.keys

    @property
    def problems(self) -> list[int]:
        """The statuses of refusals, in order."""
        takes = self.hints.keys()
        return [
            *([400] if takes & {"query", "body", "revision"} else []),
            *(401, 403),
            *([404] if "pk" in takes else []),
            *([409] if self.conflicts else []),
            *([413, 415, 422] if "body" in takes else []),
        ]

    def respond(self, request: HttpRequest, caller: Caller, ids: dict[str, int]) -> HttpResponse:
        """Raises what `problems.REFUSALS` lists."""
        asked: dict[str, Any] = dict(ids)
        if "revision" in self.hints:
            asked["revision"] = _revision(request)
        if self.query:
            asked["query"] = _query(self.query, request.GET)
        if self.body:
            asked["body"] = _body(self.body, request)
        result = self.handler(caller, **asked)
        if result is None:
            return HttpResponse(status=self.status)
        response = JsonResponse(written(result), status=self.status)
        if self.is_tagged:
            response["ETag"] = f'"{getattr(result, "revision", 0)}"'
        if self.status == 201:
            response["Location"] = f"{request.path}/{getattr(result, 'id', '')}"
        return response

    def _shape(self, name: str) -> Shape | None:
        hint = self.hints.get(name)
        return shape_of(hint) if hint not in {None, type(None)} else None


def _query(shape: Shape, data: QueryDict) -> Any:  # noqa: ANN401 - the shape's dataclass
    keys = shape.keys
    values: dict[str, Any] = {
        name: keys[name].kind.from_text(str(data[name])) if name in keys else data[name]
        for name in data
    }
    errors = {name: "Give this once." for name in data if len(data.getlist(name)) > 1}
    if errors:
        raise wrong_parameters(errors)
    try:
        return shape.read(values)
    except Refused as refused:
        raise wrong_parameters(
            {pointer.removeprefix("/"): text for pointer, text in refused.errors.items()}
        ) from None


def _body(shape: Shape, request: HttpRequest) -> Any:  # noqa: ANN401 - the shape's dataclass
    if request.content_type != "application/json":
        raise ApiRefusal(415, "not_json", "Send application/json.")
    sent = request.read(MOST_BYTES + 1)
    if len(sent) > MOST_BYTES:
        raise ApiRefusal(413, "too_large", f"Send up to {MOST_BYTES:,} bytes.")
    try:
        value = json.loads(sent.decode())
    except (ValueError, RecursionError):
        raise ApiRefusal(400, "not_json", "The body is not JSON in UTF-8.") from None
    try:
        return shape.read(value)
    except Refused as refused:
        said = wrong_body(refused.errors)
        raise ApiRefusal(said.status, said.code, said.detail, errors=said.errors) from None


def _revision(request: HttpRequest) -> int | None:
    """If-Match (RFC 9110 §13.1.1); None where any version will do."""
    tag = request.headers.get("If-Match", "*").strip()
    if tag == "*":
        return None
    found = STRONG_TAG.fullmatch(tag)
    if not found:
        raise wrong_parameters({"If-Match": "Give the ETag of the version you have, or *."})
    return int(found[1])
