import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from calendar_sync.security.access import AccessDenied
from calendar_sync.server import registry
from calendar_sync.server.cron import FAILED, LEASE, Outcome, run_due, run_manually
from calendar_sync.server.models import LogInTries, ScheduledAction
from support.people import a_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Calls(list[datetime]):
    def __call__(self, now: datetime) -> str:
        self.append(now)
        return f"{len(self)} calls"


class Broken(Exception):
    pass


def break_down(_now: datetime) -> str:
    raise Broken


@pytest.fixture
def calls() -> Iterator[Calls]:
    """An action of the registry that counts; no other action is due."""
    calls, actions = Calls(), registry.scheduled_actions()
    actions |= {"tried.clock.tick": calls, "tried.clock.break": break_down}
    ScheduledAction.objects.update(active=False)
    yield calls
    del actions["tried.clock.tick"], actions["tried.clock.break"]


def an_action(**values: object) -> ScheduledAction:
    facts: dict[str, object] = {
        "name": "Tick",
        "model": "tried.clock",
        "code": "model.tick()",
        "interval_number": 1,
        "interval_type": "hours",
        "nextcall": NOW,
    }
    return ScheduledAction.objects.create(**(facts | values))


def test_runs_when_its_time_has_come(calls: Calls) -> None:
    action = an_action()

    assert run_due(NOW - timedelta(seconds=1)) == []
    assert run_due(NOW) == [Outcome("Tick", "1 calls")]
    assert run_due(NOW) == []

    action.refresh_from_db()
    assert calls == [NOW]
    assert (action.lastcall, action.nextcall, action.result) == (NOW, NOW + HOUR, "1 calls")
    assert action.leased_until is None


@pytest.mark.parametrize(
    ("interval", "number", "late", "following"),
    [
        ("minutes", 5, timedelta(minutes=12), datetime(2026, 11, 21, 9, 15, tzinfo=UTC)),
        ("days", 1, timedelta(0), datetime(2026, 11, 22, 9, 0, tzinfo=UTC)),
        ("weeks", 1, timedelta(days=8), datetime(2026, 12, 5, 9, 0, tzinfo=UTC)),
        ("months", 1, timedelta(days=60), datetime(2027, 1, 21, 9, 0, tzinfo=UTC)),
        ("minutes", 1, timedelta(days=3650), datetime(2036, 11, 18, 9, 1, tzinfo=UTC)),
    ],
)
def test_missed_calls_are_not_made_up_for(
    calls: Calls, interval: str, number: int, late: timedelta, following: datetime
) -> None:
    action = an_action(interval_type=interval, interval_number=number)

    assert run_due(NOW + late) == [Outcome("Tick", "1 calls")]

    action.refresh_from_db()
    assert action.nextcall == following


def test_switched_off_is_not_run_but_can_be_by_hand(calls: Calls) -> None:
    action = an_action(active=False)

    assert run_due(NOW) == []
    assert run_manually(action.pk, a_person("mara", "administrator"), NOW) == Outcome(
        "Tick", "1 calls"
    )


def test_somebody_is_at_it_already(calls: Calls) -> None:
    action = an_action(leased_until=NOW + timedelta(seconds=1))

    assert run_due(NOW) == []
    assert run_manually(action.pk, a_person("mara", "administrator"), NOW) is None
    assert calls == []


def test_who_died_at_it_is_replaced(calls: Calls) -> None:
    an_action(leased_until=NOW)

    assert run_due(NOW) == [Outcome("Tick", "1 calls")]


def test_it_is_leased_while_it_runs(calls: Calls) -> None:
    leases: list[datetime | None] = []
    action = an_action()

    def look(_now: datetime) -> str:
        leases.append(ScheduledAction.objects.get(pk=action.pk).leased_until)
        return ""

    registry.scheduled_actions()["tried.clock.tick"] = look
    run_due(NOW)

    assert leases == [NOW + LEASE]


def test_a_failure_is_kept_and_passed_on_and_stops_nobody_else(calls: Calls) -> None:
    broken = an_action(name="Broken", code="model.break()", nextcall=NOW - HOUR)
    an_action()

    with pytest.raises(Broken):
        run_due(NOW)
    assert run_due(NOW) == [Outcome("Tick", "1 calls")]

    broken.refresh_from_db()
    assert (broken.result, broken.nextcall) == (FAILED, NOW + HOUR)


def test_statements_of_an_idle_minute(
    calls: Calls, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    an_action(nextcall=NOW + HOUR)

    with django_assert_num_queries(3):  # the question, in a transaction of its own
        run_due(NOW)


def test_only_administrators_run_by_hand(calls: Calls) -> None:
    action = an_action()

    with pytest.raises(AccessDenied):
        run_manually(action.pk, a_person("anna"), NOW)
    assert calls == []


def test_what_the_server_itself_brings() -> None:
    LogInTries.objects.create(digest="old", last_at=NOW - timedelta(hours=2))
    LogInTries.objects.create(digest="new", last_at=NOW)

    result = registry.scheduled_actions()["res.users.forget_log_ins"](NOW)

    assert result == "0 sessions, 1 log-in tries"
    assert [tries.digest for tries in LogInTries.objects.all()] == ["new"]


def test_every_row_of_the_files_names_an_action() -> None:
    keys = {action.key for action in ScheduledAction.objects.all()}

    assert keys == set(registry.scheduled_actions())


def test_page_lists_runs_and_switches(client: Client, calls: Calls) -> None:
    client.force_login(a_person("mara", "administrator"))
    action = an_action(interval_number=5, interval_type="minutes")

    page = client.get("/settings/scheduled-actions").content.decode()
    assert re.findall(r'data-label="Every">(.*?)<', page)[-1] == "5 min"

    done = client.post(f"/settings/scheduled-actions/{action.pk}/run", follow=True)
    assert done.redirect_chain == [("/settings/scheduled-actions", 302)]
    assert "Tick: 1 calls" in done.content.decode()

    off = client.post(f"/settings/scheduled-actions/{action.pk}/active", {}, follow=True)
    assert "Tick is off." in off.content.decode()
    action.refresh_from_db()
    assert action.active is False

    client.post(f"/settings/scheduled-actions/{action.pk}/active", {"active": "1"})
    action.refresh_from_db()
    assert action.active is True


@pytest.mark.parametrize("verb", ["run", "active"])
def test_page_asks_for_post_and_rights(client: Client, calls: Calls, verb: str) -> None:
    action = an_action()
    url = f"/settings/scheduled-actions/{action.pk}/{verb}"
    client.force_login(a_person("anna"))

    assert client.post(url).status_code == 403
    assert client.get("/settings/scheduled-actions").status_code == 403

    client.force_login(a_person("mara", "administrator"))
    assert client.get(url).status_code == 405
    assert client.post(f"/settings/scheduled-actions/0/{verb}").status_code == 404
    assert calls == []
