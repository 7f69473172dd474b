"""Guests as somebody typed them, made into invitations: one a person, and none of himself."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from calendar_sync.engine.event import Role, UserType, normalized_address
from calendar_sync.engine.guests import is_mailable
from calendar_sync.engine.properties import ATTENDEE, Json, addresses
from calendar_sync.models import Address

MOST_GUESTS = 500
"""What Outlook takes; Google names no limit."""


class Invited(NamedTuple):
    """Somebody to invite; of a guest who is one already, what is not said stays as it is."""

    address: str
    name: str = ""
    role: Role | None = None
    kind: UserType | None = None


Guest = str | Invited


def read_guests(
    guests: Iterable[Guest], known: Collection[str], errors: dict[str, str]
) -> dict[str, Json]:
    """Their `attendee:` keys, one for each address, with null for what is not said.

    Who is `known`, a guest already, may have an address that nobody would take from here.
    """
    found: dict[str, Json] = {}
    for guest in guests:
        typed = Invited(guest) if isinstance(guest, str) else guest
        address = normalized_address(typed.address)
        if not is_mailable(address) and address not in known:
            errors["guests"] = f"‘{typed.address}’ isn't a complete address."
            continue
        role, kind = typed.role and typed.role.value, typed.kind and typed.kind.value
        found.setdefault(ATTENDEE + address, [_one_line(typed.name), role, kind])
    if len(found) > MOST_GUESTS:
        errors["guests"] = f"A meeting may have up to {MOST_GUESTS} guests; yours has {len(found)}."
    return found


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def invitations(
    typed: Mapping[str, Json],
    before: Mapping[str, Json],
    people: Mapping[str, int],
    host: int | None,
) -> dict[str, Json]:
    """The guests typed, without the host, if he is a user, and everybody once.

    `people`: whose the addresses are. Of several addresses of one person the first counts; who was
    invited before stays under every address he has there.
    """
    met = {host}
    found: dict[str, Json] = {}
    for key, value in typed.items():
        address, known = key.removeprefix(ATTENDEE), before.get(key)
        if not key.startswith(ATTENDEE) or not isinstance(value, list):
            continue
        person = people.get(address)
        if person is not None and person in met and (person == host or not known):
            continue
        met.add(person)
        found[key] = _completed(value, known)
    return found


def _completed(typed: list[Json], known: Json) -> Json:
    """The name a guest has stays: it may be the provider's."""
    name, role, kind = typed
    if isinstance(known, list):
        return [known[0], role or known[1], kind or known[2]]
    return [name, role or Role.REQUIRED.value, kind or UserType.INDIVIDUAL.value]


def people_among(values: Mapping[str, Json]) -> dict[str, int]:
    """Which guests are users of ours; one statement."""
    return Address.objects.people(addresses(values))
