"""Which calendars of an account are kept in step, which way, and where new events go."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction
from django.db.models import Count

from calendar_sync.actions.calendar_errands import lacking, own_account
from calendar_sync.actions.calendar_rows import (
    enter,
    pass_on,
    put_direction,
    release,
    usual_colour,
)
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.mirrors import mirrors_of, put_mirror
from calendar_sync.actions.waking import wake
from calendar_sync.engine.masks import Mirror
from calendar_sync.engine.policy import Direction, Filters, SyncPolicy
from calendar_sync.hosts.django_lease import take_away
from calendar_sync.hosts.django_policy import policy_of
from calendar_sync.models import Calendar, Link, ListedCalendar, Pairing, ProviderCredential
from calendar_sync.models.marks import pair
from calendar_sync.providers.registry import (
    CREATE_CALENDAR,
    LIST_CALENDARS,
    LIST_GROUPS,
    OPEN_SHARED,
    PROVIDERS,
)
from calendar_sync.security.access import check_access

CONNECTION = "calendar_sync.connection"
GONE = ("disconnected", "reset")
Role = ListedCalendar.Role
State = Pairing.State


@dataclass(frozen=True)
class AccountCalendar:
    """A calendar of an account. `problem`: the code of what stopped it; it is chosen all the same.

    `owner` is whose it is, where that is somebody else; `calendar_id` is ours, once it was chosen.
    `mirror`: what it shows of its person's other calendars. `is_group`: it belongs to a group.
    """

    id: int
    name: str
    role: str
    owner: str
    is_main: bool
    is_chosen: bool
    direction: Direction
    takes_new: bool
    may_take_new: bool
    colour: int = 0  # its index, as in `models.Calendar`
    is_listed: bool = True
    problem: str = ""
    calendar_id: int | None = None
    filters: Filters = Filters()  # noqa: RUF009 -- frozen value
    left_out: int = 0
    mirror: Mirror = Mirror.OFF
    is_group: bool = False

    @property
    def may_mirror(self) -> bool:
        """Only in a calendar of one's own that is written to."""
        writes = self.is_chosen and self.direction is not Direction.FROM_PROVIDER
        return writes and self.role == Role.OWNER and not self.problem


@dataclass(frozen=True)
class CalendarsOf:
    """The calendars of one account. `lacks` are functions that need a further consent first;
    `error` is why the last look at the list failed.
    """

    credential_id: int
    provider: str
    label: str
    address: str
    calendars: tuple[AccountCalendar, ...]
    lacks: tuple[str, ...]
    is_looking: bool
    creating: str
    error: str
    listed_at: datetime | None


@dataclass(frozen=True)
class Choice:
    """What a person wants of an account's calendars, by the ids of `AccountCalendar`.

    `chosen` is complete. `directions` and `mirrors` may leave some out; None as `target` changes
    nothing; `again` was stopped and shall be tried once more.
    """

    chosen: Collection[int]
    directions: Mapping[int, str] = field(default_factory=dict)
    target: int | None = None
    again: int | None = None
    mirrors: Mapping[int, str] = field(default_factory=dict)


def calendars_of_accounts(user: User) -> list[CalendarsOf]:
    """Of all accounts of a person that are connected; four statements."""
    check_access(user, CONNECTION, "read")
    rows = ProviderCredential.objects.visible_to(user).filter(user=user.pk)
    accounts = list(rows.exclude(state_code__in=GONE).order_by("provider", "pk"))
    listed = ListedCalendar.objects.visible_to(user).filter(credential__in=accounts)
    mine = Pairing.objects.visible_to(user).filter(credential__in=accounts)
    pairings = list(mine.select_related("calendar", "remote_calendar"))
    by_key = {(each.credential_id, each.remote_calendar.canonical_id): each for each in pairings}
    target = _target_among(pairings)
    outside = Link.objects.open().filter(pairing__in=pairings).exclude(left_out="")
    counts = dict(outside.order_by().values_list("pairing").annotate(count=Count("pk")))
    found: dict[int, list[AccountCalendar]] = {}
    for each in listed.order_by("-is_primary", "role", "name", "pk"):
        pairing = by_key.get((each.credential_id, each.canonical_id))
        shown = _calendar(each, pairing, is_target=pairing is not None and pairing is target)
        if pairing:
            shown = replace(shown, left_out=counts.get(pairing.pk, 0))
        found.setdefault(each.credential_id, []).append(shown)
    return [_account(row, found.get(row.pk, [])) for row in accounts]


def calendars_of(user: User, credential_id: int) -> CalendarsOf:
    """Of one account. Raises NotVisible."""
    for account in calendars_of_accounts(user):
        if account.credential_id == credential_id:
            return account
    raise NotVisible


