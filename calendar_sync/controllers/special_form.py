"""Fields of the event form beyond those of a meeting: what guests may, and what is no meeting."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from calendar_sync.actions.drafts import RIGHTS
from calendar_sync.actions.special_drafts import FIELDS
from calendar_sync.controllers.repeat_form import RepeatForm
from calendar_sync.engine.rights import USUAL, GuestRights, flat, right
from calendar_sync.engine.special import DeclineMode, Nature, WorkplaceKind

USUAL_TICKS = tuple(name for name, key in RIGHTS.items() if USUAL[key])


@dataclass(frozen=True)
class SpecialForm(RepeatForm):
    """`rights` are those ticked of `offered`; what was not offered is left alone."""

    rights: tuple[str, ...] = USUAL_TICKS
    offered_rights: tuple[str, ...] = ()
    special: str = ""
    decline: str = DeclineMode.NONE.value
    decline_message: str = ""
    chat_status: str = ""
    workplace: str = WorkplaceKind.HOME.value
    workplace_label: str = ""

    def special_values(self) -> dict[str, Any]:
        """As fields of an EventDraft."""
        ticks = self.rights if self.offered_rights else USUAL_TICKS
        return {name: getattr(self, name) for name in FIELDS} | {
            name: name in ticks for name in self.offered_rights
        }

    def special_changes(self, opened: "SpecialForm") -> dict[str, Any]:
        """What of it was changed since the form was opened."""
        before = {**opened.special_values(), **{name: name in opened.rights for name in RIGHTS}}
        now = self.special_values()
        return {name: value for name, value in now.items() if value != before[name]}


LISTED = ("rights", "offered_rights")


def typed_special(data: QueryDict) -> dict[str, Any]:
    """The fields of SpecialForm in what a browser sent."""
    found: dict[str, Any] = {name: str(data[name]) for name in FIELDS if name in data}
    if offered := tuple(map(str, data.getlist("offered_rights"))):
        known = tuple(name for name in offered if name in RIGHTS)
        found |= {"offered_rights": known, "rights": tuple(map(str, data.getlist("rights")))}
    return found


def special_fields(rights: GuestRights, nature: Nature | None) -> dict[str, Any]:
    """The fields of SpecialForm of an event as it stands."""
    said = flat(rights)
    ticked = tuple(name for name, key in RIGHTS.items() if right(said, key))
    found: dict[str, Any] = {"rights": ticked}
    if nature is None:
        return found
    found |= {"special": nature.special.value, "chat_status": nature.chat_status}
    if nature.declining:
        found["decline"] = nature.declining.mode.value
        found["decline_message"] = nature.declining.message
    if nature.workplace:
        found["workplace"] = nature.workplace.kind.value
        found["workplace_label"] = nature.workplace.label
    return found
