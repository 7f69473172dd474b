"""events.import, events.quickAdd, partial responses, limits (contract 1.3, 5.9, 5.12, 9.1)."""

import base64
import gzip
import json

import pytest
from werkzeug.test import Client

from support.gcal import Gcal, Json, Value, a_body, a_sandbox, guests, mails, parsed, refusal, span

UID = "040000008200E00074C5B7101A82E00800000000A0B0C0D0"
ID = "_" + base64.b32hexencode(UID.encode()).decode().rstrip("=").lower()
BERLIN = {"timeZone": "Europe/Berlin"}
PROPERTY = {"private": {"a": "1"}}
EVENTS = "calendars/primary/events"


@pytest.fixture
def anna() -> Gcal:
    return Gcal(a_sandbox())


def imported(anna: Gcal, **fields: Value) -> Json:
    return parsed(anna.call("POST", f"{EVENTS}/import", a_body(**{"iCalUID": UID, **fields})))


def refused(anna: Gcal, **fields: Value) -> tuple[int, str, str]:
    body = a_body(**{"iCalUID": UID, **fields})
    return refusal(anna.call("POST", f"{EVENTS}/import", body))


def test_an_import_is_a_private_copy(anna: Gcal) -> None:
    rows = [
        {"email": "anna@corp.example", "responseStatus": "tentative"},
        {"email": "ben@corp.example", "responseStatus": "accepted"},
    ]
    organizer = {"email": "pia@contoso.example", "displayName": "Pia"}
    event = imported(anna, attendees=rows, organizer=organizer, sequence=7)

    assert (event["id"], event["iCalUID"], event["sequence"]) == (ID, UID, 7)
    assert event["organizer"] == organizer
    assert event["creator"] == {"email": "anna@corp.example", "self": True}
    assert [row["responseStatus"] for row in event["attendees"]] == ["tentative", "accepted"]
    assert mails(anna.sandbox) == []
    assert parsed(Gcal(anna.sandbox, "ben").page())["items"] == []


def test_an_imported_series_is_expanded(anna: Gcal) -> None:
    imported(anna, recurrence=["RRULE:FREQ=DAILY;COUNT=2"])

    rows = parsed(anna.call("GET", f"{EVENTS}/{ID}/instances"))["items"]
    assert [row["id"] for row in rows] == [f"{ID}_20261201T080000Z", f"{ID}_20261202T080000Z"]
    assert anna.event(rows[1]["id"]) == rows[1]


def test_what_cannot_be_imported(anna: Gcal) -> None:
    assert refused(anna, iCalUID=None) == (400, "global", "required")
    assert refused(anna, end=None) == (400, "global", "required")
    assert refused(anna, organizer="pia") == (400, "global", "invalid")
    assert refused(anna, eventType="outOfOffice") == (400, "calendar", "eventTypeRestriction")
    stranger = {"organizer": {"email": "pia@contoso.example"}}
    others = guests("ben@corp.example")
    nobody = (400, "calendar", "participantIsNeitherOrganizerNorAttendee")
    assert refused(anna, **stranger) == refused(anna, **stranger, attendees=others) == nobody
    assert imported(anna, attendees=others)["organizer"]["self"] is True


def test_a_known_uid_is_replaced_or_refused_by_knob(anna: Gcal) -> None:
    first = imported(anna, sequence=2)
    second = imported(anna, summary="Again", sequence=3)
    assert (second["id"], second["summary"]) == (first["id"], "Again")
    assert refused(anna, sequence=1) == (400, "global", "invalid")
    anna.delete(ID)
    assert imported(anna, sequence=3)["status"] == "confirmed"

    anna.sandbox.knobs["google.reimport"] = "409"
    assert refused(anna, sequence=4) == (409, "global", "duplicate")


