"""What surrounds every page: menus that this person may see, and the places addons may fill."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat
from django.http import HttpRequest

from calendar_sync.server.models import ExternalId, Menu, User

SETTINGS = "base.menu_administration"
BAR_ENTRIES = 7  # more fold into *More*


@dataclass
class Entry:
    """A menu as it is shown. `name` is its external id, for those who put a badge on it."""

    name: str
    label: str
    url: str
    icon: str
    new_window: bool
    current: bool
    children: list["Entry"] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return self.current or any(child.open for child in self.children)


class Frame:
    """Asks the database only where a template shows menus, and once."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def theme(self) -> str:
        user = self._request.user
        return user.theme if isinstance(user, User) else User.Theme.SYSTEM

    @cached_property
    def roots(self) -> list[Entry]:
        user = self._request.user
        return _tree(user, self._request.path) if isinstance(user, User) else []

    @property
    def brand(self) -> Entry | None:
        return next((entry for entry in self.roots if entry.name != SETTINGS), None)

    @property
    def entries(self) -> list[Entry]:
        """Of the app bar: what the roots hold, and roots that lead somewhere themselves."""
        apps = [entry for entry in self.roots if entry.name != SETTINGS]
        return [entry for app in apps for entry in (app.children or [app])]

    @property
    def bar(self) -> list[Entry]:
        return self.entries if len(self.entries) <= BAR_ENTRIES else self.entries[: BAR_ENTRIES - 1]

    @property
    def more(self) -> list[Entry]:
        return self.entries[len(self.bar) :]

    @property
    def thumb(self) -> list[Entry]:
        """Of the bottom bar on a phone."""
        return [entry for entry in self.entries if entry.icon and entry.url][:3]

    @property
    def settings(self) -> list[Entry]:
        """The side list of the Settings pages."""
        return next((entry.children for entry in self.roots if entry.name == SETTINGS), [])


def frame(request: HttpRequest) -> dict[str, object]:
    """Context processor: `frame`, and `csp_nonce` for scripts and styles in a page."""
    return {"frame": Frame(request), "csp_nonce": getattr(request, "csp_nonce", "")}


def _tree(user: User, path: str) -> list[Entry]:
    held = set(user.held_groups.values())
    named = ExternalId.objects.filter(model="ir.ui.menu", record_id=OuterRef("pk"))
    name = named.exclude(name__contains=".").values_list(Concat("module", Value("."), "name"))
    menus = Menu.objects.select_related("action").annotate(
        wanted=ArrayAgg("groups", filter=Q(groups__isnull=False)), full_name=Subquery(name[:1])
    )
    below: defaultdict[int | None, list[tuple[int, Entry]]] = defaultdict(list)
    for menu in menus.order_by("sequence", "pk"):
        if not menu.wanted or held & set(menu.wanted):
            url = menu.action.url if menu.action else ""
            entry = Entry(
                name=menu.full_name or "",
                label=menu.name,
                url=url,
                icon=menu.web_icon,
                new_window=bool(menu.action and menu.action.target == "new"),
                current=bool(url) and f"{path}/".startswith(f"{url}/"),
            )
            below[menu.parent_id].append((menu.pk, entry))
    return list(_reachable(below, None))


def _reachable(
    below: dict[int | None, list[tuple[int, Entry]]], parent: int | None
) -> Iterator[Entry]:
    """Entries that lead somewhere: an empty drop-down is no entry."""
    for key, entry in below.get(parent, []):
        entry.children = list(_reachable(below, key))
        if entry.url or entry.children:
            yield entry
