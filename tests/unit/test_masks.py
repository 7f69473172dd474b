"""What a mirror shows, and what a run makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from calendar_sync.engine.event import Classification, PartStat
from calendar_sync.engine.masks import (
    BUSY,
    Edits,
    Mirror,
    Mirrored,
    as_busy,
    compared,
    is_masked,
    mirrored,
    seen_first,
    unmasked,
)
from calendar_sync.engine.matching import Observation
from calendar_sync.engine.pending import Action
from calendar_sync.engine.plan import Frame, Step
from calendar_sync.engine.policy import Filters, PrivateEvents, SyncPolicy
from calendar_sync.engine.properties import ATTENDEE, Json, object_of, properties
from calendar_sync.engine.reconcile import reconcile
from calendar_sync.engine.sync import (
    ChangeSet,
    CopyRole,
    ETag,
    Fate,
    Href,
    LinkState,
    LinkView,
    Mark,
    Resource,
    SyncToken,
)
from support.builders import ANNA, BEN, EVA, an_object, answered
from support.pairs import NOW, WORK, here, there
from support.remote import GRAPH

HREF = Href("m1")
OWN = frozenset({ANNA})
TIME = ["2026-11-23T12:00:00 Europe/Paris", "2026-11-23T13:00:00 Europe/Paris"]
LATER = ["2026-11-23T15:00:00 Europe/Paris", "2026-11-23T16:00:00 Europe/Paris"]
PRIVATE: dict[str, Json] = {
    "status": "confirmed",
    "classification": "private",
    "alarms": [],
}
REVIEW: dict[str, Json] = {
    **properties(an_object(guests=(BEN, EVA), description="<p>Bring the plans.</p>")),
    "location": "Room Blue",
    "conference": ["teams", "https://teams.example/1", ""],
    "url": "https://plans.example",
    "importance": "high",
    "category:Client": True,
    "colour": "red",
    "alarms": [],
    "alarm:display:15": True,
    "availability": "out-of-office",
}


# --- what it shows


def test_details_without_people_rooms_and_reminders() -> None:
    assert mirrored(REVIEW, Mirror.FULL, OWN, is_own=True) == PRIVATE | {
        "when": TIME,
        "summary": "Design review",
        "description": "<p>Bring the plans.</p>",
        "location": "Room Blue",
        "availability": "out-of-office",
    }


def test_only_that_he_is_busy() -> None:
    shown = mirrored(REVIEW, Mirror.BUSY, OWN, is_own=True)
    assert shown == PRIVATE | {"when": TIME, "summary": BUSY, "availability": "busy"}


def test_of_a_private_event_only_that_its_owner_is_busy() -> None:
    assert as_busy(REVIEW).keys() == {
        *("when", "status", "availability", "classification", "alarms", "summary")
    }


def test_nothing_where_it_is_off() -> None:
    assert mirrored(REVIEW, Mirror.OFF, OWN, is_own=True) is None


@pytest.mark.parametrize("mode", [Mirror.BUSY, Mirror.FULL])
def test_declined_is_not_shown(mode: Mirror) -> None:
    declined = REVIEW | {f"answer:{ANNA}": answered(PartStat.DECLINED)}
    assert mirrored(declined, mode, OWN, is_own=False) is None
    others = REVIEW | {f"answer:{BEN}": answered(PartStat.DECLINED)}
    assert mirrored(others, mode, OWN, is_own=False) is not None


def test_what_leaves_one_free_is_shown_as_such_or_not_at_all() -> None:
    free = REVIEW | {"availability": "free"}
    assert mirrored(free, Mirror.BUSY, OWN, is_own=True) is None
    shown = mirrored(free, Mirror.FULL, OWN, is_own=True)
    assert shown is not None
    assert shown["availability"] == "free"


def test_tentative_of_an_invitation_nobody_chose() -> None:
    asked = REVIEW | {"availability": "tentative"}
    theirs = mirrored(asked, Mirror.FULL, OWN, is_own=False)
    own = mirrored(asked, Mirror.FULL, OWN, is_own=True)
    assert theirs is not None
    assert own is not None
    assert (theirs["availability"], own["availability"]) == ("busy", "tentative")


@pytest.mark.parametrize(("mode", "out"), [(Mirror.BUSY, 3), (Mirror.FULL, 2)])
def test_series_with_its_dates(mode: Mirror, out: int) -> None:
    """Left out are a cancelled date, a declined one, and for *busy* one that leaves him free."""
    first, second, third, fourth = (f"at:202611{day}T110000Z" for day in (24, 25, 26, 27))
    series = REVIEW | {
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=9"],
        first: "cancelled",
        f"{second}:answer:{ANNA}": answered(PartStat.DECLINED),
        f"{third}:availability": "free",
        f"{fourth}:summary": "Secret",
        f"{fourth}:when": LATER,
    }
    shown = mirrored(series, mode, OWN, is_own=True)
    assert shown is not None
    assert [shown[key] for key in shown if key.startswith("at:")].count("cancelled") == out
    assert shown[f"{fourth}:when"] == LATER
    assert (f"{fourth}:summary" in shown) is (mode is Mirror.FULL)
    assert shown["recurrence"] == ["RRULE:FREQ=DAILY;COUNT=9"]
    assert properties(object_of("u", shown)).items() >= {"classification": "private"}.items()


# --- what a run makes of it


def plan(view: LinkView, *found: Resource, gone: bool = False) -> list[Step]:
    read: dict[Href, Resource | None] = {HREF: None} if gone else {}
    changes = ChangeSet(tuple(found), (), SyncToken("t"))
    return list(reconcile(Frame(WORK, GRAPH, NOW), [view], Observation(changes, read)).steps)


def a_mirror(
    edits: Edits = Edits.TAKEN,
    mode: Mirror = Mirror.FULL,
    also: Mapping[str, Json] = MappingProxyType({}),
) -> tuple[LinkView, dict[str, Json]]:
    """Settled, and what it shows."""
    shown = mirrored({**REVIEW, **also}, mode, OWN, is_own=edits is not Edits.PUT_BACK)
    assert shown is not None
    obj = object_of("mirror-1", shown)
    agreed = properties(obj)
    view = here(obj, HREF, CopyRole.MIRROR, LinkState.SETTLED)
    base = {key: (value, value) for key, value in agreed.items()}
    link = replace(view.link, base=base, etag=ETag("0"), modified=NOW - timedelta(hours=1))
    return replace(view, link=link, mirror=Mirrored(mode, edits)), agreed


def unsent() -> LinkView:
    view, shown = a_mirror()
    obj = object_of("mirror-1", shown)
    new = here(obj, None, CopyRole.MIRROR)
    return replace(new, marks=(Mark("1"),), mirror=view.mirror)


def as_it_is_there(values: Mapping[str, Json]) -> Resource:
    present = {key: value for key, value in values.items() if value is not None}
    return replace(there(HREF, object_of("m-uid", present)), etag=ETag("2"))


def edited_here(view: LinkView, shown: Mapping[str, Json], **changes: Json) -> LinkView:
    local = object_of("mirror-1", {**shown, **changes})
    return replace(view, local=local, marks=(Mark("1"),))


def test_mirror_is_made() -> None:
    (step,) = plan(unsent())
    assert step.write
    assert step.write.action is Action.CREATE
    assert (step.write.notify, step.write.recipients) == (False, ())
    assert step.write.changes["summary"] == "Design review"


@pytest.mark.parametrize("uid", ["u1", "something-else"])
def test_mirror_is_no_twin_of_a_real_copy(uid: str) -> None:
    """Neither the meeting's UID nor the same title and time makes it one."""
    real = there("real", object_of(uid, REVIEW))
    steps = plan(unsent(), real)
    assert [step.change.fate for step in steps] == [Fate.KEEP, Fate.MATERIALIZE]
    assert steps[0].write
    assert steps[0].write.action is Action.CREATE