@pytest.mark.parametrize(
    ("text", "summary", "start", "end"),
    [
        ("Lunch tomorrow 12:30", "Lunch", "2026-11-21T12:30:00", "2026-11-21T13:30:00"),
        ("Call on June 3rd 10am-10:25am", "Call", "2027-06-03T10:00:00", "2027-06-03T10:25:00"),
        ("Review 2026-12-01 2-3pm", "Review", "2026-12-01T14:00:00", "2026-12-01T15:00:00"),
        ("Ring Bo at 8am", "Ring Bo", "2026-11-21T08:00:00", "2026-11-21T09:00:00"),
        ("Party friday 11pm to 2am", "Party", "2026-11-27T23:00:00", "2026-11-28T02:00:00"),
        ("Holiday Dec 24", "Holiday", "2026-12-24", "2026-12-25"),
    ],
)
def test_quick_add_reads_a_sentence(
    anna: Gcal, text: str, summary: str, start: str, end: str
) -> None:
    event = parsed(anna.call("POST", f"{EVENTS}/quickAdd", text=text))

    assert event["summary"] == summary
    for name, wanted in (("start", start), ("end", end)):
        assert (event[name].get("dateTime") or event[name]["date"]).startswith(wanted)
    assert event["start"].get("timeZone", "Europe/Berlin") == "Europe/Berlin"


def test_quick_add_takes_any_text_as_a_title(anna: Gcal) -> None:
    for text in ("Think of 3 things", "Feb 30", "99:99", "13pm"):
        event = parsed(anna.call("POST", f"{EVENTS}/quickAdd", text=text, sendUpdates="all"))
        assert event["summary"] == text
        assert event["start"]["dateTime"] == "2026-11-20T09:00:00+01:00"
        assert event["end"]["dateTime"] == "2026-11-20T10:00:00+01:00"
    missing = anna.call("POST", f"{EVENTS}/quickAdd")
    assert refusal(missing) == (400, "global", "required")
    assert mails(anna.sandbox) == []


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ("nextPageToken,items(id,status)", {"items": [{"id": "abcde", "status": "confirmed"}]}),
        ("items/start/timeZone", {"items": [{"start": BERLIN}]}),
        ("items(start(timeZone),id)", {"items": [{"id": "abcde", "start": BERLIN}]}),
        ("defaultReminders/*", {"defaultReminders": [{"method": "popup", "minutes": 10}]}),
        ("items/extendedProperties/private/a", {"items": [{"extendedProperties": PROPERTY}]}),
        ("items/attendees(email)", {"items": [{"attendees": [{"email": "ben@corp.example"}]}]}),
    ],
)
def test_partial_responses(anna: Gcal, mask: str, expected: Json) -> None:
    private = {"private": {"a": "1", "b": "2"}}
    anna.inserted(
        a_body(id="abcde", attendees=guests("ben@corp.example"), extendedProperties=private)
    )

    assert parsed(anna.page(fields=mask)) == expected
    assert parsed(anna.page(fields="*")).keys() == parsed(anna.page()).keys()


def test_partial_responses_on_other_routes(anna: Gcal) -> None:
    event = parsed(anna.insert(a_body(id="abcde"), fields="id,start"))
    assert sorted(event) == ["id", "start"]
    assert parsed(anna.patch("abcde", {"summary": "x"}, fields="summary")) == {"summary": "x"}
    assert parsed(anna.call("GET", "users/me/calendarList", fields="items/primary")) == {
        "items": [{"primary": True}]
    }
    assert parsed(anna.call("GET", "calendars/primary", fields="id")) == {"id": "anna@corp.example"}
    assert parsed(anna.call("GET", "colors", fields="event/1/background")) == {
        "event": {"1": {"background": "#a4bdfc"}}
    }
    assert parsed(anna.call("GET", "users/me/settings/timezone", fields="value,kind"))["value"]


@pytest.mark.parametrize(
    "mask", ["nothing", "items(id", "items(id))", "id,,kind", "items/", "(id)", "items(foo)", "a b"]
)
def test_wrong_masks_are_refused_before_anything_is_done(anna: Gcal, mask: str) -> None:
    assert refusal(anna.page(fields=mask)) == (400, "global", "invalidParameter")
    assert refusal(anna.insert(a_body(), fields=mask)) == (400, "global", "invalidParameter")
    assert parsed(anna.page())["items"] == []


