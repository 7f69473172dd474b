"""In which zone an item of Outlook is told: one order, and never a guess (graph/zones.py)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from calendar_sync.providers.graph.recurrence import Unreadable
from calendar_sync.providers.graph.zones import (
    delivered_zone,
    end_zone,
    known_zone,
    own_zone,
    written_zone,
)
from support.graph import an_item

CUSTOM = "tzone://Microsoft/Custom"
PARIS, TOKYO, UTC = ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Tokyo"), ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Romance Standard Time", "Europe/Paris"),
        ("Europe/Paris", "Europe/Paris"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("India Standard Time", "Asia/Kolkata"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("UTC", "UTC"),
    ],
)
def test_names_that_are_known(name: str, key: str) -> None:
    assert getattr(known_zone(name), "key", None) == key


@pytest.mark.parametrize("name", [None, "", CUSTOM, "Mars Standard Time", "PDT"])
def test_names_that_nobody_knows(name: str | None) -> None:
    assert known_zone(name) is None


@pytest.mark.parametrize(
    ("kind", "rule", "start", "end", "mailbox", "found"),
    [
        ("seriesMaster", "Asia/Tokyo", "Romance Standard Time", None, None, TOKYO),
        ("seriesMaster", "", "Romance Standard Time", None, None, PARIS),
        ("seriesMaster", None, "Romance Standard Time", "UTC", TOKYO, PARIS),
        ("seriesMaster", CUSTOM, "Romance Standard Time", "Asia/Tokyo", None, PARIS),
        ("seriesMaster", CUSTOM, CUSTOM, "Asia/Tokyo", PARIS, TOKYO),
        ("seriesMaster", CUSTOM, CUSTOM, CUSTOM, PARIS, PARIS),
        # an end in UTC is said beside any zone, and would lose the clock changes of the series
        ("seriesMaster", CUSTOM, CUSTOM, "UTC", PARIS, PARIS),
        ("seriesMaster", CUSTOM, CUSTOM, "tzone://Microsoft/Utc", None, None),
        ("seriesMaster", "UTC", CUSTOM, "UTC", None, UTC),
        ("seriesMaster", CUSTOM, "", None, None, None),
        # a single moment is the same one in UTC
        ("singleInstance", None, CUSTOM, "UTC", PARIS, UTC),
        ("singleInstance", None, CUSTOM, "Asia/Tokyo", PARIS, TOKYO),
        ("singleInstance", None, "", None, PARIS, PARIS),
        ("singleInstance", None, CUSTOM, None, None, None),
    ],
)
def test_first_known_name_decides(
    kind: str,
    rule: str | None,
    start: str,
    end: str | None,
    mailbox: ZoneInfo | None,
    found: ZoneInfo | None,
) -> None:
    item = an_item(type=kind, originalStartTimeZone=start, originalEndTimeZone=end)
    if kind == "seriesMaster":
        item["recurrence"] = {"range": {"recurrenceTimeZone": rule}}

    if found is None:
        with pytest.raises(Unreadable, match=r"^unknown_time_zone$"):
            own_zone(item, mailbox)
    else:
        assert own_zone(item, mailbox) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [("Tokyo Standard Time", TOKYO), ("UTC", PARIS), (CUSTOM, PARIS), (None, PARIS)],
)
def test_end_has_its_own_zone_or_that_of_the_start(name: str | None, found: ZoneInfo) -> None:
    assert end_zone(an_item(originalEndTimeZone=name), PARIS) == found


@pytest.mark.parametrize(
    ("name", "found"), [("UTC", UTC), (None, UTC), ("", UTC), ("Asia/Tokyo", TOKYO)]
)
def test_times_are_delivered_in_utc(name: str | None, found: ZoneInfo) -> None:
    assert delivered_zone({"dateTime": "2026-12-01T09:00:00", "timeZone": name}) == found


def test_time_delivered_in_a_zone_nobody_knows_is_reported() -> None:
    with pytest.raises(Unreadable, match=r"^unknown_time_zone$"):
        delivered_zone({"dateTime": "2026-12-01T09:00:00", "timeZone": CUSTOM})


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Europe/Vienna", "W. Europe Standard Time"),
        ("Pacific/Kiritimati", "Line Islands Standard Time"),
        # no Windows zone keeps their time
        ("Antarctica/Casey", "Antarctica/Casey"),
        ("Antarctica/Troll", "Antarctica/Troll"),
    ],
)
def test_zone_is_written_by_a_name_with_its_rules(zone: str, name: str) -> None:
    assert written_zone(ZoneInfo(zone)) == name
