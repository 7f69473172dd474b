"""How each connection of a person stands, in the words of the sync area."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db.models import Count, Exists, OuterRef, Q, Subquery

from calendar_sync.actions.calendars import own_zone
from calendar_sync.actions.channels import can_be_called
from calendar_sync.actions.configuration import Setup, setups
from calendar_sync.actions.grants import why_ended
from calendar_sync.actions.moments import age, coming, moment
from calendar_sync.actions.pace import Pace, paces
from calendar_sync.actions.sync import UNSETTLED
from calendar_sync.models import DirtyMark, Link, Pairing, Preview, ProviderCredential, Run
from calendar_sync.models.link import needs_attention
from calendar_sync.providers.registry import PROVIDERS
from calendar_sync.security.access import check_access, may

CONNECTION = "calendar_sync.connection"
PARAMETER = "ir.config_parameter"
State = ProviderCredential.State
SET_UP = frozenset(
    {
        "accessNotConfigured",
        "address_invalid",
        "authority_invalid",
        "deleted_client",
        "insecure_transport",
        "invalid_client",
        "invalid_request",
        "invalid_resource",
        "invalid_scope",
        "invalid_tenant",
        "redirect_uri_mismatch",
        "secret_unreadable",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)
"""Problems with what an administrator set up; the others are with the calendar itself."""


@dataclass(frozen=True)
class ConnectionState:
    """One row of the sync area. `state` is one of the codes below, `buttons` their names.

    not-configured, connect, reading, ready, syncing, synced, waiting, down, paused, stopped,
    disconnected, reconnect, problem.
    """

    provider: str
    label: str
    letter: str
    state: str
    text: str
    credential_id: int | None = None
    address: str = ""
    detail: str = ""
    buttons: tuple[str, ...] = ()
    last_synced_at: datetime | None = None
    waiting: int = 0
    attention: int = 0
    first_sync: tuple[int, int] | None = None  # events in, events out


@dataclass(frozen=True)
class _View:
    """Who reads, and when."""

    now: datetime
    zone: ZoneInfo
    is_administrator: bool
    paces: Mapping[int, Pace]


def connection_states(user: User, now: datetime) -> list[ConnectionState]:
    """A row per connected account, and one per provider that is offered but not connected."""
    check_access(user, CONNECTION, "read")
    offered = setups()
    rows = list(
        ProviderCredential.objects.visible_to(user)
        .filter(user=user.pk)
        .select_related("preview")
        .annotate(
            linked=Count("pairings__links", filter=_in_step()),
            attention=Count("pairings__links", filter=_attention()),
            gone=Subquery(
                Pairing.objects.filter(credential=OuterRef("pk"), state=Pairing.State.UNAVAILABLE)
                .order_by("pk")
                .values("remote_calendar__name")[:1]
            ),
        )
        .order_by("provider", "pk")
    )
    waiting = changes_waiting(rows)
    administrator = may(user, PARAMETER, "write")
    zone = ZoneInfo(own_zone(user))
    callable_ = all(can_be_called(setup.redirect_uri) for setup in offered.values())
    found = paces(rows, now, can_be_called=callable_) if rows else {}
    view = _View(now, zone, administrator, found)
    states = [_connected(row, waiting.get(row.pk, 0), view) for row in rows]
    taken = {row.provider for row in rows}
    states += [
        _offered(setup, administrator=administrator)
        for name, setup in offered.items()
        if setup.enabled and name not in taken
    ]
    if not states:
        states.append(_nothing_offered(administrator=administrator))
    return states


def _in_step() -> Q:
    return Q(pairings__links__closed_at=None, pairings__links__left_out="")


def _attention() -> Q:
    return Q(pairings__links__closed_at=None) & needs_attention("pairings__links__")


def changes_waiting(rows: list[ProviderCredential]) -> dict[int, int]:
    """Links with a change that was not sent yet, by account."""
    marked = DirtyMark.objects.filter(link=OuterRef("pk"))
    links = Link.objects.open().filter(Exists(marked), pairing__credential__in=rows)
    links = links.exclude(pairing__state=Pairing.State.UNAVAILABLE)
    counts = links.values("pairing__credential").annotate(count=Count("pk"))
    return {row["pairing__credential"]: row["count"] for row in counts}


def _nothing_offered(*, administrator: bool) -> ConnectionState:
    if administrator:
        text = "Connect Outlook or Google for everybody."
        return ConnectionState("", "", "", "not-configured", text, buttons=("settings",))
    return ConnectionState(
        "",
        "",
        "",
        "not-configured",
        "Calendar sync isn't set up here.",
        detail="OAuth not configured. An administrator can turn it on in Settings.",
    )


def _offered(setup: Setup, *, administrator: bool) -> ConnectionState:
    listing = PROVIDERS[setup.provider]
    name, letter = listing.label, listing.letter
    if not setup.missing:
        detail = "Two-way. Nobody is mailed by connecting."
        return ConnectionState(
            setup.provider, name, letter, "connect", f"Synchronize with {name}",
            detail=detail, buttons=("connect",),
        )  # fmt: skip
    if administrator:
        empty = " and ".join(setup.missing)
        verb = "are" if len(setup.missing) > 1 else "is"
        return ConnectionState(
            setup.provider, name, letter, "not-configured", f"{name}: set-up not finished",
            detail=f"{empty} {verb} empty.", buttons=("settings",),
        )  # fmt: skip
    return ConnectionState(
        setup.provider, name, letter, "not-configured", f"{name}: not ready yet",
        detail="OAuth not configured. Your administrator has to finish the set-up.",
    )  # fmt: skip


def _connected(row: ProviderCredential, waiting: int, view: _View) -> ConnectionState:
    listing = PROVIDERS[row.provider]
    state, text, detail, buttons = _words(row, listing.label, waiting, view)
    return ConnectionState(
        row.provider,
        listing.label,
        listing.letter,
        state,
        text,
        row.pk,
        row.address,
        detail,
        buttons,
        row.last_synced_at,
        waiting,
        getattr(row, "attention", 0),
        _first_sync(row) if state == "synced" else None,
    )


Words = tuple[str, str, str, tuple[str, ...]]
"""State, text of the row, what stands under it, names of its buttons."""


def _words(row: ProviderCredential, label: str, waiting: int, view: _View) -> Words:
    if row.reset:
        at = moment(datetime.fromisoformat(row.reset["at"]), view.now, view.zone)
        detail = f"Started by an administrator at {at}."
        if row.paused_at:
            return "paused", "Reset waits: paused by an administrator", detail, ()
        text = f"Reset running: {row.reset['done']:,} of {row.reset['total']:,}"
        return "syncing", text, detail, ()
    if row.state == State.RECONNECT:
        why = why_ended(row, view.now)
        reason = f": {why}" if why else ""
        detail = (
            f"{label} no longer accepts the sign-in of {row.address}{reason}. Nothing is lost; "
            f"{counted(waiting)} {'waits' if waiting == 1 else 'wait'}."
        )
        return "reconnect", "Reconnect needed", detail, ("reconnect",)
    if row.state == State.STOPPED and row.state_code == "disconnected":
        detail = "Disconnected. Events stay on both sides; connecting again recognizes them."
        return "disconnected", f"{label}: not connected", detail, ("connect",)
    if row.state == State.STOPPED:
        text = f"Stopped by you {age(row.state_since, view.now)}"
        return "stopped", text, "Nothing is sent or fetched.", ("restart",)
    if row.paused_at:
        since = moment(row.paused_at, view.now, view.zone)
        sent = "it is" if waiting == 1 else "they are"
        detail = f"Since {since}. {counted(waiting)} kept; {sent} sent when it resumes."
        buttons = ("settings",) if view.is_administrator else ()
        return "paused", "Paused by an administrator", detail, buttons
    if row.state == State.CONNECTING:
        return _waits_for_go(row, label, view)
    if row.state == State.PROBLEM:
        return _problem(row, label, view)
    return _running(row, label, waiting, view)


def _waits_for_go(row: ProviderCredential, label: str, view: _View) -> Words:
    preview: Preview | None = getattr(row, "preview", None)
    if preview and preview.made_at:
        which = "Sync" if row.last_synced_at else "First sync"
        made = moment(preview.made_at, view.now, view.zone)
        detail = f"Nothing has been written. Looked at {made}."
        return "ready", f"{which}: waiting for your go", detail, ("review",)
    if preview and preview.due_at:
        read = f" {preview.read:,} events" if preview.read else ""
        return "reading", f"Reading your calendar…{read}", "Nothing is written yet.", ("review",)
    detail = f"{label} could not be read. Nothing has been written."
    return "ready", "Not looked at yet", detail, ("review",)


def _running(row: ProviderCredential, label: str, waiting: int, view: _View) -> Words:
    now = view.now
    # Due, and no worker has come yet: somebody has just pressed the button.
    if (row.lease_until and row.lease_until > now) or row.due_at <= now:
        return "syncing", "Syncing…", "", ()
    if row.last_synced_at is None and (not row.failures or row.state_code == UNSETTLED):
        return "syncing", "First sync…", "You can close this page.", ()
    answered = row.last_synced_at or row.created_at
    if row.failures and row.state_code == UNSETTLED:
        text = f"Synced {age(answered, now)} · {waiting} to send"
        return "waiting", text, "Changed on both sides at once; trying again.", ("sync",)
    if row.failures:
        again = moment(row.due_at, now, view.zone)
        since = moment(answered, now, view.zone)
        detail = f"Your changes are kept. Trying again at {again}."
        return "down", f"{label} isn't answering (since {since})", detail, ("sync",)
    text = f"Synced {age(answered, now)}"
    if waiting:
        return "waiting", f"{text} · {waiting} to send", "", ("sync",)
    if gone := getattr(row, "gone", None):
        detail = (
            f"“{gone}” is gone at {label}, or no longer shared with you. "
            "Its events stay here, frozen: see My connections."
        )
        return "synced", f"{text} · without “{gone}”", detail, ("sync",)
    linked: int = getattr(row, "linked", 0)
    in_step = f"{linked:,} event{'' if linked == 1 else 's'} in step."
    pace = view.paces.get(row.pk)
    detail = f"{in_step} {pace.in_words(label)}" if pace else in_step
    if row.grant_ends_at:
        ends = coming(row.grant_ends_at, now, view.zone)
        detail = f"{detail} {label} ends this sign-in {ends}: reconnect before."
    return "synced", text, detail, ("sync",)


def _problem(row: ProviderCredential, label: str, view: _View) -> Words:
    if row.state_code in SET_UP:
        detail = (
            "The organization's set-up needs renewal. Your sign-in is fine; "
            "you needn't do anything."
        )
        buttons = ("settings",) if view.is_administrator else ()
        return "problem", f"{label} sync is interrupted", detail, buttons
    detail = f"{label} says that this calendar can't be reached. Its events stay here."
    return "problem", f"{label}: calendar not reachable", detail, ("restart",)


def counted(changes: int) -> str:
    return "1 change" if changes == 1 else f"{changes:,} changes"


def _first_sync(row: ProviderCredential) -> tuple[int, int] | None:
    """What the first run did, shown until there is a second one."""
    runs = list(Run.objects.filter(credential=row).order_by("pk")[:2])
    return (runs[0].received, runs[0].sent) if len(runs) == 1 else None
