"""Runs over the API: each person his own, administrators everybody's counts."""

from datetime import timedelta

import pytest

from calendar_sync.models import Change, Run
from support.api import Program
from support.statements import Statements
from support.world import NOW, Organization


def some_runs(organization: Organization, count: int) -> list[int]:
    """Anna's, a minute apart; newest first."""
    credential = organization.connect(organization.anna, "google")
    pairing = credential.pairings.get()
    runs = [
        Run.objects.create(
            credential=credential,
            pairing=pairing,
            fence=number,
            trigger="schedule",
            started_at=NOW + timedelta(minutes=number),
            ended_at=NOW + timedelta(minutes=number, milliseconds=1500),
            received=number,
        ).pk
        for number in range(1, count + 1)
    ]
    return runs[::-1]


def test_a_run_and_its_changes(organization: Organization) -> None:
    connection = organization.connect(organization.anna, "google")
    organization.create(organization.anna, "Diary")
    organization.sync()
    anna = Program.of(organization.anna)

    (run,) = anna.get("/runs").body["items"]
    detail = anna.get(f"/runs/{run['id']}").body

    assert (run["connection"], run["provider"], run["user"]) == (connection.pk, "google", "Anna")
    assert (run["sent"], run["mailed"], run["result"], run["error"]) == (1, 0, "done", "")
    assert detail["run"] == run
    assert [change["title"] for change in detail["changes"]] == ["Diary"]
    assert detail["next"] is None


def test_pages_follow_each_other_without_gap_or_double(organization: Organization) -> None:
    runs = some_runs(organization, 3)
    anna = Program.of(organization.anna)

    first = anna.get("/runs", limit=2).body
    second = anna.get("/runs", limit=2, after=first["next"]).body

    assert [[run["id"] for run in page["items"]] for page in (first, second)] == [
        runs[:2],
        runs[2:],
    ]
    assert second["next"] is None


def test_changes_come_in_pages(organization: Organization) -> None:
    (run,) = some_runs(organization, 1)
    for title in ("One", "Two", "Three"):
        Change.objects.create(run_id=run, side="here", what="update", before={"summary": title})
    anna = Program.of(organization.anna)

    first = anna.get(f"/runs/{run}", limit=2).body
    second = anna.get(f"/runs/{run}", limit=2, after=first["next"]).body

    titles = [[change["title"] for change in page["changes"]] for page in (first, second)]
    assert titles == [["One", "Two"], ["Three"]]
    assert second["next"] is None


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_the_same_statements_however_long(
    organization: Organization, count: int
) -> None:
    some_runs(organization, count)
    anna = Program.of(organization.anna)
    anna.get("/runs")

    with Statements() as sent:
        listed = anna.get("/runs")

    assert len(listed.body["items"]) == count
    assert len(sent) == 5  # token, its user, his groups and rights; the runs


@pytest.mark.parametrize("count", [1, 3])
def test_changes_take_the_same_statements_however_many(
    organization: Organization, count: int
) -> None:
    (run,) = some_runs(organization, 1)
    for _ in range(count):
        Change.objects.create(run_id=run, side="here", what="update")
    anna = Program.of(organization.anna)
    anna.get("/runs")

    with Statements() as sent:
        detail = anna.get(f"/runs/{run}")

    assert len(detail.body["changes"]) == count
    assert len(sent) == 6


def test_each_sees_his_own_and_administrators_everybodys_counts(
    organization: Organization,
) -> None:
    (run,) = some_runs(organization, 1)
    Change.objects.create(run_id=run, side="here", what="update", before={"summary": "Secret"})
    ben, admin = Program.of(organization.ben), Program.of(organization.admin)

    assert ben.get("/runs", whose="all").body["items"] == []
    assert ben.get(f"/runs/{run}").status == 404
    assert admin.get("/runs").body["items"] == []
    assert [each["id"] for each in admin.get("/runs", whose="all").body["items"]] == [run]
    assert admin.get(f"/runs/{run}").body["changes"] == []
