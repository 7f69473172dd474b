"""Splitting a series and changing all of it, as Google's own pages do (contract 7.3)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from calendar_sandbox.core.knobs import Knobs

from .accounts import Accounts
from .calendar import Calendar, base_of
from .errors import calendar_error, invalid
from .family import sweep
from .intake import Body
from .meetings import Meetings
from .recurrence import Series, build, key_of, moments, read_line, series_of
from .times import zone_info
from .values import Event, When, WriteOptions
from .writes import Writer, new_id

TIMES = {"start", "end", "recurrence"}


class Cuts:
    """Methods raise ApiError where the page would not offer the choice."""

    def __init__(
        self, accounts: Accounts, writer: Writer, meetings: Meetings, knobs: Knobs
    ) -> None:
        self._accounts = accounts
        self._writer = writer
        self._meetings = meetings
        self._knobs = knobs

    def split(self, calendar: Calendar, id_: str, changes: Body, options: WriteOptions) -> Event:
        """Changes a date and all after it: the new master, or the old one from its first date."""
        master, cut = self.found(calendar, id_)
        series = series_of(master.content)
        if is_first(series, cut):
            return self._writer.update(calendar, master.id, changes, options)
        new = self.half(calendar, master, cut, changes, options)
        kept = self._knobs["google.split_exceptions"] == "kept" and not TIMES & changes.keys()
        self.trim(calendar, master, cut, options, heir=new.id if kept else None)
        calendar.put(new)
        self._meetings.spread(calendar, new, None, options)
        return new

    def half(
        self, calendar: Calendar, master: Event, cut: When, changes: Body, options: WriteOptions
    ) -> Event:
        """The new master; only one with the old times is named after the old one."""
        series = series_of(master.content)
        lines = [line for text in rule(master) for line in after(text, series, cut)]
        content = replace(
            master.content,
            start=cut,
            end=series.end_of(cut),
            shared={**master.content.shared, "recurrence": lines},
        )
        body = self._writer.patched(replace(master, content=content), changes)
        content = self._writer.intake(calendar).read(body, replace(options, attachments=True))
        if TIMES & changes.keys():
            id_ = new_id()
            uid, sequence = f"{id_}@google.com", 1
        else:
            stamp = cut.stamp().removesuffix("Z")
            local, at, domain = master.ical_uid.rpartition("@")
            id_ = f"{base_of(master.id)}_R{stamp}"
            uid, sequence = f"{base_of(local)}_R{stamp}{at}{domain}", master.sequence
        return replace(master, id=id_, ical_uid=uid, sequence=sequence, content=content)

    def delete_following(self, calendar: Calendar, id_: str, options: WriteOptions) -> None:
        """A date and all after it; from the first date on this is the series."""
        master, cut = self.found(calendar, id_)
        if is_first(series_of(master.content), cut):
            self._writer.delete(calendar, master.id, options)
        else:
            self.trim(calendar, master, cut, options)

    def edit_all(self, calendar: Calendar, id_: str, changes: Body, options: WriteOptions) -> Event:
        """All dates, also those of other halves of the series; times change in this half only."""
        target = self._writer.find(calendar, id_)
        own = target.recurring_event_id or target.id
        texts = {name: value for name, value in changes.items() if name not in TIMES}
        for half in calendar.halves(base_of(own)):
            if half.id != own and half.is_master and not half.cancelled:
                self._writer.update(calendar, half.id, texts, options)
        return self._writer.update(calendar, own, changes, options)

    def found(self, calendar: Calendar, id_: str) -> tuple[Event, When]:
        """The master of a date, and the date."""
        target = self._writer.find(calendar, id_)
        master = calendar.events.get(target.recurring_event_id or "")
        if master is None or target.original_start is None or not master.is_master:
            raise invalid()
        if not calendar.is_self(master.organizer):
            message = "Only the organizer can change a part of a series."
            raise calendar_error(403, "forbiddenForNonOrganizer", message)
        return master, target.original_start

    def trim(
        self,
        calendar: Calendar,
        master: Event,
        cut: When,
        options: WriteOptions,
        *,
        heir: str | None = None,
    ) -> None:
        """Ends a series before a date, on all calendars; `sequence` stands still (4.9).

        `heir`: the master that takes over the later exceptions; None: they are swept away.
        """
        before = master.content
        series = series_of(before)
        lines = [line for text in rule(master) for line in until(text, series, cut)]
        for each, copy in self.copies(calendar, master):
            later = [e for e in each.exceptions(copy) if is_later(e, cut)]
            if heir is None:
                sweep(later)
            for exception in later if heir else ():
                each.adopt(exception, heir or "")
        master.content = replace(before, shared={**before.shared, "recurrence": lines})
        calendar.touch(master)
        self._meetings.spread(calendar, master, before, options)

    def copies(self, calendar: Calendar, master: Event) -> Iterable[tuple[Calendar, Event]]:
        yield calendar, master
        for row in master.content.attendees:
            account = self._accounts.at(row.email)
            copy = account.primary.events.get(master.id) if account else None
            if account and copy and account.primary is not calendar:
                yield account.primary, copy


def rule(master: Event) -> list[str]:
    lines: list[str] = master.content.shared["recurrence"]
    return lines


def is_first(series: Series, cut: When) -> bool:
    first = next(series.starts(), None)
    return first is None or key_of(first) == key_of(cut)


def is_later(exception: Event, cut: When) -> bool:
    original = exception.original_start
    return bool(original and not exception.swept and not precedes(original, cut))


def precedes(when: When, cut: When) -> bool:
    utc = zone_info("UTC")
    return when.at(utc) < cut.at(utc)


def until(text: str, series: Series, cut: When) -> list[str]:
    """A line of the old half: it ends a second before the midnight that begins the day."""
    line = read_line(text)
    if line.name != "RRULE":
        return [text] if line.name == "EXRULE" else chosen(text, series, cut, later=False)
    if cut.day:
        end = f"{cut.day - timedelta(days=1):%Y%m%d}"
    else:
        zone = zone_info(series.start.zone or "UTC")
        midnight = datetime.combine(series.wall(cut).date(), time(), zone).astimezone(UTC)
        end = f"{midnight - timedelta(seconds=1):%Y%m%dT%H%M%SZ}"
    return [f"{without_end(text)};UNTIL={end}"]


def after(text: str, series: Series, cut: When) -> list[str]:
    """A line of the new half: what is left of a count, the end the series had before."""
    line = read_line(text)
    if line.name != "RRULE":
        return [text] if line.name == "EXRULE" else chosen(text, series, cut, later=True)
    count = line.parts().get("COUNT")
    if count is None:
        return [text]
    dates = build(series.start, series.end, (text,)).starts()
    left = int(count) - sum(precedes(date, cut) for date in dates)
    return [f"{without_end(text)};COUNT={left}"] if left > 0 else []


def without_end(text: str) -> str:
    name, _, value = text.partition(":")
    parts = [p for p in value.split(";") if p.partition("=")[0].upper() not in ("COUNT", "UNTIL")]
    return f"{name}:{';'.join(parts)}"


def chosen(text: str, series: Series, cut: When, *, later: bool) -> list[str]:
    """The dates of a list on one side of the cut."""
    head, _, value = text.partition(":")
    whens = moments(series, [read_line(text)])
    pairs = zip(value.split(","), whens, strict=True)
    kept = [word for word, when in pairs if precedes(when, cut) is not later]
    return [f"{head}:{','.join(kept)}"] if kept else []
