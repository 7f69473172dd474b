"""What a guest of one date does with it is his own: neither the series nor anybody else sees it."""

from __future__ import annotations

from typing import Any

import pytest

from calendar_sync.actions.feed import event_detail
from calendar_sync.actions.undo import undo_run
from calendar_sync.engine.event import Alarm
from calendar_sync.models import Change, Entry, Event
from support.own_there import OwnThere, alarms_as_rows
from support.single_dates import DATE, SERIES, invite
from support.story import ADDRESSES, COLLEAGUES, MAIL, Story

OWN: dict[str, list[dict[str, Any]]] = {
    "google": [{"alarms": (Alarm(30),)}, {"colour": "crimson"}],
    "outlook": [{"alarms": (Alarm(30),)}, {"categories": ("Travel",)}],
}
OTHER: dict[str, dict[str, Any]] = {
    "google": {"colour": "gold"},
    "outlook": {"categories": ("Later",)},
}
HIDDEN = {"google": {"guestsCanSeeOtherGuests": False}, "outlook": {"hideAttendees": True}}


def routes(*of: tuple[str, str]) -> pytest.MarkDecorator:
    """Who invites whom."""
    return pytest.mark.parametrize(("organizer", "guest"), of)


def own(story: Story, key: str, day: int) -> dict[str, Any]:
    """What is that person's own on the date of this day here."""
    card = story.here(key).card("Review", day)
    detail = event_detail(story.user(key), card.id, card.date)
    alarms, categories = alarms_as_rows(detail.alarms), list(detail.categories)
    return {"alarms": alarms, "colour": detail.colour, "categories": categories}


def shown(fields: dict[str, Any]) -> dict[str, Any]:
    said = dict(fields)
    if "alarms" in said:
        said["alarms"] = alarms_as_rows(said["alarms"])
    if "categories" in said:
        said["categories"] = list(said["categories"])
    return said


@routes(("anna", "ben"), ("otto", "anna"))
def test_reminder_colour_and_category_of_a_date(story: Story, organizer: str, guest: str) -> None:
    """Set here they go into his copy of it; set there they come in; all others keep theirs."""
    days = (4, 5) if MAIL[guest] == "google" else (4,)  # Outlook's sandbox holds one
    invite(story, organizer, guest, *days)
    provider = MAIL[guest]
    there = OwnThere(story.organization.sandbox, guest, provider)
    copies = {day: story.there(guest).id_of("Review", day) for day in days}

    def kept() -> list[dict[str, Any]]:
        """What may not change: others' own here, and his copies of other dates."""
        others = [own(story, key, 4) for key in COLLEAGUES if key != guest]
        more = [own(story, guest, day) for day in days[1:]]
        rows = [row for row in story.there(guest).rows() if row["id"] != copies[4]]
        return [*others, *more, *map(there.own_of, rows)]

    before = kept()
    for fields in OWN[provider]:
        story.here(guest).edit("Review", 4, **fields)
    story.settle()

    wanted = shown({name: value for fields in OWN[provider] for name, value in fields.items()})
    (row,) = (row for row in story.there(guest).rows() if row["id"] == copies[4])
    assert there.own_of(row) == wanted
    assert story._writes() == f"{guest} 1"
    there.put_on(copies[4], OTHER[provider])
    story.settle()
    found = own(story, guest, 4)
    assert found == found | wanted | shown(OTHER[provider])
    assert kept() == before
    assert story._mails() == ""
    story.rest(2)


@routes(("ben", "anna"), ("gil", "ben"))
def test_answer_with_a_note(story: Story, organizer: str, guest: str) -> None:
    invite(story, organizer, guest, 4)

    story.here(guest).answer("Review", "maybe", comment="Ten minutes late")
    story.settle()

    card = story.here(guest).card("Review")
    (mine,) = (each for each in event_detail(story.user(guest), card.id).guests if each.is_me)
    assert (mine.partstat, mine.comment) == ("tentative", "Ten minutes late")
    assert story._mails() == f"response {organizer}"
    assert story._writes() == f"{guest} 1"
    assert Event.objects.get().components.keys() & {"answer", "status"} == {"status"}
    story.rest(2)


@routes(("anna", "ben"), ("ben", "anna"))
def test_guest_of_a_date_whose_guests_do_not_see_each_other(
    story: Story, organizer: str, guest: str
) -> None:
    """He sees himself, answers, and the organizer hears it; the others are told nothing of him."""
    invite(story, organizer, guest, 4, **HIDDEN[MAIL[organizer]])

    listed = story.here(guest).guests("Review", 4)
    assert listed == [ADDRESSES[guest]]
    assert ADDRESSES[guest] not in story.here("cleo").guests("Review", 4)
    story.here(guest).answer("Review", "yes")
    story.settle()

    (seen,) = story.here(guest).seen()
    assert seen.own == "yes"
    (date,) = (each for each in story.here(organizer).seen() if each.first.day == 4)
    assert date.answers == {ADDRESSES[guest]: "yes"}
    assert story._mails() == f"response {organizer}"
    story.rest(2)


@routes(("otto", "anna"), ("gil", "ben"))
def test_undo_of_a_run_that_changed_his_date(story: Story, organizer: str, guest: str) -> None:
    """What came into his date goes back there; the series never had it."""
    invite(story, organizer, guest, 4)
    there = OwnThere(story.organization.sandbox, guest, MAIL[guest])
    before = own(story, guest, 4)
    there.put_on(story.there(guest).id_of("Review", 4), OTHER[MAIL[guest]])
    story.sync(guest)
    changed = own(story, guest, 4)
    line = Change.objects.filter(side="here", what="changed").latest("pk")

    undo_run(story.user(guest), line.run_id, story.organization.now)
    story.settle()

    assert (changed != before, own(story, guest, 4)) == (True, before)
    (entry,) = Entry.objects.filter(calendar__owner=story.user(guest).pk)
    assert [key for key in entry.personal if not key.startswith("at:20261204")] == []
    story.rest(2)


@routes(("otto", "anna"), ("gil", "ben"))
def test_undo_of_a_run_that_brought_one_of_his_dates(
    story: Story, organizer: str, guest: str
) -> None:
    """It goes from his calendar here; the others have the series, his provider keeps his copy."""
    invite(story, organizer, guest)
    line = Change.objects.get(what="created", link__entry__calendar__owner=story.user(guest).pk)

    undo_run(story.user(guest), line.run_id, story.organization.now)

    story.ends(SERIES, there={guest: DATE}, here={guest: "-"}, own_answers="", requests=6)
    assert (line.title, Change.objects.latest("pk").title) == ("Review", "Review")
