"""Push channels: opening, stopping, what they are told of (contract 10)."""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, urlsplit

from calendar_sandbox.core.deliveries import Notification, Outgoing

from .accounts import Account, Accounts
from .calendar import Calendar
from .errors import ApiError, calendar_error, invalid, required
from .intake import Body
from .settings import settings_of
from .tokens import AccessToken, Tokens

if TYPE_CHECKING:
    from calendar_sandbox.core.world import World

Collection = Literal["events", "calendarList", "acl", "settings"]
BASE = "https://www.googleapis.com/calendar/v3/"
LONGEST = timedelta(days=30)
DEFAULT = timedelta(days=7)
TYPES = ("web_hook", "webhook")
ID = re.compile(r"[A-Za-z0-9\-_+/=]{1,64}")
REDELIVERED = (500, 502, 503, 504)
ACCEPTED = (102, 200, 201, 202, 204)
HOLIDAYS = "@group.v.calendar.google.com"


@dataclass
class Channel:
    id: str
    client_id: str
    email: str
    """Of the account that opened it."""
    collection: Collection
    calendar: str
    """Id of the calendar; empty for the list and the settings."""
    resource_id: str
    resource_uri: str
    address: str
    token: str | None
    expires: datetime
    seen: Any = None
    """Of what is noticed by looking: how it stood when the channel was last told."""
    number: int = 0
    """Of the last message."""
    stopped: datetime | None = None

    @property
    def key(self) -> str:
        return f"{self.client_id} {self.id}"


