"""Who was mailed what: the log of all, the inbox of one, a letter with its answer."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup
from werkzeug.utils import redirect

from calendar_sandbox.core.http import Request, Response
from calendar_sandbox.core.mail import Mail
from calendar_sandbox.core.pages import page, select
from calendar_sandbox.core.people import Person
from calendar_sandbox.core.post import Guest, Invitation, PartStat
from calendar_sandbox.core.world import World

from .form import guest_list
from .navigation import PROVIDERS, addresses, navigation

SHOWN = 300
KINDS = {
    "invite": "Invitation",
    "update": "Update",
    "cancel": "Cancellation",
    "response": "Answer",
    "share": "Sharing",
}
PILLS = {"invite": "info", "update": "warn", "cancel": "bad", "response": "good", "share": ""}
BOXES = {"in": "Received", "out": "Sent"}
FILTER = Markup("""
<form class="row" role="search"><label>Containing <input name="q" value="{words}"></label>
<label>Kind {kind}</label>{more}<button>Filter</button></form>
""")
VERBS = Markup("""
<form method="post" class="row"><button name="do" value="read">Mark all as read</button>
<button name="do" value="clear">Clear</button></form>
""")
ROW = Markup(
    '<li{unread}><a href="{link}"><span class="pill {colour}">{kind}</span><b>{subject}</b>'
    '<span class="muted">{at}</span><small>{who}</small></a></li>'
)
REPLY = Markup("""
<form method="post" class="card"><h2>Answer as {guest}</h2>
<p class="muted">A guest outside this world: the answer travels by mail, as from anywhere.</p>
<input type="hidden" name="guest" value="{guest}">
<label>Comment <textarea name="comment" rows="2"></textarea></label>
<p class="row"><button class="main" name="do" value="ACCEPTED">Yes</button>
<button name="do" value="TENTATIVE">Maybe</button>
<button name="do" value="DECLINED">No</button></p></form>
""")
REPLIES: dict[str, PartStat] = {
    "ACCEPTED": "ACCEPTED",
    "TENTATIVE": "TENTATIVE",
    "DECLINED": "DECLINED",
}
READ_ANSWERS = {
    "NEEDS-ACTION": "no answer",
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "tentative",
}


def mail_page(world: World, request: Request, nav: Markup) -> Response:
    """All mails; POST marks or clears them."""
    if request.method == "POST":
        verb = request.form.get("do")
        if verb == "read":
            mark_read(world)
        elif verb == "clear":
            world.mail.clear()
        return to(request.path)
    numbered = list(enumerate(world.mail.entries))
    counter = Markup('<section><p class="big">Mails since reset: {}</p>{}{}</section>').format(
        world.mail.count, search(request), VERBS if numbered else ""
    )
    log = listing(world, request, numbered, ZoneInfo("UTC"))
    return page("Mail log", counter, log, nav=nav)


def inbox_page(world: World, person: Person, request: Request, nav: Markup) -> Response:
    """What one person got, or sent; POST marks it."""
    own = addresses(person)
    if request.method == "POST":
        mark_read(world, own)
        return to(request.path)
    folded = {address.casefold() for address in own}
    box = request.args.get("box", "in")
    numbered = [
        (number, mail)
        for number, mail in enumerate(world.mail.entries)
        if (mail.sender.casefold() in folded if box == "out" else folded & recipients(mail))
    ]
    boxes = Markup("<label>Box {}</label>").format(select("box", BOXES, box))
    mark = Markup('<form method="post"><p><button>Mark all as read</button></p></form>')
    head = Markup("<section>{}{}</section>").format(search(request, boxes), mark)
    rows = listing(world, request, numbered, ZoneInfo(person.time_zone), own)
    return page(f"Mail of {person.name}", head, rows, nav=nav)


def recipients(mail: Mail) -> set[str]:
    return {address.casefold() for address in mail.recipients}


def mark_read(world: World, own: Iterable[str] = ()) -> None:
    wanted = list(own)
    for number in range(len(world.mail.entries)):
        world.mail.open(number, wanted)


def to(path: str, **query: str) -> Response:
    response: Response = redirect(f"{path}?{urlencode(query)}" if query else path, 303, Response)
    return response


def search(request: Request, more: Markup | str = "") -> Markup:
    kinds = {"": "any"} | KINDS
    kind = select("kind", kinds, request.args.get("kind", ""))
    return FILTER.format(words=request.args.get("q", ""), kind=kind, more=more)


def listing(
    world: World,
    request: Request,
    numbered: list[tuple[int, Mail]],
    zone: ZoneInfo,
    own: Iterable[str] = (),
) -> Markup:
    """Newest first. `own`: whose reading counts."""
    words, kind = request.args.get("q", "").casefold(), request.args.get("kind", "")
    wanted = list(own)
    found = [
        (number, mail)
        for number, mail in reversed(numbered)
        if kind in {"", mail.kind} and words in as_text(mail).casefold()
    ]
    rows = Markup("\n").join(
        ROW.format(
            unread=Markup(' class="unread"') if world.mail.unread(number, wanted) else "",
            link=f"/console/mail/{number}"
            + (f"?{urlencode({'for': wanted[0]})}" if wanted else ""),
            colour=PILLS[mail.kind],
            kind=KINDS[mail.kind],
            subject=mail.subject or "(no subject)",
            at=f"{mail.at.astimezone(zone):%-d %b %H:%M:%S}",
            who=f"{mail.sender} → {', '.join(mail.recipients)} · {mail.caused_by}",
        )
        for number, mail in found[:SHOWN]
    )
    if not rows:
        why = "Nothing like that." if numbered else "No mail: nobody was told anything."
        return Markup('<section><p class="empty">{}</p></section>').format(why)
    left = len(found) - SHOWN
    more = Markup('<p class="muted">And {} older ones.</p>').format(left) if left > 0 else ""
    return Markup('<section><ul class="mails">{}</ul>{}</section>').format(rows, more)


def as_text(mail: Mail) -> str:
    parts = (KINDS[mail.kind], mail.subject, PROVIDERS[mail.provider], mail.sender, mail.caused_by)
    return " ".join((*parts, *mail.recipients))


def letter_page(world: World, number: int, request: Request, nav: Markup) -> Response:
    """One mail; POST answers it for an outside guest."""
    if number >= len(world.mail.entries):
        text = Markup('<section><p class="empty">The log was cleared since.</p></section>')
        return page("There is no such mail", text, nav=nav, status=404)
    mail, says = world.mail.entries[number], world.mail.enclosed(number)
    if request.method == "POST":
        answer(world, mail, says, request)
        return to(request.path, answered=request.form.get("guest", ""))
    reader = request.args.get("for", "")
    world.mail.open(number, [reader] if reader else ())
    content = [head(world, mail), letter(world, says) if says else Markup()]
    guest = request.args.get("answered", "")
    if guest in mail.recipients:
        note = Markup('<section class="done" role="status">{} has answered.</section>')
        content.insert(0, note.format(guest))
    if says and says.method == "REQUEST":
        content += [reply(world, address) for address in mail.recipients]
    back = Markup('<p><a href="/console/mail">Back to the mail log</a></p>')
    # The count of those not opened has changed.
    nav = navigation(world, "/console/mail")
    return page(mail.subject or "(no subject)", *content, back, nav=nav)


def head(world: World, mail: Mail) -> Markup:
    rows = (
        (
            "What",
            Markup('<span class="pill {}">{}</span>').format(PILLS[mail.kind], KINDS[mail.kind]),
        ),
        ("From", f"{mail.sender} ({PROVIDERS[mail.provider]})"),
        ("To", Markup(", ").join(mailbox(world, address) for address in mail.recipients)),
        ("Sent", f"{mail.at:%a %-d %b %Y %H:%M:%S} UTC"),
        ("Comment", mail.comment or "–"),
        ("Caused by", mail.caused_by or "–"),
        ("UID", Markup("<code>{}</code>").format(mail.uid)),
    )
    return Markup("<section>{}</section>").format(terms(rows))


def terms(rows: Iterable[tuple[str, object]]) -> Markup:
    line = Markup("<dt>{}</dt><dd>{}</dd>")
    return Markup("<dl>{}</dl>").format(Markup().join(line.format(*row) for row in rows))


def mailbox(world: World, address: str) -> Markup:
    """The address, as a link if it is somebody's here."""
    owner = world.people.by_address(address)
    if owner is None:
        return Markup("{} (outside)").format(address)
    return Markup('<a href="/console/{}/{}">{}</a>').format(owner[0].key, owner[1], address)


