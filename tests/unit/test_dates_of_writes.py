"""What a write of a series says of its dates, and what is left to write of them."""

from __future__ import annotations

from dataclasses import replace

from calendar_sync.engine.dates import (
    DatePart,
    about_dates,
    believed,
    differing_dates,
    is_about_dates_only,
    may_lack_dates,
    of_series,
    still_cancelled,
    with_dates,
    written_dates,
)
from calendar_sync.engine.event import Attendee, CalendarObject, Override, PartStat
from calendar_sync.engine.pending import Action, LinkKey
from calendar_sync.engine.properties import Json, Properties, object_of, properties
from calendar_sync.engine.series import cancel_date, change_date, cut, event_at
from calendar_sync.engine.sync import ETag, Href, Resource, Write
from support.builders import BEN
from support.recurring import paris, series

WEEK = series(paris(2), "RRULE:FREQ=DAILY;COUNT=5")


def renamed(obj: CalendarObject, day: int, title: str = "Long") -> CalendarObject:
    when = paris(day)
    return change_date(obj, when, replace(event_at(obj, when), summary=title))


def a_write(before: CalendarObject, after: CalendarObject) -> Write:
    then, now = properties(before), properties(after)
    keys = then.keys() | now.keys()
    changes = {key: now.get(key) for key in sorted(keys) if then.get(key) != now.get(key)}
    return Write(LinkKey("k"), Action.PATCH, Href("h"), ETag("e"), "key", "u1", changes, target=now)


def told(parts: list[DatePart]) -> list[tuple[int, tuple[str, ...] | None, bool]]:
    """Day, keys to be written (None: to be taken out), whether it comes back."""
    return [
        (part.recurrence_id.day, part.keys if part.content else None, part.restored)
        for part in parts
    ]


def test_only_what_a_date_changes_is_written() -> None:
    write = a_write(WEEK, renamed(WEEK, 4))

    assert told(written_dates(write)) == [(4, ("summary",), False)]
    assert of_series(write.changes) == {}
    assert about_dates(write.changes)


def test_a_cancelled_date_is_taken_out() -> None:
    write = a_write(renamed(WEEK, 4), cancel_date(renamed(WEEK, 4), paris(4)))

    assert told(written_dates(write)) == [(4, None, False)]


def test_a_date_that_comes_back_is_written_whole() -> None:
    write = a_write(cancel_date(WEEK, paris(4)), renamed(WEEK, 4))

    ((day, keys, restored),) = told(written_dates(write))
    assert (day, restored) == (4, True)
    assert keys
    assert {"when", "summary"} <= set(keys)


def test_what_becomes_single_has_no_dates_to_write() -> None:
    write = a_write(renamed(WEEK, 4), CalendarObject(WEEK.uid, WEEK.event))

    assert written_dates(write) == []
    assert "recurrence" in of_series(write.changes)


def test_dates_that_are_as_they_shall_be_are_left_alone() -> None:
    wanted = cancel_date(renamed(WEEK, 4), paris(5))

    assert differing_dates(properties(wanted), properties(wanted)) == []


def test_lost_dates_are_written_again() -> None:
    wanted = cancel_date(renamed(WEEK, 4), paris(5))

    parts = differing_dates(properties(WEEK), properties(wanted))

    assert told(parts) == [(4, ("summary",), False), (5, None, False)]


def test_dates_that_came_back_against_our_will_are_reset() -> None:
    parts = differing_dates(properties(renamed(WEEK, 4)), properties(WEEK))

    assert told(parts) == [(4, ("summary",), False)]


def test_survivors_behind_the_end_are_taken_out() -> None:
    there = replace(renamed(WEEK, 5), recurrence=cut(WEEK, paris(4)).recurrence)

    parts = differing_dates(properties(there), properties(cut(WEEK, paris(4))))

    assert told(parts) == [(5, None, False)]


def test_a_cancelled_date_that_is_none_any_more_is_no_difference() -> None:
    there = replace(cancel_date(WEEK, paris(5)), recurrence=cut(WEEK, paris(4)).recurrence)

    assert differing_dates(properties(there), properties(cut(WEEK, paris(4)))) == []


def test_a_date_missing_there_is_restored() -> None:
    parts = differing_dates(properties(cancel_date(WEEK, paris(4))), properties(WEEK))

    assert [(part.recurrence_id.day, part.restored) for part in parts] == [(4, True)]


def resource(obj: CalendarObject) -> Resource:
    return Resource(Href("h"), ETag("e"), obj, organized_by_owner=True)


def test_answers_about_dates_are_laid_over_what_was_read() -> None:
    known = resource(renamed(renamed(WEEK, 3), 4))

    late = replace(event_at(WEEK, paris(5)), start=paris(5, 15), end=paris(5, 16))

    after = with_dates(known, [Override(paris(4), None), Override(paris(5), late)])

    shown: Properties = properties(after.object)
    wanted = change_date(cancel_date(renamed(WEEK, 3), paris(4)), paris(5), late)
    assert shown == properties(wanted)


def test_a_series_read_without_its_dates_has_those_we_know_of() -> None:
    wanted = cancel_date(renamed(WEEK, 4), paris(5))

    after = believed(resource(WEEK), properties(wanted))

    assert properties(after.object) == properties(wanted)


def test_an_answer_alone_is_no_reason_to_write_a_date() -> None:
    answered = {**properties(renamed(WEEK, 4)), **guest("accepted")}

    assert (
        differing_dates({**properties(renamed(WEEK, 4)), **guest("needs-action")}, answered) == []
    )


def guest(partstat: str) -> dict[str, Json]:
    """Eva is invited to one date alone, and has answered."""
    date = "at:20260304T080000Z"
    return {
        f"{date}:attendee:eva@client.example": ["", "req-participant", "individual"],
        f"{date}:answer:eva@client.example": [partstat, "", 0],
    }


def test_when_dates_are_looked_at_after_a_write() -> None:
    title = a_write(WEEK, replace(WEEK, event=replace(WEEK.event, summary="Daily")))
    own = renamed(WEEK, 4)
    beside = a_write(own, replace(own, event=replace(own.event, location="Room")))

    assert not may_lack_dates(title)
    assert may_lack_dates(beside)
    assert may_lack_dates(a_write(WEEK, own))
    assert not may_lack_dates(replace(beside, action=Action.DELETE))
    assert is_about_dates_only(a_write(WEEK, own))
    assert not is_about_dates_only(beside)


def test_a_cancelled_date_that_its_guest_put_away_is_still_cancelled() -> None:
    """Outlook then shows it as any date that he declined."""
    meeting = replace(WEEK, event=replace(WEEK.event, attendees=(Attendee(BEN),)))
    known = properties(cancel_date(cancel_date(meeting, paris(3)), paris(5)))
    no = replace(
        event_at(meeting, paris(3)), attendees=(Attendee(BEN, partstat=PartStat.DECLINED),)
    )
    other = replace(no, start=paris(5), end=paris(5, 10), summary="Back again")
    declined = replace(no, start=paris(4), end=paris(4, 10))
    seen = change_date(meeting, paris(3), no)
    seen = change_date(change_date(seen, paris(5), other), paris(4), declined)

    found = object_of("u", still_cancelled(known, properties(seen)))

    told = {each.recurrence_id: each.event and each.event.summary for each in found.overrides}
    assert told == {paris(3): None, paris(4): WEEK.event.summary, paris(5): "Back again"}
