"""The journal of requests: a list that can be narrowed, and one exchange with its bodies."""

import json
import re

from markupsafe import Markup
from werkzeug.utils import redirect

from calendar_sandbox.core.http import Request, Response
from calendar_sandbox.core.journal import ANSWERS_KEPT, LONGEST_ANSWER, SECRET_FIELDS, Entry
from calendar_sandbox.core.pages import page, select, table
from calendar_sandbox.core.world import World

from .inbox import terms

SHOWN = 300
LONGEST = 16_384
VENDORS = {
    "": "both",
    "/google/": "Google",
    "/graph/": "Microsoft Graph",
    "/microsoft/": "Microsoft sign-in",
}
STATUSES = {"": "any", "2": "2xx", "3": "3xx", "4": "4xx", "5": "5xx", "0": "broken"}
HEAD = Markup("""
<section><p class="big">Requests: {count}</p>
<form class="row" role="search"><label>Containing <input name="q" value="{words}"></label>
<label>For {person}</label><label>At {vendor}</label><label>Status {status}</label>
<button>Filter</button></form>
<form method="post"><p><button name="do" value="clear">Clear</button></p></form></section>
""")
SECRETS = SECRET_FIELDS | {"access_token", "id_token", "clientState", "client_state"}
NAMED = "|".join(sorted(SECRETS))
IN_JSON = re.compile(rf'("(?:{NAMED})"\s*:\s*)"(?:[^"\\]|\\.)*("|$)')
IN_FORM = re.compile(rf"(?<![\w-])((?:{NAMED})=)[^&\s\"<]+")
IN_HTML = re.compile(rf'(name="(?:{NAMED})" value=)"[^"]*("|$)')
BEARER = re.compile(r"(Bearer )[\w.~+/=-]+")


def requests_page(world: World, request: Request, nav: Markup) -> Response:
    if request.method == "POST":
        world.journal.clear()
        response: Response = redirect(request.path, 303, Response)
        return response
    args = request.args
    words, person = args.get("q", ""), args.get("person", "")
    vendor, status = args.get("vendor", ""), args.get("status", "")
    found = [
        entry
        for entry in reversed(world.journal.entries(vendor, person=person or None, parts=True))
        if words in f"{entry.method} {address(entry)} {entry.status} {entry.person}"
        and str(entry.status).startswith(status)
    ]
    people = {"": "anybody"} | {each.key: each.name for each in world.people}
    top = HEAD.format(
        count=len(world.journal.entries()),
        words=words,
        person=select("person", people, person),
        vendor=select("vendor", VENDORS, vendor),
        status=select("status", STATUSES, status),
    )
    heads = ("At (UTC)", "For", "Method", "Path", "Status", "Fault")
    rows = table(heads, [row(entry) for entry in found[:SHOWN]])
    left = len(found) - SHOWN
    more = Markup('<p class="muted">And {} older ones.</p>').format(left) if left > 0 else ""
    return page("Requests", top, Markup("<section>{}{}</section>").format(rows, more), nav=nav)


def row(entry: Entry) -> tuple[object, ...]:
    link = Markup('<a href="/console/requests/{}">{}</a>')
    return (
        f"{entry.at:%d %b %H:%M:%S}",
        entry.person or "",
        "in batch: " * entry.part + entry.method,
        link.format(entry.number, address(entry)),
        pill(entry.status),
        entry.fault,
    )


def pill(status: int) -> Markup:
    colours = {0: "bad", 2: "good", 3: "info", 4: "warn", 5: "bad"}
    return Markup('<span class="pill {}">{}</span>').format(
        colours.get(status // 100, ""), status or "broken"
    )


def address(entry: Entry) -> str:
    return hushed(entry.path + (f"?{entry.query}" if entry.query else ""))


def exchange_page(world: World, number: int, _request: Request, nav: Markup) -> Response:
    try:
        entry, kind, answer = world.journal.exchange(number)
    except KeyError:
        text = Markup('<section><p class="empty">The journal was cleared since.</p></section>')
        return page("There is no such request", text, nav=nav, status=404)
    facts = (
        ("At", f"{entry.at:%a %-d %b %Y %H:%M:%S.%f} UTC"),
        ("For", entry.person or "nobody known"),
        ("Fault", entry.fault or "none"),
        ("Batch", "a part of one" if entry.part else "no"),
        ("Status", pill(entry.status)),
    )
    head = Markup("<section>{}</section>").format(terms(facts))
    headers = "\n".join(f"{name}: {hushed(value)}" for name, value in entry.headers.items())
    missing = f"Not kept: only the last {ANSWERS_KEPT} answers are." if entry.status else "None."
    asked = Markup("<section><h2>Request</h2><p><code>{} {}</code></p>{}{}</section>").format(
        entry.method, address(entry), block(headers), body(entry.body, "")
    )
    answered = Markup("<section><h2>Answer</h2><p>{}</p>{}</section>").format(
        pill(entry.status), body(answer, kind) if answer or kind else missing
    )
    back = Markup('<p><a href="/console/requests">Back to the requests</a></p>')
    return page(f"Request {number}", head, asked, answered, back, nav=nav)


def block(text: str) -> Markup:
    return Markup("<pre>{}</pre>").format(text) if text else Markup()


def body(data: bytes, kind: str) -> Markup:
    if not data:
        return Markup('<p class="muted">No body.</p>')
    text = data[:LONGEST].decode("utf-8", "replace")
    if "html" not in kind:
        text = indented(text)
    cut = len(data) >= min(LONGEST, LONGEST_ANSWER)
    return block(hushed(text) + ("\n… (cut)" if cut else ""))


def indented(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def hushed(text: str) -> str:
    """Without tokens, codes and secrets."""
    for pattern in (IN_JSON, IN_HTML):
        text = pattern.sub(r'\1"(redacted)"', text)
    text = IN_FORM.sub(r"\1(redacted)", text)
    return BEARER.sub(r"\1(redacted)", text)
