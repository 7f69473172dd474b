"""The page *What is kept in step* of one calendar, with a count of what saving would do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from calendar_sync.actions.errors import ActionRefused, Invalid, NotVisible
from calendar_sync.actions.kept_in_step import (
    Kept,
    Wish,
    effect_of,
    kept_in_step,
    save_rules,
    wish_of,
)
from calendar_sync.controllers.kept_words import effect_lines, privates, standing, ways
from calendar_sync.controllers.requests import viewer

PAGE = "calendar_sync/connections/kept.html"
EFFECT = "calendar_sync/connections/kept_effect.html"


@dataclass(frozen=True)
class Typed:
    """The form as it was typed."""

    start: str
    wish: Wish

    @classmethod
    def of(cls, data: QueryDict) -> "Typed":
        """Kinds that are not ticked are left out; those that were not on the page stay in."""
        on_page, ticked = set(data.getlist("kind-row")), set(data.getlist("kind"))
        wish = Wish(
            private=data.get("private", ""),
            skip_free="skip_free" in data,
            skip_declined="skip_declined" in data,
            categories=tuple(data.get("categories", "").split(",")),
            titles=tuple(data.get("titles", "").splitlines()),
            kinds=tuple(sorted(on_page - ticked)),
            arriving_kind=data.get("arriving_kind", ""),
            only_categories=tuple(data.get("only_categories", "").split(",")),
            only_titles=tuple(data.get("only_titles", "").splitlines()),
        )
        return cls(data.get("start", "").strip(), wish)

    def whole(self) -> Wish:
        """Raises Invalid."""
        if not self.start:
            return self.wish
        try:
            return replace(self.wish, start=date.fromisoformat(self.start))
        except ValueError:
            raise Invalid({"start": "Give a date."}) from None


@never_cache
@require_http_methods(["GET", "POST"])
def kept(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        shown = kept_in_step(viewer(request), pk)
    except ActionRefused as refused:
        return _back(request, refused)
    if request.method == "GET":
        wish = wish_of(shown)
        start = wish.start.isoformat() if wish.start else ""
        return _page(request, shown, Typed(start, wish))
    typed, direction = Typed.of(request.POST), request.POST.get("direction")
    try:
        save_rules(viewer(request), pk, typed.whole(), timezone.now(), direction)
    except Invalid as invalid:
        return _page(request, shown, typed, invalid.errors)
    except ActionRefused as refused:
        return _back(request, refused)
    messages.success(request, f"Saved. Nothing was deleted, here or at {shown.label}.")
    return redirect("connections")


@require_POST
def effect(request: HttpRequest, pk: int) -> HttpResponse:
    """What saving the form as it stands would do."""
    shown = kept_in_step(viewer(request), pk)
    try:
        found = effect_of(viewer(request), pk, Typed.of(request.POST).whole())
    except Invalid as invalid:
        return render(request, EFFECT, {"problems": list(invalid.errors.values())})
    return render(request, EFFECT, {"lines": effect_lines(found, shown.label)})


def _page(
    request: HttpRequest, kept: Kept, typed: Typed, errors: Mapping[str, str] | None = None
) -> HttpResponse:
    wish = typed.wish
    context: dict[str, Any] = {
        "kept": kept,
        "standing": standing(kept),
        "no_categories_at": "" if kept.has_categories else kept.label,
        "ways": ways(kept),
        "privates": privates(wish.private),
        "start": typed.start,
        "wish": wish,
        "categories": _listed(wish.categories),
        "only_categories": _listed(wish.only_categories),
        "titles": "\n".join(wish.titles),
        "only_titles": "\n".join(wish.only_titles),
        "kinds": [(kind, kind.key not in wish.kinds) for kind in kept.kinds],
        "errors": errors or {},
    }
    return render(request, PAGE, context, status=422 if errors else 200)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(filter(None, map(str.strip, names)))


def _back(request: HttpRequest, refused: ActionRefused) -> HttpResponse:
    if isinstance(refused, NotVisible):
        raise refused
    messages.warning(request, refused.text)
    return redirect("connections")
