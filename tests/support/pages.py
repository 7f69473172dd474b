"""Reading pages as people and scripts do."""

import html
import re
from typing import Any

FRAGMENT = {"HX-Request": "true"}
"""Headers with which htmx asks."""


def text_of(page: Any) -> str:  # noqa: ANN401 - a test client's answer
    """The words of a page, as a reader sees them."""
    content: str = page.content.decode()
    body = re.sub(r"<(script|style|template)\b.*?</\1>", " ", content, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def hidden_fields(page: Any) -> dict[str, str]:  # noqa: ANN401 - a test client's answer
    """What a form carries along unseen."""
    found = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode()
    )
    return {name: html.unescape(value) for name, value in found if "csrf" not in name}


def form_of(page: Any) -> dict[str, Any]:  # noqa: ANN401 - a test client's answer
    """An event's form as it is when nobody touches it."""
    form = page.context["form"]
    values = {name: getattr(form, name) for name in form.__dataclass_fields__}
    values["all_day"] = "1" if form.all_day else ""
    rows = list(zip(*form.alarm_rows, strict=True)) or [()] * 3
    values |= dict(zip(("lead", "lead_unit", "lead_action"), map(list, rows), strict=True))
    values["category"] = list(values.pop("categories"))
    return hidden_fields(page) | values


def location(answer: Any) -> str:  # noqa: ANN401 - a test client's answer
    assert answer.status_code == 302, answer.content[:500]
    return str(answer["Location"])
