"""Calendars of Microsoft 365 groups: read, and never written.

Graph's reference names `GET /groups/{id}/calendarView` and `/groups/{id}/events/{id}`, and nothing
that tells changes of either: whether `delta` takes groups it says both ways, subscriptions there
are only to conversations. So the calendar is read whole each time (docs/decisions/calendars.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from ...engine.errors import (
    AuthorizationInvalid,
    CollectionUnavailable,
    Rejected,
)
from ...engine.event import normalized_address
from ...engine.sync import ChangeSet, Href, SyncToken
from ..registry import RemoteCalendar
from . import wire
from .client import GROUPS, Client
from .collection import GraphCollection
from .rounds import Round, Token, Window

SCOPE = "Group.Read.All"
"""Reads groups and their calendars; in most organizations only an administrator can grant it."""

PAUSE = timedelta(minutes=2)
"""Runs that one's own edits bring about come closer together, and a look is many requests. The
window goes with the clock, so it says how long ago the last look was."""

NOT_ALLOWED = "authorization_requestdenied"


class GroupCollection(GraphCollection):
    """The only calendar that a group has, complete at every look."""

    def changes(self, since: SyncToken | None) -> ChangeSet:
        """Everything in the window, in portions; nothing new if it was read a moment ago.

        Without the consent to groups this calendar alone is out of reach, not the account.
        """
        known = Token.read(since) if since else None
        within = known is not None and known.gone is not None
        if since and known and not within and self._window[0] - known.window[0] < PAUSE:
            return ChangeSet((), (), since)
        try:
            return super().changes(since if within else None)
        except AuthorizationInvalid as error:
            if error.code != NOT_ALLOWED:
                raise
            raise CollectionUnavailable(error.code) from None

    def _begin(self, window: Window) -> wire.Page:
        return self._client.view(*self._asked_for(window))

    def _new_round(self, gone: Iterable[Href]) -> Round:
        return Round(vanished=dict.fromkeys(gone), is_tracked=False)


def list_groups(client: Client) -> list[RemoteCalendar]:
    """Calendars of the groups the person is a member of; those of mail and Teams, not of rights.

    Raises SyncError: AuthorizationInvalid where there are no groups for this account, so that its
    own calendars are listed without them.
    """
    try:
        rows = list(client.memberships())
    except (Rejected, CollectionUnavailable) as error:
        raise AuthorizationInvalid("groups_refused", error.code) from None
    return [_calendar(row) for row in rows if "Unified" in (row.get("groupTypes") or ())]


def _calendar(group: wire.Membership) -> RemoteCalendar:
    name = group.get("displayName") or ""
    return RemoteCalendar(
        id=GROUPS + group["id"],
        name=name,
        time_zone="",
        writable=False,
        is_own=False,
        owner=normalized_address(group.get("mail") or ""),
        owner_name=name,
        is_group=True,
    )