def test_mirror_found_again_is_written_over() -> None:
    view = unsent()
    view = replace(view, uids=view.uids | {"m-uid"})
    assert view.local
    old = properties(view.local) | {"summary": "Old", "when": LATER}
    (step,) = plan(view, as_it_is_there(old))
    assert step.change.patches == ()
    assert step.write
    assert (step.write.action, step.write.href) == (Action.PATCH, HREF)
    assert step.write.changes == {"summary": "Design review", "when": TIME}


@pytest.mark.parametrize("edits", list(Edits))
def test_mirror_follows(edits: Edits) -> None:
    view, shown = a_mirror(edits)
    (step,) = plan(edited_here(view, shown, summary="Kick-off"))
    assert step.write
    assert step.write.changes == {"summary": "Kick-off"}
    assert step.write.recipients == ()


@pytest.mark.parametrize("change", [{"when": LATER}, {"summary": "Kick-off"}, {"location": None}])
def test_own_event_is_edited_at_its_mirror(change: dict[str, Json]) -> None:
    view, shown = a_mirror()
    (step,) = plan(view, as_it_is_there(shown | change))
    ((key, value),) = change.items()
    assert [(patch.key, patch.new) for patch in step.change.patches] == [(key, value)]
    assert step.write is None


@pytest.mark.parametrize("mode", [Mirror.BUSY, Mirror.FULL])
def test_edit_of_a_meeting_at_its_mirror_is_asked(mode: Mirror) -> None:
    view, shown = a_mirror(Edits.ASKED, mode)
    (step,) = plan(view, as_it_is_there(shown | {"when": LATER}))
    assert step.change.link
    assert (step.change.link.state, step.change.link.asked) == (LinkState.ASKED, ("when",))
    assert (step.change.patches, step.write) == ((), None)


