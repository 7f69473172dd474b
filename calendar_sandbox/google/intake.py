"""From the body of a write to the content of an event (contract 4.1 to 4.9, 5.5, 5.6)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calendar_sandbox.core.knobs import Knobs

from .errors import calendar_error, invalid
from .recurrence import build, with_days
from .reminders import read_reminders
from .times import read_span
from .values import ANSWERS, Attendee, Content, WriteOptions

Body = dict[str, Any]
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
TEXTS = ("summary", "description", "location")
FLAGS = {
    "guestsCanInviteOthers": True,
    "guestsCanModify": False,
    "guestsCanSeeOtherGuests": True,
    "anyoneCanAddSelf": False,
}
ENUMS = {
    "transparency": ("opaque", "transparent"),
    "visibility": ("default", "public", "private", "confidential"),
    "colorId": tuple(str(number) for number in range(1, 12)),
}
TYPE_FIELDS = (
    "birthdayProperties", "focusTimeProperties", "outOfOfficeProperties",
    "workingLocationProperties",
)  # fmt: skip
DESCRIPTION_LIMIT = 8192
LOCAL_UNTIL = re.compile(r"UNTIL=\d{8}T\d{6}(?!Z)", re.IGNORECASE)
ATTACHMENT_LIMIT = 25
OF_ATTACHMENT = ("fileUrl", "title", "mimeType", "iconLink", "fileId")
LINE = re.compile(r"(RRULE:|EXRULE:|RDATE[:;]|EXDATE[:;])\S+")


@dataclass(frozen=True)
class Intake:
    """How one calendar reads bodies."""

    zone: str
    default_reminders: tuple[Mapping[str, Any], ...]
    knobs: Knobs

    def read(self, body: Body, options: WriteOptions) -> Content:
        """The content a full body describes: what it leaves out has its default.

        Raises ApiError: 400.
        """
        naive = self.knobs["google.naive_time"] == "calendar-zone"
        start, end = read_span(body, self.zone, naive_allowed=naive)
        status = one_of(body, "status", ("confirmed", "tentative", "cancelled"), "confirmed")
        properties = body.get("extendedProperties") or {}
        return Content(
            start=start,
            end=end,
            status=status,
            shared=self.shared(body, options),
            personal=personal(body),
            attendees=self.attendees(body.get("attendees") or []),
            shared_properties=read_properties(properties, "shared"),
            private_properties=read_properties(properties, "private"),
            reminders=read_reminders(
                body.get("reminders"), self.default_reminders, all_day=start.day is not None
            ),
        )

    def shared(self, body: Body, options: WriteOptions) -> Body:
        shared: Body = {name: text for name in TEXTS if (text := body.get(name))}
        if "description" in shared:
            shared["description"] = self.description(shared["description"])
        for name, default in FLAGS.items():
            value = body.get(name)
            if value is not None and value != default:
                shared[name] = value
        if options.as_found and body.get("recurrence"):
            shared["recurrence"] = list(body["recurrence"])
        elif lines := read_recurrence(body.get("recurrence")):
            shared["recurrence"] = self.rules(body, lines)
        if options.attachments and body.get("attachments"):
            shared["attachments"] = read_attachments(body["attachments"])
        return shared | {name: body[name] for name in TYPE_FIELDS if body.get(name)}

    def attendees(self, rows: list[Body]) -> tuple[Attendee, ...]:
        if len(rows) > self.knobs.number("google.guest_limit"):
            raise invalid("Invalid Value", "attendees")
        return read_attendees(rows)

    def rules(self, body: Body, lines: list[str]) -> list[str]:
        """As they read back: a weekly rule names its days (7.1).

        Raises ApiError 400: rules that cannot be expanded.
        """
        start, end = read_span(body, self.zone, naive_allowed=True)
        local = self.knobs["google.local_until"] == "400" and start.instant is not None
        if local and any(LOCAL_UNTIL.search(line) for line in lines):
            raise invalid("Invalid recurrence rule.")
        try:
            first = build(start, end, tuple(lines)).wall(start)
        except ValueError:
            raise invalid("Invalid recurrence rule.") from None
        return [with_days(line, first) for line in lines]

    def description(self, text: str) -> str:
        if len(text) > DESCRIPTION_LIMIT:
            if self.knobs["google.description_excess"] == "400":
                raise invalid("Invalid Value", "description")
            text = text[:DESCRIPTION_LIMIT]
        if not self.knobs["google.rewrite_description"]:
            return text
        linked = re.sub(r'(?<!["\'>])(https?://[^\s<]+)', r'<a href="\1">\1</a>', text)
        return linked.replace("\r\n", "\n").replace("\n", "<br>")


def read_attachments(rows: list[Body]) -> list[Body]:
    if len(rows) > ATTACHMENT_LIMIT:
        raise invalid("Invalid Value", "attachments")
    if not all(isinstance(row.get("fileUrl"), str) and row["fileUrl"] for row in rows):
        raise invalid("Invalid Value", "attachments")
    return [{name: row[name] for name in OF_ATTACHMENT if row.get(name)} for row in rows]


def one_of(body: Body, name: str, choices: tuple[Any, ...], default: str) -> Any:  # noqa: ANN401
    value = body.get(name)
    if value is None:
        return default
    if value not in choices:
        raise invalid("Invalid Value", name)
    return value


def personal(body: Body) -> Body:
    """Defaults are left out, so that they are never printed."""
    fields: Body = {}
    for name, choices in ENUMS.items():
        value = one_of(body, name, choices, "")
        if value and value not in ("opaque", "default"):
            fields[name] = value
    if source := body.get("source"):
        if not (source.get("url") or "").startswith(("http://", "https://")):
            raise invalid("Invalid Value", "source")
        fields["source"] = {key: source[key] for key in ("url", "title") if key in source}
    return fields


def read_attendees(rows: list[Body]) -> tuple[Attendee, ...]:
    """An array replaces the whole list; a row without an answer has none (4.4)."""
    found: dict[str, Attendee] = {}
    for row in rows:
        attendee = read_attendee(row)
        found.setdefault(attendee.key, attendee)
    return tuple(found.values())


def read_attendee(row: Body) -> Attendee:
    email = row.get("email") or ""
    if not EMAIL.fullmatch(email):
        raise invalid("Invalid attendee email.")
    return Attendee(
        email=email,
        name=row.get("displayName") or "",
        answer=one_of(row, "responseStatus", ANSWERS, "needsAction"),
        optional=row.get("optional") is True,
        resource=row.get("resource") is True,
        comment=row.get("comment") or "",
        additional_guests=row.get("additionalGuests") or 0,
    )


def read_properties(kinds: Body, kind: str) -> dict[str, str]:
    """Too long a key drops the property silently, too long a value is cut (4.6).

    The limits are those of the event, whatever the kind.
    """
    pairs = [pair for values in kinds.values() for pair in (values or {}).items()]
    if not all(isinstance(value, str) for _, value in pairs):
        raise invalid("Invalid Value", "extendedProperties")
    kept = [(key, value[:1024]) for key, value in pairs if len(key) <= 44]
    size = sum(len(key.encode()) + len(value.encode()) for key, value in kept)
    if len(kept) > 300 or size > 32_768:
        raise invalid("Invalid Value", "extendedProperties")
    values = kinds.get(kind) or {}
    return {key: value[:1024] for key, value in values.items() if len(key) <= 44}


def read_recurrence(lines: Any) -> list[str]:  # noqa: ANN401 - JSON
    """Only the shape is looked at: one line per item, rules complete (7.1)."""
    if not lines:
        return []
    wrong = invalid("Invalid recurrence rule.")
    if not isinstance(lines, list) or len(lines) != len([x for x in lines if isinstance(x, str)]):
        raise wrong
    for line in lines:
        if not LINE.fullmatch(line):
            raise wrong
        if line.startswith("RRULE:"):
            parts = dict(part.partition("=")[::2] for part in line[6:].split(";"))
            if parts.get("FREQ") not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
                raise wrong
            if "COUNT" in parts and "UNTIL" in parts:
                raise wrong
    return list(lines)


def merge_patch(old: Body, patch: Body) -> Body:
    """A missing key is kept, null removes, objects merge, arrays are replaced (5.6)."""
    merged = dict(old)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            before = merged.get(key)
            merged[key] = merge_patch(before if isinstance(before, dict) else {}, value)
        else:
            merged[key] = value
    return merged


def read_type(body: Body) -> str:
    """Raises ApiError for a type that cannot be created (4.8)."""
    kinds = ("default", "birthday", "focusTime", "outOfOffice", "workingLocation")
    kind = body.get("eventType") or "default"
    if kind not in kinds:
        raise calendar_error(400, "eventTypeRestriction", "Event type cannot be created.")
    return str(kind)
