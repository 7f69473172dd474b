"""Addresses of the directory that are no people: rooms and distribution lists (contract 3.3)."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Group:
    address: str
    name: str
    members: tuple[str, ...]


@dataclass
class Addresses:
    rooms: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Address and name, by the address in lower case."""
    groups: dict[str, Group] = field(default_factory=dict)

    def known(self, address: str) -> tuple[str, str] | None:
        """Address and display name of a room or a list."""
        group = self.groups.get(address.lower())
        return (group.address, group.name) if group else self.rooms.get(address.lower())

    def is_room(self, address: str) -> bool:
        return address.lower() in self.rooms

    def expanded(self, recipients: Iterable[str]) -> list[str]:
        """Whom a mail reaches: the members of a list in its place, everybody once."""
        found: dict[str, str] = {}
        for address in recipients:
            group = self.groups.get(address.lower())
            for member in group.members if group else (address,):
                found.setdefault(member.lower(), member)
        return list(found.values())

    def shares_list(self, address: str, invited: Iterable[str]) -> bool:
        """Whether somebody is a member of a list that is invited, too."""
        groups = (self.groups.get(name.lower()) for name in invited)
        wanted = address.lower()
        return any(
            wanted in (member.lower() for member in group.members) for group in groups if group
        )
