"""Reminders of one copy, with the server's habits (contract 4.5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from .errors import calendar_error

LONGEST = 40_320


def read_reminders(
    value: Mapping[str, Any] | None,
    defaults: Sequence[Mapping[str, Any]],
    *,
    all_day: bool,
) -> dict[str, Any]:
    """What reads back after the value was written; None means nothing was sent."""
    if value is None:
        if not all_day:
            return {"useDefault": True}
        return written(list(defaults))
    overrides = value.get("overrides") or []
    if value.get("useDefault") is True:
        if overrides:
            raise calendar_error(
                400,
                "cannotUseDefaultRemindersAndSpecifyOverride",
                "Cannot specify both default reminders and overrides at the same time.",
            )
        return {"useDefault": True}
    return written(overrides)


def written(overrides: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if len(overrides) > 5:
        raise calendar_error(
            400, "eventRemindersCountExceedsLimit", "Too many reminders are defined."
        )
    kept = {
        (row["method"], min(max(row.get("minutes") or 0, 0), LONGEST))
        for row in overrides
        if row.get("method") in ("email", "popup")
    }
    # The order sent is not kept.
    rows = [{"method": method, "minutes": minutes} for method, minutes in sorted(kept)]
    return {"useDefault": False} | ({"overrides": rows} if rows else {})
