"""The door of the Calendar API: who calls, may he, which method (contract 1.2, 2.2, 2.9)."""

import gzip
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from calendar_sandbox.core.http import (
    Request,
    Response,
    Router,
    json_body,
    json_response,
    raw_path,
)

from .accounts import Account, Accounts
from .calendar import Calendar
from .calendars import Calendars, colours
from .channels import Channels, Collection
from .entries import calendar_list
from .errors import (
    ApiError,
    bad_credentials,
    missing_scope,
    no_credentials,
    not_found,
    rate_limited,
)
from .imports import Imports
from .intake import Body
from .listing import Lists
from .masks import masked, read_mask
from .parameters import number, print_zone, write_options
from .quotas import Quotas
from .scopes import ACCEPTED
from .settings import setting as setting_row
from .settings import settings_list
from .shape import Wire, calendar_resource, event_row, list_entry
from .tokens import AccessToken, Tokens
from .values import Event
from .writes import Method, Writer

if TYPE_CHECKING:
    from calendar_sandbox.core.world import World

ROOT = "/google/calendar/v3/"
EVENTS = "calendars/{calendar}/events"
EVENT = f"{EVENTS}/{{event}}"
HEADERS = {
    "Cache-Control": "no-cache, no-store, max-age=0, must-revalidate",
    "Pragma": "no-cache",
    "Vary": "Origin, X-Origin, Referer",
    "Server": "ESF",
}

WRITES = (
    "events.insert", "events.update", "events.patch", "events.delete", "events.move",
    "events.import", "events.quickAdd",
)  # fmt: skip


