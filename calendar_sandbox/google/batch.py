"""multipart/mixed batches: parsing, one answer per part, in order (contract 8)."""

import secrets
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from calendar_sandbox.core.http import Mount, Request, Response

from .errors import ApiError

if TYPE_CHECKING:
    from calendar_sandbox.core.world import World


@dataclass(frozen=True)
class Part:
    content_id: str | None
    """As sent, with its angle brackets."""
    method: str
    target: str
    """Path and query."""
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Batch:
    def __init__(self, world: "World") -> None:
        self._world = world

    def handle(self, request: Request, inner: Mount) -> Response:
        """Answers 200 even if every part fails. Raises ApiError 400 for bad framing."""
        parts = read_parts(request)
        limit = self._world.knobs.number("google.batch_limit")
        whole = self._world.knobs["google.batch_excess"] == "refuse"
        if len(parts) > limit and whole:
            message = f"The batch request may not have more than {limit} calls."
            raise ApiError(400, "badRequest", message)
        answers = [
            self.call(part, request, inner) if index < limit else excess()
            for index, part in enumerate(parts)
        ]
        return written(list(zip(parts, answers, strict=True)))

    def call(self, part: Part, outer: Request, inner: Mount) -> Response:
        headers = Headers(
            [(k, v) for k, v in outer.headers if not k.lower().startswith(("content-", "host"))]
        )
        for name, value in part.headers:
            headers[name] = value
        target = urlsplit(part.target)
        builder = EnvironBuilder(
            path=with_prefix(target.path),
            query_string=target.query,
            method=part.method,
            headers=headers,
            data=part.body,
            base_url=outer.host_url,
        )
        environ = builder.get_environ()
        environ["RAW_URI"] = with_prefix(target.path)
        return self._world.answer_part(inner, Request(environ))


def with_prefix(path: str) -> str:
    """Clients send the path of their own base address, or the vendor's."""
    return path if path.startswith("/google/") else "/google" + path


def read_parts(request: Request) -> list[Part]:
    bad = ApiError(400, "badRequest", "Failed to parse batch request.")
    if request.mimetype != "multipart/mixed" or not request.mimetype_params.get("boundary"):
        raise bad
    head = f"Content-Type: {request.content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + request.get_data())
    if not message.is_multipart():
        raise bad
    parts = []
    for part in message.iter_parts():
        if part.get_content_type() != "application/http":
            raise bad
        content_id = part.get("Content-ID")
        payload = part.get_payload(decode=True)
        parts.append(read_part(content_id, payload if isinstance(payload, bytes) else b"", bad))
    return parts


def read_part(content_id: str | None, payload: bytes, bad: ApiError) -> Part:
    stream = BytesIO(payload)
    words = stream.readline().decode("utf-8", "replace").split()
    if len(words) < 2 or not words[1].startswith("/"):
        raise bad
    headers: list[tuple[str, str]] = []
    for line in iter(stream.readline, b""):
        text = line.decode("utf-8", "replace").strip()
        if not text:
            break
        name, _, value = text.partition(":")
        headers.append((name.strip(), value.strip()))
    return Part(content_id, words[0].upper(), words[1], tuple(headers), stream.read())


def excess() -> Response:
    message = " Exceeds allowed inner batch requests soft limit. Please retry."
    return ApiError(403, "forbidden", message).response()


def written(answers: list[tuple[Part, Response]]) -> Response:
    boundary = "batch_" + secrets.token_urlsafe(12)
    lines: list[bytes] = []
    for part, response in answers:
        status = HTTPStatus(response.status_code)
        lines += [b"--" + boundary.encode(), b"Content-Type: application/http"]
        if part.content_id:
            lines.append(f"Content-ID: <response-{part.content_id.strip()[1:]}".encode())
        lines += [b"", f"HTTP/1.1 {status.value} {status.phrase}".encode()]
        # 204 and 304 have no body.
        lines += [f"{name}: {value}".encode() for name, value in response.headers]
        lines += [b"", response.get_data()]
    lines += [b"--" + boundary.encode() + b"--", b""]
    reply = Response(b"\r\n".join(lines))
    reply.headers["Content-Type"] = f"multipart/mixed; boundary={boundary}"
    return reply
