"""Resets that meet a dead grant, a pause, a stop, another reset; what they cost."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sync.actions.accounts import disconnect, stop
from calendar_sync.actions.errors import ActionRefused
from calendar_sync.actions.remote_calendars import change_calendar
from calendar_sync.actions.reset import Existing, Following, carry_out, reset_account, reset_preview
from calendar_sync.hosts.django_lease import claim
from calendar_sync.models import (
    Calendar,
    Entry,
    Link,
    Pairing,
    ProviderCredential,
    RemoteCalendar,
)
from calendar_sync.models.marks import pair
from support.domain import ALL, BENS, ELSEWHERE, TEAM, Domain
from support.remote import RemoteCalendar as Remote
from support.statements import Statements
from support.world import Organization


def test_a_dead_grant_is_said_before_anything_happens(organization: Organization) -> None:
    account = organization.connect(organization.anna, "google")
    organization.sync()
    organization.sandbox.google.remove_access(organization.sandbox.people.get("anna"))
    organization.advance(hours=2)
    organization.sync()

    preview = reset_preview(organization.admin, account.pk, "both", "all", organization.now)

    assert preview.dead_grant
    assert ProviderCredential.objects.get().state == "reconnect"


def test_a_reset_ends_with_the_grant(organization: Organization) -> None:
    """It must not go on deleting on the day the person signs in again."""
    anna, there = organization.anna, organization.there("anna", "google")
    account = organization.connect(anna, "google")
    there.create("Theirs")
    organization.sync()
    organization.advance(hours=2)
    reset_account(organization.admin, account.pk, "provider", "all", organization.now)
    organization.sandbox.google.remove_access(organization.sandbox.people.get("anna"))

    organization.work()
    account.refresh_from_db()
    assert (account.state, account.reset) == ("reconnect", None)
    organization.connect(anna, "google")
    organization.sync()

    assert there.titles() == ["Theirs"]


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize(("following", "statements"), [("new", 19), ("all", 21)])
def test_statements_do_not_grow_with_the_events(
    organization: Organization, following: Following, statements: int, count: int
) -> None:
    anna, there = organization.anna, organization.there("anna", "google")
    account = organization.connect(anna, "google")
    there.load([f"E{number}" for number in range(count)])
    organization.sync()
    reset_account(organization.admin, account.pk, "here", following, organization.now)

    with Statements() as sent:
        organization.work()

    assert len(sent) == statements, sent
    assert organization.titles_here(anna) == []


def test_each_calendar_is_reset_by_itself(organization: Organization) -> None:
    """An account may have several: what is in one is not looked for in another."""
    account = organization.connect(organization.anna, "google")
    organization.create(organization.anna, "Ours")
    organization.sync()
    mine = Pairing.objects.get()
    family = Calendar.objects.create(owner_id=organization.anna.pk, name="Family", is_default=False)
    other = RemoteCalendar.objects.create(provider="google", canonical_id="family")
    pair(family, other, account)
    lunch = organization.create(organization.anna, "Lunch")
    entry = Entry.objects.get(event=lunch)
    Link.objects.filter(entry=entry).delete()
    entry.calendar = family
    entry.save()
    Link.objects.create(
        pairing=Pairing.objects.get(calendar=family), entry=entry, uid="lunch", href="lunch"
    )
    reset_account(organization.admin, account.pk, "provider", "new", organization.now)
    account.refresh_from_db()
    remote = Remote(organization.sandbox.clock)

    carry_out(account, mine.pk, remote, organization.now)

    states = dict(Link.objects.values_list("href", "state"))
    assert states == {"": "ignored", "lunch": "settled"}
    assert remote.requests == ["apply"]


def loaded(organization: Organization, count: int = 3) -> ProviderCredential:
    """Anna's account at Google, in step."""
    organization.there("anna", "google").load([f"E{number}" for number in range(count)])
    account = organization.connect(organization.anna, "google")
    organization.sync()
    return account


def test_a_pause_holds_a_reset_back(organization: Organization) -> None:
    account, there = loaded(organization), organization.there("anna", "google")
    organization.pause("google")
    reset_account(organization.admin, account.pk, "both", "new", organization.now)

    organization.work()
    assert (len(there.titles()), len(organization.titles_here(organization.anna))) == (3, 3)

    organization.pause("google", paused=False)
    organization.work()
    assert there.titles() == organization.titles_here(organization.anna) == []


def test_who_loses_the_account_stops_after_the_batch(organization: Organization) -> None:
    """A pause, a stop or a disconnect takes it away; what is deleted by then stays deleted."""
    account = loaded(organization, 60)
    reset_account(organization.admin, account.pk, "both", "new", organization.now)
    claimed = claim(organization.now)
    assert claimed
    organization.pause("google")
    remote = Remote(organization.sandbox.clock)

    assert not carry_out(claimed.credential, Pairing.objects.get().pk, remote, organization.now)

    assert remote.requests == ["apply"]
    assert len(organization.titles_here(organization.anna)) == 60
    assert not Link.objects.filter(state="ignored").exists()


