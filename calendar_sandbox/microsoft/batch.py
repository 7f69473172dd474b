"""JSON batching (contract 7): each part is a request of its own, with its own faults."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from .errors import GraphError, bad_request
from .throttle import IN_FLIGHT

MOST = 20
AT_ONCE = 4
"""Parts that run in parallel (contract 7)."""
Send = Callable[[Request], Response]


def run(outer: Request, root: str, body: Mapping[str, Any], send: Send) -> list[dict[str, Any]]:
    """The answers, in the order of the parts. Raises GraphError 400 for the whole batch."""
    answers: dict[str, dict[str, Any]] = {}
    parts = _parts(body)
    places = _places(parts)
    others = outer.environ.get(IN_FLIGHT, max(places)) - max(places)
    for part, place in zip(parts, places, strict=True):
        identity = str(part["id"])
        needed = [str(name).lower() for name in part.get("dependsOn") or ()]
        if any(name not in answers for name in needed):
            raise bad_request(f"The request '{identity}' depends on one that is not before it.")
        if any(answers[name]["status"] >= 400 for name in needed):
            answers[identity.lower()] = _failed_dependency(identity)
        else:
            request = _request(outer, root, part)
            request.environ[IN_FLIGHT] = others + place
            answers[identity.lower()] = _answer(identity, send(request))
    return list(answers.values())


def width(outer: Request) -> int:
    """How many parts will be on their way at once; 1 for what is no batch."""
    try:
        body = json.loads(outer.get_data())
        return max(_places(_parts(body)))
    except (ValueError, AttributeError, GraphError):
        return 1


def _places(parts: list[Mapping[str, Any]]) -> list[int]:
    """The place of each part, from 1, in the wave it runs in: at most four, none of which waits."""
    places: list[int] = []
    wave: set[str] = set()
    for part in parts:
        needed = {str(name).lower() for name in part.get("dependsOn") or ()}
        if len(wave) == AT_ONCE or needed & wave:
            wave = set()
        wave.add(str(part["id"]).lower())
        places.append(len(wave))
    return places


def _parts(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    parts = body.get("requests")
    if not isinstance(parts, list) or not parts:
        raise bad_request("Invalid batch payload format.")
    if len(parts) > MOST:
        raise bad_request(f"Number of batch request steps exceeds the maximum value of {MOST}.")
    for part in parts:
        if not isinstance(part, Mapping) or not {"id", "method", "url"} <= part.keys():
            raise bad_request("A batch request needs id, method and url.")
        if not isinstance(part.get("dependsOn") or [], list):
            raise bad_request("dependsOn is a collection.")
        if not isinstance(part.get("headers") or {}, Mapping):
            raise bad_request("headers is an object.")
        if "$batch" in str(part["url"]):
            raise bad_request("A batch cannot hold another batch.")
    if len({str(part["id"]).lower() for part in parts}) != len(parts):
        raise bad_request("Request Id must be unique.")
    return parts


def _request(outer: Request, root: str, part: Mapping[str, Any]) -> Request:
    """The token of the outer call goes with the part, its other headers do not."""
    url = f"{root}/{str(part['url']).lstrip('/')}"
    headers = dict(part.get("headers") or {})
    if "Authorization" in outer.headers:
        headers["Authorization"] = outer.headers["Authorization"]
    body = json.dumps(part["body"]).encode() if part.get("body") is not None else None
    path, _, query = url.removeprefix(outer.host_url.rstrip("/")).partition("?")
    builder = EnvironBuilder(
        path=path,
        query_string=query,
        method=str(part["method"]).upper(),
        base_url=outer.host_url,
        headers=headers,
        data=body,
    )
    environ = builder.get_environ()
    if "content-type" not in {name.lower() for name in headers}:
        environ.pop("CONTENT_TYPE", None)
    environ["RAW_URI"] = path
    return Request(environ)


def _answer(identity: str, response: Response) -> dict[str, Any]:
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    answer: dict[str, Any] = {"id": identity, "status": response.status_code, "headers": headers}
    content = response.get_data()
    if not content:
        return answer
    if response.mimetype == "application/json":
        return {**answer, "body": json.loads(content)}
    return {**answer, "body": base64.b64encode(content).decode()}


def _failed_dependency(identity: str) -> dict[str, Any]:
    error = GraphError(424, "FailedDependency", "A request this one depends on has failed.")
    body = {"error": {"code": error.code, "message": error.message}}
    headers = {"Content-Type": "application/json"}
    return {"id": identity, "status": error.status, "headers": headers, "body": body}
