"""insert, update, patch and delete (contract 5.3 to 5.8, 4.4)."""

import base64
import re
import secrets
from dataclasses import replace
from typing import Any, Literal

from calendar_sandbox.core.knobs import Knobs

from .accounts import Account
from .calendar import Calendar
from .conferences import added, with_conference
from .errors import ApiError, calendar_error, gone, invalid, not_found, precondition_failed
from .event_types import check_change, check_new
from .instances import lookup
from .intake import Body, Intake, merge_patch, read_type
from .later import Later
from .meetings import Meetings
from .recurrence import series_of
from .schema import check_types
from .shape import writable
from .values import Attendee, Content, Event, Rule, WriteOptions

ID = re.compile(r"[a-v0-9]{5,1024}")
PER_COPY = {"colorId"}
Method = Literal["patch", "put"]


def base32hex(data: bytes) -> str:
    return base64.b32hexencode(data).decode().rstrip("=").lower()


def new_id() -> str:
    """26 characters, as Google makes them."""
    return base32hex(secrets.token_bytes(16))


class Writer:
    def __init__(self, meetings: Meetings, knobs: Knobs, later: Later) -> None:
        self.later = later
        self._meetings = meetings
        self._knobs = knobs

    def intake(self, calendar: Calendar) -> Intake:
        return Intake(calendar.time_zone, calendar.default_reminders, self._knobs)

    def insert(
        self, account: Account, calendar: Calendar, body: Body, options: WriteOptions
    ) -> Event:
        """Raises ApiError 400, 403 without the right to write, 409 for a taken id."""
        require_writer(calendar)
        check_types(body)
        kind = read_type(body)
        content = self.intake(calendar).read(body, options)
        content = check_new(kind, content, calendar, self._meetings.directory)
        content = with_conference(content, body, None, calendar, options, self._knobs)
        content = self._meetings.guest_rows(calendar, content, None)
        id_, uid = self.identity(calendar, body)
        if content.attendees and (options.by_hand or self._knobs["google.organizer_listed"]):
            content = with_organizer(content, calendar)
        if options.by_hand and account.settings.get("autoAddHangouts") == "true":
            content = added(content, calendar, self._knobs)
        event = Event(
            id=id_,
            ical_uid=uid,
            organizer=calendar.id,
            creator=account.email,
            content=content,
            created=calendar.stamp(),
            sequence=read_sequence(body, 0),
            organizer_name="" if calendar.primary else calendar.summary,
            event_type=kind,
        )
        calendar.put(event)
        self.later.note(calendar, event)
        self._meetings.spread(calendar, event, None, options)
        return event

    def identity(self, calendar: Calendar, body: Body) -> tuple[str, str]:
        """Id and iCalUID of a new event (4.2)."""
        wanted, uid = body.get("id"), body.get("iCalUID")
        if wanted is not None and not ID.fullmatch(wanted):
            raise invalid("Invalid resource id value.")
        duplicate = ApiError(409, "duplicate", "The requested identifier already exists.")
        id_ = wanted or new_id()
        if id_ in calendar.events:
            raise duplicate
        if uid is None:
            return id_, f"{id_}@google.com"
        if wanted and uid != f"{wanted}@google.com":
            raise invalid("Invalid Value", "iCalUID")
        if calendar.by_uid(uid) and self._knobs["google.known_uid_insert"] == "409":
            raise duplicate
        return id_, uid

    def find(self, calendar: Calendar, id_: str) -> Event:
        """Plain dates of series too. Raises ApiError 404; what is deleted is found while kept."""
        event = lookup(calendar, id_)
        hidden = self._knobs["google.tombstones"] == "hidden"
        if event is None or (event.cancelled and hidden):
            raise not_found()
        return event

    def update(
        self,
        calendar: Calendar,
        id_: str,
        body: Body,
        options: WriteOptions,
        *,
        method: Method = "patch",
        if_match: str | None = None,
    ) -> Event:
        """PATCH and PUT. Raises ApiError."""
        event = self.find(calendar, id_)
        require_writer(calendar, event)
        check_match(event, if_match)
        check_types(body)
        if event.recurring_event_id and "recurrence" in body:
            raise invalid("Invalid Value", "recurrence")
        if body.get("eventType", event.event_type) != event.event_type:
            raise calendar_error(400, "eventTypeRestriction", "Event type cannot be changed.")
        content = self.described(calendar, event, body, options, method)
        if calendar.viewer != event.creator:
            content = with_source(content, event.content)
        check_change(event, content)
        sequence = read_sequence(body, event.sequence)
        if content == event.content and sequence == event.sequence:
            if self._knobs["google.noop_patch_etag"] == "new" and id_ in calendar.events:
                calendar.touch(event)
            return event
        if event.cancelled and content.status != "cancelled":
            require_date(calendar, event)
            self.require_undelete(calendar, event)
        if calendar.is_self(event.organizer):
            event.sequence = sequence
            self.write_as_organizer(calendar, event, content, options)
        else:
            self.write_as_guest(calendar, event, content, options, method)
        return event

    def described(
        self, calendar: Calendar, event: Event, body: Body, options: WriteOptions, method: Method
    ) -> Content:
        """The content the request asks for, whoever may or may not write it."""
        if body.get("attendeesOmitted"):
            body = body | {"attendees": self.with_own_row(calendar, event, body)}
        sent = body
        if not options.attachments:
            # They are written by supportsAttachments alone, and kept otherwise (5.5).
            body = {name: body[name] for name in body if name != "attachments"}
            if method == "put":
                body["attachments"] = event.content.shared.get("attachments")
        if method == "patch":
            body = self.patched(event, body)
        content = self.intake(calendar).read(body, replace(options, attachments=True))
        return with_conference(
            content, sent, event.content, calendar, options, self._knobs, patch=method == "patch"
        )

    def patched(self, event: Event, patch: Body) -> Body:
        merged = merge_patch(writable(event), patch)
        sent = patch.get("reminders")
        if "reminders" in patch and self._knobs["google.patch_reminders"] == "replace":
            merged["reminders"] = sent
        return merged

    def with_own_row(self, calendar: Calendar, event: Event, body: Body) -> list[Any]:
        """Only the caller's row is taken; the rest of the list stays (4.4)."""
        sent = [
            row for row in body.get("attendees") or [] if calendar.is_self(row.get("email") or "")
        ]
        rows = writable(event)["attendees"]
        own = [row for row in rows if calendar.is_self(row["email"])]
        merged = [(own[0] if own else {}) | sent[0]] if sent else own
        return [row for row in rows if not calendar.is_self(row["email"])] + merged

    def require_undelete(self, calendar: Calendar, event: Event) -> None:
        forbidden = ApiError(403, "forbidden", "Forbidden")
        if not self._knobs["google.undelete"]:
            raise forbidden
        if not calendar.is_self(event.organizer):
            home = self._meetings.organizers_copy(event)
            if not event.removed_by_guest or (home and home[1].cancelled):
                raise forbidden
            event.removed_by_guest = False

    def write_as_organizer(
        self, calendar: Calendar, event: Event, content: Content, options: WriteOptions
    ) -> None:
        before = event.content
        if content.timing() != before.timing() and not event.cancelled:
            event.sequence += 1
        content = self._meetings.guest_rows(calendar, content, before)
        event.content = content
        self.touch(calendar, event, options, quiet=only_per_copy(before, content))
        self.later.note(calendar, event)
        if content.meeting() != before.meeting() and not (
            event.cancelled and before.status == "cancelled"
        ):
            self._meetings.spread(calendar, event, before, options)

    def touch(
        self, calendar: Calendar, event: Event, options: WriteOptions, *, quiet: bool = False
    ) -> None:
        family = options.by_hand or self._knobs["google.family_etag"]
        calendar.touch(event, quiet=quiet, alone=not family)

    def write_as_guest(
        self,
        calendar: Calendar,
        event: Event,
        content: Content,
        options: WriteOptions,
        method: Method,
    ) -> None:
        """Own answer and own overlay are taken; main fields only where allowed (4.4, 14 #17)."""
        if content.status == "cancelled" and not event.cancelled:
            self.remove_own_copy(calendar, event, options)
            return
        before = event.content
        allowed = replace(
            before,
            status=content.status if event.cancelled else before.status,
            personal=content.personal,
            private_properties=content.private_properties,
            reminders=content.reminders,
        )
        if main_fields(content, calendar) != main_fields(before, calendar):
            if self.write_through(event, content, options):
                # The organizer's write has come back to this copy.
                rows = content.attendees
                allowed = replace(with_main_fields(allowed, content), attendees=rows)
            else:
                allowed = self.main_change(content, allowed, method)
        answer = own_answer(before, content, calendar)
        if answer:
            allowed = allowed.with_row(answer)
        if allowed != before:
            event.content = allowed
            self.touch(calendar, event, options, quiet=only_per_copy(before, allowed))
        if answer and answer != before.row(calendar.id):
            self._meetings.answered(calendar, event, answer, options)

    def write_through(self, event: Event, wanted: Content, options: WriteOptions) -> bool:
        """A guest's change of main fields to the organizer's copy, where guests may."""
        home = self._meetings.organizers_copy(event)
        if home is None or not event.content.shared.get("guestsCanModify"):
            return False
        mains = replace(with_main_fields(home[1].content, wanted), attendees=wanted.attendees)
        self.write_as_organizer(*home, mains, options)
        return True

    def main_change(self, wanted: Content, allowed: Content, method: Method) -> Content:
        """What becomes of a guest's change where guests may not; see 14 #17."""
        outcome = self._knobs["google.guest_put" if method == "put" else "google.guest_patch"]
        if outcome == "403":
            raise calendar_error(
                403,
                "forbiddenForNonOrganizer",
                "Shared properties can only be changed by the organizer of the event.",
            )
        return with_main_fields(allowed, wanted) if outcome == "local" else allowed

    def delete(
        self,
        calendar: Calendar,
        id_: str,
        options: WriteOptions,
        *,
        if_match: str | None = None,
    ) -> None:
        """Raises ApiError 404 never existed, 410 gone already, 403, 412."""
        event = lookup(calendar, id_)
        if event is None:
            raise not_found()
        require_writer(calendar, event)
        if event.cancelled:
            raise gone()
        check_match(event, if_match)
        if calendar.is_self(event.organizer):
            cancelled = replace(event.content, status="cancelled")
            self.write_as_organizer(calendar, event, cancelled, options)
        else:
            self.remove_own_copy(calendar, event, options)

    def remove_own_copy(self, calendar: Calendar, event: Event, options: WriteOptions) -> None:
        """A guest's delete: the organizer sees `declined` (5.8)."""
        event.removed_by_guest = True
        own = event.content.row(calendar.id)
        declined = replace(own, answer="declined") if own else None
        content = event.content.with_row(declined) if declined else event.content
        event.content = replace(content, status="cancelled")
        self.touch(calendar, event, options)
        if own and declined and own.answer != "declined":
            self._meetings.answered(calendar, event, declined, options)


