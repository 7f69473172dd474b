"""Rows for the calendars of an account: what its list says, and the pairings made of it."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db.models import QuerySet

from calendar_sync.actions.calendars import COLOURS, own_calendar, own_zone, prove_address
from calendar_sync.engine.event import normalized_address
from calendar_sync.engine.policy import Direction
from calendar_sync.hosts.django_lease import take_away
from calendar_sync.hosts.django_policy import policy_of
from calendar_sync.models import (
    Address,
    Attendee,
    Calendar,
    DirtyMark,
    Event,
    Link,
    ListedCalendar,
    Pairing,
    PassedOver,
    ProviderCredential,
    RemoteCalendar,
)
from calendar_sync.models.bulk import create_all, update_all
from calendar_sync.models.link import NOTHING_OPEN
from calendar_sync.models.marks import pair
from calendar_sync.models.mirrors import showing
from calendar_sync.models.roles import hand_over_witnesses_in
from calendar_sync.providers import registry

State = Pairing.State
LONGEST_NAME = 200
SOLID = (
    "3f52bf", "a48b0b", "5d1c3b", "069f89", "a92c4a", "8e7dc0",
    "46167a", "005533", "801900", "4b4d62", "986628", "0b7d87",
)  # fmt: skip
"""The colours of calendars by their index, as pages in daylight show them."""
FIELDS = (
    "name", "time_zone", "colour", "role", "owner", "owner_name", "is_primary", "is_listed",
    "is_group",
)  # fmt: skip


def put_listed(
    row: ProviderCredential, calendars: Sequence[registry.RemoteCalendar]
) -> dict[str, ListedCalendar]:
    """Remember what the account's list says of these; by id. Three statements."""
    known = {each.canonical_id: each for each in ListedCalendar.objects.filter(credential=row)}
    found: dict[str, ListedCalendar] = {}
    for calendar in calendars:
        listed = known.get(calendar.id) or ListedCalendar(credential=row, canonical_id=calendar.id)
        listed.name = calendar.name
        listed.time_zone = calendar.time_zone
        listed.colour = calendar.colour
        listed.role = calendar.role
        listed.owner = "" if calendar.is_own else calendar.owner
        listed.owner_name = "" if calendar.is_own else calendar.owner_name
        listed.is_primary, listed.is_listed = calendar.is_primary, True
        listed.is_group = calendar.is_group
        found[calendar.id] = listed
    create_all(ListedCalendar, [each for each in found.values() if each.pk is None])
    update_all(ListedCalendar, [each for each in found.values() if each.pk is not None], FIELDS)
    return found


def replace_list(
    row: ProviderCredential, calendars: Sequence[registry.RemoteCalendar]
) -> frozenset[int]:
    """The whole list as it is now. What is paired stays; where the right to write is gone, nothing
    is sent any more. The main calendar is known by its role, not by being listed. Who has left a
    group reads its calendar no more, also where Graph would let him: those pairings are returned.
    """
    found = put_listed(row, calendars)
    gone = ListedCalendar.objects.filter(credential=row).exclude(canonical_id__in=found)
    paired = Pairing.objects.filter(credential=row).select_related("remote_calendar", "calendar")
    kept = {each.remote_calendar.canonical_id for each in paired}
    gone.exclude(canonical_id__in=kept).delete()
    gone.update(is_listed=False)
    asked = not registry.provider(row.provider).lacks(registry.LIST_GROUPS, row.scopes)
    left = set(gone.filter(is_group=True).values_list("canonical_id", flat=True)) if asked else ()
    stopped = set()
    for pairing in paired:
        if pairing.state == State.ACTIVE and pairing.remote_calendar.canonical_id in left:
            stop_unavailable(pairing.pk, "not_a_member")
            stopped.add(pairing.pk)
        listed = found.get(pairing.remote_calendar.canonical_id)
        if listed:
            _follow(pairing, listed)
    return frozenset(stopped)


def _follow(pairing: Pairing, listed: ListedCalendar) -> None:
    """A pairing bears the name its calendar has there, writes only where it may, and goes on where
    the calendar was gone.
    """
    remote, calendar = pairing.remote_calendar, pairing.calendar
    if pairing.state == State.UNAVAILABLE:  # it has come back
        pairing.state, pairing.state_code = State.ACTIVE, ""
        pairing.save(update_fields=["state", "state_code"])
    if remote.name != listed.name:
        if not calendar.is_default and calendar.name == remote.name[:LONGEST_NAME]:
            calendar.name = listed.name[:LONGEST_NAME]
            calendar.save(update_fields=["name"])
        remote.name = listed.name
        remote.save(update_fields=["name"])
    direction = policy_of(pairing.policy).direction
    if listed.role == ListedCalendar.Role.READER and direction is not Direction.FROM_PROVIDER:
        put_direction(pairing, Direction.FROM_PROVIDER)
        pass_on(pairing)


def enter(row: ProviderCredential, user: User, listed: ListedCalendar) -> Pairing:
    """Pair a calendar of the account: the main one with the person's default calendar, any other
    with one of its own. Chosen before, it finds its own again, and what is in it.
    """
    remote, _ = RemoteCalendar.objects.update_or_create(
        provider=row.provider,
        canonical_id=listed.canonical_id,
        defaults={"name": listed.name, "time_zone": listed.time_zone or own_zone(user)},
    )
    before = Pairing.objects.filter(credential=row, remote_calendar=remote)
    known = before.select_related("calendar").first()
    calendar = known.calendar if known else _calendar_for(user, listed)
    others = calendar.pairings.filter(default_target=True).exclude(remote_calendar=remote)
    reader = listed.role == ListedCalendar.Role.READER
    if listed.role == ListedCalendar.Role.OWNER and "@" in listed.canonical_id:
        _sign(row, user, listed.canonical_id)
    pairing = pair(calendar, remote, row, default_target=not reader and not others.exists())
    if known is None:
        pairing.policy = _policy_of_account(row, pairing)
    if reader:
        pairing.policy = {**pairing.policy, "direction": Direction.FROM_PROVIDER.value}
    pairing.save(update_fields=["policy"])
    return pairing


