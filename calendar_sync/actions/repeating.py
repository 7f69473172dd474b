"""How an event repeats, as it is typed, and why an edit of a series is refused."""

from collections.abc import Iterable, Mapping

from calendar_sync.actions.errors import ActionRefused, Invalid
from calendar_sync.engine import series
from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.moves import SeriesRefused
from calendar_sync.engine.properties import Json, object_of, properties
from calendar_sync.engine.recurrence import UnreadableRecurrence

REFUSED = {
    "single": "This event doesn't repeat.",
    "no_date": "The series has no event on that date any more.",
    "unchanged": "That date is as the series has it.",
    "nothing_left": "Nothing would be left of the series. Delete it instead.",
    "out_of_step": "A series that skips weeks can only be split on a week of its own. "
    "Change this event alone, or all.",
    "several_rules": "This series has several rules. It can be changed where it was made.",
    "times": "This series names its times in its rule. Its time can be changed where it was made.",
    "rule": "The rule of this series doesn't fit the new day. Change how it repeats as well.",
    "date_lost": "A changed date would get lost. Change that date first.",
}
UNREADABLE = "Its rule can't be read here. It can be changed where it was made."
WRONG_RULE = "That is no rule by which an event can repeat."


def repeated(values: Mapping[str, Json], lines: Iterable[str]) -> dict[str, Json]:
    """The properties of an event with these RRULE lines. Raises Invalid."""
    with_lines = ruled(object_of("", values), lines)
    return {**values, **properties(with_lines)}


def ruled(obj: CalendarObject, lines: Iterable[str]) -> CalendarObject:
    """With these rules, or single without any. Raises Invalid."""
    rules = list(lines)
    try:
        if not rules:
            return series.single(obj, obj.event.start) if obj.is_series else obj
        return series.with_rule(obj, rules)
    except UnreadableRecurrence:
        raise Invalid({"recurrence": WRONG_RULE}) from None
    except SeriesRefused as refused:
        raise Invalid({"recurrence": refusal(refused).text}) from None


def refusal(refused: SeriesRefused) -> ActionRefused:
    return ActionRefused(f"series_{refused}", REFUSED[str(refused)])
