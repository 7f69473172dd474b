"""Where to join: the one link of a meeting, as people choose it and as they are shown it.

`meet` and `teams` ask the organizer's provider for a room, `room` takes one of the organization's
own, and an address is taken as it is.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sync.actions.configuration import parameters
from calendar_sync.actions.errors import Invalid
from calendar_sync.actions.mail_question import Target, target_of, target_of_new
from calendar_sync.engine.conferences import REFUSED, VENDORS, is_wish, place_and_link
from calendar_sync.engine.event import ConferenceKind
from calendar_sync.engine.properties import Json, on_which
from calendar_sync.models import Event
from calendar_sync.providers.registry import PROVIDERS
from calendar_sync.security.access import check_access

PATTERN = "calendar.meeting_room_url"
"""Parameter: the address of the organization's rooms, in which {room} stands for a name."""

ROOM = "room"
PLACE = "{room}"
LONGEST = 1000
_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"
_LABELS = {"meet": "Google Meet", "teams": "Microsoft Teams"}


@dataclass(frozen=True)
class MeetingLink:
    """`kind` is `meet`, `teams`, `other` (a link), `addon` (of the provider's) or empty: none.

    `state` is `ready`, `requested` or `refused`, empty where there is no link. `since`: when its
    meeting was last changed.
    """

    kind: str = ""
    url: str = ""
    phone: str = ""
    state: str = ""
    since: datetime | None = None

    @property
    def label(self) -> str:
        return _LABELS.get(self.kind, "")

    @property
    def chosen(self) -> str:
        """What a person would have chosen to get it."""
        return self.kind if self.kind in VENDORS else self.url


@dataclass(frozen=True)
class Choices:
    """What a person may choose for a meeting: `vendor` is `meet`, `teams` or empty."""

    vendor: str
    room: bool

    @property
    def vendor_label(self) -> str:
        return _LABELS.get(self.vendor, "")


def shown(value: Json, since: datetime | None = None) -> MeetingLink:
    """A meeting's property as people are shown it."""
    if not isinstance(value, list):
        return MeetingLink()
    if value == REFUSED:
        return MeetingLink(state="refused")
    kind, url, phone = (str(each) for each in value)
    return MeetingLink(kind, url, phone, "ready" if url or phone else "requested", since)


def choices(user: User, event_id: int | None = None) -> Choices:
    """For this meeting, or for a new one."""
    if event_id is None:
        target = target_of_new(user.pk)
    else:
        event = Event.objects.visible_to(user).alive().filter(pk=event_id).first()
        target = target_of(event) if event else None
    vendor = PROVIDERS[target.provider].conference if target else ""
    return Choices(vendor, bool(pattern()))


def chosen(text: str, errors: dict[str, str]) -> Json:
    """The property that a choice stands for; what is wrong is said in `errors`."""
    text = text.strip()
    if not text:
        return None
    if text in VENDORS:
        return [text, "", ""]
    url = _new_room() if text == ROOM else text
    if wrong := _fault(url) if url else "The organization has no rooms of its own.":
        errors["meeting_link"] = wrong
    return [ConferenceKind.OTHER.value, url, ""]


def check_possible(changed: Mapping[str, Json], target: Target | None) -> None:
    """Only the provider that the meeting lives in makes a room for it. Raises Invalid."""
    for key, value in changed.items():
        if not is_wish(key, value) or not isinstance(value, list):
            continue
        wanted = _LABELS[str(value[0])]
        able = PROVIDERS[target.provider].conference if target else ""
        if not able:
            words = f"Connect the calendar first: {wanted} makes the link there."
            raise Invalid({"meeting_link": words})
        if able != value[0]:
            words = f"This meeting's calendar can't make {wanted} links, but {_LABELS[able]} ones."
            raise Invalid({"meeting_link": words})


def kept(before: Json, typed: Json) -> Json:
    """A room that is there already is not asked for again."""
    same = isinstance(before, list) and isinstance(typed, list) and before[:1] == typed[:1]
    return before if same and is_wish("conference", typed) else typed


def placed(typed: Mapping[str, Json], before: Mapping[str, Json]) -> dict[str, Json]:
    """What was typed; a link typed as, or behind, a place is the link of a meeting without one.

    At the providers nothing tells the two apart.
    """
    if typed.get("conference") or before.get("conference"):
        return dict(typed)
    place, link = place_and_link(str(typed.get("location") or ""), None)
    if link is None:
        return dict(typed)
    return {**typed, "location": place or None, "conference": [link.kind.value, link.url, ""]}


def anew(values: Mapping[str, Json], target: Target | None) -> dict[str, Json]:
    """A vendor's room belongs to its organizer: the next one's provider makes another."""
    vendor = PROVIDERS[target.provider].conference if target else ""
    rooms = {
        key: value
        for key, value in values.items()
        if (on_which(key)[1] or key) == "conference" and shown(value).kind in VENDORS
    }
    return {key: [vendor, "", ""] for key in rooms} if vendor else {}


def pattern() -> str:
    return str(parameters().text(PATTERN))


def save_pattern(user: User, text: str) -> None:
    """The address of the organization's rooms; empty: it has none. Raises Invalid."""
    check_access(user, "ir.config_parameter", "write")
    text = text.strip()
    if text and (text.count(PLACE) != 1 or _fault(text.replace(PLACE, "x"))):
        example = "https://meet.example.org/{room}"
        raise Invalid({"meeting_room_url": f"Give an https address with {PLACE}, like {example}"})
    parameters().put(PATTERN, text)


def _new_room() -> str:
    """Nobody can guess it: 71 bits. Empty if there is no pattern."""
    name = "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3))
    return pattern().replace(PLACE, name)


def _fault(url: str) -> str:
    """What is wrong with an address to join at; empty if nothing is."""
    if len(url) > LONGEST:
        return f"Links may have up to {LONGEST:,} characters; yours has {len(url):,}."
    try:
        parts = urlsplit(url)
        good = parts.scheme == "https" and bool(parts.hostname) and not parts.username
    except ValueError:
        good = False
    plain = good and url.isprintable() and not any(each in url for each in " <>\"'\\")
    return "" if plain else f"‘{url}’ isn't a link. Paste one that begins with https://"
