"""What is open on a link: a hold, a refusal, a write that may have happened, an undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, NewType

from .properties import Json, Properties

LinkKey = NewType("LinkKey", str)


class Action(str, Enum):  # what a write does to a remote object
    CREATE = "create"
    PATCH = "patch"
    DELETE = "delete"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a write waits for a person: who would be mailed, and what a consent has to name."""

    action: Action
    recipients: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The other side's answer, and the values it refused; retried when these change."""

    code: str
    keys: tuple[str, ...] = ()
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Evidence of a write that may have happened; stored before it is made."""

    link: LinkKey
    action: Action
    key: str
    sent: Properties
    at: datetime
    notify: bool = False
    recipients: tuple[str, ...] = ()
    burnt: bool = False  # the provider said that the key is taken
    ours_stay: bool = False  # as in its write

    def to_json(self) -> dict[str, Any]:
        return {
            "v": 1,
            "action": self.action.value,
            "key": self.key,
            "sent": dict(self.sent),
            "at": self.at.isoformat(),
            "notify": self.notify,
            "recipients": list(self.recipients),
            "burnt": self.burnt,
            "ours_stay": self.ours_stay,
        }

    @classmethod
    def from_json(cls, link: LinkKey, data: Mapping[str, Any]) -> Attempt:
        return cls(
            link,
            Action(data["action"]),
            data["key"],
            data["sent"],
            datetime.fromisoformat(data["at"]),
            data["notify"],
            tuple(data["recipients"]),
            data["burnt"],
            data["ours_stay"],
        )


@dataclass(frozen=True, slots=True)
class Undo:
    """What is to be done there.

    PATCH puts `back` each property that still `stands`, DELETE removes what the run had made,
    CREATE makes `back` anew. A host keeps it with the link until that is settled.
    """

    action: Action
    back: Properties = field(default_factory=dict)
    stands: Properties = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {"action": self.action.value, "back": dict(self.back), "stands": dict(self.stands)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Undo:
        return cls(Action(data["action"]), data["back"], data["stands"])

    def changes(self, theirs: Properties) -> dict[str, Json]:
        """What a PATCH still has to put back."""
        return {
            key: value
            for key, value in self.back.items()
            if theirs.get(key) == self.stands.get(key) and theirs.get(key) != value
        }
