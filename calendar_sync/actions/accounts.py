"""Connect and disconnect a person's account at a provider; stop and restart its sync.

A sign-in is remembered in the web session, secret by secret: it can be finished once, by the
browser that began it, within ten minutes.
"""

from collections.abc import Mapping, MutableMapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import IntegrityError, transaction
from django.db.models import F

from calendar_sync.actions.calendar_rows import enter, put_listed
from calendar_sync.actions.calendars import prove_address
from calendar_sync.actions.channels import LeaseLost, Tending, look_after
from calendar_sync.actions.clock import FixedClock
from calendar_sync.actions.configuration import client, endpoints, provider_session, setups
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.preview_rows import ask_for_preview, forget_preview
from calendar_sync.actions.waking import wake
from calendar_sync.engine.errors import AuthorizationInvalid, SyncError
from calendar_sync.engine.event import normalized_address
from calendar_sync.hosts.django_lease import claim, take_away
from calendar_sync.models import Channel, Pairing, ProviderCredential
from calendar_sync.models.marks import pair
from calendar_sync.models.roles import hand_over_witnesses
from calendar_sync.providers import registry
from calendar_sync.providers.oauth import Grant, RefreshedToken, SignIn, SignInError, SignInState
from calendar_sync.security.access import check_access
from calendar_sync.security.secrets import SecretUnreadable, key_ring

CONNECTION = "calendar_sync.connection"
SESSION_KEY = "calendar_sync.sign_in."
PATIENCE = timedelta(minutes=10)
CALL = timedelta(minutes=2)
State = ProviderCredential.State
CONNECTING = State.CONNECTING
GOING_ON = (State.ACTIVE, State.RECONNECT, State.PROBLEM)
GONE = ("disconnected", "reset")


class SignInProblem(Exception):
    """Why a sign-in did not end in a connection; nothing was stored.

    `code` and `detail` choose the words of the page, `address` and `wanted` name two accounts that
    differ.
    """

    def __init__(
        self, provider: str, code: str, address: str = "", wanted: str = "", detail: str = ""
    ) -> None:
        self.provider = provider
        self.code = code
        self.detail = detail
        self.address = address
        self.wanted = wanted
        super().__init__(f"{provider}: {code}")


def begin_sign_in(
    user: User,
    provider: str,
    session: MutableMapping[str, Any],
    now: datetime,
    reconnect: int | None = None,
    functions: Sequence[str] = (),
) -> str:
    """Where to send the browser. With `reconnect`, the same account is expected back.

    `functions` are those of the registry that the person wants to use: what they need is asked
    for with this sign-in, and nothing else than what was granted before.
    """
    check_access(user, CONNECTION, "create")
    if provider not in registry.PROVIDERS or not setups()[provider].ready:
        raise ActionRefused("not_configured", "OAuth not configured.")
    known = _own(user, reconnect) if reconnect else None
    try:
        url, state = _sign_in(provider, now).authorization_request(
            login_hint=known.address if known else "",
            consent=True,
            more=_scopes_for(provider, known, functions),
        )
    except SyncError as error:
        raise SignInProblem(provider, error.code, detail=error.detail) from None
    session[SESSION_KEY + provider] = {
        "user": user.pk,
        "state": state.to_json(),
        "until": (now + PATIENCE).isoformat(),
        "reconnect": known.pk if known else None,
        "functions": list(functions),
    }
    return url


def wanted_functions(session: Mapping[str, Any], provider: str) -> list[str]:
    """For what the person is signing in once more; nothing for a usual sign-in."""
    return list((session.get(SESSION_KEY + provider) or {}).get("functions", ()))


def _scopes_for(
    provider: str, known: ProviderCredential | None, functions: Sequence[str]
) -> list[str]:
    """Beyond those of every sign-in; what an account may do already, it goes on to be able to."""
    offer = registry.provider(provider)
    granted = known.scopes if known else []
    able = [name for name in offer.needs if not offer.lacks(name, granted)]
    asked = dict.fromkeys(offer.lacks(name, ()) for name in (*able, *functions))
    return [scope for scope in asked if scope]


def finish_sign_in(
    user: User,
    provider: str,
    answer: Mapping[str, str],
    session: MutableMapping[str, Any],
    now: datetime,
) -> ProviderCredential:
    """Turn the browser's answer into a connection. Raises SignInProblem."""
    check_access(user, CONNECTION, "create")
    begun = session.pop(SESSION_KEY + provider, None)
    ours = begun is not None and begun["user"] == user.pk
    if not ours or now > datetime.fromisoformat(begun["until"]):
        raise SignInProblem(provider, "state_expired")
    try:
        grant = _sign_in(provider, now).exchange(SignInState.from_json(begun["state"]), answer)
        calendar = _primary_calendar(provider, grant, now)
    except (SignInError, SyncError) as error:
        raise SignInProblem(provider, error.code, detail=error.detail) from None
    return _connected(user, provider, grant, calendar, begun["reconnect"], now)


