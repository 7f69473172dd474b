"""An addon adds a menu, a settings block, a scheduled action and rights by its manifest alone."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from calendar_sync.server.cron import run_manually
from calendar_sync.server.loading.load import load
from calendar_sync.server.loading.manifest import discover
from calendar_sync.server.models import ConfigParameter, ExternalId, ScheduledAction, User
from calendar_sync.server.registry import scheduled_actions
from support.people import a_person

ROOT = Path(__file__).parents[2]
ADDONS = ROOT / "tests" / "addons"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def _example(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a start with this ADDONS_PATH makes of the settings and of the database."""
    monkeypatch.syspath_prepend(str(ADDONS))
    settings.ADDONS = discover([ROOT, ADDONS])
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "example_addon"]
    scheduled_actions.cache_clear()
    load(settings.ADDONS, NOW)
    yield
    scheduled_actions.cache_clear()


def page(user: User, path: str) -> str:
    client = Client()
    client.force_login(user)
    return client.get(path).content.decode()


@pytest.mark.usefixtures("_example")
def test_menu_for_those_who_hold_its_group() -> None:
    eve = a_person("eve")
    eve.groups.add(ExternalId.objects.record_ids("example_addon.group_auditor").get())

    def shown(user: User) -> bool:
        return '<a href="/settings/general">Example</a>' in page(user, "/nowhere")

    assert shown(a_person("mara", "administrator"))
    assert shown(eve)
    assert not shown(a_person("anna"))


@pytest.mark.usefixtures("_example")
def test_settings_block() -> None:
    shown = page(a_person("mara", "administrator"), "/settings/general")

    assert re.findall("<h2>(.*?)</h2>", shown) == ["Log-in", "Example"]
    assert 'value="Good morning"' in shown


@pytest.mark.usefixtures("_example")
def test_access_rows() -> None:
    eve, anna = a_person("eve"), a_person("anna")
    eve.groups.add(ExternalId.objects.record_ids("example_addon.group_auditor").get())

    assert eve.access_rights["ir.config_parameter"] == {"read"}
    assert "ir.config_parameter" not in anna.access_rights


@pytest.mark.usefixtures("_example")
def test_scheduled_action() -> None:
    action = ScheduledAction.objects.get(name="Greet")

    outcome = run_manually(action.pk, a_person("mara", "administrator"), NOW)

    assert outcome
    assert outcome.result == "Good morning, it is 09:00"


@pytest.mark.usefixtures("_example")
def test_page_of_apps_lists_it() -> None:
    shown = page(a_person("mara", "administrator"), "/settings/apps")

    assert "<b>Example addon</b> 1.0.0" in shown
    assert "depends: calendar_sync" in shown


@pytest.mark.usefixtures("_example")
def test_demonstration_only_when_asked_for(settings: Settings) -> None:
    parameters = ConfigParameter.objects.all()
    assert parameters.text("example_addon.demo", "-") == "-"

    load(settings.ADDONS, NOW, demo=True)

    assert parameters.text("example_addon.demo") == "True"


@pytest.mark.usefixtures("_example")
def test_without_it_everything_it_brought_is_gone() -> None:
    load(discover([ROOT]), NOW)

    assert not ScheduledAction.objects.filter(name="Greet").exists()
    assert "Example" not in page(a_person("mara", "administrator"), "/settings/general")


def start(*path: Path) -> subprocess.CompletedProcess[str]:
    """Read the settings as every process does when it starts."""
    code = "from calendar_sync.server.settings import ADDONS; print(*(a.name for a in ADDONS))"
    environment = os.environ | {"ADDONS_PATH": os.pathsep.join(map(str, path))}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_start_finds_it_on_the_path() -> None:
    started = start(ROOT, ADDONS)

    assert (started.returncode, started.stderr) == (0, "")
    assert started.stdout.split() == ["base", "calendar", "calendar_sync", "example_addon"]


def test_start_ends_in_one_line_if_an_addon_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    manifest = tmp_path / "bad" / "__manifest__.py"
    manifest.write_text('{"name": "Bad",\n"version": "1.0.0",\n"website": "x"}')

    started = start(ROOT, tmp_path)

    assert (started.returncode, started.stdout) == (1, "")
    assert started.stderr == f"{manifest}:3: unknown key 'website'\n"
