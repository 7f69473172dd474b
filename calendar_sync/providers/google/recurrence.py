"""Recurrence lines as RFC 5545 has them and as Google takes them, and the dates that ids name.

Pure (contract §4.11, §7.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timezone
from zoneinfo import ZoneInfo

from ...engine.errors import Rejected
from ...engine.event import When, instant
from ...engine.occurrences import DAY, RecurrenceSet, like
from ...engine.recurrence import (
    YEARS,
    Frequency,
    RecurrenceRule,
    UnreadableRecurrence,
    moment_of,
)

_INSTANCE = re.compile(r"(.+)_(\d{8}(?:T\d{6}Z)?)")
_STAMP = re.compile(r"\d{8}(?:T\d{6})?")
_OTHER_DAYS = ("BYMONTH=", "BYWEEKNO=", "BYYEARDAY=", "BYDAY=")


def lines_of(given: Iterable[str], start: When) -> tuple[str, ...]:
    """The lines of a series that begins at `start`, rules first: Google keeps no order."""
    return tuple(sorted((_line(text, start) for text in given), key=_rules_first))


def written_lines(lines: Iterable[str], start: When) -> list[str]:
    """The lines of a series that begins at `start`, in the form Google requires (§7.1).

    They yield the same dates; what nobody says how Google reads is refused. UNTIL, RDATE and
    EXDATE are days of an all-day series, else moments in UTC; there is a line per such date, and
    one that leaves out nothing is left out. Raises Rejected.
    """
    given = [line.strip() for line in lines]
    try:
        dates = RecurrenceSet.parse(given, start)
        _check(dates)
        rule = [_rule(line, dates.rules[0], start) for line in given if _is_rule(line)]
        added = {instant(when): when for when in (like(when, start) for when in dates.added)}
        gone = _left_out(dates)
    except UnreadableRecurrence as error:
        raise Rejected("recurrence_unreadable", str(error)) from None
    return [
        *rule,
        *(_date_line("RDATE", added[moment]) for moment in sorted(added)),
        *(_date_line("EXDATE", gone[moment]) for moment in sorted(gone)),
    ]


def instance_of(event: str) -> tuple[str, When] | None:
    """The master and the original date that the id of a date names; None for another id."""
    found = _INSTANCE.fullmatch(event)
    try:
        return (found[1], moment_of(found[2])) if found else None
    except UnreadableRecurrence:
        return None


def instance_id(master: str, original: When) -> str:
    """The id of one date; a series that was cut off is named without its cut (contract §4.2)."""
    return f"{split_from(master) or master}_{_stamp(original)}"


def split_from(event: str) -> str:
    """The series that a cut in Google's own pages took this one from, by its id; "" for others."""
    base, mark, stamp = event.rpartition("_R")
    return base if mark and _STAMP.fullmatch(stamp) else ""


def _line(text: str, start: When) -> str:
    if re.match(r"RRULE:DATE[;:]", text):
        return "RDATE" + text.removeprefix("RRULE:DATE")
    # A day of the month in a yearly rule means that of the first date's month only.
    if "FREQ=YEARLY" in text and "BYMONTHDAY=" in text and not any(x in text for x in _OTHER_DAYS):
        return f"{text.rstrip(';')};BYMONTH={start.month}"
    return text


def _is_rule(line: str) -> bool:
    return re.match(r"RRULE[;:]", line, re.IGNORECASE) is not None


def _check(dates: RecurrenceSet) -> None:
    """A first date beside the rule counts for us; Google's own page moves it."""
    if isinstance(dates.start, datetime) and not isinstance(dates.start.tzinfo, ZoneInfo):
        raise Rejected("floating_time")
    if dates.start.year not in YEARS:
        raise Rejected("out_of_range")
    if dates.excluded_rules:
        raise Rejected("excluded_rule")
    if len(dates.rules) > 1 or not (dates.rules or dates.added):
        raise Rejected("several_rules")
    if not isinstance(dates.start, datetime) and any(rule.names_times for rule in dates.rules):
        raise Rejected("byhour")
    if dates.rules and not dates.holds_start():
        raise Rejected("start_not_on_rule")


def _rule(line: str, rule: RecurrenceRule, start: When) -> str:
    """The rule with its own parts, but for UNTIL and what Google would take from the start."""
    parts = line.partition(":")[2].strip().rstrip(";").upper().split(";")
    parts = [part for part in parts if not part.startswith("UNTIL=")]
    others = rule.months or rule.weeks or rule.year_days or rule.week_days
    if rule.frequency is Frequency.YEARLY and rule.month_days and not others:
        parts.append(f"BYMONTH={','.join(map(str, range(1, 13)))}")
    if rule.until is not None:
        parts.append(f"UNTIL={_stamp(_end(rule.until, start))}")
    return "RRULE:" + ";".join(parts)


def _end(until: When, start: When) -> When:
    """UNTIL in the kind of the start; a day means all of it."""
    if isinstance(start, datetime) and not isinstance(until, datetime):
        return datetime.combine(until, time(23, 59, 59), start.tzinfo)
    return like(until, start)


def _left_out(dates: RecurrenceSet) -> dict[datetime, When]:
    """The dates that EXDATE takes away; a day beside a timed series means all of its times."""
    found: dict[datetime, When] = {}
    whole = replace(dates, excluded=())
    for gone in dates.excluded:
        around = instant(like(gone, dates.start))
        for when in whole.starts(around - DAY, around + 2 * DAY):
            moment = instant(when)
            day = when.date() if isinstance(when, datetime) else when
            if moment == around or day == gone:
                found[moment] = when
    return found


def _date_line(name: str, when: When) -> str:
    kind = "" if isinstance(when, datetime) else ";VALUE=DATE"
    return f"{name}{kind}:{_stamp(when)}"


def _stamp(when: When) -> str:
    if not isinstance(when, datetime):
        return when.isoformat().replace("-", "")
    moment = when.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
    return f"{re.sub('[-:]', '', moment.isoformat())}Z"


def _rules_first(line: str) -> tuple[bool, str]:
    return not line.startswith("RRULE"), line
