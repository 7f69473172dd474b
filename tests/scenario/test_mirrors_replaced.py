"""Mirrors when a real copy comes."""

from __future__ import annotations

from calendar_sandbox.core.people import ProviderName
from calendar_sync.engine.masks import Mirror
from calendar_sync.models import Event
from support.mirrored import (
    ANNA,
    OTHER,
    check_quiet,
    connect_both,
    home_first,
    homes,
    invite,
    mirrors,
    modes,
    show,
    sync,
    titles,
)
from support.world import Organization


@homes
@modes
@home_first
def test_real_invitation_takes_over(
    organization: Organization, home: ProviderName, mode: Mirror, home_first: bool
) -> None:
    """Invited at one address and shown in the other account, then invited there as well."""
    other = OTHER[home]
    connect_both(organization, home)
    organization.there("ben", "outlook").create("Review", ANNA[home])
    show(organization, other, mode)
    sync(organization, home, home_first=home_first)
    assert len(titles(organization)[other]) == 1

    invite(organization, "Review", ANNA[home], ANNA[other])
    organization.sandbox.mail.clear()
    sync(organization, home, home_first=home_first)
    sync(organization, home, home_first=home_first)

    assert titles(organization) == {"google": ["Review"], "outlook": ["Review"]}
    assert organization.there("anna", other).guests_of("Review") != []
    assert mirrors() == []
    assert organization.titles_here(organization.anna) == ["Review"]
    assert Event.objects.alive().count() == 1
    assert organization.mails == []
    check_quiet(organization)
