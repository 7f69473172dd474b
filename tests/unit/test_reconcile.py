"""What a run decides about one object: the cases of docs/reconcile.md that need no run."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from calendar_sync.engine.attempts import FRESH
from calendar_sync.engine.consent import DELETED, Choice, Consent
from calendar_sync.engine.event import CalendarObject, Status
from calendar_sync.engine.identity import creation_key
from calendar_sync.engine.matching import Observation
from calendar_sync.engine.pending import Action, Attempt
from calendar_sync.engine.plan import Frame, Step
from calendar_sync.engine.policy import ConflictRule, SyncPolicy
from calendar_sync.engine.properties import properties
from calendar_sync.engine.reconcile import MOST_INCARNATIONS, reconcile
from calendar_sync.engine.sync import (
    RESTING,
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
from support.builders import ANNA, BEN, EVA, an_object
from support.pairs import NOW, WORK, here, there
from support.remote import GOOGLE, GRAPH

BASE = an_object("u1")
LONG_AGO = NOW - FRESH


def renamed(title: str) -> CalendarObject:
    return an_object("u1", title)


def cancelled(obj: CalendarObject) -> CalendarObject:
    return replace(obj, event=replace(obj.event, status=Status.CANCELLED))


def linked(
    ours: CalendarObject | None,
    role: CopyRole = CopyRole.HOME,
    state: LinkState = LinkState.SETTLED,
    base: CalendarObject = BASE,
    attempt: Attempt | None = None,
) -> LinkView:
    """Both sides agreed on `base`; since then `ours` stands here."""
    view = here(base, "h1", role, state, attempt)
    agreed = {key: (value, value) for key, value in properties(base).items()}
    return replace(
        view, local=ours, link=replace(view.link, base=agreed, etag=ETag("0"), modified=NOW)
    )


def attempted(action: Action, sent: CalendarObject, at: datetime = NOW) -> Attempt:
    key = creation_key("namespace", "u1", 0) if action is Action.CREATE else ""
    return Attempt(here(sent).link.key, action, key, properties(sent), at)


def decided(
    view: LinkView | None,
    *resources: Resource,
    gone: bool = False,
    rule: ConflictRule = ConflictRule.NEWEST,
    graph: bool = False,
) -> Step | None:
    """The one step of the plan; `gone`: a look has proven it."""
    changes = ChangeSet(resources, (), SyncToken("t"))
    work = replace(WORK, policy=SyncPolicy(rule))
    frame = Frame(work, GRAPH if graph else GOOGLE, NOW)
    seen = Observation(changes, {Href("h1"): None} if gone else {})
    steps = reconcile(frame, [view] if view else [], seen).steps
    assert len(steps) <= 1
    return steps[0] if steps else None


def fate(step: Step | None) -> Fate:
    assert step
    assert step.write is None
    return step.change.fate


def action(step: Step | None) -> Action:
    assert step
    assert step.write
    return step.write.action


def state(step: Step | None) -> LinkState:
    assert step
    assert step.change.link
    return step.change.link.state


# --- it is there, and cannot be read


def unread(view: LinkView) -> Step | None:
    changes = ChangeSet((), (), SyncToken("t"), unreadable=((Href("h1"), "time_unreadable"),))
    steps = reconcile(Frame(WORK, GOOGLE, NOW), [view], Observation(changes)).steps
    return next((step for step in steps if step.change.link), None)


def test_nothing_is_written_over_what_nobody_has_seen() -> None:
    marked = replace(linked(renamed("Ours"), state=LinkState.DIRTY), marks=(Mark("1"),))

    step = unread(marked)

    assert step
    assert (step.write, step.change.marks, state(step)) == (None, (), LinkState.IN_DOUBT)
    waiting = replace(marked, link=replace(marked.link, state=LinkState.IN_DOUBT))
    assert decided(waiting) is None
    readable = decided(waiting, there("h1", BASE))
    assert action(readable) is Action.PATCH


def test_what_cannot_be_read_and_waits_for_nothing_is_left() -> None:
    assert unread(linked(BASE)) is None


# --- nothing is known of it here


def test_new_there_is_made_here() -> None:
    step = decided(None, there("h1", BASE))

    assert fate(step) is Fate.MATERIALIZE


def test_cancelled_there_before_we_knew_it() -> None:
    assert decided(None, there("h1", cancelled(BASE))) is None


# --- it is here alone


def test_new_here_is_made_there() -> None:
    assert action(decided(here(BASE))) is Action.CREATE


def test_guests_copy_comes_from_his_own_provider() -> None:
    """We never make somebody else's meeting there."""
    meeting = an_object("u1", guests=(ANNA,), organizer=BEN)

    step = decided(here(meeting, role=CopyRole.ATTENDEE))

    assert fate(step) is Fate.KEEP
    assert state(step) is LinkState.SETTLED


