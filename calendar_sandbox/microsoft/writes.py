"""Create, change, delete, answer: one set of rules for the API, the console and tests.

Contract 3.7 to 3.9. `cause` says in the mail log what made a mail: method and path of a request.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from . import attendees, crossing, intake
from .errors import (
    GraphError,
    access_denied,
    invalid_parameter,
    invalid_request,
    unreadable_body,
)
from .folders import Folder
from .mailbox import Attachment, Attendee, Item, Mailbox
from .meetings import Answer, Meetings

if TYPE_CHECKING:
    from .state import MicrosoftState

ANSWERS = {
    "accept": "accepted",
    "decline": "declined",
    "tentativelyaccept": "tentativelyAccepted",
}


class UsedTransactionError(Exception):
    """The transactionId has created another event."""

    def __init__(self, existing: Item) -> None:
        super().__init__(existing.transaction_id)
        self.existing = existing


@dataclass(frozen=True, slots=True)
class Writes:
    state: "MicrosoftState"
    meetings: Meetings

    def create(self, mailbox: Mailbox, folder: Folder, body: Mapping[str, Any], cause: str) -> Item:
        """The new item, or the one an equal request created. Raises GraphError."""
        _check_editable(folder)
        digest = _digest(body)
        repeated = _repeated(mailbox, body.get("transactionId"), digest)
        if repeated is not None:
            return repeated
        item = self.draft(mailbox, folder, body)
        self.add(mailbox, item)
        if item.transaction_id is not None:
            mailbox.transactions[item.transaction_id] = (item.serial, digest)
        if not item.is_draft:
            self.meetings.invite(mailbox, item, cause)
        return item

    def draft(
        self,
        mailbox: Mailbox,
        folder: Folder,
        body: Mapping[str, Any],
        *,
        unresolved: bool = False,
    ) -> Item:
        """A checked item that no calendar holds yet; see `attendees.read` for `unresolved`."""
        now = self.state.world.clock.now()
        blank = Item(
            serial=mailbox.next_serial(),
            calendar=folder.number,
            uid=self.state.new_uid(now),
            created=now,
            modified=now,
            start=now,
            end=now,
            organizer=Attendee(mailbox.address, mailbox.name, response="organizer"),
            values=intake.defaults(),
        )
        rules = replace(self.state.rules(mailbox), unresolved=unresolved)
        item, _ = intake.applied(blank, body, rules, creating=True)
        return item

    def add(self, mailbox: Mailbox, item: Item) -> None:
        now = self.state.world.clock.now()
        mailbox.add(item, now)
        bump = self.state.world.knobs.number("graph.etag_bump")
        if bump:
            mailbox.bumps.append((now + timedelta(seconds=bump), item.serial))

    def patch(self, mailbox: Mailbox, item: Item, body: Mapping[str, Any], cause: str) -> Item:
        """The changed item. An attendee changes the own copy only (contract 3.11)."""
        _check_editable(mailbox.folders[item.calendar])
        world = self.state.world
        if not item.is_organizer and world.knobs["graph.attendee_patch"] == "refused":
            raise access_denied()
        new, listed = intake.applied(item, body, self.state.rules(mailbox), creating=False)
        if item.on is not None and new.start != item.start:
            crossing.check(mailbox.items[item.serial], item.on, new.start)
        mailbox.replace(new, world.clock.now())
        if item.is_organizer:
            self.meetings.update(mailbox, item, new, listed, cause)
        return new

    def hang(self, mailbox: Mailbox, item: Item, extensions: dict[str, dict[str, Any]]) -> None:
        """Extensions move the etag, mail nobody and do not show in delta (contract 3.12)."""
        _check_editable(mailbox.folders[item.calendar])
        now = self.state.world.clock.now()
        mailbox.replace(replace(item, extensions=extensions), now, quiet=True)

    def attach(self, mailbox: Mailbox, item: Item, files: dict[str, Attachment]) -> None:
        """Files move the etag and mail nobody (contract 3.13)."""
        _check_editable(mailbox.folders[item.calendar])
        mailbox.replace(replace(item, attachments=files), self.state.world.clock.now())

    def delete(self, mailbox: Mailbox, item: Item, cause: str, comment: str = "") -> None:
        """The organizer's guests get a cancellation; an attendee's organizer hears nothing."""
        _check_editable(mailbox.folders[item.calendar])
        if item.is_cancelled and self.state.world.knobs["graph.delete_cancelled"] == 403:
            raise access_denied()
        now = self.state.world.clock.now()
        if item.on is None:
            mailbox.remove(item, now)
        else:
            mailbox.remove_date(item, now)
        if item.is_organizer:
            self.meetings.cancel(mailbox, item, cause, comment)

    def delete_for_good(self, mailbox: Mailbox, item: Item, cause: str) -> None:
        """`permanentDelete`: nothing is left in Deleted Items (contract 3.7)."""
        self.delete(mailbox, item, cause)
        mailbox.deleted.pop(item.serial, None)

    def cancel(self, mailbox: Mailbox, item: Item, body: Mapping[str, Any], cause: str) -> None:
        comment = _comment(_known_keys(body, {"comment"}))
        if not item.is_organizer:
            raise invalid_request("You need to be an organizer to cancel a meeting.")
        self.delete(mailbox, item, cause, comment)

    def forward(self, mailbox: Mailbox, item: Item, body: Mapping[str, Any], cause: str) -> None:
        """Anybody may hand an invitation on; the list of attendees stays (contract 3.9)."""
        given = _known_keys(body, {"torecipients", "comment"})
        directory = self.state.rules(mailbox).directory
        to = attendees.recipients(given.get("torecipients"), directory)
        self.meetings.forward(mailbox, item, to, cause, _comment(given))

    def remind(
        self, mailbox: Mailbox, item: Item, body: Mapping[str, Any], *, snooze: bool
    ) -> None:
        """Puts a reminder off or away: personal, and nothing of it can be read back."""
        given = _known_keys(body, {"newremindertime"} if snooze else set())
        if snooze:
            when = given.get("newremindertime")
            intake.time_slot({"start": when, "end": when}, self.state.rules(mailbox))
        mailbox.touch(mailbox.items[item.serial], self.state.world.clock.now(), item.on)

    def answer(
        self, mailbox: Mailbox, item: Item, verb: str, body: Mapping[str, Any], cause: str
    ) -> None:
        """`verb` as in the path, lower case. Raises GraphError 400 by the rules of 3.9."""
        given = _known_keys(body, {"comment", "sendresponse", "proposednewtime"})
        send = given.get("sendresponse", True)
        if not isinstance(send, bool):
            raise unreadable_body("'SendResponse' is true or false.")
        if item.is_organizer:
            raise invalid_request(
                "Your request can't be completed. You can't respond to this meeting because "
                "you're the meeting organizer."
            )
        comment = _comment(given)
        if comment and not send:
            raise invalid_parameter("A comment needs a response to be sent with.")
        proposed = None
        if given.get("proposednewtime") is not None:
            if not send or not item.values["allowNewTimeProposals"] or verb == "accept":
                raise invalid_parameter("A new time cannot be proposed here.")
            proposed = intake.time_slot(given["proposednewtime"], self.state.rules(mailbox))
        if send and not item.values["responseRequested"]:
            raise invalid_request("The organizer hasn't requested a response.")
        answer = Answer(ANSWERS[verb], send=send, comment=comment, proposed=proposed)
        self.meetings.answer(mailbox, item, answer, cause)


def _check_editable(folder: Folder) -> None:
    if not folder.can_edit:
        raise access_denied()


def _comment(given: Mapping[str, Any]) -> str:
    comment = given.get("comment")
    if comment is not None and not isinstance(comment, str):
        raise unreadable_body("'Comment' is a string.")
    return comment or ""


def _known_keys(body: Mapping[str, Any], allowed: set[str]) -> dict[str, Any]:
    """Parameters of an action by their lower-case names. Raises GraphError 400 for others."""
    given = {name.lower(): value for name, value in body.items()}
    if given.keys() - allowed:
        raise unreadable_body(f"The parameter '{min(given.keys() - allowed)}' is not known.")
    return given


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _repeated(mailbox: Mailbox, transaction: object, digest: str) -> Item | None:
    """The event this very request created before. Raises for another one."""
    if not isinstance(transaction, str) or transaction not in mailbox.transactions:
        return None
    serial, before = mailbox.transactions[transaction]
    existing = mailbox.items.get(serial)
    if existing is not None and before != digest:
        raise UsedTransactionError(existing)
    return existing


def duplicate_transaction(existing_id: str, manner: str) -> GraphError:
    """`manner` is the knob `graph.duplicate_transaction` (contract 3.7)."""
    annotations = {} if manner == "400-bare" else {"@event.existingEventId": existing_id}
    return GraphError(
        409 if manner == "409" else 400,
        "ErrorDuplicateTransactionId",
        "The transaction ID has already been used to create a different event.",
        annotations=annotations,
    )
