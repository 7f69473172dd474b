"""Conference data at the simulated Google."""

from __future__ import annotations

import re

import pytest

from calendar_sandbox.sandbox import Sandbox
from support.gcal import Gcal, Json, a_body, a_sandbox, guests, mails, parsed, refusal

BEN = "ben@corp.example"
ADDON: Json = {
    "conferenceSolution": {"key": {"type": "addOn"}, "name": "Ours"},
    "conferenceId": "room-7",
    "entryPoints": [{"entryPointType": "video", "uri": "https://meet.ours.example/7"}],
    "notes": "Bring tea",
}


@pytest.fixture
def sandbox() -> Sandbox:
    return a_sandbox()


@pytest.fixture
def anna(sandbox: Sandbox) -> Gcal:
    return Gcal(sandbox)


def asked(request_id: str = "r1", kind: str = "hangoutsMeet") -> Json:
    key = {"type": kind}
    return {"createRequest": {"requestId": request_id, "conferenceSolutionKey": key}}


def met(anna: Gcal, **fields: object) -> Json:
    return anna.inserted(a_body(conferenceData=asked(), **fields), conferenceDataVersion=1)


def status(event: Json) -> str:
    return str(event["conferenceData"]["createRequest"]["status"]["statusCode"])


def test_a_conference_is_made_on_request(anna: Gcal) -> None:
    event = met(anna)
    data = event["conferenceData"]
    assert status(event) == "success"
    assert re.fullmatch(r"[a-z]{3}-[a-z]{4}-[a-z]{3}", data["conferenceId"])
    assert event["hangoutLink"] == data["entryPoints"][0]["uri"]
    assert [entry["entryPointType"] for entry in data["entryPoints"]] == ["video", "phone", "more"]
    again = anna.patch(event["id"], {"conferenceData": asked()}, conferenceDataVersion=1)
    assert parsed(again)["conferenceData"] == data
    other = anna.patch(event["id"], {"conferenceData": asked("r2")}, conferenceDataVersion=1)
    assert parsed(other)["conferenceData"]["conferenceId"] != data["conferenceId"]


def test_without_the_version_conference_data_is_lost_silently(anna: Gcal) -> None:
    assert "conferenceData" not in anna.inserted(a_body(conferenceData=asked()))
    event = met(anna)
    for answer in (
        anna.patch(event["id"], {"conferenceData": None, "summary": "New"}),
        anna.put(event["id"], a_body(summary="Newer")),
    ):
        assert parsed(answer)["hangoutLink"] == event["hangoutLink"]


def test_null_or_a_put_without_it_removes_a_conference(anna: Gcal) -> None:
    first, second = met(anna), met(anna)
    gone = parsed(anna.patch(first["id"], {"conferenceData": None}, conferenceDataVersion=1))
    put = parsed(anna.put(second["id"], a_body(), conferenceDataVersion=1))
    for event in (gone, put, anna.event(first["id"])):
        assert {"conferenceData", "hangoutLink"} & set(event) == set()
    third = met(anna)
    kept = parsed(anna.put(third["id"], third | {"summary": "x"}, conferenceDataVersion=1))
    assert kept["conferenceData"] == third["conferenceData"]


def test_a_conference_may_be_pending_for_some_reads(anna: Gcal, sandbox: Sandbox) -> None:
    sandbox.knobs["google.conference_pending"] = 2
    event = met(anna, attendees=guests(BEN))
    token = anna.token()  # the first read
    assert status(event) == "pending"
    assert {"entryPoints", "hangoutLink"} & {*event, *event["conferenceData"]} == set()
    assert status(anna.event(event["id"])) == "pending"
    (changed,) = anna.delta(token)
    assert status(changed) == "success"
    assert changed["hangoutLink"]
    assert Gcal(sandbox, "ben").event(event["id"])["hangoutLink"] == changed["hangoutLink"]
    assert mails(sandbox) == []