@pytest.mark.parametrize("mode", [Mirror.BUSY, Mirror.FULL])
def test_anothers_meeting_is_put_back(mode: Mirror) -> None:
    view, shown = a_mirror(Edits.PUT_BACK, mode)
    (step,) = plan(view, as_it_is_there(shown | {"when": LATER, "summary": "Mine"}))
    assert step.write
    assert step.write.changes == {"when": TIME}
    assert step.change.patches == ()
    assert [entry.code for entry in step.change.journal] == ["put_back"]


@pytest.mark.parametrize("edits", list(Edits))
@pytest.mark.parametrize(
    ("mode", "change"),
    [
        (Mirror.BUSY, {"summary": "Dentist"}),
        (Mirror.BUSY, {"description": "<p>Bring the card.</p>", "location": "Main Street"}),
        (Mirror.BUSY, {"availability": "free"}),
        (Mirror.FULL, {"category:Mine": True, "colour": "blue"}),
        (Mirror.FULL, {"classification": "public", "alarm:display:5": True}),
    ],
)
def test_what_a_mirror_does_not_show_stays_there(
    edits: Edits, mode: Mirror, change: dict[str, Json]
) -> None:
    view, shown = a_mirror(edits, mode)
    (step,) = plan(view, as_it_is_there(shown | change))
    assert (step.change.patches, step.write, step.change.journal) == ((), None, ())
    assert step.change.link
    assert step.change.link.state is LinkState.SETTLED


@pytest.mark.parametrize("edits", list(Edits))
def test_date_taken_out_of_a_mirror(edits: Edits) -> None:
    """It stays out, until that date changes here."""
    date = "at:20261125T110000Z"
    series: dict[str, Json] = {
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=9"],
        f"{date}:location": "Room Red",
    }
    view, shown = a_mirror(edits, also=series)
    without = {key: value for key, value in shown.items() if not key.startswith(date)}
    (step,) = plan(view, as_it_is_there(without | {date: "cancelled"}))
    assert (step.change.patches, step.write, step.change.journal) == ((), None, ())

    assert step.change.link
    settled = replace(view, link=step.change.link)
    (step,) = plan(edited_here(settled, shown, summary="Kick-off"))
    assert step.write
    assert step.write.changes == {"summary": "Kick-off"}

    (step,) = plan(edited_here(settled, shown, **{f"{date}:location": "Room Green"}))
    assert step.write
    assert step.write.changes == {date: None, f"{date}:location": "Room Green"}


