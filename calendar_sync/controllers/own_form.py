"""The fields of what is a person's own on an event, as text, and the values they mean.

Part of the event form; a guest, who may change nothing else, has them alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

from django.http import QueryDict

from calendar_sync.actions.errors import Invalid
from calendar_sync.actions.feed import EventDetail
from calendar_sync.engine.event import Alarm, AlarmAction

USUAL, NONE, OWN = "usual", "none", "own"
UNITS = {"minutes": 1, "hours": 60, "days": 1440, "weeks": 10_080}


@dataclass(frozen=True)
class OwnForm:
    """`alarms` are rows such as `30 minutes display`, which count if `reminders` is OWN."""

    availability: str = "busy"
    classification: str = "default"
    reminders: str = USUAL
    alarms: tuple[str, ...] = ()
    colour: str = ""
    categories: tuple[str, ...] = ()

    @classmethod
    def own_typed(cls, data: QueryDict) -> Self:
        """What a form leaves out (as the small one does) is as in a new event."""
        rows = zip(*map(data.getlist, ("lead", "lead_unit", "lead_action")), strict=False)
        names = [*data.getlist("category"), *data.get("categories", "").split(",")]
        return cls(
            availability=str(data.get("availability", "busy")),
            classification=str(data.get("classification", "default")),
            reminders=str(data.get("reminders", USUAL)),
            alarms=tuple(" ".join(row) for row in rows if row[0].strip()),
            colour=str(data.get("colour", "")),
            categories=tuple(name.strip() for name in names if name.strip()),
        )

    @classmethod
    def own_of(cls, detail: EventDetail) -> Self:
        alarms = detail.alarms
        return cls(
            availability=detail.availability,
            classification=detail.classification,
            reminders=USUAL if alarms is None else OWN if alarms else NONE,
            alarms=tuple(map(alarm_text, alarms or ())),
            colour=detail.colour,
            categories=detail.categories,
        )

    def own_values(self) -> dict[str, Any]:
        """As an EventDraft has them. Raises Invalid for a reminder that is none."""
        return {
            "availability": self.availability,
            "classification": self.classification,
            "alarms": self._alarms(),
            "colour": self.colour,
            "categories": self.categories,
        }

    def own_changes(self, opened: "OwnForm") -> dict[str, Any]:
        """What was changed since the form was opened, as values. Raises Invalid."""
        values = self.own_values()
        differ = {
            "availability": self.availability != opened.availability,
            "classification": self.classification != opened.classification,
            "alarms": self.alarm_fields != opened.alarm_fields,
            "colour": self.colour != opened.colour,
            "categories": set(self.categories) != set(opened.categories),
        }
        return {name: values[name] for name in values if differ[name]}

    @property
    def alarm_fields(self) -> tuple[str | frozenset[str], ...]:
        return (OWN, frozenset(self.alarms)) if self.reminders == OWN else (self.reminders,)

    @property
    def alarm_rows(self) -> list[list[str]]:
        """Count, unit and action of each."""
        return [row.rsplit(" ", 2) for row in self.alarms]

    def _alarms(self) -> tuple[Alarm, ...] | None:
        if self.reminders == USUAL:
            return None
        return tuple(map(alarm_of, self.alarms)) if self.reminders == OWN else ()


OWN_FIELDS = frozenset(each.name for each in fields(OwnForm))


def own_fields(form: OwnForm) -> dict[str, Any]:
    """To make a larger form with the same."""
    return {name: getattr(form, name) for name in OWN_FIELDS}


def alarm_text(alarm: Alarm) -> str:
    """In the largest unit that leaves no rest."""
    unit = next(u for u in reversed(UNITS) if alarm.minutes % UNITS[u] == 0)
    unit = unit if alarm.minutes else "minutes"
    return f"{alarm.minutes // UNITS[unit]} {unit} {alarm.action.value}"


def alarm_of(text: str) -> Alarm:
    """Inverse of `alarm_text`. Raises Invalid."""
    count, unit, action = (*text.rsplit(" ", 2), "", "")[:3]
    try:
        return Alarm(int(count) * UNITS[unit], AlarmAction(action))
    except (KeyError, ValueError):
        text = f"‘{count}’ isn't a number of {unit if unit in UNITS else 'minutes'}."
        raise Invalid({"alarms": text}) from None


def texts(values: Any) -> tuple[str, ...]:  # noqa: ANN401 - what a browser sent back
    return tuple(map(str, values)) if isinstance(values, Sequence) else ()
