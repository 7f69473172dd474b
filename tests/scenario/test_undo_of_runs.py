"""A run is undone: on the side it wrote, and nothing of it travels to the other."""

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.attention import attention_items, release
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.events import delete_event, edit_event
from calendar_sync.actions.runs import run_detail, visible_runs
from calendar_sync.actions.undo import UndoPreview, undo_preview, undo_run
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.policy import Side
from calendar_sync.engine.sync import SyncReport
from calendar_sync.models import Event, Run
from support.statements import Statements
from support.there import There
from support.world import PROVIDERS, Organization

pytestmark = pytest.mark.parametrize("provider", PROVIDERS)

EVA = "eva@client.example"
HERE, THERE = Side.HERE, Side.THERE


@pytest.fixture
def there(organization: Organization, provider: ProviderName) -> There:
    organization.connect(organization.anna, provider)
    organization.sync()
    return organization.there("anna", provider)


def newest() -> int:
    return Run.objects.latest("pk").pk


def undo(organization: Organization, run_id: int | None = None) -> UndoPreview:
    done = undo_run(organization.anna, run_id or newest(), organization.now)
    organization.work()
    return done


def lines(preview: UndoPreview) -> list[tuple[str, Side, str]]:
    return [(line.title, line.side, line.what) for line in preview.lines]


def check_rests(organization: Organization, there: There) -> None:
    """Ten idle rounds, and everything read anew: nothing travels, nobody is mailed."""
    here, titles = organization.titles_here(organization.anna), there.titles()
    for number in range(10):
        organization.advance(minutes=11)
        if number == 5:
            there.forget_token()
        reports = [report for turn in organization.sync() for report in turn.reports]
        if number not in {0, 5}:
            assert reports == [SyncReport()], number
        assert [(report.sent, report.mailed) for report in reports] == [(0, 0)]
    assert (organization.titles_here(organization.anna), there.titles()) == (here, titles)


def test_what_came_in_new_goes_again(organization: Organization, there: There) -> None:
    there.load(["Theirs", "Theirs too"])
    organization.sync()
    assert lines(undo(organization)) == [
        ("Theirs", HERE, "removed"),
        ("Theirs too", HERE, "removed"),
    ]
    assert organization.titles_here(organization.anna) == []
    assert there.titles() == ["Theirs", "Theirs too"]
    check_rests(organization, there)


def test_what_was_changed_here_goes_back(organization: Organization, there: There) -> None:
    organization.create(organization.anna, "Before")
    organization.sync()
    organization.advance(minutes=1)
    there.rename("Before", "After")
    organization.sync()
    assert lines(undo(organization)) == [("After", HERE, "put-back")]
    assert (organization.titles_here(organization.anna), there.titles()) == (["Before"], ["After"])
    check_rests(organization, there)
    # and an edit travels as ever
    event = Event.objects.get()
    edit_event(organization.anna, event.pk, {"summary": "Later"}, None, organization.now)
    organization.work()
    assert there.titles() == ["Later"]


def test_what_was_deleted_here_comes_back(organization: Organization, there: There) -> None:
    organization.create(organization.anna, "Gone")
    organization.sync()
    there.delete("Gone")
    organization.advance(minutes=11)
    organization.sync()
    assert organization.titles_here(organization.anna) == []
    assert lines(undo(organization)) == [("Gone", HERE, "restored")]
    assert (organization.titles_here(organization.anna), there.titles()) == (["Gone"], [])
    check_rests(organization, there)


def test_what_was_changed_there_is_put_back(organization: Organization, there: There) -> None:
    event = organization.create(organization.anna, "Before")
    organization.sync()
    edit_event(organization.anna, event.pk, {"summary": "After"}, None, organization.now)
    organization.work()
    assert there.titles() == ["After"]
    assert lines(undo(organization)) == [("After", THERE, "put-back")]
    assert (organization.titles_here(organization.anna), there.titles()) == (["After"], ["Before"])
    check_rests(organization, there)


def test_what_was_made_there_is_deleted_there(organization: Organization, there: There) -> None:
    organization.create(organization.anna, "Made")
    organization.work()
    assert there.titles() == ["Made"]
    assert lines(undo(organization)) == [("Made", THERE, "removed")]
    assert (organization.titles_here(organization.anna), there.titles()) == (["Made"], [])
    check_rests(organization, there)


