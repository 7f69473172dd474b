"""Web hooks: what the stand-ins push to the product, when, and what becomes of it.

Notifications are values with a due time on the sandbox's clock. `World.deliver` sends what is
due through the world's sender; nothing leaves by itself in process.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol

from .clock import Clock
from .people import ProviderName

KEPT = 5_000
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
Outcome = Literal["accepted", "postponed", "given up", "dropped", "silenced", "ended", "refused"]


@dataclass(frozen=True)
class Outgoing:
    """One POST to an address of the product's."""

    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    seconds: float = 30.0
    """How long the vendor waits for an answer."""


@dataclass(frozen=True)
class Reply:
    status: int
    """0: none came, see `error`."""
    content_type: str = ""
    body: bytes = b""
    error: Literal["", "timeout", "connection"] = ""


Sender = Callable[[Outgoing], Reply]
"""May raise TimeoutError and ConnectionError instead of a Reply that says so."""


def nobody_listens(outgoing: Outgoing) -> Reply:
    """The sender of a world nobody gave one."""
    raise ConnectionError(outgoing.url)


@dataclass(frozen=True)
class Notification:
    provider: ProviderName
    hook: str
    """Key of the channel or subscription it belongs to."""
    url: str
    about: str
    """What a reader of the log is told: `exists`, `updated`, `missed`…"""
    headers: Mapping[str, str]
    item: Mapping[str, object] | None
    first: datetime
    """When it was due at first."""
    due: datetime
    attempt: int = 1
    bundle: str = ""
    """Those of an equal, non-empty bundle travel together when due together."""


@dataclass(frozen=True)
class Parcel:
    outgoing: Outgoing
    notifications: tuple[Notification, ...]


@dataclass(frozen=True)
class Delivery:
    """One line of the log: a notification, or a question like Graph's validation."""

    at: datetime
    provider: ProviderName
    hook: str
    url: str
    about: str
    outcome: Outcome
    status: int
    """0: no answer, or not even sent."""
    attempt: int
    headers: Mapping[str, str]
    body: bytes


class Carrier(Protocol):
    """One provider's manners."""

    controls: Mapping[str, Callable[[str], None]]
    """What the control path may do to a hook, by name."""

    def gather(self) -> None:
        """Queues what is noticed only by looking."""

    def alive(self, notification: Notification) -> bool:
        """Whether it may still be sent."""

    def packed(self, notifications: list[Notification]) -> Outgoing: ...

    def accepted(self, status: int) -> bool: ...

    def again(self, notification: Notification, status: int, at: datetime) -> bool:
        """Whether a refused one may be sent once more at that moment."""


@dataclass
class Trouble:
    """What happens to the next notifications of a provider."""

    delay: timedelta = timedelta()
    drop: int = 0
    duplicate: int = 0
    reorder: int = 0


