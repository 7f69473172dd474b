"""What of a calendar is kept in step: its filters, what they leave out, what others would."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction
from django.db.models import Count

from calendar_sync.actions.configuration import capabilities
from calendar_sync.actions.errors import ActionRefused, Invalid, NotVisible
from calendar_sync.actions.mirrors import mirrors_of
from calendar_sync.actions.preview_rows import WAITS, ask_for_preview
from calendar_sync.actions.remote_calendars import change_calendar
from calendar_sync.actions.waking import wake
from calendar_sync.engine.filters import PRIVATE, Reason, admits_more, left_out
from calendar_sync.engine.leaving import said
from calendar_sync.engine.policy import Direction, Filters, PrivateEvents, SyncPolicy
from calendar_sync.engine.resting import LEFT_ALONE
from calendar_sync.engine.scope import seen_alone
from calendar_sync.engine.sync import LinkState
from calendar_sync.hosts.django_lease import take_away
from calendar_sync.hosts.django_policy import filters_json, policy_of
from calendar_sync.hosts.django_rows import link_of
from calendar_sync.models import (
    Address,
    DirtyMark,
    EventKind,
    Link,
    ListedCalendar,
    Pairing,
    PassedOver,
    Preview,
    ProviderCredential,
)
from calendar_sync.models.bulk import create_all
from calendar_sync.models.contents import load_contents
from calendar_sync.models.link import LinkQuerySet
from calendar_sync.providers.registry import PROVIDERS
from calendar_sync.security.access import check_access

CONNECTION = "calendar_sync.connection"
MOST_NAMED, LONGEST_NAME = 50, 200
LISTS = ("categories", "titles", "only_categories", "only_titles")
EXPRESSION = re.compile(r"^\^|\.[*+]|\\[\[\]().wdsb]")
"""What nobody means as it stands: a regular expression, which patterns are not."""


@dataclass(frozen=True)
class Kept:
    """The rules of one calendar, and what they keep where it is, by reason.

    `left_out` counts events that are here, `passed_over` those that are only at the provider, as
    far as it was read; while `is_read_anew` that is not all. `has_categories`: events have
    some there.
    """

    listed_id: int
    name: str
    label: str
    address: str
    direction: Direction
    may_be_written: bool
    filters: Filters
    arriving_kind: str
    kinds: tuple[EventKind, ...]
    has_categories: bool
    is_read_anew: bool
    left_out: Mapping[Reason, int] = field(default_factory=dict)
    passed_over: Mapping[Reason, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(self.left_out.values())


@dataclass(frozen=True)
class Effect:
    """What other filters would do to the events linked now. Nothing is deleted by any of it.

    `reads_again`: the whole calendar is read once more, for what was passed over until now.
    """

    total: int
    leaving: int
    returning: int
    reads_again: bool


@dataclass(frozen=True)
class Wish:
    """Filters as a person gives them; `kinds` and `arriving_kind` are keys of `kind_key`."""

    start: date | None = None
    private: str = PrivateEvents.FULL.value
    skip_free: bool = False
    skip_declined: bool = False
    categories: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    arriving_kind: str = ""
    only_categories: tuple[str, ...] = ()
    only_titles: tuple[str, ...] = ()


def kept_in_step(user: User, listed_id: int) -> Kept:
    """Raises NotVisible."""
    check_access(user, CONNECTION, "read")
    listed, pairing = _chosen(user, listed_id)
    policy = policy_of(pairing.policy)
    counted = Counter(_open_links(pairing).exclude(left_out="").values_list("left_out", flat=True))
    passed = PassedOver.objects.filter(pairing=pairing).values_list("reason")
    return Kept(
        listed.pk,
        listed.name or listed.canonical_id,
        PROVIDERS[pairing.credential.provider].label,
        pairing.credential.address,
        policy.direction,
        listed.role != ListedCalendar.Role.READER,
        policy.filters,
        policy.arriving_kind,
        tuple(EventKind.objects.visible_to(user).offered()),
        capabilities(pairing.credential.provider).can_hold("category"),
        pairing.listing is not None or not pairing.token,
        {Reason(name): count for name, count in counted.items()},
        {Reason(name): count for name, count in passed.annotate(Count("pk"))},
    )


def wish_of(kept: Kept) -> Wish:
    """The rules as they are, to be changed in part."""
    filters = kept.filters
    return Wish(
        filters.start,
        filters.private.value,
        filters.skip_free,
        filters.skip_declined,
        tuple(sorted(filters.categories)),
        tuple(sorted(filters.titles)),
        tuple(sorted(filters.kinds)),
        kept.arriving_kind,
        tuple(sorted(filters.only_categories)),
        tuple(sorted(filters.only_titles)),
    )


def effect_of(user: User, listed_id: int, wish: Wish) -> Effect:
    """What saving these would do; nothing is changed. Raises NotVisible, Invalid."""
    check_access(user, CONNECTION, "read")
    _, pairing = _chosen(user, listed_id)
    return _Compared.of(pairing, _checked(wish)).effect


def save_rules(
    user: User, listed_id: int, wish: Wish, now: datetime, direction: str | None = None
) -> Effect:
    """Keep other events in step from now on, or another way. Raises NotVisible, Invalid.

    What changes sides is marked, so that the next run lets it rest or brings it back. A preview
    that waits for its person is made anew.
    """
    check_access(user, CONNECTION, "write")
    _, seen = _chosen(user, listed_id)
    filters = _checked(wish)
    with transaction.atomic():
        if direction is not None:
            change_calendar(user, listed_id, now, direction=direction)
        take_away(ProviderCredential.objects.filter(pk=seen.credential_id))
        pairing = Pairing.objects.select_for_update(no_key=True).get(pk=seen.pk)
        compared = _Compared.of(pairing, filters)
        chosen = {"filters": filters_json(filters), "arriving_kind": wish.arriving_kind}
        concerned = {*compared.turning, *mirrors_of(pairing), *_unmasked(pairing, filters)}
        pairing.policy = {**pairing.policy, **chosen}
        if compared.effect.reads_again:
            pairing.token, pairing.token_saved_at = "", None
        if compared.effect.reads_again or filters == Filters():
            PassedOver.objects.filter(pairing=pairing).delete()
        pairing.save(update_fields=["policy", "token", "token_saved_at"])
        create_all(DirtyMark, [DirtyMark(link=link) for link in concerned])
        wake(pairing.credential_id, now)
        if _is_waited_for(pairing.credential_id):
            ask_for_preview(pairing.credential_id, now)
    return compared.effect


def _is_waited_for(credential_id: int) -> bool:
    """Whether a person is shown a preview that goes by the rules as they were."""
    rows = Preview.objects.filter(credential=credential_id, credential__state__in=WAITS)
    return rows.exclude(number=0).exists()


def _unmasked(pairing: Pairing, new: Filters) -> LinkQuerySet:
    """Private events of which more is kept in step from now on than their time."""
    was = policy_of(pairing.policy).filters.private is PrivateEvents.BUSY
    links = _open_links(pairing).filter(entry__classification__in=PRIVATE)
    return links if was and new.private is PrivateEvents.FULL else links.none()


@dataclass(frozen=True)
class _Compared:
    effect: Effect
    turning: list[Link]

    @classmethod
    def of(cls, pairing: Pairing, new: Filters) -> "_Compared":
        policy = policy_of(pairing.policy)
        own = Address.objects.of(pairing.credential.user_id)
        links = list(_open_links(pairing).select_related("entry__event").order_by("pk"))
        contents = load_contents([link.entry.event for link in links])
        leaving, returning = [], []
        for link in links:
            ours = seen_alone(contents[link.entry.event_id].properties(link.entry), link.date)
            outside = link.state == LinkState.LEFT_OUT.value
            known = link_of(link)
            theirs = known.theirs if link.href and not outside else None
            sides = said(known.base, ours, theirs, policy.direction)
            kind = str(link.entry.event.kind_id or "")
            is_out = link.entry.kept_apart or left_out(new, sides, own, kind) is not None
            if is_out and not (outside or left_out(policy.filters, sides, own, kind)):
                leaving.append(link)
            elif outside and not is_out:
                returning.append(link)
        again = _reads_again(policy, new)
        return cls(Effect(len(links), len(leaving), len(returning), again), leaving + returning)


def _reads_again(policy: SyncPolicy, new: Filters) -> bool:
    comes_in = policy.direction is not Direction.TO_PROVIDER
    kept_out = policy.arriving_kind in policy.filters.kinds  # its kind was deleted
    return comes_in and (kept_out or admits_more(new, policy.filters))


def _chosen(user: User, listed_id: int) -> tuple[ListedCalendar, Pairing]:
    """Raises NotVisible; a calendar that is not kept in step has no rules."""
    listed = ListedCalendar.objects.visible_to(user).filter(pk=listed_id).first()
    if listed is None:
        raise NotVisible
    pairings = Pairing.objects.visible_to(user).exclude(state=Pairing.State.STOPPED)
    pairing = (
        pairings.filter(
            credential=listed.credential_id, remote_calendar__canonical_id=listed.canonical_id
        )
        .select_related("credential")
        .first()
    )
    if pairing is None:
        name = listed.name or listed.canonical_id
        raise ActionRefused("not_chosen", f"“{name}” isn't kept in step: choose it.")
    return listed, pairing


def _open_links(pairing: Pairing) -> LinkQuerySet:
    """Of events that are here."""
    links = Link.objects.open().filter(pairing=pairing, kind=Link.Kind.MAIN)
    alive = links.filter(entry__deleted_at=None, entry__event__deleted_at=None)
    return alive.exclude(state__in=LEFT_ALONE)


def _checked(wish: Wish) -> Filters:
    """Raises Invalid with a text for every wrong field."""
    errors: dict[str, str] = {}
    if wish.private not in {each.value for each in PrivateEvents}:
        errors["private"] = "Say what becomes of private events."
    lists = {name: _named(name, getattr(wish, name), errors) for name in LISTS}
    for name in ("titles", "only_titles"):
        _check_patterns(name, lists[name], errors)
    for out, only in (("categories", "only_categories"), ("titles", "only_titles")):
        for text in lists[out] & lists[only]:
            errors[only] = f"“{text}” is to be left out, too: take it out of one of the two."
    known = {kind.key for kind in EventKind.objects.all()} | {""}
    if not known.issuperset(wish.kinds):
        errors["kinds"] = "There is no such kind of event."
    if wish.arriving_kind not in known:
        errors["arriving_kind"] = "There is no such kind of event."
    elif wish.arriving_kind in wish.kinds:
        errors["arriving_kind"] = "New events would become of a kind that isn't kept in step."
    if errors:
        raise Invalid(errors)
    return Filters(
        wish.start,
        PrivateEvents(wish.private),
        wish.skip_free,
        wish.skip_declined,
        lists["categories"],
        lists["titles"],
        frozenset(wish.kinds),
        lists["only_categories"],
        lists["only_titles"],
    )


def _named(name: str, texts: tuple[str, ...], errors: dict[str, str]) -> frozenset[str]:
    found = frozenset(" ".join(text.replace("\0", "").split()) for text in texts) - {""}
    if len(found) > MOST_NAMED:
        errors[name] = f"Give up to {MOST_NAMED}; yours are {len(found)}."
    elif any(len(text) > LONGEST_NAME for text in found):
        errors[name] = f"Each may have up to {LONGEST_NAME} characters."
    return found


def _check_patterns(name: str, patterns: frozenset[str], errors: dict[str, str]) -> None:
    for pattern in sorted(patterns):
        if not pattern.strip("* "):
            errors.setdefault(name, f"“{pattern}” fits every title: give some of its letters, too.")
        elif EXPRESSION.search(pattern):
            text = f"“{pattern}”: write the text as it stands, with * for anything."
            errors.setdefault(name, text)