def with_source(content: Content, before: Content) -> Content:
    """Only its creator writes where an event comes from (4.1)."""
    personal = {name: value for name, value in content.personal.items() if name != "source"}
    if "source" in before.personal:
        personal["source"] = before.personal["source"]
    return replace(content, personal=personal)


def with_main_fields(content: Content, wanted: Content) -> Content:
    return replace(
        content,
        start=wanted.start,
        end=wanted.end,
        shared=wanted.shared,
        shared_properties=wanted.shared_properties,
    )


def require_writer(calendar: Calendar, event: Event | None = None) -> None:
    """`event`: what is not shown to somebody is not his to write either."""
    if not calendar.writable or (event and calendar.hides(event)):
        raise calendar_error(
            403, "requiredAccessLevel", "You need to have writer access to this calendar."
        )


def require_date(calendar: Calendar, event: Event) -> None:
    """A date its series has no longer cannot be restored (7.2)."""
    master = calendar.events.get(event.recurring_event_id or "")
    if master is None or event.original_start is None:
        return
    living = master.is_master and not master.cancelled
    if not living or not series_of(master.content).yields(event.original_start):
        raise invalid()


def check_match(resource: Event | Calendar | Rule, if_match: str | None) -> None:
    if if_match and if_match.strip() not in ("*", resource.etag):
        raise precondition_failed()


