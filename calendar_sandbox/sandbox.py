"""The complete simulated world: Google and Microsoft over the same people."""

from collections.abc import Callable, Iterable
from datetime import datetime

from calendar_sandbox.console import console_mount
from calendar_sandbox.core.control import control_mount
from calendar_sandbox.core.http import Mount, Provider
from calendar_sandbox.core.world import World
from calendar_sandbox.google import KNOBS as GOOGLE_KNOBS
from calendar_sandbox.google import GoogleState
from calendar_sandbox.microsoft import KNOBS as MICROSOFT_KNOBS
from calendar_sandbox.microsoft import MicrosoftState

Seed = Callable[["Sandbox"], None]


class Sandbox(World):
    """A world with both providers in it.

    `seed`: puts the first people, clients and events in, at the start and after a reset.
    `now`: freezes the clock at this moment; None: it runs with real time.
    """

    google: GoogleState
    microsoft: MicrosoftState

    def __init__(self, seed: Seed | None = None, *, now: datetime | None = None) -> None:
        self.seed = seed
        super().__init__(now=now)

    def stand_ins(self) -> Iterable[Provider]:
        self.knobs.declare([*GOOGLE_KNOBS, *MICROSOFT_KNOBS])
        self.google = GoogleState(self)
        self.microsoft = MicrosoftState(self)
        return (self.google, self.microsoft)

    def pages(self) -> Iterable[Mount]:
        return (control_mount(self), console_mount(self, self.google, self.microsoft))

    def sow(self) -> None:
        if self.seed:
            self.seed(self)
