"""Subscriptions and the notifications of changes and of their own life (contract 9)."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from calendar_sandbox.core.deliveries import Notification, Outgoing

from . import ids, shape
from .mailbox import Item, Mailbox
from .tenants import Account

if TYPE_CHECKING:
    from calendar_sandbox.core.world import World

    from .state import MicrosoftState

PATIENCE = 3.0
RETRIED_FOR = timedelta(hours=4)
Lifecycle = Literal["missed", "reauthorizationRequired", "subscriptionRemoved"]
LIFECYCLE: tuple[Lifecycle, ...] = ("missed", "reauthorizationRequired", "subscriptionRemoved")


@dataclass
class Subscription:
    id: str
    person: str
    client_id: str
    resource: str
    """As the application wrote it."""
    folder: int | None
    """The calendar whose events are watched; None: all, or with `of_calendars` their list."""
    of_calendars: bool
    change_types: tuple[str, ...]
    url: str
    lifecycle_url: str | None
    client_state: str | None
    expires: datetime
    immutable: bool
    """Form of the ids, as the header had it at the creation."""
    tls: str | None = None
    paused: bool = False
    """Until it is authorised again."""
    seen: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    """The list of calendars as it was last told."""


class Subscriptions:
    """What applications have asked to be told, and the manners of telling."""

    def __init__(self, world: "World", state: "MicrosoftState") -> None:
        self._world = world
        self._state = state
        self._all: dict[str, Subscription] = {}
        self._quiet = False
        self.refused: set[str] = set()
        """Keys of persons whose mailboxes admit no subscription (on-premises)."""
        self.controls: Mapping[str, Callable[[str], None]] = {
            "missed": self.miss,
            "reauthorizationRequired": self.require_reauthorization,
            "subscriptionRemoved": self.remove,
            "forged": self.forge,
        }

    def add(self, new: Subscription) -> None:
        self._all[new.id] = new
        if new.of_calendars:
            new.seen = self._calendars(new)

    def find(self, id_: str) -> Subscription | None:
        """None for an unknown and an ended one."""
        found = self._all.get(id_)
        return found if found and found.expires > self._world.clock.now() else None

    def of(self, person: str, client_id: str | None = None) -> list[Subscription]:
        """The active ones of a person, of one application or of all."""
        return [
            row
            for row in self._all.values()
            if row.person == person and client_id in (None, row.client_id) and self.find(row.id)
        ]

    def delete(self, id_: str) -> None:
        del self._all[id_]

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """While mailboxes are filled as if it had been so all along."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    # What is told

    def changed(self, mailbox: Mailbox, item: Item, change: str) -> None:
        """A date of a series is told of as its master (Q5)."""
        if not self._all or self._quiet:
            return
        for row in self.of(mailbox.person):
            if not row.of_calendars and row.folder in (None, item.calendar):
                for kind in self._kinds(change):
                    self._tell(row, kind, self._event(row, mailbox, item))

    def _kinds(self, change: str) -> tuple[str, ...]:
        knobs = self._world.knobs
        if change == "created" and knobs["graph.push_after_create"] == "created-updated":
            return ("created", "updated")
        if change == "deleted" and knobs["graph.deletion_push"] == "updated":
            return ("updated",)
        return (change,)

    def _event(self, row: Subscription, mailbox: Mailbox, item: Item) -> dict[str, Any]:
        id_ = mailbox.id_at(item.calendar, item.serial, None, immutable=row.immutable)
        path = f"Users/{self._account(row).graph_id}/Events/{id_}"
        return {
            "@odata.type": "#Microsoft.Graph.Event",
            "@odata.id": path,
            "@odata.etag": shape.etag(mailbox, item),
            "id": id_,
        }

    def _tell(self, row: Subscription, change: str, data: Mapping[str, Any], **other: str) -> None:
        if change not in row.change_types or row.paused:
            return
        item = {
            **self._head(row),
            "changeType": change,
            "resource": data["@odata.id"],
            "resourceData": data,
            **other,
        }
        self._world.deliveries.put(
            "outlook", row.id, row.url, change, item=item, bundle=f"{row.client_id} {row.url}"
        )

    def _head(self, row: Subscription) -> dict[str, Any]:
        head: dict[str, Any] = {
            "subscriptionId": row.id,
            "subscriptionExpirationDateTime": row.expires.isoformat(),
            "tenantId": self._account(row).tenant,
        }
        return head | ({"clientState": row.client_state} if row.client_state is not None else {})

    def _account(self, row: Subscription) -> Account:
        return Account.of(self._world.people.get(row.person))

    def _calendars(self, row: Subscription) -> dict[int, tuple[Any, ...]]:
        folders = self._state.mailbox(row.person).folders
        return {number: astuple(folder) for number, folder in folders.items()}

    # The manners of a carrier

    def gather(self) -> None:
        """Lists of calendars: what is new on them is told as an update."""
        for row in list(self._all.values()):
            if not row.of_calendars or not self.find(row.id):
                continue
            before, now = row.seen, self._calendars(row)
            row.seen = now
            for number in sorted(before.keys() | now.keys()):
                if before.get(number) != now.get(number):
                    id_ = ids.calendar_id(self._state.mailbox(row.person).identity, number)
                    path = f"Users/{self._account(row).graph_id}/Calendars/{id_}"
                    kind = {"@odata.type": "#Microsoft.Graph.Calendar", "@odata.id": path}
                    self._tell(row, "updated" if number in now else "deleted", kind | {"id": id_})

    def alive(self, notification: Notification) -> bool:
        """The news of a removal outlives the subscription."""
        removed = notification.about == "subscriptionRemoved"
        return removed or self.find(notification.hook) is not None

    def packed(self, notifications: list[Notification]) -> Outgoing:
        body = json.dumps({"value": [row.item for row in notifications]}).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return Outgoing(notifications[0].url, headers, body, seconds=PATIENCE)

    def accepted(self, status: int) -> bool:
        return 200 <= status < 300

    def again(self, notification: Notification, status: int, at: datetime) -> bool:  # noqa: ARG002
        return at <= notification.first + RETRIED_FOR

    # What the service does by itself, and what strangers do. All raise KeyError.

    def refuse(self, person: str) -> None:
        """New subscriptions on this mailbox fail with ExtensionError from now on."""
        self.refused.add(person)

    def miss(self, id_: str) -> None:
        """What waits is lost, and the application is told that something was."""
        row = self._all[id_]
        self._world.deliveries.forget(id_)
        self._tell_life(row, "missed")

    def require_reauthorization(self, id_: str) -> None:
        """Nothing is told until the application has authorised the subscription again."""
        row = self._all[id_]
        row.paused = True
        self._tell_life(row, "reauthorizationRequired")

    def remove(self, id_: str) -> None:
        row = self._all[id_]
        self._tell_life(row, "subscriptionRemoved")
        self.delete(id_)

    def forge(self, id_: str) -> None:
        """Somebody who knows all but the clientState writes to the address."""
        row = self._all[id_]
        mailbox = self._state.mailbox(row.person)
        some = next(iter(mailbox.items.values()), None)
        data = self._event(row, mailbox, some) if some else {"@odata.id": row.resource}
        self._tell(row, row.change_types[0], data, clientState="forged")

    def _tell_life(self, row: Subscription, event: Lifecycle) -> None:
        if row.lifecycle_url:
            self._world.deliveries.put(
                "outlook",
                row.id,
                row.lifecycle_url,
                event,
                item={**self._head(row), "lifecycleEvent": event},
                bundle=f"lifecycle {row.client_id} {row.lifecycle_url}",
            )
