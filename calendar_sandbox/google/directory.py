"""Who may see which calendar: the rules of all calendars, and the groups (contract 11.3)."""

from dataclasses import dataclass, field

from calendar_sandbox.core.knobs import Knobs

from .calendar import ROLES, Calendar
from .values import Rule
from .views import View

CONSUMER_DOMAINS = ("gmail.com", "googlemail.com")


@dataclass
class Directory:
    knobs: Knobs
    calendars: dict[str, Calendar] = field(default_factory=dict)
    """By id in lower case: those that have an owner here."""
    views: dict[str, dict[str, View]] = field(default_factory=dict)
    """By id of the calendar and address of the viewer."""
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Address in lower case → addresses of the members."""
    admins: set[str] = field(default_factory=set)
    """Addresses of those who manage the calendars of their organization."""

    def calendar(self, id_: str) -> Calendar | None:
        return self.calendars.get(id_.casefold())

    def of(self, calendar: Calendar) -> dict[str, View]:
        """How others see a calendar, by address."""
        return self.views.setdefault(calendar.id, {})

    def role(self, calendar: Calendar, address: str) -> str:
        """The best role any rule gives to an address."""
        if address.casefold() == calendar.owner.casefold():
            return "owner"
        fitting = (
            rule.role
            for rule in calendar.rules.values()
            if self.covers(rule.kind, rule.value, address)
        )
        return max(fitting, key=ROLES.index, default="none")

    def covers(self, kind: str, value: str, address: str) -> bool:
        folded, wanted = address.casefold(), value.casefold()
        if kind == "group":
            return folded in (member.casefold() for member in self.groups.get(wanted, ()))
        if kind == "domain":
            return folded.rpartition("@")[2] == wanted
        return kind == "default" or folded == wanted

    def set_rule(self, calendar: Calendar, rule: Rule) -> None:
        """Whose role changes loses the sync tokens, whose access ends the entry too (6.4)."""
        before = [(view, view.access_role) for view in self.of(calendar).values()]
        rule.changed = calendar.stamp()
        calendar.rules[rule.id] = rule
        calendar.rule_log.note(rule.id)
        settle(before)

    def set_group(self, address: str, members: tuple[str, ...]) -> None:
        before = [(v, v.access_role) for views in self.views.values() for v in views.values()]
        self.groups[address.casefold()] = members
        settle(before)

    def is_workspace(self, address: str) -> bool:
        return address.rpartition("@")[2].casefold() not in CONSUMER_DOMAINS


def settle(before: list[tuple[View, str]]) -> None:
    """`before`: views with the role each had."""
    for view, role in before:
        if view.access_role != role:
            view.expire_tokens()
        if view.access_role == "none" and role != "none":
            view.account.lose(view.id)
