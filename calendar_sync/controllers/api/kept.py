"""What of a calendar is kept in step, and the kinds of events, over the API."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal

from calendar_sync.actions.event_kinds import offered_kinds
from calendar_sync.actions.kept_in_step import (
    LONGEST_NAME,
    MOST_NAMED,
    Effect,
    Kept,
    Wish,
    effect_of,
    kept_in_step,
    save_rules,
    wish_of,
)
from calendar_sync.controllers.api.kinds import Listed, Text, Word
from calendar_sync.controllers.api.operations import Caller
from calendar_sync.controllers.api.shapes import UNSET, given
from calendar_sync.engine.filters import Reason

Private = Literal["full", "busy", "skip"]
Names = Annotated[tuple[str, ...], Listed(Text(LONGEST_NAME), MOST_NAMED)]
Key = Annotated[str, Text(19)]
Keys = Annotated[tuple[str, ...], Listed(Text(19), 100), "Keys of kinds of events to leave out."]
Patterns = Annotated[
    tuple[str, ...],
    Listed(Text(LONGEST_NAME), MOST_NAMED),
    "Titles to leave out: a part of the title, or with `*` for anything.",
]
OnlyTitles = Annotated[
    tuple[str, ...],
    Listed(Text(LONGEST_NAME), MOST_NAMED),
    "Titles without which an event is left out, written in the same way; empty: none is needed.",
]
OnlyCategories = Annotated[
    tuple[str, ...],
    Listed(Text(LONGEST_NAME), MOST_NAMED),
    "Categories without which an event is left out; empty: none is needed.",
]


@dataclass(frozen=True)
class LeftOut:
    """How many events one rule keeps where they are."""

    reason: Annotated[str, Word.of(Reason)]
    here: Annotated[int, "Events that are here."]
    there: Annotated[int, "Events that are only at the provider, as far as it was read."]


@dataclass(frozen=True)
class Filters:
    """What is left out, both ways. Nothing is deleted by leaving out."""

    start: Annotated[date | None, "What ended before it; a series counts by its last date."]
    private: Annotated[
        Private, "Private and confidential events: like others, only when they are, or not at all."
    ]
    skip_free: Annotated[bool, "What shows as free."]
    skip_declined: Annotated[bool, "What the caller declined; the answer itself is sent."]
    categories: Annotated[tuple[str, ...], "Categories to leave out."]
    titles: Patterns
    kinds: Keys
    arriving_kind: Annotated[Key, "The kind of new events from there; empty: the usual."]
    only_categories: OnlyCategories
    only_titles: OnlyTitles
    left_out: Annotated[int, "How many events that are here are left out now."]
    reasons: Annotated[tuple[LeftOut, ...], "Why, of what is here and of what is only there."]


@dataclass(frozen=True)
class FiltersChange:
    """What is not sent stays as it is."""

    start: date | None = UNSET
    private: Private = UNSET
    skip_free: bool = UNSET
    skip_declined: bool = UNSET
    categories: Names = UNSET
    titles: Patterns = UNSET
    kinds: Keys = UNSET
    arriving_kind: Key = UNSET
    only_categories: OnlyCategories = UNSET
    only_titles: OnlyTitles = UNSET


@dataclass(frozen=True)
class FiltersEffect:
    """What these filters do to the events linked now."""

    total: int
    leaving: Annotated[int, "Would be left out."]
    returning: Annotated[int, "Would be kept in step again."]
    reads_again: Annotated[bool, "The calendar is read once from the beginning."]


@dataclass(frozen=True)
class EventKind:
    """A kind of events, as the administrator named it."""

    key: Annotated[str, "Names it in other requests; empty: what events are by themselves."]
    name: str
    colour: Annotated[int, "An index, as of calendars."]
    icon: Annotated[str, "The name of a symbol."]


@dataclass(frozen=True)
class EventKinds:
    """What an event may be, in order."""

    items: tuple[EventKind, ...]


def list_event_kinds(caller: Caller) -> EventKinds:
    """Kinds of events"""
    kinds = offered_kinds(caller.user)
    return EventKinds(tuple(EventKind(row.key, row.name, row.colour, row.icon) for row in kinds))


def get_filters(caller: Caller, pk: int) -> Filters:
    """What of a calendar is kept in step"""
    return _filters(kept_in_step(caller.user, pk))


def preview_filters(caller: Caller, pk: int, body: FiltersChange) -> FiltersEffect:
    """What other filters would do

    Nothing is changed.
    """
    return _effect(effect_of(caller.user, pk, _wish(caller, pk, body)))


def change_filters(caller: Caller, pk: int, body: FiltersChange) -> FiltersEffect:
    """Keep other events in step

    What leaves stays on both sides, and goes on when it is let in again.
    """
    return _effect(save_rules(caller.user, pk, _wish(caller, pk, body), caller.now))


def _wish(caller: Caller, pk: int, body: FiltersChange) -> Wish:
    return replace(wish_of(kept_in_step(caller.user, pk)), **given(body))


def _effect(effect: Effect) -> FiltersEffect:
    return FiltersEffect(effect.total, effect.leaving, effect.returning, effect.reads_again)


def _filters(kept: Kept) -> Filters:
    wish = wish_of(kept)
    return Filters(
        wish.start,
        kept.filters.private.value,
        wish.skip_free,
        wish.skip_declined,
        wish.categories,
        wish.titles,
        wish.kinds,
        wish.arriving_kind,
        wish.only_categories,
        wish.only_titles,
        kept.count,
        left_out_of(kept.left_out, kept.passed_over),
    )


def left_out_of(here: Mapping[Reason, int], there: Mapping[Reason, int]) -> tuple[LeftOut, ...]:
    counts = ((why, here.get(why, 0), there.get(why, 0)) for why in Reason)
    return tuple(LeftOut(why.value, *each) for why, *each in counts if any(each))
