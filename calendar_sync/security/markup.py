"""Descriptions that strangers wrote, made safe to show."""

from typing import Any

import nh3

# Pictures would tell the sender who reads, and when.
TAGS = nh3.ALLOWED_TAGS - {"img", "map", "area"}


def harmless(fragment: str) -> str:
    """An HTML fragment without scripts, styles, handlers and pictures."""
    return nh3.clean(fragment, tags=TAGS)


def harmless_property(key: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    """One of the engine's properties with every description in it made harmless."""
    if key == "description" and isinstance(value, str):
        return harmless(value) or None
    if key == "recurrence" and isinstance(value, dict):
        overrides = [
            {**override, "event": override["event"] and harmless_properties(override["event"])}
            for override in value["overrides"]
        ]
        return {**value, "overrides": overrides}
    return value


def harmless_properties(values: dict[str, Any]) -> dict[str, Any]:
    cleaned = {key: harmless_property(key, value) for key, value in values.items()}
    return {key: value for key, value in cleaned.items() if value is not None}
