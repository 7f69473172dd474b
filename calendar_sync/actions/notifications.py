"""What a provider says through a web hook. Its only effect: the account is due now."""

from datetime import datetime
from hmac import compare_digest
from html import escape

from calendar_sync.actions.channels import look_after
from calendar_sync.actions.errors import NotVisible
from calendar_sync.actions.waking import make_due, notify
from calendar_sync.models import Channel
from calendar_sync.providers import registry
from calendar_sync.providers.hooks import Incoming, News, Notice
from calendar_sync.security.secrets import token_digest

State = Channel.State
OWN_LIFE = frozenset({News.EXPIRING, News.ENDED})


class Forged(Exception):
    """Whoever called does not know the secret of the channel."""


def hear(provider: str, key: str, incoming: Incoming, now: datetime) -> str:
    """Take a call to the address of a channel; returns what it has to be answered with.

    Nothing that was sent is kept or logged. Raises NotVisible (no such channel), NotUnderstood,
    Forged.
    """
    rows = Channel.objects.filter(key=key, pairing__credential__provider=provider)
    channel = rows.select_related("pairing").first()
    if channel is None:
        raise NotVisible
    notice = registry.provider(provider).notice(incoming)
    if notice.echo:
        if channel.state not in (State.OPENING, State.OPEN):
            raise NotVisible
        return escape(notice.echo, quote=False)
    if not _is_true(notice, channel):
        raise Forged
    _take_in(notice, channel, now)
    return ""


def _is_true(notice: Notice, channel: Channel) -> bool:
    """The secret is compared first, and in constant time; ids are no secrets."""
    known = [
        compare_digest(token_digest(secret), channel.secret_digest) for secret in notice.secrets
    ]
    same = notice.remote_ids == {channel.remote_id} if channel.remote_id else True
    named = notice.keys <= {channel.key} and len(notice.remote_ids) == 1
    return all(known) and bool(known) and same and named


def _take_in(notice: Notice, channel: Channel, now: datetime) -> None:
    """The first call also tells the provider's id, if we died before its answer came."""
    learned: dict[str, str | datetime] = {}
    if not channel.remote_id:
        (learned["remote_id"],) = notice.remote_ids
    if channel.heard_at is None:
        learned["heard_at"] = now
    if notice.news & OWN_LIFE:
        learned["due_at"] = now
    if News.ENDED in notice.news:
        learned["expires_at"] = now
    if learned:
        Channel.objects.filter(pk=channel.pk).update(**learned)
    orphan = channel.state == State.STOPPING and "remote_id" in learned
    account = channel.pairing.credential_id
    if notice.news & OWN_LIFE or orphan:
        look_after(account, now)
    if notice.news != {News.OPENED} and make_due(account, now):
        notify()