def _connected(
    user: User,
    provider: str,
    grant: Grant,
    calendar: registry.RemoteCalendar,
    reconnect: int | None,
    now: datetime,
) -> ProviderCredential:
    """Store the grant, pair the primary calendar with the user's own: all of it, or nothing."""
    # At Microsoft people sign in with a name that need not be the address of their mailbox.
    mailbox = normalized_address(calendar.address or grant.address)
    _check_account(user, provider, grant.subject, mailbox, reconnect)
    with transaction.atomic():
        row = _stored(user, provider, grant, mailbox, now)
        prove_address(user, mailbox)
        _pair(user, row, calendar)
        if row.state == CONNECTING:
            ask_for_preview(row.pk, now)
        else:
            wake(row.pk, now)
            look_after(row.pk, now, afresh=True)
    return row


def _stored(
    user: User, provider: str, grant: Grant, mailbox: str, now: datetime
) -> ProviderCredential:
    """The account's row, new or renewed. A colleague may connect the mailbox this very moment.

    A sign-in that starts a synchronization has it shown first, one that renews it goes on.
    """
    own = ProviderCredential.objects.filter(user=user.pk, provider=provider, subject=grant.subject)
    goes_on = own.filter(state__in=GOING_ON).exists()
    values = {
        "address": mailbox,
        "scopes": sorted(grant.scopes),
        "state": State.ACTIVE if goes_on else CONNECTING,
        "state_code": "",
        "state_detail": "",
        "state_since": now,
        "grant_ends_at": grant.ends_at,
        "failures": 0,
        "due_at": now,
        "paused_at": now if setups()[provider].paused else None,
        **_encrypted(grant),
    }
    try:
        row, _ = ProviderCredential.objects.update_or_create(
            user_id=user.pk,
            provider=provider,
            subject=grant.subject,
            defaults=values,
            create_defaults={**values, "created_at": now},
        )
    except IntegrityError:
        raise SignInProblem(provider, "connected_by_another", mailbox) from None
    return row


def _check_account(
    user: User, provider: str, subject: str, mailbox: str, reconnect: int | None
) -> None:
    """One mailbox belongs to one person here; a reconnect brings the same account back."""
    others = ProviderCredential.objects.filter(provider=provider, subject=subject)
    if others.exclude(user=user.pk).exists():
        raise SignInProblem(provider, "connected_by_another", mailbox)
    known = _own(user, reconnect) if reconnect is not None else None
    if known and known.subject != subject:
        raise SignInProblem(provider, "wrong_account", mailbox, known.address)


def _pair(user: User, row: ProviderCredential, calendar: registry.RemoteCalendar) -> None:
    """With the first account connected, new events go there; a second one only comes in.

    A sign-in for something else does not choose again what the person has given up. Into the other
    calendars of the account goes what a reset has unlinked.
    """
    listed = put_listed(row, [calendar])[calendar.id]
    mine = Pairing.objects.filter(credential=row).select_related("calendar", "remote_calendar")
    known = {each.remote_calendar.canonical_id: each for each in mine.order_by("pk")}
    main = known.pop(calendar.id, None)
    if main is None or main.state != Pairing.State.STOPPED:
        enter(row, user, listed)
    for each in known.values():
        if each.state == Pairing.State.ACTIVE:
            pair(each.calendar, each.remote_calendar, row, default_target=each.default_target)


def _encrypted(grant: Grant) -> dict[str, Any]:
    ring = key_ring()
    values: dict[str, Any] = {
        "encrypted_access_token": ring.encrypted(grant.access_token),
        "access_expires_at": grant.expires_at,
    }
    if grant.refresh_token:
        values["encrypted_refresh_token"] = ring.encrypted(grant.refresh_token)
    return values


def stop(user: User, credential_id: int, now: datetime) -> None:
    """Nothing is fetched or sent any more; nothing is deleted, the grant stays.

    A reset that is under way ends here: what it has deleted stays deleted.
    """
    check_access(user, CONNECTION, "write")
    row = _visible(user, credential_id)
    _check_connected(row)
    _change_state(row, State.STOPPED, "stopped", now, reset=None)
    look_after(row.pk, now)


def restart(user: User, credential_id: int, now: datetime) -> None:
    """Go on after a stop; what waited goes out silently or is held."""
    check_access(user, CONNECTION, "write")
    row = _visible(user, credential_id)
    _check_connected(row)
    if row.state not in (State.STOPPED, State.PROBLEM):
        raise ActionRefused("not_stopped", "This connection is not stopped.")
    start(row, now)


def start(row: ProviderCredential, now: datetime, *, by_preview: bool = False) -> None:
    """From now on it is kept in step; `by_preview`: first no more than was shown is done."""
    with transaction.atomic():
        _change_state(row, State.ACTIVE, "", now, by_preview=by_preview)
        if not by_preview:
            forget_preview(row.pk)
        wake(row.pk, now)
        look_after(row.pk, now, afresh=True)


