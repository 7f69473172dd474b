"""Query parameters, read as strictly as the API does (contract 1.3, 6.1)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from .errors import invalid, invalid_parameter
from .times import is_zone, read_bound, zone_info
from .values import WriteOptions

Query = MultiDict[str, str]
SEND = {"all": "all", "externalOnly": "externalOnly", "none": "none"}


def boolean(query: Query, name: str) -> bool | None:
    value = query.get(name)
    if value not in (None, "true", "false"):
        raise invalid_parameter(name, str(value))
    return None if value is None else value == "true"


def number(query: Query, name: str) -> int | None:
    """At least 1."""
    value = query.get(name)
    if value is None:
        return None
    if not value.isascii() or not value.isdecimal() or int(value) < 1:
        raise invalid_parameter(name, value)
    return int(value)


def bound(query: Query, name: str) -> datetime | None:
    """Fractions of a second are dropped."""
    value = query.get(name)
    return None if value is None else read_bound(value, name).replace(microsecond=0)


def print_zone(query: Query) -> ZoneInfo | None:
    name = query.get("timeZone")
    if name is None:
        return None
    if not is_zone(name):
        raise invalid("Invalid Value", "timeZone")
    return zone_info(name)


def write_options(query: Query, cause: str) -> WriteOptions:
    send = query.get("sendUpdates")
    if send is not None and send not in SEND:
        raise invalid_parameter("sendUpdates", send)
    old = boolean(query, "sendNotifications")
    if send is None and old is not None:
        send = "all" if old else "none"
    version = query.get("conferenceDataVersion", "0")
    if version not in ("0", "1"):
        raise invalid_parameter("conferenceDataVersion", version)
    return WriteOptions(
        send=send,  # type: ignore[arg-type] # one of SEND, looked up above
        cause=cause,
        attachments=boolean(query, "supportsAttachments") is True,
        conference=version == "1",
        max_attendees=number(query, "maxAttendees"),
    )
