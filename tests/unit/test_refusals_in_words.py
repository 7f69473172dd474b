"""Every code by which the contracts let an event be refused is said in words (§3.2; §8.3)."""

from __future__ import annotations

import pytest

from calendar_sync.actions.attention import REASONS
from calendar_sync.engine.errors import Rejected
from calendar_sync.providers.google.errors import error_of
from calendar_sync.providers.graph.errors import of_item
from support.wire import NOON, an_error

GOOGLE = """
400 invalid required badRequest parseError timeRangeEmpty eventRemindersCountExceedsLimit
400 cannotUseDefaultRemindersAndSpecifyOverride eventTypeRestriction eventDurationExceedsLimit
400 malformedFocusTimeEvent malformedOutOfOfficeEvent malformedWorkingLocationEvent
400 cannotChangeOrganizer cannotChangeOrganizerOfInstance
403 requiredAccessLevel forbiddenForNonOrganizer forbiddenForServiceAccounts forbidden
"""
GRAPH = """
400 ErrorInvalidIdMalformed ErrorInvalidParameter ErrorInvalidRequest RequestBodyRead BadRequest
400 ErrorPropertyValidationFailure InvalidRequest TimeZoneNotSupportedException
400 ErrorOccurrenceCrossingBoundary ErrorRecurrenceHasNoOccurrence ErrorInvalidRecipients
400 ErrorRecurrenceEndDateTooBig ErrorOccurrenceTimeSpanTooBig
403 ErrorAccessDenied ExtensionError
413 ErrorMessageSizeExceeded
"""


def rows(table: str) -> list[tuple[int, str]]:
    lines = [line.split() for line in table.strip().splitlines()]
    return [(int(status), code) for status, *codes in lines for code in codes]


@pytest.mark.parametrize(("status", "reason"), rows(GOOGLE))
def test_what_google_refuses(status: int, reason: str) -> None:
    error = error_of(an_error(status, reason), NOON)

    assert isinstance(error, Rejected)
    assert REASONS[error.code].endswith(".")


@pytest.mark.parametrize(("status", "code"), rows(GRAPH))
def test_what_microsoft_refuses(status: int, code: str) -> None:
    error = of_item(status, code.lower())

    assert isinstance(error, Rejected)
    assert REASONS[error.code].endswith(".")
