"""From what both sides say to a plan. Pure: no port is called here.

Every touched object gets one `Step`: what to change here, what to write there, what to remember.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from .asking import winners
from .attempts import is_fresh, may_repeat, proven_base
from .bases import moved_base
from .dates import still_cancelled
from .drafting import present_values, refused, written
from .event import CalendarObject, Status
from .filters import Reason
from .guest_copies import left_out, marked_with
from .guests import kept_back, without_guests
from .leaving import let_in, outside, passed_over
from .mail import Draft
from .masks import Edits, as_busy, compared, is_masked
from .matching import Observation, match
from .merge import NOWHERE, Merge, Movable, adopt, merge
from .pending import Action, Undo
from .plan import Frame, Plan, Step
from .policy import ConflictRule, Direction, PrivateEvents, Side
from .properties import Properties, addresses, family, is_guest_key, properties
from .resting import rests
from .rights import lets_modify
from .splits import predecessors
from .sync import (
    Base,
    CopyRole,
    Fate,
    Guests,
    Href,
    JournalEntry,
    Link,
    LinkChange,
    LinkState,
    LinkView,
    Predecessor,
    Resource,
)

MOST_INCARNATIONS = 5
PUT_BACK = "put_back"
"""Code of a conflict that a mirror lost against somebody else's event."""

MADE_HERE = (CopyRole.HOME, CopyRole.MIRROR)
"""Roles of a copy that is there because we put it there, and goes when we take it away."""
_READ_AGAIN = (LinkState.IN_DOUBT, LinkState.PARKED)


def reconcile(frame: Frame, views: Sequence[LinkView], seen: Observation) -> Plan:
    """The plan for everything that was touched on either side."""
    proof = frame.capabilities.absence_is_proof
    matched = match(frame.work, views, seen, absence_is_proof=proof)
    unreadable = {href for href, _ in seen.changes.unreadable}
    steps = []
    for view, resource in sorted(matched.pairs, key=_freshest_first):
        gone = view.link.href in matched.gone or _is_cancelled(resource)
        news = _news(view, resource)
        alive = resource is not None and not gone
        if rests(view, alive=alive, news=gone or is_news(view.link, news)):
            continue
        if view.role in NOWHERE:
            step = _given_up(frame, view, news, gone=gone)
        elif view.undo:
            step = _put_back(frame, view, view.undo, news, gone=gone)
        elif left := outside(frame, view, resource, gone=gone):
            step = left
        elif gone:
            step = _gone(frame, view, resource)
        elif resource is None and _is_dark(view, unreadable):
            step = _dark(view)
        else:
            step = _present(frame, let_in(view), news)
        if step.write or step.change != LinkChange(view.link):
            steps.append(step)
    passed: dict[Href, Reason] = {}
    if frame.direction is not Direction.TO_PROVIDER:
        new = [found for found in matched.unlinked if not _is_cancelled(found)]
        passed = passed_over(frame, new)
        new = [found for found in new if found.href not in passed]
        halves = predecessors(matched.pairs, new, frame.capabilities) if new else {}
        steps += [_materialize(found, halves.get(found.href)) for found in new]
    steps += [_unreadable(code) for _, code in seen.changes.unreadable]
    return Plan.within(frame.most_writes, steps, passed)


def _is_dark(view: LinkView, unreadable: Collection[Href]) -> bool:
    """It is there, and what it says cannot be told: in this round, or when it was read again."""
    doubtful = view.link.state in _READ_AGAIN or view.link.attempt is not None
    return view.link.href in unreadable or bool(view.link.href and doubtful)


def _dark(view: LinkView) -> Step:
    """Nothing is written over what nobody has seen; a change here waits until it can be read."""
    waits = view.marks or view.link.state is not LinkState.SETTLED
    return Step(LinkChange(replace(view.link, state=LinkState.IN_DOUBT) if waits else view.link))


def _freshest_first(pair: tuple[LinkView, Resource | None]) -> tuple[float, str]:
    """A person's edit of just now overtakes a long first push."""
    view = pair[0]
    return -view.local_modified.timestamp(), view.link.key


def _is_cancelled(resource: Resource | None) -> bool:
    return resource is not None and resource.object.event.status is Status.CANCELLED


def _news(view: LinkView, resource: Resource | None) -> Resource | None:
    """`resource`, unless it is the version we know, or an older one delivered late."""
    if resource is None or view.link.attempt is not None:
        return resource
    known = view.link.modified
    late = bool(known and resource.modified and resource.modified < known)
    echo = resource.etag == view.link.etag and view.link.state is not LinkState.IN_DOUBT
    return None if late or echo else resource