def test_deleted_before_it_was_sent() -> None:
    assert fate(decided(replace(here(BASE), local=None))) is Fate.CLOSE


# --- it is on both sides


def test_nothing_changed() -> None:
    assert decided(linked(BASE)) is None


def test_late_delivery_of_an_older_version() -> None:
    late = replace(there("h1", renamed("Older")), modified=NOW - timedelta(seconds=1))

    assert decided(linked(BASE), late) is None


def test_same_edit_on_both_sides() -> None:
    step = decided(linked(renamed("Kick-off")), there("h1", renamed("Kick-off")))

    assert fate(step) is Fate.KEEP
    assert step
    assert (step.change.patches, step.change.journal) == ((), ())


@pytest.mark.parametrize(
    ("rule", "there_at", "ours_win"),
    [
        (ConflictRule.OURS, NOW + timedelta(hours=1), True),
        (ConflictRule.THEIRS, NOW - timedelta(hours=1), False),
        (ConflictRule.NEWEST, NOW + timedelta(hours=1), False),
        (ConflictRule.NEWEST, NOW, False),
    ],
)
def test_rule_decides_a_conflict(rule: ConflictRule, there_at: datetime, ours_win: bool) -> None:
    view = linked(renamed("Ours"))
    view = replace(view, link=replace(view.link, modified=NOW - timedelta(days=1)))
    resource = replace(there("h1", renamed("Theirs")), modified=there_at)

    step = decided(view, resource, rule=rule)

    assert step
    assert bool(step.write) is ours_win
    assert [patch.new for patch in step.change.patches] == ([] if ours_win else ["Theirs"])
    (lost,) = [entry for entry in step.change.journal if entry.what == "conflict"]
    assert lost.before == {"summary": "Theirs" if ours_win else "Ours"}


@pytest.mark.parametrize("rest", sorted(RESTING))
def test_resting_link_is_left_alone(rest: LinkState) -> None:
    view = linked(renamed("Ours"), state=rest)

    assert decided(view, there("h1", renamed("Theirs"))) is None
    assert decided(view, gone=True) is None


# --- it is gone there


def test_gone_there() -> None:
    assert fate(decided(linked(BASE), gone=True)) is Fate.DROP


def test_gone_there_and_edited_here_keeps_the_edit_in_the_journal() -> None:
    step = decided(linked(renamed("Ours")), gone=True)

    assert fate(step) is Fate.DROP
    assert step
    assert [(entry.what, entry.keys) for entry in step.change.journal] == [
        ("deleted", ()),
        ("conflict", ("summary",)),
    ]


def test_cancelled_there() -> None:
    step = decided(linked(BASE, CopyRole.WITNESS), there("h1", cancelled(BASE)))

    assert fate(step) is Fate.DROP
    assert step
    assert step.change.link
    assert (step.change.link.observed or {})["status"] == "cancelled"  # its last words


def test_gone_on_both_sides() -> None:
    assert fate(decided(linked(None), gone=True)) is Fate.CLOSE


# --- it was deleted here


def test_deleted_here() -> None:
    assert action(decided(linked(None))) is Action.DELETE


def test_deleted_here_and_edited_there_comes_back() -> None:
    assert fate(decided(linked(None), there("h1", renamed("Theirs")))) is Fate.REVIVE