class Deliveries:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._carriers: dict[ProviderName, Carrier] = {}
        self.troubles: dict[ProviderName, Trouble] = {"google": Trouble(), "outlook": Trouble()}
        self.silent: set[str] = set()
        self.queue: list[Notification] = []
        self.held: list[Notification] = []
        """Kept back until as many have come as shall change their order."""
        self.log: deque[Delivery] = deque(maxlen=KEPT)

    def open(self, provider: ProviderName, carrier: Carrier) -> None:
        self._carriers[provider] = carrier

    def carrier(self, provider: ProviderName) -> Carrier:
        return self._carriers[provider]

    # What goes wrong

    def delay(self, provider: ProviderName, seconds: float) -> None:
        """Everything queued from now on is due so much later; 0 ends it."""
        self.troubles[provider].delay = timedelta(seconds=seconds)

    def drop(self, provider: ProviderName, count: int) -> None:
        """The next ones are lost."""
        self.troubles[provider].drop = int(count)

    def duplicate(self, provider: ProviderName, count: int) -> None:
        """The next ones come twice."""
        self.troubles[provider].duplicate = int(count)

    def reorder(self, provider: ProviderName, count: int) -> None:
        """The next ones wait for each other and come last first."""
        self.troubles[provider].reorder = int(count)

    def stop_silently(self, hook: str) -> None:
        """Nothing comes from a channel or subscription any more, and nobody says so."""
        self.silent.add(hook)

    def heal(self) -> None:
        """Ends every trouble; what was kept back goes out, what was lost stays lost."""
        self.troubles = {"google": Trouble(), "outlook": Trouble()}
        self.silent.clear()
        self.queue += self.held
        self.held.clear()

    # What happens to a notification

    def put(
        self,
        provider: ProviderName,
        hook: str,
        url: str,
        about: str,
        *,
        headers: Mapping[str, str] | None = None,
        item: Mapping[str, object] | None = None,
        bundle: str = "",
    ) -> Notification | None:
        """Queues a notification as the troubles have it; None where it is lost."""
        trouble = self.troubles[provider]
        due = self._clock.now() + trouble.delay
        new = Notification(provider, hook, url, about, headers or {}, item, due, due, bundle=bundle)
        if hook in self.silent:
            self._note(new, "silenced", 0)
            return None
        if trouble.drop > 0:
            trouble.drop -= 1
            self._note(new, "dropped", 0)
            return None
        copies = [new]
        if trouble.duplicate > 0:
            trouble.duplicate -= 1
            copies.append(new)
        if trouble.reorder > 0:
            self._hold(copies, trouble)
        else:
            self.queue += copies
        return new

    def _hold(self, copies: list[Notification], trouble: Trouble) -> None:
        self.held += copies
        trouble.reorder -= 1
        if not trouble.reorder:
            provider = copies[0].provider
            self.queue += [row for row in reversed(self.held) if row.provider == provider]
            self.held = [row for row in self.held if row.provider != provider]

    def waiting(self, hook: str) -> bool:
        """Whether something for a hook has not been tried yet."""
        return any(row.hook == hook and row.attempt == 1 for row in (*self.queue, *self.held))

    def forget(self, hook: str) -> None:
        """What waits for a hook is lost."""
        for row in [row for row in (*self.queue, *self.held) if row.hook == hook]:
            self._note(row, "dropped", 0)
        self.queue = [row for row in self.queue if row.hook != hook]
        self.held = [row for row in self.held if row.hook != hook]

    def take(self, only: Notification | None = None) -> list[Parcel]:
        """Takes what is due (or one notification, due or not) out of the queue, ready to go."""
        for carrier in self._carriers.values():
            carrier.gather()
        now = self._clock.now()
        taken: list[Notification] = []
        left: list[Notification] = []
        for row in self.queue:
            (taken if (row is only if only else row.due <= now) else left).append(row)
        self.queue = left
        bundles: dict[object, list[Notification]] = {}
        for number, row in enumerate(taken):
            if self._carriers[row.provider].alive(row):
                bundles.setdefault(row.bundle or number, []).append(row)
            else:
                self._note(row, "ended", 0)
        return [
            Parcel(self._carriers[rows[0].provider].packed(rows), tuple(rows))
            for rows in bundles.values()
        ]

    def settle(self, parcel: Parcel, reply: Reply) -> None:
        """Logs how a parcel fared, and queues again what the provider's manners demand."""
        for row in parcel.notifications:
            carrier = self._carriers[row.provider]
            outcome: Outcome = "accepted" if carrier.accepted(reply.status) else "given up"
            at = self._clock.now() + min(FIRST_WAIT * 2 ** (row.attempt - 1), LONGEST_WAIT)
            if outcome == "given up" and carrier.again(row, reply.status, at):
                outcome = "postponed"
                self.queue.append(replace(row, due=at, attempt=row.attempt + 1))
            self._note(row, outcome, reply.status, parcel.outgoing)

    def asked(
        self, provider: ProviderName, hook: str, about: str, outgoing: Outgoing, reply: Reply
    ) -> None:
        """Logs a question whose answer somebody waited for."""
        outcome: Outcome = "accepted" if 200 <= reply.status < 300 else "refused"
        now = self._clock.now()
        row = Notification(provider, hook, outgoing.url, about, outgoing.headers, None, now, now)
        self._note(row, outcome, reply.status, outgoing)

    def _note(
        self, row: Notification, outcome: Outcome, status: int, sent: Outgoing | None = None
    ) -> None:
        self.log.append(
            Delivery(
                at=self._clock.now(),
                provider=row.provider,
                hook=row.hook,
                url=row.url,
                about=row.about,
                outcome=outcome,
                status=status,
                attempt=row.attempt,
                headers=sent.headers if sent else row.headers,
                body=sent.body if sent else b"",
            )
        )
