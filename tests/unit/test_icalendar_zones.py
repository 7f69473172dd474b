"""Time zones by their names and by their rules."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from calendar_sync.engine.icalendar_lines import components_of
from calendar_sync.engine.icalendar_zones import Zones, lines_of
from calendar_sync.engine.timezones import UnknownTimeZone, zone


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"),
        ("/softwarestudio.org/Tzfile/America/Indiana/Knox", "America/Indiana/Knox"),
    ],
)
def test_a_zone_by_its_name(name: str, key: str) -> None:
    assert Zones([]).zone(name, 2026).key == key


@pytest.mark.parametrize("name", ["", "Berlin", "x/UTC", "/nobody/Nowhere", "GMT+1"])
def test_no_zone_is_guessed_by_its_name(name: str) -> None:
    with pytest.raises(UnknownTimeZone):
        Zones([]).zone(name, 2026)


def by_rules(*lines: str, year: int = 2026) -> str | None:
    """The zone that a VTIMEZONE is like; None for none."""
    text = "\n".join(["BEGIN:VTIMEZONE", "TZID:X", *lines, "END:VTIMEZONE"])
    zones = Zones(components_of(text))
    try:
        found = zones.zone("X", year)
    except UnknownTimeZone:
        return None
    assert zones.zone("X", year) is found
    return found.key


def observance(start: str, earlier: str, later: str, *lines: str) -> list[str]:
    offsets = [f"TZOFFSETFROM:{earlier}", f"TZOFFSETTO:{later}"]
    return ["BEGIN:STANDARD", f"DTSTART:{start}", *offsets, *lines, "END:STANDARD"]


SUMMER = observance("16010325T020000", "+0100", "+0200", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3")
WINTER = observance("16011028T030000", "+0200", "+0100", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10")


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ([*SUMMER, *WINTER], "Europe/Budapest"),
        (SUMMER, "Etc/GMT-2"),
        (observance("20300101T000000", "-0300", "-0200"), None),
        (observance("20400101T000000", "-0300", "-0200"), "Etc/GMT+3"),
        (observance("16010101T000000", "+0545", "+0545"), "Asia/Katmandu"),
        (observance("16010101T000000", "+0003", "+0003"), None),
        (observance("16010101T000000", "soon", "+0100"), None),
        (observance("16010101", "+0100", "+0100"), None),
        (observance("00010101T000000", "+0100", "+0100"), None),
        (observance("16010101T000000", "+0100", "+0100", "RRULE:FREQ=DAILY"), None),
        (observance("16010101T000000", "+0100", "+0100", "RRULE:FREQ=YEARLY;BYHOUR=1,2"), None),
        (observance("16010101T000000", "+0100", "+0100", "RRULE:nonsense"), None),
        (observance("19700101T000000", "+0100", "+0100", "RRULE:FREQ=YEARLY;BYDAY=MO"), None),
        ([], None),
    ],
)
def test_a_zone_by_its_rules(lines: list[str], key: str | None) -> None:
    found = by_rules(*lines)

    assert found == (zone(key).key if key else None)


def test_rules_are_those_of_the_years_of_the_event() -> None:
    """The United States had other rules until 2006."""
    new = [
        *observance("20070311T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3"),
        *observance("20071104T020000", "-0400", "-0500", "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11"),
    ]

    assert by_rules(*new, year=2026) == "America/New_York"
    assert by_rules(*new, year=2003) is None
    assert by_rules(*new, year=9998) == "America/New_York"


@pytest.mark.parametrize(
    "key",
    [
        "Europe/Paris",
        "America/New_York",
        "Africa/Casablanca",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
    ],
)
def test_a_written_zone_has_the_rules_of_its_own(key: str) -> None:
    """Every change of the clock from first to last, told by the clock before it (§3.6.5)."""
    (component,) = components_of("\n".join(lines_of(key, 2020, 2030)))
    rules = zone(key)

    for part in component.parts:
        earlier, later = (
            datetime.strptime(part.value(name), "%z").tzinfo
            for name in ("TZOFFSETFROM", "TZOFFSETTO")
        )
        for text in f"{part.value('DTSTART')},{part.value('RDATE')}".strip(",").split(","):
            onset = datetime.fromisoformat(text).replace(tzinfo=earlier)
            assert onset.astimezone(rules).utcoffset() == onset.astimezone(later).utcoffset()
            before = (onset - timedelta(seconds=1)).astimezone(rules)
            assert before.utcoffset() == onset.utcoffset()
    assert by_rules(*lines_of(key, 2020, 2036)[2:-1], year=2022) is not None


def test_a_zone_that_is_none_is_not_written() -> None:
    assert lines_of("Nowhere", 2020, 2030) == ()
