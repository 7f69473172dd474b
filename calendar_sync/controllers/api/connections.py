"""Connections: how they stand; synchronize now, pause, resume, reset.

*Pause* and *resume* are the person's own stop and restart. That an administrator pauses a provider
for everybody is a setting, and shows here as the state `paused`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from calendar_sync.actions import accounts, sync
from calendar_sync.actions.connection_states import connection_states
from calendar_sync.actions.person_accounts import person_accounts
from calendar_sync.actions.removals import removal_rules, set_removal_rule
from calendar_sync.actions.reset import Existing, Following, reset_account, reset_preview
from calendar_sync.controllers.api.kinds import Word
from calendar_sync.controllers.api.operations import Caller
from calendar_sync.controllers.api.problems import ApiRefusal, Provider, ResetEffect
from calendar_sync.engine.policy import RemovedThere


@dataclass(frozen=True)
class Connection:
    """The caller's account at a provider."""

    id: int
    provider: Provider
    address: str
    state: Annotated[
        str,
        "reading, ready, syncing, synced, waiting, down, paused, stopped, disconnected, reconnect "
        "or problem.",
    ]
    text: Annotated[str, "The state in words."]
    detail: str
    last_synced_at: datetime | None
    waiting: Annotated[int, "Events with a change that was not sent yet."]
    attention: Annotated[int, "Events that wait for a decision or were refused."]
    removed_there: Annotated[
        str,
        Word.of(RemovedThere),
        "What was made here and is removed there: follow is removed here too, keep stays here.",
    ]


@dataclass(frozen=True)
class ConnectionChanges:
    """Choices for all calendars of a connection."""

    removed_there: Annotated[str, Word.of(RemovedThere)]


@dataclass(frozen=True)
class ConnectionList:
    """A few at most, so all at once."""

    items: tuple[Connection, ...]


@dataclass(frozen=True)
class Account:
    """A person's account at a provider as administrators see it: nothing of its content."""

    id: Annotated[int, "Of the connection."]
    provider: Provider
    address: str
    state: Annotated[str, "connecting, active, stopped, reconnect or problem."]
    since: datetime
    paused: Annotated[bool, "By an administrator."]
    signed_in: bool
    connected_at: datetime
    last_synced_at: datetime | None
    linked: Annotated[int, "Events in step."]
    series: Annotated[int, "Of these."]
    resetting: Annotated[bool, "A confirmed reset is under way."]


@dataclass(frozen=True)
class AccountList:
    """A few at most, so all at once."""

    items: tuple[Account, ...]


@dataclass(frozen=True)
class ResetChoice:
    """What becomes of existing events, and what the next synchronization takes."""

    existing: Existing
    following: Following
    tell_guests: Annotated[bool, "Cancel future meetings with guests too, and mail them."] = False


@dataclass(frozen=True)
class ResetRequest(ResetChoice):
    """A reset to carry out, confirmed by the number of deletions that its preview names."""

    deletions: int = 0


def list_connections(caller: Caller) -> ConnectionList:
    """The caller's connections"""
    rules = {row.credential_id: row.rule.value for row in removal_rules(caller.user)}
    return ConnectionList(
        tuple(
            Connection(
                row.credential_id,
                row.provider,
                row.address,
                row.state,
                row.text,
                row.detail,
                row.last_synced_at,
                row.waiting,
                row.attention,
                rules.get(row.credential_id, RemovedThere.FOLLOW.value),
            )
            for row in connection_states(caller.user, caller.now)
            if row.credential_id is not None
        )
    )


def change_connection(caller: Caller, pk: int, body: ConnectionChanges) -> None:
    """Choose how a connection is kept in step"""
    set_removal_rule(caller.user, pk, body.removed_there)


def list_accounts(caller: Caller, pk: int) -> AccountList:
    """A user's connections

    For administrators, who reset them by these ids.
    """
    _, rows = person_accounts(caller.user, pk)
    return AccountList(
        tuple(
            Account(
                row.id,
                row.provider,
                row.address,
                row.state,
                row.since,
                row.paused,
                row.signed_in,
                row.connected_at,
                row.last_synced_at,
                row.linked,
                row.series,
                row.reset is not None,
            )
            for row in rows
        )
    )


def sync_connection(caller: Caller, pk: int) -> None:
    """Synchronize now

    The worker starts at once, whatever the connection waits for.
    """
    sync.sync_now(caller.user, pk, caller.now)


def pause_connection(caller: Caller, pk: int) -> None:
    """Pause

    Nothing is fetched or sent until *resume*, and nothing is deleted. It is *Stop* in the pages.
    """
    accounts.stop(caller.user, pk, caller.now)


def resume_connection(caller: Caller, pk: int) -> None:
    """Go on after a pause

    What waited goes out silently or is held. It is *Restart* in the pages.
    """
    accounts.restart(caller.user, pk, caller.now)


def preview_reset(caller: Caller, pk: int, query: ResetChoice) -> ResetEffect:
    """What a reset would do

    For administrators; nothing is changed.
    """
    preview = reset_preview(
        caller.user,
        pk,
        query.existing,
        query.following,
        caller.now,
        tell_guests=query.tell_guests,
    )
    return ResetEffect.of(preview)


def reset_connection(caller: Caller, pk: int, body: ResetRequest) -> None:
    """Reset

    For administrators. The worker carries it out and gives the sign-in back; the person connects
    again. With another number of `deletions` than it would delete now, nothing is done (409).
    """
    choice = (body.existing, body.following, caller.now)
    preview = reset_preview(caller.user, pk, *choice, tell_guests=body.tell_guests)
    if preview.deletions != body.deletions:
        detail = f"Confirm {preview.deletions} deletions in `deletions`. Nothing was changed."
        raise ApiRefusal(409, "not_confirmed", detail, preview=ResetEffect.of(preview))
    reset_account(caller.user, pk, *choice, tell_guests=body.tell_guests)
