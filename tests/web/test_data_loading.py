"""Addons made of two or three files each, loaded into the real tables."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries
from pytest_django import Settings as DjangoSettings

from calendar_sync.server.loading.errors import AddonError
from calendar_sync.server.loading.load import load
from calendar_sync.server.loading.manifest import discover
from calendar_sync.server.models import (
    Action,
    ConfigParameter,
    ExternalId,
    Group,
    InstalledAddon,
    Menu,
    ScheduledAction,
    SettingsBlock,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

Loader = Callable[..., None]


@pytest.fixture
def reload(tmp_path: Path) -> Loader:
    """Load the real addons and one called `tried`, made of this text (XML by default)."""

    def reload(text: str, file: str = "data.xml", demo: str = "") -> None:
        folder = tmp_path / "tried"
        folder.mkdir(exist_ok=True)
        (folder / file).write_text(text)
        (folder / "demo.xml").write_text(demo or "<odoo/>")
        facts = {"name": "Tried", "version": "1.0.0", "data": [file], "demo": ["demo.xml"]}
        (folder / "__manifest__.py").write_text(repr(facts))
        load(discover([*settings.ADDONS_PATH, tmp_path]), NOW, demo=bool(demo))

    return reload


def parameter(value: str, name: str = "one", *, noupdate: int = 0) -> str:
    return f"""<odoo noupdate="{noupdate}"><record id="{name}" model="ir.config_parameter">
        <field name="key">tried.{name}</field>
        <field name="value">{value}</field>
    </record></odoo>"""


def stored(name: str = "one") -> str:
    return ConfigParameter.objects.text(f"tried.{name}", "-")


def test_what_the_file_says_is_written_once_and_again_when_it_changes(reload: Loader) -> None:
    reload(parameter("a"))
    key = ExternalId.objects.record_ids("tried.one").get()
    reload(parameter("b"))

    assert stored() == "b"
    assert ExternalId.objects.record_ids("tried.one").get() == key


def test_an_administrators_change_stays_until_the_file_changes(reload: Loader) -> None:
    reload(parameter("a"))
    ConfigParameter.objects.put("tried.one", "his")

    reload(parameter("a"))
    assert stored() == "his"
    reload(parameter("b"))
    assert stored() == "b"


def test_an_administrators_change_stays_for_ever_with_noupdate(reload: Loader) -> None:
    reload(parameter("a", noupdate=1))
    ConfigParameter.objects.put("tried.one", "his")

    reload(parameter("b", noupdate=1))

    assert stored() == "his"


def test_loading_again_writes_nothing(
    reload: Loader, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reload("<odoo/>")
    before = list(ExternalId.objects.order_by("pk").values_list())

    # Begin and end, lock, external ids, keys of seven models; the list of addons anew.
    with django_assert_num_queries(13):
        reload("<odoo/>")

    assert list(ExternalId.objects.order_by("pk").values_list()) == before


def test_what_left_the_file_leaves_the_database(reload: Loader) -> None:
    reload(parameter("a"))
    reload(parameter("a", "two"))

    assert (stored("one"), stored("two")) == ("-", "a")
    assert not ExternalId.objects.record_ids("tried.one").exists()


def test_what_left_the_file_stays_with_noupdate(reload: Loader) -> None:
    reload(parameter("a", noupdate=1))
    reload("<odoo/>")

    assert stored() == "a"


def test_what_somebody_deleted_comes_back(reload: Loader) -> None:
    reload(parameter("a", noupdate=1))
    ConfigParameter.objects.filter(key="tried.one").delete()

    reload(parameter("a", noupdate=1))

    assert stored() == "a"


def test_a_parameter_set_before_its_file_came_is_adopted(reload: Loader) -> None:
    ConfigParameter.objects.put("tried.one", "his")

    reload(parameter("a", noupdate=1))

    assert ConfigParameter.objects.filter(key="tried.one").get().value == "his"


def test_a_field_that_left_the_file_goes_back_to_its_default(reload: Loader) -> None:
    menus = '<odoo><menuitem id="a" name="A"/><menuitem id="b" name="B" {}/></odoo>'
    reload(menus.format('parent="a" groups="base.group_user" sequence="3"'))
    menu = Menu.objects.get(name="B")
    assert (menu.parent, menu.sequence, menu.groups.count()) == (Menu.objects.get(name="A"), 3, 1)

    reload(menus.format(""))

    menu.refresh_from_db()
    assert (menu.parent, menu.sequence, menu.groups.count()) == (None, 10, 0)


def test_another_addons_record_is_changed_and_not_owned(reload: Loader) -> None:
    text = """<odoo><record id="group" model="res.groups"><field name="name">G</field></record>
    <record id="base.group_user" model="res.groups">
        <field name="implied_ids" eval="[(4, ref('group'))]"/>
    </record></odoo>"""
    reload(text)
    user = Group.objects.get(pk=ExternalId.objects.record_ids("base.group_user").get())
    assert [group.name for group in user.implied.order_by("name")] == ["Calendar / User", "G"]

    reload("<odoo/>")

    user.refresh_from_db()
    assert user.name == "User"
    assert [group.name for group in user.implied.all()] == ["Calendar / User"]


def test_demonstration_comes_only_when_asked_for_and_stays(reload: Loader) -> None:
    reload("<odoo/>", demo=parameter("shown"))
    assert stored() == "shown"

    reload("<odoo/>")

    assert stored() == "shown"


def test_what_an_addon_brought_goes_with_it(reload: Loader) -> None:
    text = """<odoo><record id="block" model="calendar_sync.settings.block">
        <field name="title">T</field>
        <field name="parameters" eval="[{'key': 'k', 'label': 'K', 'kind': 'text'}]"/>
    </record></odoo>"""
    reload(text)

    load(settings.ADDONS, NOW + timedelta(hours=1))

    assert not SettingsBlock.objects.filter(title="T").exists()
    assert not InstalledAddon.objects.filter(name="tried").exists()


def test_facts_of_the_manifest_are_kept_for_the_page(reload: Loader) -> None:
    reload("<odoo/>")

    addon = InstalledAddon.objects.get(name="tried")

    assert (addon.title, addon.version, addon.depends) == ("Tried", "1.0.0", ["base"])
    assert (addon.files, addon.loaded_at) == (["data.xml"], NOW)


def record(model: str, *fields: str) -> str:
    lines = "\n".join(fields)
    return f'<odoo>\n<record id="r" model="{model}">\n{lines}\n</record></odoo>'


NAME = '<field name="name">N</field>'
CRON = (NAME, '<field name="model_id" ref="base.model_res_users"/>')


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (record("res.partner", NAME), 2, "unknown model res.partner"),
        (
            record("res.groups", NAME, '<field name="colour">1</field>'),
            4,
            "res.groups has no field colour",
        ),
        (
            record("res.groups", '<field name="comment">C</field>'),
            2,
            "name: This field cannot be blank.",
        ),
        (
            record("res.groups", NAME, '<field name="implied_ids" ref="base.group_user"/>'),
            4,
            "implied_ids needs eval with a list of commands",
        ),
        (
            record("res.groups", NAME, '<field name="implied_ids" eval="[(3, 1)]"/>'),
            4,
            "implied_ids knows (4, id) and (6, 0, ids)",
        ),
        (
            record("res.groups", NAME, '<field name="implied_ids" eval="print(1)"/>'),
            4,
            "not a literal: print(1)",
        ),
        (
            record("res.groups", NAME, '<field name="implied_ids" eval="[(4, ref(\'x\'))]"/>'),
            4,
            "there is no record x in the files so far",
        ),
        (record("ir.ui.menu", NAME, '<field name="parent_id">5</field>'), 4, "parent_id needs ref"),
        (
            record("ir.ui.menu", NAME, '<field name="parent_id" eval="5"/>'),
            4,
            "parent_id needs ref",
        ),
        (
            record("ir.ui.menu", NAME, '<field name="parent_id" ref="base.group_user"/>'),
            4,
            "base.group_user is a res.groups",
        ),
        (
            record("ir.ui.menu", NAME, '<field name="sequence">first</field>'),
            4,
            "sequence: “first” value must be an integer.",
        ),
        (
            record("ir.cron", *CRON, '<field name="code">model.fly()</field>'),
            5,
            "code: there is no scheduled action res.users.fly",
        ),
        (
            record("ir.cron", *CRON, '<field name="code">model.fly(1)</field>'),
            5,
            "code: 'model.fly(1)' is not like 'model.method()'",
        ),
        (
            record("ir.cron", NAME, '<field name="model_id" ref="model_fly"/>'),
            4,
            "there is no model model_fly",
        ),
        (
            record(
                "calendar_sync.settings.block",
                '<field name="title">T</field>',
                '<field name="parameters" eval="[{\'key\': 1}]"/>',
            ),
            4,
            "parameters: {'key': 1} needs key, label and kind ('text', 'number', 'flag')",
        ),
        (
            '<odoo>\n<menuitem id="a" name="A"/>\n<menuitem id="a" name="B"/>\n</odoo>',
            3,
            "a is already above",
        ),
    ],
)
def test_refused_with_file_and_line(
    reload: Loader, tmp_path: Path, text: str, line: int, reason: str
) -> None:
    with pytest.raises(AddonError) as refused:
        reload(text)

    assert str(refused.value) == f"{tmp_path / 'tried' / 'data.xml'}:{line}: {reason}"


def test_nothing_is_loaded_if_anything_is_refused(reload: Loader) -> None:
    good = '<menuitem id="good" name="Good"/>'
    with pytest.raises(AddonError):
        reload(f'<odoo>{good}<menuitem id="bad" name="Bad" parent="nobody"/></odoo>')

    assert not Menu.objects.filter(name="Good").exists()


def test_an_external_id_keeps_its_model(reload: Loader) -> None:
    reload(parameter("a"))

    with pytest.raises(AddonError, match=r"one was a ir\.config_parameter before: take a new id"):
        reload('<odoo><record id="one" model="res.groups"></record></odoo>')


def test_rows_of_csv(reload: Loader) -> None:
    reload("id,name,url\nhome,Home,/home\naway,Away,/away\n", "ir.actions.act_url.csv")

    rows = Action.objects.filter(url__in=["/home", "/away"]).order_by("pk")
    assert [row.name for row in rows] == ["Home", "Away"]


def test_a_scheduled_action_that_left_its_file_goes_in_any_case(reload: Loader) -> None:
    text = record("ir.cron", *CRON, '<field name="code">model.forget_log_ins()</field>')
    reload(text.replace("<odoo>", '<odoo noupdate="1">'))
    assert ScheduledAction.objects.filter(name="N").exists()

    reload("<odoo/>")

    assert not ScheduledAction.objects.filter(name="N").exists()


@pytest.mark.parametrize("command", ["load", "migrate"])
def test_commands_say_it_in_one_line(
    tmp_path: Path, settings: DjangoSettings, command: str
) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "bad.xml").write_text("<odoo><template/></odoo>")
    facts = {"name": "Bad", "version": "1.0.0", "data": ["bad.xml"]}
    (tmp_path / "bad" / "__manifest__.py").write_text(repr(facts))
    settings.ADDONS = discover([*settings.ADDONS_PATH, tmp_path])

    with pytest.raises(CommandError) as refused:
        call_command(command, verbosity=0)

    reason = "<template> can't stand in <odoo>"
    assert str(refused.value) == f"{tmp_path / 'bad' / 'bad.xml'}:1: {reason}"
