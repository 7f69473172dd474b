from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from calendar_sync.server.actions.log_in import FREE_TRIES, PAUSE, begin_try, forget_tries
from calendar_sync.server.models import ConfigParameter, LogInTries, User
from support.people import PASSWORD, a_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
WRONG = "E-mail or password is not right."
TOO_MANY = "Too many tries. Again in 2 minutes."


def log_in(client: Client, login: str, password: str, **options: str) -> str:
    """Text of the page that follows; the address where it worked."""
    form = {"login": login, "password": password, **options}
    answer = client.post("/login", form)
    return answer["Location"] if answer.status_code == 302 else answer.content.decode()


def test_pages_need_a_log_in_and_lead_back(client: Client) -> None:
    a_person("anna")

    assert client.get("/settings/users")["Location"] == "/login?next=/settings/users"
    page = client.get("/login?next=/settings/users").content.decode()
    assert '<input type="hidden" name="next" value="/settings/users">' in page
    assert log_in(client, "Anna@Corp.example ", PASSWORD, next="/settings/users") == (
        "/settings/users"
    )


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_never_leads_elsewhere(client: Client, elsewhere: str) -> None:
    a_person("anna")

    assert log_in(client, "anna@corp.example", PASSWORD, next=elsewhere) == "/"


def test_same_words_for_a_wrong_password_and_for_nobody(client: Client) -> None:
    a_person("anna")

    assert WRONG in log_in(client, "anna@corp.example", "guess")
    assert WRONG in log_in(client, "nobody@corp.example", "guess")


def test_who_was_switched_off_is_out_at_once(client: Client) -> None:
    anna = a_person("anna")
    log_in(client, "anna@corp.example", PASSWORD)
    User.objects.filter(pk=anna.pk).update(is_active=False)

    assert client.get("/").status_code == 302
    assert client.get("/")["Location"] == "/login?next=/"
    assert WRONG in log_in(client, "anna@corp.example", PASSWORD)


def test_guessing_is_slowed_down(client: Client) -> None:
    a_person("anna")

    for _ in range(FREE_TRIES):
        assert WRONG in log_in(client, "anna@corp.example", "guess")

    assert TOO_MANY in log_in(client, "anna@corp.example", PASSWORD)
    assert TOO_MANY in log_in(client, "ANNA@corp.example", PASSWORD)
    assert WRONG in log_in(client, "ben@corp.example", "guess")


def test_another_network_address_is_not_slowed_down(settings: Settings) -> None:
    settings.BEHIND_PROXY = True
    a_person("anna")
    guesser = Client(headers={"X-Forwarded-For": "10.0.0.1, 203.0.113.7"})
    anna = Client(headers={"X-Forwarded-For": "203.0.113.7, 10.0.0.1"})

    for _ in range(FREE_TRIES + 1):
        page = log_in(guesser, "anna@corp.example", "guess")

    assert TOO_MANY in page
    assert log_in(anna, "anna@corp.example", PASSWORD) == "/"


def test_a_header_is_believed_only_from_a_proxy(settings: Settings) -> None:
    settings.BEHIND_PROXY = False

    for number in range(FREE_TRIES + 1):
        guesser = Client(headers={"X-Forwarded-For": f"203.0.113.{number}"})
        page = log_in(guesser, "anna@corp.example", "guess")

    assert TOO_MANY in page


def test_right_password_starts_the_count_anew(client: Client) -> None:
    a_person("anna")
    for _ in range(FREE_TRIES - 1):
        log_in(client, "anna@corp.example", "guess")

    assert log_in(client, "anna@corp.example", PASSWORD) == "/"

    assert LogInTries.objects.count() == 0


def test_waiting_gives_one_try_each(client: Client) -> None:
    def attempt(after: timedelta) -> timedelta | None:
        return begin_try("anna@corp.example", "::1", NOW + after)

    assert [attempt(timedelta(0)) for _ in range(FREE_TRIES)] == [None] * FREE_TRIES
    assert attempt(timedelta(seconds=30)) == timedelta(seconds=90)
    assert attempt(PAUSE) is None
    assert attempt(PAUSE + timedelta(seconds=30)) == timedelta(seconds=90)
    assert attempt(timedelta(hours=2)) is None
    assert attempt(timedelta(hours=2)) is None

    forget_tries("anna@corp.example", "::1")
    assert LogInTries.objects.count() == 0


def test_tries_name_nobody() -> None:
    begin_try("anna@corp.example", "192.0.2.1", NOW)

    assert len(LogInTries.objects.get().digest) == 64


def test_stay_logged_in_is_as_long_as_the_setting(client: Client) -> None:
    a_person("anna")
    ConfigParameter.objects.put("base.stay_logged_in_days", 3)

    log_in(client, "anna@corp.example", PASSWORD, stay="on")

    assert client.cookies["sessionid"]["max-age"] == 3 * 24 * 3600
    assert client.cookies["sessionid"]["httponly"] is True


def test_else_until_the_browser_is_closed(client: Client) -> None:
    a_person("anna")

    log_in(client, "anna@corp.example", PASSWORD)

    assert client.cookies["sessionid"]["max-age"] == ""


def test_log_out_takes_a_post(client: Client) -> None:
    client.force_login(a_person("anna"))

    assert client.get("/logout").status_code == 405
    assert client.post("/logout")["Location"] == "/login"
    assert client.get("/")["Location"] == "/login?next=/"


def test_forms_without_a_token_are_refused() -> None:
    strict = Client(enforce_csrf_checks=True)

    refused = strict.post("/login", {"login": "a@b.example", "password": "x"})
    assert refused.status_code == 403
    assert "This page was too old" in refused.content.decode()


def test_hint_of_the_operator(client: Client, settings: Settings) -> None:
    settings.LOG_IN_HINT = "Ask <IT>"

    assert "Ask &lt;IT&gt;" in client.get("/login").content.decode()