def test_what_was_deleted_there_is_made_again(organization: Organization, there: There) -> None:
    event = organization.create(organization.anna, "Gone")
    organization.work()
    delete_event(organization.anna, event.pk, None, organization.now)
    organization.work()
    assert there.titles() == []
    assert lines(undo(organization)) == [("Gone", THERE, "restored")]
    assert (organization.titles_here(organization.anna), there.titles()) == ([], ["Gone"])
    check_rests(organization, there)


def test_meetings_are_cancelled_only_as_agreed(organization: Organization, there: There) -> None:
    organization.create(organization.anna, "Review", EVA, choice=Choice.SEND)
    organization.work()
    organization.sandbox.mail.clear()
    undo(organization)
    assert (there.titles(), organization.mails) == (["Review"], [])
    (item,) = attention_items(organization.anna)
    assert (item.kind, item.people) == ("held", (EVA,))
    release(organization.anna, item.link_id, "send", organization.now)
    organization.work()
    assert (there.titles(), organization.mails) == ([], [("cancel", EVA)])
    assert organization.titles_here(organization.anna) == ["Review"]


def test_what_was_edited_since_stays(organization: Organization, there: There) -> None:
    organization.create(organization.anna, "Before")
    organization.create(organization.anna, "Other")
    organization.sync()
    organization.advance(minutes=1)
    there.rename("Before", "After")
    there.rename("Other", "Other, after")
    organization.sync()
    run = newest()
    event = Event.objects.get(components__summary="After")
    edit_event(organization.anna, event.pk, {"summary": "Edited"}, None, organization.now)
    preview = undo(organization, run)
    assert lines(preview) == [
        ("Edited", HERE, "kept"),
        ("Other, after", HERE, "put-back"),
    ]
    assert organization.titles_here(organization.anna) == ["Edited", "Other"]
    assert there.titles() == ["Edited", "Other, after"]
    check_rests(organization, there)


def test_a_meeting_of_a_colleague_leaves_one_calendar(
    organization: Organization, provider: ProviderName
) -> None:
    """What came in for Anna goes from hers; Ben organizes it and keeps it, nobody declines."""
    organization.connect(organization.ben, provider)
    anna = str(organization.sandbox.people.get("anna").address(provider))
    organization.there("ben", provider).create("Review", anna)
    organization.sync()
    organization.connect(organization.anna, provider)
    organization.sync()
    organization.sandbox.mail.clear()
    run = Run.objects.filter(credential__user=organization.anna.pk).latest("pk")
    undo(organization, run.pk)
    assert organization.titles_here(organization.anna) == []
    assert organization.titles_here(organization.ben) == ["Review"]
    assert organization.there("anna", provider).titles() == ["Review"]
    assert organization.mails == []


def test_what_cannot_be_undone(organization: Organization, there: There) -> None:
    """Twice; an undo; the run of somebody else; where nothing is left of it."""
    there.load(["Theirs"])
    organization.sync()
    run = newest()
    for stranger in (organization.ben, organization.admin):
        with pytest.raises(NotVisible):
            undo_preview(stranger, run)
    undo(organization, run)
    with pytest.raises(ActionRefused, match="undone"):
        undo_run(organization.anna, run, organization.now)
    told, (line,) = run_detail(organization.anna, newest())
    assert (told.is_undo, told.received, line.what, line.side) == (True, 1, "deleted", "here")
    with pytest.raises(ActionRefused, match="is_an_undo"):
        undo_preview(organization.anna, newest())
    assert [each.undone for each in visible_runs(organization.anna)] == [False, True]
    organization.create(organization.anna, "Ours")
    organization.work()
    made = newest()
    edit_event(
        organization.anna,
        Event.objects.get(components__summary="Ours").pk,
        {"summary": "Ours, later"},
        None,
        organization.now,
    )
    organization.work()
    with pytest.raises(ActionRefused, match="nothing_to_undo"):
        undo_run(organization.anna, made, organization.now)
    assert Run.objects.get(pk=made).undone_at is None


@pytest.mark.parametrize("count", [1, 20])
def test_statements_of_a_preview(organization: Organization, there: There, count: int) -> None:
    there.load([f"Event {number}" for number in range(count)])
    organization.sync()
    with Statements() as sent:
        assert len(undo_preview(organization.anna, newest()).lines) == count
    assert len(sent) == 8, sent
