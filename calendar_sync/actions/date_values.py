"""What an occurrence is on its date: its own values and times, where they differ in the series."""

from datetime import datetime
from typing import Any, cast

from calendar_sync.engine.event import When, when_from_text
from calendar_sync.engine.occurrences import date_name
from calendar_sync.engine.properties import ALARMS, AT, Properties, alarms_of, on_date
from calendar_sync.models import Entry, Occurrence


def values_on(row: Occurrence) -> Properties:
    """The event's components, or those of the date that differs."""
    components: Properties = row.event.components
    if not row.recurrence_id or not any(key.startswith(AT) for key in components):
        return components
    return on_date(components, when_from_text(row.recurrence_id))


def own_on(row: Occurrence, entry: Entry | None) -> dict[str, Any]:
    """What a card shows of the viewer's copy, of the date that differs there."""
    if entry is None:
        return {"availability": "busy", "classification": "default", "colour": ""}
    own = {"availability": entry.availability, "classification": entry.classification}
    own |= {name: entry.personal.get(name) for name in ("colour", ALARMS)}
    if row.recurrence_id and any(key.startswith(AT) for key in entry.personal):
        start = when_from_text(row.event.components["when"][0])
        date = AT + date_name(when_from_text(row.recurrence_id), start)
        own |= {name: entry.personal.get(f"{date}:{name}", own[name]) for name in own}
    return {**own, "colour": own["colour"] or "", "alarms": alarms_of(own[ALARMS]) or ()}


def times_on(row: Occurrence, values: Properties) -> tuple[When, When]:
    """The date's own times, in the zone of the series."""
    first, last = (when_from_text(text) for text in cast("list[str]", values["when"]))
    if not row.recurrence_id or values is not row.event.components:
        return first, last
    if not isinstance(first, datetime):
        return row.starts_at.date(), row.ends_at.date()
    if first.tzinfo is None:
        return row.starts_at.replace(tzinfo=None), row.ends_at.replace(tzinfo=None)
    return row.starts_at.astimezone(first.tzinfo), row.ends_at.astimezone(first.tzinfo)