class Channels:
    """Refusals are ApiErrors in the words of the API."""

    def __init__(self, world: "World", accounts: Accounts, tokens: Tokens) -> None:
        self._world = world
        self._accounts = accounts
        self._tokens = tokens
        self._channels: dict[str, Channel] = {}
        """Ended ones too: an id is never free again."""
        self.quiet = False
        """While mailboxes are filled as if it had been so all along."""
        self.controls: Mapping[str, Callable[[str], None]] = {"forged": self.forge}

    # The API

    def watch(
        self, token: AccessToken, account: Account, collection: Collection, asked: str, body: Body
    ) -> dict[str, Any]:
        """Opens a channel. `asked`: the calendar as the path names it."""
        calendar = account.calendar(asked) if asked else None
        if calendar:
            check_watchable(calendar, collection)
        channel = self.read(token, collection, asked, calendar, body)
        channel.seen = self.look(channel)
        self._channels[channel.key] = channel
        sync = self.tell(channel, "sync")
        if sync and self._world.knobs["google.early_sync"]:
            # Taken before others are let in, or one of them might carry it too late.
            parcels = self._world.deliveries.take(sync)
            with self._world.dispatcher.unlocked():
                self._world.carry(parcels)
        reply = {
            "kind": "api#channel",
            "id": channel.id,
            "resourceId": channel.resource_id,
            "resourceUri": channel.resource_uri,
        }
        if channel.token is not None:
            reply["token"] = channel.token
        return reply | {"expiration": str(int(channel.expires.timestamp() * 1000))}

    def read(
        self,
        token: AccessToken,
        collection: Collection,
        asked: str,
        calendar: Calendar | None,
        body: Body,
    ) -> Channel:
        id_ = checked_id(body.get("id"))
        if body.get("type") not in TYPES:
            message = f"Channel type {body.get('type')} not supported."
            raise ApiError(400, "push.channelTypeNotSupported", message)
        secret = body.get("token")
        if secret is not None and (not isinstance(secret, str) or len(secret) > 256):
            raise invalid("Invalid Value", "token")
        resolved = calendar.id if calendar else ""
        shown = asked if self._world.knobs["google.resource_uri"] == "as-asked" else resolved
        channel = Channel(
            id=id_,
            client_id=token.client_id,
            email=token.email,
            collection=collection,
            calendar=resolved,
            resource_id=resource_id(token.email, path_of(collection, resolved)),
            resource_uri=f"{BASE}{path_of(collection, shown)}?alt=json",
            address=self.checked_address(body.get("address")),
            token=secret,
            expires=end_of(id_, body, self._world.clock.now()),
        )
        if channel.key in self._channels:
            raise ApiError(400, "channelIdNotUnique", f"Channel id {id_} not unique")
        most = self._world.knobs.number("google.channels_per_resource")
        if most and most <= sum(row.resource_id == channel.resource_id for row in self.open_ones()):
            message = "Calendar usage limits exceeded."
            raise ApiError(403, "quotaExceeded", message, domain="usageLimits")
        return channel

    def checked_address(self, address: Any) -> str:  # noqa: ANN401 - wire JSON
        if address is None:
            raise required("Missing address.")
        try:
            url = urlsplit(address if isinstance(address, str) else "")
            host = url.hostname
        except ValueError:
            raise invalid("Invalid Value", "address") from None
        knobs = self._world.knobs
        schemes = ("https", "http") if knobs["google.plain_hooks"] else ("https",)
        if url.scheme not in schemes or not host:
            message = f"WebHook callback must be HTTPS: {address}"
            raise ApiError(400, "push.webhookUrlNotHttps", message)
        domains = str(knobs["google.hook_domains"]).split()
        if domains != ["any"] and host not in domains:
            message = f"Unauthorized WebHook callback channel: {address}"
            raise ApiError(401, "push.webhookUrlUnauthorized", message)
        return str(address)

    def stop(self, token: AccessToken, body: Body) -> None:
        """Only by the user and client that opened it (10.3)."""
        channel = self._channels.get(f"{token.client_id} {body.get('id')}")
        grace = timedelta(seconds=self._world.knobs.number("google.second_stop_seconds"))
        now = self._world.clock.now()
        if (
            channel is None
            or channel.email != token.email
            or channel.resource_id != body.get("resourceId")
            or channel.expires <= now
            or (channel.stopped and now >= channel.stopped + grace)
        ):
            message = f"Channel '{body.get('id')}' not found for project '{token.client_id}'"
            raise ApiError(404, "notFound", message)
        channel.stopped = channel.stopped or now

    # What channels are told

    def open_ones(self) -> list[Channel]:
        now = self._world.clock.now()
        return [
            channel
            for channel in self._channels.values()
            if channel.stopped is None and channel.expires > now
        ]

    def events_changed(self, calendar: str) -> None:
        """A write to a calendar: every channel on it hears of it, whoever wrote."""
        if self._channels and not self.quiet:
            self.collection_changed("events", calendar)

    def collection_changed(self, collection: Collection, calendar: str) -> None:
        for channel in self.open_ones():
            if (channel.collection, channel.calendar) == (collection, calendar) and self.look(
                channel
            ) is not None:
                self.tell(channel, "exists")

    def tell(self, channel: Channel, state: str) -> Notification | None:
        """Message numbers grow with gaps."""
        if state != "sync":
            if not self.granted(channel):
                return None
            if self._world.knobs["google.push_merged"] and self._world.deliveries.waiting(
                channel.key
            ):
                return None
        channel.number += 1 + channel.number % 3
        return self._world.deliveries.put(
            "google", channel.key, channel.address, state, headers=message(channel, state)
        )

    def granted(self, channel: Channel) -> bool:
        """False after the client's access was removed (14 #24)."""
        return (channel.email, channel.client_id) in self._tokens.grants

    def look(self, channel: Channel) -> Any:  # noqa: ANN401 - compared only
        """What stands where a channel looks; None: nothing its account may see."""
        account = self._accounts.at(channel.email)
        if account is None:
            return None
        if channel.collection == "settings":
            return settings_of(account)
        if channel.collection == "calendarList":
            return {
                calendar.id: (
                    dict(calendar.entry),
                    calendar.owner == account.email and calendar.made,
                )
                for calendar in account.calendars.values()
            }
        try:
            calendar = account.calendar(channel.calendar)
        except ApiError:
            return None
        return calendar.id, channel.collection == "acl" and calendar.rule_log.position

    # The manners of a carrier

    def gather(self) -> None:
        """Lists, settings, rules, and what is no more: calendars, grants."""
        deadly = self._world.knobs["google.channel_after_revoke"] == "dead"
        for channel in self.open_ones():
            if deadly and not self.granted(channel):
                channel.stopped = self._world.clock.now()
                continue
            now = self.look(channel)
            if now == channel.seen:
                continue
            channel.seen = now
            if now is not None:
                self.tell(channel, "exists")
                continue
            if self.is_gone(channel) or self._world.knobs["google.access_lost"] == "not_exists":
                self.tell(channel, "not_exists")
            channel.stopped = self._world.clock.now()

    def is_gone(self, channel: Channel) -> bool:
        """Nobody has the calendar any more."""
        return not any(
            channel.calendar in account.calendars or channel.calendar in account.unlisted
            for account in self._accounts
        )

    def alive(self, notification: Notification) -> bool:
        """A few may still follow a stop, none the end of the channel."""
        return self._channels[notification.hook].expires > self._world.clock.now()

    def packed(self, notifications: list[Notification]) -> Outgoing:
        (row,) = notifications
        return Outgoing(row.url, row.headers)

    def accepted(self, status: int) -> bool:
        return status in ACCEPTED

    def again(self, notification: Notification, status: int, at: datetime) -> bool:
        # None: the world was put back to its beginning while the call was made.
        channel = self._channels.get(notification.hook)
        return status in REDELIVERED and channel is not None and at < channel.expires

    # By hand

    def opened_by(self, email: str) -> list[Channel]:
        """The channels of an account that are open now."""
        return [channel for channel in self.open_ones() if channel.email == email]

    def forge(self, key: str) -> None:
        """Somebody who knows all but the token writes to the address. Raises KeyError."""
        channel = self._channels[key]
        forged = message(channel, "exists") | {"X-Goog-Channel-Token": "forged"}
        self._world.deliveries.put("google", key, channel.address, "forged", headers=forged)


