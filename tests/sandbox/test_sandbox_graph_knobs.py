"""The other ways in which the real service may behave (contract 12)."""

import pytest

from support.outlook import WINDOW, Outlook, a_body, a_series, a_world, guests, moment

BERLIN = "Europe/Berlin"


@pytest.fixture
def anna() -> Outlook:
    return Outlook(a_world())


def test_dates_share_the_uid_of_their_master(anna: Outlook) -> None:
    anna.world.knobs["graph.same_uid_for_dates"] = True
    master = anna.create(a_series())
    dates = anna.get(f"/me/calendarView?{WINDOW}")["value"]

    assert {row["iCalUId"] for row in dates} == {master["iCalUId"]}


def test_unofficial_properties_are_absent(anna: Outlook) -> None:
    assert {"uid", "occurrenceId"} <= anna.create(a_body()).keys()
    anna.world.knobs["graph.extra_properties"] = False

    assert not {"uid", "occurrenceId"} & anna.create(a_body()).keys()


def test_drafts_are_ignored(anna: Outlook) -> None:
    anna.world.knobs["graph.drafts"] = False
    event = anna.create(a_body(isDraft=True, attendees=guests("eva@client.example")))

    assert (event["isDraft"], anna.world.mail.count) == (False, 1)


@pytest.mark.rubbish
def test_select_on_delta_is_ignored(anna: Outlook) -> None:
    anna.world.knobs["graph.delta_select"] = "ignored"
    anna.create(a_body())

    assert "subject" in anna.get(f"/me/calendarView/delta?{WINDOW}&$select=id")["value"][0]


def test_deleted_dates_stay_deleted_when_a_series_is_rewritten(anna: Outlook) -> None:
    anna.world.knobs["graph.edited_dates"] = "kept"
    series = anna.create(a_series())
    dates = anna.get(f"/me/calendarView?{WINDOW}")["value"]
    anna.delete(dates[1]["id"])
    series["recurrence"]["range"]["endDate"] = "2026-12-04"
    anna.patch(series["id"], {"recurrence": series["recurrence"]})

    assert len(anna.get(f"/me/calendarView?{WINDOW}")["value"]) == 3


def test_missing_zone_is_utc(anna: Outlook) -> None:
    anna.world.knobs["graph.missing_zone"] = "utc"
    event = anna.create(a_body())
    changed = anna.patch(event["id"], {"start": {"dateTime": "2026-12-01T09:15:00"}})

    assert changed["start"]["dateTime"] == "2026-12-01T09:15:00.0000000"


def test_calendar_ids_differ_under_immutable_ids(anna: Outlook) -> None:
    plain = anna.get("/me/calendar", Prefer="")["id"]
    assert anna.get("/me/calendar")["id"] == plain
    anna.world.knobs["graph.calendar_ids"] = "other"
    other = anna.get("/me/calendar")["id"]

    assert other != plain
    assert anna.get(f"/me/calendars/{other}")["name"] == "Calendar"


def test_counted_ranges_read_back_by_their_end(anna: Outlook) -> None:
    anna.world.knobs["graph.numbered"] = "endDate"
    body = a_series()
    body["recurrence"]["range"] = {
        "type": "numbered",
        "startDate": "2026-12-01",
        "numberOfOccurrences": 3,
    }
    span = anna.create(body)["recurrence"]["range"]

    assert (span["type"], span["endDate"], span["numberOfOccurrences"]) == (
        "endDate",
        "2026-12-03",
        0,
    )


def test_iana_zones_read_back_as_windows_names(anna: Outlook) -> None:
    anna.world.knobs["graph.iana_zones"] = "windows"
    event = anna.create(
        a_body(start=moment("2026-12-01T09:00", BERLIN), end=moment("2026-12-01T10:00", BERLIN))
    )

    assert event["originalStartTimeZone"] == "W. Europe Standard Time"


@pytest.mark.rubbish
def test_unknown_properties_are_ignored(anna: Outlook) -> None:
    anna.world.knobs["graph.unknown_property"] = "ignored"

    assert "colour" not in anna.create(a_body(colour="red"))


def test_offset_in_a_time_is_ignored(anna: Outlook) -> None:
    anna.world.knobs["graph.offset"] = "ignored"
    event = anna.create(a_body(start=moment("2026-12-01T09:00:00+05:00")))

    assert event["start"]["dateTime"] == "2026-12-01T09:00:00.0000000"


def test_ids_of_both_forms_are_accepted(anna: Outlook) -> None:
    anna.world.knobs["graph.mixed_ids"] = "accepted"
    event = anna.create(a_body())

    assert anna.get(f"/me/events/{event['id']}", Prefer="")["id"].startswith("AAMk")


def test_mail_of_me_is_null(anna: Outlook) -> None:
    anna.world.knobs["graph.mail_is_null"] = True
    me = anna.get("/me")

    assert (me["mail"], me["userPrincipalName"]) == (None, "anna@contoso.example")


def test_default_page_of_delta(anna: Outlook) -> None:
    anna.world.knobs["graph.delta_page"] = 50
    rows = [a_body(subject=f"E{number}") for number in range(51)]
    anna.world.microsoft.load(anna.world.people.get("anna"), rows)

    assert len(anna.get(f"/me/calendarView/delta?{WINDOW}")["value"]) == 50


@pytest.mark.parametrize(("splits", "sizes"), [(False, [6, 1]), (True, [4, 3])])
def test_pages_smaller_than_wished(anna: Outlook, splits: bool, sizes: list[int]) -> None:
    """A series of five dates and a single event; four rows on a page."""
    anna.world.knobs["graph.delta_page_most"] = 4
    anna.world.knobs["graph.delta_splits_series"] = splits
    anna.create(a_series())
    anna.create(a_body())

    first = anna.get(f"/me/calendarView/delta?{WINDOW}")
    second = anna.get(first["@odata.nextLink"])

    assert [len(first["value"]), len(second["value"])] == sizes
    assert len({row["id"] for row in first["value"] + second["value"]}) == 7
    assert "@odata.deltaLink" in second
