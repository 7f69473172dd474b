"""A log of changes behind the lists that are not events: calendarList, acl, settings (6.3, 11)."""

import base64
import binascii
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from .errors import full_sync_required, invalid


@dataclass
class ChangeLog:
    name: str
    """Tokens of another log are malformed here."""
    stamp: Callable[[], int]
    position: int = 0
    epoch: str = field(default_factory=lambda: secrets.token_hex(4))
    _at: dict[str, int] = field(default_factory=dict)
    """Key → position of its last change, oldest first."""

    def note(self, key: str) -> None:
        self.position += 1
        self._at.pop(key, None)
        self._at[key] = self.position

    def changed(self, since: int) -> list[str]:
        return [key for key, position in self._at.items() if position > since]

    def expire_tokens(self) -> None:
        self.epoch = secrets.token_hex(4)

    def token(self, position: int) -> str:
        return encode([self.name, self.epoch, position, self.stamp(), secrets.token_hex(2)])

    def read(self, token: str, days: int) -> int:
        """The position of a sync token. Raises ApiError 400 malformed, 410 expired."""
        values = decode(token)
        if len(values) != 5 or values[0] != self.name:
            raise invalid("Invalid sync token value.", "syncToken")
        age = timedelta(microseconds=self.stamp() - values[3])
        if values[1] != self.epoch or (days and age > timedelta(days=days)):
            raise full_sync_required()
        return int(values[2])


def encode(values: list[Any]) -> str:
    """An opaque, URL-safe token."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def decode(token: str) -> list[Any]:
    """What `encode` was given; empty where the text is no token of ours."""
    try:
        values = json.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return []
    return values if isinstance(values, list) else []
