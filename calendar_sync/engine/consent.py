"""A person's answer to the mail question, as a value that a host keeps with the link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

CREATED = "(created)"
DELETED = "(deleted)"
"""What a consent names for a whole new or removed meeting, in place of properties."""


class Choice(str, Enum):
    """What a person said when asked about mail."""

    SEND = "send"
    SILENT = "silent"  # Google's "don't send"
    KEEP_HERE = "keep-here"  # Outlook can't be silent: not written there at all


@dataclass(frozen=True, slots=True)
class Consent:
    """A person's answer to the mail question, for these properties and these people only."""

    choice: Choice
    recipients: frozenset[str]
    keys: frozenset[str]
    expires_at: datetime

    def covers(self, recipients: frozenset[str], keys: frozenset[str], now: datetime) -> bool:
        """True while neither the recipients nor the changed properties have grown."""
        return now < self.expires_at and recipients <= self.recipients and keys <= self.keys

    def joined(self, later: Consent, now: datetime) -> Consent:
        """An unsent consent and a later one in one.

        A promise to send sticks, unless the later word is about further people: who said not to
        mail them was asked about all that the one write would mail. Of one that has expired
        nothing sticks, nor where the meeting is removed now: no update goes out any more.
        """
        if now >= self.expires_at or DELETED in later.keys:
            return later
        sticks = self.choice is Choice.SEND and later.recipients <= self.recipients
        return Consent(
            Choice.SEND if sticks else later.choice,
            self.recipients | later.recipients,
            self.keys | later.keys,
            max(self.expires_at, later.expires_at),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "v": 1,
            "choice": self.choice.value,
            "recipients": sorted(self.recipients),
            "keys": sorted(self.keys),
            "expires_at": self.expires_at.isoformat(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Consent:
        return cls(
            Choice(data["choice"]),
            frozenset(data["recipients"]),
            frozenset(data["keys"]),
            datetime.fromisoformat(data["expires_at"]),
        )
