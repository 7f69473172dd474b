from pathlib import Path

import pytest

from calendar_sync.server.loading.errors import AddonError
from calendar_sync.server.loading.files import read
from calendar_sync.server.loading.records import Field, Record


def a_file(folder: Path, text: str, name: str = "data.xml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_records_and_their_fields(tmp_path: Path) -> None:
    text = """<odoo>
    <record id="one" model="res.groups">
        <field name="name">  One &amp; all </field>
        <field name="comment"/>
        <field name="implied_ids" eval="[(4, ref('two'))]"/>
    </record>
    <data noupdate="1">
        <record id="base.two" model="ir.cron"><field name="model_id" ref="x.model_y"/></record>
    </data>
</odoo>"""
    path = a_file(tmp_path, text)

    one = (
        Field("name", "text", "One & all", 3),
        Field("comment", "text", "", 4),
        Field("implied_ids", "eval", "[(4, ref('two'))]", 5),
    )
    two = (Field("model_id", "ref", "x.model_y", 8),)
    assert read(path) == [
        Record("res.groups", "one", one, path, 2),
        Record("ir.cron", "base.two", two, path, 8, noupdate=True),
    ]


def test_noupdate_of_the_whole_file_and_of_a_part(tmp_path: Path) -> None:
    text = """<odoo noupdate="1">
    <menuitem id="a" name="A"/>
    <data noupdate="0"><menuitem id="b" name="B"/></data>
    <data><menuitem id="c" name="C"/></data>
</odoo>"""

    records = read(a_file(tmp_path, text))

    assert [record.noupdate for record in records] == [True, False, True]


def test_menuitem_is_short_for_a_record(tmp_path: Path) -> None:
    text = """<odoo>
<menuitem id="m" name="Menu" parent="base.root" action="a" sequence="5" web_icon="gear"
          groups="base.group_user, group_x"/>
</odoo>"""

    (record,) = read(a_file(tmp_path, text))

    assert record.model == "ir.ui.menu"
    assert [(field.name, field.kind, field.text) for field in record.fields] == [
        ("name", "text", "Menu"),
        ("parent_id", "ref", "base.root"),
        ("action", "ref", "a"),
        ("sequence", "text", "5"),
        ("web_icon", "text", "gear"),
        ("groups_id", "eval", "[(6, 0, [ref('base.group_user'), ref('group_x')])]"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("<odoo>\n<template id='t'/></odoo>", 2, "<template> can't stand in <odoo>"),
        ("<odoo>\n<record id='a'/></odoo>", 2, "<record> needs the attribute model"),
        (
            "<odoo><record id='a' model='b'>\n<field name='c' widget='d'/></record></odoo>",
            2,
            "<field> has no attribute widget",
        ),
        (
            "<odoo><record id='a' model='b'>\n<field name='c' ref='d'>e</field></record></odoo>",
            2,
            "<field> has both ref and text",
        ),
        (
            "<odoo><record id='a' model='b'><field name='c'>\n<b/></field></record></odoo>",
            2,
            "<b> can't stand in <field>",
        ),
        ("<odoo>\n\n<data>words</data></odoo>", 3, "text in <data>: 'words'"),
        ("<openerp/>", 1, "<openerp> is not <odoo>"),
        ("<odoo>\n</data>", 2, "not XML: mismatched tag"),
        ("<!DOCTYPE odoo [<!ENTITY a 'b'>]>\n<odoo/>", 1, "a document type is refused"),
    ],
)
def test_xml_refused_with_file_and_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    path = a_file(tmp_path, text)

    with pytest.raises(AddonError) as refused:
        read(path)

    assert str(refused.value) == f"{path}:{line}: {reason}"


def test_csv_rows_are_records_of_the_files_model(tmp_path: Path) -> None:
    text = "id,name,group_id:id,parent/id,perm_read\none,One,base.group_user,,1\n"
    path = a_file(tmp_path, text, "ir.model.access.csv")

    fields = (
        Field("name", "text", "One", 2),
        Field("group_id", "ref", "base.group_user", 2),
        Field("parent", "eval", "None", 2),
        Field("perm_read", "text", "1", 2),
    )
    assert read(path) == [Record("ir.model.access", "one", fields, path, 2)]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("name\nx\n", 1, "the first column must be 'id'"),
        ("id,name\na,b\nc\n", 3, "has 1 columns, not 2"),
        ("id,group_id/name\na,b\n", 2, "column group_id/name is neither a field nor field:id"),
        ('id,name\na,"b\n', 2, "not CSV: unexpected end of data"),
    ],
)
def test_csv_refused_with_file_and_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    path = a_file(tmp_path, text, "res.groups.csv")

    with pytest.raises(AddonError) as refused:
        read(path)

    assert str(refused.value) == f"{path}:{line}: {reason}"


def test_other_kinds_of_files_are_refused(tmp_path: Path) -> None:
    path = a_file(tmp_path, "", "data.sql")

    with pytest.raises(AddonError) as refused:
        read(path)

    assert str(refused.value) == f"{path}: is neither .xml nor .csv"
