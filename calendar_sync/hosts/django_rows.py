"""Between the engine's values and the rows of Django: links, refusals, holds. JSON inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..engine.asking import Answer
from ..engine.filters import Reason
from ..engine.pending import Action, Attempt, Hold, LinkKey, Refusal
from ..engine.properties import Json
from ..engine.sync import Base, ETag, Guard, Guests, Href, Link, LinkState, Resource
from ..models import Link as LinkRow

ENTRY_FIELDS = ("availability", "classification", "personal", "updated_at", "deleted_at")
LINK_FIELDS = (
    "uid",
    "date",
    "href",
    "etag",
    "state",
    "base",
    "observed",
    "modified",
    "organizes",
    "read_only",
    "guests",
    "incarnation",
    "refusal",
    "hold",
    "attempt",
    "guard",
    "repeats",
    "asked",
    "left_out",
    "closed_at",
)


def link_of(row: LinkRow) -> Link:
    key = LinkKey(str(row.pk))
    return Link(
        key,
        row.uid,
        Href(row.href) if row.href else None,
        ETag(row.etag) if row.etag else None,
        LinkState(row.state),
        {name: (ours, theirs) for name, (ours, theirs) in row.base.items()},
        row.observed,
        row.modified,
        Guests(row.guests),
        row.incarnation,
        _refusal_of(row.refusal) if row.refusal else None,
        _hold_of(row.hold) if row.hold else None,
        Attempt.from_json(key, row.attempt) if row.attempt else None,
        Guard(row.guard) if row.guard else None,
        row.repeats,
        tuple(row.asked),
        Reason(row.left_out) if row.left_out else None,
    )


def put_link(row: LinkRow, link: Link) -> None:
    """Write what a run decides about a link; consents are a person's and stay."""
    row.uid = link.uid
    row.href = link.href or ""
    row.etag = link.etag or ""
    row.state = link.state.value
    row.base = base_json(link.base)
    row.observed = None if link.observed is None else dict(link.observed)
    row.modified = link.modified
    row.guests = link.guests.value
    row.incarnation = link.incarnation
    row.refusal = _refusal_json(link.refusal) if link.refusal else None
    row.hold = _hold_json(link.hold) if link.hold else None
    row.attempt = link.attempt.to_json() if link.attempt else None
    row.guard = link.guard.value if link.guard else ""
    row.repeats = link.repeats
    row.asked = list(link.asked)
    row.left_out = link.left_out.value if link.left_out else ""


def put_resource(row: LinkRow, resource: Resource) -> None:
    """What only the provider's copy tells about the link."""
    row.organizes = resource.organized_by_owner or resource.object.event.organizer is None
    row.read_only = resource.read_only


def decided_of(row: LinkRow) -> dict[str, Answer]:
    """A person's answers, by question."""
    return {question: Answer.from_json(said) for question, said in (row.decided or {}).items()}


def base_json(base: Base) -> dict[str, list[Json]]:
    return {name: [ours, theirs] for name, (ours, theirs) in base.items()}


def _refusal_json(refusal: Refusal) -> dict[str, Any]:
    return {
        "v": 1,
        "code": refusal.code,
        "keys": list(refusal.keys),
        "fingerprint": refusal.fingerprint,
    }


def _refusal_of(data: Mapping[str, Any]) -> Refusal:
    return Refusal(data["code"], tuple(data["keys"]), data["fingerprint"])


def _hold_json(hold: Hold) -> dict[str, Any]:
    return {
        "v": 1,
        "action": hold.action.value,
        "recipients": list(hold.recipients),
        "keys": list(hold.keys),
    }


def _hold_of(data: Mapping[str, Any]) -> Hold:
    return Hold(Action(data["action"]), tuple(data["recipients"]), tuple(data["keys"]))