def is_news(link: Link, resource: Resource | None) -> bool:
    """Whether `resource` says something else than we know; our own write coming back does not."""
    return resource is not None and properties(resource.object) != link.theirs


def _materialize(resource: Resource, predecessor: Predecessor | None) -> Step:
    entry = JournalEntry(Side.HERE, "created", tuple(sorted(properties(resource.object))))
    made = LinkChange(None, Fate.MATERIALIZE, resource, journal=(entry,), predecessor=predecessor)
    return Step(made)


def _unreadable(code: str) -> Step:
    return Step(LinkChange(None, journal=(JournalEntry(Side.THERE, "unreadable", code=code),)))


def _gone(frame: Frame, view: LinkView, resource: Resource | None) -> Step:
    """The object is proven gone, or cancelled by its organizer."""
    link = replace(view.link, attempt=None, state=LinkState.SETTLED)
    attempt = view.link.attempt
    patched = attempt is not None and attempt.action is not Action.DELETE
    lagging = not frame.capabilities.absence_is_proof and is_fresh(view.link, frame.now)
    if patched and lagging and resource is None:
        return Step(LinkChange(replace(view.link, state=LinkState.IN_DOUBT)))
    if view.local is None:
        return Step(LinkChange(link, Fate.CLOSE, marks=view.marks))
    if frame.direction is Direction.TO_PROVIDER or view.role is CopyRole.MIRROR:
        return _unwanted(view, link)
    ours = properties(view.local)
    movable = _movable(frame, view, ours)
    changed = merge(*_compared(frame, view, link, ours), movable, theirs_win=True)
    journal = [JournalEntry(Side.HERE, "deleted", before=ours)]
    if changed.changes:
        journal.append(JournalEntry(Side.HERE, "conflict", tuple(changed.changes), before=ours))
    if resource:  # its last words
        link = replace(link, observed=properties(resource.object))
    return Step(LinkChange(link, Fate.DROP, resource, marks=view.marks, journal=tuple(journal)))


def _present(frame: Frame, view: LinkView, news: Resource | None) -> Step:
    """The object exists there, or is not there yet."""
    link = _after_reading(frame, view.link, news) if news else view.link
    if link.observed and view.role is not CopyRole.HOME:
        link = replace(link, observed=still_cancelled(view.link.theirs, link.observed))
    if view.local is None:
        step = _deleted_here(frame, view, link, news)
    elif link.href is None:
        step = _new_here(frame, view, link, view.local)
    else:
        step = _both_present(frame, view, link, news)
    return replace(step, change=replace(step.change, resource=news))


def _both_present(frame: Frame, view: LinkView, link: Link, news: Resource | None) -> Step:
    ours: Properties = properties(view.local) if view.local else {}
    never_met = view.link.href is None or not view.link.base
    adopting = never_met and view.link.attempt is None
    if adopting and view.role is CopyRole.MIRROR:  # one we had made before: it says nothing
        link = replace(link, base={key: (None, their) for key, their in link.theirs.items()})
        adopting = False
    if adopting and addresses(ours) - addresses(link.theirs):
        link = replace(link, guests=Guests.WITHHELD)
    movable = _movable(frame, replace(view, link=link, alone=marked_with(view)), ours)
    base, ours, theirs = _compared(frame, view, link, ours)
    if adopting:
        return _merged(frame, view, link, adopt(ours, theirs, movable))
    asks = view.mirror is not None and view.mirror.edits is Edits.ASKED
    asking = asks or frame.work.policy.conflict is ConflictRule.ASK
    said = winners(view.decided, ours, theirs) if asking else None
    theirs_win = _theirs_win(frame, view, news)
    return _merged(frame, view, link, merge(base, ours, theirs, movable, theirs_win, said))


def _compared(
    frame: Frame, view: LinkView, link: Link, ours: Properties
) -> tuple[Base, Properties, Properties]:
    """Base, ours and theirs without what is masked; a mirror is made as it may be seen."""
    private = PrivateEvents.FULL if view.mirror else frame.work.policy.filters.private
    return compared(private, link.base, ours, link.theirs)


def _after_reading(frame: Frame, link: Link, resource: Resource) -> Link:
    """The link with the newest version noted, and a lost write settled by the sight of it."""
    theirs = properties(resource.object)
    base: Base = link.base
    if link.attempt:
        base = moved_base(base, proven_base(link.attempt, base, theirs, frame.capabilities))
    return replace(
        link,
        href=resource.href,
        etag=resource.etag,
        modified=resource.modified,
        base=base,
        observed=theirs,
        attempt=None,
    )


