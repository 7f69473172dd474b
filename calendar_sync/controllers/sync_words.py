"""Rows of the sync area: what a connection's state looks like and which buttons it has."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse

from calendar_sync.actions.connection_states import ConnectionState, connection_states

DOTS = {
    "synced": "good",
    "syncing": "working",
    "waiting": "good",
    "down": "waiting",
    "connect": "waiting",
    "reading": "working",
    "ready": "needs",
    "reconnect": "needs",
    "problem": "needs",
}
LABELS = {"connect": "Connect", "reconnect": "Reconnect", "restart": "Restart"}
RUNNING = frozenset({"synced", "syncing", "waiting", "down", "paused"})
LOOKS = RUNNING - {"paused"} | {"stopped"}
SAY_WHY = frozenset(
    {"not-configured", "ready", "reading", "reconnect", "problem", "down", "paused", "stopped"}
)


@dataclass(frozen=True)
class Button:
    """`link` is opened; `url` is posted to. `leaves`: the answer is another site's page.
    `asks`: the link leads to a question, which a script shows as a dialog.
    """

    label: str
    link: str = ""
    url: str = ""
    leaves: bool = False
    is_sync: bool = False
    asks: bool = False


@dataclass(frozen=True)
class Row:
    """`named`: there are several accounts, so that the address has to tell them apart."""

    state: str
    dot: str
    letter: str
    label: str
    text: str
    detail: str
    address: str
    named: bool
    buttons: tuple[Button, ...]
    menu: tuple[Button, ...]
    shows_detail: bool
    result: str
    showed: Button | None = None


@dataclass(frozen=True)
class SyncArea:
    states: Sequence[ConnectionState]
    unfinished: Collection[str] = ()

    @property
    def rows(self) -> list[Row]:
        several = {state.provider for state in self.states if self._accounts(state.provider) > 1}
        rows = [_row(state, named=state.provider in several) for state in self.states]
        return [
            _left_half_way(row, state) if state.provider in self.unfinished else row
            for row, state in zip(rows, self.states, strict=True)
        ]

    @property
    def trigger(self) -> str:
        """How often the page asks again: quickly only while something is under way."""
        found = {state.state for state in self.states}
        if found & {"syncing", "reading"}:
            return "every 2s"
        return "every 5s" if "waiting" in found else "every 30s"

    @property
    def synced(self) -> str:
        """Changes when a run has ended: the page then asks for its events again."""
        moments = [state.last_synced_at for state in self.states if state.last_synced_at]
        return max(moments).isoformat() if moments else ""

    @property
    def welcome(self) -> list[ConnectionState]:
        """What a first visitor may connect; nobody else is asked."""
        if any(state.credential_id for state in self.states):
            return []
        return [state for state in self.states if state.state == "connect"]

    def context(self) -> dict[str, Any]:
        return {
            "sync_rows": self.rows,
            "sync_trigger": self.trigger,
            "synced": self.synced,
            "connected": any(state.credential_id for state in self.states),
        }

    def _accounts(self, provider: str) -> int:
        return sum(state.provider == provider for state in self.states)


def sync_area(user: AbstractBaseUser, now: datetime, unfinished: Collection[str] = ()) -> SyncArea:
    """`unfinished`: providers at which a sign-in was begun and not finished."""
    return SyncArea(connection_states(user, now), unfinished)


def _left_half_way(row: Row, state: ConnectionState) -> Row:
    """Where a sign-in was begun, the provider may have shown an error of its own."""
    if state.state not in {"connect", "disconnected", "reconnect"}:
        return row
    buttons = tuple(replace(button, label="Try again") for button in row.buttons)
    link = reverse("sign_in_help", args=[state.provider])
    showed = Button(f"What did {state.label} show?", link=link)
    return replace(row, text="Sign-in not finished", buttons=buttons, showed=showed)


def _row(state: ConnectionState, *, named: bool) -> Row:
    text = "Synchronize with" if state.state == "connect" else state.text
    if state.attention:
        needs = "needs" if state.attention == 1 else "need"
        text = f"{text} · {state.attention} {needs} you"
    return Row(
        state=state.state,
        dot="needs" if state.attention else DOTS.get(state.state, "off"),
        letter=state.letter,
        label=state.label,
        text=text,
        detail=state.detail,
        address=state.address,
        named=named,
        buttons=tuple(_buttons(state)),
        menu=tuple(_menu(state)),
        shows_detail=state.state in SAY_WHY,
        result=_first_sync(state),
    )


def _first_sync(state: ConnectionState) -> str:
    """Counts of the first synchronization, as long as there was only that one."""
    if state.first_sync is None:
        return ""
    came, went = state.first_sync
    return f"First sync done: {came:,} came in, {went:,} went out, guests mailed: 0."


def _buttons(state: ConnectionState) -> list[Button]:
    found = [_button(name, state) for name in state.buttons]
    if state.attention:
        found.append(Button("Review", link=reverse("attention")))
    return found


def _button(name: str, state: ConnectionState) -> Button:
    key = state.credential_id
    if name == "settings":
        return Button("Open Settings", link=reverse("calendar_settings"))
    if name == "review":
        return Button("Review", link=reverse("preview", args=[key]))
    if name == "sync":
        return Button("Sync now", url=reverse("sync_now", args=[key]), is_sync=True)
    if name == "connect":
        url = reverse("connect", args=[state.provider])
        return Button(state.label, url=url, leaves=True)
    if name == "reconnect":
        return Button("Reconnect", url=reverse("reconnect", args=[key]), leaves=True)
    return Button(LABELS.get(name, name.capitalize()), url=reverse(name, args=[key]))


def _menu(state: ConnectionState) -> list[Button]:
    key = state.credential_id
    if key is None or state.state == "disconnected":
        return []
    found = [Button("Runs", link=reverse("runs"))]
    if state.state in LOOKS:
        found.insert(0, Button("Preview", link=reverse("preview", args=[key])))
    if state.state in RUNNING:
        found.append(Button("Stop…", link=reverse("stop", args=[key]), asks=True))
        if state.state != "paused":
            found.insert(0, Button("Sync now", url=reverse("sync_now", args=[key])))
    found.append(Button("Disconnect…", link=reverse("disconnect", args=[key]), asks=True))
    return found
