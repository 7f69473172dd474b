"""Settings, zones, categories, free/busy, ids, filters, scopes (contract 4, 10, 15)."""

from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import Client

from support.outlook import NOW, WINDOW, Outlook, a_body, a_world, guests, moment

BERLIN = "W. Europe Standard Time"
SCOPES = "User.Read Calendars.ReadWrite MailboxSettings.ReadWrite"
DENIED = (403, "ErrorAccessDenied")


@pytest.fixture
def anna() -> Outlook:
    return Outlook(a_world(), scopes=SCOPES)


def asked(anna: Outlook, *addresses: str, **more: object) -> list[dict[str, Any]]:
    answer = anna.send("POST", "/me/calendar/getSchedule", question(*addresses, **more))
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.get_json()["value"]
    return rows


def question(*addresses: str, **more: object) -> dict[str, Any]:
    return {
        "schedules": list(addresses or ("anna@contoso.example",)),
        "startTime": moment("2026-12-01T08:00:00"),
        "endTime": moment("2026-12-01T12:00:00"),
        **more,
    }


# Settings


def test_settings_are_read_and_written(anna: Outlook) -> None:
    first = anna.get("/me/mailboxSettings")
    assert first["timeZone"] == BERLIN
    assert first["workingHours"]["timeZone"] == {"name": BERLIN}
    body = {"timeZone": "Asia/Tokyo", "workingHours": {"startTime": "09:30:00"}}
    new = anna.send("PATCH", "/me/mailboxSettings", body).get_json()

    assert (new["timeZone"], new["workingHours"]["startTime"]) == ("Asia/Tokyo", "09:30:00.0000000")
    assert new["workingHours"]["endTime"] == first["workingHours"]["endTime"]
    assert anna.get("/me/mailboxSettings")["timeZone"] == "Asia/Tokyo"
    anna.world.microsoft.set_mailbox_settings("anna", {"timeZone": BERLIN})
    anna.world.knobs["graph.mailbox_zone"] = "iana"
    assert anna.get("/me/mailboxSettings")["timeZone"] == "Europe/Berlin"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"timeZone": "Middle/Earth"}, "TimeZoneNotSupportedException"),
        ({"timeZone": 3}, "RequestBodyRead"),
        ({"shoeSize": 42}, "RequestBodyRead"),
        ({"workingHours": {"daysOfWeek": ["funday"]}}, "RequestBodyRead"),
        ({"workingHours": {"startTime": "25:00:00"}}, "RequestBodyRead"),
        ({"workingHours": {"lunch": "12:00:00"}}, "RequestBodyRead"),
        ({"dateFormat": "d.M.yyyy", "workingHours": []}, "RequestBodyRead"),
    ],
)
def test_bad_settings_change_nothing(anna: Outlook, body: dict[str, Any], code: str) -> None:
    before = anna.get("/me/mailboxSettings")

    assert anna.refused("PATCH", "/me/mailboxSettings", body) == (400, code)
    assert anna.get("/me/mailboxSettings") == before


def test_working_hours_have_a_zone_of_their_own(anna: Outlook) -> None:
    custom = {
        "@odata.type": "#microsoft.graph.customTimeZone",
        "bias": -200,
        "standardOffset": {
            "time": "02:00:00.0000000", "dayOccurrence": 2, "dayOfWeek": "sunday", "month": 10,
            "year": 0,
        },
        "daylightOffset": {
            "daylightBias": -60, "time": "02:00:00.0000000", "dayOccurrence": 4,
            "dayOfWeek": "sunday", "month": 5, "year": 0,
        },
    }  # fmt: skip
    body = {"workingHours": {"timeZone": custom}}
    zone = anna.send("PATCH", "/me/mailboxSettings", body).get_json()["workingHours"]["timeZone"]

    assert zone == {**custom, "name": "Customized Time Zone"}
    assert asked(anna)[0]["workingHours"]["timeZone"] == zone
    del custom["bias"]
    assert anna.refused("PATCH", "/me/mailboxSettings", body) == (400, "RequestBodyRead")


def test_zones_are_listed_by_both_kinds_of_names(anna: Outlook) -> None:
    path = "/me/outlook/supportedTimeZones"
    windows = {row["alias"]: row["displayName"] for row in anna.get(path)["value"]}
    standard = "(TimeZoneStandard=microsoft.graph.timeZoneStandard'{}')"
    iana = {row["alias"] for row in anna.get(f"{path}{standard.format('Iana')}")["value"]}

    assert windows[BERLIN].startswith("(UTC+01:00)")
    assert windows["Pacific Standard Time"].startswith("(UTC-08:00)")
    assert "Europe/Berlin" in iana
    assert anna.get(f"{path}{standard.format('Windows')}")["value"][0]["alias"] in windows
    assert anna.refused("GET", f"{path}{standard.format('Lunar')}") == (400, "BadRequest")


