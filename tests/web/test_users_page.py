import io
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from calendar_sync.security.access import AccessDenied
from calendar_sync.server.actions.users import change_user, make_administrator, new_user
from calendar_sync.server.models import User
from support.people import PASSWORD, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara(client: Client) -> User:
    person = a_person("mara", "administrator")
    client.force_login(person)
    return person


def filled(**values: Any) -> dict[str, Any]:  # noqa: ANN401 - a form
    form = {
        "name": "Ben Cole",
        "login": "Ben@Corp.example",
        "role": "user",
        "tz": "Europe/Paris",
        "is_active": "on",
        "new_password": PASSWORD,
    }
    return form | values


def errors(client: Client, url: str, form: dict[str, Any]) -> list[str]:
    page = client.post(url, form)
    assert page.status_code == 200
    found = r'<div class="(?:error|band band-bad mb-3)"[^>]*>(.*?)</div>'
    return re.findall(found, page.content.decode())


def test_created_by_an_administrator(client: Client, mara: User) -> None:
    answer = client.post("/settings/users/new", filled())

    ben = User.objects.get(login="ben@corp.example")
    assert answer["Location"] == f"/settings/users/{ben.pk}"
    assert (ben.name, ben.tz, ben.is_administrator) == ("Ben Cole", "Europe/Paris", False)
    assert ben.check_password(PASSWORD)
    assert set(ben.held_groups) == {"base.group_user", "calendar_sync.group_user"}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"login": "mara@CORP.example"}, "Somebody has this log-in already."),
        ({"login": "ben"}, "Enter a valid email address."),
        ({"name": ""}, "This field is required."),
        ({"new_password": ""}, "This field is required."),
        (
            {"new_password": "short"},
            "This password is too short. It must contain at least 12 characters.",
        ),
        (
            {"tz": "Mars/Olympus"},
            "Select a valid choice. Mars/Olympus is not one of the available choices.",
        ),
    ],
)
def test_bad_input_comes_back_filled(
    client: Client, mara: User, values: dict[str, str], said: str
) -> None:
    assert errors(client, "/settings/users/new", filled(**values)) == [said]
    assert User.objects.count() == 1


def test_changed_by_an_administrator(client: Client, mara: User) -> None:
    anna = a_person("anna")
    form = filled(name="Anna X", login="anna@new.example", role="administrator", new_password="")

    assert client.post(f"/settings/users/{anna.pk}", form).status_code == 302

    anna = User.objects.get(pk=anna.pk)
    assert (anna.name, anna.login) == ("Anna X", "anna@new.example")
    assert anna.is_administrator
    assert anna.check_password(PASSWORD)
    page = client.get(f"/settings/users/{anna.pk}").content.decode()
    assert '<option value="administrator" selected>' in page
    assert '<option value="Europe/Paris" selected>' in page


def test_a_new_password_ends_sessions(client: Client, mara: User) -> None:
    anna, her_client = a_person("anna"), Client()
    her_client.force_login(anna)

    form = filled(login=anna.login, new_password="another long password")
    client.post(f"/settings/users/{anna.pk}", form)

    assert her_client.get("/").status_code == 302
    assert her_client.get("/")["Location"] == "/login?next=/"


@pytest.mark.parametrize("values", [{"role": "user"}, {"role": "administrator", "is_active": ""}])
def test_the_last_administrator_stays(client: Client, mara: User, values: dict[str, str]) -> None:
    form = filled(login=mara.login, new_password="", **values)

    said = errors(client, f"/settings/users/{mara.pk}", form)

    assert said == ["Somebody has to be an active administrator."]
    assert User.objects.administrators().get() == mara


def test_one_of_two_administrators_may_go(client: Client, mara: User) -> None:
    a_person("zoe", "administrator")
    form = filled(login=mara.login, new_password="")

    assert client.post(f"/settings/users/{mara.pk}", form).status_code == 302
    assert client.get("/settings/users").status_code == 403


def test_list_searches_names_and_log_ins(client: Client, mara: User) -> None:
    a_person("anna")
    a_person("ben")

    def found(words: str) -> list[str]:
        page = client.get("/settings/users", {"q": words}).content.decode()
        return re.findall(r'data-label="Log-in"><bdi>(.*?)<', page)

    assert found("") == ["anna@corp.example", "ben@corp.example", "mara@corp.example"]
    assert found("ANNA") == ["anna@corp.example"]
    assert found("ben@") == ["ben@corp.example"]
    assert found("nobody") == []


@pytest.mark.parametrize("more", [0, 2])
def test_statements_do_not_grow_with_the_list(
    client: Client, mara: User, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(more):
        a_person(f"person{number}")

    # Session, user, groups, rights, people with their roles, menus.
    with django_assert_num_queries(6):
        client.get("/settings/users")


def test_names_are_shown_as_text(client: Client, mara: User) -> None:
    new_user("eve@corp.example", "<script>alert(1)</script>", PASSWORD)

    page = client.get("/settings/users").content.decode()

    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>" in page


@pytest.mark.parametrize("path", ["", "/new", "/1"])
def test_users_see_none_of_it(client: Client, path: str) -> None:
    client.force_login(a_person("anna"))

    assert client.get(f"/settings/users{path}").status_code == 403


def test_a_user_may_not_make_himself_an_administrator() -> None:
    anna = a_person("anna")

    with pytest.raises(AccessDenied, match=r"Anna Berg may not write res\.users"):
        change_user(anna, anna, "administrator")
    assert not User.objects.administrators().exists()


def test_the_operator_opens_the_door_again() -> None:
    anna = a_person("anna")
    User.objects.filter(pk=anna.pk).update(is_active=False)

    _, created = make_administrator("Anna@corp.example", "ignored", "another long one", "UTC")

    anna = User.objects.get(pk=anna.pk)
    assert (created, anna.is_active, anna.name) == (False, True, "Anna Berg")
    assert anna.is_administrator
    assert anna.check_password("another long one")


def test_create_admin_reads_the_password_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))

    call_command("create_admin", "root@corp.example", "--name", "Root")

    assert capsys.readouterr().out == "root@corp.example is now an administrator.\n"
    assert User.objects.administrators().get().check_password(PASSWORD)


@pytest.mark.parametrize(
    ("login", "password", "said"),
    [
        ("root@corp.example", "short", "This password is too short"),
        ("root", PASSWORD, "Enter a valid email address."),
    ],
)
def test_create_admin_refuses_in_one_line(
    monkeypatch: pytest.MonkeyPatch, login: str, password: str, said: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))

    with pytest.raises(CommandError, match=said):
        call_command("create_admin", login)
