"""Sentences quickAdd understands: a day, a time or a range; the rest is the title (5.12)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = r"(\d{1,2})(?::(\d{2}))?\s*(am|pm)?"
RANGE = re.compile(
    rf"\b(?:at |from )?{CLOCK}\s*(?:-|to|until)\s*{CLOCK}(?=\W|$)|\b(?:at |from )?{CLOCK}(?=\W|$)",
    re.IGNORECASE,
)
DAY = re.compile(
    r"\b(?:on |this |next )?(?:"
    r"(?P<iso>\d{4}-\d{2}-\d{2})|(?P<near>today|tomorrow)"
    r"|(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]*"
    r"|(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* "
    r"(?P<number>\d{1,2})(?:st|nd|rd|th)?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sentence:
    summary: str
    start: datetime | date | None = None
    """Wall clock; None: nothing was understood."""
    end: datetime | date | None = None


def read_sentence(text: str, now: datetime) -> Sentence:
    """`now`: wall clock, from which `tomorrow` and missing days count."""
    try:
        return understood(text, now)
    except (ValueError, OverflowError):
        return Sentence(text)


def understood(text: str, now: datetime) -> Sentence:
    day_match = DAY.search(text)
    day = read_day(day_match, now.date()) if day_match else None
    rest = text[: day_match.start()] + text[day_match.end() :] if day_match else text
    clock = next((found for found in RANGE.finditer(rest) if is_clock(found)), None)
    summary = rest[: clock.start()] + rest[clock.end() :] if clock else rest
    summary = " ".join(summary.split()) or text
    if clock is None:
        return Sentence(summary, day, day + timedelta(days=1)) if day else Sentence(text)
    first, second = clock.groups()[:3], clock.groups()[3:6]
    if first[0] is None:
        first, second = clock.groups()[6:9], (None, None, None)
    on = day or now.date()
    start = datetime.combine(on, read_clock(first, second[2]))
    if day is None and start < now:
        start += timedelta(days=1)
    end = start + timedelta(hours=1)
    if second[0] is not None:
        end = datetime.combine(start.date(), read_clock(second, None))
        end += timedelta(days=end <= start)
    return Sentence(summary, start, end)


def is_clock(match: re.Match[str]) -> bool:
    """A number alone is no time: it needs minutes or a half of the day."""
    groups = match.groups()
    return any(groups[index] for index in (1, 2, 4, 5, 7, 8))


def read_clock(words: tuple[str | None, ...], half: str | None) -> time:
    """Raises ValueError."""
    hour, minute = int(words[0] or 0), int(words[1] or 0)
    half = (words[2] or half or "").casefold()
    if half and not 1 <= hour <= 12:
        raise ValueError(words)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute)


def read_day(match: re.Match[str], today: date) -> date:
    """The next one of its name. Raises ValueError."""
    if match["iso"]:
        return date.fromisoformat(match["iso"])
    if match["near"]:
        return today + timedelta(days=match["near"].casefold() == "tomorrow")
    if match["weekday"]:
        number = WEEKDAYS.index(match["weekday"].casefold())
        return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    month = MONTHS.index(match["month"].casefold()) + 1
    day = date(today.year, month, int(match["number"]))
    return day if day >= today else day.replace(year=today.year + 1)
