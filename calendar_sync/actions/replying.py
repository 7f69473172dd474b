"""What a guest answers, in which words, and whether the organizer gets a mail about it."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sync.actions.errors import Invalid
from calendar_sync.actions.mail_question import LASTS
from calendar_sync.engine.consent import Choice, Consent
from calendar_sync.engine.event import PartStat
from calendar_sync.engine.properties import Json
from calendar_sync.models import Event, Link

LONGEST_COMMENT = 1000


def reply(partstat: PartStat, comment: str | None, before: Sequence[Json]) -> tuple[str, str]:
    """Answer and comment after this; `before` begins with both. Raises Invalid.

    Another answer without a comment has none: the old one was about the old answer.
    """
    if comment is None:
        kept = str(before[1]) if before and before[0] == partstat.value else ""
        return partstat.value, kept
    text = comment.replace("\0", "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST_COMMENT:
        raise Invalid({"comment": f"A note may have up to {LONGEST_COMMENT:,} characters."})
    return partstat.value, text


def say_quietly(user: User, event: Event, now: datetime, *, quiet: bool) -> None:
    """Note on the person's own copies whether the answer may go out without a mail."""
    consent = Consent(Choice.SILENT, frozenset({event.organizer_address}), frozenset(), now + LASTS)
    links = Link.objects.open().filter(
        entry__event=event,
        kind=Link.Kind.MAIN,
        pairing__calendar__owner=user.pk,
        organizes=False,
    )
    links.update(consent=consent.to_json() if quiet else None)
