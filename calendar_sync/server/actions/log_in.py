"""Slows down whoever guesses passwords: per log-in and network address, in the database."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from calendar_sync.server.models import LogInTries

FREE_TRIES = 5
PAUSE = timedelta(minutes=2)
FORGOTTEN_AFTER = timedelta(hours=1)


@transaction.atomic
def begin_try(login: str, address: str, now: datetime) -> timedelta | None:
    """Count this try before it is made, so that tries at the same time count too.

    Returns how long to wait if there were too many; the try may not be made then.
    """
    tries, _ = LogInTries.objects.select_for_update().get_or_create(
        digest=_digest(login, address), defaults={"last_at": now}
    )
    waited = now - tries.last_at
    if waited >= FORGOTTEN_AFTER:
        tries.count = 0
    if tries.count >= FREE_TRIES and waited < PAUSE:
        return PAUSE - waited
    tries.count += 1
    tries.last_at = now
    tries.save()
    return None


def forget_tries(login: str, address: str) -> None:
    LogInTries.objects.filter(digest=_digest(login, address)).delete()


def _digest(login: str, address: str) -> str:
    text = f"{login.strip().lower()}\n{address}"
    return salted_hmac("log-in tries", text, algorithm="sha256").hexdigest()