def _check_connected(row: ProviderCredential) -> None:
    """What was disconnected or reset has no grant: only a sign-in brings it back."""
    if row.state_code in GONE:
        raise ActionRefused("not_connected", f"{row.address} is not connected: sign in again.")


def disconnect(user: User, credential_id: int, now: datetime) -> bool:
    """Give the grant back and forget it; events stay on both sides. False: not confirmed there.

    Links stay too, so connecting the same account again recognizes everything. A reset that is
    under way ends here, as with `stop`.
    """
    check_access(user, CONNECTION, "unlink")
    row = _visible(user, credential_id)
    _stop_channels(row, now)
    confirmed = withdraw(row, now)
    forget_preview(row.pk)
    forgotten = {"encrypted_access_token": "", "encrypted_refresh_token": "", "reset": None}
    _change_state(row, State.STOPPED, "disconnected", now, access_expires_at=None, **forgotten)
    return confirmed


def _stop_channels(row: ProviderCredential, now: datetime) -> None:
    """First, because it takes the grant; under a lease of our own, as every call.

    What can't be stopped falls silent with the grant, and ends by itself.
    """
    channels = Channel.objects.filter(pairing__credential=row)
    if channels.exclude(remote_id="").exists():
        take_away(ProviderCredential.objects.filter(pk=row.pk))
        claimed = claim(now, credential_id=row.pk, worker="disconnect")
        clock = FixedClock(now)
        with suppress(SyncError, LeaseLost):
            if claimed:
                Tending(row, claimed.lease, refreshed_token(row, clock), clock).stop_all()
    channels.delete()


def withdraw(row: ProviderCredential, now: datetime) -> bool:
    """Revoke the grant at the provider; True if it is certain to be gone."""
    token = row.encrypted_refresh_token or row.encrypted_access_token
    if not token:
        return True
    try:
        _sign_in(row.provider, now).revoke(_opened(token))
    except SyncError:
        return False
    return True


def refreshed_token(row: ProviderCredential, clock: Any) -> RefreshedToken:  # noqa: ANN401
    """The bearer token of one account; a rotated refresh token is stored before it is used."""

    def refresh() -> Grant:
        kept = ProviderCredential.objects.get(pk=row.pk).encrypted_refresh_token
        if not kept:
            raise AuthorizationInvalid("no_grant")
        more = _scopes_for(row.provider, row, ())
        grant = _sign_in(row.provider, clock.now()).refresh(_opened(kept), more)
        rotated = ProviderCredential.objects.filter(pk=row.pk, encrypted_refresh_token=kept)
        ends = {"grant_ends_at": grant.ends_at} if grant.ends_at else {}
        rotated.update(**_encrypted(grant), **ends)
        return grant

    token = ""
    with suppress(AuthorizationInvalid):  # without one, the first request asks for it
        token = _opened(row.encrypted_access_token)
    return RefreshedToken(refresh, clock, token, row.access_expires_at)


def _opened(token: str) -> str:
    """A token in clear. Raises AuthorizationInvalid: our key is gone, so a new one is needed."""
    try:
        return key_ring().decrypted(token)
    except SecretUnreadable:
        raise AuthorizationInvalid("token_unreadable") from None


def _sign_in(provider: str, now: datetime) -> SignIn:
    session = provider_session(FixedClock(now), now + CALL)
    return registry.provider(provider).sign_in(session, endpoints(provider), client(provider))


def _primary_calendar(provider: str, grant: Grant, now: datetime) -> registry.RemoteCalendar:
    token = RefreshedToken(lambda: grant, FixedClock(now), grant.access_token, grant.expires_at)
    session = provider_session(FixedClock(now), now + CALL, token)
    return registry.provider(provider).primary_calendar(session, endpoints(provider), grant.address)


def _change_state(
    row: ProviderCredential,
    state: str,
    code: str,
    now: datetime,
    **more: Any,  # noqa: ANN401 -- further columns
) -> None:
    """Raising the fence takes the account away from a run that is under way."""
    ProviderCredential.objects.filter(pk=row.pk).update(
        state=state,
        state_code=code,
        state_detail="",
        state_since=now,
        lease_fence=F("lease_fence") + 1,
        lease_until=None,
        **more,
    )
    if state != State.ACTIVE:
        hand_over_witnesses(row)


def _visible(user: User, credential_id: int) -> ProviderCredential:
    row = ProviderCredential.objects.visible_to(user).filter(pk=credential_id).first()
    if row is None:
        raise NotVisible
    return row


def _own(user: User, credential_id: int) -> ProviderCredential:
    """Nobody signs in for somebody else, administrators neither. Raises NotVisible."""
    row = _visible(user, credential_id)
    if row.user_id != user.pk:
        raise NotVisible
    return row
