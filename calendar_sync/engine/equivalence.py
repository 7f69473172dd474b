"""Whether two spellings say the same. Pure; the only place that knows about rewriting."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Any

from .event import PartStat, instant, when_from_text
from .properties import ANSWER, ATTACHMENT, ATTENDEE, Json, on_which


def equivalent(key: str, ours: Json, theirs: Json) -> bool:
    """Whether two values say the same, whatever a provider's rewriting did to them.

    Only asked where no base tells what both sides agreed on (adoption, lost answers).
    """
    key = on_which(key)[1] or key
    if ours == theirs:
        return True
    if key == "description":
        return plain_text(str(ours or "")) == plain_text(str(theirs or ""))
    if key in ("summary", "location"):
        return " ".join(str(ours or "").split()) == " ".join(str(theirs or "").split())
    if key == "when" and isinstance(ours, list) and isinstance(theirs, list):
        return _moments(ours) == _moments(theirs)
    if key.startswith(ATTENDEE):
        # names and room detection are the provider's directory at work
        return isinstance(ours, list) and isinstance(theirs, list) and ours[1] == theirs[1]
    if key.startswith(ANSWER):
        return _partstat(ours) == _partstat(theirs)
    if key == "conference" and isinstance(ours, list) and isinstance(theirs, list):
        return bool(ours[1] == theirs[1])
    if key.startswith(ATTACHMENT):
        return bool(ours) == bool(theirs)
    return key == "organizer"


def plain_text(fragment: str) -> str:
    """The words of an HTML fragment, blanks collapsed; text without tags is taken as it is."""
    if not re.search(r"<[a-zA-Z!/]", fragment):
        return " ".join(html.unescape(fragment).split())
    reader = _TextReader()
    reader.feed(fragment)
    reader.close()
    return " ".join("".join(reader.pieces).split())


class _TextReader(HTMLParser):
    """Collects text; a tag that is not inline separates words."""

    INLINE = frozenset({"a", "b", "i", "u", "em", "strong", "span", "font", "code"})
    HIDDEN = frozenset({"style", "script", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in self.HIDDEN:
            self._hidden += 1
        elif tag not in self.INLINE:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag not in self.INLINE:
            self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


def _moments(value: list[Any]) -> list[Any]:
    """Start and end so that the same moment in two zones is equal, all-day never equals timed."""
    return [text if "T" not in text else instant(when_from_text(text)) for text in value]


def _partstat(value: Json) -> Json:
    return value[0] if isinstance(value, list) else PartStat.NEEDS_ACTION.value
