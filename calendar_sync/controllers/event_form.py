"""The event form: what is typed into it, as text, and what that means.

All-day events show their last day, while values hold the day after it (RFC 5545 §3.6.1).
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict

from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.errors import Invalid
from calendar_sync.actions.invitations import Invited
from calendar_sync.controllers.dates import DAY, clock, local, typed_time
from calendar_sync.controllers.link_words import PASTED
from calendar_sync.controllers.own_form import OWN_FIELDS, OwnForm, own_fields, texts
from calendar_sync.controllers.repeat_form import REPEATS
from calendar_sync.controllers.special_form import LISTED as LISTED_RIGHTS
from calendar_sync.controllers.special_form import SpecialForm, typed_special
from calendar_sync.engine.event import Importance, Role, UserType, When
from calendar_sync.engine.occurrences import day_of

HALF_HOUR = timedelta(minutes=30)
HOUR = timedelta(hours=1)
LISTED = re.compile(r'(?:"[^"]*"|[^,;\n"])+')
NAMED = re.compile(r"(.+?)\s*<([^<>]+)>")
TEXTS = (
    "summary",
    "start_date",
    "start_time",
    "end_date",
    "end_time",
    "location",
    "description",
    "importance",
    "meeting_link",
    "meeting_url",
    "kind",
    "kept_apart",
)
REPEAT_TEXTS = sorted(REPEATS - {"week_days"})
TIMES = {"start_date", "start_time", "end_date", "end_time", "all_day"}
ALARMS = {"reminders", "alarms"}
FREE = {*TEXTS, "guests", *SpecialForm.__dataclass_fields__, *OWN_FIELDS} - TIMES - REPEATS - ALARMS
LISTS = ("guests", "week_days", "alarms", "categories", *LISTED_RIGHTS)
ALONE = sorted({*TEXTS} - TIMES - {"meeting_link", "meeting_url"})
"""Each of them is a field of a draft, whatever the others are."""


@dataclass(frozen=True)
class EventForm(OwnForm, SpecialForm):
    """The fields as text, exactly as typed, so that a refused form comes back filled."""

    summary: str = ""
    start_date: str = ""
    start_time: str = ""
    end_date: str = ""
    end_time: str = ""
    all_day: bool = False
    location: str = ""
    description: str = ""
    importance: str = Importance.NORMAL.value
    meeting_link: str = ""  # as `link_words.link_choices` offers it
    meeting_url: str = ""  # what was pasted
    kind: str = ""
    kept_apart: str = ""  # "yes"
    guests: tuple[str, ...] = ()

    @classmethod
    def typed(cls, data: QueryDict) -> "EventForm":
        given: dict[str, Any] = {name: str(data.get(name, getattr(cls, name))) for name in TEXTS}
        given |= {name: str(data[name]) for name in REPEAT_TEXTS if name in data}
        guests = [one for text in data.getlist("guests") for one in addresses_in(str(text))]
        return cls(
            **given,
            **own_fields(OwnForm.own_typed(data)),
            all_day=bool(data.get("all_day")),
            guests=tuple(guests),
            **typed_special(data),
            week_days=tuple(map(str, data.getlist("week_days"))),
        )

    @classmethod
    def of_times(cls, start: When, end: When, zone: ZoneInfo) -> "EventForm":
        if isinstance(start, datetime) and isinstance(end, datetime):
            here, there = local(start, zone), local(end, zone)
            return cls(
                start_date=f"{here:%F}",
                start_time=clock(here),
                end_date=f"{there:%F}",
                end_time=clock(there),
            )
        return cls(
            start_date=start.isoformat(),
            start_time="09:00",
            end_date=max(start, end - DAY).isoformat(),
            end_time="10:00",
            all_day=True,
        )

    @classmethod
    def proposed(cls, now: datetime, day: str, zone: ZoneInfo) -> "EventForm":
        """The next full hour, on the day asked for if one is; `now` is local."""
        start = now.replace(minute=0, second=0, microsecond=0) + HOUR
        with suppress(ValueError):
            start = datetime.combine(date.fromisoformat(day), start.time(), zone)
        return cls.of_times(start, start + HOUR, zone)

    def draft(self, zone: ZoneInfo) -> EventDraft:
        """Raises Invalid for dates, times and repetitions that are none."""
        draft = self._once(zone)
        rules = self.rules(day_of(draft.start))
        return replace(draft, recurrence=rules, **self.special_values())

    def _once(self, zone: ZoneInfo) -> EventDraft:
        start, end = self.times(zone)
        return EventDraft(
            start,
            end,
            self.summary,
            self.description,
            self.location,
            guests=tuple(map(guest, self.guests)),
            meeting_link=self.link,
            kind=self.kind,
            kept_apart=bool(self.kept_apart),
            importance=self.importance,
            **self.own_values(),
        )

    @property
    def link(self) -> str:
        """As `EventDraft` takes it; one that is to be pasted and isn't is refused there."""
        return self.meeting_url.strip() or "https://" if self.pasted else self.meeting_link

    @property
    def pasted(self) -> bool:
        return self.meeting_link == PASTED

    def times(self, zone: ZoneInfo) -> tuple[When, When]:
        """Start and exclusive end. Raises Invalid."""
        errors: dict[str, str] = {}
        start_day = _day("start", self.start_date, errors)
        end_day = _day("end", self.end_date or self.start_date, errors)
        if self.all_day:
            if errors:
                raise Invalid(errors)
            return start_day, end_day + DAY
        start_time = _time("start", self.start_time, errors)
        end_time = _time("end", self.end_time, errors)
        if errors:
            raise Invalid(errors)
        return (
            datetime.combine(start_day, start_time, zone),
            datetime.combine(end_day, end_time, zone),
        )

    def changes(self, opened: "EventForm", zone: ZoneInfo, day: date) -> dict[str, Any]:
        """What was changed since the form was opened, as values. Raises Invalid.

        `day`: on which the event is, on its own clock, where its times are left alone.
        """
        draft = self._once(zone)
        fields = {
            name: getattr(draft, name)
            for name in ALONE
            if getattr(self, name) != getattr(opened, name)
        }
        fields |= self.special_changes(opened)
        fields |= self.own_changes(opened)
        if self.time_fields != opened.time_fields:
            fields |= {"start": draft.start, "end": draft.end}
            day = day_of(draft.start)
        if self.repeat_fields != opened.repeat_fields:
            fields["recurrence"] = self.rules(day)
        if self.link != opened.link:
            fields["meeting_link"] = draft.meeting_link
        if set(self.guests) != set(opened.guests):
            fields["guests"] = draft.guests
        return fields

    def merged(self, opened: "EventForm", current: "EventForm") -> "EventForm":
        """What was typed, and for what was left alone, how it stands now."""
        left = {name for name in FREE if getattr(self, name) == getattr(opened, name)}
        if self.time_fields == opened.time_fields:
            left |= TIMES
        if self.repeat_fields == opened.repeat_fields:
            left |= REPEATS
        if self.alarm_fields == opened.alarm_fields:
            left |= {"reminders", "alarms"}
        return replace(self, **{name: getattr(current, name) for name in left})

    @property
    def day(self) -> date | None:
        """The first day, if it is one."""
        with suppress(ValueError):
            return date.fromisoformat(self.start_date)
        return None

    @property
    def time_fields(self) -> tuple[str | bool, ...]:
        days = (self.start_date, self.end_date, self.all_day)
        return days if self.all_day else (*days, self.start_time, self.end_time)

    @property
    def suggested_end(self) -> str:
        """Half an hour after the start, for an end that lies before it."""
        found = typed_time(self.start_time)
        if not found or self.all_day:
            return ""
        return clock(datetime.combine(date.min, time(*found)) + HALF_HOUR)

    def to_text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "EventForm":
        """Inverse of `to_text`; of anything else, an empty form."""
        try:
            values = json.loads(text)
        except ValueError:
            return cls()
        if not isinstance(values, Mapping) or values.keys() != cls.__dataclass_fields__.keys():
            return cls()
        listed = {name: texts(values[name]) for name in LISTS}
        return cls(**{**values, **listed})


