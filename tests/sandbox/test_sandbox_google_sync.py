"""events.list: full lists, deltas, tokens, pages (contract 6)."""

from datetime import timedelta

import pytest

from support.gcal import Gcal, Json, a_body, a_sandbox, all_day, guests, parsed, refusal, span

FOUR_KEYS = ["etag", "id", "kind", "status"]


@pytest.fixture
def anna() -> Gcal:
    return Gcal(a_sandbox())


def many(anna: Gcal, count: int) -> None:
    anna.sandbox.google.load(anna.person, [a_body(summary=f"E{n}") for n in range(count)])


def summaries(rows: list[Json]) -> list[str]:
    return [row["summary"] for row in rows]


def a_series(anna: Gcal) -> None:
    """A master, a moved date and a cancelled date."""
    original = [f"2026-12-0{day}T08:00:00Z" for day in (1, 2, 3)]
    dates = [
        {
            "id": f"series_2026120{n + 1}T080000Z",
            "recurringEventId": "series",
            "originalStartTime": {"dateTime": original[n], "timeZone": "Europe/Berlin"},
            "iCalUID": "series@google.com",
            "status": status,
            **a_body(summary="Moved"),
        }
        for n, status in ((1, "confirmed"), (2, "cancelled"))
    ]
    master = a_body(id="series", recurrence=["RRULE:FREQ=DAILY;COUNT=5"], summary="Daily")
    anna.sandbox.google.load(anna.person, [master, *dates])


def test_a_list_has_the_frame_of_its_calendar(anna: Gcal) -> None:
    body = parsed(anna.page())

    token = body.pop("nextSyncToken")
    assert token
    assert body.pop("etag").startswith('"p3')
    assert body == {
        "kind": "calendar#events",
        "summary": "anna@corp.example",
        "description": "",
        "updated": "2026-11-20T08:00:00.000Z",
        "timeZone": "Europe/Berlin",
        "accessRole": "owner",
        "defaultReminders": [{"method": "popup", "minutes": 10}],
        "items": [],
    }


def test_pages_hold_250_and_the_last_one_the_sync_token(anna: Gcal) -> None:
    many(anna, 600)
    sizes, names, page_token = [], [], ""
    for _ in range(3):
        query = {"pageToken": page_token} if page_token else {}
        body = parsed(anna.page(**query))
        sizes.append(len(body["items"]))
        names += summaries(body["items"])
        page_token = body.get("nextPageToken", "")
        assert ("nextSyncToken" in body) is not bool(page_token)

    assert sizes == [250, 250, 100]
    assert names == [f"E{n}" for n in range(600)]


def test_page_tokens_belong_to_their_parameters(anna: Gcal) -> None:
    many(anna, 3)
    token = parsed(anna.page(maxResults=1))["nextPageToken"]

    assert refusal(anna.page(maxResults=2, pageToken=token)) == (400, "global", "invalid")
    assert refusal(anna.page(maxResults=1, pageToken="x")) == (400, "global", "invalid")


def test_page_size_is_capped_and_empty_pages_are_given_by_knob(anna: Gcal) -> None:
    many(anna, 3)
    anna.sandbox.knobs["google.page_cap"] = 2
    anna.sandbox.knobs["google.empty_pages"] = 2
    sizes, query = [], dict[str, str]()
    while True:
        body = parsed(anna.page(maxResults=9999, **query))
        sizes.append(len(body["items"]))
        if "nextSyncToken" in body:
            break
        query = {"pageToken": body["nextPageToken"]}

    assert sizes == [0, 0, 2, 1]


@pytest.mark.parametrize("value", ["0", "-1", "many"])
def test_max_results_must_be_a_positive_number(anna: Gcal, value: str) -> None:
    assert refusal(anna.page(maxResults=value)) == (400, "global", "invalidParameter")


def test_a_delta_shows_the_current_state_once(anna: Gcal) -> None:
    event = anna.inserted()
    token = anna.token()
    assert anna.delta(token) == []

    anna.patch(event["id"], {"summary": "One"})
    other = anna.inserted(a_body(summary="Other"))
    anna.patch(event["id"], {"summary": "Two"})
    assert summaries(anna.delta(token)) == ["Other", "Two"]
    # An old token can be replayed.
    anna.delete(other["id"])
    rows = anna.delta(token)
    assert rows[0]["summary"] == "Two"
    assert sorted(rows[1]) == FOUR_KEYS


def test_created_and_deleted_in_between_is_a_tombstone(anna: Gcal) -> None:
    token = anna.token()
    event = anna.inserted()
    anna.delete(event["id"])

    (row,) = anna.delta(token)
    assert (sorted(row), row["id"], row["status"]) == (FOUR_KEYS, event["id"], "cancelled")


def test_a_delta_with_show_deleted_keeps_the_details(anna: Gcal) -> None:
    event = anna.inserted()
    token = anna.token()
    anna.delete(event["id"])

    (row,) = anna.delta(token, showDeleted="true")
    assert (row["status"], row["summary"]) == ("cancelled", "Design review")


