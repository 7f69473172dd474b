"""What becomes of guests from outside, for all calendars of an account."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db import transaction

from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.waking import wake
from calendar_sync.engine.properties import ATTENDEE
from calendar_sync.engine.sync import Guests
from calendar_sync.hosts.django_lease import take_away
from calendar_sync.hosts.django_policy import policy_of
from calendar_sync.models import Attendee, Contact, Link, Pairing, ProviderCredential
from calendar_sync.security.access import check_access

CONNECTION = "calendar_sync.connection"
NOBODY = ""
"""No contact is made of a guest: he is matched with those there are."""


def choose_guests(
    user: User, credential_id: int, *, sends_outside: bool, become: str, now: datetime
) -> None:
    """From now on. Nobody is uninvited, and whoever was kept back waits for *Invite now*.

    Raises ActionRefused, NotVisible.
    """
    check_access(user, CONNECTION, "write")
    if become not in {NOBODY, *Contact.Kind.values}:
        raise ActionRefused("no_such_choice", "There is no such choice.")
    accounts = ProviderCredential.objects.visible_to(user).filter(user=user.pk, pk=credential_id)
    if not accounts.exists():
        raise NotVisible
    chosen = {"outside_guests": sends_outside, "guests_become": become}
    with transaction.atomic():
        take_away(accounts)
        rows = Pairing.objects.filter(credential=credential_id).order_by("pk")
        for pairing in rows.select_for_update(no_key=True):
            if sends_outside and not policy_of(pairing.policy).outside_guests:
                _withhold(_keeping_back(pairing))
            pairing.policy = {**pairing.policy, **chosen}
            pairing.save(update_fields=["policy"])
        wake(credential_id, now)


def _keeping_back(pairing: Pairing) -> Iterable[Link]:
    """Links of meetings with a guest from outside whom the provider does not know."""
    links = Link.objects.open().filter(pairing=pairing, kind=Link.Kind.MAIN, organizes=True)
    outside = Attendee.objects.filter(event__entries__links__in=links, user=None)
    invited: dict[int, set[str]] = {}
    for event, address in outside.values_list("event", "address"):
        invited.setdefault(event, set()).add(ATTENDEE + address)
    rows = links.filter(entry__event__in=invited).select_related("entry")
    for link in rows.select_for_update(of=("self",), no_key=True).order_by("pk"):
        there = {key for key, (_, theirs) in link.base.items() if theirs is not None}
        if invited[link.entry.event_id] - there:
            yield link


def _withhold(links: Iterable[Link]) -> None:
    keys = [link.pk for link in links]
    Link.objects.filter(pk__in=keys).update(guests=Guests.WITHHELD.value)