def message(channel: Channel, state: str) -> dict[str, str]:
    """The headers, which are all there is (10.2)."""
    headers = {
        "Accept": "*/*",
        "User-Agent": "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google)",
        "Content-Length": "0",
        "X-Goog-Channel-ID": channel.id,
        "X-Goog-Channel-Expiration": format_datetime(channel.expires, usegmt=True),
        "X-Goog-Resource-State": state,
        "X-Goog-Message-Number": str(channel.number),
        "X-Goog-Resource-ID": channel.resource_id,
        "X-Goog-Resource-URI": channel.resource_uri,
    }
    if channel.token is not None:
        headers["X-Goog-Channel-Token"] = channel.token
    return headers


def check_watchable(calendar: Calendar, collection: Collection) -> None:
    if collection == "acl" and calendar.access_role != "owner":
        raise calendar_error(
            403, "requiredAccessLevel", "You need to have owner access to this calendar."
        )
    if calendar.access_role == "freeBusyReader" or calendar.id.endswith(HOLIDAYS):
        raise calendar_error(
            400,
            "pushNotSupportedForRequestedResource",
            "Push notifications are not supported by this resource.",
        )


def checked_id(value: Any) -> str:  # noqa: ANN401 - wire JSON
    if value is None:
        raise required("Missing channel id.")
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise invalid("Invalid Value", "id")
    return value


def end_of(id_: str, body: Body, now: datetime) -> datetime:
    """The shorter of both wishes, at most a month ahead (10.1)."""
    params = body.get("params") or {}
    if not isinstance(params, Mapping):
        raise invalid("Invalid Value", "params")
    wishes: list[float] = []
    if params.get("ttl") is not None:
        wishes.append(whole(params["ttl"], "params.ttl"))
    # Google's own library sends a number, with a fraction of zero.
    if body.get("expiration") not in (None, 0):
        wishes.append(whole(body["expiration"], "expiration") / 1000 - now.timestamp())
    seconds = min([*wishes, LONGEST.total_seconds()]) if wishes else DEFAULT.total_seconds()
    if seconds <= 0:
        raise invalid(f"Invalid ttl value for channel {id_}")
    return (now + timedelta(seconds=seconds)).replace(microsecond=0)


def whole(value: Any, name: str) -> int:  # noqa: ANN401 - wire JSON
    """A whole number, as JSON number or string."""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise invalid("Invalid Value", name)
    return int(text)


def path_of(collection: Collection, calendar: str) -> str:
    if collection in ("calendarList", "settings"):
        return f"users/me/{collection}"
    return f"calendars/{quote(calendar, safe='')}/{collection}"


def resource_id(email: str, path: str) -> str:
    """The same for every channel of a user on a resource."""
    digest = hashlib.sha256(f"{email.casefold()} {path}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")[:27].replace("_", "-")
