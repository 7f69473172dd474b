"""A calendar: its events, its change log, its sync tokens (contract 6.3, 13 #6)."""

import base64
import binascii
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from .errors import full_sync_required, invalid
from .values import Event

Microseconds = int


def unnoticed(_calendar: str) -> None:
    """Nobody watches."""


@dataclass
class Calendar:
    id: str
    owner: str
    """Address of the account it belongs to."""
    summary: str
    time_zone: str
    stamp: Callable[[], Microseconds]
    """Now, never the same twice in one world."""
    on_change: Callable[[str], None] = unnoticed
    primary: bool = True
    access_role: str = "owner"
    description: str = ""
    entry: dict[str, Any] = field(default_factory=lambda: {"selected": True})
    """What its person has chosen about it on the list (11.1)."""
    default_reminders: tuple[Mapping[str, Any], ...] = ({"method": "popup", "minutes": 10},)
    events: dict[str, Event] = field(default_factory=dict)
    """Deleted ones stay: an id is never free again."""
    position: int = 0
    epoch: str = field(default_factory=lambda: secrets.token_hex(4))
    """Tokens of another epoch are withdrawn."""
    _log: dict[str, tuple[int, Microseconds]] = field(default_factory=dict)
    """Id → last change, oldest first: each event stands in it once."""
    _by_uid: dict[str, list[str]] = field(default_factory=dict)
    _family: dict[str, list[str]] = field(default_factory=dict)
    """Id of a master → ids of its exceptions."""
    made: Microseconds = 0
    newest: Microseconds = 0
    """Latest `updated` of its events."""

    def __post_init__(self) -> None:
        self.made = self.newest = self.stamp()

    @property
    def etag(self) -> str:
        return f'"{self.made}"'

    @property
    def writable(self) -> bool:
        return self.access_role in ("owner", "writer", "writerWithoutPrivateAccess")

    def is_self(self, email: str) -> bool:
        """`self` is relative to the calendar, not to the user (4.4)."""
        return email.casefold() == self.id.casefold()

    def put(self, event: Event) -> None:
        """Adds a new event and logs it."""
        event.serial = len(self.events) + 1
        self.events[event.id] = event
        self._by_uid.setdefault(event.ical_uid, []).append(event.id)
        if event.recurring_event_id:
            self._family.setdefault(event.recurring_event_id, []).append(event.id)
        self.touch(event)

    def touch(self, event: Event, *, quiet: bool = False) -> None:
        """A new etag, for the whole family of a series (4.9).

        `quiet`: `updated` stands still, as with reminders.
        """
        master = event.recurring_event_id or event.id
        family = [self.events[id_] for id_ in self._family.get(master, ())]
        if master in self.events and (family or master == event.id):
            family.append(self.events[master])
        now = self.stamp()
        for member in family or [event]:
            member.changed = now
            if not quiet:
                member.updated = self.newest = now
            self.log(member, now)
        self.on_change(self.id)

    def log(self, event: Event, now: Microseconds) -> None:
        self.position += 1
        self._log.pop(event.id, None)
        self._log[event.id] = (self.position, now)

    def by_uid(self, uid: str) -> list[Event]:
        return [self.events[id_] for id_ in self._by_uid.get(uid, ())]

    def exceptions(self, master: Event) -> list[Event]:
        return [self.events[id_] for id_ in self._family.get(master.id, ())]

    def in_order(self) -> Iterator[Event]:
        """By creation: the stable order of a full list."""
        return iter(self.events.values())

    def position_at(self, moment: Microseconds) -> int:
        """The newest change not younger than a moment: what lagging lists see."""
        for position, at in reversed(self._log.values()):
            if at <= moment:
                return position
        return 0

    def changes(self, since: int, upto: int) -> list[tuple[int, Event]]:
        """Changed events in the order of their last change; each once, as it is now."""
        found: list[tuple[int, Event]] = []
        for id_, (position, _) in reversed(self._log.items()):
            if position <= since:
                break
            if position <= upto:
                found.append((position, self.events[id_]))
        return found[::-1]

    def expire_tokens(self) -> None:
        """Every sync token handed out so far now answers 410."""
        self.epoch = secrets.token_hex(4)

    def sync_token(self, position: int) -> str:
        """A nonce makes tokens of the same position differ (14 #28)."""
        return encode(["sync", self.id, self.epoch, position, self.stamp(), secrets.token_hex(2)])

    def read_sync_token(self, token: str, life: timedelta | None) -> int:
        """The position a token stands for.

        Raises ApiError: 400 malformed or of another calendar; 410 expired or withdrawn.
        """
        values = decode(token)
        if len(values) != 6 or values[:2] != ["sync", self.id]:
            raise invalid("Invalid sync token value.", "syncToken")
        age = timedelta(microseconds=self.stamp() - values[4])
        if values[2] != self.epoch or (life and age > life):
            raise full_sync_required()
        return int(values[3])


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