def _movable(frame: Frame, view: LinkView, ours: Properties) -> Movable:
    own = frame.work.owner if view.answers is None else view.answers
    side, theirs = frame.capabilities, view.link.theirs
    modifies = side.guests_may_modify and lets_modify(theirs) and view.changed_by_guest
    kept = kept_back(ours, theirs, view.sendable)
    absent = None if view.absent is None else view.absent & left_out(theirs)
    who = (view.role, own, view.link.guests, view.outranked)
    return Movable(*who, side, frame.direction, modifies, kept, view.mirror, absent, view.alone)


def _theirs_win(frame: Frame, view: LinkView, news: Resource | None) -> bool:
    rule = frame.work.policy.conflict
    if rule is not ConflictRule.NEWEST:
        return rule is ConflictRule.THEIRS
    modified = news.modified if news else view.link.modified
    return modified is not None and modified >= view.local_modified


def _merged(frame: Frame, view: LinkView, link: Link, merged: Merge) -> Step:
    """A merge as a step: patches here, and the write there if mail rules let it out."""
    base = moved_base(link.base, merged.moves)
    link = replace(link, asked=merged.questions)
    journal = [
        JournalEntry(Side.HERE, "changed", (patch.key,), {patch.key: patch.old})
        for patch in merged.patches
    ]
    if set(merged.questions) - set(view.link.asked):
        journal.append(JournalEntry(Side.HERE, "asked", merged.questions))
    journal += [
        JournalEntry(
            Side.HERE if lost.lost_here else Side.THERE,
            "conflict",
            (lost.key,),
            {lost.key: lost.lost},
            code=PUT_BACK if view.mirror and view.mirror.puts_back(lost.key) else "",
        )
        for lost in merged.conflicts
    ]
    agreed = {key: pair[1] for key, pair in base.items() if pair[1] is not None}
    keep = Step(
        LinkChange(
            replace(link, base=base, observed=None if agreed == link.theirs else link.theirs),
            patches=merged.patches,
            journal=tuple(journal),
        )
    )
    if not merged.changes:
        return _rest(view, keep)
    answers = {key: value for key, value in merged.changes.items() if family(key) == "answer"}
    if answers and view.role is not CopyRole.HOME:
        target = present_values({**link.theirs, **answers})
        step = written(frame, view, keep, Draft(Action.ANSWER, answers, target))
        # an answer has a call of its own: what else changed keeps its marks for the next run
        return step if answers == merged.changes else replace(step, marks=())
    target = present_values({**link.theirs, **frame.capabilities.projection(merged.changes)})
    return written(frame, view, keep, Draft(Action.PATCH, merged.changes, target))


def _rest(view: LinkView, step: Step) -> Step:
    """Nothing to write: the link is settled, or asks, and every mark seen is done with."""
    state = LinkState.ASKED if step.link.asked else LinkState.SETTLED
    settled = replace(step.link, state=state, hold=None, refusal=None)
    return replace(step, change=replace(step.change, link=settled, marks=view.marks))


def _deleted_here(frame: Frame, view: LinkView, link: Link, news: Resource | None) -> Step:
    """Removed here, still there. An edit there since beats a deletion not yet sent."""
    if link.href is None and view.role is CopyRole.MIRROR:  # until there is something to show
        return Step(LinkChange(replace(link, state=LinkState.SETTLED), marks=view.marks))
    if link.href is None:
        return Step(LinkChange(link, Fate.CLOSE, marks=view.marks))
    if view.role not in MADE_HERE or frame.direction is Direction.FROM_PROVIDER:
        return _unwanted(view, link)
    if view.role is CopyRole.MIRROR:
        return written(frame, view, Step(LinkChange(link)), Draft(Action.DELETE))
    sides = _compared(frame, view, link, {})
    edited = merge(*sides, _movable(frame, view, {}), theirs_win=True)
    if news and edited.conflicts and view.consent is None:
        keys = tuple(conflict.key for conflict in edited.conflicts)
        entry = JournalEntry(Side.HERE, "created", keys)
        settled = replace(link, state=LinkState.SETTLED, observed=None)
        return Step(LinkChange(settled, Fate.REVIVE, marks=view.marks, journal=(entry,)))
    return written(frame, view, Step(LinkChange(link)), Draft(Action.DELETE))


