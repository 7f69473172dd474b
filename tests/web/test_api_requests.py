"""What holds for every request of the API: who asks, in which form, and how it is refused."""

import json
from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client
from django.utils import timezone

from calendar_sync.actions.tokens import issue_token, own_tokens, revoke_token
from calendar_sync.controllers.api.operations import MOST_BYTES
from calendar_sync.controllers.api.table import OPERATIONS
from calendar_sync.models import Event
from calendar_sync.server.models import User
from support.api import BASE, JSON, Program
from support.world import Organization

DAY = {"start": {"date": "2026-12-01"}, "end": {"date": "2026-12-02"}}
EVERYTHING = [(each.method, each.path.replace("{id}", "1")) for each in OPERATIONS]

AVAILABILITIES = "Choose one of free, tentative, busy, out-of-office, working-elsewhere."


@pytest.fixture
def token(organization: Organization) -> str:
    return issue_token(organization.anna, "test", timezone.now())


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


# --- who asks


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
def test_nothing_is_open(organization: Organization, method: str, path: str) -> None:
    refused = Program().ask(method, path)

    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="Calendar Sync"'


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer", "Bearer "])
def test_an_unknown_token_is_none(client: Client, organization: Organization, header: str) -> None:
    refused = client.get(f"{BASE}/runs", headers={"Authorization": header})

    challenge = 'Bearer realm="Calendar Sync", error="invalid_token"'
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, challenge)


def test_a_session_is_no_token(
    organization: Organization, browser_of: Callable[[AbstractBaseUser], Client]
) -> None:
    refused = browser_of(organization.anna).get(f"{BASE}/runs")

    assert refused.status_code == 401


def test_a_token_ends_with_its_revocation_and_with_its_person(
    organization: Organization, token: str
) -> None:
    anna, program = organization.anna, Program(token)
    assert program.get("/runs").status == 200

    anna.is_active = False
    anna.save()
    assert program.get("/runs").status == 401

    anna.is_active = True
    anna.save()
    revoke_token(anna, own_tokens(anna)[0].id)
    assert program.get("/runs").status == 401


def test_whoever_has_no_rights_may_do_nothing(organization: Organization, token: str) -> None:
    User.objects.get(pk=organization.anna.pk).groups.clear()

    refused = Program(token).post("/events", DAY)

    assert (refused.status, refused.body["code"]) == (403, "forbidden")
    assert Event.objects.count() == 0


def test_a_token_needs_no_csrf_token_and_a_session_does_not_help(
    organization: Organization, token: str
) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert Program(token, strict).post("/events", DAY).status == 201
    strict.force_login(User.objects.get(pk=organization.anna.pk))
    assert Program("", strict).post("/events", DAY).status == 401


# --- in which form


@pytest.mark.parametrize("sent", [b"{", b"\xff", b"[" * 100_000, b"1" * 10_000])
def test_what_is_no_json(client: Client, token: str, sent: bytes) -> None:
    refused = client.post(f"{BASE}/events", sent, content_type=JSON, headers=bearer(token))

    assert (refused.status_code, refused.json()["code"]) == (400, "not_json")


def test_a_form_is_no_json(client: Client, token: str) -> None:
    refused = client.post(f"{BASE}/events", {"summary": "Lunch"}, headers=bearer(token))

    assert (refused.status_code, refused.json()["code"]) == (415, "not_json")


def test_a_body_has_a_largest_size(client: Client, token: str) -> None:
    sent = json.dumps({"summary": "x" * MOST_BYTES})

    refused = client.post(f"{BASE}/events", sent, content_type=JSON, headers=bearer(token))

    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ([], {"#": "Give an object."}),
        ({**DAY, "shade": "red"}, {"#/shade": "There is no such field."}),
        ({**DAY, "a/b ~": 1}, {"#/a~1b%20~0": "There is no such field."}),
        ({"start": DAY["start"]}, {"#/end": "This is missing."}),
        ({**DAY, "summary": None}, {"#/summary": "Give a text."}),
        ({**DAY, "summary": "a\0"}, {"#/summary": "Give a text that can be stored."}),
        ({**DAY, "summary": "\ud800"}, {"#/summary": "Give a text that can be stored."}),
        (
            {**DAY, "summary": "x" * 1001},
            {"#/summary": "Give up to 1,000 characters; yours has 1,001."},
        ),
        (
            {**DAY, "availability": "maybe", "mail": "later"},
            {
                "#/availability": AVAILABILITIES,
                "#/mail": "Choose one of send, silent, keep_here.",
            },
        ),
        (
            {**DAY, "start": {"date": "2026-02-30"}},
            {"#/start/date": "Give a date, such as 2026-11-21."},
        ),
        (
            {**DAY, "start": {"dateTime": "2026-12-01T09:00:00Z", "timeZone": "Mars/North"}},
            {
                "#/start/dateTime": "Give a local time without an offset, "
                "such as 2026-11-21T09:00:00.",
                "#/start/timeZone": "Give the name of a time zone, such as Europe/Paris.",
            },
        ),
        ({**DAY, "end": {"date": "2026-11-30"}}, {"#/end": "End is before start."}),
        (
            {**DAY, "guests": [{"address": "ben@corp.example"}, {"name": "Eva"}]},
            {"#/guests/1/address": "This is missing."},
        ),
        (
            {**DAY, "guests": [{"address": "eva"}]},
            {"#/guests": "‘eva’ isn't a complete address."},
        ),
    ],
)
def test_wrong_values_are_named_in_words(token: str, body: object, errors: dict[str, str]) -> None:
    refused = Program(token).post("/events", body)

    assert (refused.status, refused.body["code"]) == (422, "invalid")
    assert {each["pointer"]: each["detail"] for each in refused.body["errors"]} == errors
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("", {"start": "This is missing.", "end": "This is missing."}),
        (
            "start=2026-12-01T00:00:00Z&end=2026-12-01T00:00:00Z",
            {"end": "Give an end after the start, by up to 400 days."},
        ),
        (
            "start=2026-12-01T00:00:00Z&end=2026-12-02T00:00:00Z&limit=0&colour=red",
            {"limit": "Give a number from 1 to 500.", "colour": "There is no such field."},
        ),
        (
            "start=2026-12-01T00:00:00Z&end=2026-12-02&end=2026-12-02",
            {"end": "Give this once."},
        ),
    ],
)
def test_wrong_parameters_are_named_in_words(
    client: Client, token: str, query: str, errors: dict[str, str]
) -> None:
    refused = client.get(f"{BASE}/events?{query}", headers=bearer(token))

    assert refused.status_code == 400
    said = {each["parameter"]: each["detail"] for each in refused.json()["errors"]}
    assert said == errors


# --- addresses and methods


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/events/", "/events/x", "/events/-1"])
def test_an_address_that_does_not_exist(
    client: Client, organization: Organization, token: str, path: str
) -> None:
    known = client.get(f"{BASE}{path}", headers=bearer(token), follow=True)
    unknown = client.get(f"{BASE}{path}", follow=True)

    assert (known.status_code, known["Content-Type"]) == (404, "application/problem+json")
    assert unknown.status_code == 401


def test_a_wrong_method_names_the_right_ones(client: Client, token: str) -> None:
    refused = client.put(f"{BASE}/events", headers=bearer(token))

    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, POST")
    assert refused.json()["code"] == "wrong_method"


def test_answers_are_kept_by_nobody(client: Client, token: str) -> None:
    answer = client.head(f"{BASE}/connections", headers=bearer(token))

    assert (answer.status_code, answer.content) == (200, b"")
    assert "no-store" in answer["Cache-Control"]
