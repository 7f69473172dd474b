"""Moments in words, in the reader's zone; what is now is told, never asked of a clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format


def age(then: datetime, now: datetime) -> str:
    """How old a synchronization is: `just now`, `5 min ago`, `3 h ago`, else `on 12 Nov`."""
    seconds = int((now - then).total_seconds())
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds // 60} min ago"
    if seconds < 86_400:
        return f"{seconds // 3600} h ago"
    return f"on {date_format(then, 'j M')}"


def coming(then: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Of what is to happen: `at 10:14`, `tomorrow at 10:14`, `on Mon at 09:00`, `on 12 Nov`."""
    local, here = then.astimezone(zone), now.astimezone(zone)
    days = (local.date() - here.date()).days
    if days <= 0:
        return f"at {local:%H:%M}"
    if days == 1:
        return f"tomorrow at {local:%H:%M}"
    if days < 7:
        return f"on {date_format(local, 'D')} at {local:%H:%M}"
    return f"on {date_format(local, 'j M' if local.year == here.year else 'j M Y')}"


def moment(then: datetime, now: datetime, zone: ZoneInfo) -> str:
    """After *since* or *at*: `10:14`, `yesterday 10:14`, `Mon 09:00`, `12 Nov`, `12 Nov 2025`."""
    local, here = then.astimezone(zone), now.astimezone(zone)
    days = (here.date() - local.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    if days == 1:
        return f"yesterday {local:%H:%M}"
    if 1 < days < 7:
        return f"{date_format(local, 'D')} {local:%H:%M}"
    return date_format(local, "j M" if local.year == here.year else "j M Y")
