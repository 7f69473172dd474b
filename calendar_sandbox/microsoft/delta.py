"""Change tracking of one calendar over a fixed window (contract 5)."""

import base64
import binascii
import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from . import shape
from .errors import GraphError, bad_request
from .mailbox import Item, Mailbox, Window


@dataclass(frozen=True, slots=True)
class Token:
    """All that a link remembers: the window and a stretch of the log, never the `Prefer` header.

    `until` 0 marks a deltaLink: the next round starts after `since`. `after` is the serial that the
    last page ended with, `told` the number of rows of the next one that it showed, `empty` that of
    empty pages still to come.
    """

    mailbox: str
    epoch: str
    calendar: int
    start: str
    end: str
    since: int = 0
    until: int = 0
    after: int = 0
    empty: int = 0
    initial: bool = False
    told: int = 0

    @property
    def window(self) -> Window:
        return datetime.fromisoformat(self.start), datetime.fromisoformat(self.end)

    def encode(self) -> str:
        return base64.urlsafe_b64encode(json.dumps(list(asdict(self).values())).encode()).decode()


@dataclass(frozen=True, slots=True)
class Manner:
    """Switches of contract 5 and 12."""

    page_size: int = 10
    lag: float = 0
    empty_pages: int = 0
    duplicates: bool = False
    date_tombstones: bool = False
    series_tombstones: bool = False
    loop: bool = False
    splits_series: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[dict[str, Any]]
    token: Token
    last: bool


def begin(mailbox: Mailbox, calendar: int, window: Window) -> Token:
    start, end = (at.isoformat() for at in window)
    return Token(mailbox.identity.hex, mailbox.epoch, calendar, start, end, initial=True)


def decode(mailbox: Mailbox, calendar: int, text: str) -> Token:
    """Raises GraphError: 400 for a corrupted or foreign token, 410 for a forgotten one."""
    try:
        token = Token(*json.loads(base64.urlsafe_b64decode(text.encode())))
        foreign = token.mailbox != mailbox.identity.hex or token.calendar != calendar
    except (binascii.Error, ValueError, TypeError):
        raise bad_request("Badly formed token.") from None
    if foreign:
        raise bad_request("Badly formed token.")
    if token.epoch != mailbox.epoch:
        raise gone("SyncStateNotFound")
    return token


def gone(code: str, location: str | None = None) -> GraphError:
    return GraphError(
        410,
        code,
        "The sync state generation is not found; generation=149;[highest=157].",
        headers={"Location": location} if location else None,
    )


def page(mailbox: Mailbox, token: Token, look: shape.Look, manner: Manner, now: datetime) -> Page:
    """The rows of one answer and the token of its link.

    Dates of a series stay together, unless a knob says otherwise (D10).
    """
    if not token.until:
        # The first generation counts as 1, so that 0 can stand for "not fixed yet".
        until = _visible(mailbox, now - timedelta(seconds=manner.lag))
        token = replace(token, until=max(until, token.since) + 1, empty=manner.empty_pages)
    if token.empty:
        return Page([], replace(token, empty=token.empty - 1), last=False)
    rows: list[dict[str, Any]] = []
    begun = token
    units = _initial(mailbox, token) if token.initial else _changed(mailbox, token)
    for serial in units:
        if len(rows) >= manner.page_size:
            return Page(rows, token, last=False)
        own = list(_rows(mailbox, token, serial, look, manner))[token.told :]
        room = manner.page_size - len(rows)
        if manner.splits_series and len(own) > room:
            return Page([*rows, *own[:room]], replace(token, told=token.told + room), last=False)
        rows += own
        token = replace(token, after=serial, told=0)
    if manner.duplicates:
        rows += rows[:1]
    if manner.loop:
        return Page(rows, begun, last=False)
    done = replace(token, since=token.until - 1, until=0, after=0, initial=False)
    return Page(rows, done, last=True)


def _visible(mailbox: Mailbox, horizon: datetime) -> int:
    """The generation that has become visible: what is younger lags behind (D13)."""
    return bisect_right(mailbox.log, horizon, key=lambda change: change.at)


def _initial(mailbox: Mailbox, token: Token) -> Iterator[int]:
    for item in mailbox.in_folder(token.calendar):
        if item.serial > token.after and item.born < token.until and _inside(item, token.window):
            yield item.serial


def _changed(mailbox: Mailbox, token: Token) -> list[int]:
    stretch = mailbox.log[token.since : token.until - 1]
    serials = {change.serial for change in stretch if change.calendar == token.calendar}
    return sorted(serial for serial in serials if serial > token.after)


def _inside(item: Item, window: Window) -> bool:
    if item.recurrence is None:
        return item.touches(window)
    return next(item.instances(window), None) is not None


def _rows(
    mailbox: Mailbox, token: Token, serial: int, look: shape.Look, manner: Manner
) -> Iterator[dict[str, Any]]:
    item = mailbox.items.get(serial)
    if item is None or item.calendar != token.calendar or not _inside(item, token.window):
        # Deleted, moved away, or changed outside the window: all look the same (D6, D7).
        yield shape.tombstone(_identity(mailbox, token, serial, look))
        if manner.series_tombstones and serial in mailbox.deleted:
            for date in mailbox.deleted[serial].instances(token.window):
                yield shape.tombstone(mailbox.id_of(date, immutable=look.prefer.immutable))
        return
    yield {"@odata.type": shape.EVENT_TYPE, **_full(mailbox, item, look)}
    for date in item.instances(token.window):
        if date.edited:
            yield {"@odata.type": shape.EVENT_TYPE, **_full(mailbox, date, look)}
        else:
            yield shape.stub(mailbox, date, look)
    if manner.date_tombstones and not token.initial:
        stretch = mailbox.log[token.since : token.until - 1]
        dates = {change.on for change in stretch if change.serial == serial}
        for on in sorted(item.cancelled & dates):
            identity = mailbox.id_at(item.calendar, serial, on, immutable=look.prefer.immutable)
            yield shape.tombstone(identity)


def _full(mailbox: Mailbox, item: Item, look: shape.Look) -> dict[str, Any]:
    return shape.narrowed(mailbox, item, look, None)


def _identity(mailbox: Mailbox, token: Token, serial: int, look: shape.Look) -> str:
    return mailbox.id_at(token.calendar, serial, None, immutable=look.prefer.immutable)
