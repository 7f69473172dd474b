"""Names of time zones: IANA (RFC 7808) and Windows, as Exchange writes them. Pure.

The table is Unicode CLDR's `windowsZones`, as tzlocal ships it. A name that nobody knows is
reported, never guessed: a wrong zone moves a series by an hour twice a year, unseen.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from tzlocal.windows_tz import tz_win, win_tz

UTC = ZoneInfo("UTC")

# CLDR never renames: these are its spellings of names that IANA changed since, and its UTC.
_RENAMED = {
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Godthab": "America/Nuuk",
    "America/Indianapolis": "America/Indiana/Indianapolis",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Etc/UTC": "UTC",
    "Europe/Kiev": "Europe/Kyiv",
}
# IANA names that CLDR leaves out of its table.
_WITHOUT_WINDOWS_NAME = {
    "CST6CDT": "Central Standard Time",
    "EST5EDT": "Eastern Standard Time",
    "Europe/Uzhgorod": "FLE Standard Time",
    "Europe/Zaporozhye": "FLE Standard Time",
    "GMT": "UTC",
    "MST7MDT": "Mountain Standard Time",
    "PST8PDT": "Pacific Standard Time",
    "US/East-Indiana": "US Eastern Standard Time",
}
# CLDR names a Windows zone here that keeps another time by now.
_OTHER_RULES = frozenset({"America/Scoresbysund", "Antarctica/Casey", "Antarctica/Vostok"})
# zoneinfo finds files for these, but they name no place's rules or those of this machine.
_NO_PLACE = frozenset({"Factory", "localtime", "posixrules"})


class UnknownTimeZone(ValueError):
    """Neither an IANA nor a Windows name; the argument is that name."""


def zone(name: str) -> ZoneInfo:
    """The rules behind an IANA or a Windows name, old IANA names included.

    Raises UnknownTimeZone.
    """
    iana = win_tz.get(name, name)
    iana = _RENAMED.get(iana, iana)
    if iana in _NO_PLACE:
        raise UnknownTimeZone(name)
    try:
        return ZoneInfo(iana)
    except (KeyError, ValueError, OSError) as error:  # unknown, malformed, a folder of zones
        raise UnknownTimeZone(name) from error


def windows_name(iana: str) -> str | None:
    """The Windows name with the same rules today; None for the few zones that have none."""
    if not iana or iana in _OTHER_RULES:  # the table has a row for no name at all
        return None
    return tz_win.get(iana) or _WITHOUT_WINDOWS_NAME.get(iana)
