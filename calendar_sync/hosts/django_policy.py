"""A pairing's `SyncPolicy` as JSON; what is not said is as the engine has it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ..engine.policy import (
    ConflictRule,
    Direction,
    Filters,
    PrivateEvents,
    RemovedThere,
    SyncPolicy,
)


def policy_of(data: Mapping[str, Any]) -> SyncPolicy:
    default = SyncPolicy()
    return SyncPolicy(
        ConflictRule(data.get("conflict", default.conflict)),
        Direction(data.get("direction", default.direction)),
        int(data.get("most_writes", default.most_writes)),
        int(data.get("most_mails", default.most_mails)),
        int(data.get("most_mails_a_day", default.most_mails_a_day)),
        filters_of(data.get("filters", {})),
        str(data.get("arriving_kind", default.arriving_kind)),
        bool(data.get("outside_guests", default.outside_guests)),
        str(data.get("guests_become", default.guests_become)),
        RemovedThere(data.get("removed", default.removed)),
    )


def filters_of(data: Mapping[str, Any]) -> Filters:
    return Filters(
        date.fromisoformat(data["start"]) if data.get("start") else None,
        PrivateEvents(data.get("private", PrivateEvents.FULL)),
        bool(data.get("skip_free")),
        bool(data.get("skip_declined")),
        frozenset(data.get("categories", ())),
        frozenset(data.get("titles", ())),
        frozenset(data.get("kinds", ())),
        frozenset(data.get("only_categories", ())),
        frozenset(data.get("only_titles", ())),
    )


def filters_json(filters: Filters) -> dict[str, Any]:
    return {
        "start": filters.start.isoformat() if filters.start else None,
        "private": filters.private.value,
        "skip_free": filters.skip_free,
        "skip_declined": filters.skip_declined,
        "categories": sorted(filters.categories),
        "titles": sorted(filters.titles),
        "kinds": sorted(filters.kinds),
        "only_categories": sorted(filters.only_categories),
        "only_titles": sorted(filters.only_titles),
    }
