"""The list of a person's calendars (contract 11.1)."""

from calendar_sandbox.core.knobs import Knobs

from .accounts import Account
from .calendar import ROLES, Calendar
from .collection import listed
from .errors import calendar_error, invalid_parameter
from .parameters import Query, boolean
from .shape import Wire, list_entry

NOT_WITH_TOKEN = ("minAccessRole", "showOwnOrganizationOnly")


def calendar_list(account: Account, query: Query, knobs: Knobs) -> Wire:
    """The body of a reply. Raises ApiError 400, 410."""
    keep = EntryFilter(account, query)

    def rows(keys: list[str] | None) -> list[Wire]:
        if keys is not None:
            return [shown(account, id_) for id_ in keys]
        gone = [id_ for id_ in account.list_log.changed(0) if id_ not in account.calendars]
        entries = [list_entry(one) for one in account.calendars.values() if keep(one)]
        return entries + [shown(account, id_) for id_ in gone if keep.deleted]

    page = listed(account.list_log, query, knobs.number("google.sync_token_days"), rows)
    frame = {
        "kind": "calendar#calendarList",
        "etag": f'"p3{account.list_log.position:x}{account.list_log.epoch}o"',
    }
    return frame | page


def shown(account: Account, id_: str) -> Wire:
    calendar = account.calendars.get(id_)
    if calendar:
        return list_entry(calendar)
    etag = f'"{account.primary.made}"'
    return {"kind": "calendar#calendarListEntry", "etag": etag, "id": id_, "deleted": True}


class EntryFilter:
    def __init__(self, account: Account, query: Query) -> None:
        least = query.get("minAccessRole", "none")
        if least not in ROLES or ("minAccessRole" in query and least == "none"):
            raise invalid_parameter("minAccessRole", least)
        self._least = least
        self._hidden = boolean(query, "showHidden")
        self.deleted = boolean(query, "showDeleted")
        own_only = boolean(query, "showOwnOrganizationOnly")
        self._domain = account.email.rpartition("@")[2].casefold() if own_only else ""
        if "syncToken" in query and (
            any(name in query for name in NOT_WITH_TOKEN)
            or self._hidden is False
            or self.deleted is False
        ):
            raise calendar_error(
                400,
                "syncTokenWithRequestRestrictions",
                "Sync token cannot be used with other request restrictions.",
                "syncToken",
            )

    def __call__(self, calendar: Calendar) -> bool:
        if calendar.entry.get("hidden") and not self._hidden:
            return False
        own = calendar.owner.rpartition("@")[2].casefold()
        return calendar.allows(self._least) and self._domain in ("", own)
