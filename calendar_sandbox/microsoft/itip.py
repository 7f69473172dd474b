"""Between items and the invitations that travel by mail (RFC 5546, RFC 5545)."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from calendar_sandbox.core.post import Guest, Invitation, PartStat

from . import bodies, recurrence, zones
from .errors import GraphError
from .mailbox import Attendee, Item

Method = Literal["REQUEST", "CANCEL", "REPLY"]

_PARTSTATS: dict[str, PartStat] = {
    "accepted": "ACCEPTED",
    "declined": "DECLINED",
    "tentativelyAccepted": "TENTATIVE",
}
_RESPONSES = {partstat: response for response, partstat in _PARTSTATS.items()}
_DAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BY_DAY = re.compile(r"([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)")


def invitation(
    item: Item,
    method: Method,
    recipients: Iterable[str],
    guests: Iterable[Attendee],
    comment: str = "",
) -> Invitation:
    """The mail about an item as its calendar holds it now."""
    return Invitation(
        method=method,
        uid=item.uid,
        organizer=(item.organizer.address, item.organizer.name),
        attendees=tuple(guest(row, comment) for row in guests if row.address),
        start=_moment(item, item.start),
        end=_moment(item, item.end),
        all_day=item.all_day,
        time_zone=zones.zone(item.start_zone).key,
        summary=item.subject or "",
        description=bodies.text(item.body).strip().replace("\r\n", "\n"),
        location=item.values["location"]["displayName"],
        sequence=item.sequence,
        recipients=tuple(recipients),
        recurrence=_lines(item),
        recurrence_id=_moment(item, item.original_start) if item.original_start else None,
        private=item.values["sensitivity"] == "private",
        transparent=item.values["showAs"] == "free",
    )


def guest(row: Attendee, comment: str = "") -> Guest:
    return Guest(
        row.address,
        row.name,
        _PARTSTATS.get(row.response, "NEEDS-ACTION"),
        "OPT-PARTICIPANT" if row.type == "optional" else "REQ-PARTICIPANT",
        comment=comment,
        kind="RESOURCE" if row.type == "resource" else "INDIVIDUAL",
        proposed=row.proposed,
    )


def attendee(row: Guest) -> Attendee:
    kind = "optional" if row.role == "OPT-PARTICIPANT" else "required"
    kind = "resource" if row.kind == "RESOURCE" else kind
    return Attendee(row.address, row.name or row.address, kind, response(row.partstat))


def response(partstat: PartStat) -> str:
    return _RESPONSES.get(partstat, "none")


def moment(value: datetime | date) -> datetime:
    """UTC; a date at midnight."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.combine(value, time(), UTC)


def _moment(item: Item, at: datetime) -> datetime | date:
    return at.date() if item.all_day else at


def _lines(item: Item) -> tuple[str, ...]:
    """RRULE and EXDATE of a master."""
    if item.recurrence is None:
        return ()
    lines = [f"RRULE:{_rule(item.recurrence, all_day=item.all_day)}"]
    if item.cancelled:
        zone = zones.zone("UTC" if item.all_day else item.start_zone)
        clock = item.start.astimezone(zone).timetz()
        dates = [datetime.combine(on, clock).astimezone(UTC) for on in sorted(item.cancelled)]
        shown = ",".join(_text(at, all_day=item.all_day) for at in dates)
        lines.append(f"EXDATE;VALUE=DATE:{shown}" if item.all_day else f"EXDATE:{shown}")
    return tuple(lines)


def _text(at: datetime, *, all_day: bool) -> str:
    return f"{at:%Y%m%d}" if all_day else f"{at:%Y%m%dT%H%M%SZ}"


def _rule(rule: Mapping[str, Any], *, all_day: bool) -> str:
    pattern, span = rule["pattern"], rule["range"]
    kind = pattern["type"]
    frequency = {"daily": "DAILY", "weekly": "WEEKLY"}.get(
        kind, "MONTHLY" if kind.endswith("Monthly") else "YEARLY"
    )
    parts = [f"FREQ={frequency}", f"INTERVAL={pattern['interval']}"]
    days = [_DAY_CODES[recurrence.DAYS.index(day)] for day in pattern["daysOfWeek"]]
    if kind == "weekly" or kind.startswith("relative"):
        parts.append(f"BYDAY={','.join(days)}")
    if kind == "weekly":
        parts.append(f"WKST={_DAY_CODES[recurrence.DAYS.index(pattern['firstDayOfWeek'])]}")
    if kind.startswith("relative"):
        position = recurrence.INDEXES.index(pattern["index"])
        parts.append(f"BYSETPOS={-1 if position == 4 else position + 1}")
    if kind.startswith("absolute"):
        parts.append(f"BYMONTHDAY={pattern['dayOfMonth']}")
    if kind.endswith("Yearly"):
        parts.append(f"BYMONTH={pattern['month']}")
    if span["type"] == "numbered":
        parts.append(f"COUNT={span['numberOfOccurrences']}")
    if span["type"] == "endDate":
        last = date.fromisoformat(span["endDate"])
        parts.append(f"UNTIL={_until(last, span['recurrenceTimeZone'], all_day=all_day)}")
    return ";".join(parts)


def _until(last: date, zone_name: str, *, all_day: bool) -> str:
    if all_day:
        return f"{last:%Y%m%d}"
    end = datetime.combine(last, time(23, 59, 59), zones.zone(zone_name))
    return _text(end.astimezone(UTC), all_day=False)


