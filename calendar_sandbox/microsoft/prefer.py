"""The `Prefer` header (contract 2): per request, never sticky."""

import re
from dataclasses import dataclass, field

from . import zones
from .errors import invalid_parameter

_ITEM = re.compile(r'\s*([^=,\s]+)\s*(?:=\s*("[^"]*"|[^,]*))?\s*(?:,|$)')


@dataclass(frozen=True, slots=True)
class Preferences:
    zone: str = "UTC"
    body_type: str = "html"
    immutable: bool = False
    page_size: int | None = None
    applied: tuple[str, ...] = field(default=())


def read(header: str) -> Preferences:
    """Unknown preferences are ignored, as RFC 7240 wants. Raises GraphError 400 for bad values."""
    wanted = {
        name.lower(): (value or "").strip().strip('"') for name, value in _ITEM.findall(header)
    }
    applied = []
    zone = wanted.get("outlook.timezone", "UTC")
    if "outlook.timezone" in wanted:
        zones.zone(zone)
        applied.append(f'outlook.timezone="{zone}"')
    body_type = wanted.get("outlook.body-content-type", "html").lower()
    if body_type not in {"html", "text"}:
        raise invalid_parameter(f"'{body_type}' is no body content type.")
    if "outlook.body-content-type" in wanted:
        applied.append(f'outlook.body-content-type="{body_type}"')
    immutable = wanted.get("idtype", "").lower() == "immutableid"
    if immutable:
        applied.append('IdType="ImmutableId"')
    size = wanted.get("odata.maxpagesize")
    if size is not None:
        if not size.isdigit() or int(size) == 0:
            raise invalid_parameter("The value of 'odata.maxpagesize' must be a positive number.")
        applied.append(f"odata.maxpagesize={size}")
    return Preferences(zone, body_type, immutable, int(size) if size else None, tuple(applied))
