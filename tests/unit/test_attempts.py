"""What the sight of an object proves about a creation whose outcome was lost."""

from datetime import UTC, datetime

from calendar_sync.engine.attempts import UNKNOWN, proven_base
from calendar_sync.engine.capabilities import Capabilities
from calendar_sync.engine.pending import Action, Attempt, LinkKey
from calendar_sync.engine.properties import Json

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
SIDE = Capabilities(batch_size=1, silent_writes=True)
NAME, TAKEN_OUT = "at:20261215T080000Z:summary", "at:20261208T080000Z"
SENT: dict[str, Json] = {"summary": "Review", NAME: "In town", TAKEN_OUT: "cancelled"}
AGREED = {"summary": ("Review", "Review")}
DATES = {NAME: ("In town", "In town"), TAKEN_OUT: ("cancelled", "cancelled")}


def proven(theirs: dict[str, Json]) -> dict[str, tuple[Json, Json]]:
    attempt = Attempt(LinkKey("1"), Action.CREATE, "key", SENT, NOW)
    return dict(proven_base(attempt, {}, theirs, SIDE))


def test_what_was_sent_is_agreed() -> None:
    assert proven(SENT) == AGREED | DATES


def test_reminders_that_the_calendar_adds_are_nobodys_wish() -> None:
    alarms: Json = [[15, "display"]]
    assert proven({**SENT, "alarms": alarms}) == AGREED | DATES | {"alarms": (None, alarms)}


def test_a_category_somebody_has_added_is_news() -> None:
    assert proven({**SENT, "category:Red": True}) == AGREED | DATES


def test_dates_that_are_not_there_have_yet_to_be_sent() -> None:
    assert proven({"summary": "Review"}) == AGREED


def test_a_date_changed_there_since_is_news() -> None:
    assert proven({**SENT, NAME: "Online"}) == AGREED | DATES | {NAME: ("In town", UNKNOWN)}
