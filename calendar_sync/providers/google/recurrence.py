"""Recurrence lines as RFC 5545 has them, and the dates that ids name (contract §4.11, §7.1).

Pure; reading only, for now.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...engine.event import When
from ...engine.recurrence import UnreadableRecurrence, moment_of

_INSTANCE = re.compile(r"(.+)_(\d{8}(?:T\d{6}Z)?)")
_OTHER_DAYS = ("BYMONTH=", "BYWEEKNO=", "BYYEARDAY=", "BYDAY=")


def lines_of(given: Iterable[str], start: When) -> tuple[str, ...]:
    """The lines of a series that begins at `start`, rules first: Google keeps no order."""
    return tuple(sorted((_line(text, start) for text in given), key=_rules_first))


def instance_of(event: str) -> tuple[str, When] | None:
    """The master and the original date that the id of a date names; None for another id."""
    found = _INSTANCE.fullmatch(event)
    try:
        return (found[1], moment_of(found[2])) if found else None
    except UnreadableRecurrence:
        return None


def _line(text: str, start: When) -> str:
    if re.match(r"RRULE:DATE[;:]", text):
        return "RDATE" + text.removeprefix("RRULE:DATE")
    # A day of the month in a yearly rule means that of the first date's month only.
    if "FREQ=YEARLY" in text and "BYMONTHDAY=" in text and not any(x in text for x in _OTHER_DAYS):
        return f"{text.rstrip(';')};BYMONTH={start.month}"
    return text


def _rules_first(line: str) -> tuple[bool, str]:
    return not line.startswith("RRULE"), line
