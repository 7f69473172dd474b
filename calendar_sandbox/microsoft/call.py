"""One request to Graph, after sign-in: who asks, in which mailbox, how it wants its answer."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from calendar_sandbox.core.http import json_response

from . import ids, shape
from .errors import GraphError, item_not_found, malformed_id, stale_change_key, unreadable_body
from .folders import Folder, Group
from .mailbox import Item, Mailbox
from .prefer import Preferences
from .query import Options
from .tenants import Account
from .tokens import AccessToken

if TYPE_CHECKING:
    from .state import MicrosoftState

PROFILE = frozenset({"User.Read"})
READ = frozenset({"Calendars.ReadBasic", "Calendars.Read", "Calendars.ReadWrite"})
WHOLE = READ - {"Calendars.ReadBasic"}
"""For what basic reading leaves out (contract 15)."""
WRITE = frozenset({"Calendars.ReadWrite"})
GROUPS = 2**32
"""Numbers of calendar groups in ids come after all numbers of calendars."""
_WHOLE = frozenset({"Calendars.Read", "Calendars.ReadWrite"})


@dataclass(frozen=True, slots=True)
class Call:
    """`root` is the absolute address of `/v1.0`, `path` what follows it in this request.

    `path` begins with `me` for everybody's mailbox; `owner` is whose it is when not the caller's.
    """

    state: "MicrosoftState"
    request: Request
    token: AccessToken
    account: Account
    mailbox: Mailbox
    prefer: Preferences
    options: Options
    root: str
    path: str
    owner: Account | None = None

    @property
    def place(self) -> str:
        """The path as links repeat it."""
        user = "me" if self.owner is None else f"users/{self.owner.graph_id}"
        return f"{user}{self.path[2:]}"

    @property
    def now(self) -> datetime:
        return self.state.world.clock.now()

    @property
    def cause(self) -> str:
        return f"{self.request.method} {self.request.path}"

    @property
    def look(self) -> shape.Look:
        whole = {f"{name}.Shared" for name in _WHOLE} if self.owner else _WHOLE
        basic = not whole & set(self.token.scopes)
        return self.state.look(self.prefer, basic=basic)

    def item(self, variables: Mapping[str, str]) -> Item:
        """The event a path names, as the caller may see it. Raises GraphError 400, 403 or 404."""
        strict = self.state.world.knobs["graph.mixed_ids"] == "refused"
        item = self.mailbox.find(
            variables["event"], immutable=self.prefer.immutable if strict else None
        )
        folder = self.folder(variables)
        if folder is not None and item.calendar != folder.number:
            raise item_not_found()
        if self.request.method == "GET":
            return self.mailbox.shown(item)
        self.mailbox.check_writable(item)
        return item

    def folder(self, variables: Mapping[str, str]) -> Folder | None:
        """The calendar a path names, None for the whole mailbox."""
        if "calendar" in variables:
            return self.mailbox.folder(variables["calendar"])
        if self.path.lower().startswith(("me/calendar/", "me/calendarview")):
            return self.mailbox.primary
        return None

    def group(self, variables: Mapping[str, str]) -> Group:
        """The calendar group a path names. Raises GraphError 400 or 404."""
        reference = ids.read(variables["group"])
        if reference.mailbox != self.mailbox.identity or reference.serial:
            raise malformed_id()
        group = self.mailbox.groups.get(reference.calendar - GROUPS)
        if group is None:
            raise item_not_found()
        return group

    def check_group(self, variables: Mapping[str, str]) -> None:
        """The calendar a path names stands in the group it names. Raises GraphError 404."""
        folder = self.mailbox.folder(variables["calendar"])
        if folder.group != self.group(variables).number:
            raise item_not_found()

    def check_unchanged(self, item: Item) -> None:
        """`If-Match` on a write. Raises GraphError 412."""
        wanted = self.request.headers.get("If-Match", "*")
        if wanted != "*" and wanted != shape.etag(self.mailbox, item):
            raise stale_change_key()

    def body(self) -> dict[str, Any]:
        """The JSON object sent. Raises GraphError 400."""
        if not self.request.content_type:
            raise unreadable_body(
                "A missing or empty content type header was found when trying to read a message."
            )
        try:
            value = json.loads(self.request.get_data() or b"{}")
        except ValueError:
            raise GraphError(
                400, "UnableToDeserializePostBody", "were unable to deserialize "
            ) from None
        if not isinstance(value, dict):
            raise unreadable_body("An object was expected.")
        return value

    def context(self, tail: str) -> str:
        return f"{self.root}/$metadata#users('{self.account.graph_id}')/{tail}"

    def answer(
        self, value: Mapping[str, Any], status: int = 200, *, applied: Iterable[str] = ()
    ) -> Response:
        preferences = [*applied, *self.prefer.applied]
        headers = {"Preference-Applied": ", ".join(preferences)} if preferences else {}
        return json_response(value, status, headers)

    def entity(self, item: Item, status: int = 200) -> Response:
        """The full event, as writes return it."""
        row = shape.narrowed(self.mailbox, item, self.look, None)
        context = self.context("events/$entity")
        return self.answer({"@odata.context": context, **row}, status)


def empty(status: int) -> Response:
    response = Response(status=status)
    del response.headers["Content-Type"]
    return response
