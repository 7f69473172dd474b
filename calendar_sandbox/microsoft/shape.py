"""Items as Graph writes them: full entities, stubs in delta, tombstones (contract 3.1, 5.3)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from . import blob, bodies, ids, marks, online, zones
from .folders import Folder
from .mailbox import Attendee, Item, Mailbox
from .prefer import Preferences

EVENT_TYPE = "#microsoft.graph.event"
# Known to `$select`; the last line is returned only when named.
PROPERTIES = frozenset({
    "id", "changeKey", "createdDateTime", "lastModifiedDateTime", "categories", "transactionId",
    "originalStartTimeZone", "originalEndTimeZone", "iCalUId", "uid", "occurrenceId",
    "reminderMinutesBeforeStart", "isReminderOn", "hasAttachments", "subject", "bodyPreview",
    "importance", "sensitivity", "isAllDay", "isCancelled", "isOrganizer", "responseRequested",
    "seriesMasterId", "showAs", "type", "webLink", "onlineMeetingUrl", "isOnlineMeeting",
    "onlineMeetingProvider", "allowNewTimeProposals", "isDraft", "hideAttendees", "recurrence",
    "onlineMeeting", "responseStatus", "body", "start", "end", "location", "locations",
    "attendees", "organizer",
    "originalStart", "cancelledOccurrences", "exceptionOccurrences",
})  # fmt: skip
# What `Calendars.ReadBasic` does not show (contract 15).
HIDDEN_FROM_BASIC = ("body", "bodyPreview", "hasAttachments")

COLORS = (
    "auto", "lightBlue", "lightGreen", "lightOrange", "lightGray", "lightYellow", "lightTeal",
    "lightPink", "lightBrown", "lightRed", "maxColor",
)  # fmt: skip
HEX_COLORS = dict(
    zip(
        COLORS[1:-1],
        (
            "#add8e6", "#90ee90", "#ffd8a8", "#d3d3d3", "#ffffe0", "#a8dadc", "#ffb6c1", "#d2b48c",
            "#ff9999",
        ),
        strict=True,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """The reader's wishes and the switches that change what an entity looks like."""

    prefer: Preferences
    foreign_uids: str = "wrapped"
    same_uid_for_dates: bool = False
    extras: bool = True
    basic: bool = False
    inline_counts: bool = False


def etag(mailbox: Mailbox, item: Item) -> str:
    return f'W/"{ids.change_key(mailbox.identity, item.generation)}"'


def event(mailbox: Mailbox, item: Item, look: Look) -> dict[str, Any]:
    """The full entity, without `@odata.context`."""
    item = mailbox.shown(item)
    zone = look.prefer.zone
    row: dict[str, Any] = {
        **_identity(mailbox, item, look),
        "createdDateTime": zones.stamp(item.created),
        "lastModifiedDateTime": zones.stamp(item.modified),
        "originalStartTimeZone": zones.CUSTOM if item.custom_zone else item.start_zone,
        "originalEndTimeZone": zones.CUSTOM if item.custom_zone else item.end_zone,
        "hasAttachments": any(
            look.inline_counts or not file.is_inline for file in item.attachments.values()
        ),
        "bodyPreview": bodies.preview(item.body),
        **item.values,
        "isAllDay": item.all_day,
        "isCancelled": item.is_cancelled,
        "isOrganizer": item.is_organizer,
        "isDraft": item.is_draft,
        "type": item.kind,
        "onlineMeetingUrl": None,
        "onlineMeeting": online.shown(item.online),
        "recurrence": _recurrence(item),
        "responseStatus": _status(item.response, item.answered),
        "body": _body(item, look.prefer),
        "start": zones.date_time_zone(item.start, zone, all_day=item.all_day),
        "end": zones.date_time_zone(item.end, zone, all_day=item.all_day),
        "attendees": _attendees(mailbox, item, zone),
        "organizer": {"emailAddress": _email(item.organizer)},
    }
    if look.basic:
        for name in HIDDEN_FROM_BASIC:
            del row[name]
    return row


def _identity(mailbox: Mailbox, item: Item, look: Look) -> dict[str, Any]:
    """All by which an event is named, here and elsewhere."""
    immutable = look.prefer.immutable
    identity = mailbox.id_of(item, immutable=immutable)
    master = occurrence = None
    if item.on is not None:
        master = mailbox.id_at(item.calendar, item.serial, None, immutable=immutable)
        occurrence = occurrence_id(mailbox, item, item.on, look)
    row: dict[str, Any] = {
        "@odata.etag": etag(mailbox, item),
        "id": identity,
        "changeKey": ids.change_key(mailbox.identity, item.generation),
        "transactionId": item.transaction_id,
        "iCalUId": ical_uid(item, look),
        "seriesMasterId": master,
        "webLink": _web_link(mailbox, identity),
    }
    if look.extras:
        row |= {"uid": item.replaced_uid or item.uid, "occurrenceId": occurrence}
    return row


def narrowed(
    mailbox: Mailbox, item: Item, look: Look, select: tuple[str, ...] | None
) -> dict[str, Any]:
    """The entity with only what `$select` names; some properties come only when named."""
    row = event(mailbox, item, look)
    if select is None:
        return {**row, "originalStart": None}
    row["originalStart"] = _original_start(item, look.prefer.zone)
    row["cancelledOccurrences"] = [
        occurrence_id(mailbox, item, on, look) for on in sorted(item.cancelled)
    ]
    kept = {"@odata.etag", "id", *select}
    return {name: value for name, value in row.items() if name in kept}