def addresses_in(text: str) -> list[str]:
    """The guests in a typed list, each as typed."""
    return [part.strip() for part in LISTED.findall(text) if part.strip()]


PARTS = {
    "optional": (Role.OPTIONAL, None),
    "room": (Role.REQUIRED, UserType.ROOM),
    "list": (Role.REQUIRED, UserType.GROUP),
}
"""How a guest takes part, as it stands behind the address in brackets; else he has to be there."""
PART = re.compile(rf"(.*?)\s*\(({'|'.join(PARTS)})\)", re.IGNORECASE)


def guest(text: str) -> Invited:
    """`eva@client.example`, `Eva Stone <eva@client.example>`, `room4@corp.example (room)`."""
    marked = PART.fullmatch(text)
    role, kind = PARTS[marked[2].lower()] if marked else (Role.REQUIRED, UserType.INDIVIDUAL)
    text = marked[1] if marked else text
    named = NAMED.fullmatch(text)
    name, address = (named[1].strip('" '), named[2]) if named else ("", text)
    return Invited(address, name, role, kind)


def guest_text(address: str, name: str, role: str, kind: str) -> str:
    """Inverse of `guest`."""
    text = f"{name} <{address}>" if name else address
    parts = {UserType.ROOM.value: "room", UserType.GROUP.value: "list"}
    part = parts.get(kind) or ("optional" if role == Role.OPTIONAL.value else "")
    return f"{text} ({part})" if part else text


def wall_clock(text: str, zone: ZoneInfo) -> When:
    """`2026-11-19` (all day) or `2026-11-19T09:00:00` in the viewer's zone. Raises ValueError."""
    if "T" not in text:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def _day(field: str, text: str, errors: dict[str, str]) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        errors[field] = "Give a date."
        return date.min


def _time(field: str, text: str, errors: dict[str, str]) -> time:
    found = typed_time(text)
    if not found:
        errors.setdefault(field, f"‘{text}’ isn't a time. Type 9:15 or 21:15.")
    return time(*(found or (0, 0)))
