"""Undo of a run: what it would do, then the deed."""

from dataclasses import dataclass
from typing import Annotated

from calendar_sync.actions.undo import UndoPreview, undo_preview, undo_run
from calendar_sync.controllers.api.kinds import Word
from calendar_sync.controllers.api.operations import Caller
from calendar_sync.engine.policy import Side


@dataclass(frozen=True)
class Undone:
    """What becomes of one event on one side."""

    event: Annotated[int | None, "The id of the event."]
    title: str
    side: Annotated[str, Word.of(Side), "there: at the provider, with the next synchronization."]
    what: Annotated[str, Word(("put-back", "removed", "restored", "kept"))]
    keys: Annotated[tuple[str, ...], "The properties; of kept: what was edited since."]


@dataclass(frozen=True)
class UndoEffect:
    """What an undo does."""

    items: tuple[Undone, ...]


def preview_undo(caller: Caller, pk: int) -> UndoEffect:
    """What undoing a run would do

    Nothing is changed.
    """
    return _effect(undo_preview(caller.user, pk))


def start_undo(caller: Caller, pk: int) -> UndoEffect:
    """Undo a run

    Here at once, at the provider with the next synchronization. Nobody is mailed: what would mail
    guests is held.
    """
    return _effect(undo_run(caller.user, pk, caller.now))


def _effect(preview: UndoPreview) -> UndoEffect:
    return UndoEffect(
        tuple(
            Undone(line.event_id, line.title, line.side.value, line.what, line.keys)
            for line in preview.lines
        )
    )
