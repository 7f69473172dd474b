"""The console's door."""

from calendar_sandbox.core.http import Mount, Request, Response
from calendar_sandbox.core.pages import page
from calendar_sandbox.core.world import World
from calendar_sandbox.google import GoogleState
from calendar_sandbox.microsoft import MicrosoftState


def console_mount(world: World, google: GoogleState, microsoft: MicrosoftState) -> Mount:
    def handle(request: Request) -> Response:
        return page("People")

    return Mount("/", handle)
