"""The link of a meeting: wishes and what comes of them, and how each provider tells of it."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from calendar_sync.engine.capabilities import EVERYTHING
from calendar_sync.engine.conferences import (
    REFUSED,
    answers,
    as_made,
    granted,
    is_wish,
    outcome,
    place_and_link,
    place_with_link,
)
from calendar_sync.engine.event import Conference, ConferenceKind
from calendar_sync.engine.merge import Movable, adopt, merge
from calendar_sync.engine.properties import Json
from calendar_sync.engine.sync import CopyRole, LocalPatch
from calendar_sync.providers.google import conferences as google
from calendar_sync.providers.google.client import Call
from calendar_sync.providers.graph import online_meetings as graph
from calendar_sync.providers.http import Headers, Response

URL = "https://meet.google.com/abc-defg-hij"
JOIN = "https://teams.microsoft.com/l/meetup-join/19%3ameeting?a=1&b=2"
WISH: Json = ["meet", "", ""]
ROOM: Json = ["meet", URL, "+1 555"]
OWN: Json = ["other", "https://meet.example.org/x", ""]
HOME = Movable(CopyRole.HOME, frozenset())
KEY, ON_DATE = "conference", "at:20261201T080000Z:conference"
OTHER, MEET, TEAMS, ADDON = (
    ConferenceKind.OTHER,
    ConferenceKind.MEET,
    ConferenceKind.TEAMS,
    ConferenceKind.ADDON,
)


@pytest.mark.parametrize("key", [KEY, ON_DATE])
def test_a_vendors_kind_without_url_is_a_wish(key: str) -> None:
    assert is_wish(key, WISH)
    assert not any(is_wish(key, each) for each in (ROOM, OWN, REFUSED, None))
    assert not is_wish("attendee:meet@x.example", WISH)


def test_what_a_wish_comes_to() -> None:
    assert outcome(KEY, WISH, ROOM) == ROOM
    assert outcome(KEY, WISH, None) == REFUSED
    assert outcome(KEY, ROOM, None) is None
    assert answers({KEY: WISH, "summary": "x"}, {KEY: ROOM}) == (LocalPatch(KEY, WISH, ROOM, ROOM),)
    assert answers({KEY: WISH}, {}) == (LocalPatch(KEY, WISH, REFUSED, None),)
    assert answers({KEY: WISH}, {KEY: WISH}) == answers({KEY: OWN}, {}) == ()


def test_a_room_that_is_there_grants_a_wish_without_a_conflict() -> None:
    assert granted({}, {KEY: WISH}, {KEY: WISH}) == {}
    merged = merge({}, {KEY: WISH}, {KEY: ROOM}, HOME, theirs_win=False)
    assert merged.patches == (LocalPatch(KEY, WISH, ROOM, ROOM),)
    assert (merged.changes, merged.conflicts) == ({}, ())
    joined = adopt({KEY: WISH}, {KEY: ROOM}, HOME)
    assert (joined.patches, joined.conflicts) == (merged.patches, ())


def test_what_both_sides_chose_differently_is_a_conflict() -> None:
    merged = merge({}, {KEY: OWN}, {KEY: ROOM}, HOME, theirs_win=True)
    assert [(each.key, each.lost) for each in merged.conflicts] == [(KEY, OWN)]


def test_a_refusal_is_nothing_to_write() -> None:
    assert EVERYTHING.projected(KEY, REFUSED) is None
    assert EVERYTHING.projected(KEY, ROOM) == ROOM
    assert merge({}, {KEY: REFUSED}, {}, HOME, theirs_win=False).changes == {}


def test_dates_share_the_room_of_their_series() -> None:
    assert as_made({KEY: WISH}, {KEY: ROOM}) == {KEY: ROOM}
    assert as_made({KEY: OWN}, {KEY: ROOM}) == {KEY: OWN}
    assert as_made({KEY: WISH}, {}) == {KEY: WISH}


@pytest.mark.parametrize(
    ("values", "moved", "text"),
    [
        ({}, False, ""),
        ({"location": "Room"}, True, "Room"),
        ({"location": "Room", KEY: OWN}, False, "Room; https://meet.example.org/x"),
        ({KEY: OWN}, False, "https://meet.example.org/x"),
        ({"location": "Room", KEY: ROOM}, False, "Room"),
        ({"location": "Room", KEY: ROOM}, True, f"Room; {URL}"),
        ({"location": f"Room; {URL}", KEY: ROOM}, True, f"Room; {URL}"),
        ({"location": "Room", KEY: WISH}, True, "Room"),
        ({"location": "Room", KEY: ["other", "http://x.example", ""]}, True, "Room"),
        ({"location": "Room", KEY: ["other", "", "+49 1"]}, True, "Room"),
    ],
)
def test_where_a_link_stands_that_is_no_room(
    values: dict[str, Json], moved: bool, text: str
) -> None:
    assert place_with_link(values, moved=moved) == text


@pytest.mark.parametrize(
    ("text", "place", "url"),
    [
        ("", "", ""),
        ("Room Blue", "Room Blue", ""),
        ("https://zoom.example/j/1", "", "https://zoom.example/j/1"),
        (" https://zoom.example/j/1\n", "", "https://zoom.example/j/1"),
        ("Room; Hall; https://zoom.example/j/1", "Room; Hall", "https://zoom.example/j/1"),
        ("Room https://zoom.example/j/1", "Room https://zoom.example/j/1", ""),
        ("http://zoom.example/j/1", "http://zoom.example/j/1", ""),
        ("https:// x", "https:// x", ""),
    ],
)
def test_a_place_read_back(text: str, place: str, url: str) -> None:
    assert place_and_link(text, None) == (place, Conference(OTHER, url) if url else None)


def test_beside_a_room_only_its_own_link_is_taken_out_of_the_place() -> None:
    room = Conference(TEAMS, JOIN)
    assert place_and_link(JOIN, room) == ("", room)
    assert place_and_link("https://zoom.example/j/1", room) == ("https://zoom.example/j/1", room)


VIDEO = {"entryPointType": "video", "uri": URL}
PHONE = {"entryPointType": "phone", "uri": "tel:+1-555", "label": "+1 555", "pin": "12"}
ASKED = {"requestId": "r", "conferenceSolutionKey": {"type": "hangoutsMeet"}}


def solution(kind: str) -> dict[str, Any]:
    return {"conferenceSolution": {"key": {"type": kind}}}


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({}, None),
        ({"conferenceData": None}, None),
        (
            {"conferenceData": {**solution("hangoutsMeet"), "entryPoints": [PHONE, VIDEO]}},
            Conference(MEET, URL, "+1-555, PIN 12"),
        ),
        ({"conferenceData": {**solution("eventHangout"), "entryPoints": [VIDEO]}},
         Conference(MEET, URL)),
        ({"conferenceData": {**solution("addOn"), "entryPoints": [VIDEO]}}, Conference(ADDON, URL)),
        ({"conferenceData": {**solution("addOn"), "entryPoints": [{**PHONE, "pin": ""}]}},
         Conference(ADDON, "tel:+1-555", "+1-555")),
        ({"hangoutLink": URL}, Conference(MEET, URL)),
        ({"conferenceData": {"entryPoints": [VIDEO]}}, Conference(ADDON, URL)),
        ({"conferenceData": {"createRequest": {**ASKED, "status": {"statusCode": "pending"}}}},
         Conference(MEET, "")),
        ({"conferenceData": {"createRequest": {**ASKED, "status": {"statusCode": "failure"}}}},
         None),
        ({"conferenceData": {"createRequest": ASKED}}, None),
    ],
)  # fmt: skip
def test_rooms_of_google(row: dict[str, Any], found: Conference | None) -> None:
    assert google.place_of(cast("Any", {"location": "Room", **row})) == ("Room", found)


def test_what_google_is_asked_for() -> None:
    asked: dict[str, Any] = {}
    google.put_place(cast("Any", asked), {"location": "Room", KEY: WISH}, "r", linked=True)
    assert asked == {"location": "Room", "conferenceData": {"createRequest": ASKED}}

    moved: dict[str, Any] = {}
    google.put_place(cast("Any", moved), {KEY: ["addon", URL, ""]}, "r", linked=False)
    assert moved == {"location": None}

    gone: dict[str, Any] = {}
    google.put_place(cast("Any", gone), {KEY: OWN}, "r", linked=True)
    assert gone == {"location": "https://meet.example.org/x", "conferenceData": None}


def test_a_request_has_the_same_name_for_the_same_write() -> None:
    assert google.request_id("key", None, ["a", "b"]) == google.request_id("key", None, ["a", "b"])
    assert google.request_id("key", '"2"', []) != google.request_id("key", '"1"', [])


@pytest.mark.parametrize(
    ("status", "body", "refused"),
    [
        (400, {"error": {"message": "Invalid conference type value."}}, True),
        (403, {"error": {"message": "Invalid conference type value."}}, False),
        (400, {"error": {"message": "Bad Request"}}, False),
        (400, {"error": None}, False),
        (400, [], False),
    ],
)
def test_a_refused_room(status: int, body: Any, refused: bool) -> None:  # noqa: ANN401 -- JSON
    assert google.is_refused(Response(status, Headers({}), json.dumps(body).encode())) is refused
    assert not google.is_refused(None)


def test_a_refused_room_is_left_out() -> None:
    query = "?sendUpdates=all&conferenceDataVersion=1"
    body = json.dumps({"summary": "x", "conferenceData": {}}).encode()
    again = google.without_room(Call("POST", f"https://x.example/events{query}", body))
    assert again == Call("POST", "https://x.example/events?sendUpdates=all", b'{"summary":"x"}')
    alone = json.dumps({"location": None, "conferenceData": {}}).encode()
    read = google.without_room(Call("PATCH", f"https://x.example/events/1{query}", alone))
    assert read == Call("GET", "https://x.example/events/1")


INFO = {"joinUrl": JOIN, "tollNumber": "+49 30", "conferenceId": "77"}


@pytest.mark.parametrize(
    ("item", "own", "found"),
    [
        ({"onlineMeeting": INFO}, True, None),
        ({"isOnlineMeeting": True, "onlineMeeting": INFO}, True,
         Conference(TEAMS, JOIN, "+49 30, ID 77")),
        ({"isOnlineMeeting": True, "onlineMeeting": {"joinUrl": JOIN, "phones": [{"number": "1"}]}},
         True, Conference(TEAMS, JOIN, "1")),
        ({"isOnlineMeeting": True, "onlineMeeting": {"joinUrl": JOIN, "tollFreeNumbers": ["2"]}},
         True, Conference(TEAMS, JOIN, "2")),
        ({"isOnlineMeeting": True, "onlineMeeting": None}, True, Conference(TEAMS, "")),
        ({"isOnlineMeeting": True, "onlineMeeting": None}, False, None),
        ({"isOnlineMeeting": True, "onlineMeetingProvider": "skypeForBusiness"}, True, None),
        ({"isOnlineMeeting": True, "onlineMeetingProvider": "skypeForBusiness",
          "onlineMeetingUrl": JOIN}, True, Conference(ADDON, JOIN)),
        ({"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness",
          "onlineMeeting": {"joinUrl": None}}, True, Conference(TEAMS, "")),
    ],
)  # fmt: skip
def test_rooms_of_outlook(item: dict[str, Any], own: bool, found: Conference | None) -> None:
    given = cast("Any", {"location": {"displayName": "Room"}, **item})
    assert graph.place_of(given, is_own=own) == ("Room", found)
    assert graph.place_of(cast("Any", {"location": None}), is_own=own) == ("", None)


LINE = "_" * 80
LINK = JOIN.replace("&", "&amp;")
SIMPLE = f'<div>{LINE}</div><p>Join: <a href="{LINK}">{LINK}</a></p><div>{LINE}</div>'
NESTED = f'<div class="me"><span>{LINE}</span></div><b>Teams</b> <a href="{LINK}">x</a>{LINE}'
OPEN = f"<div>{LINE}</div>Join {LINK}"


@pytest.mark.parametrize("block", [SIMPLE, NESTED, OPEN])
def test_the_block_is_no_part_of_the_text(block: str) -> None:
    page = f"<html><body><p>Agenda</p>\n<br>\n{block}</body></html>"
    own, cut = graph.parted(page, JOIN)
    assert own == "<html><body><p>Agenda</p></body></html>"
    assert cut.strip().removeprefix("<br>").strip() == block
    assert graph.parted(f"<p>Agenda</p>{block}", JOIN)[0] == "<p>Agenda</p>"


@pytest.mark.parametrize(
    "page", ["<p>Agenda</p>", f"<p>Join {LINK}</p>", f"<p>Join {LINK}</p>{LINE}", f"{LINE}<p>x</p>"]
)
def test_a_text_without_a_block_is_whole(page: str) -> None:
    assert graph.parted(page, JOIN) == (page, "")


def an_item(content: str, **fields: Any) -> Any:  # noqa: ANN401 -- JSON
    flags = {"isOnlineMeeting": True, "onlineMeeting": {"joinUrl": JOIN}}
    return {**flags, "body": {"contentType": "html", "content": content}, **fields}


def test_a_new_text_keeps_the_block() -> None:
    item, values = an_item(f"<p>Old</p>{SIMPLE}"), {KEY: ["teams", JOIN, ""]}
    body = {"body": {"contentType": "html", "content": "<p>New</p>"}}
    assert graph.needs_reading(["description"], values)
    written = graph.adapted(body, ["description"], values, item)
    assert written["body"]["content"] == f"<p>New</p>{SIMPLE}"
    bare = graph.adapted(body, ["description"], values, an_item("<p>Old</p>"))
    assert bare["body"]["content"].count(LINK) == 2
    assert graph.parted(bare["body"]["content"], JOIN)[0] == "<p>New</p>"
    assert not graph.needs_reading(["description"], {})
    assert not graph.needs_reading(["summary"], values)


def test_a_room_goes_with_its_block() -> None:
    item = an_item(f"<p>Old</p>{SIMPLE}", location={"displayName": "Room"})
    place = {"location": {"displayName": "Room"}}
    gone = graph.adapted(dict(place), [KEY], {"location": "Room"}, item)
    assert gone == {"body": {"contentType": "html", "content": "<p>Old</p>"}}
    linked = graph.adapted({"location": {"displayName": "x"}}, [KEY], {KEY: OWN}, item)
    assert linked == {"location": {"displayName": "x"}, **gone}
    kept = {"location": {"displayName": "Room"}, "subject": "x"}
    assert graph.adapted(dict(kept), ["location", KEY], {KEY: ["teams", "", ""]}, item) == kept


def test_an_event_that_has_no_room_yet_is_written_as_it_is() -> None:
    place = {"location": {"displayName": ""}}
    assert graph.adapted({"subject": "x", **place}, [KEY], {}, cast("Any", {})) == {"subject": "x"}


def test_only_a_wish_turns_a_meeting_on() -> None:
    on = {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
    assert graph.asked({KEY: ["teams", "", ""]}) == on
    assert graph.asked({KEY: ["teams", JOIN, ""]}) == graph.asked({}) == {}
