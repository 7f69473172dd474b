"""One request with its answer as they travelled, in the form the validators of traffic take."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Exchange:
    method: str
    path: str
    """Percent-encoded as sent, below the vendor's root, without the first slash."""
    query: str
    headers: Mapping[str, str]
    """Of the request, names in lower case; `answer-content-type` is the answer's."""
    body: bytes
    status: int
    answer: bytes
    ours: bool = True
    """Sent by the product, which never sends rubbish; else what is refused is not looked at."""

    @property
    def judged(self) -> bool:
        """Is the request to be looked at?"""
        return self.ours or self.status < 400

    @cached_property
    def parameters(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query, keep_blank_values=True)

    @cached_property
    def sent(self) -> Any:  # noqa: ANN401 -- any JSON
        """The request's JSON; Ellipsis: it is none."""
        return parsed(self.body)

    @cached_property
    def answered(self) -> Any:  # noqa: ANN401 -- any JSON
        """The answer's JSON; Ellipsis: it is none."""
        kind = self.headers["answer-content-type"].partition(";")[0]
        return parsed(self.answer) if kind == "application/json" else ...


def parsed(text: bytes) -> Any:  # noqa: ANN401 -- any JSON
    try:
        return json.loads(text)
    except ValueError:
        return ...
