"""Whether two spellings say the same. Pure; the only place that knows about rewriting."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

from .event import PartStat, Status, instant, when_from_text
from .properties import ANSWER, ATTACHMENT, ATTENDEE, Json, on_which
from .recurrence import Frequency, RecurrenceRule, UnreadableRecurrence

CONFIRMED = Status.CONFIRMED.value
"""What both providers say of an event of which nobody said anything."""

NONE: frozenset[int] = frozenset()
IMPLIED = ("months", "month_days", "week_days")
"""Parts of a rule that its first date stands in for, one each."""


def equivalent(key: str, ours: Json, theirs: Json) -> bool:
    """Whether two values say the same, whatever a provider's rewriting did to them.

    Only asked where no base tells what both sides agreed on (adoption, lost answers).
    """
    key = on_which(key)[1] or key
    if ours == theirs:
        return True
    if key == "description":
        return plain_text(str(ours or "")) == plain_text(str(theirs or ""))
    if key == "status":
        return (ours or CONFIRMED) == (theirs or CONFIRMED)
    if key in ("summary", "location"):
        return " ".join(str(ours or "").split()) == " ".join(str(theirs or "").split())
    if key == "when" and isinstance(ours, list) and isinstance(theirs, list):
        return _moments(ours) == _moments(theirs)
    if key == "recurrence" and isinstance(ours, list) and isinstance(theirs, list):
        return _same_series(ours, theirs)
    if key.startswith(ATTENDEE):
        # names and room detection are the provider's directory at work
        return isinstance(ours, list) and isinstance(theirs, list) and ours[1] == theirs[1]
    if key.startswith(ANSWER):
        return _partstat(ours) == _partstat(theirs)
    if key == "conference" and isinstance(ours, list) and isinstance(theirs, list):
        return bool(ours[1] == theirs[1])
    if key.startswith(ATTACHMENT):
        return bool(ours) == bool(theirs)
    return key == "organizer"


def plain_text(fragment: str) -> str:
    """The words of an HTML fragment, blanks collapsed; text without tags is taken as it is.

    In the time of its length, whatever a stranger has written; Python's own reader is not.
    """
    text, pieces, hidden, end = _without_comments(fragment), list[str](), 0, 0
    for tag in _TAG.finditer(text):
        pieces.append("" if hidden else text[end : tag.start()])
        end, name = tag.end(), _NAME.sub("", tag[1]).lower()
        if name in _HIDDEN:
            hidden = max(0, hidden - 1 if tag[1].startswith("/") else hidden + 1)
        elif name not in _INLINE:
            pieces.append(" ")
    pieces.append("" if hidden else text[end:])
    return " ".join(html.unescape("".join(pieces)).split())


# An end that never comes is looked for once: no part of it may match what another one does.
_TAG = re.compile(r"<(/?[a-zA-Z!][^<>]*)>")
_NAME = re.compile(r"^/|[^a-zA-Z0-9].*", re.DOTALL)
_INLINE = frozenset({"a", "b", "i", "u", "em", "strong", "span", "font", "code"})
_HIDDEN = frozenset({"style", "script", "head", "title"})


def _without_comments(text: str) -> str:
    pieces, end = [], 0
    while (start := text.find("<!--", end)) >= 0 and (close := text.find("-->", start)) >= 0:
        pieces.append(text[end:start])
        end = close + 3
    return "".join([*pieces, text[end:]])


def _moments(value: list[Any]) -> list[Any]:
    """Start and end so that the same moment in two zones is equal, all-day never equals timed."""
    return [text if "T" not in text else instant(when_from_text(text)) for text in value]


def _same_series(ours: list[str], theirs: list[str]) -> bool:
    """Whether two spellings yield the same dates, where both begin on the same one.

    Providers write out what a rule takes from its first date, and leave out defaults.
    """
    others = [{line for line in lines if not _is_rule(line)} for lines in (ours, theirs)]
    try:
        one, two = ([_rule(line) for line in lines if _is_rule(line)] for lines in (ours, theirs))
    except UnreadableRecurrence:
        return False
    pairs = zip(one, two, strict=False)
    return others[0] == others[1] and len(one) == len(two) and all(_alike(*pair) for pair in pairs)


def _is_rule(line: str) -> bool:
    return line.upper().startswith("RRULE:")


def _rule(line: str) -> RecurrenceRule:
    rule = RecurrenceRule.parse(line.partition(":")[2])
    counts_weeks = rule.frequency is Frequency.WEEKLY and rule.interval > 1
    return rule if counts_weeks else replace(rule, week_start=0)


def _alike(one: RecurrenceRule, two: RecurrenceRule) -> bool:
    for name in IMPLIED:
        ours, theirs = getattr(one, name), getattr(two, name)
        if ours != theirs and len(ours) + len(theirs) != 1:
            return False
    ends = [None if rule.until is None else instant(rule.until) for rule in (one, two)]
    bare = [
        replace(rule, until=None, months=NONE, month_days=NONE, week_days=frozenset())
        for rule in (one, two)
    ]
    return bare[0] == bare[1] and ends[0] == ends[1]


def _partstat(value: Json) -> Json:
    return value[0] if isinstance(value, list) else PartStat.NEEDS_ACTION.value
