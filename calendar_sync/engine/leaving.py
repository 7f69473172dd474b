"""What a filter does to a link: it leaves, stays outside, or comes back. Pure.

Leaving deletes nothing on either side. What is deleted on one side while the object is outside
stays on the other, for good. Who comes back is compared with the base that was left: what either
side did meanwhile is merged, and mails as any other edit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from .drafting import present_values
from .filters import Reason, left_out
from .plan import Frame, Step
from .policy import Direction
from .properties import Properties, family, properties
from .sync import Base, CopyRole, Fate, Href, LinkChange, LinkState, LinkView, Resource

NONE = (None, None)


def passed_over(frame: Frame, new: Iterable[Resource]) -> dict[Href, Reason]:
    """What is new there and is not made here, with the reasons."""
    policy, own = frame.work.policy, frame.work.owner
    told = ((found.href, properties(found.object)) for found in new)
    reasons = ((href, left_out(policy.filters, [v], own, policy.arriving_kind)) for href, v in told)
    return {href: reason for href, reason in reasons if reason}


def said(
    base: Base, ours: Properties | None, theirs: Properties | None, way: Direction
) -> list[Properties]:
    """What each side says once it has heard what only the other one changed; None: nothing.

    So an edit on one side is enough to leave, and to come in. Where both changed the same, each
    has its say, and so has what does not travel that way. An answer has to arrive by itself.
    """
    if ours is None or theirs is None:
        return [side for side in (ours, theirs) if side is not None]
    here, there = dict(ours), dict(theirs)
    for key in ours.keys() | theirs.keys():
        our, their = ours.get(key), theirs.get(key)
        if our == their or family(key) == "answer":
            continue
        is_old_here, is_old_there = our == base.get(key, NONE)[0], their == base.get(key, NONE)[1]
        if is_old_there and (is_old_here or way is not Direction.FROM_PROVIDER):
            there[key] = our  # theirs is old, or how they spell it
        elif is_old_here and way is not Direction.TO_PROVIDER:
            here[key] = their
    return [present_values(side) for side in (here, there)]


def looked_at_again(frame: Frame, view: LinkView, told: Collection[Href]) -> LinkView:
    """The view, to be read anew if nothing here keeps it out any more; `told` was read already."""
    if view.link.state is not LinkState.LEFT_OUT or view.local is None:
        return view
    if _reason(frame, view, None):
        return view
    known = view.link.href is None or view.link.href in told
    state = LinkState.DIRTY if known else LinkState.IN_DOUBT
    return replace(view, link=replace(view.link, state=state))


def outside(frame: Frame, view: LinkView, resource: Resource | None, *, gone: bool) -> Step | None:
    """The step of an object that is left out; None: it is kept in step.

    A write that may have happened is found out about first. A mirror is withdrawn instead.
    """
    link, was_out = view.link, view.link.left_out is not None
    if link.attempt is not None or view.role is CopyRole.MIRROR:
        return None
    reason = _reason(frame, view, resource)
    over = gone or view.local is None
    if reason is None and not (was_out and over):
        return None
    if over:
        ended = link.href is None or (gone and view.local is None)
        fate = Fate.CLOSE if ended else Fate.KEEP
        rest = replace(link, state=LinkState.SETTLED if ended else LinkState.UNWANTED)
        return Step(LinkChange(rest, fate, marks=view.marks))
    found = resource.href if resource and link.href is None else link.href
    rest = replace(link, state=LinkState.LEFT_OUT, left_out=reason, href=found)
    return Step(LinkChange(replace(rest, hold=None, refusal=None, asked=()), marks=view.marks))


def let_in(view: LinkView) -> LinkView:
    """The view of what is kept in step."""
    return replace(view, link=replace(view.link, left_out=None)) if view.link.left_out else view


def _reason(frame: Frame, view: LinkView, resource: Resource | None) -> Reason | None:
    """Of what is out already, and was not read, it is not known what they say."""
    if view.kept_apart:
        return Reason.KEPT_APART
    own = frame.work.owner if view.answers is None else view.answers
    ours = properties(view.local) if view.local else None
    theirs: Properties | None = properties(resource.object) if resource else None
    if theirs is None and view.link.href and view.link.state is not LinkState.LEFT_OUT:
        theirs = view.link.theirs
    policy, base = frame.work.policy, view.link.base
    return left_out(policy.filters, said(base, ours, theirs, policy.direction), own, view.kind)
