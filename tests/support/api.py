"""A program that uses the API with a person's token, and holds every answer to the document."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from openapi_schema_validator import OAS31Validator, oas31_format_checker

from calendar_sync.actions.tokens import issue_token
from calendar_sync.controllers.api.document import document

BASE = "/api/v1"
JSON = "application/json"

NOTHING_SPECIAL = {
    "special": "",
    "decline": "none",
    "declineMessage": "",
    "chatStatus": "",
    "workplace": None,
    "workplaceLabel": "",
}
NOTHING_OWN: dict[str, Any] = {"alarms": None, "colour": None, "categories": []}
"""What an event says that nobody said anything of."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str]


@dataclass
class Program:
    """`token` empty: a program that was given none."""

    token: str = ""
    client: Client = field(default_factory=Client)

    @classmethod
    def of(cls, person: AbstractBaseUser) -> Program:
        return cls(issue_token(person, "test", timezone.now()))

    def get(self, path: str, **query: object) -> Answer:
        return self.ask("GET", path, query=query)

    def post(self, path: str, body: object = None) -> Answer:
        return self.ask("POST", path, body)

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        authorization = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        response = self.client.generic(
            method,
            BASE + path,
            b"" if body is None else json.dumps(body).encode(),
            content_type=JSON,
            query_params=query or {},
            headers={**authorization, **(headers or {})},
        )
        check(method, path, response)  # type: ignore[arg-type] # the client adds to it
        content = json.loads(response.content) if response.content else None
        return Answer(response.status_code, content, dict(response.headers))


def check(method: str, path: str, response: HttpResponse) -> None:
    """The document promises this answer: its status, its headers and everything in its body."""
    promised = operation(method, path)["responses"][str(response.status_code)]
    assert "Set-Cookie" not in response.headers
    for header in promised.get("headers", ()):
        assert header in response.headers
    if "content" not in promised:
        assert response.content == b""
        return
    ((media_type, content),) = promised["content"].items()
    assert response.headers["Content-Type"] == media_type
    validator(content["schema"]["$ref"]).validate(json.loads(response.content))


def operation(method: str, path: str) -> dict[str, Any]:
    template = re.sub(r"/[0-9]+(?=/|$)", "/{id}", path)
    found: dict[str, Any] = document()["paths"][template][method.lower()]
    return found


@cache
def validator(reference: str) -> Any:  # noqa: ANN401 - made without types
    schema = {"$ref": reference, "components": document()["components"]}
    return OAS31Validator(schema, format_checker=oas31_format_checker)
