"""A person's settings, all of them strings (contract 11.4)."""

from calendar_sandbox.core.knobs import Knobs

from .accounts import Account
from .collection import listed
from .errors import not_found
from .parameters import Query
from .shape import Wire
from .times import is_zone

DEFAULTS = {
    "autoAddHangouts": "false",
    "dateFieldOrder": "MDY",
    "defaultEventLength": "60",
    "format24HourTime": "false",
    "hideInvitations": "false",
    "hideWeekends": "false",
    "locale": "en",
    "remindOnRespondedEventsOnly": "false",
    "showDeclinedEvents": "true",
    "timezone": "Etc/GMT",
    "useKeyboardShortcuts": "true",
    "weekStart": "0",
}
CHOICES = {"dateFieldOrder": ("MDY", "DMY", "YMD"), "weekStart": ("0", "1", "6")}


def settings_list(account: Account, query: Query, knobs: Knobs) -> Wire:
    """The body of a reply; what equals its default may be absent from a full list."""
    everything = knobs["google.default_settings"] == "listed"

    def rows(keys: list[str] | None) -> list[Wire]:
        found = [setting(account, id_) for id_ in sorted(DEFAULTS if keys is None else keys)]
        return [row for row in found if keys or everything or row["value"] != DEFAULTS[row["id"]]]

    page = listed(account.settings_log, query, knobs.number("google.sync_token_days"), rows)
    etag = f'"p3{account.settings_log.position:x}{account.settings_log.epoch}s"'
    return {"kind": "calendar#settings", "etag": etag} | page


def settings_of(account: Account) -> dict[str, str]:
    return {id_: setting(account, id_)["value"] for id_ in DEFAULTS}


def setting(account: Account, id_: str) -> Wire:
    if id_ not in DEFAULTS:
        raise not_found()
    value = account.settings.get(id_, DEFAULTS[id_])
    if id_ == "timezone":
        value = account.primary.time_zone
    etag = f'"{account.primary.made}"'
    return {"kind": "calendar#setting", "etag": etag, "id": id_, "value": value}


def set_setting(account: Account, id_: str, value: str) -> None:
    """As on the settings page; the zone is that of the primary calendar.

    Raises KeyError for an unknown setting, ValueError for a value it does not take.
    """
    known = DEFAULTS[id_]
    flag = ("true", "false") if known in ("true", "false") else ()
    choices = CHOICES.get(id_, flag)
    if (choices and value not in choices) or (id_ == "timezone" and not is_zone(value)):
        raise ValueError(f"{id_}: {value!r}")
    if id_ == "timezone":
        account.primary.time_zone = value
    else:
        account.settings[id_] = value
    account.primary.hides_invitations = account.settings.get("hideInvitations") == "true"
    account.settings_log.note(id_)
