"""Connections: how they stand; synchronize now, pause, resume, reset.

*Pause* and *resume* are the person's own stop and restart. That an administrator pauses a provider
for everybody is a setting, and shows here as the state `paused`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from calendar_sync.actions import accounts, sync
from calendar_sync.actions.account_choices import account_choices
from calendar_sync.actions.conflicts import set_conflict_rule
from calendar_sync.actions.connection_states import ConnectionState, connection_states
from calendar_sync.actions.errors import NotVisible
from calendar_sync.actions.guest_choices import choose_guests
from calendar_sync.actions.person_accounts import person_accounts
from calendar_sync.actions.removals import set_removal_rule
from calendar_sync.actions.reset import Existing, Following, reset_account, reset_preview
from calendar_sync.controllers.api.kinds import Word
from calendar_sync.controllers.api.operations import Caller
from calendar_sync.controllers.api.problems import ApiRefusal, Provider, ResetEffect
from calendar_sync.controllers.api.shapes import UNSET
from calendar_sync.engine.policy import ConflictRule, RemovedThere, SyncPolicy
from calendar_sync.models import Contact

ConflictWinner = Annotated[
    str,
    Word.of(ConflictRule),
    "Who wins where both sides changed the same: the newest, the provider (there), the calendar "
    "here, or nobody before the caller decides (ask).",
]
Removal = Annotated[
    str,
    Word.of(RemovedThere),
    "What was made here and is removed there: follow is removed here too, keep stays here, and "
    "ask waits for the caller.",
]
SendsOutside = Annotated[
    bool,
    "Whether guests who are no users here are sent to the provider. Saying yes invites nobody who "
    "was kept back: that needs *Invite now*.",
]
GuestsBecome = Annotated[
    str,
    Word(("", *Contact.Kind.values)),
    "What guests become whom nobody knows: person or lead, a contact; empty: nothing.",
]


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
    conflict: ConflictWinner
    removed_there: Removal
    sends_outside_guests: SendsOutside
    guests_become: GuestsBecome


@dataclass(frozen=True)
class ConnectionChanges:
    """Choices for all calendars of a connection; what is left out stays as it is."""

    conflict: ConflictWinner = UNSET
    removed_there: Removal = UNSET
    sends_outside_guests: SendsOutside = UNSET
    guests_become: GuestsBecome = UNSET


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
    chosen = _policies(caller)
    return ConnectionList(
        tuple(
            _connection(row, row.credential_id, chosen.get(row.credential_id, SyncPolicy()))
            for row in connection_states(caller.user, caller.now)
            if row.credential_id is not None
        )
    )


def _policies(caller: Caller) -> dict[int, SyncPolicy]:
    return {row.credential_id: row.policy for row in account_choices(caller.user)}


def _connection(row: ConnectionState, pk: int, policy: SyncPolicy) -> Connection:
    return Connection(
        pk,
        row.provider,
        row.address,
        row.state,
        row.text,
        row.detail,
        row.last_synced_at,
        row.waiting,
        row.attention,
        policy.conflict.value,
        policy.removed.value,
        policy.outside_guests,
        policy.guests_become,
    )


def change_connection(caller: Caller, pk: int, body: ConnectionChanges) -> None:
    """Choose how a connection is kept in step

    For all its calendars; which way each of them goes is a field of `/calendars/{id}`.
    """
    policy = _policies(caller).get(pk)
    if policy is None:
        raise NotVisible
    if body.conflict is not UNSET:
        set_conflict_rule(caller.user, pk, body.conflict, caller.now)
    if body.removed_there is not UNSET:
        set_removal_rule(caller.user, pk, body.removed_there)
    outside, become = body.sends_outside_guests, body.guests_become
    if outside is not UNSET or become is not UNSET:
        choose_guests(
            caller.user,
            pk,
            sends_outside=policy.outside_guests if outside is UNSET else outside,
            become=policy.guests_become if become is UNSET else become,
            now=caller.now,
        )


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
