"""What a run would do, and that applying a preview does no more than it showed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from calendar_sync.engine.consent import Choice, Consent
from calendar_sync.engine.event import CalendarObject
from calendar_sync.engine.matching import Observation
from calendar_sync.engine.plan import Frame, Plan
from calendar_sync.engine.policy import Side
from calendar_sync.engine.preview import WITHHELD, as_shown, preview_of
from calendar_sync.engine.properties import properties
from calendar_sync.engine.reconcile import reconcile
from calendar_sync.engine.showing import Act, Preview
from calendar_sync.engine.sync import (
    ChangeSet,
    CopyRole,
    ETag,
    Guests,
    Href,
    LinkView,
    Mark,
    Resource,
    SyncToken,
)
from support.builders import BEN, EVA, an_object
from support.pairs import NOW, WORK, here, there
from support.remote import GOOGLE

LATER = NOW.replace(hour=12)


def view(uid: str, ours: CalendarObject | None, *guests: str) -> LinkView:
    """Settled on "Design review"; since then `ours` stands here."""
    base = an_object(uid, guests=guests)
    found = here(base, f"h-{uid}", CopyRole.HOME)
    agreed = {key: (value, value) for key, value in properties(base).items()}
    link = replace(found.link, base=agreed, etag=ETag("0"), modified=NOW)
    return replace(found, local=ours, link=link, marks=(Mark(uid),))


def planned(
    *views: LinkView, resources: tuple[Resource, ...] = (), gone: tuple[str, ...] = ()
) -> Plan:
    changes = ChangeSet(resources, (), SyncToken("t"))
    read: dict[Href, Resource | None] = dict.fromkeys(map(Href, gone))
    return reconcile(Frame(WORK, GOOGLE, NOW), views, Observation(changes, read))


def edited(uid: str, *guests: str) -> LinkView:
    return view(uid, an_object(uid, "Renamed", guests=guests), *guests)


def sending(found: LinkView, *people: str) -> LinkView:
    keys = frozenset({"summary"})
    return replace(found, consent=Consent(Choice.SEND, frozenset(people), keys, LATER))


def test_every_act_is_told_with_whom_it_mails() -> None:
    plan = planned(
        replace(here(an_object("new")), marks=(Mark("new"),)),
        sending(edited("loud", BEN, EVA), BEN, EVA),
        view("deleted", None),
        view("gone", an_object("gone")),
        view("meeting", None, BEN),
        resources=(there("h-theirs", an_object("theirs", "Theirs")),),
        gone=("h-gone",),
    )

    shown = preview_of(plan)

    assert set(shown.acts) == {
        Act("link-new", Side.THERE, "created"),
        Act("link-loud", Side.THERE, "changed", (BEN, EVA)),
        Act("link-deleted", Side.THERE, "deleted"),
        Act("link-gone", Side.HERE, "deleted"),
        Act("link-meeting", Side.THERE, "held"),
        Act("h-theirs", Side.HERE, "created"),
    }
    assert shown.mailed == (BEN, EVA)
    assert (shown.count(Side.THERE, "created"), shown.count(Side.HERE, "changed")) == (1, 0)


def test_an_act_is_kept_as_json() -> None:
    shown = preview_of(planned(sending(edited("loud", BEN), BEN), view("deleted", None)))

    kept = json.loads(json.dumps([act.to_json() for act in shown.acts]))

    assert tuple(map(Act.from_json, kept)) == shown.acts


def test_an_act_says_what_it_is_about() -> None:
    ours = replace(here(an_object("new", guests=(BEN,))), marks=(Mark("new"),))
    withheld = replace(ours, link=replace(ours.link, guests=Guests.WITHHELD))

    (act,) = preview_of(planned(withheld), [withheld]).acts

    assert (act.summary, act.start, act.code) == (
        "Design review",
        "2026-11-23T12:00:00 Europe/Paris",
        WITHHELD,
    )


def test_a_twin_is_told_as_one_meeting() -> None:
    ours = replace(here(an_object("same")), marks=(Mark("same"),))
    plan = planned(ours, resources=(there("h-same", an_object("same")),))

    assert preview_of(plan, [ours]).acts == (Act("link-same", Side.HERE, "matched"),)


def test_what_was_shown_is_done() -> None:
    plan = planned(edited("a"), view("b", None), view("c", an_object("c")), gone=("h-c",))

    assert as_shown(plan, preview_of(plan)) == plan


def test_what_was_not_shown_is_left_with_its_marks() -> None:
    shown = preview_of(planned(edited("a")))
    plan = planned(edited("a"), edited("b"), view("c", an_object("c")), gone=("h-c",))

    applied = as_shown(plan, shown)

    assert [step.change.link.key for step in applied.steps if step.write and step.change.link] == [
        "link-a"
    ]
    left = next(step for step in applied.steps if not step.write)
    assert (left.marks, left.change.marks) == ((), ())
    assert [act.object for act in preview_of(applied).acts] == ["link-a"]
    assert (applied.unshown, applied.remaining) == (2, 0)


def test_nobody_is_mailed_who_was_not_named() -> None:
    shown = preview_of(planned(sending(edited("a", BEN), BEN)))
    plan = planned(sending(edited("a", BEN, EVA), BEN, EVA))

    assert not any(step.write for step in as_shown(plan, shown).steps)
    assert any(step.write for step in as_shown(planned(edited("a", BEN)), shown).steps)


def test_what_is_only_made_or_changed_here_needs_no_showing() -> None:
    plan = planned(
        view("a", an_object("a")),
        resources=(
            there("h-new", an_object("new")),
            replace(there("h-a", an_object("a", "Theirs")), etag=ETag("1"), modified=LATER),
        ),
    )

    assert as_shown(plan, Preview()) == plan
    assert {act.what for act in preview_of(plan).acts} == {"created", "changed"}


def test_a_step_without_a_link_cannot_be_written() -> None:
    (step,) = planned(resources=(there("h-new", an_object("new")),)).steps

    with pytest.raises(ValueError, match="without a link"):
        _ = step.link


@pytest.mark.parametrize(("minutes", "writes"), [(-1, 0), (0, 0), (1, 1)])
@pytest.mark.parametrize("deleted", [False, True])
def test_what_is_done_here_after_applying_needs_no_showing(
    minutes: int, writes: int, deleted: bool
) -> None:
    found = view("a", None) if deleted else edited("a")
    found = replace(found, local_modified=NOW + timedelta(minutes=minutes))
    plan = planned(found)

    applied = as_shown(plan, Preview(applied_at=NOW), [found])

    assert sum(step.write is not None for step in applied.steps) == writes
    assert applied.unshown == 1 - writes


def test_an_answered_mail_question_needs_no_showing() -> None:
    found = sending(edited("a", BEN), BEN)
    plan = planned(found)

    assert as_shown(plan, Preview(applied_at=NOW), [found]) == plan
    assert as_shown(plan, Preview(applied_at=NOW), [edited("a", BEN)]).unshown == 1
