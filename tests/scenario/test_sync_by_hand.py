"""`calendar-sync sync`: now, or only told."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.by_hand import preview_now, synchronize_now
from calendar_sync.engine.policy import Side
from calendar_sync.engine.showing import Preview
from calendar_sync.hosts.django_lease import claim
from calendar_sync.models import Change, ProviderCredential, Run
from calendar_sync.server.management.commands.sync import Command
from support.world import PROVIDERS, Organization

EVA = "eva@client.example"


def state_of(account: ProviderCredential) -> dict[str, object]:
    """But for the fence, which every claim raises."""
    row = ProviderCredential.objects.filter(pk=account.pk).values().get()
    return {k: v for k, v in row.items() if k not in {"lease_fence", "lease_since"}}


def told(organization: Organization) -> Preview:
    (turn,) = preview_now(None, organization.sandbox.clock)
    (preview,) = turn.previews
    return preview


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_preview_says_what_the_run_then_does(
    organization: Organization, provider: ProviderName
) -> None:
    anna, there = organization.anna, organization.there("anna", provider)
    organization.create(anna, "Ours")
    account = organization.connect(anna, provider)
    there.load(["Theirs"], EVA)
    before = state_of(account)
    organization.sandbox.journal.clear()

    preview = told(organization)

    assert [
        preview.count(Side.HERE, "created"),
        preview.count(Side.THERE, "created"),
        len(preview.mailed),
    ] == [1, 1, 0]
    assert all(request.startswith("GET") for request in organization.requests("/google/calendar"))
    assert there.titles() == ["Theirs"]
    assert organization.titles_here(anna) == ["Ours"]
    assert (Run.objects.count(), Change.objects.count(), state_of(account)) == (0, 0, before)

    (turn,) = synchronize_now(anna.get_username(), organization.sandbox.clock)
    (report,) = turn.reports
    assert (report.received, report.sent, report.mailed) == (1, 1, 0)
    assert told(organization) == Preview()


def test_commands_tell_in_words_and_as_json(
    organization: Organization, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*arguments: str) -> str:
        command = Command()
        command.clock = organization.sandbox.clock
        call_command(command, *arguments)
        return capsys.readouterr().out

    anna = ("--user", organization.anna.get_username())
    organization.create(organization.anna, "Ours")
    account = organization.connect(organization.anna, "google")
    who = "anna@gmail.example (google)"

    assert said("--user", "ben@corp.example") == "No running connection.\n"
    assert said("--all", "--dry-run") == f"{who}: 1 created there\n"
    assert said(*anna) == f"{who}: 1 sent\n"
    assert said(*anna) == f"{who}: nothing to do\n"
    assert json.loads(said("--all", "--dry-run", "--json")) == [
        {
            "provider": "google",
            "address": "anna@gmail.example",
            "busy": False,
            "error": None,
            "runs": [],
            "would": [{"mailed": []}],
        }
    ]
    assert claim(organization.now, credential_id=account.pk)
    assert said("--all", "--dry-run") == said("--all") == f"{who}: a worker has it just now\n"


@pytest.mark.parametrize("how", [("--dry-run",), ()])
def test_what_stops_an_account_is_told_and_the_command_fails(
    organization: Organization, capsys: pytest.CaptureFixture[str], how: tuple[str, ...]
) -> None:
    organization.connect(organization.anna, "outlook")
    organization.sandbox.microsoft.identity.revoke("anna")
    organization.advance(hours=2)
    command = Command()
    command.clock = organization.sandbox.clock

    with pytest.raises(CommandError, match="Not everything"):
        call_command(command, "--all", *how)

    assert capsys.readouterr().out.startswith("anna@corp.example (outlook): ")


def test_somebody_unknown_is_named(organization: Organization) -> None:
    with pytest.raises(CommandError, match=r"Nobody here logs in as nobody@corp\.example"):
        call_command("sync", "--user", "nobody@corp.example")
