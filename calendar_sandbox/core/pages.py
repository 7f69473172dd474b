"""Plain HTML of the console and of the sign-in pages; nobody shall take it for the real thing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from werkzeug.wrappers import Response

from .people import Person, ProviderName

STYLE = Markup("""
* { box-sizing: border-box }
body { margin: 0; font: 15px/1.45 system-ui, sans-serif; color: #22303c; background: #f4f7fa }
.band { padding: .35rem 1rem; font-weight: 600; color: #222; background:
  repeating-linear-gradient(135deg, #ffd84d 0 18px, #ffe994 18px 36px);
  border-bottom: 2px solid #222 }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; align-items: center; padding: .6rem 1rem;
  background: #fff; border-bottom: 1px solid #cdd8e1 }
nav b { margin-right: .6rem } nav form { margin-left: auto }
main { max-width: 76rem; margin: 0 auto; padding: 1rem } main.narrow { max-width: 30rem }
h1 { font-size: 1.35rem; margin: .4rem 0 1rem } h2 { font-size: 1.05rem; margin: 1.4rem 0 .5rem }
a { color: #28577d }
section, .card { background: #fff; border: 1px solid #cdd8e1; border-radius: 6px; padding: 1rem;
  margin-bottom: 1rem }
table { border-collapse: collapse; width: 100%; font-size: 14px }
th, td { text-align: left; padding: .35rem .5rem; border-bottom: 1px solid #e3eaf0;
  vertical-align: top; overflow-wrap: anywhere }
th { color: #52697b; font-weight: 600; white-space: nowrap } td { min-width: 5.2rem }
section > :first-child, .card > :first-child { margin-top: 0 }
section > :last-child, .card > :last-child { margin-bottom: 0 }
fieldset { min-width: 0; margin: 0 0 .8rem; border: 1px solid #cdd8e1; border-radius: 4px }
small { overflow-wrap: anywhere } input[type=number] { width: 5.5rem }
label { display: block; margin: .4rem 0 }
label.box { display: flex; gap: .5rem; align-items: start }
input:not([type=checkbox], [type=radio]), select, textarea { font: inherit; padding: .3rem .45rem;
  border: 1px solid #9fb1c0; border-radius: 4px; background: #fff; max-width: 100% }
input.wide, textarea { width: 100% }
button { font: inherit; padding: .32rem .8rem; border: 1px solid #5d7f9b; border-radius: 4px;
  background: #dfe9f1; color: #1d3a52; cursor: pointer }
button.main { background: #37658b; color: #fff }
button.danger { border-color: #a33; color: #a33; background: #fff }
:focus-visible { outline: 3px solid #f0a400; outline-offset: 1px }
.row { display: flex; flex-wrap: wrap; gap: .5rem .8rem; align-items: end }
.row label { margin: 0 }
.muted { color: #52697b }
.error { border-color: #a33; background: #fdf1f1 } .big { font-size: 1.6rem }
.week { display: grid; grid-template-columns: repeat(7, minmax(0, 1fr)); gap: .4rem }
.day { background: #fff; border: 1px solid #cdd8e1; border-radius: 6px; padding: .4rem;
  min-height: 8rem }
.day h3 { font-size: .85rem; margin: 0 0 .4rem; color: #52697b } .day.today h3 { color: #b06f00 }
.event { display: block; padding: .25rem .4rem; margin-bottom: .3rem; border-radius: 4px;
  background: #e3ecf4; color: inherit; text-decoration: none; font-size: 13px;
  overflow-wrap: anywhere }
.event.declined, .event.cancelled { text-decoration: line-through; opacity: .65 }
@media (max-width: 760px) { .week { grid-template-columns: 1fr } .day { min-height: 0 } }
""")

PAGE = Markup("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} – Sandbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>{style}</style></head>
<body><div class="band">Sandbox: not the real Google/Microsoft</div>{nav}
<main class="{shape}"><h1>{title}</h1>
{content}
</main></body></html>
""")


def page(
    title: str, *content: Markup, nav: Markup | None = None, narrow: bool = False, status: int = 200
) -> Response:
    text = PAGE.format(
        title=title,
        style=STYLE,
        nav=nav or Markup(),
        shape="narrow" if narrow else "",
        content=Markup("\n").join(content),
    )
    response = Response(text, status=status, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response


def hidden(fields: Iterable[tuple[str, str]]) -> Markup:
    return Markup().join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
        for name, value in fields
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """Rows under their heads; a sentence where there are none."""
    head = row(Markup("<th>{}</th>"), heads)
    body = Markup("\n").join(row(Markup("<td>{}</td>"), cells) for cells in rows)
    if not body:
        return Markup('<p class="muted">Nothing yet.</p>')
    return Markup("<table><thead>{}</thead><tbody>\n{}\n</tbody></table>").format(head, body)


def row(cell: Markup, values: Iterable[object]) -> Markup:
    return Markup("<tr>{}</tr>").format(Markup().join(cell.format(value) for value in values))


def select(name: str, choices: Mapping[Any, str], chosen: str = "") -> Markup:
    """A choice of values and their labels."""
    option = Markup('<option value="{}"{}>{}</option>')
    mark = Markup(" selected")
    return Markup('<select name="{}">{}</select>').format(
        name,
        Markup().join(
            option.format(value, mark if value == chosen else "", label)
            for value, label in choices.items()
        ),
    )


@dataclass(frozen=True)
class SignIn:
    """What a sign-in page asks: who, and which permissions."""

    provider: ProviderName
    client_id: str
    people: tuple[Person, ...]
    preselected: str
    """Key of the person suggested."""
    scopes: tuple[tuple[str, str], ...]
    """Scope and its words."""
    ticks: bool
    """Whether each permission has a box of its own."""
    fields: tuple[tuple[str, str], ...]
    """The request, sent along unseen."""


SIGN_IN = Markup("""
<form method="post" class="card">{fields}
<p>The application <b>{client}</b> wants to use your <b>{provider}</b> account.</p>
<fieldset><legend>Continue as</legend>{people}</fieldset>
<fieldset><legend>It asks for</legend>{scopes}</fieldset>
<p class="row"><button class="main" name="answer" value="allow">Allow</button>
<button name="answer" value="deny" formnovalidate>Deny</button></p></form>
""")
WHO = Markup(
    '<label class="box"><input type="radio" name="person" value="{}" required{}>'
    "<span>{}<br><small class=muted>{}</small></span></label>"
)
TICK = Markup(
    '<label class="box"><input type="checkbox" name="granted" value="{}" checked>'
    "<span>{}<br><small class=muted>{}</small></span></label>"
)
LINE = Markup("<p>{}<br><small class=muted>{}</small></p>")


def sign_in_page(ask: SignIn) -> Response:
    """A form that posts to its own address: `person`, `granted` (repeated), `answer`."""
    people = Markup().join(
        WHO.format(
            person.key,
            Markup(" checked") if person.key == ask.preselected else "",
            person.name,
            person.address(ask.provider),
        )
        for person in ask.people
    )
    scopes = Markup().join(
        TICK.format(scope, words, scope) if ask.ticks else LINE.format(words, scope)
        for scope, words in ask.scopes
    )
    name = "Google" if ask.provider == "google" else "Microsoft"
    content = SIGN_IN.format(
        fields=hidden(ask.fields),
        client=ask.client_id,
        provider=name,
        people=people or Markup("<p>Nobody in this world has such an account.</p>"),
        scopes=scopes or Markup("<p>Nothing but who you are.</p>"),
    )
    return page(f"Sign in with {name}", content, narrow=True)


def refusal_page(title: str, explanation: str, status: int) -> Response:
    """A provider's own error page: the browser never goes back to the application."""
    text = Markup('<section class="error"><p>{}</p></section>').format(explanation)
    return page(title, text, narrow=True, status=status)