def read_sequence(body: Body, stored: int) -> int:
    value: int | None = body.get("sequence")
    if value is None:
        return stored
    if value < stored:
        message = f"Invalid sequence value. The specified sequence number is below {stored}."
        raise invalid(message)
    return value


def with_organizer(content: Content, calendar: Calendar) -> Content:
    if content.row(calendar.id):
        return content
    own = Attendee(calendar.id, answer="accepted")
    return replace(content, attendees=(own, *content.attendees))


def only_per_copy(before: Content, after: Content) -> bool:
    """Reminders and the own colour leave `updated` alone (4.9)."""
    colour = {name: after.personal[name] for name in PER_COPY if name in after.personal}
    others = {k: v for k, v in before.personal.items() if k not in PER_COPY}
    return replace(before, reminders=after.reminders, personal=others | colour) == after


def main_fields(content: Content, calendar: Calendar) -> tuple[object, ...]:
    """What a guest may not change: everything shared but the own row."""
    hidden = content.shared.get("guestsCanSeeOtherGuests") is False
    others = (
        () if hidden else tuple(row for row in content.attendees if not calendar.is_self(row.email))
    )
    return (*content.timing(), content.shared, content.shared_properties, others)


def own_answer(before: Content, content: Content, calendar: Calendar) -> Attendee | None:
    """The caller's row as it will read; only answer, comment and company are the guest's."""
    sent, own = content.row(calendar.id), before.row(calendar.id)
    if sent is None or own is None:
        return sent
    return replace(
        own,
        answer=sent.answer,
        comment=sent.comment,
        additional_guests=sent.additional_guests,
    )
