"""Ids of a mailbox: mutable, immutable, synthetic ones of occurrences, UIDs (contract 2, 3.1).

An id names what it belongs to, so it can be read back without a table: a mutable id carries the
folder of the item and so changes when the item moves, an immutable one does not.
"""

import base64
import binascii
import re
import struct
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from .errors import malformed_id

_MUTABLE = b"\x00\x03\x24\x00"
_PERSONAL = b"\x01\x03\x24\x00"
_IMMUTABLE = b"\x00\x09\x00\x2e"
_EVENT, _CALENDAR = b"\x46\x00", b"\x2e\x00"
_ROOM = 113
_OCCURRENCE_ROOM = 124
_CLASS_ID = "040000008200E00074C5B7101A82E008"
_VCAL = "7643616C2D55696401000000"
_FILETIME_EPOCH = 116_444_736_000_000_000
_HEX_UID = re.compile(_CLASS_ID + r"[0-9A-F]{8,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reference:
    """What an id names: an item of a mailbox, one date of it, or (serial 0) a calendar."""

    mailbox: uuid.UUID
    calendar: int
    serial: int
    on: date | None = None
    immutable: bool = False


def event_id(reference: Reference, *, personal: bool = False) -> str:
    """152 characters, 168 for a date of a series."""
    start = _IMMUTABLE if reference.immutable else _PERSONAL if personal else _MUTABLE
    calendar = 0 if reference.immutable else reference.calendar
    raw = start + str(reference.mailbox).encode() + _EVENT
    raw += struct.pack(">QQ", calendar, reference.serial)
    if reference.on is None:
        return _encode(raw.ljust(_ROOM - 1, b"\x00") + b"\x10", personal=personal)
    day = struct.pack(">I", reference.on.toordinal())
    return _encode(
        raw.ljust(_OCCURRENCE_ROOM - 8, b"\x00") + day + b"\x00\x00\x00\x10", personal=personal
    )


def calendar_id(mailbox: uuid.UUID, calendar: int, *, other: bool = False) -> str:
    """`other` is the form the knob `graph.calendar_ids` shows under immutable ids."""
    raw = (_IMMUTABLE if other else _MUTABLE) + str(mailbox).encode() + _CALENDAR
    return _encode((raw + struct.pack(">QQ", calendar, 0)).ljust(_ROOM, b"\x00"), personal=False)


def read(text: str) -> Reference:
    """Raises GraphError 400 for what no mailbox could have given out."""
    try:
        raw = base64.b64decode(text.replace(".", "").encode(), altchars=b"_-", validate=True)
    except (binascii.Error, ValueError):
        raise malformed_id() from None
    try:
        mailbox = uuid.UUID(raw[4:40].decode("ascii"))
        calendar, serial = struct.unpack(">QQ", raw[42:58])
        on = date.fromordinal(*struct.unpack(">I", raw[-8:-4])) if len(raw) == 124 else None
    except (ValueError, struct.error, OverflowError):
        raise malformed_id() from None
    if raw[:4] not in {_MUTABLE, _PERSONAL, _IMMUTABLE} or raw[40:42] not in {_EVENT, _CALENDAR}:
        raise malformed_id()
    return Reference(mailbox, calendar, serial, on, immutable=raw[:4] == _IMMUTABLE)


def _encode(raw: bytes, *, personal: bool) -> str:
    text = base64.b64encode(raw, altchars=b"_-").decode()
    return f"{text[:16]}.{text[16:]}" if personal else text


def change_key(mailbox: uuid.UUID, generation: int) -> str:
    return base64.b64encode(mailbox.bytes + struct.pack(">Q", generation)).decode()


def global_object_id(created: datetime, identity: uuid.UUID) -> str:
    """The UID of an item born in Exchange: 112 hex digits, the date of an occurrence zeroed."""
    ticks = int(created.timestamp() * 10_000_000) + _FILETIME_EPOCH
    time = struct.pack("<Q", ticks).hex()
    return f"{_CLASS_ID}00000000{time}{'0' * 16}10000000{identity.hex}".upper()


def is_global_object_id(uid: str) -> bool:
    return _HEX_UID.fullmatch(uid) is not None


def wrapped(uid: str) -> str:
    """A foreign UID as `iCalUId` shows it: 'vCal-Uid', 1, the text, a zero byte."""
    size = struct.pack("<I", 12 + len(uid.encode()) + 1).hex()
    return (_CLASS_ID + "0" * 40 + size + _VCAL + uid.encode().hex() + "00").upper()


def on_date(ical_uid: str, on: date) -> str:
    """The same value with the original date of an occurrence in hex digits 33 to 40."""
    return f"{ical_uid[:32]}{on.year:04X}{on.month:02X}{on.day:02X}{ical_uid[40:]}"
