"""The 4 × 2 resets over all a person may have (`support.domain`): each side, each calendar, the
colleague, both mirrors, twins from before and after; the writes, the requests, and 0 mails.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.reset import Existing, Following, reset_account, reset_preview
from calendar_sync.models import Event
from support.domain import (
    ALL,
    BENS,
    DATES,
    ELSEWHERE,
    IN_MAIN,
    MEETINGS,
    PLAIN,
    SERIES,
    SHARED,
    TEAM,
    TWIN,
    WITHHELD,
    WORKSHOP,
    Domain,
)
from support.mirrored import EVA
from support.world import PROVIDERS, START, Organization

LATE = "Late"
OTHERS = [BENS, ELSEWHERE]
BATCH = {"google": "POST /google/batch/calendar/v3", "outlook": "POST /graph/v1.0/$batch"}
ROOT = {"google": "/google", "outlook": "/graph"}
ENDING: dict[str, list[str]] = {"google": ["POST /google/revoke"], "outlook": []}


@dataclass(frozen=True)
class End:
    """Anna's titles here and in both calendars of the account, once she has signed in again;
    the other account shows what is here. `written`: into this account, into the other one. Where
    the series is made anew, so are its exceptions: at Outlook two writes, at Google one.
    """

    here: list[str]
    main: list[str]
    team: list[str]
    written: dict[str, tuple[int, int]]


def _both(*written: int) -> dict[str, tuple[int, int]]:
    here, other = written
    return dict.fromkeys(PROVIDERS, (here, other))


EXPECTED: dict[tuple[Existing, Following], End] = {
    ("leave", "new"): End(ALL, IN_MAIN, [TEAM], _both(0, 1)),
    ("leave", "all"): End(ALL, IN_MAIN, [TEAM], _both(0, 1)),
    ("provider", "new"): End(ALL, MEETINGS, [], _both(0, 1)),
    ("provider", "all"): End(ALL, IN_MAIN, [TEAM], {"google": (7, 1), "outlook": (8, 1)}),
    ("here", "new"): End(OTHERS, IN_MAIN, [TEAM], _both(0, 1)),
    ("here", "all"): End(ALL, IN_MAIN, [TEAM], {"google": (0, 10), "outlook": (0, 9)}),
    ("both", "new"): End(OTHERS, MEETINGS, [], _both(0, 1)),
    ("both", "all"): End(
        sorted([ELSEWHERE, *MEETINGS]), sorted([ELSEWHERE, *MEETINGS]), [], _both(1, 3)
    ),
}
DELETIONS = len([PLAIN, SERIES, TWIN, WITHHELD, ELSEWHERE, TEAM])


def come_back(domain: Domain) -> None:
    """Later, when the same new event has been made on both sides; what is written by then counts
    from here.
    """
    organization = domain.organization
    organization.sandbox.journal.clear()
    organization.create(organization.anna, LATE, start=START + timedelta(days=12))
    domain.there.create(LATE, day=13)
    domain.rounds(1)
    organization.connect(organization.anna, domain.provider)
    domain.rounds(2)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(("existing", "following"), EXPECTED)
def test_reset(
    organization: Organization, provider: ProviderName, existing: Existing, following: Following
) -> None:
    domain = Domain.furnish(organization, provider)
    pk, now = domain.account.pk, organization.now
    shown = reset_preview(organization.admin, pk, existing, following, now)
    reset_account(organization.admin, pk, existing, following, now)
    organization.work()

    deletes = existing in {"provider", "both"}
    assert (shown.own, shown.others, shown.mirrors) == (7, 1, 1)
    assert (shown.deleted_there, shown.kept, shown.mailed) == (
        (DELETIONS, 2, 0) if deletes else (0, 0, 0)
    )
    requests = organization.requests(ROOT[provider])
    assert [each for each in requests if not each.startswith("DELETE")] == [
        *([BATCH[provider]] if deletes else []),
        *ENDING[provider],
    ]
    withdrawn = 7 if existing in {"here", "both"} else 0
    assert domain.written() == (DELETIONS if deletes else 0, withdrawn)
    assert domain.mirror.titles() == domain.here == (OTHERS if withdrawn else ALL)

    come_back(domain)

    end = EXPECTED[existing, following]
    assert domain.here == sorted([*end.here, LATE])
    assert (domain.in_main(), domain.in_team()) == (sorted([*end.main, LATE]), end.team)
    assert domain.dates() == (DATES if SERIES in end.main else [])
    assert domain.mirror.titles() == domain.here
    assert domain.bens.titles() == organization.titles_here(organization.ben) == [BENS, SHARED]
    assert domain.there.guests_of(WORKSHOP) == [EVA]
    assert domain.written() == end.written[provider]
    assert organization.mails == []
    titles = [event.summary for event in Event.objects.alive()]
    assert sorted(titles) == sorted({*titles})

    organization.sandbox.journal.clear()
    domain.rounds(1)
    assert domain.written() == (0, 0)


@pytest.mark.parametrize(("existing", "provider"), [("provider", "google"), ("both", "outlook")])
def test_with_consent_guests_are_told_once(
    organization: Organization, provider: ProviderName, existing: Existing
) -> None:
    domain = Domain.furnish(organization, provider)
    pk, now = domain.account.pk, organization.now
    shown = reset_preview(organization.admin, pk, existing, "new", now, tell_guests=True)
    assert (shown.kept, shown.deleted_there, shown.mailed) == (0, DELETIONS + 2, 2)

    reset_account(organization.admin, pk, existing, "new", now, tell_guests=True)
    organization.work()

    assert (domain.in_main(), domain.in_team()) == ([BENS], [])
    assert sorted(organization.mails) == sorted([("cancel", EVA), ("cancel", domain.ben)])
