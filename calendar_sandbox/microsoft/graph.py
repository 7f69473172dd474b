"""Microsoft Graph over HTTP: paths, tokens, scopes, the error envelope (contract 2, 8, 15)."""

import json
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

from calendar_sandbox.core.faults import Fault
from calendar_sandbox.core.http import Mount, Router, json_response, raw_path

from . import (
    batch,
    calendars,
    event_parts,
    permitting,
    prefer,
    query,
    reading,
    refusals,
    schedule,
    settings,
    subscribing,
    translating,
    visiting,
    writing,
)
from .call import PROFILE, READ, WHOLE, WRITE, Call
from .errors import (
    GraphError,
    access_denied,
    bad_request,
    not_simulated,
    unknown_segment,
    unknown_user,
)
from .tenants import Account
from .throttle import Key
from .tokens import AccessToken

if TYPE_CHECKING:
    from .state import MicrosoftState

PREFIX = "/graph/"
VERSION = "v1.0/"
Handler = Callable[[Call, Mapping[str, str]], Response]
Route = tuple[str, str, frozenset[str], Handler]

_CALENDARS = (
    "me", "me/calendar", "me/calendars/{calendar}",
    "me/calendargroups/{group}/calendars/{calendar}",
)  # fmt: skip
_VIEWS = tuple(f"{place}/calendarview" for place in _CALENDARS)
# Parts of Graph that exist and are not imitated: they must not look like a wrong address.
_ABSENT = (
    "me/mailboxsettings/", "me/outlook", "me/sendmail", "me/onlinemeetings", "me/messages",
    "groups/",
)  # fmt: skip


def _routes() -> list[Route]:
    routes: list[Route] = [
        ("GET", "me", PROFILE, reading.profile),
        ("POST", "me/revokesigninsessions", PROFILE, writing.revoke_sessions),
        *subscribing.ROUTES,
    ]
    for place in _VIEWS:
        routes += [
            ("GET", place, READ, reading.view),
            ("GET", f"{place}/delta", READ, reading.changes),
            ("GET", f"{place}/delta()", READ, reading.changes),
        ]
    for place in _CALENDARS:
        event = f"{place}/events/{{event}}"
        routes += [
            ("GET", f"{place}/events", READ, reading.events),
            ("POST", f"{place}/events", WRITE, writing.create),
            ("GET", f"{place}/events/delta", READ, reading.untracked_events),
            ("GET", f"{place}/events/delta()", READ, reading.untracked_events),
            ("GET", event, READ, reading.event),
            ("PATCH", event, WRITE, writing.patch),
            ("DELETE", event, WRITE, writing.delete),
            ("GET", f"{event}/instances", READ, reading.instances),
            ("GET", f"{event}/exceptionoccurrences", READ, reading.exceptions),
            *_on_event(event),
        ]
        for verb in ("accept", "decline", "tentativelyaccept"):
            routes.append(("POST", f"{event}/{verb}", WRITE, writing.answer(verb)))
    for module in (calendars, permitting):
        routes += [(verb, path, READ, handler) for verb, path, handler in module.READ_ROUTES]
        routes += [(verb, path, WRITE, handler) for verb, path, handler in module.WRITE_ROUTES]
    routes += [*settings.ROUTES, *schedule.ROUTES, *translating.ROUTES]
    return routes


def _on_event(event: str) -> list[Route]:
    extension, file = f"{event}/extensions/{{extension}}", f"{event}/attachments/{{attachment}}"
    return [
        ("POST", f"{event}/cancel", WRITE, writing.cancel),
        ("POST", f"{event}/forward", WRITE, writing.forward),
        ("POST", f"{event}/snoozereminder", WRITE, writing.snooze),
        ("POST", f"{event}/dismissreminder", WRITE, writing.dismiss),
        ("POST", f"{event}/permanentdelete", WRITE, writing.delete_for_good),
        ("GET", f"{event}/extensions", WHOLE, event_parts.list_extensions),
        ("POST", f"{event}/extensions", WRITE, event_parts.create_extension),
        ("GET", extension, WHOLE, event_parts.get_extension),
        ("PATCH", extension, WRITE, event_parts.patch_extension),
        ("DELETE", extension, WRITE, event_parts.delete_extension),
        ("GET", f"{event}/attachments", WHOLE, event_parts.list_attachments),
        ("POST", f"{event}/attachments", WRITE, event_parts.create_attachment),
        ("POST", f"{event}/attachments/createuploadsession", WRITE, event_parts.upload_session),
        ("GET", file, WHOLE, event_parts.get_attachment),
        ("DELETE", file, WRITE, event_parts.delete_attachment),
    ]


