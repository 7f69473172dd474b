"""Every combination of what happened here and there, as `engine.reconcile` decides it.

`PYTHONPATH=tests .venv/bin/python -m support.reconcile_matrix > docs/reconcile-matrix.md` writes
the page; a test compares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from calendar_sync.engine.event import CalendarObject, PartStat, Status
from calendar_sync.engine.masks import Edits, Mirror, Mirrored
from calendar_sync.engine.matching import Observation
from calendar_sync.engine.pending import Action
from calendar_sync.engine.plan import Frame, Step
from calendar_sync.engine.policy import Direction, SyncPolicy
from calendar_sync.engine.properties import ANSWER, object_of, properties
from calendar_sync.engine.reconcile import reconcile
from calendar_sync.engine.sync import (
    ChangeSet,
    CopyRole,
    ETag,
    Fate,
    Href,
    LinkState,
    LinkView,
    Mark,
    Resource,
    SyncToken,
)
from support.builders import ANNA, BEN, an_object, answered
from support.pairs import NOW, WORK, here, there
from support.remote import GRAPH

HREF = Href("h1")
ROLES = {
    CopyRole.HOME: "own",
    CopyRole.ATTENDEE: "a guest's",
    CopyRole.WITNESS: "the witness",
    CopyRole.PERSONAL: "another guest's",
    CopyRole.MIRROR: "a mirror",
}
DIRECTIONS = {
    Direction.BOTH: "Both ways",
    Direction.FROM_PROVIDER: "From the provider only",
    Direction.TO_PROVIDER: "To the provider only",
}
LINKED = ("= base", "edited", "answered", "deleted")
SEEN = ("= base", "edited", "answered", "gone", "cancelled", "unreadable", "outside the window")
ROWS = [
    *(("–", seen) for seen in ("new", "cancelled", "unreadable")),
    *(("new", seen) for seen in ("–", "a twin", "a twin that differs", "unreadable")),
    *((ours, seen) for ours in LINKED for seen in SEEN),
]
WRITES = {
    Action.CREATE: "made there",
    Action.PATCH: "written there",
    Action.DELETE: "deleted there",
    Action.ANSWER: "answered there",
}
FATES = {
    Fate.MATERIALIZE: "made here",
    Fate.DROP: "removed here",
    Fate.REVIVE: "brought back here",
    Fate.CLOSE: "closed",
}


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Every combination"
    yield ""
    yield "Made by `tests/support/reconcile_matrix.py` from what the engine does; a test compares."
    yield "The columns say whose copy it is. *Edited* is a title, *answered* the owner's answer;"
    yield "the edit there is the newer one. Nobody else is invited, so no mail rule interferes:"
    yield "those, open attempts and resting links are in [reconcile.md](reconcile.md). *Settled*:"
    yield "nothing is written, the link remembers what it saw. *Conflict*: what lost stays in the"
    yield "journal. *Unwanted*: each side keeps what it has, and nothing is made again. The mirror"
    yield "is of an own meeting, with its details; *new* there is what is no mirror of ours."
    for direction, title in DIRECTIONS.items():
        yield from ("", f"## {title}", "")
        yield f"| Here | There | {' | '.join(ROLES.values())} |"
        yield "|---" * (2 + len(ROLES)) + "|"
        for ours, seen in ROWS:
            cells = [in_words(decided(direction, role, ours, seen)) for role in ROLES]
            yield f"| {ours} | {seen} | {' | '.join(cells)} |"


def decided(direction: Direction, role: CopyRole, ours: str, seen: str) -> Sequence[Step]:
    """The plan for this one object."""
    base = _base(role)
    work = replace(WORK, policy=SyncPolicy(direction=direction))
    views = [] if ours == "–" else [_view(role, base, ours)]
    return reconcile(Frame(work, GRAPH, NOW), views, _observed(role, base, seen)).steps


def _base(role: CopyRole) -> CalendarObject:
    if role in (CopyRole.HOME, CopyRole.MIRROR):
        return an_object("u1")
    return an_object("u1", guests=(ANNA,), organizer=BEN)


def _changed(obj: CalendarObject, what: str, title: str) -> CalendarObject:
    values = properties(obj)
    if what == "edited":
        values["summary"] = title
    elif what == "answered" and ANSWER + ANNA in values:
        values[ANSWER + ANNA] = answered(PartStat.ACCEPTED)
    elif what == "cancelled":
        values["status"] = Status.CANCELLED.value
    return object_of(obj.uid, values)


def _view(role: CopyRole, base: CalendarObject, ours: str) -> LinkView:
    if ours == "new":
        return replace(here(base, None, role), marks=(Mark("1"),))
    local = None if ours == "deleted" else _changed(base, ours, "Ours")
    state = LinkState.SETTLED if ours == "= base" else LinkState.DIRTY
    view = here(base, HREF, role, state)
    agreed = {key: (value, value) for key, value in properties(base).items()}
    link = replace(view.link, base=agreed, etag=ETag("0"), modified=NOW - timedelta(hours=1))
    marks = () if ours == "= base" else (Mark("1"),)
    return replace(view, local=local, link=link, marks=marks, mirror=_mirror(role))


def _mirror(role: CopyRole) -> Mirrored | None:
    return Mirrored(Mirror.FULL, Edits.ASKED) if role is CopyRole.MIRROR else None


def _observed(role: CopyRole, base: CalendarObject, seen: str) -> Observation:
    resources: tuple[Resource, ...] = ()
    unreadable: tuple[tuple[Href, str], ...] = ()
    read: dict[Href, Resource | None] = {}
    own = role in (CopyRole.HOME, CopyRole.MIRROR)
    if seen == "unreadable":
        unreadable = ((HREF, "time_unreadable"),)
    elif seen == "gone":
        read = {HREF: None}
    elif seen not in {"–", "= base", "outside the window"}:
        obj = _changed(base, "edited" if seen == "a twin that differs" else seen, "Theirs")
        modified = NOW + timedelta(hours=1)
        resources = (replace(there(HREF, obj, organized=own), etag=ETag("1"), modified=modified),)
    complete = seen == "outside the window"
    changes = ChangeSet(resources, (), SyncToken("t"), complete, unreadable)
    return Observation(changes, read)


def in_words(steps: Sequence[Step]) -> str:
    """What the steps do, shortly."""
    said = [word for step in steps for word in _said(step)]
    return ", ".join(dict.fromkeys(said)) or "nothing"


def _said(step: Step) -> Iterator[str]:
    change = step.change
    if change.fate is not Fate.KEEP:
        yield FATES[change.fate]
    if change.patches:
        yield "written here"
    if step.write:
        yield WRITES[step.write.action]
    if change.link and change.link.state is LinkState.UNWANTED:
        yield "unwanted"
    if change.link and change.link.state is LinkState.IN_DOUBT:
        yield "waits"
    if change.link and change.link.asked:
        yield "asked"
    if any(entry.what == "conflict" for entry in change.journal):
        yield "conflict"
    if any(entry.what == "unreadable" for entry in change.journal):
        yield "told in the run"
    silent = change.fate is Fate.KEEP and not (step.write or change.patches or change.journal)
    if silent and change.link and change.link.state is LinkState.SETTLED:
        yield "settled"


if __name__ == "__main__":
    sys.stdout.write(page())
