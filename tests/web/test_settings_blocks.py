import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from calendar_sync.server.models import ConfigParameter, SettingsBlock
from support.people import a_person

pytestmark = pytest.mark.django_db
URL = "/settings/general"


@pytest.fixture
def block() -> SettingsBlock:
    return SettingsBlock.objects.create(
        title="Tried",
        sequence=1,
        parameters=[
            {"key": "tried.text", "label": "A text", "kind": "text", "hint": "Any."},
            {"key": "tried.number", "label": "A number", "kind": "number"},
            {"key": "tried.flag", "label": "A flag", "kind": "flag"},
        ],
    )


def form(**values: str) -> dict[str, str]:
    """Names of fields are keys of parameters."""
    named = {f"parameter:tried.{name}": value for name, value in values.items()}
    return {"parameter:base.stay_logged_in_days": "14"} | named


def test_blocks_are_shown_in_their_order(client: Client, block: SettingsBlock) -> None:
    client.force_login(a_person("mara", "administrator"))
    ConfigParameter.objects.put("tried.flag", value=True)
    ConfigParameter.objects.put("tried.text", "<&>")

    page = client.get(URL).content.decode()

    assert re.findall("<h2>(.*?)</h2>", page) == ["Tried", "Log-in"]
    assert 'value="&lt;&amp;&gt;"' in page
    assert re.search(r'<input type="checkbox" name="parameter:tried.flag"[^>]* checked', page)


def test_saved_as_text_under_their_keys(client: Client, block: SettingsBlock) -> None:
    client.force_login(a_person("mara", "administrator"))

    answer = client.post(URL, form(text="words", number="7", flag="on"))

    assert answer["Location"] == URL
    parameters = ConfigParameter.objects.all()
    assert parameters.text("tried.text") == "words"
    assert parameters.number("tried.number") == 7
    assert parameters.flag("tried.flag") is True


def test_unticked_is_false(client: Client, block: SettingsBlock) -> None:
    client.force_login(a_person("mara", "administrator"))
    ConfigParameter.objects.put("tried.flag", value=True)

    client.post(URL, form(number="7"))

    assert ConfigParameter.objects.flag("tried.flag", default=True) is False


@pytest.mark.parametrize("number", ["", "-1", "many"])
def test_bad_number_changes_nothing(client: Client, block: SettingsBlock, number: str) -> None:
    client.force_login(a_person("mara", "administrator"))

    page = client.post(URL, form(text="words", number=number))

    assert page.status_code == 200
    assert 'value="words"' in page.content.decode()
    assert ConfigParameter.objects.text("tried.text", "-") == "-"


def test_statements(
    client: Client, block: SettingsBlock, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(a_person("mara", "administrator"))

    # Session, user, groups, rights, blocks, parameters, menus.
    with django_assert_num_queries(7):
        client.get(URL)


def test_only_for_administrators(client: Client, block: SettingsBlock) -> None:
    client.force_login(a_person("anna"))

    assert client.get(URL).status_code == 403
    assert client.post(URL, form(number="1")).status_code == 403
    assert client.get("/settings").status_code == 403


def test_typed_reads() -> None:
    parameters = ConfigParameter.objects.all()
    ConfigParameter.objects.put("a", "yes")

    assert (parameters.number("b", 3), parameters.flag("b", default=True)) == (3, True)
    with pytest.raises(ValueError, match="a is 'yes', but must be True or False"):
        parameters.flag("a")
    with pytest.raises(ValueError, match="invalid literal"):
        parameters.number("a")
