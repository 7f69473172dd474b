"""Content lines and components of iCalendar text (RFC 5545 §3.1, §3.6). Pure.

The library takes lines apart. Components are put together here: its own reader gives up a whole
file for one bad line, and keeps the time zones of one file for the next.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from icalendar.parser import Contentline, Contentlines
from icalendar.parser.property import unescape_backslash
from icalendar.prop import vText

from .equivalence import plain_text

_CONTENT_LINE = re.compile(r"[A-Za-z0-9-]+[ \t]*[;:]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd") | {
    0xDC00 + byte: chr(byte) for byte in range(0x80, 0x100)
}
"""Bytes of Latin-1 that were read as UTF-8 with `surrogateescape`; other halves mean nothing."""

_BACKSLASH = "\ufdd0"
"""Stands in for a backslash among parameters: there it escapes nothing (§3.2), and the library
takes it for an escape."""

_WHOLE = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"})
"""Components that lie in none but VCALENDAR."""

_DEEPEST = 9
"""Components in components; nothing real has more than three."""

_BODY = re.compile(r"<body\b", re.IGNORECASE)
_BODY_END = re.compile(r"</body>|\Z", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h[1-6])>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One unfolded line; `name` in upper case, `value` as it stands, `text` all of it."""

    name: str
    parameters: Mapping[str, str]
    value: str
    text: str

    def parameter(self, name: str) -> str:
        return self.parameters.get(name, "")


@dataclass(slots=True)
class Component:
    """What stands between BEGIN and END; `ended` tells whether its END was found."""

    name: str
    lines: list[Line] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)
    ended: bool = False

    def all(self, name: str) -> Iterator[Line]:
        return (line for line in self.lines if line.name == name)

    def line(self, name: str) -> Line | None:
        return next(self.all(name), None)

    def value(self, name: str) -> str:
        """The value as it stands, trimmed; empty if there is none."""
        line = self.line(name)
        return line.value.strip() if line else ""

    def text(self, name: str) -> str:
        """The value of a TEXT property (§3.3.11)."""
        line = self.line(name)
        return unescaped(line.value) if line else ""


def components_of(text: str) -> list[Component]:
    """What lies at the top of the text, each with all that lies in it. Reads anything."""
    root = Component("")
    stack = [root]
    for line in filter(None, map(line_of, _whole_lines(text))):
        value = line.value.strip().upper()
        if line.name == "BEGIN":
            if value in _WHOLE:
                _close_to(stack, "VCALENDAR")
            elif value == "VCALENDAR":
                del stack[1:]
            if len(stack) < _DEEPEST:
                stack.append(Component(value))
                stack[-2].parts.append(stack[-1])
        elif line.name != "END":
            stack[-1].lines.append(line)
        elif any(part.name == value for part in stack[1:]):
            _close_to(stack, value)
            stack.pop().ended = True
    return root.parts


def _close_to(stack: list[Component], name: str) -> None:
    """Leave what was not ended inside the innermost component of that name, if there is one."""
    places = [place for place, part in enumerate(stack) if part.name == name]
    del stack[(places[-1] if places else len(stack)) + 1 :]


def _whole_lines(text: str) -> Iterator[str]:
    whole = ""
    for part in unfolded(cleaned(text).lstrip("\ufeff")):
        if _CONTENT_LINE.match(part):
            yield whole
            whole = part
        else:
            # a line that is none goes on with the one before: a break somebody did not escape
            whole += f"\\n{part}"
    yield whole


def unfolded(text: str) -> list[str]:
    """The lines that are not empty."""
    lines = Contentlines.from_ical(text)  # type: ignore[no-untyped-call]
    return [str(line) for line in lines if line]


def cleaned(text: str) -> str:
    """Without the control characters that §3.1 forbids, and with breaks of one kind."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_SURROGATES)
    return _CONTROLS.sub("", text)


def line_of(text: str) -> Line | None:
    """An unfolded line; None for what is no content line."""
    for spelling in (text.replace("\\", _BACKSLASH), text):  # CN=Doe\; Ann is none by the book
        try:
            name, parameters, value = Contentline(spelling).raw_parts()
        except ValueError:
            continue
        given = {
            key.upper(): (each if isinstance(each, str) else ",".join(each)).replace(
                _BACKSLASH, "\\"
            )
            for key, each in parameters.items()
        }
        return Line(name.upper(), given, text[len(text) - len(value) :], text)
    return None


def escaped(text: str) -> str:
    """A TEXT value (§3.3.11)."""
    # piece by piece, since the library takes the text `C:\New` for one with a break in it
    return r"\\".join(vText(part).to_ical().decode() for part in cleaned(text).split("\\"))


def unescaped(value: str) -> str:
    return str(unescape_backslash(value))


def fragment_of(text: str) -> str:
    """Plain text as an HTML fragment."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def body_of(document: str) -> str:
    """The fragment in an HTML document; a fragment is its own."""
    found = _BODY.search(document)
    start = document.find(">", found.end()) + 1 if found else 0
    return _BODY_END.split(document[start:], maxsplit=1)[0].strip() if start else document


def text_of_fragment(fragment: str) -> str:
    """An HTML fragment as plain text, line by line. Inverse of `fragment_of`."""
    text = html.unescape(fragment.replace("<br>", "\n"))
    if fragment_of(text) == fragment:
        return text
    return "\n".join(plain_text(part) for part in _BREAK.split(fragment)).strip()
