"""A wish to write something there: made into a write, or into the reason why it waits. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime

from .identity import creation_key
from .mail import Draft, Verdict, recipients, told_keys, verdict
from .pending import Action, Attempt, Hold, Refusal
from .plan import Frame, Step
from .policy import Side
from .properties import Json, Properties, is_overlay
from .sync import CopyRole, JournalEntry, Link, LinkChange, LinkState, LinkView, Mark, Write


def written(
    frame: Frame, view: LinkView, keep: Step, draft: Draft, *, ours_stay: bool = False
) -> Step:
    """Attach the write to the step, or the reason why it waits.

    `ours_stay`: what is written is not ours; both sides are agreed afterwards all the same.
    """
    link = keep.link
    if link.refusal and link.refusal.fingerprint == fingerprint(draft.changes):
        return _waiting(keep, replace(link, state=LinkState.REFUSED), view.marks)
    work, capabilities = frame.work, frame.capabilities
    mailed = frozenset[str]()
    if not _is_own(view, draft):
        mailed = recipients(draft, link.theirs, work.owner, capabilities)
    told = told_keys(draft, capabilities)
    decision = verdict(draft.action, mailed, told, view.consent, capabilities, frame.now)
    if decision is Verdict.HOLD:
        step = _held(frame, view, keep, draft, tuple(sorted(mailed)))
        return replace(step, write=step.write and replace(step.write, ours_stay=ours_stay))
    write = Write(
        link.key,
        draft.action,
        link.href,
        link.etag,
        creation_key(work.namespace, link.uid, link.incarnation),
        link.uid,
        draft.changes,
        draft.target,
        notify=decision is Verdict.SEND,
        recipients=tuple(sorted(mailed)) if decision is Verdict.SEND else (),
        ours_stay=ours_stay,
    )
    pending = replace(link, state=LinkState.DIRTY, hold=None, refusal=None, observed=link.theirs)
    return Step(replace(keep.change, link=pending), write, view.marks)


def _is_own(view: LinkView, draft: Draft) -> bool:
    """What is a guest's own on his copy is nobody else's business (Graph contract §3.11)."""
    is_guests = draft.action is Action.PATCH and view.role is not CopyRole.HOME
    return is_guests and all(map(is_overlay, draft.changes))


def _held(frame: Frame, view: LinkView, keep: Step, draft: Draft, mailed: tuple[str, ...]) -> Step:
    """What mails nobody goes out now, the rest waits for a person."""
    link = keep.link
    is_silent = frame.capabilities.is_silent
    quiet = {key: value for key, value in draft.changes.items() if is_silent(key)}
    quiet = quiet if draft.action is Action.PATCH else {}
    hold = Hold(draft.action, mailed, tuple(sorted(told_keys(draft, frame.capabilities))))
    journal = keep.change.journal
    if view.link.hold != hold:
        journal += (JournalEntry(Side.THERE, "held", hold.keys, code=draft.action.value),)
    held = replace(link, state=LinkState.HELD, hold=hold)
    step = _waiting(replace(keep, change=replace(keep.change, journal=journal)), held, view.marks)
    if not quiet:
        return step
    target = present_values({**link.theirs, **{key: draft.target.get(key) for key in quiet}})
    write = Write(link.key, draft.action, link.href, link.etag, "", link.uid, quiet, target)
    return replace(step, write=write)


def refused(view: LinkView, link: Link, code: str) -> Step:
    refused = replace(link, state=LinkState.REFUSED, refusal=Refusal(code), attempt=None)
    entry = JournalEntry(Side.THERE, "refused", code=code)
    return Step(LinkChange(refused, marks=view.marks, journal=(entry,)))


def _waiting(step: Step, link: Link, marks: tuple[Mark, ...]) -> Step:
    """Nothing is written until a person acts or the content changes; marks are done with."""
    waiting = replace(link, observed=link.theirs)
    return replace(step, change=replace(step.change, link=waiting, marks=marks), write=None)


def fingerprint(changes: Properties) -> str:
    """The same for the same values: a refusal is not tried again until they change."""
    text = json.dumps(changes, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def attempt_of(write: Write, now: datetime) -> Attempt:
    """The evidence to store before `write` is made."""
    return Attempt(
        write.link,
        write.action,
        write.key,
        write.changes,
        now,
        write.notify,
        write.recipients,
        ours_stay=write.ours_stay,
    )


def present_values(values: Properties) -> dict[str, Json]:
    return {key: value for key, value in values.items() if value is not None}
