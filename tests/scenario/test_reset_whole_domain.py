"""The 4 × 2 resets over all a calendar holds: a series with exceptions, a meeting with a guest from
outside, a colleague's meeting, a plain event; both sides, the writes, and 0 mails.
"""

from datetime import timedelta

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.events import edit_event
from calendar_sync.actions.reset import Existing, Following, reset_account, reset_preview
from calendar_sync.actions.series import Scope, delete_dates, edit_dates
from calendar_sync.engine.consent import Choice
from calendar_sync.models import Event
from support.there import There
from support.world import PROVIDERS, START, Organization

EVA = "eva@client.example"
WINDOW = (START - timedelta(days=1), START + timedelta(days=30))
PLAIN, SERIES, MEETING, BENS = "Plain", "Stand-up", "Workshop", "Ben's"
ALL = sorted([PLAIN, SERIES, MEETING, BENS])
DATES = ["01 09 Stand-up", "15 09 In town", "22 09 Stand-up"]

BATCH = {"google": "POST /google/batch/calendar/v3", "outlook": "POST /graph/v1.0/$batch"}
ENDING: dict[str, list[str]] = {"google": ["POST /google/revoke"], "outlook": []}

# (existing, following): Anna's titles here, hers at the provider, deletions
EXPECTED: dict[tuple[Existing, Following], tuple[list[str], list[str], int]] = {
    ("leave", "new"): (ALL, ALL, 0),
    ("leave", "all"): (ALL, ALL, 0),
    ("provider", "new"): (ALL, sorted([MEETING, BENS]), 2),
    ("provider", "all"): (ALL, ALL, 2),
    ("here", "new"): ([BENS], ALL, 0),
    ("here", "all"): (ALL, ALL, 0),
    ("both", "new"): ([BENS], sorted([MEETING, BENS]), 2),
    ("both", "all"): (sorted([MEETING, BENS]), sorted([MEETING, BENS]), 2),
}


def rounds(organization: Organization, count: int = 3) -> None:
    for _ in range(count):
        organization.advance(minutes=11)
        organization.sync()


def furnish(organization: Organization, provider: ProviderName) -> There:
    anna, there = organization.anna, organization.there("anna", provider)
    organization.create(anna, PLAIN, start=START + timedelta(days=3))
    series = organization.create(anna, SERIES)
    weekly = ("RRULE:FREQ=WEEKLY;COUNT=4",)
    edit_event(anna, series.pk, {"recurrence": weekly}, None, organization.now)
    second, third = (f"{START + timedelta(weeks=n):%Y-%m-%dT%H:%M:%S} Europe/Paris" for n in (1, 2))
    changes = {"summary": "In town"}
    edit_dates(anna, series.pk, third, Scope.THIS, changes, None, organization.now)
    delete_dates(anna, series.pk, second, Scope.THIS, None, organization.now)
    meeting = START + timedelta(days=4)
    organization.create(anna, MEETING, EVA, choice=Choice.SEND, start=meeting)
    address = str(organization.sandbox.people.get("anna").address(provider))
    organization.there("ben", provider).create(BENS, address, day=9)
    rounds(organization)
    organization.sandbox.mail.clear()
    return there


def titles_there(there: There) -> list[str]:
    """Google lists a changed date beside its series."""
    return [title for title in there.titles() if title != "In town"]


def series_there(there: There) -> list[str]:
    names = (SERIES, "In town")
    return [each for each in there.dates(*WINDOW) if each.endswith(names)]


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(("existing", "following"), EXPECTED)
def test_reset(
    organization: Organization, provider: ProviderName, existing: Existing, following: Following
) -> None:
    anna = organization.anna
    account = organization.connect(anna, provider)
    there = furnish(organization, provider)
    assert (organization.titles_here(anna), titles_there(there), series_there(there)) == (
        ALL,
        ALL,
        DATES,
    )
    organization.sandbox.journal.clear()

    shown = reset_preview(organization.admin, account.pk, existing, following, organization.now)
    reset_account(organization.admin, account.pk, existing, following, organization.now)
    organization.work()

    here, at_provider, written = EXPECTED[existing, following]
    assert (shown.own, shown.others, shown.deleted_there) == (3, 1, written)
    deleting = [BATCH[provider]] if written else []
    assert organization.requests() == [*deleting, *ENDING[provider]]
    organization.connect(anna, provider)
    rounds(organization, 4)

    assert (organization.titles_here(anna), titles_there(there)) == (here, at_provider)
    assert series_there(there) == (DATES if SERIES in at_provider else [])
    assert organization.there("ben", provider).titles() == [BENS]
    assert there.guests_of(MEETING) == [EVA]
    assert Event.objects.alive().filter(components__summary=MEETING).count() <= 1
    assert organization.mails == []
    organization.sandbox.journal.clear()
    rounds(organization, 2)
    written_idly = [each for each in organization.requests() if not each.startswith("GET")]
    assert [each for each in written_idly if not each.endswith("/token")] == []


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("existing", ["provider", "both"])
def test_with_consent_guests_are_told_once(
    organization: Organization, provider: ProviderName, existing: Existing
) -> None:
    account = organization.connect(organization.anna, provider)
    there = furnish(organization, provider)
    now = organization.now
    without = reset_preview(organization.admin, account.pk, existing, "new", now)
    assert (without.kept, without.guests, without.mailed) == (1, 1, 0)
    shown = reset_preview(organization.admin, account.pk, existing, "new", now, tell_guests=True)
    assert (shown.kept, shown.deleted_there, shown.mailed) == (0, 3, 1)

    reset_account(organization.admin, account.pk, existing, "new", now, tell_guests=True)
    organization.work()

    assert titles_there(there) == [BENS]
    assert [person for _, person in organization.mails] == [EVA]


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("existing", ["leave", "provider", "here", "both"])
def test_before_everything_comes_again_it_is_shown(
    organization: Organization, provider: ProviderName, existing: Existing
) -> None:
    """After *all existing events* the next sign-in waits for its person's go."""
    anna = organization.anna
    account = organization.connect(anna, provider)
    there = furnish(organization, provider)
    reset_account(organization.admin, account.pk, existing, "all", organization.now)
    organization.work()
    before = (organization.titles_here(anna), titles_there(there))

    account = organization.connect(anna, provider, preview=True)
    organization.sync()

    assert account.state == "connecting"
    assert (organization.titles_here(anna), titles_there(there)) == before
    assert organization.mails == []
