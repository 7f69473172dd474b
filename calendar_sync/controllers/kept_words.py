"""What is kept in step, in words: the rules of a calendar, why an event is left out, and counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from calendar_sync.actions.kept_in_step import Effect, Kept
from calendar_sync.controllers import dates
from calendar_sync.engine.filters import Reason
from calendar_sync.engine.policy import Direction, Filters, PrivateEvents

REASONS: Mapping[str, str] = {
    Reason.KEPT_APART.value: "you said so",
    Reason.KIND.value: "its kind",
    Reason.PRIVATE.value: "private",
    Reason.DECLINED.value: "declined",
    Reason.FREE.value: "shows as free",
    Reason.CATEGORY.value: "its category",
    Reason.TITLE.value: "its title",
    Reason.OTHER_CATEGORY.value: "it has none of your categories",
    Reason.OTHER_TITLE.value: "its title is none of those you keep",
    Reason.EARLIER.value: "before your first day",
}
"""Of one event."""

COUNTED: Mapping[Reason, str] = {
    Reason.KEPT_APART: "by your own choice",
    Reason.KIND: "by kind",
    Reason.PRIVATE: "private",
    Reason.DECLINED: "declined",
    Reason.FREE: "free",
    Reason.CATEGORY: "by category",
    Reason.TITLE: "by title",
    Reason.OTHER_CATEGORY: "without a category you keep",
    Reason.OTHER_TITLE: "without a title you keep",
    Reason.EARLIER: "before your first day",
}
"""Of many: `12 private`."""

ONLY_FROM = (
    "{label} is never written: what you change, answer or delete here stays here, and new events "
    "go elsewhere. Going back to both ways compares everything, and sends what you changed here "
    "meanwhile but not what you deleted."
)
ONLY_TO = (
    "Nothing that happens at {label} changes anything here, answers of guests neither. Going back "
    "to both ways compares everything, and fetches what was changed there meanwhile but deletes "
    "nothing."
)
WAYS = {
    Direction.BOTH: ("Both ways", "A change on either side reaches the other."),
    Direction.FROM_PROVIDER: ("Only from {label}", ONLY_FROM),
    Direction.TO_PROVIDER: ("Only to {label}", ONLY_TO),
}
ONLY_BUSY = (
    "What is private on one side shows as “Busy” on the other. What has guests here, and what is "
    "on both sides already, stays as it is."
)
PRIVATES = (
    (PrivateEvents.FULL.value, "Keep them in step", "Like any other event, marked as private."),
    (
        PrivateEvents.BUSY.value,
        "Only their time",
        ONLY_BUSY,
    ),
    (PrivateEvents.SKIP.value, "Leave them out", "They stay where they are."),
)


@dataclass(frozen=True)
class Choice:
    """One of several, with what it means."""

    value: str
    text: str
    hint: str
    is_chosen: bool


def ways(kept: Kept) -> list[Choice]:
    """Nothing to choose for what may only be read."""
    if not kept.may_be_written:
        return []
    label = kept.label
    return [
        Choice(way.value, text.format(label=label), hint.format(label=label), way is kept.direction)
        for way, (text, hint) in WAYS.items()
    ]


def privates(chosen: str) -> list[Choice]:
    return [Choice(value, text, hint, value == chosen) for value, text, hint in PRIVATES]


def summary(filters: Filters, count: int) -> str:
    """`from 1 Dec 2026 · without private, declined events · 12 left out`; nothing: everything."""
    parts = [f"from {dates.day(filters.start, date.min)}"] if filters.start else []
    without = []
    if filters.private is PrivateEvents.SKIP:
        without.append("private")
    if filters.skip_declined:
        without.append("declined")
    if filters.skip_free:
        without.append("free")
    if without:
        parts.append(f"without {', '.join(without)} events")
    if filters.only_titles:
        parts.append(f"only {_some(len(filters.only_titles), 'title', 'titles')}")
    if filters.only_categories:
        parts.append(f"only {_some(len(filters.only_categories), 'category', 'categories')}")
    if filters.titles:
        parts.append(f"without {_some(len(filters.titles), 'title', 'titles')}")
    if filters.categories:
        parts.append(f"without {_some(len(filters.categories), 'category', 'categories')}")
    if filters.kinds:
        parts.append("not every kind")
    if count:
        parts.append(f"{count} left out")
    return " · ".join(parts)


def effect_lines(effect: Effect, label: str) -> list[str]:
    """What saving would do, before it is done."""
    total = _events(effect.total)
    if effect.leaving:
        lines = [f"{effect.leaving} of {total} would be left out."]
    else:
        lines = [f"All {total} stay in step." if effect.total > 1 else "Nothing would be left out."]
    if effect.returning:
        verb = "is" if effect.returning == 1 else "are"
        lines.append(f"{_events(effect.returning)} left out so far {verb} kept in step again.")
    if effect.reads_again:
        lines.append(
            f"{label} is read once from the beginning, for what was passed over until now: "
            "about one request per thousand events."
        )
    lines.append("Nothing is deleted on either side, and nobody is mailed.")
    return lines


def standing(kept: Kept) -> list[str]:
    """What is kept where it is at present, a line for each side; nothing: nothing is."""
    here = kept_where_it_is(kept.left_out, "here", "left out")
    there = kept_where_it_is(kept.passed_over, f"at {kept.label}", "passed over")
    comes_in = kept.direction is not Direction.TO_PROVIDER
    if not comes_in or kept.filters == Filters():
        there = ""
    elif kept.is_read_anew:
        there = f"What is passed over at {kept.label} is counted as soon as it has been read."
    return [line for line in (here, there) if line]


def kept_where_it_is(found: Mapping[Reason, int], where: str, what: str) -> str:
    """`42 events here are left out: 30 private, 12 declined.`, most first; empty: none is."""
    most_first = sorted(found.items(), key=lambda pair: (-pair[1], pair[0].value))
    reasons = ", ".join(
        f"{count:,} {COUNTED[reason]}" if len(found) > 1 else COUNTED[reason]
        for reason, count in most_first
    )
    total = sum(found.values())
    verb = "is" if total == 1 else "are"
    return f"{_events(total)} {where} {verb} {what}: {reasons}." if total else ""


def _some(count: int, one: str, many: str) -> str:
    return f"1 {one}" if count == 1 else f"{count} {many}"


def _events(count: int) -> str:
    return "1 event" if count == 1 else f"{count:,} events"
