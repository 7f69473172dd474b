"""The bars at the top: the pages of the world, and those of one person."""

from collections.abc import Iterable

from markupsafe import Markup

from calendar_sandbox.core.people import Person
from calendar_sandbox.core.world import World

PROVIDERS = {"google": "Google", "outlook": "Outlook"}
NAV = Markup("""
<nav aria-label="Sandbox"><b>Sandbox</b>{}
<button class="danger" popovertarget="reset">Reset world</button></nav>{}
<div id="reset" popover><p>Everything begins anew: calendars, mails, tokens, knobs. This cannot
be undone.</p><form method="post" action="/console/reset" class="row">
<button class="danger">Reset now</button>
<button type="button" popovertarget="reset" popovertargetaction="hide">Cancel</button></form></div>
""")
LINK = Markup('<a{} href="{}">{}{}</a>')
BADGE = Markup(' <span class="badge" title="{}">{}</span>')
OWN = Markup(
    '<nav class="own" aria-label="{0}"><details class="menu"><summary>{0} ▾</summary>'
    "<div>{1}</div></details>{2}</nav>"
)


def navigation(world: World, path: str, person: Person | None = None) -> Markup:
    """`path` is the page's own."""
    armed = sum(1 for fault in world.faults.armed if fault.count)
    turned = sum(1 for knob in world.knobs.declared.values() if is_turned(world, knob.name))
    waiting = len(world.deliveries.queue) + len(world.deliveries.held)
    links = (
        ("/", "Overview", badge(0)),
        ("/console/mail", f"Mail log ({world.mail.count})", badge(unread(world), "not opened")),
        ("/console/faults", "Faults", badge(armed, "armed")),
        ("/console/clock", "Clock", Markup()),
        ("/console/requests", "Requests", Markup()),
        ("/console/hooks", "Web hooks", badge(waiting, "waiting")),
        ("/console/knobs", "Knobs", badge(turned, "changed from the default")),
    )
    bar = Markup().join(link(path, *each) for each in links)
    return NAV.format(bar, own_pages(world, path, person) if person else "")


def link(path: str, target: str, words: str, more: Markup) -> Markup:
    current = Markup(' aria-current="page"') if path == target else ""
    return LINK.format(current, target, words, more)


def badge(count: int, what: str = "") -> Markup:
    return BADGE.format(what, count) if count else Markup()


def own_pages(world: World, path: str, person: Person) -> Markup:
    page = path.rpartition("/")[2]
    others = (
        LINK.format("", f"/console/{each.key}/{here(each, page)}", each.name, "")
        for each in world.people
        if each.key != person.key
    )
    links = [
        link(path, f"/console/{person.key}/{name}", label, Markup())
        for name, label in accounts(person).items()
    ]
    new = badge(unread(world, addresses(person)), "not opened")
    links.append(link(path, f"/console/{person.key}/mail", "Inbox", new))
    return OWN.format(person.name, Markup().join(others), Markup().join(links))


def here(person: Person, page: str) -> str:
    """The page of that name, or the first that person has."""
    return page if page in {*accounts(person), "mail"} else next(iter(accounts(person)), "mail")


def accounts(person: Person) -> dict[str, str]:
    found = {"google": person.google, "outlook": person.outlook}
    return {name: PROVIDERS[name] for name, address in found.items() if address}


def addresses(person: Person) -> list[str]:
    return [address for address in (person.google, person.outlook) if address]


def unread(world: World, own: Iterable[str] = ()) -> int:
    """Copies of mails not opened by these addresses, or by anybody."""
    mail, wanted = world.mail, list(own)
    return sum(mail.unread(number, wanted) for number in range(len(mail.entries)))


def is_turned(world: World, name: str) -> bool:
    return world.knobs[name] != world.knobs.declared[name].default
