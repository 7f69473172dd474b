"""Plain HTML of the console and of the sign-in pages; nobody shall take it for the real thing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup
from werkzeug.wrappers import Response

from .people import Person, ProviderName

STYLE = Markup(Path(__file__).with_name("style.css").read_text("utf-8"))  # noqa: S704 - our own

PAGE = Markup("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} – Sandbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>{style}</style></head>
<body><a class="skip" href="#content">Skip to the content</a>
<div class="band">Sandbox: not the real Google/Microsoft</div>{nav}
<main id="content" class="{shape}"><h1>{title}</h1>
{content}
</main></body></html>
""")


def page(
    title: str,
    *content: Markup,
    nav: Markup | None = None,
    narrow: bool = False,
    wide: bool = False,
    status: int = 200,
) -> Response:
    text = PAGE.format(
        title=title,
        style=STYLE,
        nav=nav or Markup(),
        shape="narrow" if narrow else "wide" if wide else "",
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
        return Markup('<p class="empty">Nothing yet.</p>')
    return Markup("<table><thead>{}</thead><tbody>\n{}\n</tbody></table>").format(head, body)


def row(cell: Markup, values: Iterable[object]) -> Markup:
    return Markup("<tr>{}</tr>").format(Markup().join(cell.format(value) for value in values))


def select(name: str, choices: Mapping[Any, str], chosen: str = "", *, label: str = "") -> Markup:
    """A choice of values and their words; `label` for those who see no label beside it."""
    option = Markup('<option value="{}"{}>{}</option>')
    mark = Markup(" selected")
    named = Markup(' aria-label="{}"').format(label) if label else ""
    return Markup('<select name="{}"{}>{}</select>').format(
        name,
        named,
        Markup().join(
            option.format(value, mark if value == chosen else "", words)
            for value, words in choices.items()
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
