"""What a calendar's owner allows others: roles and rows of `calendarPermissions`.

The contract has no section on these: names and values are those of Graph's published schema.
"""

import base64
import uuid
from dataclasses import dataclass

ROLES = (
    "none", "freeBusyRead", "limitedRead", "read", "write", "delegateWithoutPrivateEventAccess",
    "delegateWithPrivateEventAccess", "custom",
)  # fmt: skip
OFFERED = ROLES[1:-1]
"""What an owner may choose; `none` is for the organization only, `custom` for Outlook."""
ORGANIZATION = ""
"""The key of the row for everybody else in the organization, which has no address."""
ORGANIZATION_ROLES = ROLES[:5]
_EDITING = frozenset(ROLES[4:7])
_DETAILED = _EDITING | {"read"}


@dataclass(frozen=True, slots=True)
class Permission:
    """`role` of one address, or of the organization."""

    name: str
    address: str
    role: str
    inside: bool = True

    @property
    def identity(self) -> str:
        """`id`, opaque: made of the address."""
        return base64.urlsafe_b64encode((self.address.lower() or "organization").encode()).decode()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a calendar on somebody's list really is.

    `identity` stands for the mailbox in ids of its events: they are neither the owner's nor
    ids of the receiver's own mailbox.
    """

    person: str
    calendar: int
    identity: uuid.UUID
    old_style: bool = False


def edits(role: str) -> bool:
    return role in _EDITING


def reads_details(role: str) -> bool:
    return role in _DETAILED


def sees_private(role: str) -> bool:
    return role == "delegateWithPrivateEventAccess"