def test_zones_need_a_scope_the_knob_names(anna: Outlook) -> None:
    reader = Outlook(anna.world, scopes="User.Read")
    assert reader.get("/me/outlook/supportedTimeZones")["value"]
    anna.world.knobs["graph.zones_scope"] = "MailboxSettings.Read"

    assert reader.refused("GET", "/me/outlook/supportedTimeZones") == DENIED
    assert anna.get("/me/outlook/supportedTimeZones")["value"]


def test_categories_are_kept_by_name(anna: Outlook) -> None:
    base = "/me/outlook/masterCategories"
    row = anna.send("POST", base, {"displayName": "Team", "color": "Preset3"}).get_json()
    path = f"{base}/{row['id']}"
    assert (row["displayName"], row["color"]) == ("Team", "preset3")
    assert anna.refused("POST", base, {"displayName": "team"})[0] == 409
    assert anna.refused("POST", base, {"displayName": "X", "color": "red"})[0] == 400
    assert anna.send("PATCH", path, {"color": "none"}).get_json()["color"] == "none"
    assert anna.refused("PATCH", path, {"displayName": "Crew"}) == (400, "ErrorInvalidRequest")
    assert [one["displayName"] for one in anna.get(base)["value"]] == ["Team"]

    assert anna.create(a_body(categories=["Unlisted"]))["categories"] == ["Unlisted"]
    assert anna.send("DELETE", path).status_code == 204
    assert anna.refused("GET", path) == (404, "ErrorItemNotFound")


# Free/busy


def test_a_schedule_shows_slots_and_own_details(anna: Outlook) -> None:
    anna.create(a_body(location={"displayName": "Room 4"}))
    anna.create(
        a_body(
            subject="Away",
            showAs="oof",
            start=moment("2026-12-01T09:45:00"),
            end=moment("2026-12-01T10:15:00"),
        )
    )
    (row,) = asked(anna)

    assert row["availabilityView"] == "00233000"
    assert row["scheduleItems"][0] == {
        "isPrivate": False,
        "status": "busy",
        "subject": "Design review",
        "location": "Room 4",
        "start": moment("2026-12-01T09:00:00.0000000"),
        "end": moment("2026-12-01T10:00:00.0000000"),
    }
    assert asked(anna, availabilityViewInterval=60)[0]["availabilityView"] == "0330"
    assert row["workingHours"]["startTime"] == "08:00:00.0000000"


def test_others_show_what_they_share(anna: Outlook) -> None:
    ben, address = Outlook(anna.world, "ben"), "ben@contoso.example"
    ben.create(a_body(sensitivity="private"))
    (item,) = asked(anna, address)[0]["scheduleItems"]
    assert item.keys() == {"status", "start", "end"}
    anna.world.microsoft.share("ben", "anna@contoso.example", "limitedRead")
    (item,) = asked(anna, address)[0]["scheduleItems"]
    assert (item["isPrivate"], "subject" in item) == (True, False)
    anna.world.microsoft.share("ben", "anna@contoso.example", "delegateWithPrivateEventAccess")

    assert asked(anna, address)[0]["scheduleItems"][0]["subject"] == "Design review"


def test_an_unknown_person_is_an_error_of_its_own(anna: Outlook) -> None:
    rows = asked(anna, "nobody@contoso.example", "gus@gmail.example", "anna@contoso.example")

    assert [row.get("error", {}).get("responseCode") for row in rows] == ["5016", "5016", None]
    assert rows[0]["scheduleItems"] is None


def test_all_day_is_midnight_of_the_zone_that_asks(anna: Outlook) -> None:
    day = {"start": moment("2026-12-01T00:00:00"), "end": moment("2026-12-02T00:00:00")}
    anna.create(a_body(isAllDay=True, **day))
    zone = {"startTime": moment("2026-12-01T08:00:00", "Tokyo Standard Time")}
    (item,) = asked(anna, **zone)[0]["scheduleItems"]
    assert item["start"]["dateTime"] == "2026-11-30T15:00:00.0000000"
    anna.prefer = f'outlook.timezone="{BERLIN}"'

    (item,) = asked(anna)[0]["scheduleItems"]
    assert item["start"] == moment("2026-12-01T01:00:00.0000000", BERLIN)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"endTime": moment("2027-02-02T08:00:00")}, "ErrorTimeIntervalTooBig"),
        ({"endTime": moment("2026-12-01T08:00:00")}, "ErrorInvalidParameter"),
        ({"availabilityViewInterval": 4}, "ErrorInvalidParameter"),
        ({"availabilityViewInterval": 1441}, "ErrorInvalidParameter"),
        ({"availabilityViewInterval": "30"}, "RequestBodyRead"),
        ({"schedules": ["a@x.example"] * 21}, "ErrorInvalidParameter"),
        ({"schedules": "a@x.example"}, "RequestBodyRead"),
        ({"startTime": {"dateTime": "2026-12-01"}}, "TimeZoneNotSupportedException"),
        ({"who": []}, "RequestBodyRead"),
    ],
)
def test_limits_of_a_schedule(anna: Outlook, more: dict[str, Any], code: str) -> None:
    body = question(**more)

    assert anna.refused("POST", "/me/calendar/getSchedule", body) == (400, code)