def test_mirror_that_was_removed_is_unwanted() -> None:
    view, _ = a_mirror()
    (step,) = plan(view, gone=True)
    assert step.change.link
    assert step.change.link.state is LinkState.UNWANTED
    assert (step.change.fate, step.write) == (Fate.KEEP, None)


@pytest.mark.parametrize("edited", [False, True])
def test_mirror_is_withdrawn(edited: bool) -> None:
    view, shown = a_mirror(Edits.ASKED)
    found = [as_it_is_there(shown | {"summary": "Edited"})] if edited else []
    (step,) = plan(replace(view, local=None), *found)
    assert step.write
    assert (step.write.action, step.write.recipients) == (Action.DELETE, ())


def test_guests_of_a_mirror_hear_nothing() -> None:
    """Somebody has made a meeting of it there: then it waits for his word."""
    view, shown = a_mirror()
    invited: dict[str, Json] = {
        "organizer": [ANNA, ""],
        f"attendee:{EVA}": ["", "req-participant", "individual"],
        f"answer:{EVA}": answered(PartStat.NEEDS_ACTION),
    }
    (step,) = plan(replace(view, local=None), as_it_is_there(shown | invited))
    assert step.write is None
    assert step.change.link
    assert step.change.link.hold
    assert step.change.link.hold.recipients == (EVA,)


def test_mirror_gone_on_both_sides() -> None:
    view, _ = a_mirror()
    (step,) = plan(replace(view, local=None), gone=True)
    assert step.change.fate is Fate.CLOSE


def test_mirror_waits_until_there_is_something_to_show() -> None:
    (step,) = plan(replace(unsent(), local=None))

    assert (step.write, step.change.fate) == (None, Fate.KEEP)
    assert (step.link.state, step.change.marks) == (LinkState.SETTLED, (Mark("1"),))


# --- private events of which only the time is kept in step


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "masked"),
    [
        ("", "", "private", True),
        ("", "", "", False),
        ("private", "private", "private", True),
        ("", "private", "", True),  # made private here
        ("private", "", "private", False),  # made public here
        ("", "", "confidential", True),  # made private there
        ("private", "private", "", False),  # made public there
    ],
)
def test_whoever_says_last_that_it_is_private(
    base: str, ours: str, theirs: str, *, masked: bool
) -> None:
    agreed = {"classification": (base or None, base or None)}
    said = [{"summary": "Doctor", "classification": each or None} for each in (ours, theirs)]

    assert is_masked(PrivateEvents.BUSY, agreed, *said) is masked
    assert not is_masked(PrivateEvents.FULL, agreed, *said)
    assert not is_masked(PrivateEvents.BUSY, agreed, said[0] | {f"{ATTENDEE}{BEN}": []}, said[1])


def test_only_the_time_of_a_private_event_is_compared() -> None:
    theirs = properties(an_object(description="<p>Bring it.</p>")) | {"classification": "private"}
    base = {key: (value, value) for key, value in theirs.items()}

    made, agreed = seen_first(PrivateEvents.BUSY, theirs)
    assert made == as_busy(theirs)
    assert agreed["summary"] == (BUSY, None)
    sides = compared(PrivateEvents.BUSY, base, made, theirs)
    assert [set(side) for side in sides] == [set(unmasked(theirs))] * 3
    assert compared(PrivateEvents.FULL, base, made, theirs) == (base, made, theirs)
    assert seen_first(PrivateEvents.FULL, theirs) == (theirs, base)


def test_a_private_event_made_here_is_called_busy_there() -> None:
    local = replace(
        an_object(), event=replace(an_object().event, classification=Classification.PRIVATE)
    )
    work = replace(WORK, policy=SyncPolicy(filters=Filters(private=PrivateEvents.BUSY)))
    view = replace(here(local), marks=(Mark("1"),))
    seen = Observation(ChangeSet((), (), SyncToken("t")))

    (step,) = reconcile(Frame(work, GRAPH, NOW), [view], seen).steps

    assert step.write
    assert step.write.changes["summary"] == BUSY
    assert "description" not in step.write.changes