def _account(row: ProviderCredential, calendars: Iterable[AccountCalendar]) -> CalendarsOf:
    errand = row.errand or {}
    functions = (LIST_CALENDARS, CREATE_CALENDAR, LIST_GROUPS, OPEN_SHARED)
    return CalendarsOf(
        row.pk,
        row.provider,
        PROVIDERS[row.provider].label,
        row.address,
        tuple(calendars),
        tuple(name for name in functions if lacking(row, [name])),
        row.errand is not None,
        str(errand.get("create") or ""),
        row.errand_error,
        row.listed_at,
    )


def _target_among(pairings: Iterable[Pairing]) -> Pairing | None:
    """As `PairingQuerySet.for_new_events` orders them."""
    usual = [each for each in pairings if each.default_target and each.state == State.ACTIVE]
    usual.sort(key=lambda each: each.pk)
    chosen = [each for each in usual if each.calendar.takes_new]
    default = [each for each in usual if each.calendar.is_default]
    return next(iter(chosen + default), None)


def _calendar(
    listed: ListedCalendar, pairing: Pairing | None, *, is_target: bool
) -> AccountCalendar:
    reader = listed.role == Role.READER
    policy = policy_of(pairing.policy) if pairing else SyncPolicy()
    stopped = pairing is not None and pairing.state == State.UNAVAILABLE
    return AccountCalendar(
        listed.pk,
        listed.name or listed.canonical_id,
        listed.role,
        (listed.owner_name or listed.owner) if listed.owner else "",
        listed.is_primary,
        pairing is not None and pairing.state != State.STOPPED,
        Direction.FROM_PROVIDER if reader else policy.direction,
        is_target,
        listed.role == Role.OWNER,
        pairing.calendar.colour if pairing else usual_colour(listed),
        listed.is_listed,
        (pairing.state_code or "unavailable") if pairing and stopped else "",
        pairing.calendar_id if pairing else None,
        policy.filters,
        mirror=Mirror(pairing.mirror) if pairing else Mirror.OFF,
        is_group=listed.is_group,
    )


def save_choice(user: User, credential_id: int, choice: Choice, now: datetime) -> None:
    """Choose and give up calendars of an account, all of it or nothing.

    Nothing is deleted on either side by giving a calendar up.
    """
    own_account(user, credential_id)
    with transaction.atomic():
        desk = _Desk.of(user, credential_id, now)
        for listed in desk.listed.values():
            desk.put_chosen(listed, wanted=listed.pk in choice.chosen, again=choice.again)
        for pk, mode in choice.mirrors.items():
            if pk in desk.listed and desk.is_chosen(desk.listed[pk]):
                desk.put_mirror(desk.listed[pk], mode)
        for pk, direction in choice.directions.items():
            if pk in desk.listed and desk.is_chosen(desk.listed[pk]):
                desk.put_direction(desk.listed[pk], direction)
        target = desk.listed.get(choice.target or 0)
        if target and not desk.is_given_up(target):
            desk.put_target(target)
        desk.finish()


def change_calendar(
    user: User,
    listed_id: int,
    now: datetime,
    *,
    chosen: bool | None = None,
    direction: str | None = None,
    takes_new: bool | None = None,
    mirror: str | None = None,
) -> None:
    """The same for one calendar; None leaves as it is. Raises NotVisible."""
    check_access(user, CONNECTION, "write")
    seen = ListedCalendar.objects.visible_to(user).filter(pk=listed_id).first()
    if seen is None:
        raise NotVisible
    with transaction.atomic():
        desk = _Desk.of(user, seen.credential_id, now)
        listed = desk.listed[listed_id]
        if chosen is not None:
            desk.put_chosen(listed, wanted=chosen, again=listed_id)
        if mirror is not None:
            desk.put_mirror(listed, mirror)
        if direction is not None:
            desk.put_direction(listed, direction)
        if takes_new:
            desk.put_target(listed)
        elif takes_new is False and desk.is_target(listed):
            raise ActionRefused("a_target_is_needed", "Name the calendar they go to instead.")
        desk.finish()


