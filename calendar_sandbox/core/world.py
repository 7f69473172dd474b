"""The simulated world: two providers, their people, one clock."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from calendar_sandbox.console import console_mount
from calendar_sandbox.google import KNOBS as GOOGLE_KNOBS
from calendar_sandbox.google import GoogleState
from calendar_sandbox.microsoft import KNOBS as MICROSOFT_KNOBS
from calendar_sandbox.microsoft import MicrosoftState

from .clients import Clients
from .clock import Clock
from .consent import Consents
from .control import control_mount
from .dispatch import Dispatcher
from .faults import Faults
from .http import Mount
from .journal import Journal
from .knobs import Knobs
from .mail import MailLog
from .people import People
from .post import PostOffice

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Seed = Callable[["World"], None]


class World:
    """Everything both stand-ins know; `reset()` puts it back to its beginning.

    Args:
        seed: puts the first people, clients and events in, at the start and after a reset.
        now: freezes the clock at this moment; None: it runs with real time.
    """

    clock: Clock
    people: People
    clients: Clients
    consents: Consents
    journal: Journal
    mail: MailLog
    faults: Faults
    post: PostOffice
    knobs: Knobs
    google: GoogleState
    microsoft: MicrosoftState

    def __init__(self, seed: Seed | None = None, *, now: datetime | None = None) -> None:
        self._seed = seed
        self._began = now
        self.reset()

    def reset(self) -> None:
        """Forgets everything; the knobs go back to their defaults, then the seed is sown."""
        self.clock = Clock(self._began)
        self.people = People()
        self.clients = Clients()
        self.consents = Consents()
        self.journal = Journal(self.clock)
        self.mail = MailLog(self.clock)
        self.faults = Faults()
        self.post = PostOffice(self.people)
        self.knobs = Knobs([*GOOGLE_KNOBS, *MICROSOFT_KNOBS])
        self.google = GoogleState(self)
        self.microsoft = MicrosoftState(self)
        self.post.open("google", self.google.receive)
        self.post.open("outlook", self.microsoft.receive)
        self._open()
        if self._seed:
            self._seed(self)

    def _open(self) -> None:
        self.dispatcher = Dispatcher(
            [
                *self.google.routes(),
                *self.microsoft.routes(),
                control_mount(self),
                console_mount(self),
            ],
            self.faults,
            self.journal,
        )

    def answer(self, request: Request) -> Response:
        """Raises ConnectionBroken where an armed fault says so."""
        return self.dispatcher.answer(request)

    def answer_part(self, mount: Mount, request: Request) -> Response:
        """One call inside a provider's batch."""
        return self.dispatcher.answer_part(mount, request)

    def wsgi(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The whole world as one WSGI application."""
        return self.answer(Request(environ))(environ, start_response)

    def __getstate__(self) -> dict[str, Any]:
        # Locks cannot be stored; the doors are opened anew.
        return {name: value for name, value in vars(self).items() if name != "dispatcher"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._open()
