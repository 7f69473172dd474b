"""Who lives in this world, and how it stands."""

from markupsafe import Markup
from werkzeug.utils import redirect

from calendar_sandbox.core.consent import Consent
from calendar_sandbox.core.http import Request, Response
from calendar_sandbox.core.pages import page, select, table
from calendar_sandbox.core.people import Person
from calendar_sandbox.core.world import World

from .navigation import PROVIDERS, accounts, addresses, badge, unread

LINK = Markup('<a href="/console/{}/{}">{}</a>')
SIGN_IN = Markup("""
<form method="post" class="card"><h2>Next sign-in without asking</h2>
<p class="muted">The next visit of a sign-in page answers by itself, whoever was suggested.</p>
<div class="row"><label>At {provider}</label><label>as {person}</label>
<button name="do" value="allow">Allow</button><button name="do" value="deny">Deny</button></div>
</form>
""")
PERSON = Markup("""
<section><h2>{name}</h2><p>{lines}</p>
<p class="row middle">{inbox}<small class="end">{about}</small></p></section>
""")
STATE = Markup("""
<section><p class="row middle"><b>{now} UTC</b>{frozen}
<span><a href="/console/mail">{mails} mails</a> ·
<a href="/console/requests">{requests} requests</a> ·
<a href="/console/faults">{faults} faults armed</a></span></p>
<p class="muted">Work in a mailbox as its owner would; the application sees it at its next
visit.</p></section>
""")


def here(request: Request) -> Response:
    response: Response = redirect(request.path, 303, Response)
    return response


def overview_page(world: World, request: Request, nav: Markup) -> Response:
    if request.method == "POST":
        script_consent(world, request)
        return here(request)
    cards = Markup().join(card(world, person) for person in world.people)
    people = Markup('<div class="cards">{}</div>').format(cards)
    if not cards:
        people = Markup('<section><p class="empty">Nobody lives here yet.</p></section>')
    names = {person.key: person.name for person in world.people}
    sign_in = SIGN_IN.format(provider=select("provider", PROVIDERS), person=select("person", names))
    return page("Overview", state(world), people, sign_in, applications(world), nav=nav)


def script_consent(world: World, request: Request) -> None:
    """Raises ValueError for somebody who is not there."""
    form = request.form
    if form.get("person") not in {person.key for person in world.people}:
        raise ValueError("Choose somebody who lives here.")
    consent = Consent(form["person"], allow=form.get("do") == "allow")
    world.consents.script("google" if form.get("provider") == "google" else "outlook", consent)


def state(world: World) -> Markup:
    return STATE.format(
        now=f"{world.clock.now():%a %-d %b %Y %H:%M}",
        frozen=Markup('<span class="pill warn">clock stopped</span>') * world.clock.is_frozen,
        mails=world.mail.count,
        requests=len(world.journal.entries()),
        faults=sum(1 for fault in world.faults.armed if fault.count),
    )


def card(world: World, person: Person) -> Markup:
    found = {"google": person.google, "outlook": person.outlook}
    lines = Markup("<br>").join(
        Markup("{}: {}").format(label, LINK.format(person.key, name, found[name]))
        for name, label in accounts(person).items()
    )
    kind = f"{person.kind} account · " if person.outlook else ""
    inbox = Markup("<span>{}{}</span>").format(
        LINK.format(person.key, "mail", "Inbox"),
        badge(unread(world, addresses(person)), "not opened"),
    )
    return PERSON.format(
        name=person.name,
        lines=lines or "No account.",
        inbox=inbox,
        about=kind + person.time_zone,
    )


def applications(world: World) -> Markup:
    clients = [*world.clients.of("google"), *world.clients.of("outlook")]
    rows = [
        (PROVIDERS[client.provider], client.client_id, ", ".join(client.redirect_uris))
        for client in clients
    ]
    heads = ("Provider", "Client id", "Redirect URIs")
    return Markup("<section><h2>Registered applications</h2>{}</section>").format(
        table(heads, rows)
    )
