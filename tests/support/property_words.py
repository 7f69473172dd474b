"""A property in our words and in a provider's, as the table of `every_property` has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from calendar_sandbox.core.people import ProviderName
from calendar_sync.engine.properties import Json

Row = Mapping[str, Any]
"""Part of an event as a provider has it; None is for a field that is empty or not there."""


@dataclass(frozen=True)
class Words:
    """At one provider: `typed` and `wiped` where a person's words are not the row's.

    `told` and `left`: what is here once `typed`, or `wiped`, has come; empty for the same as here.
    `writes` and `reads`: the requests of a change here, besides the look for changes, and `echoes`
    what a look costs more in which the change comes, or comes back. `asks`: whether a change of a
    meeting is asked about, and `mails` what its one guest then gets.
    """

    row: Row
    bare: Row
    typed: Row = field(default_factory=dict)
    wiped: Row = field(default_factory=dict)
    told: Mapping[str, Json] = field(default_factory=dict)
    left: Mapping[str, Json] = field(default_factory=dict)
    writes: int = 1
    reads: int = 0
    echoes: int = 0
    asks: bool = True
    mails: int = 1


@dataclass(frozen=True)
class Property:
    """`start`: the row of Google's that has it, where it belongs to a special event."""

    name: str
    here: Mapping[str, Json]
    google: Words | None = None
    outlook: Words | None = None
    start: Row = field(default_factory=dict)

    def at(self, provider: ProviderName) -> Words | None:
        return self.google if provider == "google" else self.outlook
