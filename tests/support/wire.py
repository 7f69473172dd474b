"""A network of prepared answers, and a clock that stands where it is put."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse

from calendar_sync.providers.http import AccessToken, Limits, Response, Session, http_session

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class StoppedClock:
    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Reply:
    """One answer; `announced`: a Content-Length other than the true one."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] | None = None
    announced: int | None = None


class Script(BaseAdapter):
    """Answers requests with what was prepared, in order; an exception is raised."""

    def __init__(self, *answers: Reply | Exception) -> None:
        super().__init__()
        self.answers = list(answers)
        self.requests: list[requests.PreparedRequest] = []

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002 -- the names are those of requests
        timeout: object = None,  # noqa: ARG002
        verify: bool | str = True,  # noqa: ARG002
        cert: object = None,  # noqa: ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> requests.Response:
        self.requests.append(request.copy())
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        length = len(answer.body) if answer.announced is None else answer.announced
        raw = HTTPResponse(
            body=BytesIO(answer.body),
            headers={"Content-Length": str(length), **(answer.headers or {})},
            status=answer.status,
            preload_content=False,
            request_method=request.method,
        )
        built: requests.Response = HTTPAdapter().build_response(request, raw)
        return built

    def close(self) -> None:
        """Nothing is held open."""

    def urls(self) -> list[str]:
        return [str(request.url) for request in self.requests]


def a_session(
    script: Script,
    clock: StoppedClock | None = None,
    token: AccessToken | None = None,
    pauses: list[float] | None = None,
    limits: Limits | None = None,
) -> Session:
    """Under a lease of an hour."""
    http = http_session()
    http.mount("https://", script)
    clock = clock or StoppedClock()
    return Session(
        http,
        clock,
        clock.at + timedelta(hours=1),
        pause=(pauses if pauses is not None else []).append,
        token=token,
        limits=limits or Limits(),
    )


def an_error(status: int, reason: str, headers: Mapping[str, str] | None = None) -> Response:
    """Google's error envelope (contract 3.1)."""
    body = {"error": {"errors": [{"domain": "global", "reason": reason}], "code": status}}
    return Response(status, headers or {}, json.dumps(body).encode())


def json_replies(*bodies: object) -> Sequence[Reply]:
    return [Reply(body=json.dumps(body).encode()) for body in bodies]
