"""What both stand-ins share, and the one door to it all.

The complete world, with Google and Microsoft in it, is `calendar_sandbox.sandbox.Sandbox`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from .clients import Clients
from .clock import Clock
from .consent import Consents
from .deliveries import Deliveries, Outgoing, Parcel, Reply, Sender, nobody_listens
from .dispatch import Dispatcher
from .faults import Faults
from .http import Mount, Provider
from .journal import Journal
from .knobs import Knobs
from .mail import MailLog
from .people import People, ProviderName
from .post import PostOffice

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class World(ABC):
    """Everything the stand-ins know of each other; `reset()` puts it back to its beginning.

    `now`: freezes the clock at this moment; None: it runs with real time.
    """

    clock: Clock
    people: People
    clients: Clients
    consents: Consents
    journal: Journal
    mail: MailLog
    faults: Faults
    post: PostOffice
    deliveries: Deliveries
    knobs: Knobs
    providers: dict[ProviderName, Provider]

    def __init__(self, *, now: datetime | None = None) -> None:
        self._began = now
        self.sender: Sender = nobody_listens
        """Carries web hooks to the product; outlives a reset, but not a snapshot."""
        self.reset()

    def reset(self) -> None:
        """Forgets everything, turns the knobs back to their defaults, begins anew."""
        self.clock = Clock(self._began)
        self.people = People()
        self.clients = Clients()
        self.consents = Consents()
        self.journal = Journal(self.clock)
        self.mail = MailLog(self.clock)
        self.faults = Faults()
        self.post = PostOffice(self.people, self.mail.enclose)
        self.deliveries = Deliveries(self.clock)
        self.knobs = Knobs()
        self.providers = {}
        for provider in self.stand_ins():
            self.providers[provider.name] = provider
            self.post.open(provider.name, provider.receive)
        self._open()
        self.sow()

    @abstractmethod
    def stand_ins(self) -> Iterable[Provider]:
        """The providers, new, with their knobs declared."""

    @abstractmethod
    def pages(self) -> Iterable[Mount]:
        """What is mounted besides the providers."""

    @abstractmethod
    def sow(self) -> None:
        """Puts the first people, clients and events in."""

    def _open(self) -> None:
        routes = [mount for provider in self.providers.values() for mount in provider.routes()]
        mounts = [*routes, *self.pages()]
        self.dispatcher = Dispatcher(mounts, self.faults, self.journal, self.clock)

    def answer(self, request: Request) -> Response:
        """Raises ConnectionBroken where an armed fault says so."""
        return self.dispatcher.answer(request)

    def answer_part(self, mount: Mount, request: Request) -> Response:
        """One call inside a provider's batch."""
        return self.dispatcher.answer_part(mount, request)

    def deliver(self) -> int:
        """Sends the web hooks that are due, until all have been tried.

        Returns the number of calls made; what they cause is for the next time.
        """
        with self.dispatcher.lock:
            parcels = self.deliveries.take()
        self.carry(parcels)
        return len(parcels)

    def carry(self, parcels: Iterable[Parcel]) -> None:
        """Sends what was taken. The world stays open meanwhile: who is called may call back."""
        for parcel in parcels:
            reply = self.send(parcel.outgoing)
            with self.dispatcher.lock:
                self.deliveries.settle(parcel, reply)

    def send(self, outgoing: Outgoing) -> Reply:
        try:
            return self.sender(outgoing)
        except TimeoutError:
            return Reply(0, error="timeout")
        except ConnectionError:
            return Reply(0, error="connection")

    def wsgi(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The whole world as one WSGI application."""
        return self.answer(Request(environ))(environ, start_response)

    def __getstate__(self) -> dict[str, Any]:
        # Locks and senders cannot be stored; the doors are opened anew.
        left_out = ("dispatcher", "sender")
        return {name: value for name, value in vars(self).items() if name not in left_out}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self.sender = nobody_listens
        self._open()
