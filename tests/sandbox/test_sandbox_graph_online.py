"""Online meetings: allowed or ignored in silence, their link and block (contract 3.1, 3.10, 10)."""

from datetime import UTC, datetime, timedelta

import pytest

from calendar_sandbox.sandbox import Sandbox
from support.outlook import WINDOW, Outlook, a_body, a_series, a_world, guests, seed

BEN = "ben@contoso.example"
TEAMS = "teamsForBusiness"


@pytest.fixture
def anna() -> Outlook:
    world = a_world()
    world.microsoft.allow_online_meetings("anna", TEAMS)
    return Outlook(world)


def test_an_allowed_meeting_has_a_link_and_a_block(anna: Outlook) -> None:
    body = {"contentType": "text", "content": "Agenda"}
    event = anna.create(a_body(body=body, isOnlineMeeting=True, onlineMeetingProvider=TEAMS))

    url = event["onlineMeeting"]["joinUrl"]
    assert url.startswith("https://teams.microsoft.com/l/meetup-join/")
    assert (event["isOnlineMeeting"], event["onlineMeetingProvider"]) == (True, TEAMS)
    assert event["onlineMeetingUrl"] is None
    assert url in event["body"]["content"]
    assert "Agenda" in event["bodyPreview"]
    assert anna.get(f"/me/events/{event['id']}")["onlineMeeting"]["joinUrl"] == url
    calendar = anna.get("/me/calendar")
    assert calendar["allowedOnlineMeetingProviders"] == [TEAMS]
    assert calendar["defaultOnlineMeetingProvider"] == TEAMS


@pytest.mark.parametrize(
    ("allowed", "asked", "made"),
    [
        ((TEAMS,), "unknown", TEAMS),
        ((TEAMS,), "skypeForBusiness", ""),
        (("skypeForConsumer", TEAMS), TEAMS, TEAMS),
        (("skypeForConsumer", TEAMS), "unknown", "skypeForConsumer"),
        (("unknown",), "unknown", ""),
        (("unknown",), TEAMS, ""),
        ((), TEAMS, ""),
    ],
)
def test_what_a_calendar_does_not_allow_is_ignored(
    anna: Outlook, allowed: tuple[str, ...], asked: str, made: str
) -> None:
    anna.world.microsoft.allow_online_meetings("anna", *allowed)
    event = anna.create(a_body(isOnlineMeeting=True, onlineMeetingProvider=asked))

    assert event["isOnlineMeeting"] is (event["onlineMeeting"] is not None) is bool(made)
    assert event["onlineMeetingProvider"] == (made or "unknown")
    with pytest.raises(ValueError, match="zoom"):
        anna.world.microsoft.allow_online_meetings("anna", "zoom")


def test_a_meeting_stays_on_and_keeps_its_provider(anna: Outlook) -> None:
    event = anna.create(a_body())
    assert event["isOnlineMeeting"] is False
    on = anna.patch(event["id"], {"isOnlineMeeting": True})
    off = anna.patch(
        event["id"], {"isOnlineMeeting": False, "onlineMeetingProvider": "skypeForBusiness"}
    )

    assert on["onlineMeeting"]["joinUrl"] == off["onlineMeeting"]["joinUrl"]
    assert (off["isOnlineMeeting"], off["onlineMeetingProvider"]) == (True, TEAMS)


def test_a_body_without_the_block_ends_the_meeting(anna: Outlook) -> None:
    event = anna.create(a_body(isOnlineMeeting=True))
    html = event["body"]["content"].replace("<body>", "<body><p>First</p>")
    kept = anna.patch(event["id"], {"body": {"contentType": "html", "content": html}})
    text = anna.get(
        f"/me/events/{event['id']}", Prefer='IdType="ImmutableId", outlook.body-content-type="text"'
    )["body"]
    also_kept = anna.patch(event["id"], {"body": text})
    ended = anna.patch(event["id"], {"body": {"contentType": "text", "content": "New agenda"}})

    assert kept["onlineMeeting"] == also_kept["onlineMeeting"] == event["onlineMeeting"]
    assert (ended["isOnlineMeeting"], ended["onlineMeeting"]) == (False, None)
    assert ended["onlineMeetingProvider"] == "unknown"


def test_guests_get_the_link(anna: Outlook) -> None:
    event = anna.create(a_body(isOnlineMeeting=True, attendees=guests(BEN)))
    (copy,) = anna.world.microsoft.events("ben")

    assert copy["onlineMeeting"] == event["onlineMeeting"]
    assert event["onlineMeeting"]["joinUrl"] in copy["body"]["content"]


def test_a_late_link_comes_by_itself(anna: Outlook) -> None:
    anna.world.knobs["graph.join_url_delay"] = 30
    event = anna.create(a_series(isOnlineMeeting=True))
    path = f"/me/events/{event['id']}"

    assert (event["isOnlineMeeting"], event["onlineMeeting"]) == (True, None)
    assert anna.get(path)["changeKey"] == event["changeKey"]
    anna.world.clock.advance(timedelta(seconds=30))
    late = anna.get(path)
    assert late["onlineMeeting"]["joinUrl"] in late["body"]["content"]
    assert late["changeKey"] != event["changeKey"]


def test_a_view_shows_the_link_only_beside_the_flag(anna: Outlook) -> None:
    anna.create(a_body(isOnlineMeeting=True))

    def names(select: str) -> set[str]:
        return set(anna.get(f"/me/calendarView?{WINDOW}&$select={select}")["value"][0])

    assert "onlineMeeting" not in names("onlineMeeting,subject")
    assert "onlineMeeting" in names("onlineMeeting,isOnlineMeeting")
    assert "onlineMeeting" in anna.get("/me/events?$select=onlineMeeting")["value"][0]


@pytest.mark.parametrize(("day", "made"), [(20, False), (21, True)])
def test_personal_mailboxes_have_meetings_since_september_2026(day: int, made: bool) -> None:
    world = Sandbox(seed, now=datetime(2026, 9, day, tzinfo=UTC))
    world.microsoft.allow_online_meetings("pia", TEAMS)
    event = Outlook(world, "pia").create(a_body(isOnlineMeeting=True))

    assert event["isOnlineMeeting"] is made
    if made:
        assert event["onlineMeeting"]["joinUrl"].startswith("https://teams.live.com/meet/")
