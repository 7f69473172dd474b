"""Most of a calendar is taken away at the provider at once: nothing is deleted here."""

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.attention import attention_count, attention_items, release
from calendar_sync.actions.connection_states import connection_states
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.events import delete_event, edit_event
from calendar_sync.actions.safety_stops import SafetyStop, release_all, safety_stops
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.sync import LinkState
from calendar_sync.models import DirtyMark, Event, Link, Pairing, Run
from support.there import There
from support.world import PROVIDERS, Organization

pytestmark = pytest.mark.parametrize("provider", PROVIDERS)

TITLES = [f"Event {number:02}" for number in range(40)]


@pytest.fixture
def there(organization: Organization, provider: ProviderName) -> There:
    """Anna's forty events, in step."""
    calendar = organization.there("anna", provider)
    calendar.load(TITLES)
    organization.connect(organization.anna, provider)
    organization.sync()
    return calendar


def swept(organization: Organization, there: There) -> SafetyStop:
    """Thirty of forty are deleted there."""
    for title in TITLES[:30]:
        there.delete(title)
    organization.sync()
    (stop,) = safety_stops(organization.anna)
    return stop


def answer(organization: Organization, stop: SafetyStop, choice: str) -> int:
    return release_all(organization.anna, stop.pairing_id, stop.guard, choice, organization.now)


def counts(organization: Organization) -> list[tuple[int, int, int]]:
    turns = organization.sync()
    reports = [report for turn in turns for report in turn.reports]
    return [(report.received, report.sent, report.held) for report in reports]


def test_nothing_is_deleted_here_and_one_card_says_so(
    organization: Organization, there: There
) -> None:
    stop = swept(organization, there)

    assert organization.titles_here(organization.anna) == TITLES
    assert (stop.guard, len(stop.events), stop.linked) == ("brake_vanished", 30, 40)
    assert sorted(event.title for event in stop.events) == TITLES[:30]
    assert attention_items(organization.anna) == []
    assert attention_count(organization.anna) == 30
    (state,) = [
        each
        for each in connection_states(organization.anna, organization.now)
        if each.credential_id
    ]
    assert (state.attention, state.waiting) == (30, 0)
    assert Run.objects.latest("pk").held == 30
    assert counts(organization) == [(0, 0, 0)]
    assert organization.mails == []


def test_released_they_are_deleted_here_too(organization: Organization, there: There) -> None:
    stop = swept(organization, there)

    assert answer(organization, stop, "apply") == 30
    with pytest.raises(NotVisible):
        answer(organization, stop, "apply")
    organization.work()

    assert organization.titles_here(organization.anna) == TITLES[30:]
    assert safety_stops(organization.anna) == []
    assert counts(organization) == [(0, 0, 0)]
    assert there.titles() == TITLES[30:]
    assert organization.mails == []


def test_kept_they_stay_and_rest(organization: Organization, there: There) -> None:
    stop = swept(organization, there)

    assert answer(organization, stop, "keep") == 30
    with pytest.raises(NotVisible):
        answer(organization, stop, "keep")

    assert counts(organization) == [(0, 0, 0)]
    assert organization.titles_here(organization.anna) == TITLES
    assert there.titles() == TITLES[30:]
    assert attention_count(organization.anna) == 0
    assert Link.objects.filter(state=LinkState.IGNORED.value).count() == 30
    assert organization.mails == []


def test_kept_events_are_edited_and_deleted_here_alone(
    organization: Organization, there: There
) -> None:
    answer(organization, swept(organization, there), "keep")
    first, second = Event.objects.filter(components__summary__in=TITLES[:2]).order_by("pk")

    edit_event(organization.anna, first.pk, {"summary": "Mine"}, None, organization.now)
    delete_event(organization.anna, second.pk, None, organization.now)

    assert DirtyMark.objects.count() == 0
    assert counts(organization) == [(0, 0, 0)]
    assert there.titles() == TITLES[30:]


def test_one_by_one(organization: Organization, there: There) -> None:
    first, second, *_ = swept(organization, there).events

    release(organization.anna, first.link_id, "apply", organization.now)
    release(organization.anna, second.link_id, "keep", organization.now)
    with pytest.raises(NotVisible):
        release(organization.anna, first.link_id, "apply", organization.now)
    organization.work()

    left = organization.titles_here(organization.anna)
    assert left == [title for title in TITLES if title != first.title]
    assert attention_count(organization.anna) == 28


def test_nobody_elses_and_no_other_answer(organization: Organization, there: There) -> None:
    stop = swept(organization, there)

    with pytest.raises(NotVisible):
        release_all(organization.ben, stop.pairing_id, stop.guard, "apply", organization.now)
    with pytest.raises(ActionRefused):
        answer(organization, stop, "send")

    assert safety_stops(organization.ben) == []
    assert attention_count(organization.anna) == 30


def test_empty_listing_after_a_lost_token(organization: Organization, there: There) -> None:
    for title in TITLES:
        there.delete(title)
    there.forget_token()

    organization.sync()

    assert organization.titles_here(organization.anna) == TITLES
    (stop,) = safety_stops(organization.anna)
    assert (len(stop.events), stop.linked) == (40, 40)


def test_everything_renamed_there(organization: Organization, there: There) -> None:
    for title in TITLES[:20]:
        there.rename(title, f"Win a prize, {title}")
    there.relocate(TITLES[30], "Room Blue")

    organization.sync()
    (stop,) = safety_stops(organization.anna)
    kept = organization.titles_here(organization.anna)
    answer(organization, stop, "apply")
    organization.work()

    assert (stop.guard, len(stop.events), kept) == ("brake_rewritten", 20, TITLES)
    assert (
        len([title for title in organization.titles_here(organization.anna) if "prize" in title])
        == 20
    )
    assert Event.objects.get(components__summary=TITLES[30]).components["location"] == "Room Blue"
    assert counts(organization) == [(0, 0, 0)]


def test_what_ended_long_ago_is_tidied_away_there_alone(
    organization: Organization, provider: ProviderName
) -> None:
    there = organization.there("anna", provider)
    there.load(TITLES)
    organization.connect(organization.anna, provider)
    organization.sync()
    organization.advance(days=70)
    for title in TITLES[:30]:
        there.delete(title)

    organization.sync()

    assert organization.titles_here(organization.anna) == TITLES
    (stop,) = safety_stops(organization.anna)
    assert (stop.guard, len(stop.events)) == ("ended_long_ago", 30)
    answer(organization, stop, "keep")
    assert counts(organization) == [(0, 0, 0)]


def test_too_many_mails_wait(organization: Organization, provider: ProviderName) -> None:
    organization.connect(organization.anna, provider)
    organization.work()
    Pairing.objects.update(policy={"most_mails": 3})
    for number in range(2):
        guests = [f"guest{each}.{number}@client.example" for each in range(2)]
        organization.create(organization.anna, f"Review {number}", *guests, choice=Choice.SEND)
    organization.work()

    (item,) = attention_items(organization.anna)
    before = len(organization.mails)
    release(organization.anna, item.link_id, "send", organization.now)
    organization.work()

    assert (item.kind, len(item.people), item.doors[0]) == ("parked", 2, "send")
    assert (before, len(organization.mails)) == (2, 4)
    assert attention_items(organization.anna) == []
    assert counts(organization) == [(0, 0, 0)]