def test_cancellation_somebody_agreed_to_stands() -> None:
    meeting = an_object("u1", guests=(EVA,))
    until = NOW + timedelta(days=1)
    consent = Consent(Choice.SEND, frozenset({EVA}), frozenset({DELETED}), until)
    view = replace(linked(None, base=meeting), consent=consent)
    edited = there("h1", an_object("u1", "Theirs", guests=(EVA,)))

    step = decided(view, edited)

    assert action(step) is Action.DELETE
    assert step
    assert step.write
    assert (step.write.notify, step.write.recipients) == (True, (EVA,))


def test_copy_of_somebody_elses_meeting_is_not_wanted_any_more() -> None:
    step = decided(linked(None, CopyRole.ATTENDEE))

    assert fate(step) is Fate.KEEP
    assert state(step) is LinkState.UNWANTED


# --- a write of ours may have happened


def test_lost_creation_is_repeated_with_the_recorded_body() -> None:
    """Another body is refused under the same key."""
    view = here(renamed("Edited since"), attempt=attempted(Action.CREATE, BASE))

    step = decided(view)

    assert step
    assert step.write
    assert step.write.target["summary"] == "Design review"
    assert step.write.key == creation_key("namespace", "u1", 0)


def test_lost_creation_that_is_too_old_gets_a_new_key() -> None:
    view = here(BASE, attempt=attempted(Action.CREATE, BASE, LONG_AGO))

    step = decided(view)

    assert step
    assert step.write
    assert step.write.key == creation_key("namespace", "u1", 1)


def test_update_of_a_creation_that_is_gone_again_sends_everything() -> None:
    """It was found and edited; then the run died, and somebody deleted it there."""
    view = here(renamed("Edited"), attempt=attempted(Action.PATCH, renamed("Edited")))
    sent = {"summary": "Edited"}
    assert view.link.attempt
    view = replace(view, link=replace(view.link, attempt=replace(view.link.attempt, sent=sent)))

    step = decided(view)

    assert step
    assert step.write
    assert step.write.target == properties(renamed("Edited"))
    assert step.write.key == creation_key("namespace", "u1", 1)


def test_key_that_is_taken_is_not_tried_for_ever() -> None:
    burnt = replace(attempted(Action.CREATE, BASE), burnt=True)
    view = here(BASE, attempt=burnt)
    view = replace(view, link=replace(view.link, incarnation=MOST_INCARNATIONS))

    step = decided(view)

    assert fate(step) is Fate.KEEP
    assert state(step) is LinkState.REFUSED


def test_lost_update_that_somebody_wrote_over() -> None:
    attempt = attempted(Action.PATCH, renamed("Ours"))
    view = linked(renamed("Ours"), attempt=attempt)

    step = decided(view, there("h1", renamed("Theirs")), rule=ConflictRule.THEIRS)

    assert step
    assert [(patch.old, patch.new) for patch in step.change.patches] == [("Ours", "Theirs")]
    assert [entry.what for entry in step.change.journal] == ["changed", "conflict"]


def test_lost_update_that_arrived_is_no_news() -> None:
    """Edited again since: what stands there is ours, not a rival's."""
    view = linked(renamed("Edited since"), attempt=attempted(Action.PATCH, renamed("Sent")))

    step = decided(view, there("h1", renamed("Sent")))

    assert action(step) is Action.PATCH
    assert step
    assert [entry.what for entry in step.change.journal] == []


@pytest.mark.parametrize(("at", "graph", "dropped"), [
    (NOW, True, False),
    (LONG_AGO, True, True),
    (NOW, False, True),
])  # fmt: skip
def test_not_found_just_after_an_own_write(at: datetime, graph: bool, dropped: bool) -> None:
    """Outlook may show an older state for some minutes; Google's word is proof."""
    view = linked(renamed("Sent"), attempt=attempted(Action.PATCH, renamed("Sent"), at))

    step = decided(view, gone=True, graph=graph)

    assert (fate(step) is Fate.DROP) is dropped
    assert state(step) is (LinkState.SETTLED if dropped else LinkState.IN_DOUBT)


def test_lost_deletion_that_arrived() -> None:
    view = linked(None, attempt=attempted(Action.DELETE, BASE))

    assert fate(decided(view, gone=True)) is Fate.CLOSE
