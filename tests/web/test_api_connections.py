"""Connections over the API: each person his own, administrators what resets need."""

import pytest

from calendar_sync.actions.accounts import disconnect
from calendar_sync.actions.preview_making import preview_next
from calendar_sync.models import ProviderCredential
from support.api import Program
from support.statements import Statements
from support.world import NOW, Organization

State = ProviderCredential.State
CHOICES = {
    "conflict": "newest",
    "removedThere": "follow",
    "sendsOutsideGuests": True,
    "guestsBecome": "",
}


@pytest.fixture
def anna(organization: Organization) -> Program:
    return Program.of(organization.anna)


def account(organization: Organization, number: int = 1, state: State = State.ACTIVE) -> int:
    """One of Anna's, synced once."""
    row = ProviderCredential.objects.create(
        user_id=organization.anna.pk,
        provider="google",
        subject=str(number),
        address=f"anna{number}@gmail.example",
        state=state,
        last_synced_at=NOW,
        due_at=NOW,
        state_since=NOW,
        created_at=NOW,
    )
    return row.pk


def test_connections_as_the_pages_show_them(organization: Organization, anna: Program) -> None:
    connection = organization.connect(organization.anna, "google")

    listed = anna.get("/connections")

    assert listed.body["items"] == [
        {
            "id": connection.pk,
            "provider": "google",
            "address": "anna@gmail.example",
            "state": "syncing",
            "text": "Syncing…",
            "detail": "",
            "lastSyncedAt": None,
            "waiting": 0,
            "attention": 0,
            **CHOICES,
        }
    ]
    assert Program.of(organization.ben).get("/connections").body["items"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"conflict": "ask"},
        {"removedThere": "keep"},
        {"sendsOutsideGuests": False},
        {"guestsBecome": "lead"},
        {"conflict": "ours", "removedThere": "ask", "guestsBecome": "person"},
    ],
)
def test_choices_are_changed_by_what_is_sent(
    organization: Organization, anna: Program, changes: dict[str, object]
) -> None:
    pk = organization.connect(organization.anna, "google").pk

    def chosen() -> dict[str, object]:
        (item,) = anna.get("/connections").body["items"]
        return {key: item[key] for key in CHOICES}

    assert chosen() == CHOICES
    assert anna.ask("PATCH", f"/connections/{pk}", changes).status == 204
    assert chosen() == {**CHOICES, **changes}
    refused = anna.ask("PATCH", f"/connections/{pk}", {"conflict": "mine"})
    assert (refused.status, chosen()) == (422, {**CHOICES, **changes})
    ben = Program.of(organization.ben)
    assert ben.ask("PATCH", f"/connections/{pk}", changes).status == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_the_same_statements_however_long(
    organization: Organization, anna: Program, count: int
) -> None:
    for number in range(count):
        account(organization, number)
    anna.get("/connections")

    with Statements() as sent:
        listed = anna.get("/connections")

    assert len(listed.body["items"]) == count
    assert len(sent) == 9  # token, its user, his groups and rights; five for the rows


def test_sync_pause_and_resume(organization: Organization, anna: Program) -> None:
    path = f"/connections/{account(organization)}"

    assert anna.post(f"{path}/sync").status == 202
    assert anna.post(f"{path}/pause").status == 204
    assert anna.get("/connections").body["items"][0]["state"] == "stopped"
    paused = anna.post(f"{path}/sync")
    assert (paused.status, paused.body["code"]) == (409, "not_active")
    assert anna.post(f"{path}/resume").status == 204
    running = anna.post(f"{path}/resume")
    assert (running.status, running.body["code"]) == (409, "not_stopped")


def test_what_was_disconnected_is_not_resumed(organization: Organization, anna: Program) -> None:
    connection = organization.connect(organization.anna, "google")
    disconnect(organization.anna, connection.pk, organization.now)

    refused = [anna.post(f"/connections/{connection.pk}/{verb}") for verb in ("pause", "resume")]

    assert [answer.status for answer in refused] == [409, 409]
    assert anna.get("/connections").body["items"][0]["state"] == "disconnected"


