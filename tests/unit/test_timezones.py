"""Names of time zones (engine/timezones.py)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from tzlocal.windows_tz import tz_win, win_tz

from calendar_sync.engine.timezones import UnknownTimeZone, windows_name, zone


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Romance Standard Time", "Europe/Paris"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("India Standard Time", "Asia/Kolkata"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("FLE Standard Time", "Europe/Kyiv"),
        ("US/Pacific", "US/Pacific"),
        ("EST5EDT", "EST5EDT"),
    ],
)
def test_names_lead_to_rules(name: str, key: str) -> None:
    assert zone(name).key == key


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Mars Standard Time",
        "tzone://Microsoft/Custom",
        "PDT",
        "Europe",
        "../../etc/passwd",
        "/etc/localtime",
        "Europe/Paris\0",
        "localtime",
        "Factory",
        "\udcff",
        "x" * 5000,
    ],
)
def test_unknown_names_are_reported(name: str) -> None:
    with pytest.raises(UnknownTimeZone):
        zone(name)


def test_every_windows_name_has_rules_and_comes_back() -> None:
    there_and_back = {name: windows_name(zone(name).key) for name in win_tz}

    assert there_and_back == {name: name for name in win_tz}


def test_every_iana_name_of_the_table_has_rules() -> None:
    named = {name for name in tz_win if name}  # it maps the empty name too

    assert {name for name in named if not zone(name).key} == set()


@pytest.mark.parametrize(
    ("iana", "windows"),
    [
        ("Europe/Vienna", "W. Europe Standard Time"),
        ("Asia/Kolkata", "India Standard Time"),
        ("Europe/Kyiv", "FLE Standard Time"),
        ("America/Argentina/Buenos_Aires", "Argentina Standard Time"),
        ("GMT", "UTC"),
        ("PST8PDT", "Pacific Standard Time"),
        ("Antarctica/Troll", None),
        ("America/Scoresbysund", None),
        ("Nowhere/Town", None),
        ("tzone://Microsoft/Custom", None),
        ("", None),
    ],
)
def test_windows_names(iana: str, windows: str | None) -> None:
    assert windows_name(iana) == windows


def test_every_windows_name_has_the_rules_of_the_zone_it_stands_for() -> None:
    """From 2026 on: a table older than a change of law would move a series, unseen."""
    moments = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=5 * n) for n in range(500)]
    names = {name: windows_name(name) for name in available_timezones()}
    told = {windows: _offsets(zone(windows), moments) for windows in names.values() if windows}

    assert {
        name
        for name, windows in names.items()
        if windows and _offsets(ZoneInfo(name), moments) != told[windows]
    } == set()


def test_every_zone_but_these_has_a_windows_name() -> None:
    without = {name for name in available_timezones() if not windows_name(name)}

    assert without - {"Factory", "localtime"} == {
        "America/Scoresbysund",
        "Antarctica/Casey",
        "Antarctica/Troll",
        "Antarctica/Vostok",
    }


def _offsets(rules: ZoneInfo, moments: list[datetime]) -> list[timedelta | None]:
    return [at.astimezone(rules).utcoffset() for at in moments]


def test_renamed_zones_keep_their_rules() -> None:
    """The table of renamed zones points from each old name to the same rules."""
    moments = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=30 * n) for n in range(12)]
    old_names = ["Asia/Calcutta", "America/Godthab", "Europe/Kiev", "America/Indianapolis"]

    for old in old_names:
        ours, theirs = zone(old), ZoneInfo(old)
        assert ours.key != theirs.key
        assert [at.astimezone(ours).utcoffset() for at in moments] == [
            at.astimezone(theirs).utcoffset() for at in moments
        ]
