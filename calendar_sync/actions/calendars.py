"""A person's own calendar and addresses."""

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sync.engine.event import normalized_address
from calendar_sync.models import Address, Attendee, Calendar
from calendar_sync.models.contents import enter_guests
from calendar_sync.security.access import check_access

MY_CALENDAR = "My calendar"
COLOURS = 12


def own_calendar(user: User) -> Calendar:
    """The default calendar of a person, made when it is first needed."""
    found = Calendar.objects.filter(owner=user.pk, is_default=True).first()
    if found:
        return found
    colour = user.pk % COLOURS
    calendar, made = Calendar.objects.get_or_create(
        owner_id=user.pk, is_default=True, defaults={"name": MY_CALENDAR, "colour": colour}
    )
    if made:
        _recognize(user, user.get_username())
        # Colleagues knew him by his log-in, but there was no calendar to enter him into.
        enter_guests(Attendee.objects.filter(user=user.pk).only("event_id", "user_id"))
    return calendar


def people_of(user: User) -> list[tuple[int, str, int, str]]:
    """(user id, name, colour, log-in) of everybody with a calendar here, the user first."""
    check_access(user, "calendar_sync.event", "read")
    rows = Calendar.objects.filter(is_default=True, owner__is_active=True).select_related("owner")
    named = [(row.owner_id, _name(row.owner), row.colour, row.owner.get_username()) for row in rows]
    return sorted(named, key=lambda row: (row[0] != user.pk, row[1]))


def _name(user: User) -> str:
    return str(getattr(user, "name", "") or user)


def further_calendars(user: User) -> list[tuple[int, str, int]]:
    """(id, name, colour) of the user's calendars beside the default one."""
    check_access(user, "calendar_sync.calendar", "read")
    rows = Calendar.objects.visible_to(user).filter(is_default=False).order_by("name", "pk")
    return list(rows.values_list("pk", "name", "colour"))


def shows_declined(user: User) -> bool:
    """Whether the person wants to see what he declined; at first not."""
    return Calendar.objects.filter(owner=user.pk, is_default=True, shows_declined=True).exists()


def show_declined(user: User, *, wanted: bool) -> None:
    """Remember the wish, for every browser of the person. Writes one row."""
    check_access(user, "calendar_sync.calendar", "write")
    calendar = own_calendar(user)
    calendar.shows_declined = wanted
    calendar.save(update_fields=["shows_declined"])


def calendar_for_new(user: User) -> Calendar:
    """Where new events of a person are entered."""
    return Calendar.objects.filter(owner=user.pk).for_new_events().first() or own_calendar(user)


def prove_address(user: User, address: str, source: str = Address.Source.MAILBOX) -> None:
    """Remember that this address is the person's; an address proven by somebody else stays his."""
    proven, made = Address.objects.get_or_create(
        address=normalized_address(address),
        defaults={"user_id": user.pk, "proven": True, "source": source},
    )
    if made:
        _recognize(user, proven.address)


def _recognize(user: User, address: str) -> None:
    """The guest of that address is this person: what he was invited to is his from now on."""
    guests = Attendee.objects.filter(address=normalized_address(address), user=None)
    unknown = list(guests.only("pk", "event_id"))
    guests.filter(pk__in=[guest.pk for guest in unknown]).update(user=user.pk)
    for guest in unknown:
        guest.user_id = user.pk
    enter_guests(unknown)


def people_at(addresses: Iterable[str]) -> dict[str, int]:
    """Which of the addresses belong to users of ours."""
    return Address.objects.people(addresses)


def own_zone(user: User) -> str:
    """IANA name of the zone the person lives in."""
    return str(getattr(user, "tz", "") or "UTC")
