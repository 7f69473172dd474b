"""The names of time zones people may choose."""

from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError

# Zones that are not places: links of the past, and offsets that know no summer time.
NOT_PLACES = ("Etc/", "SystemV/", "US/", "posix", "right")


@cache
def time_zone_choices() -> list[tuple[str, str]]:
    places = sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(NOT_PLACES)
    )
    return [(name, name.replace("_", " ")) for name in ("UTC", *places)]


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"There is no time zone {name}.")
