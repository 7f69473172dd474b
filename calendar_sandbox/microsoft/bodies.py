"""What Exchange makes of a body: wrapping, sanitizing, text to HTML and back (contract 3.10)."""

import html
import re
from functools import lru_cache
from html.parser import HTMLParser

import nh3

_PAGE = (
    "<html>\r\n<head>\r\n"
    '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n'
    "</head>\r\n<body>\r\n{}\r\n</body>\r\n</html>\r\n"
)
_FROM_TEXT = (
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n'
    '<meta name="Generator" content="Microsoft Exchange Server">\r\n'
    "<!-- converted from text -->\r\n"
    "<style><!-- .EmailQuote {{ margin-left: 1pt; padding-left: 4pt; "
    "border-left: #800000 2px solid; }} --></style></head>\r\n"
    '<body>\r\n<font size="2"><span style="font-size:11pt;"><div class="PlainText">'
    "{}</div></span></font>\r\n</body>\r\n</html>\r\n"
)
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL | re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_BLOCKS = frozenset({"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "ul", "ol", "table"})
_UNSEEN = frozenset({"head", "style", "script", "title"})
_KEPT_TAGS = nh3.ALLOWED_TAGS | {"font"}
_KEPT_ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    "*": {"style", "class"},
    "font": {"size", "color", "face"},
}


def stored(content_type: str, content: str) -> str:
    """The HTML that the mailbox keeps of what a client or a person wrote."""
    if not content.strip():
        return ""
    if content_type == "text":
        lines = _LINE_END.split(html.escape(content, quote=False))
        return _FROM_TEXT.format("<br>\r\n".join(lines))
    return _crlf(_PAGE.format(_clean(content).strip()))


def _clean(content: str) -> str:
    page = _BODY.search(content)
    inner = page.group(1) if page else content
    return nh3.clean(inner, tags=_KEPT_TAGS, attributes=_KEPT_ATTRIBUTES, link_rel=None)


def _crlf(content: str) -> str:
    return _LINE_END.sub("\r\n", content)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.unseen += tag in _UNSEEN
        if tag == "br":
            self.parts.append("\n")
        elif tag in _BLOCKS:
            self._new_line()

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in _UNSEEN
        if tag in _BLOCKS:
            self._new_line()

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            line = _LINE_END.sub(" ", data)
            self.parts.append(line.lstrip(" ") if self._at_start() else line)

    def _at_start(self) -> bool:
        return not self.parts or self.parts[-1].endswith("\n")

    def _new_line(self) -> None:
        if not self._at_start():
            self.parts.append("\n")


@lru_cache(maxsize=4096)
def text(page: str) -> str:
    """The rendering of `outlook.body-content-type="text"`: CRLF line ends, one at the end."""
    if not page:
        return ""
    reader = _Text()
    reader.feed(page)
    reader.close()
    lines = [line.rstrip() for line in "".join(reader.parts).strip().split("\n")]
    return "\r\n".join([*lines, ""])


def preview(page: str) -> str:
    return text(page).strip()[:255]
