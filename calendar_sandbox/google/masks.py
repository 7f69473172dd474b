"""Partial responses: `fields=items(id,start/dateTime),nextPageToken` (contract 1.3)."""

from __future__ import annotations

import json
import re
from typing import Any, TypeAlias

from calendar_sandbox.core.http import Response

from .errors import ApiError

Mask: TypeAlias = "dict[str, Mask]"
"""Name → mask of what is below it; an empty one takes all. `*` stands for every name."""
Names: TypeAlias = "dict[str, Names | None]"
"""Legal names; None: anything may be below."""
TOKEN = re.compile(r"[A-Za-z0-9_:@.-]+|[*(),/]")


def names(text: str, **below: Names | None) -> Names:
    return {**{name: {} for name in text.split()}, **below}


WHEN = names("date dateTime timeZone")
PERSON = names("id email displayName self")
REMINDER = names("method minutes")
TYPES = ("conferenceProperties", "labelProperties", "notificationSettings", "workingHours")
EVENT = names(
    "anyoneCanAddSelf attendeesOmitted colorId created description endTimeUnspecified etag "
    "eventLabelId eventType guestsCanInviteOthers guestsCanModify guestsCanSeeOtherGuests "
    "hangoutLink htmlLink iCalUID id kind location locked privateCopy recurrence "
    "recurringEventId sequence status summary transparency updated visibility",
    attachments=names("fileId fileUrl iconLink mimeType title"),
    attendees=names(
        "additionalGuests asyncOperation comment displayName email id optional organizer "
        "resource responseStatus self"
    ),
    birthdayProperties=None,
    conferenceData=None,
    creator=PERSON,
    end=WHEN,
    extendedProperties=names("", private=None, shared=None),
    focusTimeProperties=None,
    gadget=None,
    organizer=PERSON,
    originalStartTime=WHEN,
    outOfOfficeProperties=None,
    reminders=names("useDefault", overrides=REMINDER),
    source=names("url title"),
    start=WHEN,
    workingLocationProperties=None,
)
PAGE = "etag kind nextPageToken nextSyncToken"
EVENTS = names(
    f"{PAGE} accessRole description summary timeZone updated",
    defaultReminders=REMINDER,
    items=EVENT,
)
ENTRY = names(
    "accessRole autoAcceptInvitations backgroundColor colorId dataOwner deleted description "
    "etag foregroundColor hidden id kind location primary selected summary summaryOverride "
    "timeZone",
    **dict.fromkeys(TYPES),
    defaultReminders=REMINDER,
)
CALENDAR = names(
    "autoAcceptInvitations dataOwner description etag id kind location summary timeZone",
    **dict.fromkeys(TYPES),
)
SETTING = names("etag id kind value")
RULE = names("etag id kind role", scope=names("type value"))
CHANNEL = names("address expiration id kind payload resourceId resourceUri token type", params=None)
REPLIES: dict[str, Names] = {
    "events.list": EVENTS,
    "events.instances": EVENTS,
    "events": EVENT,
    "calendarList.list": names(PAGE, items=ENTRY),
    "calendarList": ENTRY,
    "calendars": CALENDAR,
    "settings.list": names(PAGE, items=SETTING),
    "settings": SETTING,
    "colors": names("kind updated", calendar=None, event=None),
    "acl.list": names(PAGE, items=RULE),
    "acl": RULE,
    "channels": CHANNEL,
    "freebusy": names("kind timeMin timeMax", calendars=None, groups=None),
}


def read_mask(method: str, text: str | None) -> Mask | None:
    """The mask for the reply of a method, e.g. `events.list`; None: everything.

    Raises ApiError: 400 for a text that is no mask or names what no reply has.
    """
    if not text:
        return None
    resource, _, verb = method.partition(".")
    legal = CHANNEL if verb == "watch" else REPLIES.get(method, REPLIES.get(resource))
    mask = Reader(text).read()
    check(mask, legal, text)
    return mask


def wrong(text: str) -> ApiError:
    message = f"Invalid field selection {text}"
    return ApiError(400, "invalidParameter", message, location="fields")


class Reader:
    """list = path *("," path); path = name *("/" name) ["(" list ")"]."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[str] = TOKEN.findall(text)[::-1]
        if "".join(self._tokens[::-1]) != text or len(text) > 4096:
            raise wrong(text)

    def read(self) -> Mask:
        mask = self.several()
        if self._tokens:
            raise wrong(self._text)
        return mask

    def several(self, depth: int = 0) -> Mask:
        if depth > 20:
            raise wrong(self._text)
        mask: Mask = {}
        while True:
            self.one(mask, depth)
            if not self.accept(","):
                return mask

    def one(self, mask: Mask, depth: int) -> None:
        inner = mask
        name = self.name()
        while self.accept("/"):
            inner = inner.setdefault(name, {})
            name = self.name()
        below: Mask = {}
        if self.accept("("):
            below = self.several(depth + 1)
            if not self.accept(")"):
                raise wrong(self._text)
        inner[name] = below if name not in inner or not below else inner[name] | below

    def name(self) -> str:
        if not self._tokens or self._tokens[-1] in "(),/":
            raise wrong(self._text)
        return self._tokens.pop()

    def accept(self, token: str) -> bool:
        found = bool(self._tokens) and self._tokens[-1] == token
        if found:
            self._tokens.pop()
        return found


def check(mask: Mask, legal: Names | None, text: str, depth: int = 0) -> None:
    if legal is None or depth > 60:
        return
    for name, below in mask.items():
        if name == "*":
            for each in legal.values() if below else ():
                if each:
                    check(below, each, text, depth + 1)
        elif name not in legal:
            raise wrong(name)
        else:
            check(below, legal[name], text, depth + 1)


def masked(mask: Mask | None, response: Response) -> Response:
    """What a mask leaves of a JSON reply; errors are never masked."""
    if mask is None or response.status_code != 200:
        return response
    kept = pick(json.loads(response.get_data()), mask)
    response.set_data(json.dumps(kept, ensure_ascii=False) + "\n")
    return response


def pick(value: Any, mask: Mask) -> Any:  # noqa: ANN401 - any JSON
    if not mask:
        return value
    if isinstance(value, list):
        return [pick(each, mask) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, each in value.items():
        below = mask.get(name, mask.get("*"))
        if below is not None:
            kept[name] = pick(each, below)
    return kept
