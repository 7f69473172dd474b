"""Inboxes, letters and their answers; the journal with its bodies; knobs and web hooks."""

import pytest
from werkzeug.test import Client

from calendar_sandbox.console.requests import hushed
from calendar_sandbox.sandbox import Sandbox
from support import outlook as at_outlook
from support.gcal import Gcal, a_body, a_sandbox, guests, span
from support.subscribed import a_listener, opened

EVA = "eva@client.example"


@pytest.fixture
def sandbox() -> Sandbox:
    return a_sandbox()


@pytest.fixture
def console(sandbox: Sandbox) -> Client:
    return Client(sandbox.wsgi)


def invited(sandbox: Sandbox) -> str:
    """The id of a meeting to which Ben and somebody from outside are invited."""
    body = a_body(
        attendees=guests("ben@corp.example", EVA), location="Room 4", description="Bring the plan"
    )
    return str(Gcal(sandbox).inserted(body, sendUpdates="all")["id"])


def test_a_letter_shows_what_it_says(sandbox: Sandbox, console: Client) -> None:
    invited(sandbox)
    html = console.get("/console/mail/0").text

    for text in ("Room 4", "Bring the plan", "Tue 1 Dec 2026 09:00 – 10:00 (Europe/Berlin)"):
        assert text in html
    assert '<a href="/console/ben/google">ben@corp.example</a>' in html
    assert console.get("/console/mail/1").status_code == 404
    assert console.get("/console/mail/x").status_code == 404


def test_a_letter_is_unread_until_its_reader_opens_it(sandbox: Sandbox, console: Client) -> None:
    invited(sandbox)
    ben = "/console/ben/mail"
    assert 'Inbox <span class="badge" title="not opened">1<' in console.get(ben).text
    assert 'class="unread"' in console.get(ben).text

    console.get("/console/mail/0?for=ben@corp.example")
    assert 'class="unread"' not in console.get(ben).text
    assert 'Mail log (2) <span class="badge" title="not opened">1<' in console.get(ben).text
    console.post("/console/mail", data={"do": "read"})
    assert "not opened" not in console.get(ben).text


def test_an_inbox_holds_the_own_mail_only(sandbox: Sandbox, console: Client) -> None:
    invited(sandbox)

    assert "Invitation: Design review" in console.get("/console/ben/mail").text
    assert "Invitation: Design review" not in console.get("/console/anna/mail").text
    assert "Invitation: Design review" in console.get("/console/anna/mail?box=out").text
    assert "Invitation: Design review" not in console.get("/console/carl/mail").text
    assert "Nothing like that." in console.get("/console/mail?kind=cancel").text


def test_an_outside_guest_answers_google_by_mail(sandbox: Sandbox, console: Client) -> None:
    event = invited(sandbox)
    form = {"guest": EVA, "do": "DECLINED", "comment": "Away"}
    answer = console.post("/console/mail/0", data=form, follow_redirects=True)
    rows = Gcal(sandbox).event(event)["attendees"]

    assert f"{EVA} has answered." in answer.text
    assert [(row["responseStatus"], row.get("comment")) for row in rows if row["email"] == EVA] == [
        ("declined", "Away")
    ]
    assert sandbox.mail.count == 2


def test_an_outside_guest_answers_outlook_by_mail() -> None:
    world = at_outlook.a_world()
    world.microsoft.create("anna", at_outlook.a_body(attendees=at_outlook.guests(EVA)))
    Client(world.wsgi).post("/console/mail/0", data={"guest": EVA, "do": "ACCEPTED"})

    (event,) = world.microsoft.events("anna")
    assert event["attendees"][0]["status"]["response"] == "accepted"


@pytest.mark.parametrize(
    "form",
    [
        {"guest": "nobody@client.example", "do": "ACCEPTED"},
        {"guest": EVA, "do": "whatever"},
        {},
    ],
)
def test_nobody_else_answers(sandbox: Sandbox, console: Client, form: dict[str, str]) -> None:
    invited(sandbox)

    assert console.post("/console/mail/0", data=form).status_code == 400