def test_a_change_while_paging_belongs_to_the_next_delta(anna: Gcal) -> None:
    first = anna.inserted(a_body(summary="First"))
    anna.inserted(a_body(summary="Second"))
    start = parsed(anna.page(maxResults=1))
    anna.patch(first["id"], {"summary": "Changed"})

    end = parsed(anna.page(maxResults=1, pageToken=start["nextPageToken"]))
    assert summaries(end["items"]) == ["Second"]
    assert summaries(anna.delta(end["nextSyncToken"])) == ["Changed"]


def test_a_delta_is_not_limited_to_the_first_window(anna: Gcal) -> None:
    window = {"timeMin": "2026-12-01T00:00:00Z", "timeMax": "2026-12-02T00:00:00Z"}
    token = parsed(anna.page(**window))["nextSyncToken"]
    anna.inserted(a_body(**span("2027-06-01T09:00:00", "2027-06-01T10:00:00")))

    assert len(anna.delta(token)) == 1


@pytest.mark.parametrize(
    "extra",
    [
        {"timeMin": "2026-12-01T00:00:00Z"},
        {"timeMax": "2026-12-01T00:00:00Z"},
        {"updatedMin": "2026-11-20T00:00:00Z"},
        {"q": "x"},
        {"iCalUID": "x"},
        {"orderBy": "updated"},
        {"privateExtendedProperty": "k=v"},
        {"sharedExtendedProperty": "k=v"},
        {"showDeleted": "false"},
    ],
)
def test_a_sync_token_admits_no_restrictions(anna: Gcal, extra: dict[str, str]) -> None:
    response = anna.page(syncToken=anna.token(), **extra)

    assert refusal(response) == (400, "calendar", "syncTokenWithRequestRestrictions")


def test_show_deleted_false_may_pass_by_knob(anna: Gcal) -> None:
    anna.sandbox.knobs["google.show_deleted_false"] = "ignored"

    assert anna.page(syncToken=anna.token(), showDeleted="false").status_code == 200


def test_malformed_and_foreign_tokens_are_invalid(anna: Gcal) -> None:
    foreign = Gcal(anna.sandbox, "ben").token()

    for token in ("nonsense", "", foreign):
        response = anna.page(syncToken=token)
        assert refusal(response) == (400, "global", "invalid")
        assert response.json()["error"]["message"] == "Invalid sync token value."


def test_expired_and_withdrawn_tokens_demand_a_full_sync(anna: Gcal) -> None:
    expected = (410, "calendar", "fullSyncRequired")
    token = anna.token()
    anna.sandbox.google.expire_sync_tokens(anna.person)
    assert refusal(anna.page(syncToken=token)) == expected

    token = anna.token()
    anna.sandbox.clock.advance(timedelta(days=31))
    again = Gcal(anna.sandbox)
    assert refusal(again.page(syncToken=token)) == expected
    anna.sandbox.knobs["google.sync_token_days"] = 0
    assert again.page(syncToken=token).status_code == 200


def test_an_empty_delta_returns_a_new_token_or_the_same_by_knob(anna: Gcal) -> None:
    token = anna.token()

    assert parsed(anna.page(syncToken=token))["nextSyncToken"] != token
    anna.sandbox.knobs["google.empty_delta_token"] = "same"
    assert parsed(anna.page(syncToken=token))["nextSyncToken"] == token


def test_writes_show_late_by_knob(anna: Gcal) -> None:
    token = anna.token()
    anna.sandbox.knobs["google.list_lag_seconds"] = 5
    anna.sandbox.clock.advance(timedelta(seconds=10))
    anna.inserted()

    late = parsed(anna.page(syncToken=token))
    assert (late["items"], parsed(anna.page())["items"]) == ([], [])
    anna.sandbox.clock.advance(timedelta(seconds=6))
    assert len(anna.delta(late["nextSyncToken"])) == 1
    assert len(parsed(anna.page())["items"]) == 1


def test_a_window_keeps_what_overlaps_it(anna: Gcal) -> None:
    anna.inserted(a_body(summary="Timed"))
    anna.inserted(a_body(summary="Day", **all_day("2026-12-02", "2026-12-03")))

    def window(lower: str, upper: str) -> list[str]:
        return summaries(parsed(anna.page(timeMin=lower, timeMax=upper))["items"])

    assert window("2026-12-01T09:00:00Z", "2026-12-02T00:00:00Z") == ["Day"]
    assert window("2026-12-01T08:59:59Z", "2026-12-01T22:00:00Z") == ["Timed"]
    assert refusal(anna.page(timeMin="2026-12-02T00:00:00Z", timeMax="2026-12-01T00:00:00Z")) == (
        400, "calendar", "timeRangeEmpty",
    )  # fmt: skip
    assert refusal(anna.page(timeMin="2026-12-02T00:00:00")) == (400, "global", "badRequest")


