"""How an event repeats, as it is typed, and why an edit of a series is refused."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from calendar_sync.actions.drafts import YEARS
from calendar_sync.actions.errors import ActionRefused, Invalid
from calendar_sync.engine import series
from calendar_sync.engine.event import CalendarObject, When, instant, when_from_text
from calendar_sync.engine.moves import SeriesRefused
from calendar_sync.engine.occurrences import occurrences
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
RULE_OF_ONE_DATE = "One date alone has no rule. Change this and following dates, or all."
LOOKED_AHEAD = timedelta(days=1500)  # also a 29 February is among them
WRONG_RULE = "That is no rule by which an event can repeat."


def named_date(obj: CalendarObject, name: str) -> When:
    """A date as `EventCard.date` names it; without a name, the first that takes place.

    Raises SeriesRefused, and UnreadableRecurrence.
    """
    if not name:
        first = instant(obj.event.start)
        found = occurrences(obj, first, first + LOOKED_AHEAD) if obj.is_series else []
        for each in found:
            return each.recurrence_id or each.start
        raise SeriesRefused("no_date")
    try:
        when = when_from_text(name)
    except (ValueError, KeyError, OSError):  # the last two: no such zone
        raise SeriesRefused("no_date") from None
    if when.year not in YEARS:
        raise SeriesRefused("no_date")
    return when


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


@contextmanager
def refusing() -> Iterator[None]:
    """What the engine refuses, in words. Raises ActionRefused."""
    try:
        yield
    except SeriesRefused as refused:
        raise refusal(refused) from None
    except UnreadableRecurrence:
        raise ActionRefused("rule_unreadable", UNREADABLE) from None


def refusal(refused: SeriesRefused) -> ActionRefused:
    return ActionRefused(f"series_{refused}", REFUSED[str(refused)])