def _given_up(frame: Frame, view: LinkView, news: Resource | None, *, gone: bool) -> Step:
    """The copy of a former organizer's meeting: whatever happens to it concerns nothing else.

    Grow before cut: it is removed once the new organizer's own is there.
    """
    link = _after_reading(frame, view.link, news) if news else view.link
    if gone or link.href is None:
        return Step(LinkChange(replace(link, attempt=None), Fate.CLOSE, marks=view.marks))
    keep = Step(LinkChange(link, resource=news))
    if view.role is CopyRole.REPLACED and frame.direction is not Direction.FROM_PROVIDER:
        return written(frame, view, keep, Draft(Action.DELETE))
    settled = replace(link, state=LinkState.SETTLED, hold=None)
    return Step(replace(keep.change, link=settled, marks=view.marks))


def _put_back(
    frame: Frame, view: LinkView, undo: Undo, news: Resource | None, *, gone: bool
) -> Step:
    """A person's wish to undo what a run wrote there; what waits otherwise goes first."""
    link = _after_reading(frame, view.link, news) if news else view.link
    keep = Step(LinkChange(link, resource=news))
    if undo.action is Action.CREATE:
        if link.href:  # made already, the answer was lost
            return _ignored(view, link)
        return _created(frame, view, link, undo.back)
    if undo.action is Action.DELETE:
        if gone or link.href is None:
            return _ignored(view, replace(link, href=None, etag=None))
        return written(frame, view, keep, Draft(Action.DELETE), ours_stay=True)
    if gone or view.local is None:
        return _gone(frame, view, news)
    ours = properties(view.local)
    movable = _movable(frame, replace(view, link=link), ours)
    first = merge(*_compared(frame, view, link, ours), movable, theirs_win=True)
    if first.patches or first.changes:
        step = _both_present(frame, view, link, news)
        return replace(step, change=replace(step.change, resource=news, marks=()), marks=())
    changes = {k: v for k, v in undo.changes(link.theirs).items() if movable.outward(k)}
    if not changes:
        return _rest(view, Step(replace(keep.change, link=replace(link, attempt=None))))
    target = present_values({**link.theirs, **changes})
    return written(frame, view, keep, Draft(Action.PATCH, changes, target), ours_stay=True)


def _ignored(view: LinkView, link: Link) -> Step:
    link = replace(link, state=LinkState.IGNORED, attempt=None, hold=None, asked=())
    return Step(LinkChange(link, marks=view.marks))


def _unwanted(view: LinkView, link: Link) -> Step:
    """One side does without, the other keeps its own."""
    return Step(LinkChange(replace(link, state=LinkState.UNWANTED), marks=view.marks))


def _new_here(frame: Frame, view: LinkView, link: Link, local: CalendarObject) -> Step:
    """Here only: create it there, under a key that repeats until the outcome is known."""
    if view.role not in MADE_HERE or frame.direction is Direction.FROM_PROVIDER:
        return Step(LinkChange(replace(link, state=LinkState.SETTLED), marks=view.marks))
    body: Properties = properties(local)
    if link.guests is Guests.WITHHELD:
        body = {key: value for key, value in body.items() if not is_guest_key(key)}
    body = without_guests(body, kept_back(body, {}, view.sendable))
    if view.mirror is None and is_masked(frame.work.policy.filters.private, {}, body, {}):
        body = as_busy(body)
    return _created(frame, view, link, body)


def _created(frame: Frame, view: LinkView, link: Link, body: Properties) -> Step:
    """Under the key of the link's incarnation, or of an open attempt while that may be repeated."""
    ours_stay = view.undo is not None
    attempt = link.attempt
    if attempt and attempt.action is Action.CREATE and may_repeat(attempt, frame.now):
        # the recorded body: another one is refused under this key; a later edit keeps its marks
        later = attempt.sent != body
        draft = _creation(frame, attempt.sent)
        step = written(frame, view, Step(LinkChange(link)), draft, ours_stay=ours_stay)
        return replace(step, marks=()) if later else step
    if attempt:
        link = replace(link, incarnation=link.incarnation + 1)
        if link.incarnation > MOST_INCARNATIONS:
            return refused(view, link, "too_many_incarnations")
    keep = Step(LinkChange(link))
    return written(frame, view, keep, _creation(frame, body), ours_stay=ours_stay)


def _creation(frame: Frame, body: Properties) -> Draft:
    return Draft(Action.CREATE, body, present_values(frame.capabilities.projection(body)))
