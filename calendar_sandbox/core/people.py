"""The people of the simulated world and the mailboxes they own."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

ProviderName = Literal["google", "outlook"]


@dataclass(frozen=True)
class Person:
    key: str
    name: str
    google: str | None = None
    """E-mail address of the Google account, if any."""
    outlook: str | None = None
    kind: Literal["work", "personal"] = "work"
    """Of the Microsoft account: work or school, or personal."""
    time_zone: str = "Europe/Berlin"
    """IANA name: the zone of the calendars."""

    def address(self, provider: ProviderName) -> str | None:
        return self.google if provider == "google" else self.outlook


class People:
    def __init__(self) -> None:
        self._by_key: dict[str, Person] = {}
        self._by_address: dict[tuple[str, ProviderName], Person] = {}

    def add(
        self,
        key: str,
        name: str,
        *,
        google: str | None = None,
        outlook: str | None = None,
        kind: Literal["work", "personal"] = "work",
        time_zone: str = "Europe/Berlin",
    ) -> Person:
        """Adds a person, or replaces the one of that key.

        Raises ValueError: another person has one of the addresses at that provider.
        """
        person = Person(key, name, google, outlook, kind, time_zone)
        for place in self._places(person):
            owner = self._by_address.get(place, person)
            if owner.key != key:
                raise ValueError(f"{place[0]} belongs to {owner.key}")
        if old := self._by_key.get(key):
            for place in self._places(old):
                del self._by_address[place]
        self._by_key[key] = person
        self._by_address.update(dict.fromkeys(self._places(person), person))
        return person

    @staticmethod
    def _places(person: Person) -> list[tuple[str, ProviderName]]:
        places: list[tuple[str, ProviderName]] = []
        if person.google:
            places.append((person.google.casefold(), "google"))
        if person.outlook:
            places.append((person.outlook.casefold(), "outlook"))
        return places

    def get(self, key: str) -> Person:
        """Raises KeyError."""
        return self._by_key[key]

    def at(self, provider: ProviderName, address: str) -> Person | None:
        """The owner of that address at that provider."""
        return self._by_address.get((address.casefold(), provider))

    def by_address(self, address: str) -> tuple[Person, ProviderName] | None:
        """Where mail to an address arrives; None is an outside guest."""
        folded = address.casefold()
        if person := self._by_address.get((folded, "google")):
            return person, "google"
        if person := self._by_address.get((folded, "outlook")):
            return person, "outlook"
        return None

    def __iter__(self) -> Iterator[Person]:
        return iter(self._by_key.values())
