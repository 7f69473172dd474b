"""Web hooks: what was sent and how it fared, what waits, and what shall go wrong."""

from markupsafe import Markup
from werkzeug.utils import redirect

from calendar_sandbox.core.deliveries import Delivery, Notification
from calendar_sandbox.core.http import Request, Response
from calendar_sandbox.core.pages import page, select, table
from calendar_sandbox.core.people import ProviderName
from calendar_sandbox.core.world import World

from .breakage import number
from .navigation import PROVIDERS
from .requests import block, hushed, indented

SHOWN = 200
SECRET_HEADERS = ("x-goog-channel-token",)
PILLS = {"accepted": "good", "postponed": "warn", "given up": "bad", "refused": "bad"}
TROUBLE = Markup("""
<form method="post" class="card"><h2>What goes wrong with the next ones</h2><div class="row">
<label>At {provider}</label>
<label>Late by seconds <input type="number" name="delay" value="0" min="0"></label>
<label>Lost <input type="number" name="drop" value="0" min="0"></label>
<label>Twice <input type="number" name="duplicate" value="0" min="0"></label>
<label>In reverse order <input type="number" name="reorder" value="0" min="0"></label>
<button class="main" name="do" value="trouble">Arm</button>
<button name="do" value="heal">Heal all</button></div></form>
""")
SEND = Markup("""
<form method="post"><p><button name="do" value="deliver">Send what is due</button></p></form>
""")
SENT = Markup("<details><summary>{}</summary>{}{}</details>")


def deliveries_page(world: World, request: Request, nav: Markup) -> Response:
    if request.method == "POST":
        carry_out(world, request)
        response: Response = redirect(request.path, 303, Response)
        return response
    waiting = [*world.deliveries.queue, *world.deliveries.held]
    due = ("Due (UTC)", "Vendor", "What", "Address", "Attempt")
    queue = Markup("<section><h2>Waiting ({})</h2>{}{}</section>").format(
        len(waiting), table(due, map(waiting_row, waiting)), SEND if waiting else ""
    )
    heads = ("At (UTC)", "Vendor", "What", "Outcome", "Status", "Attempt")
    newest = list(reversed(world.deliveries.log))[:SHOWN]
    log = Markup("<section><h2>Sent ({})</h2>{}</section>").format(
        len(world.deliveries.log), table(heads, map(row, newest))
    )
    trouble = TROUBLE.format(provider=select("provider", PROVIDERS))
    return page("Web hooks", queue, log, trouble, nav=nav)


def carry_out(world: World, request: Request) -> None:
    """Raises ValueError for what is no number."""
    form, deliveries = request.form, world.deliveries
    if form.get("do") == "deliver":
        with world.dispatcher.unlocked():
            world.deliver()
    elif form.get("do") == "heal":
        deliveries.heal()
    elif form.get("do") == "trouble":
        at: ProviderName = "google" if form.get("provider") == "google" else "outlook"
        wanted = {
            name: int(number(form.get(name) or "0", words, 0, 86_400))
            for name, words in (
                ("delay", "delay"),
                ("drop", "number of lost ones"),
                ("duplicate", "number of doubled ones"),
                ("reorder", "number of reversed ones"),
            )
        }
        deliveries.delay(at, wanted["delay"])
        deliveries.drop(at, wanted["drop"])
        deliveries.duplicate(at, wanted["duplicate"])
        deliveries.reorder(at, wanted["reorder"])


def waiting_row(row: Notification) -> tuple[object, ...]:
    due = f"{row.due:%d %b %H:%M:%S}"
    return due, PROVIDERS[row.provider], row.about, hushed(row.url), row.attempt


def row(sent: Delivery) -> tuple[object, ...]:
    headers = "\n".join(
        f"{name}: {'(redacted)' if name.lower() in SECRET_HEADERS else hushed(text)}"
        for name, text in sent.headers.items()
    )
    body = hushed(indented(sent.body.decode("utf-8", "replace")))
    address = Markup("<small>{} · {}</small>").format(hushed(sent.url), sent.hook)
    return (
        f"{sent.at:%d %b %H:%M:%S}",
        PROVIDERS[sent.provider],
        SENT.format(sent.about, address, block(headers) + block(body)),
        Markup('<span class="pill {}">{}</span>').format(PILLS.get(sent.outcome, ""), sent.outcome),
        sent.status or "–",
        sent.attempt,
    )
