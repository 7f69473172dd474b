"""Whom a write would mail, and whether it may go out (DESIGN §6). Pure.

Default: silent. What cannot be silent waits for a person. Only a recorded consent, given for
these properties and these people, lets a write mail anybody; an answer is the exception: telling
the organizer once is what answering means.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from .capabilities import Capabilities
from .consent import CREATED, DELETED, Choice, Consent
from .guests import guest_of
from .pending import Action
from .properties import Properties, everybody, family, is_guest_key, is_whole_date, on_which
from .rights import RSVP, right


@dataclass(frozen=True, slots=True)
class Draft:
    """A write before anybody asked about mail: properties to change, all of them after."""

    action: Action
    changes: Properties = field(default_factory=dict)
    target: Properties = field(default_factory=dict)


class Verdict(str, Enum):
    SILENT = "silent"
    SEND = "send"
    HOLD = "hold"


def recipients(
    draft: Draft, before: Properties, owner: frozenset[str], capabilities: Capabilities
) -> frozenset[str]:
    """The guests this write would mail if mails are sent; `before` is what stands there."""
    there, then = everybody(before) - owner, everybody(draft.target) - owner
    if draft.action is Action.ANSWER:
        organizer = draft.target.get("organizer")
        if not right(draft.target, RSVP):
            return frozenset()  # nobody asked: a provider may refuse to tell (Graph §3.9)
        return frozenset({str(organizer[0])}) if isinstance(organizer, list) else frozenset()
    if draft.action is Action.CREATE:
        return then
    if draft.action is Action.DELETE:
        return there
    loud = [key for key in draft.changes if not capabilities.is_silent(key)]
    if not loud:
        return frozenset()
    if capabilities.tells_only_changed_guests and all(map(is_guest_key, loud)):
        return (there ^ then) | (_regrouped(loud, before, draft.target) - owner)
    return there | then


def _regrouped(keys: Collection[str], before: Properties, after: Properties) -> frozenset[str]:
    """Who is invited or uninvited by these keys, be it to one date of a series only."""
    return frozenset(
        guest_of(key)
        for key in keys
        if family(key) == "attendee" and _is_invited(before, key) is not _is_invited(after, key)
    )


def _is_invited(values: Properties, key: str) -> bool:
    """A date that says nothing of a guest is as its series."""
    return bool(values.get(key, values.get(on_which(key)[1])))


def told_keys(draft: Draft, capabilities: Capabilities) -> frozenset[str]:
    """The properties a consent has to cover; guests are covered as recipients."""
    if draft.action is Action.CREATE:
        return frozenset({CREATED})
    if draft.action is Action.DELETE:
        return frozenset({DELETED})
    return frozenset(
        key for key in draft.changes if not capabilities.is_silent(key) and not is_guest_key(key)
    )


def verdict(
    action: Action,
    mailed: frozenset[str],
    keys: frozenset[str],
    consent: Consent | None,
    capabilities: Capabilities,
    now: datetime,
) -> Verdict:
    """May the write go out, and loudly or silently?"""
    if not mailed:
        return Verdict.SILENT
    if action is Action.ANSWER:
        quiet = consent and consent.choice is Choice.SILENT and consent.covers(mailed, keys, now)
        return Verdict.SILENT if quiet else Verdict.SEND  # an answer can be silent anywhere
    if consent and consent.covers(mailed, keys, now):
        if consent.choice is Choice.SEND:
            return Verdict.SEND
        if consent.choice is Choice.SILENT and capabilities.silent_writes:
            return Verdict.SILENT
        return Verdict.HOLD
    if action is Action.DELETE or any(map(is_whole_date, keys)):
        return Verdict.HOLD  # a cancelled meeting nobody is told of leaves people waiting
    return Verdict.SILENT if capabilities.silent_writes else Verdict.HOLD