def letter(world: World, says: Invitation) -> Markup:
    rows = [
        ("Event", says.summary or "(no title)"),
        ("When", period(says)),
        ("Repeats", "\n".join(says.recurrence)),
        ("Where", says.location),
        ("Organizer", mailbox(world, says.organizer[0])),
        ("Description", says.description),
    ]
    guests = guest_list(
        (each.name or each.address, READ_ANSWERS[each.partstat], each.comment)
        for each in says.attendees
    )
    shown = terms(row for row in rows if row[1])
    return Markup("<section><h2>It says</h2>{}{}</section>").format(shown, guests)


def period(says: Invitation) -> str:
    start, end = says.start, says.end
    if isinstance(start, datetime) and isinstance(end, datetime):
        zone = ZoneInfo(says.time_zone)
        start, end = start.astimezone(zone), end.astimezone(zone)
        ending = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%a %-d %b %H:%M}"
        return f"{start:%a %-d %b %Y %H:%M} – {ending} ({says.time_zone})"
    last = end - timedelta(days=1)
    return f"{start:%a %-d %b %Y}" + (f" – {last:%a %-d %b %Y}" if last > start else ", all day")


def reply(world: World, address: str) -> Markup:
    """Buttons for a guest who has no mailbox here."""
    return Markup() if world.people.by_address(address) else REPLY.format(guest=address)


def answer(world: World, mail: Mail, says: Invitation | None, request: Request) -> None:
    """Raises ValueError for who was not asked."""
    guest, verb = request.form.get("guest", ""), request.form.get("do", "")
    organizer = world.people.at(mail.provider, says.organizer[0]) if says else None
    if says is None or says.method != "REQUEST" or guest not in mail.recipients:
        raise ValueError("This mail asks nobody of that address for an answer.")
    if verb not in REPLIES or organizer is None:
        raise ValueError("This answer reaches nobody.")
    name = next((each.name for each in says.attendees if each.address == guest), "")
    comment = request.form.get("comment", "")
    row = Guest(guest, name, REPLIES[verb], comment=comment)
    letter = replace(says, method="REPLY", attendees=(row,), recipients=(says.organizer[0],))
    world.providers[mail.provider].receive(organizer, letter)
