"""Faults and the clock."""

from datetime import UTC, timedelta

from markupsafe import Markup

from calendar_sandbox.core.faults import KINDS, WITH_RETRY_AFTER
from calendar_sandbox.core.http import Request, Response
from calendar_sandbox.core.pages import page, select, table
from calendar_sandbox.core.world import World

from .frame import read_moment
from .overview import here

ARM = Markup("""
<form method="post" class="card"><h2>Arm a fault</h2><div class="row">
<label>For the next <input type="number" name="count" value="1" min="-1"></label>
<label>requests of {person}</label>
<label>to <input name="route" value="*" size="34"></label>
<label>answer {kind}</label><label>{when}</label>
<label>Seconds <input type="number" name="seconds" value="0" step="0.5"></label>
<button class="main" name="do" value="arm">Arm</button>
<button name="do" value="clear">Disarm all</button></div>
<p class="muted">The route is a pattern over method and path, like
<code>POST /google/*/events</code> or <code>*/token</code>; -1 requests: until disarmed. Seconds are
how long <i>slow</i> waits, how far the clock jumps (back if negative), and what 403, 429 and 503
name in Retry-After: at 0 the header is missing.</p></form>
""")
WHEN = {"before": "before it takes effect", "after": "after it took effect"}
EXPLAINED = {
    "401": "401 access token refused",
    "403-rate": "403 too many requests",
    "404-empty": "404 without a body",
    "409": "409 conflict",
    "410": "410 sync state lost",
    "412": "412 although nothing was asked",
    "503-empty": "503 without a body",
    "quota": "mailbox or quota full",
    "html": "502 as HTML",
    "content-type": "JSON called plain text",
    "clock-jump": "clock jumps meanwhile",
    "reset": "connection broken",
    "slow": "slow",
    "truncated": "answer cut short",
}
STEPS = {"+1 min": 60, "+1 h": 3600, "+1 day": 86_400, "+90 days": 90 * 86_400}
CLOCK = Markup("""
<section><p class="big">World: {now} UTC{frozen}</p>
<form method="post" class="row">{steps}
<label>or at <input type="datetime-local" name="at" step="1"></label>
<button name="do" value="set">Set</button><button name="do" value="{turn}">{turned}</button>
</form></section>
""")


def faults_page(world: World, request: Request, nav: Markup) -> Response:
    if request.method == "POST":
        if request.form.get("do") == "clear":
            world.faults.clear()
        else:
            arm(world, request)
        return here(request)
    rows = [
        (fault.route, fault.person or "anybody", EXPLAINED.get(fault.kind, fault.kind),
         WHEN[fault.when], fault.count)
        for fault in world.faults.armed
        if fault.count
    ]  # fmt: skip
    people = {"": "anybody"} | {person.key: person.name for person in world.people}
    form = ARM.format(
        person=select("person", people),
        kind=select("kind", {kind: EXPLAINED.get(kind, kind) for kind in KINDS}, "503"),
        when=select("when", WHEN),
    )
    heads = ("Route", "For", "Fault", "When", "Still")
    armed = Markup("<section><h2>Armed</h2>{}</section>").format(table(heads, rows))
    return page("Faults", form, armed, nav=nav)


def arm(world: World, request: Request) -> None:
    """Raises ValueError for what the form does not offer."""
    form = request.form
    count = int(number(form.get("count") or "1", "number of requests", -1, 1_000_000))
    kind = next((kind for kind in KINDS if kind == form.get("kind")), None)
    if kind is None:
        raise ValueError("There is no such fault.")
    # Only the clock jumps back.
    least = -86_400 if kind == "clock-jump" else 0
    seconds = number(form.get("seconds") or "0", "seconds", least, 86_400)
    world.faults.arm(
        form.get("route") or "*",
        kind,
        when="after" if form.get("when") == "after" else "before",
        count=count,
        person=form.get("person") or None,
        retry_after=int(seconds) if seconds and kind in WITH_RETRY_AFTER else None,
        seconds=seconds,
    )


def number(text: str, what: str, low: int, high: int) -> float:
    """Raises ValueError."""
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"The {what} is a number.") from None
    if not low <= value <= high:
        raise ValueError(f"The {what} lies between {low} and {high}.")
    return value


def clock_page(world: World, request: Request, nav: Markup) -> Response:
    clock = world.clock
    if request.method == "POST":
        verb = request.form.get("do", "")
        if verb in STEPS:
            clock.advance(timedelta(seconds=STEPS[verb]))
        elif verb == "set":
            clock.set(read_moment(request.form.get("at", ""), "moment").replace(tzinfo=UTC))
        elif verb == "freeze":
            clock.freeze()
        elif verb == "run":
            clock.run()
        return here(request)
    button = Markup('<button name="do" value="{0}">{0}</button>')
    content = CLOCK.format(
        now=f"{clock.now():%a %d %b %Y %H:%M:%S}",
        frozen=", stopped" if clock.is_frozen else "",
        steps=Markup(" ").join(button.format(step) for step in STEPS),
        turn="run" if clock.is_frozen else "freeze",
        turned="Let it run" if clock.is_frozen else "Stop it",
    )
    return page("Clock", content, nav=nav)
