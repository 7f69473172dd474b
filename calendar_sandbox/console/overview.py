"""Who lives in this world, what was mailed, what was asked."""

from markupsafe import Markup
from werkzeug.utils import redirect

from calendar_sandbox.core.consent import Consent
from calendar_sandbox.core.http import Request, Response
from calendar_sandbox.core.pages import page, select, table
from calendar_sandbox.core.people import Person
from calendar_sandbox.core.world import World

LINK = Markup('<a href="/console/{}/{}">{}</a>')
SIGN_IN = Markup("""
<form method="post" class="card"><h2>Next sign-in without asking</h2>
<p class="muted">The next visit of a sign-in page answers by itself, whoever was suggested.</p>
<div class="row"><label>At {provider}</label><label>as {person}</label>
<button name="do" value="allow">Allow</button><button name="do" value="deny">Deny</button></div>
</form>
""")
COUNTER = Markup('<section><p class="big">Mails since reset: {}</p>{}{}</section>')
FILTER = Markup(
    '<form class="row"><label>Containing <input name="q" value="{}"></label>'
    "<button>Filter</button></form>"
)
CLEAR = Markup('<form method="post"><p><button name="do" value="clear">Clear</button></p></form>')
KINDS = {"invite": "Invitation", "update": "Update", "cancel": "Cancellation", "response": "Answer"}
PROVIDERS = {"google": "Google", "outlook": "Outlook"}
SHOWN = 300


def here(request: Request) -> Response:
    response: Response = redirect(request.path, 303, Response)
    return response


def mailboxes(person: Person) -> Markup:
    """Links to what a person has."""
    links = [LINK.format(person.key, name, label) for name, label in of(person).items()]
    return Markup("<span>{}: {}</span>").format(person.name, Markup(" · ").join(links))


def of(person: Person) -> dict[str, str]:
    accounts = {"google": person.google, "outlook": person.outlook}
    return {name: PROVIDERS[name] for name, address in accounts.items() if address}


def people_page(world: World, request: Request, nav: Markup) -> Response:
    if request.method == "POST":
        allow = request.form.get("do") == "allow"
        consent = Consent(request.form["person"], allow=allow)
        at_google = request.form["provider"] == "google"
        world.consents.script("google" if at_google else "outlook", consent)
        return here(request)
    rows = [
        (
            person.name,
            LINK.format(person.key, "google", person.google) if person.google else "–",
            LINK.format(person.key, "outlook", person.outlook) if person.outlook else "–",
            person.kind,
            person.time_zone,
        )
        for person in world.people
    ]
    names = {person.key: person.name for person in world.people}
    heads = ("Person", "Google Calendar", "Outlook", "Account", "Time zone")
    people = Markup("<section>{}</section>").format(table(heads, rows))
    sign_in = SIGN_IN.format(provider=select("provider", PROVIDERS), person=select("person", names))
    return page("People", people, sign_in, applications(world), nav=nav)


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


def mail_page(world: World, request: Request, nav: Markup) -> Response:
    if request.method == "POST":
        world.mail.clear()
        return here(request)
    words = request.args.get("q", "").casefold()
    rows = [
        (
            f"{mail.at:%d %b %H:%M:%S}",
            KINDS[mail.kind],
            mail.subject,
            f"{PROVIDERS[mail.provider]}: {mail.sender}",
            ", ".join(mail.recipients),
            mail.caused_by,
        )
        for mail in reversed(world.mail.entries)
    ]
    found = [row for row in rows if words in " ".join(row).casefold()]
    heads = ("At (UTC)", "Kind", "Subject", "From", "To", "Caused by")
    counter = COUNTER.format(world.mail.count, FILTER.format(request.args.get("q", "")), CLEAR)
    log = Markup("<section>{}</section>").format(table(heads, found[:SHOWN]))
    return page("Mail log", counter, log, nav=nav)


def requests_page(world: World, request: Request, nav: Markup) -> Response:
    if request.method == "POST":
        world.journal.clear()
        return here(request)
    words = request.args.get("q", "")
    entries = [
        entry
        for entry in reversed(world.journal.entries(parts=True))
        if words in f"{entry.method} {entry.path}?{entry.query} {entry.status} {entry.person}"
    ]
    rows = [
        (
            f"{entry.at:%d %b %H:%M:%S}",
            entry.person or "",
            "in batch: " * entry.part + entry.method,
            entry.path + (f"?{entry.query}" if entry.query else ""),
            entry.status or "broken",
            entry.fault,
        )
        for entry in entries[:SHOWN]
    ]
    heads = ("At (UTC)", "For", "Method", "Path", "Status", "Fault")
    head = Markup('<section><p class="big">Requests: {}</p>{}{}</section>').format(
        len(world.journal.entries()), FILTER.format(words), CLEAR
    )
    return page(
        "Requests", head, Markup("<section>{}</section>").format(table(heads, rows)), nav=nav
    )
