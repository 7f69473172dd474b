"""The form of an event and the box for a guest's answer, as both calendars show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from calendar_sandbox.core.pages import select

from .repeat import Repeat

Fields = Mapping[str, str]
Form = MultiDict[str, str]

FORM = Markup("""
<form method="post"><input type="hidden" name="event" value="{event}">
<label>Title <input class="wide" name="{title_name}" value="{title}"{focus}></label>
<div class="pair">
<label>Start <input type="datetime-local" name="start" value="{start}" required></label>
<label>End <input type="datetime-local" name="end" value="{end}" required></label>
<label class="box"><input type="checkbox" name="all_day"{all_day}> All day</label></div>
<label>Location <input class="wide" name="location" value="{location}"></label>
<label>Guests, separated by commas <input class="wide" name="guests" value="{guests}"></label>
<label>Description <textarea name="{text_name}" rows="3">{text}</textarea></label>
{repeat}<div class="pair">{extras}</div>{scope}{note}
<div class="row actions">{send}<button class="main" name="do" value="{verb}">{save}</button>
{delete}{moves}</div></form>
""")
SCOPES = {"this": "This event", "following": "This and following events", "all": "All events"}
SCOPE = Markup("<fieldset><legend>Save, move or delete</legend>{}</fieldset>")
SCOPE_CHOICE = Markup(
    '<label class="box"><input type="radio" name="scope" value="{}"{}> {}</label>'
)
DELETE = Markup('<button class="danger" name="do" value="delete">Delete</button>')
STEPS = {
    "move:-1440": ("−1 day", timedelta(days=-1)),
    "move:-60": ("−1 h", timedelta(hours=-1)),
    "move:60": ("+1 h", timedelta(hours=1)),
    "move:1440": ("+1 day", timedelta(days=1)),
}
MOVES = Markup('<span class="row middle"><span class="muted">Move</span>{}</span>')
ANSWER = Markup("""
<form method="post" class="answer" aria-label="Answer">
<input type="hidden" name="event" value="{event}">
<p class="row middle"><b>Coming?</b> {buttons}</p>
<label>Comment <textarea name="comment" rows="2">{comment}</textarea></label>
<div class="pair">{more}</div></form>
""")
ANSWER_BUTTON = Markup('<button name="do" value="{}" aria-pressed="{}">{}</button>')
GUEST = Markup("<li><span>{}</span> {}{}</li>")
TICK = Markup('<label class="box"><input type="checkbox" name="{}"{}> {}</label>')
CHECKED, EMPTY = Markup(" checked"), Markup()
PILLS = {"accepted": "good", "declined": "bad", "tentative": "warn", "no answer": ""}


@dataclass(frozen=True)
class EventForm:
    """`fields` as the browser would send them; a box that is not ticked is missing."""

    fields: Fields
    title_name: str
    text_name: str
    event: str = ""
    """Id; empty for a new event."""
    repeat: Markup = EMPTY
    extras: Iterable[Markup] = field(default_factory=tuple)
    of_series: bool = False
    """A date of a series: a scope is asked for."""
    movable: bool = True
    send: Markup = EMPTY
    note: str = ""

    def html(self) -> Markup:
        fields, known = self.fields, bool(self.event)
        return FORM.format(
            event=self.event,
            title_name=self.title_name,
            title=fields[self.title_name],
            focus=Markup("") if known else Markup(" autofocus"),
            start=fields["start"],
            end=fields["end"],
            all_day=CHECKED if "all_day" in fields else "",
            location=fields["location"],
            guests=fields["guests"],
            text_name=self.text_name,
            text=fields[self.text_name],
            repeat=self.repeat,
            extras=Markup("\n").join(self.extras),
            scope=scope_question() if self.of_series else "",
            send=self.send,
            verb="edit" if known else "create",
            save="Save" if known else "Create",
            delete=DELETE if known else "",
            moves=moves() if known and self.movable else "",
            note=Markup('<p class="muted">{}</p>').format(self.note) if self.note else "",
        )


def as_typed(fields: Fields, typed: Form | None) -> dict[str, str]:
    """The fields of a form, or what was in it when it was refused."""
    if typed is None or "start" not in typed:
        return dict(fields)
    boxes = {"all_day", "private", "free"}
    kept = {name: text for name, text in fields.items() if name not in boxes}
    return kept | {name: text for name, text in typed.items() if name in {*fields, *boxes}}


def repeat_typed(repeat: Repeat, typed: Form | None) -> Repeat:
    if typed is None:
        return repeat
    try:
        return Repeat.read(typed, typed.getlist("weekday"), date.min) or repeat
    except ValueError:
        return repeat


def scope_question() -> Markup:
    choices = (
        SCOPE_CHOICE.format(value, CHECKED if value == "this" else "", words)
        for value, words in SCOPES.items()
    )
    return SCOPE.format(Markup().join(choices))


def moves() -> Markup:
    button = Markup('<button name="do" value="{}">{}</button>')
    return MOVES.format(Markup(" ").join(button.format(v, w) for v, (w, _) in STEPS.items()))


def labelled(words: str, choice: Markup) -> Markup:
    return Markup("<label>{} {}</label>").format(words, choice)


def choice(words: str, name: str, choices: Mapping[str, str], chosen: str) -> Markup:
    """A labelled select; what is chosen is offered even if it is none of the usual."""
    return labelled(words, select(name, {chosen: chosen, **choices}, chosen))


def answer_box(
    event: str, choices: Mapping[Any, str], given: str, comment: str, more: Iterable[Markup]
) -> Markup:
    buttons = Markup(" ").join(
        ANSWER_BUTTON.format(value, "true" if value == given else "false", words)
        for value, words in choices.items()
    )
    return ANSWER.format(
        event=event, buttons=buttons, comment=comment, more=Markup("\n").join(more)
    )


def pill(answer: str) -> Markup:
    return Markup('<span class="pill {}">{}</span>').format(PILLS.get(answer, ""), answer)


def guest_list(rows: Iterable[tuple[str, str, str]]) -> Markup:
    """Rows: who, answer, comment."""
    items = [
        GUEST.format(who, pill(answer), Markup(" <small>“{}”</small>").format(said) if said else "")
        for who, answer, said in rows
    ]
    if not items:
        return Markup('<p class="muted">No guests.</p>')
    return Markup('<ul class="guests">{}</ul>').format(Markup().join(items))


def listed(text: str) -> list[str]:
    """What a person typed with commas, semicolons or line breaks between."""
    parts = text.replace(";", ",").replace("\n", ",").split(",")
    return [part.strip() for part in parts if part.strip()]
