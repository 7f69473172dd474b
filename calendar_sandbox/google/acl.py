"""Who may see and change a calendar (contract 11.3)."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from calendar_sandbox.core.http import Request, Response, json_response

from .accounts import Account, Accounts
from .api import body_of, cause, empty, single
from .calendar import ROLES, Calendar
from .calendars import require_owner
from .collection import listed
from .errors import ApiError, invalid, not_found, required
from .intake import EMAIL, Body
from .parameters import boolean
from .quotas import quota_exceeded
from .shape import Wire
from .values import Rule
from .writes import check_match

if TYPE_CHECKING:
    from calendar_sandbox.core.world import World

KINDS = ("user", "group", "domain", "default")
Handler = Callable[..., Response]


class Acl:
    def __init__(self, world: "World", accounts: Accounts) -> None:
        self._world = world
        self._accounts = accounts

    def routes(self) -> Iterator[tuple[str, str, str, Handler]]:
        """Verb, path, name of the method, handler."""
        rules, rule = "calendars/{calendar}/acl", "calendars/{calendar}/acl/{rule}"
        yield "GET", rules, "acl.list", self.list
        yield "POST", rules, "acl.insert", self.insert
        yield "GET", rule, "acl.get", self.get
        yield "PATCH", rule, "acl.patch", self.change
        yield "PUT", rule, "acl.update", self.change
        yield "DELETE", rule, "acl.delete", self.delete
        handed = "calendars/{calendar}/transferOwnership"
        yield "POST", handed, "calendars.transferOwnership", self.transfer

    def list(self, request: Request, account: Account, calendar: str) -> Response:
        shared = self.readable(account, calendar)
        every = boolean(request.args, "showDeleted") is True

        def rows(keys: list[str] | None) -> list[Wire]:
            if keys is not None:
                return [rule_row(shared.rules[key]) for key in keys]
            kept = [rule for rule in shared.rules.values() if every or rule.role != "none"]
            return [rule_row(rule) for rule in kept]

        days = self._world.knobs.number("google.sync_token_days")
        page = listed(shared.rule_log, request.args, days, rows)
        etag = f'"p3{shared.rule_log.position:x}{shared.rule_log.epoch}a"'
        return json_response({"kind": "calendar#acl", "etag": etag} | page)

    def get(self, request: Request, account: Account, calendar: str, rule: str) -> Response:
        return single(request, rule_row(living(self.readable(account, calendar), rule)))

    def insert(self, request: Request, account: Account, calendar: str) -> Response:
        """A second rule of the same scope takes the place of the first."""
        body = body_of(request)
        notify = boolean(request.args, "sendNotifications") is not False
        shared = owned(account, calendar)
        new = read_rule(body)
        self.check_users(shared, new)
        self.put(account, shared, new, notify=notify, cause=cause(request))
        return single(request, rule_row(new))

    def change(self, request: Request, account: Account, calendar: str, rule: str) -> Response:
        body = body_of(request)
        notify = boolean(request.args, "sendNotifications") is not False
        shared = owned(account, calendar)
        old = living(shared, rule)
        check_match(old, request.headers.get("If-Match"))
        role = read_role(
            body.get("role") if request.method == "PUT" else body.get("role", old.role)
        )
        new = Rule(old.kind, old.value, role)
        self.put(account, shared, new, notify=notify, cause=cause(request))
        return single(request, rule_row(new))

    def delete(self, request: Request, account: Account, calendar: str, rule: str) -> Response:
        shared = owned(account, calendar)
        old = living(shared, rule)
        check_match(old, request.headers.get("If-Match"))
        new = Rule(old.kind, old.value, "none")
        self.put(account, shared, new, notify=False, cause=cause(request))
        return empty(204)

    def transfer(self, request: Request, account: Account, calendar: str) -> Response:
        """Only for those who manage the calendars of their organization."""
        directory = self._accounts.directory
        to = request.args.get("newDataOwner", "")
        if not to:
            raise required("Required parameter: newDataOwner")
        if boolean(request.args, "useAdminAccess") is not True:
            raise invalid("Invalid Value", "useAdminAccess")
        if account.email.casefold() not in directory.admins:
            raise ApiError(403, "forbidden", "Forbidden")
        home, new = directory.calendar(calendar), self._accounts.at(to)
        if home is None or new is None:
            raise not_found()
        domains = {one.rpartition("@")[2].casefold() for one in (account.email, home.owner, to)}
        if home.primary or len(domains) > 1:
            raise invalid("Invalid Value", "newDataOwner")
        self._accounts.transfer(home, new)
        return empty(204)

    def put(
        self, account: Account, calendar: Calendar, rule: Rule, *, notify: bool, cause: str
    ) -> None:
        """Nobody is mailed about access that ends."""
        if rule.id.casefold() == f"user:{calendar.owner}".casefold() and rule.role != "owner":
            raise ApiError(403, "forbidden", "Forbidden")
        self._accounts.directory.set_rule(calendar, rule)
        if notify and rule.role != "none" and rule.kind in ("user", "group"):
            subject = f"{account.person.name} has shared a calendar with you"
            self._world.mail.send(
                "google", account.email, [rule.value], "share", subject, "", cause
            )

    def check_users(self, calendar: Calendar, rule: Rule) -> None:
        most = self._world.knobs.number("google.acl_users")
        held = [one for one in calendar.rules.values() if one.role != "none"]
        if len(held) >= most and rule.id not in calendar.rules:
            raise quota_exceeded()

    def readable(self, account: Account, id_: str) -> Calendar:
        calendar = account.calendar(id_)
        if self._world.knobs["google.acl_read"] == "writer" and calendar.writable:
            return calendar
        require_owner(calendar)
        return calendar


def owned(account: Account, id_: str) -> Calendar:
    calendar = account.calendar(id_)
    require_owner(calendar)
    return calendar


def living(calendar: Calendar, id_: str) -> Rule:
    rule = calendar.rules.get(id_)
    if rule is None or rule.role == "none":
        raise not_found()
    return rule


def rule_row(rule: Rule) -> Wire:
    scope = {"type": rule.kind} | ({"value": rule.value} if rule.value else {})
    row: Wire = {"kind": "calendar#aclRule", "etag": rule.etag, "id": rule.id, "scope": scope}
    return row | {"role": rule.role}


def read_rule(body: Body) -> Rule:
    """Raises ApiError 400."""
    scope = body.get("scope")
    if not scope or not isinstance(scope, dict):
        raise required("Missing scope.")
    kind, value = scope.get("type"), scope.get("value") or ""
    if kind not in KINDS or not isinstance(value, str):
        raise invalid("Invalid scope type.")
    if kind in ("user", "group") and not EMAIL.fullmatch(value):
        raise invalid("Invalid scope value.")
    if (kind == "domain") != bool(value) and kind in ("domain", "default"):
        raise invalid("Invalid scope value.")
    return Rule(kind, value, read_role(body.get("role")))


def read_role(role: object) -> str:
    if role is None:
        raise required("Missing role.")
    if role not in ROLES:
        raise invalid("Invalid role.")
    return str(role)