def _sign(row: ProviderCredential, user: User, calendar: str) -> None:
    """What the owner's own calendar organizes, the owner does: in every copy, whoever has it."""
    address = normalized_address(calendar)
    prove_address(user, address, Address.Source.CALENDAR)
    events = Event.objects.filter(organizer_address=address)
    _lock(events)
    own = Attendee.objects.filter(event__in=events.values("pk"), address=row.address)
    own.delete()
    events.update(organizer_address=row.address, organizer_name="", organizer_user=user.pk)


def _lock(events: QuerySet[Event]) -> None:
    """Before anything that belongs to them, by id, as everywhere."""
    rows = events.order_by("pk").select_for_update(of=("self",), no_key=True)
    for _ in rows.values_list("pk").iterator():
        pass


def _calendar_for(user: User, listed: ListedCalendar) -> Calendar:
    if listed.is_primary:
        return own_calendar(user)
    return Calendar.objects.create(
        owner_id=user.pk,
        name=(listed.name or "Calendar")[:LONGEST_NAME],
        colour=usual_colour(listed),
        is_default=False,
    )


def _policy_of_account(row: ProviderCredential, pairing: Pairing) -> dict[str, str]:
    """Who wins a conflict, and what becomes of what is removed there, is chosen by account."""
    other = Pairing.objects.filter(credential=row).exclude(pk=pairing.pk).first()
    said = other.policy if other else {}
    return {name: said[name] for name in ("conflict", "removed") if name in said}


def usual_colour(listed: ListedCalendar) -> int:
    """The index of ours that is most like the one it has there; of grey, any."""
    otherwise = listed.pk % COLOURS
    try:
        wanted = _rgb(listed.colour.removeprefix("#"))
    except ValueError:
        return otherwise
    if not any(wanted):
        return otherwise
    distances = [_distance(wanted, _rgb(ours)) for ours in SOLID]
    return distances.index(min(distances))


def _rgb(text: str) -> tuple[float, ...]:
    """Without the grey in it: theirs are often pale, ours are not. Raises ValueError."""
    if len(text) != 6:
        raise ValueError(text)
    parts = [int(text[at : at + 2], 16) for at in (0, 2, 4)]
    pale = min(parts)
    most = max(max(parts) - pale, 1)
    return tuple((part - pale) / most for part in parts)


def _distance(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _writes(pairing: Pairing) -> bool:
    return policy_of(pairing.policy).direction is not Direction.FROM_PROVIDER


def put_direction(pairing: Pairing, direction: Direction) -> None:
    """Without its token the next run compares everything, so what waited is not forgotten."""
    pairing.policy = {**pairing.policy, "direction": direction.value}
    pairing.token, pairing.token_saved_at = "", None
    if direction is Direction.FROM_PROVIDER:
        pairing.default_target = False  # what is made here would not get there
    pairing.save(update_fields=["policy", "token", "token_saved_at", "default_target"])


def release(pairing: Pairing, now: datetime) -> None:
    """Keep this calendar in step no more. Nothing is deleted on either side; links are closed, and
    when it is chosen again what is the same is recognized.
    """
    take_away(ProviderCredential.objects.filter(pk=pairing.credential_id))
    events = Event.objects.filter(home=pairing)
    _lock(events)
    hand_over_witnesses_in(pairing)
    events.update(home=None)
    links = Link.objects.open().filter(pairing=pairing)
    DirtyMark.objects.filter(link__in=links).delete()
    links.update(**NOTHING_OPEN, closed_at=now)
    PassedOver.objects.filter(pairing=pairing).delete()
    was_target = pairing.default_target
    pairing.state, pairing.state_code = State.STOPPED, ""
    pairing.token, pairing.token_saved_at, pairing.default_target = "", None, False
    pairing.save()
    if was_target:
        pass_on(pairing)
    for mirroring in showing(pairing.calendar.owner_id):  # what was in it is shown no more
        mirroring.announce(now)


def stop_unavailable(pairing_id: int, code: str) -> None:
    """It is gone there, or out of our reach: nothing is deleted here, and links stay."""
    pairing = Pairing.objects.select_related("calendar").get(pk=pairing_id)
    pairing.state, pairing.state_code = State.UNAVAILABLE, code
    pairing.save(update_fields=["state", "state_code"])
    hand_over_witnesses_in(pairing)
    pass_on(pairing)


def pass_on(pairing: Pairing) -> None:
    """Let new events go elsewhere: to another account's main calendar, or to the default calendar.

    Where there is none they stay here.
    """
    calendar = pairing.calendar
    if calendar.takes_new and not calendar.is_default:
        calendar.takes_new = False
        calendar.save(update_fields=["takes_new"])
    if not calendar.is_default:
        return
    others = Pairing.objects.filter(calendar=calendar, state=State.ACTIVE).exclude(pk=pairing.pk)
    other = next((each for each in others.order_by("pk") if _writes(each)), None)
    if other:
        Pairing.objects.filter(pk=pairing.pk).update(default_target=False)
        Pairing.objects.filter(pk=other.pk).update(default_target=True)
