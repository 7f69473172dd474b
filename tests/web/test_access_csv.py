"""The table of access rights decides: no row, no access. Rows are really taken out of the file."""

import csv
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from calendar_sync.security.access import AccessDenied, Operation, check_access, may
from calendar_sync.server.loading.load import load
from calendar_sync.server.loading.manifest import BUILT_IN, Addon, discover, read_manifest
from calendar_sync.server.models import User
from support.people import a_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TABLE = "security/ir.model.access.csv"
OPERATIONS: tuple[Operation, ...] = ("read", "write", "create", "unlink")

Remove = Callable[[str], None]


@pytest.fixture
def remove_row(tmp_path: Path) -> Remove:
    """Load the server's own addon again, without this row of its table."""

    def remove_row(external_id: str) -> None:
        root = tmp_path / "base"
        shutil.copytree(BUILT_IN / "base", root)
        lines = (root / TABLE).read_text().splitlines()
        kept = [line for line in lines if not line.startswith(f"{external_id},")]
        assert len(kept) == len(lines) - 1
        (root / TABLE).write_text("\n".join(kept))
        changed = read_manifest(root, root)
        load([changed if addon.name == "base" else addon for addon in settings.ADDONS], NOW)

    return remove_row


def test_a_removed_row_is_a_403(client: Client, remove_row: Remove) -> None:
    client.force_login(a_person("mara", "administrator"))
    assert client.get("/settings/apps").status_code == 200

    remove_row("access_addons_administrator")

    assert client.get("/settings/apps").status_code == 403
    assert client.get("/settings/users").status_code == 200


def test_rights_of_the_two_roles() -> None:
    anna, mara = a_person("anna"), a_person("mara", "administrator")

    def rights(user: User) -> str:
        models = ("calendar_sync.event", "calendar_sync.run", "res.users", "ir.cron")
        return " ".join(
            "".join(name[0] if may(user, model, name) else "-" for name in OPERATIONS)
            for model in models
        )

    assert rights(anna) == "rwcu r--- ---- ----"
    assert rights(mara) == "rwcu r--- rwc- rw--"


def test_what_no_row_names_is_denied_to_everybody() -> None:
    with pytest.raises(AccessDenied, match=r"Mara Berg may not read res\.partner"):
        check_access(a_person("mara", "administrator"), "res.partner", "read")


def test_nobody_may_do_nothing() -> None:
    with pytest.raises(AccessDenied):
        check_access(AnonymousUser(), "calendar_sync.event", "read")


def test_rights_are_read_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = User.objects.get(pk=a_person("anna").pk)

    with django_assert_num_queries(2):  # groups, with those they imply; rows
        for operation in OPERATIONS:
            check_access(user, "calendar_sync.event", operation)


def addon_tables() -> list[tuple[Addon, Path]]:
    addons = discover(settings.ADDONS_PATH)
    return [(a, a.root / f) for a in addons for f in a.facts.get("data", []) if f.endswith(".csv")]


def test_every_row_names_a_group() -> None:
    """A row without a group is everybody's; none of ours is meant so."""
    for _addon, path in addon_tables():
        with path.open() as file:
            assert all(row["group_id:id"] for row in csv.DictReader(file)), path