class Api:
    def __init__(
        self,
        world: "World",
        accounts: Accounts,
        tokens: Tokens,
        writer: Writer,
        lists: Lists,
        calendars: Calendars,
        channels: Channels,
        quotas: Quotas,
    ) -> None:
        self._quotas = quotas
        self._world = world
        self._accounts = accounts
        self._tokens = tokens
        self._writer = writer
        self._lists = lists
        self._calendars = calendars
        self._channels = channels
        self._imports = Imports(writer, world.clock, world.knobs)
        self._calls: dict[tuple[str, str], deque[datetime]] = {}
        self._router = self.routes()

    def add(self, routes: Iterable[tuple[str, str, str, Callable[..., Response]]]) -> None:
        """Further methods: verb, path, name and handler of each."""
        for verb, path, name, method in routes:
            self._router.add(verb, path, partial(self.admitted, name, method))

    def routes(self) -> Router:
        router = Router()
        for verb, path, name, method in (
            ("GET", "users/me/calendarList", "calendarList.list", self.list_calendars),
            ("GET", "users/me/calendarList/{calendar}", "calendarList.get", self.get_list_entry),
            ("POST", "users/me/calendarList", "calendarList.insert", self.subscribe),
            ("PATCH", "users/me/calendarList/{calendar}", "calendarList.patch", self.patch_entry),
            ("PUT", "users/me/calendarList/{calendar}", "calendarList.patch", self.patch_entry),
            ("DELETE", "users/me/calendarList/{calendar}", "calendarList.delete", self.unsubscribe),
            ("GET", "users/me/settings", "settings.list", self.list_settings),
            ("GET", "users/me/settings/{setting}", "settings.get", self.get_setting),
            ("GET", "colors", "colors.get", self.get_colors),
            ("POST", "calendars", "calendars.insert", self.insert_calendar),
            ("GET", "calendars/{calendar}", "calendars.get", self.get_calendar),
            ("PATCH", "calendars/{calendar}", "calendars.patch", self.patch_calendar),
            ("PUT", "calendars/{calendar}", "calendars.patch", self.patch_calendar),
            ("DELETE", "calendars/{calendar}", "calendars.delete", self.delete_calendar),
            ("POST", "calendars/{calendar}/clear", "calendars.clear", self.clear_calendar),
            ("POST", "calendars/{calendar}/events/{event}/move", "events.move", self.move),
            ("GET", f"{EVENT}/instances", "events.instances", self.instances),
            ("POST", f"{EVENTS}/import", "events.import", self.import_),
            ("POST", f"{EVENTS}/quickAdd", "events.quickAdd", self.quick_add),
            ("GET", "calendars/{calendar}/events", "events.list", self.list_events),
            ("POST", "calendars/{calendar}/events", "events.insert", self.insert),
            ("GET", "calendars/{calendar}/events/{event}", "events.get", self.get),
            ("PATCH", "calendars/{calendar}/events/{event}", "events.patch", self.patch),
            ("PUT", "calendars/{calendar}/events/{event}", "events.update", self.update),
            ("DELETE", "calendars/{calendar}/events/{event}", "events.delete", self.delete),
            ("POST", "calendars/{calendar}/events/watch", "events.watch", self.watch_events),
            ("POST", "calendars/{calendar}/acl/watch", "acl.watch", self.watch_acl),
            ("POST", "users/me/calendarList/watch", "calendarList.watch", self.watch_list),
            ("POST", "users/me/settings/watch", "settings.watch", self.watch_settings),
            ("POST", "channels/stop", "channels.stop", self.stop_channel),
        ):
            router.add(verb, path, partial(self.admitted, name, method))
        return router

    def serve(self, request: Request) -> Response:
        """A call of its own, not inside a batch: its answer may be compressed."""
        return compressed(request, self.handle(request))

    def handle(self, request: Request) -> Response:
        try:
            response = self.answer(request)
        except ApiError as error:
            response = error.response()
        response.headers.extend(HEADERS)
        return response

    def answer(self, request: Request) -> Response:
        verb = request.method
        if verb == "POST":
            verb = request.headers.get("X-HTTP-Method-Override", verb)
        found = self._router.find(verb, raw_path(request).removeprefix(ROOT))
        if found == 404:
            raise not_found()
        if isinstance(found, int):
            raise ApiError(405, "httpMethodNotAllowed", "Method Not Allowed")
        call, variables = found
        return call(request, **variables)

    def admitted(
        self, name: str, method: Callable[..., Response], request: Request, **variables: str
    ) -> Response:
        """Calls a method for whom its token lets. Raises ApiError 401, 403."""
        mask = read_mask(name, request.args.get("fields"))
        token = self.authenticated(request)
        if not token.scopes & ACCEPTED[name]:
            raise missing_scope(name)
        self.count(token)
        account = self._accounts.at(token.email)
        if account is None:
            raise bad_credentials()
        if name in WRITES:
            self._quotas.write(account.calendar(variables["calendar"]).id)
        if name == "events.insert":
            self._quotas.create(account.email)
        return masked(mask, method(request, account, **variables))

    def authenticated(self, request: Request) -> AccessToken:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            raise no_credentials()
        token = self._tokens.valid(value)
        if token is None:
            raise bad_credentials()
        return token

    def whose(self, request: Request) -> str | None:
        value = request.headers.get("Authorization", "").removeprefix("Bearer ")
        token = self._tokens.access.get(value)
        account = self._accounts.at(token.email) if token else None
        return account.person.key if account else None

    def count(self, token: AccessToken) -> None:
        """A sliding minute per user and project (9.1)."""
        limit = self._world.knobs.number("google.requests_per_minute")
        if not limit:
            return
        self._quotas.call(token.client_id)
        now = self._world.clock.now()
        calls = self._calls.setdefault((token.client_id, token.email), deque())
        while calls and calls[0] <= now - timedelta(minutes=1):
            calls.popleft()
        if len(calls) >= limit:
            raise rate_limited(self._world.knobs.number("google.quota_status"))
        calls.append(now)

    def list_calendars(self, request: Request, account: Account) -> Response:
        return json_response(calendar_list(account, request.args, self._world.knobs))

    def get_list_entry(self, request: Request, account: Account, calendar: str) -> Response:
        return single(request, list_entry(account.calendar(calendar)))

    def get_calendar(self, request: Request, account: Account, calendar: str) -> Response:
        return single(request, calendar_resource(account.calendar(calendar)))

    def subscribe(self, request: Request, account: Account) -> Response:
        return single(request, list_entry(self._calendars.subscribe(account, body_of(request))))

    def patch_entry(self, request: Request, account: Account, calendar: str) -> Response:
        changed = self._calendars.list_entry(account, calendar, body_of(request))
        return single(request, list_entry(changed))

    def unsubscribe(self, request: Request, account: Account, calendar: str) -> Response:  # noqa: ARG002
        self._calendars.unsubscribe(account, calendar)
        return empty(204)

    def insert_calendar(self, request: Request, account: Account) -> Response:
        made = self._calendars.insert(account, body_of(request))
        return single(request, calendar_resource(made))

    def patch_calendar(self, request: Request, account: Account, calendar: str) -> Response:
        if_match = request.headers.get("If-Match")
        changed = self._calendars.patch(account, calendar, body_of(request), if_match)
        return single(request, calendar_resource(changed))

    def delete_calendar(self, request: Request, account: Account, calendar: str) -> Response:
        self._calendars.delete(account, calendar, request.headers.get("If-Match"))
        return empty(204)

    def clear_calendar(self, request: Request, account: Account, calendar: str) -> Response:  # noqa: ARG002
        self._calendars.clear(account, calendar)
        return empty(204)

    def list_settings(self, request: Request, account: Account) -> Response:
        return json_response(settings_list(account, request.args, self._world.knobs))

    def get_setting(self, request: Request, account: Account, setting: str) -> Response:
        return single(request, setting_row(account, setting))

    def get_colors(self, request: Request, account: Account) -> Response:  # noqa: ARG002
        return json_response(colours())

    def move(self, request: Request, account: Account, calendar: str, event: str) -> Response:
        home, moved = self._calendars.move(
            account,
            account.calendar(calendar),
            event,
            request.args.get("destination", ""),
            write_options(request.args, cause(request)),
            request.headers.get("If-Match"),
        )
        return single(request, event_row(moved, home, print_zone(request.args)))

    def list_events(self, request: Request, account: Account, calendar: str) -> Response:
        home = self.read(account, calendar)
        return json_response(self._lists.events(home, request.args))

    def read(self, account: Account, calendar: str) -> Calendar:
        """The calendar, with what is due on it done (4.7)."""
        home = account.calendar(calendar)
        self._writer.later.read(home)
        return home

    def instances(self, request: Request, account: Account, calendar: str, event: str) -> Response:
        home = self.read(account, calendar)
        found = self._writer.find(home, event)
        return json_response(self._lists.instances(home, found, request.args))

    def import_(self, request: Request, account: Account, calendar: str) -> Response:
        home, options = account.calendar(calendar), write_options(request.args, cause(request))
        event = self._imports.import_(account, home, body_of(request), options)
        return single(request, self.shown(request, account, calendar, event))

    def quick_add(self, request: Request, account: Account, calendar: str) -> Response:
        home, options = account.calendar(calendar), write_options(request.args, cause(request))
        event = self._imports.quick_add(account, home, request.args.get("text", ""), options)
        return single(request, self.shown(request, account, calendar, event))

    def get(self, request: Request, account: Account, calendar: str, event: str) -> Response:
        found = self._writer.find(self.read(account, calendar), event)
        return single(request, self.shown(request, account, calendar, found))

    def insert(self, request: Request, account: Account, calendar: str) -> Response:
        options = write_options(request.args, cause(request))
        home = account.calendar(calendar)
        event = self._writer.insert(account, home, body_of(request), options)
        return single(request, self.shown(request, account, calendar, event))

    def patch(self, request: Request, account: Account, calendar: str, event: str) -> Response:
        return self.change(request, account, calendar, event, "patch")

    def update(self, request: Request, account: Account, calendar: str, event: str) -> Response:
        return self.change(request, account, calendar, event, "put")

    def change(
        self, request: Request, account: Account, calendar: str, event: str, method: Method
    ) -> Response:
        changed = self._writer.update(
            account.calendar(calendar),
            event,
            body_of(request),
            write_options(request.args, cause(request)),
            method=method,
            if_match=request.headers.get("If-Match"),
        )
        return single(request, self.shown(request, account, calendar, changed))

    def delete(self, request: Request, account: Account, calendar: str, event: str) -> Response:
        self._writer.delete(
            account.calendar(calendar),
            event,
            write_options(request.args, cause(request)),
            if_match=request.headers.get("If-Match"),
        )
        return empty(204)

    def watch_events(self, request: Request, account: Account, calendar: str) -> Response:
        return self.watch(request, account, "events", calendar)

    def watch_acl(self, request: Request, account: Account, calendar: str) -> Response:
        return self.watch(request, account, "acl", calendar)

    def watch_list(self, request: Request, account: Account) -> Response:
        return self.watch(request, account, "calendarList", "")

    def watch_settings(self, request: Request, account: Account) -> Response:
        return self.watch(request, account, "settings", "")

    def watch(
        self, request: Request, account: Account, collection: Collection, calendar: str
    ) -> Response:
        token, body = self.authenticated(request), body_of(request)
        return json_response(self._channels.watch(token, account, collection, calendar, body))

    def stop_channel(self, request: Request, account: Account) -> Response:  # noqa: ARG002
        self._channels.stop(self.authenticated(request), body_of(request))
        return empty(204)

    def shown(self, request: Request, account: Account, calendar: str, event: Event) -> Wire:
        most = number(request.args, "maxAttendees")
        return event_row(event, account.calendar(calendar), print_zone(request.args), most)


def body_of(request: Request) -> Body:
    parse_error = ApiError(400, "parseError", "Parse Error")
    try:
        body = json_body(request)
    except ValueError:
        raise parse_error from None
    if not isinstance(body, dict):
        raise parse_error
    return body


def single(request: Request, body: Wire) -> Response:
    """One resource: its etag also as a header; 304 where the caller has it already."""
    if request.method == "GET" and request.headers.get("If-None-Match") == body["etag"]:
        return empty(304)
    return json_response(body, headers={"ETag": body["etag"]})


def compressed(request: Request, response: Response) -> Response:
    """Gzip only for who asks for it in both headers (1.3)."""
    wanted = (request.headers.get("Accept-Encoding", ""), request.headers.get("User-Agent", ""))
    body = response.get_data()
    if body and all("gzip" in text for text in wanted):
        response.set_data(gzip.compress(body, compresslevel=1))
        response.headers["Content-Encoding"] = "gzip"
    return response


def empty(status: int) -> Response:
    response = Response(status=status)
    del response.headers["Content-Type"]
    return response


def cause(request: Request) -> str:
    return f"{request.method} {request.path}"