class Graph:
    def __init__(self, state: "MicrosoftState") -> None:
        self._state = state
        self._throttle = state.throttle
        self._router = Router(ignore_case=True)
        self._scopes: dict[Callable[..., Response], frozenset[str]] = {}
        for methods, pattern, scopes, handler in _routes():
            self._router.add(methods, pattern, handler)
            self._scopes[handler] = scopes

    def mount(self) -> Mount:
        return Mount(PREFIX, self.handle, self.whose, self.refuse, self.take_off)

    def whose(self, request: Request) -> str | None:
        return self._state.identity.holder(request.headers.get("Authorization", ""))

    def take_off(self, request: Request) -> Callable[[], None]:
        """Counts a request in for its app and mailbox, a batch for its parts (contract 8.1)."""
        token = self._state.identity.bearer(request.headers.get("Authorization", ""))
        if token is None:
            return lambda: None
        is_batch = request.path.lower().rstrip("/").endswith("/$batch")
        number = batch.width(request) if is_batch else 1
        return self._throttle.take_off(request, self._counted(request, token), number)

    def _counted(self, request: Request, token: AccessToken) -> Key:
        """App and mailbox of a request."""
        parts = request.path.removeprefix(PREFIX).split("/")
        if len(parts) > 2 and parts[1].lower() == "users":
            owner = self._state.world.people.at("outlook", parts[2])
            if owner is not None:
                return token.client_id, owner.key
        return token.client_id, token.person

    def handle(self, request: Request) -> Response:
        try:
            response = self._answer(request)
        except GraphError as error:
            response = self._error(error, request)
        response.headers["request-id"] = str(uuid.uuid4())
        response.headers["client-request-id"] = request.headers.get(
            "client-request-id", response.headers["request-id"]
        )
        return response

    def refuse(self, fault: Fault, request: Request) -> Response:
        """The vendor's body of an armed fault (contract 8.2)."""
        if fault.kind == "html":
            return Response("<html><body>Bad Gateway</body></html>", 502, mimetype="text/html")
        code = str(self._state.world.knobs["graph.throttle_code"])
        return self._error(refusals.refusal(fault, code), request)

    def _error(self, error: GraphError, request: Request) -> Response:
        own = str(uuid.uuid4())
        body = error.body(
            self._state.world.clock.now(), own, request.headers.get("client-request-id", own)
        )
        return json_response(body, error.status, error.headers)

    def _answer(self, request: Request) -> Response:
        path = raw_path(request).removeprefix(PREFIX)
        if not path.lower().startswith(VERSION):
            raise bad_request(f"Invalid version: {path.partition('/')[0]}")
        token = self._state.identity.proven(request.headers.get("Authorization", ""))
        root = f"{request.host_url.rstrip('/')}{PREFIX}{VERSION.rstrip('/')}"
        tail = path[len(VERSION) :].rstrip("/")
        if tail.lower() == "$batch":
            return self._batch(request, root)
        account = self._state.identity.account(token.person)
        now, key = self._state.world.clock.now(), self._counted(request, token)
        self._throttle.count(request, key, account.tenant, now)
        self._throttle.check_in_flight(request)
        path, owner = self._place(tail, account)
        call = Call(
            self._state,
            request,
            token,
            account,
            self._state.mailbox(token.person),
            prefer.read(", ".join(request.headers.getlist("Prefer"))),
            query.read(request.args.items(multi=True)),
            root,
            path,
            owner,
        )
        return self._call(call)

    def _place(self, tail: str, account: Account) -> tuple[str, Account | None]:
        """The path from `me` on, and whose it is when not the caller's (contract 15)."""
        head, _, rest = tail.partition("/")
        if head.lower() != "users":
            return tail, None
        who, _, rest = rest.partition("/")
        path, name = f"me/{rest}" if rest else "me", unquote(who).lower()
        for person in self._state.world.people:
            other = Account.of(person)
            if name in {other.graph_id.lower(), other.address.lower()} and person.outlook:
                if other.person == account.person:
                    return path, None
                if not rest:
                    raise access_denied()
                return path, other
        raise unknown_user() if rest else access_denied()

    def _call(self, call: Call) -> Response:
        found = self._router.find(call.request.method, call.path)
        if isinstance(found, int):
            raise _unanswered(call.path, found)
        handler, variables = found
        scopes = self._scopes[handler]
        if call.owner is not None:
            call = visiting.entered(call, call.owner, scopes)
        elif not scopes & set(call.token.scopes):
            raise _missing(call, scopes)
        _check_reachable(call, scopes)
        if "group" in variables and "calendar" in variables:
            call.check_group(variables)
        call = visiting.opened(call, variables)
        _check_reachable(call, scopes)
        call.mailbox.settle(call.now)
        call.state.give_links(call.mailbox)
        return handler(call, variables)

    def _batch(self, request: Request, root: str) -> Response:
        if request.method != "POST":
            raise GraphError(405, "Request_BadRequest", "Specified HTTP method is not allowed.")
        try:
            body = json.loads(request.get_data())
        except ValueError:
            raise bad_request("Invalid batch payload format.") from None
        if not isinstance(body, Mapping):
            raise bad_request("Invalid batch payload format.")
        world, mount = self._state.world, self.mount()
        answers = batch.run(request, root, body, lambda part: world.answer_part(mount, part))
        if world.knobs["graph.batch_order"] == "reversed":
            answers.reverse()
        return json_response({"responses": answers})


def _missing(call: Call, scopes: frozenset[str]) -> GraphError:
    if scopes is PROFILE:
        return GraphError(
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        )
    return subscribing.denied(call) if scopes is subscribing.SCOPES else access_denied()


def _check_reachable(call: Call, scopes: frozenset[str]) -> None:
    """Raises GraphError 404 in the condition of the mailbox, the caller's or the owner's."""
    if scopes is not PROFILE and call.mailbox.condition:
        raise GraphError(404, call.mailbox.condition, "The mailbox cannot be reached by REST.")


def _unanswered(path: str, status: int) -> GraphError:
    lower = path.lower()
    if status == 405:
        return GraphError(405, "Request_BadRequest", "Specified HTTP method is not allowed.")
    segments = lower.split("/")
    if lower.startswith(_ABSENT):
        return not_simulated(f"'{path}'")
    return unknown_segment(segments[-1])
