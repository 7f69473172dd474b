"""One round of `calendarView/delta`: its pages, and the token of the next one (contract §5)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ...engine.errors import Retryable, SyncStateLost
from ...engine.sync import Href, SyncToken
from . import wire
from .recurrence import moment_of

ROLL_AFTER = timedelta(days=30)
"""The window of a delta link never moves; this far off, a round over a new one begins."""

DATES = frozenset({"occurrence", "exception"})
"""Types of what belongs to a series."""

Window = tuple[datetime, datetime]


PORTION = 2000
"""Events and series after which a portion of a complete round ends with its page."""


@dataclass(frozen=True, slots=True)
class Token:
    """What our sync token holds: the delta link, and the window it was made for.

    Within a complete round `link` is its next page, and `gone` what it has said to be removed.
    """

    link: str
    window: Window
    gone: tuple[Href, ...] | None = None

    def is_near(self, window: Window) -> bool:
        pairs = zip(self.window, window, strict=True)
        return all(abs(ours - wanted) < ROLL_AFTER for ours, wanted in pairs)

    def write(self) -> SyncToken:
        start, end = (edge.isoformat() for edge in self.window)
        within = {} if self.gone is None else {"gone": self.gone}
        values = {"v": 1, "link": self.link, "start": start, "end": end, **within}
        return SyncToken(json.dumps(values))

    @classmethod
    def read(cls, text: SyncToken) -> Token:
        """Raises SyncStateLost for what we did not write."""
        try:
            values = json.loads(text)
            edges = datetime.fromisoformat(values["start"]), datetime.fromisoformat(values["end"])
            gone = tuple(values["gone"]) if "gone" in values else None
            return cls(values["link"], edges, gone)
        except (ValueError, KeyError, TypeError):
            raise SyncStateLost("token_unreadable") from None


def _is_older(item: wire.Event, known: wire.Event) -> bool:
    """What is told again may be a replay of what was before."""
    told, before = (moment_of(each.get("lastModifiedDateTime")) for each in (item, known))
    return bool(told and before and told < before)


@dataclass(slots=True)
class Round:
    """The pages of one round, buffered: of an event told twice the latest word holds (D12).

    Of a series only its master is kept, however many of its dates are told. `token` is where a
    complete round goes on. One that is not `is_tracked` leads to no later changes.
    """

    items: dict[str, wire.Event] = field(default_factory=dict)
    vanished: dict[Href, None] = field(default_factory=dict)
    delta_link: str = ""
    token: SyncToken | None = None
    is_tracked: bool = True
    _links: set[str] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)

    def add(self, page: wire.Page) -> str | None:
        """The link to the next page; None after the last. Raises Retryable for a broken round."""
        for item in page.get("value") or []:
            self._add(item)
        link = page.get("@odata.nextLink")
        if link in self._links:
            raise Retryable("page_loop")
        if link:
            self._links.add(link)
            return link
        self.delta_link = page.get("@odata.deltaLink") or ""
        if self.is_tracked and not self.delta_link:
            raise Retryable("truncated")
        return None

    def _add(self, item: wire.Event) -> None:
        master = item.get("seriesMasterId")
        if master and item.get("type") in DATES:
            if item["type"] != "occurrence" or master not in self._told:
                self.items.setdefault(master, {"id": master, "type": "seriesMaster"})
            return
        known = self.items.pop(item["id"], None)
        if known and "@removed" not in item and _is_older(item, known):
            item = known
        self.vanished.pop(Href(item["id"]), None)
        if "@removed" in item:
            self.vanished[Href(item["id"])] = None
        else:
            self.items[item["id"]] = item

    def portion(self, link: str, window: Window) -> list[wire.Event]:
        """What has come since the last portion, to be told now; the round goes on at `link`."""
        items = list(self.items.values())
        self._told |= self.items.keys()
        self.items = {}
        self.token = Token(link, window, tuple(self.vanished)).write()
        return items
