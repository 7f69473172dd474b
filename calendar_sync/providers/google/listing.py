"""A complete listing in portions: rows stay in memory only until they are told (contract §6.1).

A single event is told with its page. The rows of a series may stand on any page, so series wait
for the last one; a process that takes a listing over reads anew the series it has seen no row of.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from ...engine.errors import SyncStateLost
from ...engine.sync import SyncToken
from .wire import EventRow

PORTION = 2000
"""Rows after which a portion ends with its page."""

_MARK = '{"page":'
"""How our tokens begin; Google's are no JSON."""


def is_within(token: SyncToken) -> bool:
    """Whether a complete listing goes on behind this token."""
    return token.startswith(_MARK)


@dataclass(slots=True)
class Listing:
    """What is known between two portions; `page` is the next one, empty the first.

    `unseen` are series of which rows stood on pages somebody else has read.
    """

    page: str = ""
    unseen: frozenset[str] = frozenset()
    waiting: dict[str, EventRow] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    @classmethod
    def behind(cls, token: SyncToken | None) -> Listing:
        """A listing begun, or taken over from a process of which only its token is left."""
        if token is None:
            return cls()
        try:
            known = json.loads(token)
            return cls(known["page"], frozenset(known["series"]))
        except (ValueError, KeyError, TypeError):
            raise SyncStateLost("token_unreadable") from None

    @property
    def token(self) -> SyncToken | None:
        """Where it goes on; None where it has not begun."""
        if not self.page:
            return None
        rows = self.waiting.values()
        series = self.unseen | {row.get("recurringEventId") or row["id"] for row in rows}
        return SyncToken(json.dumps({"page": self.page, "series": sorted(series)}))

    def singles(self, rows: Iterable[EventRow]) -> list[EventRow]:
        """Those of `rows` that can be told now; the others wait."""
        singles = [row for row in rows if _stands_alone(row)]
        told = {row["id"] for row in singles}
        self.waiting |= {row["id"]: row for row in rows if row["id"] not in told}
        return singles


def _stands_alone(row: EventRow) -> bool:
    part = row.get("recurrence") or row.get("recurringEventId")
    return not part and row.get("status") != "cancelled"
