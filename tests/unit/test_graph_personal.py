"""Reminder and categories in Outlook, both ways (contract §3.1)."""

from __future__ import annotations

import pytest

from calendar_sync.engine.event import Alarm
from calendar_sync.engine.properties import Json
from calendar_sync.providers.graph import convert
from calendar_sync.providers.graph.personal import LIMITS
from support.graph import PAUL, an_event


@pytest.mark.parametrize(
    ("on", "minutes", "alarms"),
    [
        (None, None, None),
        (None, 15, None),
        (True, 30, (Alarm(30),)),
        (True, 0, (Alarm(0),)),
        (True, None, (Alarm(15),)),
        (False, 15, ()),
    ],
)
def test_a_reminder_is_read(on: bool | None, minutes: int | None, alarms: object) -> None:
    event = an_event(isReminderOn=on, reminderMinutesBeforeStart=minutes)
    assert event.alarms == alarms


@pytest.mark.parametrize(
    ("given", "categories"),
    [(None, ()), ([], ()), (["Travel", "Customer", "Travel"], ("Customer", "Travel"))],
)
def test_categories_are_read(given: list[str] | None, categories: object) -> None:
    assert an_event(categories=given).categories == categories


@pytest.mark.parametrize(
    ("key", "values", "body"),
    [
        ("alarms", {}, {"isReminderOn": True, "reminderMinutesBeforeStart": 15}),
        ("alarms", {"alarms": []}, {"isReminderOn": False}),
        (
            "alarms",
            {"alarms": [[60, "display"]]},
            {"isReminderOn": True, "reminderMinutesBeforeStart": 60},
        ),
        ("category:Gone", {}, {"categories": []}),
        (
            "category:Travel",
            {"category:Travel": True, "category:A, B": True, "category:Gone": None},
            {"categories": ["A, B", "Travel"]},
        ),
        ("summary", {"summary": "x", "category:Travel": True}, {"subject": "x"}),
    ],
)
def test_exactly_what_changed_is_written(
    key: str, values: dict[str, Json], body: dict[str, object]
) -> None:
    assert convert.body([key], values, PAUL) == body


def test_outlook_shows_one_alarm_before_the_start() -> None:
    assert LIMITS.shown([[60, "display"], [-5, "display"], [10, "email"]]) == [[60, "display"]]
    assert LIMITS.shown([[10, "email"]]) == []
