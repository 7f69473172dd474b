"""Who wins where both sides changed the same, by the rule of the connection, and the rule *ask*."""

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.account_choices import account_choices
from calendar_sync.actions.attention import attention_count, attention_items
from calendar_sync.actions.conflicts import (
    Question,
    answer_question,
    questions,
    set_conflict_rule,
)
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.events import edit_event
from calendar_sync.engine.policy import ConflictRule
from calendar_sync.engine.sync import SyncReport
from calendar_sync.models import Event, Link, ProviderCredential
from support.statements import Statements
from support.there import There
from support.world import PROVIDERS, Organization

pytestmark = pytest.mark.parametrize("provider", PROVIDERS)


def choose(organization: Organization, rule: str) -> None:
    credential = ProviderCredential.objects.get()
    set_conflict_rule(organization.anna, credential.pk, rule, organization.now)


def clash(organization: Organization, there: There, **ours: str) -> None:
    """Renamed here, and a minute later there."""
    changes = {"summary": "Ours", **ours}
    edit_event(organization.anna, Event.objects.get().pk, changes, None, organization.now)
    organization.advance(minutes=1)
    there.rename("Review", "Theirs")
    organization.sync()


@pytest.fixture
def there(organization: Organization, provider: ProviderName) -> There:
    organization.connect(organization.anna, provider)
    organization.create(organization.anna, "Review")
    organization.sync()
    organization.advance(minutes=1)
    return organization.there("anna", provider)


@pytest.mark.parametrize(
    ("rule", "title"), [("newest", "Theirs"), ("theirs", "Theirs"), ("ours", "Ours")]
)
def test_the_rule_decides(organization: Organization, there: There, rule: str, title: str) -> None:
    choose(organization, rule)
    clash(organization, there)
    assert organization.titles_here(organization.anna) == there.titles() == [title]
    assert [item.kind for item in attention_items(organization.anna)] == ["conflict"]
    assert questions(organization.anna) == []


@pytest.fixture
def asked(organization: Organization, there: There) -> Question:
    choose(organization, "ask")
    clash(organization, there, location="Room Blue")
    (question,) = questions(organization.anna)
    return question


def answer(organization: Organization, asked: Question, choice: str) -> None:
    answer_question(
        organization.anna,
        asked.link_id,
        asked.property,
        choice,
        asked.about,
        organization.now,
    )


def test_each_side_keeps_its_own_until_somebody_decides(
    organization: Organization, there: There, asked: Question, provider: ProviderName
) -> None:
    assert (organization.titles_here(organization.anna), there.titles()) == (["Ours"], ["Theirs"])
    assert (asked.property, asked.choices) == ("summary", ("ours", "theirs"))
    assert (dict(asked.ours), dict(asked.theirs)) == ({"summary": "Ours"}, {"summary": "Theirs"})
    assert attention_count(organization.anna) == 1
    assert attention_items(organization.anna) == []
    assert "Room Blue" in str(there.contents())
    organization.sync()
    organization.sandbox.journal.clear()
    reports = [report for turn in organization.sync() for report in turn.reports]
    assert reports == [SyncReport()]
    assert (
        len(organization.requests(f"/{'google/calendar' if provider == 'google' else 'graph'}"))
        == 1
    )


@pytest.mark.parametrize(("choice", "title"), [("ours", "Ours"), ("theirs", "Theirs")])
def test_a_decision_is_carried_out(
    organization: Organization, there: There, asked: Question, choice: str, title: str
) -> None:
    answer(organization, asked, choice)
    organization.work()
    assert organization.titles_here(organization.anna) == there.titles() == [title]
    assert questions(organization.anna) == []
    assert attention_count(organization.anna) == 0
    assert Link.objects.get().decided is None
    assert organization.mails == []


def test_both_texts_can_be_kept(organization: Organization, there: There) -> None:
    choose(organization, "ask")
    event = Event.objects.get()
    edit_event(
        organization.anna, event.pk, {"description": "<p>Bring tea</p>"}, None, organization.now
    )
    there.describe("Review", "<p>Bring cake</p>")
    organization.sync()
    (question,) = questions(organization.anna)
    assert question.choices == ("ours", "theirs", "both")
    answer(organization, question, "both")
    organization.work()
    event.refresh_from_db()
    shown = str(there.contents())
    for text in ("Bring tea", "Bring cake"):
        assert text in str(event.components["description"])
        assert text in shown
    assert questions(organization.anna) == []


def test_another_rule_decides_what_is_open(
    organization: Organization, there: There, asked: Question
) -> None:
    assert asked.title == "Ours"
    choose(organization, "theirs")
    organization.work()
    assert organization.titles_here(organization.anna) == there.titles() == ["Theirs"]
    (chosen,) = account_choices(organization.anna)
    assert chosen.policy.conflict is ConflictRule.THEIRS


def test_what_cannot_be_decided(organization: Organization, there: There, asked: Question) -> None:
    """Changed since it was shown; decided in another tab; somebody else's; no such choice."""
    with pytest.raises(ActionRefused, match="no_such_choice"):
        answer(organization, asked, "both")
    with pytest.raises(NotVisible):
        answer_question(
            organization.ben, asked.link_id, "summary", "ours", asked.about, organization.now
        )
    there.rename("Theirs", "Theirs, later")
    organization.sync()
    with pytest.raises(ActionRefused, match="changed_meanwhile"):
        answer(organization, asked, "ours")
    (now,) = questions(organization.anna)
    answer(organization, now, "ours")
    answer(organization, now, "ours")  # a double click
    organization.work()
    assert there.titles() == ["Ours"]
    with pytest.raises(NotVisible):
        answer(organization, now, "ours")


def test_who_may_choose_the_rule(organization: Organization, there: There) -> None:
    assert there.titles() == ["Review"]
    credential = ProviderCredential.objects.get()
    for stranger in (organization.ben, organization.admin):
        with pytest.raises(NotVisible):
            set_conflict_rule(stranger, credential.pk, "ask", organization.now)
    with pytest.raises(ActionRefused):
        choose(organization, "whatever")


def test_statements_of_the_questions(organization: Organization, asked: Question) -> None:
    assert asked.label
    with Statements() as sent:
        assert len(questions(organization.anna)) == 1
    assert len(sent) == 2, sent