def test_schedules_are_for_work_accounts(anna: Outlook) -> None:
    pia = Outlook(anna.world, "pia")

    assert pia.refused("POST", "/me/calendar/getSchedule", question()) == DENIED
    assert pia.refused("POST", "/me/findMeetingTimes", {}) == DENIED
    assert anna.refused("POST", "/me/findMeetingTimes", {}) == (501, "NotImplemented")


def test_basic_reading_may_not_be_enough_for_a_schedule(anna: Outlook) -> None:
    basic = Outlook(anna.world, scopes="Calendars.ReadBasic")
    assert asked(basic)
    anna.world.knobs["graph.schedule_scope"] = "Calendars.Read"

    assert basic.refused("POST", "/me/calendar/getSchedule", question()) == DENIED


# Ids


def test_ids_are_translated_there_and_back(anna: Outlook) -> None:
    immutable = anna.create(a_body())["id"]
    anna.prefer = ""
    rest = anna.get("/me/events")["value"][0]["id"]

    def translated(text: str, source: str, target: str) -> dict[str, Any]:
        body = {"inputIds": [text], "sourceIdType": source, "targetIdType": target}
        answer = anna.send("POST", "/me/translateExchangeIds", body)
        row: dict[str, Any] = answer.get_json()["value"][0]
        return row

    assert translated(rest, "restId", "restImmutableEntryId")["targetId"] == immutable
    assert translated(immutable, "restImmutableEntryId", "restId")["targetId"] == rest
    ews = translated(rest, "restId", "ewsId")["targetId"]
    assert translated(ews, "ewsId", "restId")["targetId"] == rest
    wrong = translated(rest, "restImmutableEntryId", "restId")
    assert wrong["errorDetails"]["code"] == "ErrorInvalidIdMalformed"
    many = {"inputIds": [rest] * 1001, "sourceIdType": "restId", "targetIdType": "ewsId"}
    assert anna.refused("POST", "/me/translateExchangeIds", many)[0] == 400
    entry = {**many, "inputIds": [rest], "targetIdType": "entryId"}
    assert anna.refused("POST", "/me/translateExchangeIds", entry)[0] == 501


# Filters


def test_filters_know_or_not_and_functions(anna: Outlook) -> None:
    for subject in ("Alpha one", "Beta two", "Gamma's"):
        anna.create(a_body(subject=subject, categories=[subject[:1]]))
    anna.create(a_body(subject=None))

    def found(text: str) -> list[str | None]:
        rows = anna.get(f"/me/events?$filter={quote(text)}")["value"]
        return [None if row["subject"] is None else row["subject"][:1] for row in rows]

    assert found("subject eq 'Alpha one' or subject eq 'Beta two'") == ["A", "B"]
    assert found("not startswith(subject,'alpha') and subject ne null") == ["B", "G"]
    assert found("contains(subject, 'a''s')") == ["G"]
    assert found("subject eq null or subject gt 'Beta two'") == ["G", None]
    assert found("not (contains(subject,'one') or contains(subject,'two'))") == ["G", None]
    assert found("isAllDay eq true or (isAllDay eq false and startswith(subject,'B'))") == ["B"]
    assert found("categories/any(c:c eq 'G')") == ["G"]
    assert found("subject eq 'x' or subject eq 'Beta two' and isAllDay eq true") == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("$filter=endswith(subject,'x')", "ErrorInvalidUrlQuery"),
        ("$filter=startswith(body,'x')", "ErrorInvalidUrlQuery"),
        ("$filter=contains(isAllDay,'x')", "ErrorInvalidUrlQuery"),
        ("$filter=tolower(subject) eq 'x'", "ErrorInvalidUrlQuery"),
        ("$filter=startswith(subject)", "BadRequest"),
        ("$filter=(subject eq 'x'", "BadRequest"),
        ("$filter=subject eq 'x' or", "BadRequest"),
        ("$filter=subject eq 'x') and (subject eq 'y'", "BadRequest"),
        (f"$filter={'(' * 900}subject eq 'x'{')' * 900}", "BadRequest"),
        (f"$filter={'not ' * 900}subject eq 'x'", "BadRequest"),
        ("$filter=subject eq x", "BadRequest"),
        ("$filter=isAllDay eq 1", "BadRequest"),
        ("$count=maybe", "BadRequest"),
        ("$search=review", "ErrorInvalidUrlQuery"),
    ],
)
def test_what_filters_do_not_know_is_refused(anna: Outlook, query: str, code: str) -> None:
    assert anna.refused("GET", f"/me/events?{query}") == (400, code)
    assert anna.refused("GET", f"/me/calendarView?{WINDOW}&{query}") == (400, code)