@dataclass
class _Desk:
    """One account, locked: its list and what is paired of it, by the id there."""

    user: User
    row: ProviderCredential
    listed: dict[int, ListedCalendar]
    pairings: dict[str, Pairing]
    now: datetime
    changed: bool = False
    given_up: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, user: User, credential_id: int, now: datetime) -> "_Desk":
        row = ProviderCredential.objects.select_for_update(no_key=True).get(pk=credential_id)
        listed = ListedCalendar.objects.filter(credential=row).order_by("-is_primary", "pk")
        rows = Pairing.objects.filter(credential=row).select_related("calendar", "remote_calendar")
        pairings = {each.remote_calendar.canonical_id: each for each in rows}
        return cls(user, row, {each.pk: each for each in listed}, pairings, now)

    def pairing(self, listed: ListedCalendar) -> Pairing | None:
        return self.pairings.get(listed.canonical_id)

    def is_chosen(self, listed: ListedCalendar) -> bool:
        pairing = self.pairing(listed)
        return pairing is not None and pairing.state != State.STOPPED

    def is_given_up(self, listed: ListedCalendar) -> bool:
        return listed.pk in self.given_up

    def is_target(self, listed: ListedCalendar) -> bool:
        pairing = self.pairing(listed)
        target = Pairing.objects.for_new_events(self.user.pk).first()
        return pairing is not None and pairing == target

    def put_chosen(self, listed: ListedCalendar, *, wanted: bool, again: int | None) -> None:
        pairing = self.pairing(listed)
        if wanted:
            stopped = pairing is not None and pairing.state == State.UNAVAILABLE
            if not self.is_chosen(listed) or (stopped and again == listed.pk):
                self._check_not_elsewhere(listed)
                self.pairings[listed.canonical_id] = enter(self.row, self.user, listed)
                self.changed = True
        elif pairing and self.is_chosen(listed):
            release(pairing, self.now)
            self.given_up.add(listed.pk)
            self.changed = True

    def _check_not_elsewhere(self, listed: ListedCalendar) -> None:
        """A calendar that two accounts of a person may see is kept in step once."""
        twins = Pairing.objects.filter(
            calendar__owner=self.user.pk,
            remote_calendar__provider=self.row.provider,
            remote_calendar__canonical_id=listed.canonical_id,
        ).exclude(credential=self.row)
        twin = twins.exclude(state=State.STOPPED).select_related("credential").first()
        if twin:
            text = f"“{listed.name}” is chosen already, with {twin.credential.address}."
            raise ActionRefused("chosen_elsewhere", text)

    def put_direction(self, listed: ListedCalendar, wanted: str) -> None:
        pairing = self._chosen(listed)
        if wanted not in {each.value for each in Direction}:
            raise ActionRefused("no_such_choice", "There is no such direction.")
        direction, before = Direction(wanted), policy_of(pairing.policy).direction
        if listed.role == Role.READER and direction is not Direction.FROM_PROVIDER:
            text = f"“{listed.name}” is read-only: its events can only be fetched."
            raise ActionRefused("read_only", text)
        if direction is before:
            return
        if direction is Direction.FROM_PROVIDER and mirrors_of(pairing).exclude(href="").exists():
            text = f"“{listed.name}” shows your other calendars: switch that off first, and sync."
            raise ActionRefused("shows_others", text)
        take_away(ProviderCredential.objects.filter(pk=self.row.pk))
        put_direction(pairing, direction)
        if direction is Direction.FROM_PROVIDER:
            pass_on(pairing)
        elif before is Direction.FROM_PROVIDER:
            self._take_in(pairing)
        self.changed = True

    def put_mirror(self, listed: ListedCalendar, wanted: str) -> None:
        """What it shows of the person's other calendars."""
        pairing = self._chosen(listed)
        if wanted not in {each.value for each in Mirror}:
            raise ActionRefused("no_such_choice", "There is no such choice.")
        mode = Mirror(wanted)
        if mode.value == pairing.mirror:
            return
        fetched = policy_of(pairing.policy).direction is Direction.FROM_PROVIDER
        if mode is not Mirror.OFF and (fetched or listed.role != Role.OWNER):
            text = f"“{listed.name}” can't show your other calendars: nothing of yours goes there."
            raise ActionRefused("shows_nothing", text)
        take_away(ProviderCredential.objects.filter(pk=self.row.pk))
        put_mirror(pairing, mode, self.now)
        self.changed = True

    def _take_in(self, pairing: Pairing) -> None:
        """What was made here in the meantime goes there, if it goes nowhere else."""
        calendar = pairing.calendar
        if not calendar.pairings.filter(default_target=True).exists():
            pair(calendar, pairing.remote_calendar, self.row, default_target=True)
            pairing.default_target = True

    def put_target(self, listed: ListedCalendar) -> None:
        """From now on the person's new events go there."""
        pairing = self._chosen(listed)
        if self.is_target(listed):
            return
        if listed.role != Role.OWNER:
            text = f"“{listed.name}” isn't yours: new events go to a calendar of your own."
            raise ActionRefused("not_own", text)
        if policy_of(pairing.policy).direction is Direction.FROM_PROVIDER:
            text = f"“{listed.name}” is only fetched: new events would not get there."
            raise ActionRefused("only_fetched", text)
        locked = Calendar.objects.filter(owner=self.user.pk).select_for_update()
        calendars = [each.pk for each in locked.order_by("pk")]
        Calendar.objects.filter(pk__in=calendars, takes_new=True).update(takes_new=False)
        Calendar.objects.filter(pk=pairing.calendar_id).update(takes_new=True)
        others = Pairing.objects.filter(calendar=pairing.calendar_id, default_target=True)
        others.exclude(pk=pairing.pk).update(default_target=False)
        Pairing.objects.filter(pk=pairing.pk).update(default_target=True)
        self.changed = True

    def _chosen(self, listed: ListedCalendar) -> Pairing:
        pairing = self.pairing(listed)
        if pairing is None or pairing.state != State.ACTIVE:
            raise ActionRefused("not_chosen", f"“{listed.name}” isn't kept in step: choose it.")
        return pairing

    def finish(self) -> None:
        if self.changed:
            wake(self.row.pk, self.now)
