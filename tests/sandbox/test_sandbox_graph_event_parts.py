"""Extensions, extended properties and attachments (contract 3.12, 3.13)."""

import base64
import struct
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from support.outlook import WINDOW, Outlook, a_body, a_series, a_world, guests, moment

NAME = "com.example.sync"
LONG = f"Microsoft.OutlookServices.OpenTypeExtension.{NAME}"
EXTENSION = {"@odata.type": "#microsoft.graph.openTypeExtension", "extensionName": NAME, "k": "v"}
LIST = "StringArray {00020329-0000-0000-C000-000000000046} Name tags"
BLOB = "Binary {00062002-0000-0000-C000-000000000046} Id 0x8216"
FILE = {
    "@odata.type": "#microsoft.graph.fileAttachment",
    "name": "a.txt",
    "contentBytes": base64.b64encode(b"hello").decode(),
}


@pytest.fixture
def anna() -> Outlook:
    return Outlook(a_world())


def posted(anna: Outlook, path: str, body: Any) -> dict[str, Any]:  # noqa: ANN401
    answer = anna.send("POST", path, body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_an_open_extension_is_made_read_changed_and_removed(anna: Outlook) -> None:
    event = anna.create(a_body())
    path = f"/me/events/{event['id']}/extensions"
    made = posted(anna, path, EXTENSION)

    assert (made["id"], made["extensionName"], made["k"]) == (LONG, NAME, "v")
    assert anna.get(f"{path}/{NAME}")["k"] == anna.get(f"{path}/{LONG}")["k"] == "v"
    changed = anna.send("PATCH", f"{path}/{NAME}", {"k": None, "more": [1]}).get_json()
    assert (changed["k"], changed["more"]) == ("v", [1])
    assert [row["id"] for row in anna.get(path)["value"]] == [LONG]
    assert anna.send("DELETE", f"{path}/{NAME}").status_code == 204
    assert anna.refused("GET", f"{path}/{NAME}") == (404, "ErrorItemNotFound")
    assert anna.refused("DELETE", f"{path}/{NAME}") == (404, "ErrorItemNotFound")


def test_extensions_are_expanded_and_found_by_name(anna: Outlook) -> None:
    marked = anna.create(a_body(extensions=[EXTENSION]))
    anna.create(a_body())

    def expanded(name: str) -> list[Any]:
        query = quote(f"extensions($filter=id eq '{name}')")
        rows: list[Any] = anna.get(f"/me/events/{marked['id']}?$expand={query}")["extensions"]
        return rows

    assert expanded(NAME) == expanded(LONG) == [{**EXTENSION, "id": LONG}]
    assert expanded("com.other") == []
    assert "extensions" not in marked
    query = quote(f"Extensions/any(f:f/id eq '{NAME}')")
    found = anna.get(f"/me/events?$filter={query}")["value"]
    assert [row["id"] for row in found] == [marked["id"]]


def test_extensions_mail_nobody_and_do_not_show_in_delta(anna: Outlook) -> None:
    event = anna.create(a_body(attendees=guests("ben@contoso.example")))
    _, link = anna.round()
    anna.world.mail.clear()
    posted(anna, f"/me/events/{event['id']}/extensions", EXTENSION)

    assert anna.world.mail.count == 0
    assert anna.round(link)[0] == []
    assert anna.get(f"/me/events/{event['id']}")["changeKey"] != event["changeKey"]
    (copy,) = anna.world.microsoft.events("ben")
    ben = Outlook(anna.world, "ben")
    assert ben.get(f"/me/events/{copy['id']}/extensions")["value"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"extensionName": 5},
        {"extensionName": NAME, "@odata.type": "#microsoft.graph.event"},
    ],
)
def test_bad_extensions_are_refused(anna: Outlook, body: Any) -> None:  # noqa: ANN401
    event = anna.create(a_body())
    path = f"/me/events/{event['id']}"

    assert anna.refused("POST", f"{path}/extensions", body) == (400, "RequestBodyRead")
    assert anna.refused("POST", "/me/events", a_body(extensions=[body])) == (400, "RequestBodyRead")
    assert anna.refused("PATCH", path, {"extensions": []}) == (400, "ErrorInvalidRequest")


def test_basic_reading_shows_neither_extensions_nor_attachments(anna: Outlook) -> None:
    event = anna.create(a_body())
    basic = Outlook(anna.world, scopes="Calendars.ReadBasic")

    for part in ("extensions", "attachments"):
        assert basic.refused("GET", f"/me/events/{event['id']}/{part}") == (
            403,
            "ErrorAccessDenied",
        )


def test_an_extension_right_after_a_write_collides_by_knob(anna: Outlook) -> None:
    anna.world.knobs["graph.extension_conflict"] = 2
    event = anna.create(a_body())
    path = f"/me/events/{event['id']}/extensions"

    assert anna.refused("POST", path, EXTENSION) == (409, "ErrorIrresolvableConflict")
    anna.world.clock.advance(timedelta(seconds=2))
    assert posted(anna, path, EXTENSION)["k"] == "v"


def test_multi_value_properties_come_when_expanded(anna: Outlook) -> None:
    tags = [{"id": LIST, "value": ["a", "b"]}]
    event = anna.create(a_body(multiValueExtendedProperties=tags))
    query = quote(f"multiValueExtendedProperties($filter=id eq '{LIST}')")
    expanded = anna.get(f"/me/events/{event['id']}?$expand={query}")

    assert "multiValueExtendedProperties" not in event
    assert expanded["multiValueExtendedProperties"] == tags
    for rows in ([{"id": LIST, "value": "a"}], [{"id": LIST.replace("Array", ""), "value": []}]):
        body = a_body(multiValueExtendedProperties=rows)
        assert anna.refused("POST", "/me/events", body) == (400, "RequestBodyRead")
    assert anna.refused("GET", "/me/events?$expand=multiValueExtendedProperties")[0] == 400


