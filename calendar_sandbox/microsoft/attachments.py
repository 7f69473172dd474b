"""Files on events (contract 3.13); links and attached items are not imitated."""

import base64
import binascii
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from . import zones
from .errors import GraphError, item_not_found, not_simulated, unreadable_body
from .mailbox import Attachment, Item

TYPE = "#microsoft.graph.fileAttachment"
LARGEST = 3 * 1024 * 1024
_OTHERS = frozenset({"microsoft.graph.itemattachment", "microsoft.graph.referenceattachment"})


def shown(identity: str, file: Attachment, *, content: bool = True) -> dict[str, Any]:
    row: dict[str, Any] = {
        "@odata.type": TYPE,
        "@odata.mediaContentType": file.content_type,
        "id": identity,
        "lastModifiedDateTime": zones.stamp(file.modified),
        "name": file.name,
        "contentType": file.content_type,
        "size": len(file.content),
        "isInline": file.is_inline,
        "contentId": file.content_id,
    }
    if content:
        row["contentBytes"] = base64.b64encode(file.content).decode()
    return row


def rows(item: Item) -> list[dict[str, Any]]:
    return [shown(identity, file) for identity, file in item.attachments.items()]


def read(given: Mapping[str, Any], at: datetime) -> Attachment:
    """Raises GraphError 400, 413, and 501 for kinds that are not imitated."""
    kind = str(given.get("@odata.type", "")).removeprefix("#").lower()
    if kind in _OTHERS:
        raise not_simulated(f"attachments of type '{kind}'")
    if kind != TYPE.removeprefix("#").lower():
        raise unreadable_body("An attachment needs an @odata.type.")
    text = {}
    for name in ("name", "contentBytes", "contentType", "contentId"):
        value = given.get(name)
        if value is not None and not isinstance(value, str):
            raise unreadable_body(f"'{name}' is a string.")
        text[name] = value
    if not text["name"] or text["contentBytes"] is None:
        raise unreadable_body("A file needs a name and its contentBytes.")
    try:
        content = base64.b64decode(text["contentBytes"], validate=True)
    except (binascii.Error, ValueError):
        raise unreadable_body("contentBytes is not base64.") from None
    if len(content) > LARGEST:
        raise GraphError(
            413, "ErrorMessageSizeExceeded", "The message exceeds the maximum supported size."
        )
    inline = given.get("isInline", False)
    if not isinstance(inline, bool):
        raise unreadable_body("'isInline' is true or false.")
    kind = text["contentType"] or "application/octet-stream"
    return Attachment(text["name"], content, kind, at, inline, text["contentId"])


def new_id() -> str:
    return base64.urlsafe_b64encode(b"\x00\x03\x24\x00" + uuid.uuid4().hex.encode()).decode()


def found(item: Item, identity: str) -> Attachment:
    """Raises GraphError 404."""
    if identity not in item.attachments:
        raise item_not_found()
    return item.attachments[identity]