@pytest.mark.parametrize("verb", ["sync", "pause", "resume"])
def test_another_persons_connection_is_not_there(organization: Organization, verb: str) -> None:
    pk = account(organization)

    refused = Program.of(organization.ben).post(f"/connections/{pk}/{verb}")

    assert (refused.status, refused.body["detail"]) == (404, "Not found, or not yours.")


# --- administrators


def test_administrators_see_how_a_persons_accounts_stand(organization: Organization) -> None:
    connection = organization.connect(organization.anna, "google")

    listed = Program.of(organization.admin).get(f"/users/{organization.anna.pk}/connections")

    (seen,) = listed.body["items"]
    assert (seen["id"], seen["address"]) == (connection.pk, "anna@gmail.example")
    assert (seen["state"], seen["signedIn"], seen["linked"]) == ("active", True, 0)


def test_nobody_else_sees_or_resets_an_account(organization: Organization, anna: Program) -> None:
    path = f"/connections/{account(organization)}/reset"
    choice = {"existing": "leave", "following": "new"}

    assert anna.get(f"/users/{organization.anna.pk}/connections").status == 403
    assert anna.get(path, **choice).status == 403
    assert anna.post(path, choice).status == 403
    assert ProviderCredential.objects.get().reset is None


def test_a_reset_that_deletes_names_how_much(organization: Organization) -> None:
    connection = organization.connect(organization.anna, "google")
    organization.create(organization.anna, "Diary")
    organization.sync()
    admin = Program.of(organization.admin)
    path = f"/connections/{connection.pk}/reset"
    choice = {"existing": "both", "following": "new"}

    preview = admin.get(path, **choice)
    refused = admin.post(path, choice)

    assert (preview.body["deletedThere"], preview.body["deletedHere"]) == (1, 1)
    assert (refused.status, refused.body["code"]) == (409, "not_confirmed")
    assert refused.body["preview"] == preview.body
    organization.sync()
    assert organization.there("anna", "google").titles() == ["Diary"]

    assert admin.post(path, {**choice, "deletions": 2}).status == 202

    organization.work()
    assert organization.there("anna", "google").titles() == []
    assert organization.titles_here(organization.anna) == []


def test_a_reset_under_way_is_not_begun_again(organization: Organization) -> None:
    path = f"/connections/{account(organization)}/reset"
    admin = Program.of(organization.admin)
    choice = {"existing": "leave", "following": "new"}

    assert admin.post(path, choice).status == 202
    again = admin.post(path, choice)

    assert (again.status, again.body["code"]) == (409, "running")


def test_a_preview_is_made_looked_at_and_applied(organization: Organization) -> None:
    organization.there("anna", "google").load(["Choir"])
    account = organization.connect(organization.anna, "google", preview=True)
    url, anna = f"/connections/{account.pk}", Program.of(organization.anna)
    assert anna.get("/connections").body["items"][0]["state"] == "reading"
    assert anna.get(f"{url}/preview").body["madeAt"] is None
    preview_next(organization.sandbox.clock)

    shown = anna.get(f"{url}/preview").body

    assert shown["counts"] == [{"side": "here", "what": "created", "count": 1}]
    assert (shown["number"], shown["waits"], shown["mailed"], shown["total"]) == (1, True, [], 1)
    assert [item["title"] for item in shown["items"]] == ["Choir"]
    assert anna.get("/connections").body["items"][0]["state"] == "ready"
    assert Program.of(organization.ben).get(f"{url}/preview").status == 404
    assert anna.post(f"{url}/apply", {"number": 7}).body["code"] == "shown_anew"
    assert anna.post(f"{url}/preview").status == 202
    preview_next(organization.sandbox.clock)
    assert anna.post(f"{url}/apply", {"number": 2}).status == 202
    assert anna.post(f"{url}/apply", {"number": 2}).body["code"] == "applied"
    organization.work()
    assert organization.titles_here(organization.anna) == ["Choir"]
    assert anna.get(f"{url}/preview").body["number"] == 0
