"""Microsoft 365 groups as Graph's reference describes them, in front of the simulated Graph.

The contract has no section on groups, so the sandbox has none; what it answers to everything else
goes on. Like Graph it looks at the token: without `Group.Read.All` nothing of a group is shown.

The simulated sign-in knows the scopes of the contract only; to it the one for groups is called
`Mail.Send`, which we never ask for.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse

from support.graph import REVIEW
from support.world import ADDRESS, sandbox_session

GRAPH = f"{ADDRESS}/graph/v1.0"
SCOPE, KNOWN_AS = "Group.Read.All", "Mail.Send"
DAILY = {
    "pattern": {"type": "daily", "interval": 1},
    "range": {"type": "numbered", "startDate": "2026-12-01", "numberOfOccurrences": 3},
}
_current: list[GroupsAtGraph] = []


@dataclass
class GroupAtGraph:
    """One group; `events` are rows by id, `members` says whether our person is one."""

    id: str
    name: str
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_member: bool = True
    is_public: bool = False

    @property
    def address(self) -> str:
        return f"{self.name.lower()}@corp.example"

    def enter(self, id_: str, title: str) -> None:
        """An hour on 1 December, of the group and by it."""
        recipient = {"emailAddress": {"name": self.name, "address": self.address}}
        self.events[id_] = REVIEW | {
            "id": id_,
            "iCalUId": f"{id_}-uid",
            "@odata.etag": f'W/"{title}"',
            "changeKey": title,
            "subject": title,
            "organizer": recipient,
            "isOrganizer": True,
            "attendees": [{"type": "required", "status": {"response": "none"}, **recipient}],
        }

    def repeat(self, id_: str) -> None:
        """On three days."""
        self.events[id_] |= {"type": "seriesMaster", "recurrence": DAILY}


@dataclass
class GroupsAtGraph(BaseAdapter):
    groups: dict[str, GroupAtGraph] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_consented: bool = True

    def __post_init__(self) -> None:
        super().__init__()
        _current[:] = [self]

    def add(self, name: str) -> GroupAtGraph:
        made = GroupAtGraph(f"00000000-0000-4000-8000-{len(self.groups):012}", name)
        self.groups[made.id] = made
        return made

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002 -- the names are those of requests
        timeout: object = None,  # noqa: ARG002
        verify: bool | str = True,  # noqa: ARG002
        cert: object = None,  # noqa: ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> requests.Response:
        path = urlsplit(str(request.url)).path.removeprefix("/graph/v1.0")
        self.asked.append(f"{request.method} {path}")
        status, body = self._answer(path, str(request.headers.get("Authorization")))
        return _reply(request, status, json.dumps(body).encode())

    def close(self) -> None:
        """Nothing is held open."""

    def _answer(self, path: str, bearer: str) -> tuple[int, dict[str, Any]]:
        if not (self.is_consented and KNOWN_AS in scopes_of(bearer)):
            return 403, {"error": {"code": "Authorization_RequestDenied"}}
        if path == "/me/memberOf":
            rows = [_row(each) for each in self.groups.values() if each.is_member]
            return 200, {"value": rows}
        _, _, id_, what, *rest = path.split("/")
        group = self.groups[id_]
        if not (group.is_member or group.is_public):
            return 403, {"error": {"code": "ErrorAccessDenied"}}
        if what == "calendarView":
            return 200, {"value": [row for each in group.events.values() for row in _dates(each)]}
        event = group.events.get(rest[0])
        return (200, event) if event else (404, {"error": {"code": "ErrorItemNotFound"}})


def session_with_groups(ca_bundle: str | None = None) -> requests.Session:
    """What `settings.PROVIDER_SESSION` names where there are groups."""
    session = sandbox_session(ca_bundle)
    sign_in = f"{ADDRESS}/microsoft"
    session.mount(sign_in, _Renamed(session.get_adapter(sign_in)))
    for prefix in ("/me/memberOf", "/groups/"):
        session.mount(GRAPH + prefix, _current[-1])
    return session


class _Renamed(BaseAdapter):
    """In front of the simulated sign-in."""

    def __init__(self, behind: BaseAdapter) -> None:
        super().__init__()
        self._behind = behind

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,  # noqa: ANN401 -- those of requests
        verify: bool | str = True,
        cert: Any = None,  # noqa: ANN401
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        form = request.body
        text = form.decode() if isinstance(form, bytes) else str(form or "")
        request.prepare_body(text.replace(SCOPE, KNOWN_AS), None)
        answer = self._behind.send(request, stream, timeout, verify, cert, proxies)
        return _reply(request, answer.status_code, answer.content.replace(*_BACK))

    def close(self) -> None:
        """Nothing is held open."""


_BACK = KNOWN_AS.encode(), SCOPE.encode()


def _reply(request: requests.PreparedRequest, status: int, body: bytes) -> requests.Response:
    raw = HTTPResponse(
        body=BytesIO(body),
        headers={"Content-Type": "application/json"},
        status=status,
        preload_content=False,
        request_method=request.method,
    )
    built: requests.Response = HTTPAdapter().build_response(request, raw)
    return built


def scopes_of(bearer: str) -> list[str]:
    claims = bearer.split(".")[1]
    told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    return str(told["scp"]).split()


def _row(group: GroupAtGraph) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.group",
        "id": group.id,
        "displayName": group.name,
        "mail": group.address,
        "groupTypes": ["Unified"],
    }


def _dates(event: dict[str, Any]) -> list[dict[str, Any]]:
    """What a view shows of it: a series by its dates."""
    if event["type"] != "seriesMaster":
        return [event]
    shown = {"type": "occurrence", "seriesMasterId": event["id"]}
    return [event | shown | {"id": f"{event['id']}.{day}"} for day in range(3)]
