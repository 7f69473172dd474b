"""What is a person's own on an event in the provider's own calendar, in the words of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calendar_sync.engine.event import Alarm
from support.there import There

NUMBERS = {"crimson": "11", "gold": "5"}
METHODS = {"display": "popup", "email": "email"}


class OwnThere(There):
    """`put` and `own` take fields as `edit_event` does: alarms, colour, categories."""

    def put(self, title: str, fields: Mapping[str, Any]) -> None:
        self.put_on(self.id_of(title), fields)

    def put_on(self, event: str, fields: Mapping[str, Any]) -> None:
        body: dict[str, Any] = {}
        for name, value in fields.items():
            body |= self._google_field(name, value) if self.is_google else _field(name, value)
        if self.is_google:
            self.sandbox.google.edit(self._owner, event, body, "none")
        else:
            self.sandbox.microsoft.edit(self.person, event, body)

    def own(self, title: str) -> dict[str, Any]:
        row = self._google_row(title) if self.is_google else self._outlook_row(title)
        return self.own_of(row)

    def own_of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        if self.is_google:
            names = {number: name for name, number in NUMBERS.items()}
            colour = names.get(row.get("colorId", ""), "")
            said, words = row["reminders"], {word: name for name, word in METHODS.items()}
            rows = [(each["minutes"], words[each["method"]]) for each in said.get("overrides", ())]
            alarms = None if said["useDefault"] else sorted(rows)
            return {"alarms": alarms, "colour": colour}
        minutes = [(row["reminderMinutesBeforeStart"], "display")]
        alarms = minutes if row["isReminderOn"] else []
        return {"alarms": alarms, "categories": sorted(row["categories"])}

    def _google_field(self, name: str, value: Any) -> dict[str, Any]:  # noqa: ANN401
        if name == "colour":
            return {"colorId": NUMBERS[value] if value else None}
        rows = [
            {"method": METHODS[alarm.action.value], "minutes": alarm.minutes}
            for alarm in value or ()
        ]
        return {"reminders": {"useDefault": value is None, "overrides": rows}}


def _field(name: str, value: Any) -> dict[str, Any]:  # noqa: ANN401
    if name == "categories":
        return {"categories": list(value)}
    on = {"reminderMinutesBeforeStart": value[0].minutes} if value else {}
    return {"isReminderOn": bool(value), **on}


def alarms_as_rows(alarms: tuple[Alarm, ...] | None) -> list[tuple[int, str]] | None:
    return None if alarms is None else [(each.minutes, each.action.value) for each in alarms]
