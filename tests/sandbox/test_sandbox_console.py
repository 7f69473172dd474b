"""The console's pages: everything works by links and plain forms."""

import re
from datetime import timedelta

import pytest
from werkzeug.test import Client, TestResponse

from calendar_sandbox.sandbox import Sandbox
from support.gcal import NOW, Gcal, a_body, a_sandbox, all_day, guests

FIELDS = {
    "summary": "Lunch",
    "start": "2026-11-20T12:00",
    "end": "2026-11-20T13:00",
    "location": "Canteen",
    "guests": "ben@corp.example, eva@client.example",
    "description": "Soup",
    "visibility": "private",
    "send": "all",
}
ANNA = "/console/anna/google"
PAGES = [
    "/",
    ANNA,
    "/console/pia/outlook",
    "/console/mail",
    "/console/faults",
    "/console/clock",
    "/console/requests",
    "/console/hooks",
    "/console/knobs",
]


@pytest.fixture
def sandbox() -> Sandbox:
    return a_sandbox()


@pytest.fixture
def console(sandbox: Sandbox) -> Client:
    return Client(sandbox.wsgi)


def post(console: Client, path: str, **fields: str) -> TestResponse:
    response = console.post(path, data=fields)
    assert response.status_code == 303, response.text
    return response


def titles(html: str) -> list[str]:
    return re.findall(r'<a class="event[^>]*>[^<]*<b>([^<]*)</b>', html)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_what_it_is_and_leads_to_the_others(console: Client, path: str) -> None:
    response = console.get(path)

    assert response.status_code == 200
    assert "Sandbox: not the real Google/Microsoft" in response.text
    assert 'href="/console/mail">Mail log (0)' in response.text
    assert "<script" not in response.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/console/nobody/google", 404),
        ("/console/pia/google", 404),
        ("/console/reset", 405),
        (f"{ANNA}?event=nothing", 404),
        (f"{ANNA}?day=someday", 400),
    ],
)
def test_what_is_not_there_is_explained(console: Client, path: str, status: int) -> None:
    response = console.get(path)

    assert (response.status_code, "<h1>" in response.text) == (status, True)


def test_people_lead_to_their_calendars(console: Client) -> None:
    html = console.get("/").text

    assert f'<a href="{ANNA}">anna@corp.example</a>' in html
    assert '<a href="/console/pia/outlook">pia@contoso.example</a>' in html
    assert "https://app.example/callback" in html


def test_an_event_is_created_changed_and_deleted_by_forms(
    console: Client, sandbox: Sandbox
) -> None:
    shown = post(console, ANNA, do="create", **FIELDS).headers["Location"]
    (event,) = sandbox.google.events(sandbox.people.get("anna"))
    assert (event["summary"], event["location"], event["visibility"]) == (
        "Lunch", "Canteen", "private",
    )  # fmt: skip
    assert event["start"]["dateTime"] == "2026-11-20T12:00:00+01:00"
    assert [row["email"] for row in event["attendees"]] == [
        "anna@corp.example", "ben@corp.example", "eva@client.example",
    ]  # fmt: skip
    assert titles(console.get(ANNA).text) == ["Lunch"]
    assert "Event organized by anna@corp.example" in console.get(shown).text

    form = FIELDS | {"guests": "anna@corp.example, ben@corp.example, eva@client.example"}
    post(console, ANNA, do="edit", event=event["id"], **(form | {"location": ""}))
    post(console, ANNA, do="edit", event=event["id"], **(form | {"location": ""}))
    assert "location" not in sandbox.google.event(sandbox.people.get("anna"), event["id"])
    post(console, ANNA, do="delete", event=event["id"], send="none")
    assert titles(console.get(ANNA).text) == []
    assert [mail.kind for mail in sandbox.mail.entries] == ["invite", "update"]


