"""One spelling for every UID (RFC 5545 §3.8.4.7), whoever shows it. Pure.

Exchange shows its own UIDs as a hexadecimal GlobalObjectId (MS-OXOCAL §2.2.1.27) that carries the
date of an occurrence, and wraps foreign ones into such an id. Google and CalDAV show the plain
text, so a meeting is recognized across providers only in the canonical form.
"""

from __future__ import annotations

import hashlib
import re

# class id, date of the occurrence, creation time, reserved, size of the data: 40 bytes of head
_CLASS_ID = "040000008200e00074c5b7101a82e008"
_GLOBAL_OBJECT_ID = re.compile(_CLASS_ID + "(?:[0-9a-f]{2}){24,}", re.IGNORECASE)
_DATE = slice(16, 20)
_HEAD = 40
_WRAPPED = b"vCal-Uid\x01\x00\x00\x00"


def canonical_uid(uid: str) -> str:
    """The form in which UIDs are stored and compared.

    Trimmed; the inner UID of a wrapped one, however often it was wrapped; a GlobalObjectId without
    the date of its occurrence, in upper case; anything else verbatim. Idempotent.
    """
    uid = uid.strip()
    while _GLOBAL_OBJECT_ID.fullmatch(uid):
        raw = bytearray.fromhex(uid)
        inner = _unwrapped(bytes(raw[_HEAD:]))
        if not inner:
            raw[_DATE] = bytes(4)
            return raw.hex().upper()
        uid = inner
    return uid


def _unwrapped(data: bytes) -> str:
    """The text between the wrapper's name and its zero byte; empty if this is no wrapper."""
    if not data.startswith(_WRAPPED):
        return ""
    try:
        return data[len(_WRAPPED) :].split(b"\x00")[0].decode().strip()
    except UnicodeDecodeError:
        return ""


def creation_key(namespace: str, uid: str, incarnation: int) -> str:
    """The same key for the same object and incarnation: 32 hexadecimal digits.

    Legal as a client-made Google id (letters a to v and digits) and as a Graph transactionId.
    """
    text = f"{namespace}\n{uid}\n{incarnation}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]
