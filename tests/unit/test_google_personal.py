"""Reminders and colours at Google, both ways (contract §4.5, §11.5)."""

from __future__ import annotations

from typing import Any

import pytest

from calendar_sync.engine.event import Alarm, AlarmAction
from calendar_sync.engine.pending import Action
from calendar_sync.engine.properties import Json
from calendar_sync.providers.google import personal
from calendar_sync.providers.google.bodies import patch_body
from calendar_sync.providers.google.convert import resource_of
from support.google import a_write
from support.google_rows import SHELF, a_row


@pytest.mark.parametrize(
    ("reminders", "alarms"),
    [
        (None, None),
        ({"useDefault": True}, None),
        ({"useDefault": True, "overrides": []}, None),
        ({"useDefault": False}, ()),
        ({"useDefault": False, "overrides": []}, ()),
        ({}, None),
        (
            {"overrides": [{"method": "popup", "minutes": 60}, {"method": "email"}]},
            (Alarm(0, AlarmAction.EMAIL), Alarm(60)),
        ),
        (  # any order, doubles, a kind of former years
            {
                "useDefault": False,
                "overrides": [
                    {"method": "sms", "minutes": 5},
                    {"method": "popup", "minutes": 60},
                    {"method": "popup", "minutes": 10},
                    {"method": "popup", "minutes": 60},
                    {"minutes": 3},
                ],
            },
            (Alarm(10), Alarm(60)),
        ),
    ],
)
def test_reminders_are_read(reminders: Any, alarms: object) -> None:  # noqa: ANN401 -- wire JSON
    assert resource_of(a_row(reminders=reminders), (), SHELF).object.event.alarms == alarms


@pytest.mark.parametrize(
    ("number", "colour"), [(None, ""), ("1", "mediumpurple"), ("11", "crimson"), ("24", "")]
)
def test_colours_are_read(number: str | None, colour: str) -> None:
    assert resource_of(a_row(colorId=number), (), SHELF).object.event.colour == colour


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({"alarms": None}, {"reminders": {"useDefault": True, "overrides": []}}),
        ({"alarms": []}, {"reminders": {"useDefault": False, "overrides": []}}),
        (
            {"alarms": [[10, "display"], [60, "email"]]},
            {
                "reminders": {
                    "useDefault": False,
                    "overrides": [
                        {"method": "popup", "minutes": 10},
                        {"method": "email", "minutes": 60},
                    ],
                }
            },
        ),
        ({"colour": "crimson"}, {"colorId": "11"}),
        ({"colour": None}, {"colorId": None}),
        ({"colour": "teal"}, {"colorId": None}),
    ],
)
def test_a_patch_says_reminders_whole_and_colours_by_number(
    changes: dict[str, Json], body: object
) -> None:
    write = a_write(Action.PATCH, changes, resource_of(a_row(), (), SHELF))
    assert patch_body(write, SHELF) == body


def test_a_color_nobody_knows_stays_when_something_else_changes() -> None:
    write = a_write(Action.PATCH, {"summary": "x"}, resource_of(a_row(colorId="24"), (), SHELF))
    assert patch_body(write, SHELF) == {"summary": "x"}


def test_google_shows_five_alarms_before_the_start() -> None:
    many: Json = [[-5, "display"], [50_000, "email"], *([minutes, "email"] for minutes in range(7))]
    assert isinstance(many, list)
    assert personal.LIMITS.shown(many) == [[minutes, "email"] for minutes in range(5)]
