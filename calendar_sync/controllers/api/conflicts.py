"""Conflicts: what both sides changed, where the rule of a connection is to ask."""

from dataclasses import dataclass
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from calendar_sync.actions.calendars import own_zone
from calendar_sync.actions.conflicts import Question, answer_question, questions
from calendar_sync.controllers.api.operations import Caller
from calendar_sync.controllers.property_words import in_words, property_name


@dataclass(frozen=True)
class ConflictAnswer:
    """Whose value holds."""

    property: Annotated[str, "As the conflict names it."]
    about: Annotated[str, "As the conflict says it: the two values that were shown."]
    choice: Annotated[Literal["ours", "theirs", "both"], "One of `choices`."]


@dataclass(frozen=True)
class Conflict:
    """Something that both sides changed; each keeps its own until it is decided."""

    id: int
    event: Annotated[int, "The id of the event."]
    title: str
    property: str
    name: Annotated[str, "The property in words."]
    here: Annotated[str, "The value here, in words."]
    there: Annotated[str, "The value at the provider, in words."]
    about: str
    choices: tuple[str, ...]
    at_mirror: Annotated[bool, "Changed at a copy that only shows the event, in another account."]


@dataclass(frozen=True)
class ConflictList:
    """All that wait, oldest first."""

    items: tuple[Conflict, ...]


def list_conflicts(caller: Caller) -> ConflictList:
    """What waits for a decision"""
    zone = ZoneInfo(own_zone(caller.user))
    return ConflictList(tuple(_conflict(each, zone, caller) for each in questions(caller.user)))


def decide_conflict(caller: Caller, pk: int, body: ConflictAnswer) -> None:
    """Decide

    The next synchronization carries it out. What it writes at the provider asks about mail like any
    other change.
    """
    answer_question(caller.user, pk, body.property, body.choice, body.about, caller.now)


def _conflict(asked: Question, zone: ZoneInfo, caller: Caller) -> Conflict:
    today = caller.now.astimezone(zone).date()
    return Conflict(
        id=asked.link_id,
        event=asked.event_id,
        title=asked.title,
        property=asked.property,
        name=property_name(asked.property),
        here=in_words(asked.property, asked.ours, zone, today),
        there=in_words(asked.property, asked.theirs, zone, today),
        about=asked.about,
        choices=asked.choices,
        at_mirror=asked.at_mirror,
    )
