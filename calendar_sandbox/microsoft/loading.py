"""Rows put into a mailbox as if they had always been there: no mail, no copies elsewhere.

A row is what POST takes, plus what a calendar can hold but nobody can write:
`uid`, `organizer`, `responseStatus`, `isCancelled`, `createdDateTime`, `cancelledOccurrences`
(dates) and `exceptionOccurrences` (PATCH bodies, each with its `originalDate`),
`originalStartTimeZone` as `tzone://Microsoft/Custom`, and attendees without an address.
"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from . import intake, zones
from .mailbox import Attendee, Item, Mailbox
from .writes import Writes

if TYPE_CHECKING:
    from .state import MicrosoftState


def load(state: "MicrosoftState", writes: Writes, mailbox: Mailbox, row: Mapping[str, Any]) -> Item:
    """Raises GraphError for what Graph would refuse, KeyError and ValueError for the rest."""
    item = writes.draft(mailbox, mailbox.primary, row, unresolved=True)
    item.custom_zone = row.get("originalStartTimeZone") == zones.CUSTOM
    if "uid" in row:
        item.uid = row["uid"]
    if "createdDateTime" in row:
        item.created = zones.instant(row["createdDateTime"])
    item.is_cancelled = bool(row.get("isCancelled", False))
    _organized(item, mailbox, row)
    _answered(item, row)
    item.cancelled = {date.fromisoformat(text) for text in row.get("cancelledOccurrences", ())}
    mailbox.add(item, state.world.clock.now())
    for change in row.get("exceptionOccurrences", ()):
        _except(state, mailbox, item, change)
    return item


def _organized(item: Item, mailbox: Mailbox, row: Mapping[str, Any]) -> None:
    if "organizer" not in row:
        return
    email = row["organizer"]["emailAddress"]
    item.organizer = Attendee(email["address"], email.get("name") or email["address"])
    item.is_organizer = email["address"].lower() == mailbox.address.lower()
    if not item.is_organizer:
        item.response = "notResponded"


def _answered(item: Item, row: Mapping[str, Any]) -> None:
    """Answers: the own one, and those of the rows in `attendees`."""
    if "responseStatus" in row:
        item.response = row["responseStatus"]["response"]
    for attendee, given in zip(item.attendees, row.get("attendees", ()), strict=True):
        attendee.response = given.get("status", {}).get("response", attendee.response)


def _except(
    state: "MicrosoftState", mailbox: Mailbox, item: Item, change: Mapping[str, Any]
) -> None:
    on = date.fromisoformat(change["originalDate"])
    body = {name: value for name, value in change.items() if name != "originalDate"}
    occurrence = item.occurrence(on)
    new, _ = intake.applied(occurrence, body, state.rules(mailbox), creating=False)
    mailbox.replace(new, state.world.clock.now())