def with_marks(row: dict[str, Any], item: Item, wanted: tuple[str, ...]) -> dict[str, Any]:
    values = dict(item.marks)
    if marks.RECURRENCE_BLOB in map(marks.canonical, wanted) and item.recurrence is not None:
        values[marks.RECURRENCE_BLOB] = blob.encoded(item)
    found = marks.shown(values, wanted)
    return {**row, "singleValueExtendedProperties": found} if found else row


def stub(mailbox: Mailbox, item: Item, look: Look) -> dict[str, Any]:
    """All that delta says about an unchanged date of a series (D2)."""
    full = {"@odata.type": EVENT_TYPE, **event(mailbox, item, look)}
    return {name: full[name] for name in _STUB}


_STUB = ("@odata.type", "@odata.etag", "id", "seriesMasterId", "type", "start", "end")


def tombstone(identity: str) -> dict[str, Any]:
    return {"@odata.type": EVENT_TYPE, "id": identity, "@removed": {"reason": "deleted"}}


def ical_uid(item: Item, look: Look) -> str | None:
    """The UID as `iCalUId` shows it; a foreign one in the form the knob says (contract 12)."""
    uid = item.replaced_uid or item.uid
    foreign = not ids.is_global_object_id(uid)
    if foreign and look.foreign_uids == "null":
        return None
    if foreign and look.foreign_uids == "plain":
        return uid
    shown = ids.wrapped(uid) if foreign else uid
    if item.on is None or look.same_uid_for_dates:
        return shown
    return ids.on_date(shown, item.on)


def occurrence_id(mailbox: Mailbox, item: Item, on: date, look: Look) -> str:
    immutable = look.prefer.immutable
    master = mailbox.id_at(item.calendar, item.serial, None, immutable=immutable)
    return f"OID.{master}.{on.isoformat()}"


def _original_start(item: Item, zone_name: str) -> str | None:
    """Whole minutes, with an offset when a zone was asked for (Q36)."""
    if item.original_start is None:
        return None
    at = item.original_start.replace(second=0, microsecond=0)
    if zone_name == "UTC":
        return zones.stamp(at)
    return zones.local(at, zone_name).isoformat(timespec="seconds")


def _web_link(mailbox: Mailbox, identity: str) -> str:
    host = "outlook.live.com" if mailbox.personal else "outlook.office365.com"
    return f"https://{host}/owa/?itemid={quote(identity, safe='')}&exvsurl=1&path=/calendar/item"


def _body(item: Item, prefer: Preferences) -> dict[str, str]:
    content = bodies.text(item.body) if prefer.body_type == "text" else item.body
    return {"contentType": prefer.body_type, "content": content}


def _status(response: str, answered: datetime | None) -> dict[str, str]:
    return {"response": response, "time": zones.stamp(answered) if answered else zones.NEVER}


def _email(person: Attendee) -> dict[str, str]:
    """Nobody could make out an address for some people of old meetings (contract 3.3)."""
    address = {"address": person.address} if person.address else {}
    return {"name": person.name, **address}


def _recurrence(item: Item) -> dict[str, Any] | None:
    if item.recurrence is None or not item.custom_zone:
        return item.recurrence
    span = {**item.recurrence["range"], "recurrenceTimeZone": zones.CUSTOM}
    return {**item.recurrence, "range": span}


def _proposed(row: Attendee, zone: str) -> dict[str, Any]:
    """The key is missing where nothing is proposed (contract 3.3)."""
    if row.proposed is None:
        return {}
    start, end = (zones.date_time_zone(at, zone, all_day=False) for at in row.proposed)
    return {"proposedNewTime": {"start": start, "end": end}}


def _attendees(mailbox: Mailbox, item: Item, zone: str) -> list[dict[str, Any]]:
    rows = item.attendees
    if item.values["hideAttendees"] and not item.is_organizer:
        rows = [row for row in rows if row.address.lower() == mailbox.address.lower()]
    return [
        {
            "type": row.type,
            "status": _status(row.response, row.answered),
            "emailAddress": _email(row),
            **_proposed(row, zone),
        }
        for row in rows
    ]


def calendar(
    mailbox: Mailbox,
    folder: Folder,
    *,
    other_id: bool,
    owner: Mailbox | None = None,
    sees_private: bool = True,
) -> dict[str, Any]:
    """`owner` is the sharer of a calendar that is not the mailbox's own (contract 10)."""
    owner = owner or mailbox
    version = folder.version << 16 | folder.number
    return {
        "id": ids.calendar_id(mailbox.identity, folder.number, other=other_id),
        "name": folder.name,
        "color": folder.color,
        "hexColor": HEX_COLORS.get(folder.color, ""),
        "isDefaultCalendar": folder.is_default,
        "changeKey": ids.change_key(mailbox.identity, version),
        "canShare": folder.can_edit and folder.source is None,
        "canViewPrivateItems": sees_private,
        "canEdit": folder.can_edit,
        "allowedOnlineMeetingProviders": list(mailbox.meeting_providers),
        "defaultOnlineMeetingProvider": next(iter(mailbox.meeting_providers), "unknown"),
        "isTallyingResponses": folder.is_default,
        "isRemovable": folder.is_removable and not folder.is_default,
        "owner": {"name": owner.name, "address": owner.address},
    }
