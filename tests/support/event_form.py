"""What a browser posts from the event form."""

from typing import Any


def typed(**values: Any) -> dict[str, Any]:  # noqa: ANN401 - a form
    """From nine to half past ten on 1 December 2026; `values` come on top."""
    form = {
        "summary": "Design review",
        "start_date": "2026-12-01",
        "start_time": "9",
        "end_date": "2026-12-01",
        "end_time": "1030",
        "availability": "busy",
        "classification": "default",
    }
    return form | values
