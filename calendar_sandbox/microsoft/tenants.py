"""Tenants and the persons who may sign in through them (contract 1.1, 1.10)."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from calendar_sandbox.core.people import Person

from .aadsts import IdentityError

CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
_SHARED = frozenset({"common", "organizations"})
_PLACE = uuid.uuid5(uuid.NAMESPACE_DNS, "calendar-sandbox.example")


@dataclass(frozen=True, slots=True)
class Account:
    """Who a person is to Microsoft: tenant and object id, stable over resets of the world."""

    person: str
    name: str
    address: str
    personal: bool

    @classmethod
    def of(cls, person: Person) -> "Account":
        return cls(person.key, person.name, person.outlook or "", person.kind == "personal")

    @property
    def tenant(self) -> str:
        return CONSUMERS if self.personal else of_domain(self.address.rpartition("@")[2])

    @property
    def object_id(self) -> str:
        whole = uuid.uuid5(_PLACE, self.address.lower())
        if self.personal:
            return f"00000000-0000-0000-{whole.hex[:4]}-{whole.hex[4:16]}"
        return str(whole)

    @property
    def graph_id(self) -> str:
        """`/me` `id`: the object id, its last 16 digits for personal accounts."""
        return self.object_id.replace("-", "")[16:] if self.personal else self.object_id


def of_domain(domain: str) -> str:
    return str(uuid.uuid5(_PLACE, domain.lower()))


def canonical(segment: str, accounts: Iterable[Account]) -> str:
    """The tenant of a path as the endpoints carry it: a GUID, or one of the shared names.

    Raises IdentityError 90002.
    """
    name = segment.lower()
    if name in _SHARED:
        return name
    if name in {"consumers", CONSUMERS}:
        return CONSUMERS
    for account in accounts:
        domain = account.address.rpartition("@")[2].lower()
        if not account.personal and name in {account.tenant, domain}:
            return account.tenant
    raise IdentityError(90002)


def admits(tenant: str, account: Account) -> bool:
    if tenant == "common":
        return True
    if tenant == "organizations":
        return not account.personal
    return tenant == account.tenant
