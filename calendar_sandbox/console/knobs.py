"""The switches: found by word, marked if turned, put back one by one or all."""

from markupsafe import Markup
from werkzeug.utils import redirect

from calendar_sandbox.core.http import Request, Response
from calendar_sandbox.core.knobs import Knob, Value
from calendar_sandbox.core.pages import page, select
from calendar_sandbox.core.world import World

from .navigation import is_turned

HEAD = Markup("""
<section><p class="muted">What the vendors' documents leave unsure, and limits that tests want
near. Each has the default the contract names.</p>
<form class="row" role="search"><label>Containing <input name="q" value="{words}"></label>
<label class="box"><input type="checkbox" name="turned"{turned}> Changed only</label>
<button>Filter</button></form>
<form method="post"><p class="row middle"><span>{count} changed from the default.</span>
<button name="do" value="reset">Put all back</button></p></form></section>
""")
TABLE = Markup(
    "<section><table><thead><tr><th>Knob</th><th>Contract</th><th>Value</th></tr></thead>"
    "<tbody>{}</tbody></table></section>"
)
ROW = Markup("""
<tr{mark} id="{name}"><td><code>{name}</code>{changed}<br><small>{about}</small></td>
<td>{section}</td><td><form method="post" class="row"><input type="hidden" name="name"
value="{name}">{field}<button name="do" value="turn">Turn</button>{back}</form></td></tr>
""")
CHANGED = Markup(' <span class="pill warn">changed; default {}</span>')
BACK = Markup('<button name="do" value="default">Default</button>')


def knobs_page(world: World, request: Request, nav: Markup) -> Response:
    knobs = world.knobs
    if request.method == "POST":
        turn(world, request)
        response: Response = redirect(request.full_path.rstrip("?"), 303, Response)
        return response
    words, only = request.args.get("q", "").casefold(), "turned" in request.args
    found = [
        knob
        for knob in knobs.declared.values()
        if words in f"{knob.name} {knob.about} {knob.section}".casefold()
        and (is_turned(world, knob.name) or not only)
    ]
    head = HEAD.format(
        words=request.args.get("q", ""),
        turned=Markup(" checked") if only else "",
        count=sum(is_turned(world, name) for name in knobs.declared),
    )
    rows = Markup().join(row(knob, knobs[knob.name]) for knob in found)
    empty = Markup('<section><p class="empty">No knob is like that.</p></section>')
    return page("Knobs", head, TABLE.format(rows) if rows else empty, nav=nav)


def turn(world: World, request: Request) -> None:
    """Raises ValueError for what is no knob or none of its values."""
    form, knobs = request.form, world.knobs
    names = list(knobs.declared) if form.get("do") == "reset" else [form.get("name", "")]
    for name in names:
        if name not in knobs.declared:
            raise ValueError("There is no such knob.")
        knob = knobs.declared[name]
        back = form.get("do") in {"reset", "default"}
        knobs[name] = knob.default if back else typed(knob, form.get("value", ""))


def row(knob: Knob, value: Value) -> Markup:
    turned = value != knob.default
    return ROW.format(
        mark=Markup(' class="changed"') if turned else "",
        name=knob.name,
        changed=CHANGED.format(knob.default) if turned else "",
        about=knob.about,
        section=f"§ {knob.section}" if knob.section else "–",
        field=field(knob, value),
        back=BACK if turned else "",
    )


def field(knob: Knob, value: Value) -> Markup:
    """Named after the knob, for those who do not see the table."""
    choices = (True, False) if isinstance(knob.default, bool) else knob.choices
    if choices:
        shown = {str(each): str(each) or "(empty)" for each in choices}
        return select("value", shown, str(value), label=knob.name)
    return Markup('<input name="value" value="{}" size="8" aria-label="{}">').format(
        value, knob.name
    )


def typed(knob: Knob, text: str) -> Value:
    """Raises ValueError for what is no value of the knob."""
    if isinstance(knob.default, bool):
        return text == "True"
    if isinstance(knob.default, int):
        if not text.lstrip("-").isdecimal() or len(text) > 12:
            raise ValueError(f"{knob.name} is a whole number.")
        return int(text)
    return text
