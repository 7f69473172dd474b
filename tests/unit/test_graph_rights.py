"""Guests' rights and proposals of new times, as Graph says them (contract 3.1, 3.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from calendar_sync.engine.properties import Json, object_of, properties
from calendar_sync.engine.rights import GuestRights
from calendar_sync.providers.graph import convert
from support.graph import PAUL, REVIEW

BO = "bo@contoso.example"


def moment(text: str, zone: str | None = "UTC") -> dict[str, str | None]:
    return {"dateTime": text, "timeZone": zone}


def proposing(proposal: object) -> Any:  # noqa: ANN401 -- wire JSON
    row = {"type": "required", "emailAddress": {"address": BO}, "proposedNewTime": proposal}
    return {**REVIEW, "attendees": [row]}


@pytest.mark.parametrize(
    ("fields", "rights"),
    [
        ({}, GuestRights()),
        ({"hideAttendees": None, "allowNewTimeProposals": None}, GuestRights()),
        ({"hideAttendees": True}, GuestRights(see=False)),
        ({"allowNewTimeProposals": False}, GuestRights(propose=False)),
        ({"responseRequested": False}, GuestRights(answer=False)),
    ],
)
def test_rights_are_told(fields: dict[str, Any], rights: GuestRights) -> None:
    assert convert.event({**REVIEW, **fields}, PAUL).rights == rights  # type: ignore[typeddict-item]


def test_a_change_names_exactly_the_field() -> None:
    said: dict[str, Json] = {"guests-see": False, "guests-propose": False, "guests-answer": False}

    assert convert.body(["guests-see"], said, PAUL) == {"hideAttendees": True}
    assert convert.body(["guests-propose"], said, PAUL) == {"allowNewTimeProposals": False}
    assert convert.body(["guests-answer"], {}, PAUL) == {"responseRequested": True}


def test_a_proposal_is_told_as_moments_and_kept_flat() -> None:
    slot = {"start": moment("2026-12-01T14:00:00.0000000"), "end": moment("2026-12-01T15:00:00")}
    event = convert.event(proposing(slot), PAUL)

    (bo,) = event.attendees
    assert bo.proposed == (
        datetime(2026, 12, 1, 14, tzinfo=UTC),
        datetime(2026, 12, 1, 15, tzinfo=UTC),
    )
    flat = properties(convert.resource(proposing(slot), PAUL).object)
    assert flat[f"proposal:{BO}"] == ["2026-12-01T14:00:00 UTC", "2026-12-01T15:00:00 UTC"]
    assert object_of("", flat).event.attendees[0].proposed == bo.proposed


@pytest.mark.parametrize(
    "odd",
    [
        None,
        {},
        {"start": None, "end": None},
        {"start": moment("soon"), "end": moment("2026-12-01T15:00:00")},
        {"start": moment("0001-01-01T00:00:00"), "end": moment("2026-12-01T15:00:00")},
        {"start": moment("2026-12-01T14:00:00", "Nowhere"), "end": moment("2026-12-01T15:00:00")},
        {"start": moment("2026-12-01T16:00:00"), "end": moment("2026-12-01T15:00:00")},
    ],
)
def test_an_odd_proposal_is_none_and_stops_nothing(odd: object) -> None:
    (bo,) = convert.event(proposing(odd), PAUL).attendees

    assert (bo.address, bo.proposed) == (BO, None)
