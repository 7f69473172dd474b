"""What both sides changed differently: questions under the rule *ask*, and who wins otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction

from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.waking import notify, wake
from calendar_sync.engine.asking import Answer, about, belongs
from calendar_sync.engine.policy import ConflictRule, Side
from calendar_sync.engine.properties import Json, Properties
from calendar_sync.hosts.django_rows import link_of
from calendar_sync.models import DirtyMark, Event, Link, Pairing, ProviderCredential
from calendar_sync.models.bulk import create_all
from calendar_sync.models.contents import load_contents, save_contents
from calendar_sync.models.link import LinkQuerySet
from calendar_sync.models.marks import mark_dirty
from calendar_sync.models.roles import is_organized_by
from calendar_sync.providers.registry import PROVIDERS
from calendar_sync.security.access import check_access

CONNECTION = "calendar_sync.connection"
TEXTS = frozenset({"description"})
"""Properties of which both values can be kept."""


@dataclass(frozen=True)
class Question:
    """`property` is a key of the engine, or a date that takes place on one side only.

    `about` names the two values; an answer has to give it back. `at_mirror`: it was changed at a
    mirror, where guests would have to know of it.
    """

    link_id: int
    event_id: int
    title: str
    label: str
    property: str
    ours: Mapping[str, Json]
    theirs: Mapping[str, Json]
    about: str
    choices: tuple[str, ...]
    at_mirror: bool = False


def questions(user: User) -> list[Question]:
    """What a person has to decide, oldest first; one statement, two where something is asked."""
    check_access(user, CONNECTION, "read")
    rows = list(_asked(user).select_related("entry__event", "pairing__credential").order_by("pk"))
    contents = load_contents([row.entry.event for row in rows]) if rows else {}
    found = []
    for row in rows:
        ours = contents[row.entry.event_id].seen_by(row)
        theirs = link_of(row).theirs
        found += [_question(user, row, name, ours, theirs) for name in row.asked]
    return found


def answer_question(
    user: User, link_id: int, name: str, choice: str, seen: str, now: datetime
) -> None:
    """Keep ours, take theirs, or keep both; the next run does it. `seen`: what was shown.

    What is written there because of it asks about mail like any other edit.
    """
    check_access(user, CONNECTION, "write")
    with transaction.atomic():
        link = _asked(user).filter(pk=link_id).select_related("entry__event").first()
        if link is None or name not in link.asked:
            raise NotVisible
        event = Event.objects.select_for_update(no_key=True).get(pk=link.entry.event_id)
        contents = load_contents([event])[event.pk]
        ours, theirs = contents.seen_by(link), link_of(link).theirs
        if about(name, ours, theirs) != seen:
            raise ActionRefused("changed_meanwhile", "It was changed meanwhile: look again.")
        if choice not in _choices(user, link, name):
            raise ActionRefused("no_such_choice", "That is not possible for this event.")
        if choice == "both":
            ours = {**ours, name: f"{ours.get(name) or ''}<hr>{theirs.get(name) or ''}"}
            contents.put({name: ours[name]}, {})
            contents.event.updated_at = now
            save_contents([contents], now)
            mark_dirty(event, [name], user)
        winner = Side.THERE if choice == "theirs" else Side.HERE
        said = Answer(winner, about(name, ours, theirs)).to_json()
        locked = Link.objects.select_for_update(no_key=True).get(pk=link.pk)
        locked.decided = {**(locked.decided or {}), name: said}
        locked.save(update_fields=["decided"])
        DirtyMark.objects.create(link=locked)
        notify()


def set_conflict_rule(user: User, credential_id: int, rule: str, now: datetime) -> None:
    """Who wins from now on, in all calendars of an account; what is open is decided by it."""
    check_access(user, CONNECTION, "write")
    if rule not in {each.value for each in ConflictRule}:
        raise ActionRefused("no_such_choice", "There is no such rule.")
    accounts = ProviderCredential.objects.visible_to(user).filter(user=user.pk)
    credential = accounts.filter(pk=credential_id).first()
    if credential is None:
        raise NotVisible
    with transaction.atomic():
        rows = Pairing.objects.filter(credential=credential)
        for pairing in rows.select_for_update(no_key=True).order_by("pk"):
            pairing.policy = {**pairing.policy, "conflict": rule}
            pairing.save(update_fields=["policy"])
        open_links = _asked(user).filter(pairing__credential=credential)
        create_all(DirtyMark, [DirtyMark(link=link) for link in open_links])
        wake(credential.pk, now)


def _asked(user: User) -> LinkQuerySet:
    return Link.objects.visible_to(user).open().exclude(asked=[])


def _question(user: User, row: Link, name: str, ours: Properties, theirs: Properties) -> Question:
    return Question(
        row.pk,
        row.entry.event_id,
        row.title,
        PROVIDERS[row.pairing.credential.provider].label,
        name,
        {key: value for key, value in ours.items() if belongs(key, name)},
        {key: value for key, value in theirs.items() if belongs(key, name)},
        about(name, ours, theirs),
        _choices(user, row, name),
        row.kind == Link.Kind.MIRROR,
    )


def _choices(user: User, row: Link, name: str) -> tuple[str, ...]:
    both = name in TEXTS and is_organized_by(row.entry.event, user.pk)
    return ("ours", "theirs", "both") if both else ("ours", "theirs")
