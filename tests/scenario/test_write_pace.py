"""Google takes 600 requests a minute and user: a long push is paced, a fresh edit overtakes it.

The sandbox counts as the contract says (§9.1) and refuses what is too much.
"""

from collections import Counter
from datetime import timedelta

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.events import edit_event
from calendar_sync.actions.reset import reset_account
from calendar_sync.actions.sync import sync_next
from calendar_sync.models import Event, ProjectPace, ProviderCredential
from support.world import Organization


def push(organization: Organization, until: int, provider: ProviderName = "google") -> list[float]:
    """Work as the clock goes on until so many events are there; the seconds of each turn."""
    begin, turns = organization.now, []
    while len(organization.there("anna", provider).titles()) < until:
        turn = sync_next(organization.sandbox.clock)
        if turn is None:
            due = ProviderCredential.objects.get().due_at
            organization.sandbox.clock.advance(due - organization.now)
            continue
        assert turn.error is None
        turns.append((organization.now - begin).total_seconds())
    return turns


def test_a_thousand_new_events_go_out_at_450_a_minute(organization: Organization) -> None:
    for number in range(1000):
        organization.create(organization.anna, f"Event {number}")
    organization.connect(organization.anna, "google")
    organization.sandbox.journal.clear()

    turns = push(organization, 1000)

    assert len(organization.requests("/google/batch")) == 20
    assert len(turns) == 20
    assert 120 < turns[-1] < 130
    made = Counter(int(second // 60) for second in turns)
    assert [50 * made[minute] for minute in sorted(made)] == [500, 450, 50]
    assert {row.status for row in organization.sandbox.journal.entries()} == {200}


def test_fresh_edit_overtakes_a_long_push(organization: Organization) -> None:
    organization.connect(organization.anna, "google")
    urgent = organization.create(organization.anna, "Urgent")
    organization.sync()
    for number in range(400):
        organization.create(organization.anna, f"Event {number}")
    push(organization, 200)
    edited_at = organization.now

    edit_event(organization.anna, urgent.pk, {"location": "Room Red"}, None, edited_at)
    push(organization, 201)

    there = organization.there("anna", "google")
    assert there.place_of("Urgent") == "Room Red"
    assert len(there.titles()) == 249
    assert organization.now - edited_at < timedelta(seconds=7)


def test_marks_that_wait_for_their_turn_wake_nobody(organization: Organization) -> None:
    organization.connect(organization.anna, "google")
    organization.sync()
    for number in range(60):
        organization.create(organization.anna, f"Event {number}")

    turns = organization.work()

    assert [report.remaining for turn in turns for report in turn.reports] == [10]
    organization.advance(seconds=6)
    assert organization.work() == []
    organization.advance(seconds=1)
    assert [report.sent for turn in organization.work() for report in turn.reports] == [10]


def test_accounts_of_a_project_share_its_quota(organization: Organization) -> None:
    organization.connect(organization.anna, "google")
    organization.connect(organization.ben, "google")
    organization.connect(organization.ben, "outlook")
    organization.sync()
    organization.create(organization.anna, "Anna's")
    organization.work()
    pace = ProjectPace.objects.get(provider="google")
    assert pace.open_at < organization.now  # one of a thousand is used

    ProjectPace.objects.update(open_at=organization.now + timedelta(seconds=2))
    organization.create(organization.anna, "Second")
    for seconds, row in enumerate(ProviderCredential.objects.order_by("-pk")):  # Anna's longest
        due_at = organization.now - timedelta(seconds=seconds)
        ProviderCredential.objects.filter(pk=row.pk).update(due_at=due_at)

    served = [turn.credential_id for turn in organization.work()]
    outlook = ProviderCredential.objects.get(provider="outlook")
    assert served == [outlook.pk]
    organization.advance(seconds=2)
    assert len(organization.work()) == 1  # what it wrote is counted at once
    organization.advance(seconds=1)
    assert len(organization.work()) == 1
    assert organization.there("anna", "google").titles() == ["Anna's", "Second"]


def test_reset_of_many_events_is_paced_and_goes_on(organization: Organization) -> None:
    row = organization.connect(organization.anna, "google")
    for number in range(120):
        organization.create(organization.anna, f"Event {number}")
    push(organization, 120)
    organization.advance(minutes=1)
    there = organization.there("anna", "google")
    there.rename("Event 7", "Changed there")
    reset_account(organization.admin, row.pk, "provider", "new", organization.now)

    organization.work()
    first = ProviderCredential.objects.get().reset
    assert first is not None
    assert (first["done"], first["total"]) == (50, 120)
    for _ in range(2):
        organization.advance(seconds=7)
        organization.work()

    assert there.titles() == ["Changed there"]
    assert ProviderCredential.objects.get().reset is None
    assert Event.objects.alive().count() == 120
    assert organization.mails == []