def test_a_request_may_fail(anna: Gcal, sandbox: Sandbox) -> None:
    sandbox.knobs["google.conference_outcome"] = "failure"
    event = met(anna)
    assert status(event) == "failure"
    assert {"entryPoints", "conferenceSolution"} & set(event["conferenceData"]) == set()


def test_only_types_the_calendar_allows(anna: Gcal, sandbox: Sandbox) -> None:
    def refused(kind: str) -> bool:
        body = a_body(conferenceData=asked(kind=kind))
        answer = anna.insert(body, conferenceDataVersion=1)
        return answer.status_code == 400

    assert (refused("hangoutsMeet"), refused("eventHangout")) == (False, True)
    sandbox.google.set_conference_types(anna.person, ["eventHangout"])
    entry = parsed(anna.call("GET", "users/me/calendarList/primary"))
    assert entry["conferenceProperties"] == {"allowedConferenceSolutionTypes": ["eventHangout"]}
    assert (refused("hangoutsMeet"), refused("eventHangout")) == (True, False)
    assert len(parsed(anna.page())["items"]) == 2


def test_guests_have_the_same_conference_and_cannot_change_it(anna: Gcal, sandbox: Sandbox) -> None:
    event = met(anna, attendees=guests(BEN))
    ben = Gcal(sandbox, "ben")
    assert ben.event(event["id"])["conferenceData"] == event["conferenceData"]
    tried = ben.patch(event["id"], {"conferenceData": None}, conferenceDataVersion=1)
    assert parsed(tried)["hangoutLink"] == event["hangoutLink"]
    anna.patch(event["id"], {"conferenceData": None}, conferenceDataVersion=1)
    assert "hangoutLink" not in ben.event(event["id"])


def test_own_conference_data_comes_back_as_sent(anna: Gcal) -> None:
    event = anna.inserted(a_body(conferenceData=ADDON), conferenceDataVersion=1)
    assert event["conferenceData"] == ADDON
    assert "hangoutLink" not in event
    changed = anna.patch(
        event["id"], {"conferenceData": {"notes": "Bring cake"}}, conferenceDataVersion=1
    )
    assert parsed(changed)["conferenceData"] == ADDON | {"notes": "Bring cake"}
    met_ = met(anna)["conferenceData"]
    copied = anna.inserted(a_body(conferenceData=met_), conferenceDataVersion=1)
    assert copied["conferenceData"] == met_


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"notes": "x"},
        {"createRequest": {}},
        {"createRequest": {"requestId": "r"}},
        {"createRequest": "x"},
        ADDON | {"entryPoints": []},
        ADDON | {"notes": "x" * 2049},
        ADDON | {"entryPoints": ADDON["entryPoints"] * 2},
        ADDON | {"entryPoints": [{"entryPointType": "video"}]},
        ADDON | {"entryPoints": [{"entryPointType": "smoke", "uri": "x:y"}]},
        ADDON | {"entryPoints": [{"entryPointType": "phone", "uri": "tel:1", "pin": "1" * 129}]},
        ADDON | {"entryPoints": [{"entryPointType": "phone", "uri": "x" * 1301}]},
        ADDON | {"conferenceSolution": {"key": "addOn"}},
    ],
)
def test_wrong_conference_data_is_refused(anna: Gcal, data: Json) -> None:
    answer = anna.insert(a_body(conferenceData=data), conferenceDataVersion=1)
    assert refusal(answer) == (400, "global", "invalid")
    assert parsed(anna.page())["items"] == []


def test_meetings_made_by_hand_get_a_conference_by_setting(anna: Gcal, sandbox: Sandbox) -> None:
    google = sandbox.google
    body = a_body(attendees=guests(BEN))
    assert "hangoutLink" not in google.create(anna.person, body)
    google.set_setting(anna.person, "autoAddHangouts", "true")
    assert "hangoutLink" in google.create(anna.person, body)
    assert "hangoutLink" not in google.create(anna.person, a_body())
    assert "hangoutLink" not in anna.inserted(body, sendUpdates="none")