def test_cleared_mails_are_gone_with_what_they_said(sandbox: Sandbox, console: Client) -> None:
    invited(sandbox)
    console.post("/console/mail", data={"do": "clear"})
    times = span("2026-12-02T09:00:00", "2026-12-02T10:00:00")
    Gcal(sandbox).inserted(a_body(attendees=guests(EVA), **times), sendUpdates="all")

    assert "Wed 2 Dec 2026" in console.get("/console/mail/0").text


def test_one_exchange_opens_with_its_bodies_and_without_secrets(
    sandbox: Sandbox, console: Client
) -> None:
    anna = Gcal(sandbox)
    anna.inserted(a_body(summary="Needle"))
    html = console.get("/console/requests/1").text
    assert html.count("Needle") == 2
    assert "authorization: (redacted)" in html

    secrets = {"grant_type": "refresh_token", "client_id": "app", "client_secret": "app-secret"}
    token = sandbox.google.grant(anna.person, "app", ["openid"])["refresh_token"]
    answer = console.post("/google/token", data=secrets | {"refresh_token": token})
    html = console.get("/console/requests/2").text
    assert "(redacted)" in html
    for secret in (token, "app-secret", answer.get_json()["access_token"]):
        assert secret not in html
    assert console.get("/console/requests/3").status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        '{"token": "s3c\\"ret"}',
        '{"clientState":"s3cret',
        "/callback?state=1&code=s3cret&x=2",
        '<input type="hidden" name="id_token" value="s3cret">',
        "Bearer s3cret",
    ],
)
def test_secrets_are_found_wherever_they_stand(text: str) -> None:
    shown = hushed(text)

    assert ("(redacted)" in shown, "s3c" in shown, "ret" in shown) == (True, False, False)


def test_requests_are_narrowed_by_person_vendor_and_status(
    sandbox: Sandbox, console: Client
) -> None:
    Gcal(sandbox).page(q="of-anna")
    Gcal(sandbox, "ben").get("of-ben")

    def shown(query: str) -> tuple[bool, bool]:
        html = console.get(f"/console/requests?{query}").text
        return "of-anna" in html, "of-ben" in html

    assert shown("") == (True, True)
    assert shown("person=anna") == (True, False)
    assert shown("status=4") == (False, True)
    assert shown("vendor=/graph/") == (False, False)


def test_knobs_are_found_marked_and_put_back(sandbox: Sandbox, console: Client) -> None:
    console.post("/console/knobs", data={"name": "google.batch_limit", "value": "7"})
    html = console.get("/console/knobs?turned=on").text
    assert html.count("<code>") == 1
    assert "changed; default 50" in html
    assert "google.batch_limit" not in console.get("/console/knobs?q=graph.").text

    console.post("/console/knobs", data={"do": "default", "name": "google.batch_limit"})
    assert sandbox.knobs["google.batch_limit"] == 50
    sandbox.knobs["google.undelete"] = False
    console.post("/console/knobs", data={"do": "reset"})
    assert "No knob is like that." in console.get("/console/knobs?turned=on").text


def test_web_hooks_are_shown_sent_and_spoiled() -> None:
    world = at_outlook.a_world()
    console, listener = Client(world.wsgi), a_listener(world)
    opened(at_outlook.Outlook(world), listener)
    world.microsoft.create("anna", at_outlook.a_body())
    assert "Waiting (2)" in console.get("/console/hooks").text

    console.post("/console/hooks", data={"do": "deliver"})
    html = console.get("/console/hooks").text
    assert "Waiting (0)" in html
    assert '<span class="pill good">accepted</span>' in html
    assert (len(listener.heard), "s3cret" in html) == (1, False)
    console.post("/console/hooks", data={"do": "trouble", "provider": "outlook", "drop": "1"})
    assert world.deliveries.troubles["outlook"].drop == 1
    console.post("/console/hooks", data={"do": "heal"})
    assert world.deliveries.troubles["outlook"].drop == 0
