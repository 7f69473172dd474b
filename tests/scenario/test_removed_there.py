"""Made here and removed at the provider: follow, keep or ask, as the account's owner has chosen."""

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.account_choices import account_choices
from calendar_sync.actions.attention import Item, attention_items, release
from calendar_sync.actions.errors import ActionRefused, NotVisible
from calendar_sync.actions.events import delete_event, edit_event, invite_now
from calendar_sync.actions.removals import set_removal_rule
from calendar_sync.engine.consent import Choice
from calendar_sync.models import Change, Event, Link, ProviderCredential
from support.there import There
from support.world import PROVIDERS, Organization

EVA = "eva@client.example"
both = pytest.mark.parametrize("provider", PROVIDERS)


def rounds(organization: Organization, count: int = 3) -> None:
    for _ in range(count):
        organization.advance(minutes=11)
        organization.sync()


def removed(
    organization: Organization, provider: ProviderName, rule: str, *guests: str
) -> tuple[Event, There]:
    """Anna's event, made here, sent, and removed there; another one was made there and is gone."""
    anna, there = organization.anna, organization.there("anna", provider)
    account = organization.connect(anna, provider)
    if rule != "follow":
        set_removal_rule(anna, account.pk, rule)
    choice = Choice.SEND if guests else None
    event = organization.create(anna, "Ours", *guests, choice=choice)
    there.create("Theirs")
    rounds(organization)
    there.delete("Ours")
    there.delete("Theirs")
    organization.sandbox.mail.clear()
    rounds(organization)
    organization.sandbox.journal.clear()
    return event, there


def the_item(organization: Organization) -> Item:
    (item,) = attention_items(organization.anna)
    return item


@both
def test_follow(organization: Organization, provider: ProviderName) -> None:
    removed(organization, provider, "follow")
    assert organization.titles_here(organization.anna) == []
    assert attention_items(organization.anna) == []


@both
def test_keep(organization: Organization, provider: ProviderName) -> None:
    """Only what was made here stays; whatever becomes of it here stays here."""
    anna = organization.anna
    event, there = removed(organization, provider, "keep")
    assert organization.titles_here(anna) == ["Ours"]
    assert list(Link.objects.open().values_list("state", "href")) == [("ignored", "")]
    assert Change.objects.filter(what="kept", code="removed_there").count() == 1

    edit_event(anna, event.pk, {"summary": "Ours alone"}, None, organization.now)
    rounds(organization)
    assert (there.titles(), organization.titles_here(anna)) == ([], ["Ours alone"])
    delete_event(anna, event.pk, None, organization.now)
    rounds(organization)

    written = [each for each in organization.requests() if not each.startswith("GET")]
    assert [each for each in written if not each.endswith("/token")] == []
    assert (attention_items(anna), organization.mails) == ([], [])


@both
def test_ask_and_put_it_back(organization: Organization, provider: ProviderName) -> None:
    """Made again without its guests; nobody is mailed before they are invited."""
    anna = organization.anna
    event, there = removed(organization, provider, "ask", EVA)
    item = the_item(organization)
    assert (item.kind, item.title) == ("parked", "Ours")
    assert item.doors == ("put-back", "keep", "apply")
    assert organization.titles_here(anna) == ["Ours"]

    release(anna, item.link_id, "put-back", organization.now)
    rounds(organization)

    assert (there.titles(), there.guests_of("Ours"), organization.mails) == (["Ours"], [], [])
    assert (attention_items(anna), Event.objects.alive().count()) == ([], 1)
    edit_event(anna, event.pk, {"summary": "Ours again"}, None, organization.now)
    rounds(organization)
    invite_now(anna, event.pk, Choice.SEND, organization.now)
    rounds(organization)
    assert (there.titles(), there.guests_of("Ours again")) == (["Ours again"], [EVA])
    assert [person for _, person in organization.mails] == [EVA]


@both
def test_ask_and_keep_it_here(organization: Organization, provider: ProviderName) -> None:
    anna = organization.anna
    _, there = removed(organization, provider, "ask")
    release(anna, the_item(organization).link_id, "keep", organization.now)
    rounds(organization)
    assert (there.titles(), organization.titles_here(anna)) == ([], ["Ours"])
    assert attention_items(anna) == []


@both
def test_ask_and_remove_it_here_too(organization: Organization, provider: ProviderName) -> None:
    anna = organization.anna
    removed(organization, provider, "ask")
    release(anna, the_item(organization).link_id, "apply", organization.now)
    rounds(organization)
    assert organization.titles_here(anna) == []
    assert attention_items(anna) == []


def test_who_deletes_it_meanwhile_has_answered(organization: Organization) -> None:
    event, _ = removed(organization, "google", "ask")
    delete_event(organization.anna, event.pk, None, organization.now)
    rounds(organization)
    assert attention_items(organization.anna) == []
    assert Link.objects.open().count() == 0


def test_another_rule_leaves_what_waits(organization: Organization) -> None:
    removed(organization, "google", "ask")
    account = ProviderCredential.objects.get()
    set_removal_rule(organization.anna, account.pk, "follow")
    rounds(organization)
    assert the_item(organization).title == "Ours"


def test_too_much_at_once_is_the_brakes_question(organization: Organization) -> None:
    """Let through there, it is not asked about once more."""
    anna, there = organization.anna, organization.there("anna", "google")
    account = organization.connect(anna, "google")
    set_removal_rule(anna, account.pk, "ask")
    for number in range(5):
        organization.create(anna, f"E{number}")
    rounds(organization)
    for number in range(5):
        there.delete(f"E{number}")
    rounds(organization)
    assert set(Link.objects.values_list("guard", flat=True)) == {"brake_vanished"}

    for link in Link.objects.all():
        release(anna, link.pk, "apply", organization.now)
    rounds(organization)
    assert organization.titles_here(anna) == []


def test_only_its_owner_chooses(organization: Organization) -> None:
    account = organization.connect(organization.anna, "google")
    assert [row.policy.removed.value for row in account_choices(organization.anna)] == ["follow"]
    assert account_choices(organization.ben) == []
    for person in (organization.ben, organization.admin):
        with pytest.raises(NotVisible):
            set_removal_rule(person, account.pk, "keep")
    with pytest.raises(ActionRefused, match="no_such_choice"):
        set_removal_rule(organization.anna, account.pk, "never")
