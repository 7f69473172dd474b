"""Calendars and calendar groups of a mailbox (contract 10)."""

from dataclasses import dataclass, field

from .permissions import Permission, Source


@dataclass(slots=True)
class Folder:
    """A calendar of the mailbox, or with a `source` one that somebody shares with its owner.

    `version` counts the changes of its properties, `group` is the calendar group it stands in.
    """

    number: int
    name: str
    is_default: bool = False
    can_edit: bool = True
    is_removable: bool = True
    color: str = "auto"
    version: int = 0
    group: int = 1
    permissions: dict[str, Permission] = field(default_factory=dict)
    source: Source | None = None


@dataclass(slots=True)
class Group:
    """A calendar group; the first one cannot be removed."""

    number: int
    name: str
    version: int = 0