def test_an_all_day_event_keeps_its_days_through_the_form(
    console: Client, sandbox: Sandbox
) -> None:
    anna = Gcal(sandbox)
    event = anna.inserted(a_body(**all_day("2026-11-19", "2026-11-21")))
    html = console.get(f"{ANNA}?event={event['id']}").text
    assert 'name="start" value="2026-11-19T00:00"' in html
    assert 'name="end" value="2026-11-20T00:00"' in html
    assert titles(html) == ["Design review", "Design review"]

    days = {"start": "2026-11-19T00:00", "end": "2026-11-19T00:00", "all_day": "on"}
    post(console, ANNA, do="edit", event=event["id"], summary="Day", visibility="default", **days)
    changed = anna.event(event["id"])
    assert (changed["start"], changed["end"]) == ({"date": "2026-11-19"}, {"date": "2026-11-20"})


def test_answers_survive_an_edit_of_the_guest_list(console: Client, sandbox: Sandbox) -> None:
    anna, ben = Gcal(sandbox), Gcal(sandbox, "ben")
    event = anna.inserted(a_body(attendees=guests("ben@corp.example")))
    post(console, "/console/ben/google", do="accepted", event=event["id"], send="all")
    assert ben.event(event["id"])["attendees"][0]["responseStatus"] == "accepted"

    form = {
        "summary": "Design review",
        "start": "2026-12-01T09:00",
        "end": "2026-12-01T10:00",
        "visibility": "default",
        "guests": "ben@corp.example, carl@corp.example",
        "send": "none",
    }
    post(console, ANNA, do="edit", event=event["id"], **form)
    assert [row["responseStatus"] for row in anna.event(event["id"])["attendees"]] == [
        "accepted", "needsAction",
    ]  # fmt: skip


def test_an_invitation_is_answered_by_buttons_the_own_event_is_not(
    console: Client, sandbox: Sandbox
) -> None:
    event = Gcal(sandbox).inserted(a_body(attendees=guests("ben@corp.example")))

    assert 'value="tentative"' in console.get(f"/console/ben/google?event={event['id']}").text
    assert 'value="tentative"' not in console.get(f"{ANNA}?event={event['id']}").text


def test_a_refusal_is_shown_in_the_vendors_words(console: Client) -> None:
    form = FIELDS | {"start": "2026-11-20T14:00"}
    response = console.post(ANNA, data={"do": "create", **form})

    assert response.status_code == 400
    assert "timeRangeEmpty" in response.text
    assert "The specified time range is empty." in response.text


def test_account_buttons_expire_and_revoke(console: Client, sandbox: Sandbox) -> None:
    anna = Gcal(sandbox)
    token = anna.token()
    post(console, ANNA, do="forget")
    assert anna.page(syncToken=token).status_code == 410
    post(console, ANNA, do="expire")
    assert anna.page().status_code == 401

    again = Gcal(sandbox)
    post(console, ANNA, do="revoke")
    assert again.page().status_code == 401


def test_the_mail_log_counts_filters_and_clears(console: Client, sandbox: Sandbox) -> None:
    Gcal(sandbox).inserted(
        a_body(attendees=guests("ben@corp.example", "eva@client.example")), sendUpdates="all"
    )
    html = console.get("/console/mail").text
    assert "Mails since reset: 2" in html
    assert "Invitation: Design review" in html
    assert "POST /google/calendar/v3/calendars/primary/events" in html
    assert "Design review" not in console.get("/console/mail?q=nothing").text

    post(console, "/console/mail", do="clear")
    assert "Mails since reset: 0" in console.get("/console/mail").text


def test_titles_are_never_markup(console: Client, sandbox: Sandbox) -> None:
    Gcal(sandbox).inserted(
        a_body(summary="<script>x</script>", attendees=guests("ben@corp.example")),
        sendUpdates="all",
    )

    for path in (f"{ANNA}?day=2026-12-01", "/console/mail"):
        assert "<script" not in console.get(path).text
        assert "&lt;script&gt;" in console.get(path).text


def test_requests_are_listed_filtered_and_cleared(console: Client, sandbox: Sandbox) -> None:
    Gcal(sandbox).page(q="needle")
    html = console.get("/console/requests").text
    assert "Requests: 1" in html
    assert "events?q=needle" in html
    assert "events?q=needle" not in console.get("/console/requests?q=POST").text

    post(console, "/console/requests", do="clear")
    assert "Requests: 0" in console.get("/console/requests").text


