"""Copies of a meeting that got another organizer: they concern nothing but their own links."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from calendar_sync.engine.consent import DELETED, Choice, Consent
from calendar_sync.engine.event import Status
from calendar_sync.engine.matching import Observation
from calendar_sync.engine.pending import Action
from calendar_sync.engine.plan import Frame, Step
from calendar_sync.engine.properties import properties
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
from support.builders import ANNA, BEN, an_object
from support.pairs import NOW, WORK, here, there
from support.remote import GOOGLE

MEETING = an_object("u1", guests=(ANNA, BEN))


def former(
    role: CopyRole, marks: tuple[Mark, ...] = (), consent: Consent | None = None
) -> LinkView:
    view = here(MEETING, "h1", role, LinkState.SETTLED)
    agreed = {key: (value, value) for key, value in properties(MEETING).items()}
    link = replace(view.link, base=agreed, etag=ETag("0"), modified=NOW)
    return replace(view, link=link, marks=marks, consent=consent)


def decided(view: LinkView, *resources: Resource, gone: bool = False) -> Step | None:
    """The one step of the plan; `gone`: a look has proven it."""
    seen = Observation(ChangeSet(resources, (), SyncToken("t")), {Href("h1"): None} if gone else {})
    steps = reconcile(Frame(WORK, GOOGLE, NOW), [view], seen).steps
    assert len(steps) <= 1
    return steps[0] if steps else None


def fate(step: Step | None) -> Fate:
    assert step
    assert step.write is None
    return step.change.fate


def test_what_happens_to_a_former_organizers_copy_concerns_nothing_else() -> None:
    edited = there("h1", replace(MEETING, event=replace(MEETING.event, summary="Old")))
    step = decided(former(CopyRole.RETIRED), edited)
    assert step
    assert (step.write, step.change.patches) == (None, ())
    assert step.link.state is LinkState.SETTLED
    assert fate(decided(former(CopyRole.RETIRED), gone=True)) is Fate.CLOSE
    cancelled = there("h1", replace(MEETING, event=replace(MEETING.event, status=Status.CANCELLED)))
    assert fate(decided(former(CopyRole.RETIRED), cancelled)) is Fate.CLOSE
    assert decided(former(CopyRole.RETIRED)) is None


def test_the_former_organizers_own_goes_once_the_new_one_is_there() -> None:
    """Cancelling is never silent, so it waits for its person."""
    waiting = decided(former(CopyRole.REPLACED, (Mark("1"),)))
    assert waiting
    assert (waiting.link.state, waiting.write) == (LinkState.HELD, None)
    until = NOW + timedelta(days=1)
    agreed = Consent(Choice.SEND, frozenset({BEN}), frozenset({DELETED}), until)
    going = decided(former(CopyRole.REPLACED, consent=agreed))
    assert going
    assert going.write
    assert (going.write.action, going.write.recipients) == (Action.DELETE, (BEN,))
    assert fate(decided(former(CopyRole.REPLACED), gone=True)) is Fate.CLOSE
