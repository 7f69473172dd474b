"""Runs: what synchronizations did, newest first, and one of them with its changes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from calendar_sync.actions.runs import ChangeLine, RunLine, run_detail, visible_runs
from calendar_sync.controllers.api.kinds import Number, Word
from calendar_sync.controllers.api.operations import Caller
from calendar_sync.controllers.api.problems import Provider
from calendar_sync.controllers.api.shapes import UNSET
from calendar_sync.engine.policy import Side

LONGEST_PAGE = 500


@dataclass(frozen=True)
class RunSelection:
    """Which runs."""

    whose: Annotated[Literal["mine", "all"], "all: of everybody, for administrators."] = "mine"
    limit: Annotated[int, Number(1, LONGEST_PAGE)] = 100
    after: Annotated[int, Number(1), "`next` of the page before."] = UNSET


@dataclass(frozen=True)
class ChangeSelection:
    """Which changes of a run."""

    limit: Annotated[int, Number(1, LONGEST_PAGE)] = 100
    after: Annotated[int, Number(0), "`next` of the page before."] = 0


@dataclass(frozen=True)
class Run:
    """A synchronization that did something or failed; one that found nothing leaves no trace."""

    id: int
    started_at: datetime
    milliseconds: Annotated[int, "How long it took."]
    user: str
    connection: Annotated[int, "The id of the connection."]
    provider: Provider
    address: str
    trigger: str
    received: Annotated[int, "Events changed here."]
    sent: Annotated[int, "Events changed at the provider."]
    mailed: Annotated[int, "Guests whom the provider mailed."]
    held: Annotated[int, "Changes that wait for a decision about mail."]
    refused: Annotated[int, "Changes that the provider did not take."]
    conflicts: Annotated[int, "Changed on both sides; settled."]
    result: Annotated[str, Word(("done", "attention", "failed"))]
    error: str


@dataclass(frozen=True)
class RunPage:
    """Runs, newest first."""

    items: tuple[Run, ...]
    next: Annotated[int | None, "`after` of the next page; null: this is the last."]


@dataclass(frozen=True)
class Change:
    """What a run did to one event on one side."""

    id: int
    side: Annotated[str, Word.of(Side), "there: at the provider."]
    what: str
    keys: Annotated[tuple[str, ...], "The properties that changed."]
    title: str
    mailed: Annotated[tuple[str, ...], "Whom the provider mailed."]
    code: Annotated[str, "Why it was refused or held; empty: it was not."]


@dataclass(frozen=True)
class RunChanges:
    """A run and its changes. Administrators see others' counts, never their content."""

    run: Run
    changes: tuple[Change, ...]
    next: Annotated[int | None, "`after` of the next changes; null: these are the last."]


def list_runs(caller: Caller, query: RunSelection) -> RunPage:
    """Runs, newest first"""
    rows = visible_runs(
        caller.user,
        everybody=query.whose == "all",
        after=None if query.after is UNSET else query.after,
        most=query.limit + 1,
    )
    page = rows[: query.limit]
    return RunPage(tuple(map(_run, page)), page[-1].id if len(rows) > len(page) else None)


def get_run(caller: Caller, pk: int, query: ChangeSelection) -> RunChanges:
    """One run and what it changed"""
    line, rows = run_detail(caller.user, pk, after=query.after, most=query.limit + 1)
    page = rows[: query.limit]
    more = page[-1].id if len(rows) > len(page) else None
    return RunChanges(_run(line), tuple(map(_change, page)), more)


def _run(line: RunLine) -> Run:
    return Run(
        id=line.id,
        started_at=line.started_at,
        milliseconds=round(line.seconds * 1000),
        user=line.user,
        connection=line.credential_id,
        provider=line.provider,
        address=line.address,
        trigger=line.trigger,
        received=line.received,
        sent=line.sent,
        mailed=line.mailed,
        held=line.held,
        refused=line.refused,
        conflicts=line.conflicts,
        result=line.result,
        error=line.error,
    )


def _change(line: ChangeLine) -> Change:
    return Change(line.id, line.side, line.what, line.keys, line.title, line.mailed, line.code)