# Scopes, one row of contract 15 after the other

EVENTS = [
    ("GET", "/me/calendars"),
    ("GET", "/me/calendar"),
    ("GET", "/me/calendarGroups"),
    ("GET", "/me/events"),
    ("GET", f"/me/calendarView?{WINDOW}"),
    ("GET", f"/me/calendarView/delta?{WINDOW}"),
    ("GET", "/me/calendar/calendarPermissions"),
    ("POST", "/me/calendar/getSchedule"),
]
WRITES = [
    ("POST", "/me/events"),
    ("PATCH", "/me/events/x"),
    ("DELETE", "/me/events/x"),
    ("POST", "/me/events/x/accept"),
    ("POST", "/me/events/x/cancel"),
    ("POST", "/me/calendars"),
    ("PATCH", "/me/calendars/x"),
    ("DELETE", "/me/calendars/x"),
    ("POST", "/me/calendarGroups"),
    ("POST", "/me/calendar/calendarPermissions"),
]
SETTINGS_READ = [("GET", "/me/mailboxSettings"), ("GET", "/me/outlook/masterCategories")]
SETTINGS_WRITE = [
    ("PATCH", "/me/mailboxSettings"),
    ("POST", "/me/outlook/masterCategories"),
]
READERS = {"Calendars.ReadBasic", "Calendars.Read", "Calendars.ReadWrite"}
TABLE = [
    *((call, READERS, DENIED) for call in EVENTS),
    *((call, {"Calendars.ReadWrite"}, DENIED) for call in WRITES),
    *((call, {"MailboxSettings.Read", "MailboxSettings.ReadWrite"}, DENIED)
      for call in SETTINGS_READ),
    *((call, {"MailboxSettings.ReadWrite"}, DENIED) for call in SETTINGS_WRITE),
    *((call, {"User.Read"}, (403, "Authorization_RequestDenied"))
      for call in [("GET", "/me"), ("POST", "/me/translateExchangeIds")]),
]  # fmt: skip
EVERY = READERS | {
    "User.Read", "MailboxSettings.Read", "MailboxSettings.ReadWrite", "Mail.Send",
    "Calendars.Read.Shared", "Calendars.ReadWrite.Shared", "OnlineMeetings.Read",
}  # fmt: skip


@pytest.mark.parametrize(
    ("call", "enough", "refusal"), TABLE, ids=[f"{call[0]} {call[1]}" for call, _, _ in TABLE]
)
def test_each_call_needs_one_of_its_scopes(
    call: tuple[str, str], enough: set[str], refusal: tuple[int, str]
) -> None:
    world = a_world()
    for scope in sorted(EVERY):
        body: dict[str, Any] | None = None if call[0] == "GET" else {}
        answer = Outlook(world, scopes=scope).send(*call, body)
        refused = answer.status_code == 403
        assert refused is (scope not in enough), (scope, answer.text)
        if refused:
            assert (403, answer.get_json()["error"]["code"]) == refusal


def test_applications_alone_get_no_token(anna: Outlook) -> None:
    answer = Client(anna.world.wsgi).post(
        "/microsoft/organizations/oauth2/v2.0/token",
        base_url="https://sandbox.example",
        data={
            "grant_type": "client_credentials",
            "client_id": "app",
            "client_secret": "app-secret",
            "scope": "https://graph.microsoft.com/.default",
        },
    )

    assert answer.status_code == 400
    assert answer.get_json()["error"] == "unsupported_grant_type"


def test_secondary_calendars_track_no_answers(anna: Outlook) -> None:
    team = anna.world.microsoft.add_calendar("anna", "Team")
    rows = anna.get("/me/calendars")["value"]
    path = f"/me/calendars/{team}/events"
    anna.send("POST", path, a_body(attendees=guests("ben@contoso.example")))
    (copy,) = Outlook(anna.world, "ben").get("/me/events")["value"]
    anna.world.microsoft.answer("ben", copy["id"], "accept")

    assert [row["isTallyingResponses"] for row in rows] == [True, False]
    (event,) = anna.get(path)["value"]
    assert event["attendees"][0]["status"]["response"] == "none"
    assert anna.world.clock.now() >= NOW