@pytest.mark.parametrize("end", [stop, disconnect])
def test_a_reset_ends_with_a_stop_or_a_disconnect(
    organization: Organization, end: Callable[[User, int, datetime], object]
) -> None:
    """It must not go on deleting on the day of the next sign-in."""
    account, there = loaded(organization), organization.there("anna", "google")
    reset_account(organization.admin, account.pk, "both", "all", organization.now)

    end(organization.anna, account.pk, organization.now)
    organization.work()
    organization.connect(organization.anna, "google")
    organization.sync()

    account.refresh_from_db()
    assert (account.state, account.reset) == ("active", None)
    assert there.titles() == organization.titles_here(organization.anna) == ["E0", "E1", "E2"]


def test_a_reset_again_and_again(organization: Organization) -> None:
    """Each time all is made there anew, at the first try: the keys used before are left out."""
    account = loaded(organization)
    Link.objects.update(incarnation=5)
    reset_account(organization.admin, account.pk, "provider", "all", organization.now)
    organization.work()
    with pytest.raises(ActionRefused, match="dead_grant"):
        reset_account(organization.admin, account.pk, "both", "new", organization.now)
    assert organization.there("anna", "google").titles() == []
    organization.connect(organization.anna, "google")
    organization.sandbox.journal.clear()
    organization.sync()

    assert organization.there("anna", "google").titles() == ["E0", "E1", "E2"]
    assert organization.requests("/google/batch") == ["POST /google/batch/calendar/v3"]
    assert set(Link.objects.open().values_list("state", "incarnation")) == {("settled", 6)}


@pytest.mark.parametrize("existing", ["leave", "provider", "here", "both"])
def test_before_everything_comes_again_it_is_shown(
    organization: Organization, existing: Existing
) -> None:
    """After *all existing events* the next sign-in waits for its person's go."""
    anna, there = organization.anna, organization.there("anna", "google")
    account = loaded(organization)
    reset_account(organization.admin, account.pk, existing, "all", organization.now)
    organization.work()
    before = (organization.titles_here(anna), there.titles())

    account = organization.connect(anna, "google", preview=True)
    organization.sync()

    assert account.state == "connecting"
    assert (organization.titles_here(anna), there.titles()) == before
    assert organization.mails == []


def test_what_an_earlier_reset_left_there_alone_is_not_deleted(organization: Organization) -> None:
    """Kept here, says the second one: so what is not here any more stays where it is."""
    account, there = loaded(organization), organization.there("anna", "google")
    reset_account(organization.admin, account.pk, "here", "new", organization.now)
    organization.work()
    organization.connect(organization.anna, "google")
    organization.sync()
    assert organization.titles_here(organization.anna) == []

    shown = reset_preview(organization.admin, account.pk, "provider", "all", organization.now)
    reset_account(organization.admin, account.pk, "provider", "all", organization.now)
    organization.work()
    organization.connect(organization.anna, "google")
    organization.sync()

    assert (shown.own, shown.deleted_there) == (0, 0)
    assert there.titles() == organization.titles_here(organization.anna) == ["E0", "E1", "E2"]


def test_a_calendar_that_is_gone_is_reset_here(organization: Organization) -> None:
    """Its owner removed it there: nothing is deleted for that here, or where it was shown, and what
    it showed itself stands where it was. A reset goes without it, and nothing waits for it.
    """
    domain = Domain.furnish(organization, "google")
    _, team = domain.calendars()
    change_calendar(organization.anna, team, organization.now, mirror="full")
    domain.rounds(1)
    assert domain.in_team() == [ELSEWHERE, TEAM]
    organization.sandbox.journal.clear()
    google, anna = organization.sandbox.google, organization.sandbox.people.get("anna")
    del google.account(anna).calendars[domain.team]
    del google.accounts.directory.calendars[domain.team]
    domain.rounds(2)
    assert (domain.here, domain.mirror.titles(), domain.written()) == (ALL, ALL, (0, 0))

    pk, now = domain.account.pk, organization.now
    shown = reset_preview(organization.admin, pk, "both", "new", now)
    reset_account(organization.admin, pk, "both", "new", now)
    organization.work()

    assert (shown.deleted_there, shown.deleted_here) == (5, 7)
    assert domain.here == [BENS, ELSEWHERE]
    links = Link.objects.open().filter(pairing__credential=pk)
    assert set(links.values_list("state", flat=True)) == {"ignored"}
