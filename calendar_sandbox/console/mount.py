"""The console's door: who sees which page."""

from collections.abc import Callable
from functools import partial

from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.utils import redirect

from calendar_sandbox.core.http import Mount, Request, Response, Router
from calendar_sandbox.core.pages import page
from calendar_sandbox.core.people import Person
from calendar_sandbox.core.world import World
from calendar_sandbox.google import GoogleState
from calendar_sandbox.microsoft import MicrosoftState

from . import breakage, deliveries, inbox, knobs, overview, requests
from .google import google_page
from .navigation import navigation
from .outlook import outlook_page

General = Callable[[World, Request, Markup], Response]
Personal = Callable[[Person, Request, Markup], Response]
ERROR = Markup(
    '<section class="error"><p>{}</p><p><a href="{}">Back</a> · '
    '<a href="/">To the overview</a></p></section>'
)
GENERAL: dict[str, General] = {
    "/": overview.overview_page,
    "/console/mail": inbox.mail_page,
    "/console/requests": requests.requests_page,
    "/console/hooks": deliveries.deliveries_page,
    "/console/faults": breakage.faults_page,
    "/console/clock": breakage.clock_page,
    "/console/knobs": knobs.knobs_page,
}


def console_mount(world: World, google: GoogleState, outlook: MicrosoftState) -> Mount:
    router = Router()
    for path, show in GENERAL.items():
        router.add("GET POST", path, partial(plain, world, show))
    router.add("POST", "/console/reset", partial(reset, world))
    router.add("GET POST", "/console/mail/{number}", partial(one, world, inbox.letter_page))
    router.add("GET", "/console/requests/{number}", partial(one, world, requests.exchange_page))
    for name, of_person in (
        ("google", partial(google_page, world, google)),
        ("outlook", partial(outlook_page, world, outlook)),
        ("mail", partial(inbox.inbox_page, world)),
    ):
        router.add("GET POST", f"/console/{{person}}/{name}", partial(personal, world, of_person))

    def handle(request: Request) -> Response:
        found = router.find(request.method, request.path)
        if isinstance(found, int):
            nav = navigation(world, request.path)
            text = ERROR.format("The address leads nowhere.", "/")
            return page("There is no such page", text, nav=nav, status=found)
        try:
            return found[0](request, **found[1])
        except (KeyError, ValueError, OverflowError) as error:
            return refused(world, request, str(error.args[0] if error.args else error), 400)
        except HTTPException as error:
            return refused(world, request, error.name, error.code or 400)

    return Mount("/", handle)


def refused(world: World, request: Request, why: str, status: int) -> Response:
    nav = navigation(world, request.path)
    text = ERROR.format(why[:300], request.path)
    return page("This does not work", text, nav=nav, status=status)


def plain(world: World, show: General, request: Request) -> Response:
    return show(world, request, navigation(world, request.path))


def one(
    world: World,
    show: Callable[[World, int, Request, Markup], Response],
    request: Request,
    number: str,
) -> Response:
    """A page about one of many, by its number."""
    nav = navigation(world, request.path.rpartition("/")[0])
    if not number.isdecimal() or len(number) > 9:
        return page("There is no such page", nav=nav, status=404)
    return show(world, int(number), request, nav)


def personal(world: World, show: Personal, request: Request, person: str) -> Response:
    try:
        owner = world.people.get(person)
    except KeyError:
        nav = navigation(world, request.path)
        return page(f"Nobody here is {person}", nav=nav, status=404)
    return show(owner, request, navigation(world, request.path, owner))


def reset(world: World, _request: Request) -> Response:
    world.reset()
    response: Response = redirect("/", 303, Response)
    return response
