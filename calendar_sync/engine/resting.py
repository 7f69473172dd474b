"""Which links a run leaves alone, and what wakes one that a guard has parked. Pure."""

from __future__ import annotations

from .sync import RESTING, Guard, Link, LinkState, LinkView

LEFT_ALONE = RESTING - {LinkState.PARKED}
"""No longer kept in step, or never; what is parked goes on one day."""

NOT_IN_STEP = LEFT_ALONE | {LinkState.LEFT_OUT}
"""What changes there changes nothing here."""

WOKEN_BY_EDIT = frozenset({Guard.NOT_SETTLING, Guard.MAIL_LIMIT})
"""An edit here is the act these wait for; a brake waits for the answer to its question."""

STOPPED = frozenset({LinkState.PARKED, LinkState.FROZEN})
"""States in which a link's guard is what stopped it."""


def rests(view: LinkView, *, alive: bool = False, news: bool = False) -> bool:
    """Whether nothing moves.

    `alive`: it was seen there; `news`: as something else than we know, or proven gone.
    """
    link = view.link
    if link.state is not LinkState.PARKED:
        return link.state in RESTING
    if view.local is None or (view.marks and link.guard in WOKEN_BY_EDIT):
        return False
    if link.guard in {Guard.VANISHED, Guard.REMOVED} and alive:
        return False  # somebody has brought it back
    # a creation that waits may meet its twin
    return not (news and (link.guard is Guard.NOT_SETTLING or link.href is None))


def is_let_through(link: Link) -> bool:
    """Whether a person released it from its guard, for this once."""
    return link.guard is not None and link.state not in STOPPED
