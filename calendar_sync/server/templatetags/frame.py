"""`{% icon "gear" %}` draws an icon, `{% slot "banners" %}` shows what addons put in a place."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, Select
from django.template.context import Context
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite beside a word, so it is hidden from screen readers."""
    sprite = static("vendor/icons.svg")
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', sprite, name
    )


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str) -> SafeString:
    """Render `<addon>/slots/<name>.html` of each addon that has one, with this page's context."""
    values = {str(key): value for key, value in context.flatten().items()}
    parts = [render(values) for render in _fillings(name)]
    return mark_safe("".join(parts))  # noqa: S308 - templates escape what they show


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The input of a form's field, in Bootstrap's classes."""
    match field.field.widget:
        case CheckboxInput():
            look = "form-check-input"
        case Select():
            look = "form-select"
        case _:
            look = "form-control"
    return field.as_widget(attrs={"class": look})


@cache
def _fillings(name: str) -> list[Callable[[dict[str, Any]], str]]:
    """How to render the addons' templates for this place, in the order of loading."""
    found: list[Callable[[dict[str, Any]], str]] = []
    for addon in settings.ADDONS:
        try:
            found.append(get_template(f"{addon.name}/slots/{name}.html").render)
        except TemplateDoesNotExist:
            continue
    return found