def test_the_recurrence_blob_names_deleted_and_edited_dates(anna: Outlook) -> None:
    master = anna.create(a_series())["id"]
    dates = anna.get(f"/me/events/{master}/instances?{WINDOW}")["value"]
    anna.delete(dates[1]["id"])
    times = {"start": moment("2026-12-03T12:00:00"), "end": moment("2026-12-03T13:00:00")}
    anna.patch(dates[2]["id"], times)
    anna.create(a_body())
    query = quote(f"singleValueExtendedProperties($filter=id eq '{BLOB}')")
    series, single = anna.get(f"/me/events?$expand={query}")["value"]
    blob = base64.b64decode(series["singleValueExtendedProperties"][0]["value"])

    def at(text: str) -> int:
        since = datetime.fromisoformat(text).replace(tzinfo=UTC) - datetime(1601, 1, 1, tzinfo=UTC)
        return since // timedelta(minutes=1)

    assert "singleValueExtendedProperties" not in single
    assert struct.unpack_from("<HHHHHIII", blob) == (0x3004, 0x3004, 0x200A, 0, 0, 0, 1440, 0)
    end, _, _, deleted, *days = struct.unpack_from("<IIII2II1I", blob, 22)
    assert (end, deleted, days[:2]) == (0x2021, 2, [at("2026-12-02"), at("2026-12-03")])
    assert days[2:] == [1, at("2026-12-03")]
    changed = struct.unpack_from("<III", blob, 22 + 32 + 8 + 18)
    assert changed == tuple(map(at, ("2026-12-03T13:00", "2026-12-03T14:00", "2026-12-03T09:00")))


@pytest.mark.parametrize(
    ("pattern", "span"),
    [
        ({"type": "weekly", "daysOfWeek": ["tuesday"]}, {"type": "noEnd"}),
        ({"type": "absoluteMonthly", "dayOfMonth": 1}, {"type": "noEnd"}),
        (
            {"type": "relativeYearly", "daysOfWeek": ["tuesday"], "month": 12},
            {"type": "numbered", "numberOfOccurrences": 3},
        ),
    ],
)
def test_every_pattern_has_a_blob(anna: Outlook, pattern: Any, span: Any) -> None:  # noqa: ANN401
    rule = {"pattern": {"interval": 1, **pattern}, "range": {"startDate": "2026-12-01", **span}}
    event = anna.create({**a_series(), "recurrence": rule})
    query = quote(f"singleValueExtendedProperties($filter=id eq '{BLOB}')")

    row = anna.get(f"/me/events/{event['id']}?$expand={query}")
    assert len(base64.b64decode(row["singleValueExtendedProperties"][0]["value"])) > 60


def test_a_file_is_attached_read_and_removed(anna: Outlook) -> None:
    event = anna.create(a_body(attendees=guests("ben@contoso.example")))
    anna.world.mail.clear()
    path = f"/me/events/{event['id']}/attachments"
    made = posted(anna, path, FILE)
    read = anna.get(f"/me/events/{event['id']}")

    assert (made["name"], made["size"], made["isInline"]) == ("a.txt", 5, False)
    assert read["hasAttachments"] is True
    assert read["changeKey"] != event["changeKey"]
    assert anna.world.mail.count == 0
    assert anna.get(f"{path}/{made['id']}")["contentBytes"] == FILE["contentBytes"]
    assert len(anna.get(f"{path}?$filter=name eq 'b.txt'")["value"]) == 1
    expanded = anna.get(f"/me/events/{event['id']}?$expand=attachments")
    assert expanded["attachments"][0]["id"] == made["id"]
    assert anna.send("DELETE", f"{path}/{made['id']}").status_code == 204
    assert anna.refused("GET", f"{path}/{made['id']}") == (404, "ErrorItemNotFound")
    assert anna.get(f"/me/events/{event['id']}")["hasAttachments"] is False


def test_inline_files_count_by_knob(anna: Outlook) -> None:
    event = anna.create(a_body())
    posted(anna, f"/me/events/{event['id']}/attachments", {**FILE, "isInline": True})

    assert anna.get(f"/me/events/{event['id']}")["hasAttachments"] is False
    anna.world.knobs["graph.inline_attachments"] = True
    assert anna.get(f"/me/events/{event['id']}")["hasAttachments"] is True


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"contentBytes": "%"}, (400, "RequestBodyRead")),
        ({"name": None}, (400, "RequestBodyRead")),
        ({"name": 5}, (400, "RequestBodyRead")),
        ({"isInline": "no"}, (400, "RequestBodyRead")),
        ({"@odata.type": None}, (400, "RequestBodyRead")),
        ({"@odata.type": "#microsoft.graph.itemAttachment"}, (501, "NotImplemented")),
        (
            {"contentBytes": base64.b64encode(bytes(3 * 1024 * 1024 + 1)).decode()},
            (413, "ErrorMessageSizeExceeded"),
        ),
    ],
)
def test_wrong_and_large_files_are_refused(
    anna: Outlook, change: dict[str, Any], refusal: tuple[int, str]
) -> None:
    path = f"/me/events/{anna.create(a_body())['id']}/attachments"

    assert anna.refused("POST", path, {**FILE, **change}) == refusal
    assert anna.refused("POST", f"{path}/createUploadSession", {}) == (501, "NotImplemented")
    assert anna.get(path)["value"] == []