def test_errors_and_empty_replies_are_never_masked(anna: Gcal) -> None:
    id_ = anna.inserted()["id"]

    assert refusal(anna.get("nothing", fields="id")) == (404, "global", "notFound")
    assert anna.call("DELETE", f"{EVENTS}/{id_}", fields="id").status_code == 204


def test_gzip_only_for_who_asks_in_both_headers(anna: Gcal) -> None:
    client = Client(anna.sandbox.wsgi)
    token = str(anna.session.headers["Authorization"])

    def get(agent: str, accept: str) -> tuple[str | None, bytes]:
        headers = {"Authorization": token, "User-Agent": agent, "Accept-Encoding": accept}
        reply = client.get(f"/google/calendar/v3/{EVENTS}", headers=headers)
        return reply.headers.get("Content-Encoding"), reply.data

    encoding, body = get("app (gzip)", "gzip, deflate")
    assert encoding == "gzip"
    assert json.loads(gzip.decompress(body))["kind"] == "calendar#events"
    for agent, accept in (("app", "gzip"), ("app (gzip)", "deflate")):
        assert get(agent, accept)[0] is None
    anna.session.headers["User-Agent"] = "app (gzip)"
    assert parsed(anna.page())["items"] == []


def test_limits_of_one_event(anna: Gcal) -> None:
    many = guests(*[f"g{number}@client.example" for number in range(201)])
    assert refusal(anna.insert(a_body(attendees=many))) == (400, "global", "invalid")
    anna.sandbox.knobs["google.guest_limit"] = 300
    assert len(anna.inserted(a_body(attendees=many), sendUpdates="none")["attendees"]) == 201
    half = {f"k{number}": "v" for number in range(151)}
    whole = {f"k{number}": "v" for number in range(301)}
    for properties in ({"private": half, "shared": half}, {"private": whole}):
        excess = anna.insert(a_body(extendedProperties=properties))
        assert refusal(excess) == (400, "global", "invalid")
    for files in ([{"fileUrl": "https://x.example"}] * 26, [{"title": "x"}]):
        body = a_body(attachments=files)
        assert refusal(anna.insert(body, supportsAttachments="true")) == (400, "global", "invalid")


def test_answers_in_large_meetings_are_not_spread(anna: Gcal) -> None:
    anna.sandbox.knobs["google.guest_limit"] = 300
    many = [f"g{number}@client.example" for number in range(199)]
    rows = guests("ben@corp.example", "carl@corp.example", *many)
    id_ = anna.inserted(a_body(attendees=rows), sendUpdates="none")["id"]
    ben, carl = Gcal(anna.sandbox, "ben"), Gcal(anna.sandbox, "carl")
    own = [{"email": "ben@corp.example", "responseStatus": "accepted"}]
    ben.patch(id_, {"attendeesOmitted": True, "attendees": own}, sendUpdates="none")

    assert anna.event(id_)["attendees"][0]["responseStatus"] == "accepted"
    assert carl.event(id_)["attendees"][0]["responseStatus"] == "needsAction"
    assert [row["email"] for row in carl.event(id_)["attendees"]][1:2] == ["carl@corp.example"]
    omitted = parsed(carl.get(id_, maxAttendees=1))
    assert omitted["attendeesOmitted"] is True
    assert [row["email"] for row in omitted["attendees"]] == ["carl@corp.example"]


def test_new_methods_need_the_right_to_write(anna: Gcal) -> None:
    anna.sandbox.google.add_calendar(anna.person, "holidays", "Holidays", "reader")
    reader = (403, "calendar", "requiredAccessLevel")
    body = a_body(iCalUID=UID, **span("2026-12-01T09:00", "2026-12-01T10:00"))

    assert refusal(anna.call("POST", "calendars/holidays/events/import", body)) == reader
    quick = anna.call("POST", "calendars/holidays/events/quickAdd", text="x")
    assert refusal(quick) == reader
