"""A calendar as somebody sees it whom its rules let in (contract 11.1, 11.3)."""

import secrets
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Protocol

from .calendar import Calendar


class Viewer(Protocol):
    """The account that looks at it."""

    email: str

    def role(self, calendar: Calendar) -> str: ...

    def lose(self, id_: str) -> None: ...


class View(Calendar):
    """Role, entry on the list, default reminders and sync tokens are the viewer's own.

    Everything else is the calendar's: reads and writes go there.
    """

    def __init__(self, home: Calendar, account: Viewer) -> None:
        self.home = home
        self.account = account
        self.entry: dict[str, Any] = {"selected": True}
        self.default_reminders: tuple[Mapping[str, Any], ...] = ()
        self.epoch = secrets.token_hex(4)

    @property
    def viewer(self) -> str:
        return self.account.email

    @property
    def access_role(self) -> str:  # type: ignore[override] # follows the rules, is never set
        return self.account.role(self.home)


OF_THE_VIEWER = {"access_role", "entry", "default_reminders", "epoch"}


class OfHome:
    """A field kept by the calendar itself."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, view: View | None, _owner: type) -> Any:  # noqa: ANN401 - any field
        return self if view is None else getattr(view.home, self._name)

    def __set__(self, view: View, value: Any) -> None:  # noqa: ANN401
        setattr(view.home, self._name, value)


for _name in (*(field.name for field in fields(Calendar)), "rule_log"):
    if _name not in OF_THE_VIEWER:
        setattr(View, _name, OfHome(_name))
