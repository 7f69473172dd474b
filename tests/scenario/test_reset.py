"""The 4 × 2 resets at both providers: what both sides hold after the next sync, and 0 mails."""

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.reset import (
    Existing,
    Following,
    carry_out,
    reset_account,
    reset_preview,
)
from calendar_sync.models import (
    Calendar,
    Entry,
    Link,
    Pairing,
    ProviderCredential,
    RemoteCalendar,
)
from calendar_sync.models.marks import pair
from support.remote import RemoteCalendar as Remote
from support.statements import Statements
from support.world import PROVIDERS, Organization

EVA = "eva@client.example"
BOTH = ["Ours", "Theirs"]
NEWER = ["Newer here", "Newer there"]

# (existing, following): titles of Anna's own events here, and there, after reconnect and sync
EXPECTED: dict[tuple[Existing, Following], tuple[list[str], list[str]]] = {
    ("leave", "new"): ([*NEWER, *BOTH], [*NEWER, *BOTH]),
    ("leave", "all"): ([*NEWER, *BOTH], [*NEWER, *BOTH]),
    ("provider", "new"): ([*NEWER, *BOTH], NEWER),
    ("provider", "all"): ([*NEWER, *BOTH], [*NEWER, *BOTH]),
    ("here", "new"): (NEWER, [*NEWER, *BOTH]),
    ("here", "all"): ([*NEWER, *BOTH], [*NEWER, *BOTH]),
    ("both", "new"): (NEWER, NEWER),
    ("both", "all"): (NEWER, NEWER),
}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(("existing", "following"), EXPECTED)
def test_reset_does_what_its_sentence_says(
    organization: Organization, provider: ProviderName, existing: Existing, following: Following
) -> None:
    anna, there = organization.anna, organization.there("anna", provider)
    account = organization.connect(anna, provider)
    organization.create(anna, "Ours")
    there.create("Theirs")
    organization.sync()
    organization.sync()

    reset_account(organization.admin, account.pk, existing, following, organization.now)
    organization.work()
    account.refresh_from_db()
    assert (account.state, account.state_code) == ("stopped", "reset")
    assert account.encrypted_refresh_token == account.encrypted_access_token == ""

    organization.create(anna, "Newer here")
    there.create("Newer there", day=3)
    organization.connect(anna, provider)
    organization.sync()
    organization.sync()

    assert (organization.titles_here(anna), there.titles()) == EXPECTED[existing, following]
    assert organization.mails == []
    turns = organization.sync()
    counts = [(report.received, report.sent) for turn in turns for report in turn.reports]
    assert counts == [(0, 0)]


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(("existing", "following"), EXPECTED)
def test_future_meetings_with_guests_stay_at_the_provider(
    organization: Organization, provider: ProviderName, existing: Existing, following: Following
) -> None:
    anna, there = organization.anna, organization.there("anna", provider)
    account = organization.connect(anna, provider)
    there.load(["Meeting"], EVA)
    organization.sync()

    preview = reset_preview(organization.admin, account.pk, existing, following, organization.now)
    reset_account(organization.admin, account.pk, existing, following, organization.now)
    organization.work()

    deletes = existing in {"provider", "both"}
    assert (preview.kept, preview.guests, preview.mailed) == ((1, 1, 0) if deletes else (0, 0, 0))
    assert there.titles() == ["Meeting"]
    assert organization.mails == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_series_is_deleted_there_like_any_event(
    organization: Organization, provider: ProviderName
) -> None:
    anna, there = organization.anna, organization.there("anna", provider)
    account = organization.connect(anna, provider)
    there.create_series("Stand-up")
    organization.sync()

    reset_account(organization.admin, account.pk, "provider", "new", organization.now)
    organization.work()

    assert there.titles() == []
    assert organization.titles_here(anna) == ["Stand-up"]
    assert organization.mails == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_meetings_of_others_are_only_unlinked(
    organization: Organization, provider: ProviderName
) -> None:
    address = organization.sandbox.people.get("anna").address(provider)
    organization.there("ben", provider).load(["Ben's"], str(address))
    account = organization.connect(organization.anna, provider)
    organization.sync()

    reset_account(organization.admin, account.pk, "both", "all", organization.now)
    organization.work()

    assert organization.there("anna", provider).titles() == ["Ben's"]
    assert organization.there("ben", provider).titles() == ["Ben's"]
    assert organization.titles_here(organization.anna) == ["Ben's"]
    assert organization.mails == []


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
@pytest.mark.parametrize(("following", "statements"), [("new", 16), ("all", 18)])
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
