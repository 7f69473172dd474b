"""What a filter does to a link: it leaves, stays outside, or comes back. Pure.

Leaving deletes nothing on either side. What is deleted on one side while the object is outside
stays on the other, for good. Who comes back is compared with the base that was left: what either
side did meanwhile is merged, and mails as any other edit.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from .filters import Reason, left_out
from .plan import Frame, Step
from .properties import Properties, properties
from .sync import CopyRole, Fate, Href, LinkChange, LinkState, LinkView, Resource


def keeps_out(frame: Frame, resource: Resource) -> bool:
    """Whether something new there is not made here."""
    policy, values = frame.work.policy, properties(resource.object)
    reason = left_out(policy.filters, [values], frame.work.owner, policy.arriving_kind)
    return reason is not None


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
    if view.kept_apart:
        return Reason.KEPT_APART
    own = frame.work.owner if view.answers is None else view.answers
    sides: list[Properties] = [properties(view.local)] if view.local else []
    if resource:
        sides.append(properties(resource.object))
    elif view.link.href and view.link.state is not LinkState.LEFT_OUT:
        sides.append(view.link.theirs)
    return left_out(frame.work.policy.filters, sides, own, view.kind)
