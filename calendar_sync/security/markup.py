"""Descriptions that strangers wrote, made safe to show."""

from typing import Any

import nh3

from calendar_sync.engine.properties import family, on_which

# Pictures would tell the sender who reads, and when.
TAGS = nh3.ALLOWED_TAGS - {"img", "map", "area"}


def harmless(fragment: str) -> str:
    """An HTML fragment without scripts, styles, handlers and pictures."""
    return nh3.clean(fragment, tags=TAGS)


def harmless_property(key: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    """One of the engine's properties; a description is made harmless, also that of one date."""
    if family(key) == "description" and isinstance(value, str):
        clean = harmless(value)
        return clean if on_which(key)[0] else clean or None
    return value


def harmless_properties(values: dict[str, Any]) -> dict[str, Any]:
    cleaned = {key: harmless_property(key, value) for key, value in values.items()}
    return {key: value for key, value in cleaned.items() if value is not None}