def test_faults_are_armed_and_disarmed(console: Client, sandbox: Sandbox) -> None:
    form = {"count": "2", "person": "anna", "route": "GET *", "kind": "429", "when": "after"}
    post(console, "/console/faults", do="arm", seconds="7", **form)
    assert "<td>GET *</td><td>anna</td>" in console.get("/console/faults").text
    response = Gcal(sandbox).page()
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")

    post(console, "/console/faults", do="clear")
    assert sandbox.faults.armed == []


def test_the_clock_is_turned(console: Client, sandbox: Sandbox) -> None:
    post(console, "/console/clock", do="+90 days")
    assert sandbox.clock.now() == NOW + timedelta(days=90)
    post(console, "/console/clock", do="set", at="2027-01-01T12:00")
    assert "Fri 01 Jan 2027 12:00:00 UTC, stopped" in console.get("/console/clock").text

    post(console, "/console/clock", do="run")
    assert not sandbox.clock.is_frozen
    post(console, "/console/clock", do="freeze")
    assert sandbox.clock.is_frozen


def test_knobs_are_turned_within_their_choices(console: Client, sandbox: Sandbox) -> None:
    for name, value, expected in (
        ("google.guest_patch", "403", "403"),
        ("google.batch_limit", "10", 10),
        ("google.undelete", "False", False),
    ):
        post(console, "/console/knobs", name=name, value=value)
        assert sandbox.knobs[name] == expected

    wrong = console.post("/console/knobs", data={"name": "google.guest_patch", "value": "maybe"})
    assert wrong.status_code == 400


def test_the_next_sign_in_is_scripted(console: Client, sandbox: Sandbox) -> None:
    post(console, "/", provider="google", person="ben", do="deny")
    consent = sandbox.consents.take("google")

    assert consent is not None
    assert (consent.person, consent.allow) == ("ben", False)


def test_the_world_is_reset(console: Client, sandbox: Sandbox) -> None:
    Gcal(sandbox).inserted()
    assert post(console, "/console/reset").headers["Location"] == "/"

    assert sandbox.google.events(sandbox.people.get("anna")) == []


NASTY = ["", "x", "\x00", "9" * 400, "2026-13-45T99:99", "0001-01-01T00:00", "<b>\U0001f4a5", "-1"]
OF_EVENTS = (
    "summary", "subject", "start", "end", "until", "count", "every", "rrule", "guests", "scope",
    "reminder", "colour", "event", "categories", "shown_as", "visibility", "weekday", "repeat",
)  # fmt: skip
OF_OTHERS = ("person", "provider", "kind", "seconds", "count", "at", "name", "guest", "drop")
FINE = (200, 303, 400, 404)


@pytest.fixture
def bob() -> Client:
    """The console of a world in which Bob has both accounts."""
    world = a_sandbox()
    world.people.add("bob", "Bob", google="bob@corp.example", outlook="bob@contoso.example")
    return Client(world.wsgi)


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("provider", ["google", "outlook"])
def test_no_form_of_an_event_breaks_a_page(bob: Client, provider: str, text: str) -> None:
    good = {"start": "2026-11-20T12:00", "end": "2026-11-20T13:00", "every": "1", "count": "2"}
    series = {"repeat": "weekly", "ends": "until", "weekday": "MO", "until": "2026-12-20"}
    forms = [
        {**good, **series, name: text, "do": "edit" if name == "event" else "create"}
        for name in OF_EVENTS
    ]
    forms += [good | {"do": "create", "repeat": "raw", "rrule": text}, {"do": text}]
    for form in forms:
        assert bob.post(f"/console/bob/{provider}", data=form).status_code in FINE


@pytest.mark.parametrize("text", NASTY)
def test_no_other_form_breaks_a_page(bob: Client, text: str) -> None:
    for path in (*PAGES, "/console/mail/0"):
        for name in OF_OTHERS:
            form = {name: text, "do": {"at": "set", "drop": "trouble"}.get(name, "arm")}
            assert bob.post(path, data=form).status_code in FINE


@pytest.mark.parametrize("text", NASTY)
def test_no_address_breaks_a_page(bob: Client, text: str) -> None:
    for path in (*PAGES, "/console/bob/google", "/console/bob/outlook", "/console/bob/mail"):
        for name in ("day", "view", "event", "new", "q", "kind", "status", "for", "done"):
            assert bob.get(path, query_string={name: text}).status_code in FINE
