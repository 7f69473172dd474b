"""One round of `calendarView/delta`: its pages, and the token of the next one (contract §5)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ...engine.errors import Retryable, SyncStateLost
from ...engine.sync import Href, SyncToken
from . import wire

ROLL_AFTER = timedelta(days=30)
"""The window of a delta link never moves; this far off, a round over a new one begins."""

Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Token:
    """What our sync token holds: the delta link, and the window it was made for."""

    link: str
    window: Window

    def is_near(self, window: Window) -> bool:
        pairs = zip(self.window, window, strict=True)
        return all(abs(ours - wanted) < ROLL_AFTER for ours, wanted in pairs)

    def write(self) -> SyncToken:
        start, end = (edge.isoformat() for edge in self.window)
        return SyncToken(json.dumps({"v": 1, "link": self.link, "start": start, "end": end}))

    @classmethod
    def read(cls, text: SyncToken) -> Token:
        """Raises SyncStateLost for what we did not write."""
        try:
            values = json.loads(text)
            edges = datetime.fromisoformat(values["start"]), datetime.fromisoformat(values["end"])
            return cls(values["link"], edges)
        except (ValueError, KeyError, TypeError):
            raise SyncStateLost("token_unreadable") from None


@dataclass(slots=True)
class Round:
    """The pages of one round, buffered: of an event told twice the last word holds (D12)."""

    items: dict[str, wire.Event] = field(default_factory=dict)
    vanished: dict[Href, None] = field(default_factory=dict)
    delta_link: str = ""
    _links: set[str] = field(default_factory=set)

    def add(self, page: wire.Page) -> str | None:
        """The link to the next page; None after the last. Raises Retryable for a broken round."""
        for item in page.get("value") or []:
            self.items.pop(item["id"], None)
            self.vanished.pop(Href(item["id"]), None)
            if "@removed" in item:
                self.vanished[Href(item["id"])] = None
            else:
                self.items[item["id"]] = item
        link = page.get("@odata.nextLink")
        if link in self._links:
            raise Retryable("page_loop")
        if link:
            self._links.add(link)
            return link
        self.delta_link = page.get("@odata.deltaLink") or ""
        if not self.delta_link:
            raise Retryable("truncated")
        return None
