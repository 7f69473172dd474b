"""What addons offer by name, found where the convention says and nowhere else.

`<addon>.actions.scheduled` holds `SCHEDULED_ACTIONS`: actions of the clock by technical name.
`<addon>.controllers.urls` holds `urlpatterns`: the addon's pages.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps
from django.conf import settings

ScheduledFunction = Callable[[datetime], str]
"""Told the time, it does its work and returns a result of one line for the page."""


@cache
def scheduled_actions() -> dict[str, ScheduledFunction]:
    found: dict[str, ScheduledFunction] = {}
    for module in addon_modules("actions.scheduled"):
        found |= module.SCHEDULED_ACTIONS
    return found


def addon_modules(name: str) -> list[ModuleType]:
    """The modules of this name, in the order in which addons are loaded."""
    labels = [addon.name for addon in settings.ADDONS if addon.package or addon.name == "base"]
    packages = [f"{apps.get_app_config(label).name}.{name}" for label in labels]
    return [import_module(package) for package in packages if _exists(package)]


def _exists(module: str) -> bool:
    parent = module.rpartition(".")[0]
    return find_spec(parent) is not None and find_spec(module) is not None
