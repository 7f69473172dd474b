"""What becomes of the exceptions of a series when its master changes (7.2, 14 #20, #33)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from calendar_sandbox.core.knobs import Knobs

from .recurrence import read_line, series_of, single
from .values import Content, Event

Value = TypeVar("Value")


def settle(master: Event, before: Content, exceptions: Iterable[Event], knobs: Knobs) -> None:
    """Brings exceptions in line with a changed master; those it drops keep four keys (4.11).

    `before`: what the master was when the exceptions were last in line with it.
    """
    alive = [event for event in exceptions if not event.swept]
    if "recurrence" not in before.shared or not alive:
        return
    content = master.content
    if master.cancelled or not master.is_master:
        sweep(alive)
    elif pattern(content) != pattern(before):
        if knobs["google.moved_series"] == "dropped":
            sweep(alive)
    else:
        for event in alive:
            keep(event, before, content, knobs)


def sweep(exceptions: Iterable[Event]) -> None:
    for event in exceptions:
        event.content = replace(event.content, status="cancelled")
        event.swept = True


def keep(event: Event, before: Content, content: Content, knobs: Knobs) -> None:
    """A date that is no more is dropped; only an end set by the API may leave it alive."""
    series = series_of(content)
    original = event.original_start
    if original is None or series.yields(original):
        follow(event, before, content)
        return
    shortened = ends(content) != ends(before) and not lines(content, "EXDATE") > lines(
        before, "EXDATE"
    )
    if not shortened or knobs["google.api_truncation"] == "swept":
        sweep([event])


def pattern(content: Content) -> tuple[object, ...]:
    """Start and rule without its end: another one makes other dates."""
    rules = [read_line(text) for text in content.shared["recurrence"]]
    parts = [
        sorted(each for each in rule.parts().items() if each[0] not in ("COUNT", "UNTIL", "WKST"))
        for rule in rules
        if rule.name in ("RRULE", "EXRULE")
    ]
    return (content.start, sorted(parts))


def lines(content: Content, name: str) -> set[str]:
    return {text for text in content.shared["recurrence"] if text.startswith(name)}


def ends(content: Content) -> list[tuple[str | None, str | None]]:
    parts = [read_line(text).parts() for text in sorted(lines(content, "RRULE"))]
    return [(each.get("COUNT"), each.get("UNTIL")) for each in parts]


def follow(event: Event, before: Content, after: Content) -> None:
    """What the date does not have of its own goes on following the master (7.2)."""
    own = event.content
    original = event.original_start
    if original:
        old, new = single(before, original), single(after, original)
        if (own.start, own.end) == (old.start, old.end):
            own = replace(own, start=new.start, end=new.end)
    rows = {row.key: row for row in own.attendees}
    merged = followed(
        rows,
        {row.key: row for row in before.attendees},
        {row.key: row for row in after.attendees},
    )
    event.content = replace(
        own,
        shared=followed(own.shared, without_rule(before), without_rule(after)),
        personal=followed(own.personal, before.personal, after.personal),
        attendees=tuple(merged.values()),
        reminders=after.reminders if own.reminders == before.reminders else own.reminders,
    )


def without_rule(content: Content) -> dict[str, Any]:
    return {name: value for name, value in content.shared.items() if name != "recurrence"}


def followed(
    own: Mapping[str, Value], before: Mapping[str, Value], after: Mapping[str, Value]
) -> dict[str, Value]:
    """`own`, with the step from `before` to `after` where `own` was as `before`."""
    merged = dict(own)
    for name in (*before, *(name for name in after if name not in before)):
        if own.get(name) == before.get(name) and before.get(name) != after.get(name):
            merged.pop(name, None)
            if name in after:
                merged[name] = after[name]
    return merged
