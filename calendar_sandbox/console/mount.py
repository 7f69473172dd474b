"""The console's door: who sees which page."""

from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup
from werkzeug.utils import redirect

from calendar_sandbox.core.http import Mount, Request, Response, Router
from calendar_sandbox.core.pages import page
from calendar_sandbox.core.people import Person
from calendar_sandbox.core.world import World
from calendar_sandbox.google import GoogleState
from calendar_sandbox.microsoft import MicrosoftState

from . import breakage, overview
from .google import google_page
from .outlook import outlook_page

if TYPE_CHECKING:
    from collections.abc import Callable

NAV = Markup(
    '<nav><b>Sandbox</b><a href="/">People</a>{}<a href="/console/mail">Mail log ({})</a>'
    '<a href="/console/faults">Faults</a><a href="/console/clock">Clock</a>'
    '<a href="/console/requests">Requests</a><a href="/console/knobs">Knobs</a>'
    '<form method="post" action="/console/reset"><button class="danger">Reset world</button>'
    "</form></nav>"
)


def navigation(world: World, person: Person | None = None) -> Markup:
    return NAV.format(overview.mailboxes(person) if person else "", world.mail.count)


def console_mount(world: World, google: GoogleState, outlook: MicrosoftState) -> Mount:
    router = Router()
    pages: dict[str, Callable[[World, Request, Markup], Response]] = {
        "/": overview.people_page,
        "/console/mail": overview.mail_page,
        "/console/requests": overview.requests_page,
        "/console/faults": breakage.faults_page,
        "/console/clock": breakage.clock_page,
        "/console/knobs": breakage.knobs_page,
    }
    for path, show in pages.items():
        router.add("GET POST", path, partial(plain, world, show))
    router.add("POST", "/console/reset", partial(reset, world))
    for name, of_person in (
        ("google", partial(google_page, world, google)),
        ("outlook", partial(outlook_page, world, outlook)),
    ):
        router.add("GET POST", f"/console/{{person}}/{name}", partial(personal, world, of_person))

    def handle(request: Request) -> Response:
        found = router.find(request.method, request.path)
        if isinstance(found, int):
            return page("There is no such page", nav=navigation(world), status=found)
        try:
            return found[0](request, **found[1])
        except (KeyError, ValueError) as error:
            text = Markup('<section class="error"><p>{}</p></section>').format(error)
            return page("This does not work", text, nav=navigation(world), status=400)

    return Mount("/", handle)


def plain(
    world: World, show: "Callable[[World, Request, Markup], Response]", request: Request
) -> Response:
    return show(world, request, navigation(world))


def personal(
    world: World,
    show: "Callable[[Person, Request, Markup], Response]",
    request: Request,
    person: str,
) -> Response:
    try:
        owner = world.people.get(person)
    except KeyError:
        return page(f"Nobody here is {person}", nav=navigation(world), status=404)
    return show(owner, request, navigation(world, owner))


def reset(world: World, _request: Request) -> Response:
    world.reset()
    response: Response = redirect("/", 303, Response)
    return response
