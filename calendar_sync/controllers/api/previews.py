"""Previews: what the next synchronization of a connection would do, and its go."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from calendar_sync.actions.previews import (
    PAGE,
    apply_preview,
    ask_preview,
    preview_shown,
    previewed_acts,
)
from calendar_sync.controllers.api.kept import LeftOut, left_out_of
from calendar_sync.controllers.api.kinds import Number, Word
from calendar_sync.controllers.api.operations import Caller
from calendar_sync.engine.policy import Side
from calendar_sync.engine.showing import (
    ANSWERED,
    CHANGED,
    CREATED,
    DELETED,
    HELD,
    MATCHED,
    REFUSED,
    Act,
)

WHAT = (CREATED, CHANGED, DELETED, ANSWERED, MATCHED, HELD, REFUSED)


@dataclass(frozen=True)
class PreviewSelection:
    """Which acts are listed."""

    side: Annotated[str, Word.of(Side)] = "here"
    what: Annotated[str, Word(WHAT)] = CREATED
    page: Annotated[int, Number(1), f"{PAGE} a page."] = 1


@dataclass(frozen=True)
class ActCount:
    """How many objects have one thing happen to them."""

    side: Annotated[str, Word.of(Side), "there: at the provider."]
    what: Annotated[str, Word(WHAT), "matched: on both sides already."]
    count: int


@dataclass(frozen=True)
class PreviewedAct:
    """One thing that would happen to one event."""

    title: str
    start: Annotated[str, "A day, or a local time and its zone."]
    mailed: tuple[str, ...]
    code: Annotated[str, "Why it waits, or `withheld`: it goes out without its guests."]


@dataclass(frozen=True)
class Preview:
    """What the next synchronization would do; nothing of it is done yet.

    Administrators see others' counts, never the events.
    """

    number: Annotated[int, "To be given back with *apply*; 0: none was asked for."]
    made_at: Annotated[datetime | None, "null: a worker has not made it yet."]
    read: Annotated[int, "Events read so far."]
    error: Annotated[str, "Why it could not be made, a code."]
    waits: Annotated[bool, "It can be applied; until then nothing is synchronized."]
    unshown: Annotated[int, "Changes that came up after the one before, for which it was made."]
    counts: tuple[ActCount, ...]
    left_out: Annotated[tuple[LeftOut, ...], "What filters keep where it is, and why."]
    mailed: Annotated[tuple[str, ...], "Guests who would be mailed, once for each mail."]
    items: tuple[PreviewedAct, ...]
    total: Annotated[int, "Of the acts that are listed page by page."]


@dataclass(frozen=True)
class Applying:
    """Which preview is agreed to."""

    number: int


def get_preview(caller: Caller, pk: int, query: PreviewSelection) -> Preview:
    """What the next synchronization would do

    As last made; ask for it with POST.
    """
    shown = preview_shown(caller.user, pk)
    acts, total = previewed_acts(caller.user, pk, Side(query.side), query.what, query.page)
    return Preview(
        shown.number,
        shown.made_at,
        shown.read,
        shown.error_code,
        shown.may_apply,
        shown.unshown,
        tuple(ActCount(side, what, count) for (side, what), count in shown.counts.items()),
        left_out_of(shown.left_out[Side.HERE], shown.left_out[Side.THERE]),
        shown.mailed,
        tuple(map(_act, acts)),
        total,
    )


def make_preview(caller: Caller, pk: int) -> None:
    """Have a preview made

    A worker reads at the provider and writes nothing on either side.
    """
    ask_preview(caller.user, pk, caller.now)


def apply_previewed(caller: Caller, pk: int, body: Applying) -> None:
    """Let a connection begin that waits for its preview

    It does what was shown. What came up since and would write at the provider, delete or mail
    waits for another preview.
    """
    apply_preview(caller.user, pk, body.number, caller.now)


def _act(act: Act) -> PreviewedAct:
    return PreviewedAct(act.summary, act.start, act.mailed, act.code)
