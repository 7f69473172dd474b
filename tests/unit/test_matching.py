"""Which remote object belongs to which link (engine/matching.py)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from calendar_sync.engine.event import CalendarObject, Status
from calendar_sync.engine.identity import creation_key
from calendar_sync.engine.matching import Matched, Observation, match
from calendar_sync.engine.pending import Action, Attempt, LinkKey
from calendar_sync.engine.resting import LEFT_ALONE
from calendar_sync.engine.sync import ChangeSet, Href, LinkState, LinkView, Resource, SyncToken
from support.builders import ANNA, BEN, NOON, an_object
from support.pairs import NOW, WORK, here, there


def matched(
    views: list[LinkView],
    *resources: Resource,
    vanished: tuple[str, ...] = (),
    complete: bool = False,
    unreadable: tuple[str, ...] = (),
    read: dict[Href, Resource | None] | None = None,
    found: dict[str, Resource] | None = None,
    proof: bool = True,
) -> Matched:
    changes = ChangeSet(
        resources,
        tuple(Href(href) for href in vanished),
        SyncToken("t"),
        complete,
        tuple((Href(href), "odd") for href in unreadable),
    )
    return match(WORK, views, Observation(changes, read or {}, found or {}), absence_is_proof=proof)


def pairs(result: Matched) -> dict[str, str | None]:
    """Which UID here goes with which href there."""
    return {view.link.uid: str(found.href) if found else None for view, found in result.pairs}


# --- recognized by


def test_what_one_link_knows_by_name_is_nobody_elses_twin() -> None:
    """Whichever comes first."""
    twins = [here(an_object("u1", "Lunch")), here(an_object("u2", "Renamed"))]
    result = matched(twins, there("h1", an_object("u2", "Lunch")))

    assert pairs(result) == {"u1": None, "u2": "h1"}


def test_href() -> None:
    result = matched(
        [here(an_object("u1"), "h1")], there("h1", an_object("other", "Another title"))
    )

    assert (pairs(result), result.unlinked) == ({"u1": "h1"}, ())


def test_uid_of_a_link_that_has_no_href_yet() -> None:
    result = matched([here(an_object("u1"))], there("h1", an_object("u1", "Another title")))

    assert (pairs(result), result.unlinked) == ({"u1": "h1"}, ())


def test_any_uid_the_event_is_known_under() -> None:
    view = replace(here(an_object("u1")), uids=frozenset({"u1", "u2"}))

    assert pairs(matched([view], there("h1", an_object("u2", "Another title")))) == {"u1": "h1"}


def test_mark_of_a_link_that_has_no_href_yet() -> None:
    mark = creation_key("namespace", "u1", 0)

    result = matched([here(an_object("u1"))], there("h1", an_object("new", "Edited"), mark))

    assert pairs(result) == {"u1": "h1"}


def test_mark_of_a_copy_proves_nothing_beside_the_original() -> None:
    """Who copies an event in the provider copies our mark too."""
    mark = creation_key("namespace", "u1", 0)

    result = matched([here(an_object("u1"), "h1")], there("h2", an_object("copy"), mark))

    assert pairs(result) == {"u1": None}
    assert [found.href for found in result.unlinked] == ["h2"]


def test_what_an_open_creation_has_made() -> None:
    """Looked for by the key of the attempt: its incarnation may not have reached the link."""
    key = creation_key("namespace", "u1", 3)
    attempt = Attempt(LinkKey("link-u1"), Action.CREATE, key, {}, NOW)
    made = there("h1", an_object("new", "Edited meanwhile"), key)

    result = matched([here(an_object("u1"), attempt=attempt)], found={key: made})

    assert pairs(result) == {"u1": "h1"}


def test_contents_that_only_one_on_each_side_has() -> None:
    result = matched([here(an_object("u1", " Design   review"))], there("h1", an_object("new")))

    assert pairs(result) == {"u1": "h1"}


# --- not recognized by


@pytest.mark.parametrize(
    "other",
    [
        an_object("new", "Design preview"),
        an_object("new", start=NOON + timedelta(minutes=1)),
        an_object("new", start=NOON.date()),
        replace(an_object("new"), recurrence=("RRULE:FREQ=DAILY",)),
    ],
)
def test_contents_that_differ(other: CalendarObject) -> None:
    result = matched([here(an_object("u1"))], there("h1", other))

    assert pairs(result) == {"u1": None}
    assert [found.href for found in result.unlinked] == ["h1"]


def test_contents_that_two_there_have() -> None:
    resources = (there("h1", an_object("new")), there("h2", an_object("newer")))

    result = matched([here(an_object("u1"))], *resources)

    assert pairs(result) == {"u1": None}
    assert len(result.unlinked) == 2


def test_contents_that_two_here_have() -> None:
    result = matched([here(an_object("u1")), here(an_object("u2"))], there("h1", an_object("new")))

    assert pairs(result) == {"u1": None, "u2": None}
    assert len(result.unlinked) == 1


def test_own_event_is_no_twin_of_somebody_elses() -> None:
    meeting = an_object("new", guests=(ANNA,), organizer=BEN)

    result = matched([here(an_object("u1"))], there("h1", meeting, organized=False))

    assert pairs(result) == {"u1": None}


def test_what_was_cancelled_is_no_twin() -> None:
    cancelled = an_object("u1")
    cancelled = replace(cancelled, event=replace(cancelled.event, status=Status.CANCELLED))

    assert pairs(matched([here(an_object("u1"))], there("h1", cancelled))) == {"u1": None}


def test_object_that_is_linked_already_is_no_twin() -> None:
    views = [here(an_object("linked"), "h1"), here(an_object("u1"))]

    assert pairs(matched(views, there("h1", an_object("u1")))) == {"linked": "h1", "u1": None}


def test_deleted_event_takes_nothing() -> None:
    view = replace(here(an_object("u1")), local=None)

    assert pairs(matched([view], there("h1", an_object("u1")))) == {"u1": None}


def test_creation_that_a_guard_has_parked_meets_its_twin() -> None:
    view = here(an_object("u1"), state=LinkState.PARKED)

    assert pairs(matched([view], there("h1", an_object("u1")))) == {"u1": "h1"}


@pytest.mark.parametrize("state", sorted(LEFT_ALONE))
def test_resting_link_takes_no_newcomer(state: LinkState) -> None:
    result = matched([here(an_object("u1"), state=state)], there("h1", an_object("u1")))

    assert pairs(result) == {"u1": None}
    assert [found.href for found in result.unlinked] == ["h1"]


# --- gone


@pytest.mark.parametrize(("proof", "gone"), [(True, {"h1"}), (False, set())])
def test_tombstone_is_believed_where_it_is_proof(proof: bool, gone: set[str]) -> None:
    result = matched([here(an_object("u1"), "h1")], vanished=("h1",), proof=proof)

    assert result.gone == gone


@pytest.mark.parametrize(("proof", "gone"), [(True, {"h1"}), (False, set())])
def test_absence_from_a_complete_listing(proof: bool, gone: set[str]) -> None:
    view = here(an_object("u1"), "h1")

    assert matched([view], complete=True, proof=proof).gone == gone
    assert matched([view], complete=False, proof=proof).gone == frozenset()


def test_what_cannot_be_read_is_there() -> None:
    view = here(an_object("u1"), "h1")

    assert matched([view], complete=True, unreadable=("h1",)).gone == frozenset()


def test_own_look_outranks_the_listing() -> None:
    view, newer = here(an_object("u1"), "h1"), there("h1", an_object("u1", "Newer"))

    result = matched([view], there("h1", an_object("u1", "Older")), read={Href("h1"): newer})
    assert result.pairs == ((view, newer),)

    gone = matched([view], vanished=("h1",), read={Href("h1"): None}, proof=False)
    assert gone.gone == {"h1"}
    assert pairs(gone) == {"u1": None}


def test_tombstone_and_newer_version_in_one_listing() -> None:
    """Deleted and restored between two polls: it is there."""
    result = matched([here(an_object("u1"), "h1")], there("h1", an_object("u1")), vanished=("h1",))

    assert result.gone == frozenset()
    assert pairs(result) == {"u1": "h1"}
