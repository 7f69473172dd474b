"""A remote calendar in memory that behaves as badly as the real ones are known to.

`style` "google": our key becomes the href, writes can be silent, tombstones are proof.
`style` "graph": the server makes ids and UIDs, every write to a meeting mails its guests, a
tombstone proves nothing, text comes back rewritten.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from calendar_sync.engine.capabilities import Capabilities
from calendar_sync.engine.errors import Conflict, Rejected, Retryable, SyncStateLost
from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.pending import Action
from calendar_sync.engine.ports import Clock
from calendar_sync.engine.properties import Json, addresses, object_of, properties, without_echoes
from calendar_sync.engine.sync import (
    ChangeSet,
    ETag,
    Failed,
    Href,
    Outcome,
    Resource,
    Stored,
    SyncToken,
    Write,
)

GOOGLE = Capabilities(50, silent_writes=True, absence_is_proof=True, keys_are_hrefs=True)
GRAPH = Capabilities(
    20,
    silent_writes=False,
    silent=frozenset({"availability"}),
    tells_only_changed_guests=True,
)


@dataclass(slots=True)
class Stone:
    """One object with its history number; `values` None is a tombstone."""

    href: Href
    version: int
    values: dict[str, Json] | None
    uid: str
    key: str = ""
    organized: bool = True


@dataclass(slots=True)
class RemoteCalendar:
    """Implements `CalendarCollection`; the verbs at the end are the person's in the provider."""

    clock: Clock
    style: str = "google"
    owner: str = "anna@corp.example"
    stones: dict[Href, Stone] = field(default_factory=dict)
    version: int = 0
    epoch: int = 0
    requests: list[str] = field(default_factory=list)
    mails: list[tuple[str, str]] = field(default_factory=list)
    lose_answers: int = 0  # that many batches are applied, their answers lost
    throttle: int = 0  # that many batches are refused for now, nothing of them applied
    batch_size: int = 0  # 0: as the style has it
    portion: int = 0  # objects in a portion of a complete listing; 0: all in one
    refuse: frozenset[str] = frozenset()  # summaries the provider does not accept
    makes_rooms: bool = True
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def capabilities(self) -> Capabilities:
        able = GOOGLE if self.style == "google" else GRAPH
        return replace(able, batch_size=self.batch_size or able.batch_size)

    # --- the port

    def changes(self, since: SyncToken | None) -> ChangeSet:
        """A token is epoch and position; within a complete listing, also where that began."""
        self.requests.append("changes")
        epoch, start, *listed = (int(part) for part in (since or f"{self.epoch}:0").split(":"))
        if epoch != self.epoch:
            raise SyncStateLost
        complete = since is None or bool(listed)
        new = sorted(self._newer(start), key=lambda stone: stone.version)
        began = listed[0] if listed else self.version
        portion = new[: self.portion] if complete and self.portion else new
        more = len(portion) < len(new)
        at = f"{portion[-1].version}:{began}" if more else str(began)
        return ChangeSet(
            tuple(self._resource(stone) for stone in portion if stone.values is not None),
            tuple(stone.href for stone in portion if stone.values is None and not complete),
            SyncToken(f"{self.epoch}:{at}"),
            complete=complete and not more,
            more=more,
        )

    def _newer(self, position: int) -> list[Stone]:
        return [stone for stone in self.stones.values() if stone.version > position]

    def get(self, hrefs: Sequence[Href]) -> Mapping[Href, Resource | None]:
        self.requests.append("get")
        return {href: self._seen(href) for href in hrefs}

    def find(self, creation_keys: Sequence[str]) -> Mapping[str, Resource]:
        self.requests.append("find")
        return {
            stone.key: self._resource(stone)
            for stone in self.stones.values()
            if stone.key in creation_keys and stone.values is not None
        }

    def apply(self, writes: Sequence[Write]) -> Sequence[Outcome]:
        self.requests.append("apply")
        if self.throttle:
            self.throttle -= 1
            return [Failed(write.link, Retryable("throttled")) for write in writes]
        outcomes = [self._one(write) for write in writes]
        if self.lose_answers:
            self.lose_answers -= 1
            raise Retryable("connection_broken")
        return outcomes

    # --- the provider's side of a write

    def _one(self, write: Write) -> Outcome:
        if write.changes.get("summary") in self.refuse:
            return Failed(write.link, Rejected("not_allowed"))
        if write.action is Action.CREATE:
            return self._create(write)
        stone = self.stones.get(write.href) if write.href else None
        if stone is None or stone.values is None:
            gone = write.action is Action.DELETE
            return Stored(write.link, None) if gone else Failed(write.link, Conflict("gone"))
        if write.if_match and write.if_match != self._etag(stone):
            return Failed(write.link, Conflict("changed"))
        if write.action is Action.DELETE:
            self._mail(write, "cancel", addresses(stone.values))
            stone.values = None
            self._touch(stone)
            return Stored(write.link, None)
        before = addresses(stone.values)
        changed = {**stone.values, **write.changes}
        stone.values = self._rewritten(without_echoes(changed))
        guests = before | addresses(stone.values)
        if write.action is Action.ANSWER:
            guests = frozenset({str(_first(stone.values.get("organizer")))})
        if not all(map(self.capabilities.is_silent, write.changes)):
            self._mail(write, "update", guests)
        self._touch(stone)
        return Stored(write.link, self._resource(stone))

    def _create(self, write: Write) -> Outcome:
        if self.style == "google":
            href = Href(write.key)
            if href in self.stones:
                return Failed(write.link, Conflict("duplicate"))
            uid = f"{write.key}@google.com"
        else:
            same = [s for s in self.stones.values() if s.key == write.key and s.values is not None]
            if same:
                return Stored(write.link, self._resource(same[0]))
            href, uid = Href(f"AAMk{next(self.numbers)}="), f"0400{next(self.numbers)}"
        values = self._rewritten(without_echoes(write.target))
        stone = Stone(href, 0, values, uid, write.key)
        self.stones[href] = stone
        self._touch(stone)
        self._mail(write, "invite", addresses(values))
        return Stored(write.link, self._resource(stone))

    def _mail(self, write: Write, kind: str, guests: frozenset[str]) -> None:
        loud = write.notify if self.style == "google" else True
        if loud:
            self.mails += [(kind, guest) for guest in sorted(guests - {self.owner})]

    def _rewritten(self, values: dict[str, Json]) -> dict[str, Json]:
        if not self.makes_rooms:
            values.pop("conference", None)
        text = values.get("description")
        if self.style == "graph" and isinstance(text, str) and "<div>" not in text:
            values["description"] = f"<div>{text}</div>"
        return values

    # --- reading

    def _seen(self, href: Href) -> Resource | None:
        stone = self.stones.get(href)
        return self._resource(stone) if stone and stone.values is not None else None

    def _resource(self, stone: Stone) -> Resource:
        if stone.values is None:
            raise KeyError(stone.href)
        return Resource(
            stone.href,
            self._etag(stone),
            object_of(stone.uid, stone.values),
            stone.organized,
            self.clock.now(),
            stone.key,
        )

    @staticmethod
    def _etag(stone: Stone) -> ETag:
        return ETag(f'"{stone.version}"')

    def _touch(self, stone: Stone) -> None:
        self.version += 1
        stone.version = self.version

    # --- the person, in the provider's own application

    def add(self, obj: CalendarObject, *, organized: bool = True) -> Href:
        href = Href(f"own{next(self.numbers)}")
        self.stones[href] = Stone(href, 0, properties(obj), obj.uid, organized=organized)
        self._touch(self.stones[href])
        return href

    def edit(self, href: Href, changes: Mapping[str, Json]) -> None:
        stone = self.stones[href]
        changed = {**(stone.values or {}), **changes}
        stone.values = without_echoes(changed)
        self._touch(stone)

    def remove(self, href: Href) -> None:
        self.stones[href].values = None
        self._touch(self.stones[href])

    def forget_tokens(self) -> None:
        self.epoch += 1

    def live(self) -> dict[Href, dict[str, Json]]:
        return {href: s.values for href, s in self.stones.items() if s.values is not None}


def _first(value: Json) -> Json:
    return value[0] if isinstance(value, list) else None


@dataclass(slots=True)
class TickingClock:
    """A clock that moves only when told; a second per look keeps edits apart."""

    moment: datetime
    step: timedelta = timedelta(seconds=1)

    def now(self) -> datetime:
        self.moment += self.step
        return self.moment

    def advance(self, by: timedelta) -> None:
        self.moment += by