def test_lists_are_searched_and_filtered(anna: Gcal) -> None:
    red = {"extendedProperties": {"private": {"team": "red", "size": "s"}}}
    anna.inserted(a_body(summary="Red", attendees=guests("eva@client.example"), **red))
    anna.inserted(a_body(summary="Blue", location="Red room"))

    def found(**query: object) -> list[str]:
        return summaries(parsed(anna.page(**query))["items"])

    assert found(q="red EVA") == ["Red"]
    assert found(q="red") == ["Red", "Blue"]
    assert found(privateExtendedProperty="team=red") == ["Red"]
    assert found(eventTypes="focusTime") == []
    uid = parsed(anna.page())["items"][1]["iCalUID"]
    assert found(iCalUID=uid) == ["Blue"]
    both = ["team=red", "size=l"]
    url = "https://sandbox.example/google/calendar/v3/calendars/primary/events"
    params = {"privateExtendedProperty": both}
    assert anna.session.get(url, params=params, timeout=5).json()["items"] == []
    anna.sandbox.knobs["google.property_filter"] = "any"
    assert len(anna.session.get(url, params=params, timeout=5).json()["items"]) == 1


def test_ordered_lists_and_searches_give_no_sync_token_unless_knob(anna: Gcal) -> None:
    on_the_third = span("2026-12-03T09:00:00", "2026-12-03T10:00:00")
    later = anna.inserted(a_body(summary="Later", **on_the_third))
    anna.inserted(a_body(summary="Sooner"))
    anna.patch(later["id"], {"location": "Here"})

    by_start = parsed(anna.page(orderBy="startTime", singleEvents="true"))
    by_change = parsed(anna.page(orderBy="updated"))
    assert summaries(by_start["items"]) == ["Sooner", "Later"]
    assert summaries(by_change["items"]) == ["Sooner", "Later"]
    assert "nextSyncToken" not in by_start
    assert refusal(anna.page(orderBy="startTime")) == (400, "global", "invalid")
    anna.sandbox.knobs["google.ordered_list_token"] = True
    assert "nextSyncToken" in parsed(anna.page(orderBy="updated"))


def test_updated_min_shows_deleted_ones_and_reaches_four_weeks(anna: Gcal) -> None:
    event = anna.inserted()
    anna.delete(event["id"])

    (row,) = parsed(anna.page(updatedMin="2026-11-20T00:00:00Z"))["items"]
    assert row["status"] == "cancelled"
    assert parsed(anna.page())["items"] == []
    assert refusal(anna.page(updatedMin="2026-10-01T00:00:00Z")) == (
        410, "calendar", "updatedMinTooLongAgo",
    )  # fmt: skip


def test_a_series_is_listed_with_its_exceptions(anna: Gcal) -> None:
    a_series(anna)
    master, moved, cancelled = parsed(anna.page())["items"]

    assert master["recurrence"] == ["RRULE:FREQ=DAILY;COUNT=5"]
    assert moved["originalStartTime"]["dateTime"] == "2026-12-02T09:00:00+01:00"
    assert moved["recurringEventId"] == "series"
    assert sorted(cancelled) == [*FOUR_KEYS[:3], "originalStartTime", "recurringEventId", "status"]
    assert master["etag"] == moved["etag"] == cancelled["etag"]


def test_one_touch_brings_the_whole_family(anna: Gcal) -> None:
    a_series(anna)
    token = anna.token()
    anna.patch("series_20261202T080000Z", {"summary": "Moved again"})

    rows = anna.delta(token)
    assert len(rows) == 3
    assert len({row["etag"] for row in rows}) == 1
    cancelled = next(row for row in rows if row["status"] == "cancelled")
    assert "recurringEventId" in cancelled
    anna.sandbox.knobs["google.deleted_date"] = "4-keys"
    bare = next(row for row in anna.delta(token) if row["status"] == "cancelled")
    assert sorted(bare) == FOUR_KEYS


def test_a_deleted_series_sweeps_its_exceptions(anna: Gcal) -> None:
    a_series(anna)
    token = anna.token()
    anna.delete("series")

    assert [sorted(row) for row in anna.delta(token)] == [FOUR_KEYS] * 3
    anna.sandbox.knobs["google.series_deletion"] = "master"
    assert [row["id"] for row in anna.delta(token)] == ["series"]
    assert parsed(anna.page())["items"] == []
    anna.sandbox.knobs["google.cancelled_masters"] = True
    (ghost,) = parsed(anna.page())["items"]
    assert (ghost["status"], ghost["recurrence"]) == ("cancelled", ["RRULE:FREQ=DAILY;COUNT=5"])


def test_an_exception_refuses_a_rule_of_its_own(anna: Gcal) -> None:
    a_series(anna)

    assert anna.patch("series_20261202T080000Z", {"recurrence": None}).status_code == 400


def test_2000_events_with_guests_are_loaded_silently(anna: Gcal) -> None:
    rows = [a_body(attendees=guests("ben@corp.example", "eva@client.example"))] * 2000
    loaded = anna.sandbox.google.load(anna.person, rows)

    assert len({row["id"] for row in loaded}) == 2000
    assert anna.sandbox.mail.count == 0
    ben = anna.sandbox.people.get("ben")
    assert len(anna.sandbox.google.events(ben)) == 2000