def pattern(lines: Iterable[str], start: datetime, zone_name: str) -> dict[str, Any] | None:
    """What Exchange makes of the RRULE of an invitation; None where Graph has no such form."""
    lines = list(lines)
    rules = [line.partition(":")[2] for line in lines if line.upper().startswith("RRULE")]
    if len(rules) != 1:
        return None
    parts = dict(part.split("=", 1) for part in rules[0].upper().split(";") if "=" in part)
    if any(line.upper().startswith("RDATE") for line in lines) or not _has_form(parts):
        return None
    first = start.astimezone(zones.zone(zone_name)).date()
    try:
        given = {"pattern": _pattern(parts, first), "range": _range(parts, first, zone_name)}
        return recurrence.checked(given, zone_name, first)
    except (GraphError, KeyError, ValueError):
        return None


def cancelled(lines: Iterable[str], zone_name: str) -> set[date]:
    """The dates that EXDATE lines take out of a series; what cannot be read takes none."""
    found = set()
    for line in lines:
        head, _, values = line.partition(":")
        name = head.upper().split(";")[0]
        zone = next((text[5:] for text in head.split(";") if text.startswith("TZID=")), "UTC")
        for text in values.split(",") if name == "EXDATE" else ():
            try:
                found.add(_excluded(text, zone, zone_name))
            except (GraphError, ValueError):
                continue
    return found


def _excluded(text: str, zone: str, zone_name: str) -> date:
    if "T" not in text:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
    rules = UTC if text.endswith("Z") else zones.zone(zone)
    at = datetime.strptime(text[:15], "%Y%m%dT%H%M%S").replace(tzinfo=rules)
    return at.astimezone(zones.zone(zone_name)).date()


_ALWAYS = frozenset({"FREQ", "INTERVAL", "WKST", "COUNT", "UNTIL"})
_FORMS: tuple[tuple[str, frozenset[str]], ...] = (
    ("DAILY", frozenset()),
    ("WEEKLY", frozenset()),
    ("WEEKLY", frozenset({"BYDAY"})),
    ("MONTHLY", frozenset()),
    ("MONTHLY", frozenset({"BYMONTHDAY"})),
    ("MONTHLY", frozenset({"BYDAY"})),
    ("MONTHLY", frozenset({"BYDAY", "BYSETPOS"})),
    ("YEARLY", frozenset()),
    ("YEARLY", frozenset({"BYMONTH"})),
    ("YEARLY", frozenset({"BYMONTHDAY"})),
    ("YEARLY", frozenset({"BYMONTH", "BYMONTHDAY"})),
    ("YEARLY", frozenset({"BYMONTH", "BYDAY"})),
    ("YEARLY", frozenset({"BYMONTH", "BYDAY", "BYSETPOS"})),
)


def _has_form(parts: Mapping[str, str]) -> bool:
    """Whether Graph can say this rule (contract 3.6, the list of what has no form)."""
    given, days = frozenset(parts) - _ALWAYS, parts.get("BYDAY", "")
    frequency = parts.get("FREQ", "")
    if frequency == "DAILY" and given == {"BYDAY"} and parts.get("INTERVAL", "1") == "1":
        frequency = "WEEKLY"
    if (frequency, given) not in _FORMS:
        return False
    numbered = [text for text in days.split(",") if text and text not in _DAY_CODES]
    if frequency == "WEEKLY" or "BYSETPOS" in given:
        return not numbered and parts.get("BYSETPOS", "1") in _PLACES
    if "BYDAY" in given:
        return len(numbered) == 1 and numbered[0] == days and days[:-2].lstrip("+") in _PLACES
    return True


_PLACES = ("1", "2", "3", "4", "-1")


def _pattern(parts: Mapping[str, str], first: date) -> dict[str, Any]:
    frequency = parts["FREQ"]
    found = [_BY_DAY.fullmatch(text) for text in parts.get("BYDAY", "").split(",") if text]
    days = [recurrence.DAYS[_DAY_CODES.index(day[2])] for day in found if day]
    week_start = recurrence.DAYS[_DAY_CODES.index(parts.get("WKST", "MO"))]
    common = {"interval": int(parts.get("INTERVAL", "1")), "firstDayOfWeek": week_start}
    month = {"month": int(parts.get("BYMONTH", first.month))} if frequency == "YEARLY" else {}
    if frequency == "DAILY" and not days:
        return {"type": "daily", **common}
    if frequency in {"DAILY", "WEEKLY"}:
        days = days or [recurrence.DAYS[first.weekday()]]
        return {"type": "weekly", **common, "daysOfWeek": days}
    suffix = {"MONTHLY": "Monthly", "YEARLY": "Yearly"}[frequency]
    if days:
        ordinals = [day[1] for day in found if day and day[1]]
        position = int(parts.get("BYSETPOS") or ordinals[0])
        index = recurrence.INDEXES[-1 if position < 0 else position - 1]
        return {"type": f"relative{suffix}", **common, **month, "daysOfWeek": days, "index": index}
    day = int(parts.get("BYMONTHDAY", first.day))
    return {"type": f"absolute{suffix}", **common, **month, "dayOfMonth": day}


def _range(parts: Mapping[str, str], first: date, zone_name: str) -> dict[str, Any]:
    span = {"startDate": first.isoformat(), "recurrenceTimeZone": zone_name}
    if "COUNT" in parts:
        return {**span, "type": "numbered", "numberOfOccurrences": int(parts["COUNT"])}
    if "UNTIL" not in parts:
        return {**span, "type": "noEnd"}
    text = parts["UNTIL"]
    last = datetime.strptime(text[:8], "%Y%m%d").replace(tzinfo=UTC)
    if text.endswith("Z"):
        clock = datetime.strptime(text[9:15], "%H%M%S").replace(tzinfo=UTC)
        last += timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)
        last = last.astimezone(zones.zone(zone_name))
    return {**span, "type": "endDate", "endDate": last.date().isoformat()}
