import re

import pytest
from django.test import Client
from django.test.utils import override_settings
from pytest_django import DjangoAssertNumQueries

from calendar_sync.server.models import Action, Menu, User
from support.people import a_person

pytestmark = pytest.mark.django_db
ANYWHERE = "/nowhere"


def entries(user: User, path: str = ANYWHERE) -> list[str]:
    """Words of the links and drop-downs in the app bar."""
    client = Client()
    client.force_login(user)
    page = client.get(path).content.decode()
    (bar,) = re.findall(r'<nav class="wide".*?</nav>', page, re.DOTALL)
    return [words.strip() for words in re.findall(r"<(?:a|summary)[^>]*>([^<]+)", bar)]


def test_an_entry_without_access_is_absent() -> None:
    assert entries(a_person("mara", "administrator")) == [
        "Calendar",
        "Contacts",
        "Configuration",
        "Settings",
        "Needs attention",
    ]
    assert entries(a_person("anna")) == ["Calendar", "Contacts", "Needs attention"]


def test_settings_have_a_side_list_of_their_own() -> None:
    client = Client()
    client.force_login(a_person("mara", "administrator"))

    page = client.get("/settings/apps").content.decode()

    (side,) = re.findall(r'<nav class="settings-list".*?</nav>', page, re.DOTALL)
    assert [words.strip() for words in re.findall(r"</svg>([^<]+)</a>", side)] == [
        "Calendar",
        "Kinds of events",
        "Manage Users",
        "General",
        "Scheduled Actions",
        "Apps",
        "About",
    ]
    assert re.findall(r'<a href="([^"]+)" aria-current="page">', side) == ["/settings/apps"]
    assert client.get("/settings")["Location"] == "/settings/calendar"


def test_more_than_seven_entries_fold() -> None:
    root = Menu.objects.get(parent=None, name="Calendar")
    for number in range(6):
        action = Action.objects.create(name="A", url=f"/a{number}")
        Menu.objects.create(name=f"M{number}", parent=root, action=action, sequence=50 + number)

    assert entries(a_person("anna")) == [
        "Calendar", "Contacts", "Needs attention", "M0", "M1", "M2", "More", "M3", "M4", "M5",
    ]  # fmt: skip


def test_current_page_is_marked_also_below_it() -> None:
    client = Client()
    client.force_login(a_person("mara", "administrator"))

    page = client.get("/settings/users/new").content.decode()

    assert set(re.findall(r'<a href="([^"]+)" aria-current="page">', page)) == {
        "/settings",
        "/settings/users",
    }


def test_menus_cost_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = Client()
    client.force_login(a_person("anna"))

    with django_assert_num_queries(4):  # session, user, groups, menus
        client.get(ANYWHERE)


@pytest.mark.parametrize(
    ("theme", "attributes"),
    [
        ("dark", '<html lang="en" data-theme="dark" data-bs-theme="dark">'),
        ("light", '<html lang="en" data-theme="light">'),
        ("system", '<html lang="en" data-theme="system">'),
    ],
)
def test_theme_is_the_persons_choice(client: Client, theme: str, attributes: str) -> None:
    client.force_login(a_person("anna"))

    answer = client.post("/preferences/theme", {"theme": theme, "next": "/attention"})

    assert answer["Location"] == "/attention"
    assert attributes in client.get(ANYWHERE).content.decode()
    assert client.post("/preferences/theme", {"theme": "neon"}).status_code == 404


def test_times_are_the_viewers(client: Client) -> None:
    client.force_login(a_person("mara", "administrator", tz="Asia/Kathmandu"))

    page = client.get("/settings/scheduled-actions").content.decode()

    assert "+05:45" in page
    assert "+00:00" not in page


def test_every_page_is_kept_in(client: Client) -> None:
    answer = client.get("/login")

    policy = answer["Content-Security-Policy"]
    (nonce,) = re.findall(r"script-src 'self' 'nonce-([^']+)'", policy)
    assert f'<meta name="csp-nonce" content="{nonce}">' in answer.content.decode()
    assert "unsafe" not in policy
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_words_of_errors(client: Client) -> None:
    client.force_login(a_person("anna"))

    missing = client.get(ANYWHERE)
    forbidden = client.get("/settings/users")

    assert missing.status_code == 404
    assert "Not found, or not yours" in missing.content.decode()
    assert forbidden.status_code == 403
    assert "You can't open this page" in forbidden.content.decode()
    assert "Administrators can." in forbidden.content.decode()


def test_our_own_failure_has_a_reference_and_no_details(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.raise_request_exception = False
    client.force_login(a_person("mara", "administrator"))

    with override_settings(ROOT_URLCONF="support.failing_urls"):
        answer = client.get("/fails")

    page = answer.content.decode()
    assert answer.status_code == 500
    assert "a secret of ours" not in page
    (reference,) = re.findall(r"Reference <code>([0-9A-F]{4}-[0-9A-F]{2})</code>", page)
    assert f"Reference {reference}: GET /fails" in caplog.text


@pytest.mark.parametrize("probe", ["/healthz", "/readyz"])
def test_probes_need_no_log_in(client: Client, probe: str) -> None:
    answer = client.get(probe)

    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_alive_does_not_ask_the_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        client.get("/healthz")
    with django_assert_num_queries(1):
        client.get("/readyz")
