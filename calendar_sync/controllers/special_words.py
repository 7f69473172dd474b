"""Special events and rights of guests in words: icons, titles, choices of the form."""

from collections.abc import Sequence
from dataclasses import dataclass

from calendar_sync.engine.special import DeclineMode, Nature, Special, WorkplaceKind

RIGHTS = {
    "guests_modify": "change the meeting",
    "guests_invite": "invite others",
    "guests_see": "see the guest list",
    "guests_propose": "propose a new time",
    "guests_answer": "answer (they are asked to)",
}
"""Behind “Guests may”."""

NAMES = {
    Special.OUT_OF_OFFICE: ("person-x", "Out of office"),
    Special.FOCUS_TIME: ("bell-slash", "Focus time"),
    Special.WORKING_LOCATION: ("geo-alt", "Working location"),
    Special.BIRTHDAY: ("stars", "Birthday"),
    Special.FROM_MAIL: ("envelope", "From Gmail"),
    Special.OTHER: ("question-circle", "Special event"),
}
"""Icon and words. Only Google finds events in mails, so it is named."""

KINDS = (
    ("", "Event"),
    (Special.OUT_OF_OFFICE.value, "Out of office"),
    (Special.FOCUS_TIME.value, "Focus time"),
    (Special.WORKING_LOCATION.value, "Working location"),
)
DECLINES = (
    (DeclineMode.NONE.value, "Don't decline invitations"),
    (DeclineMode.NEW.value, "Decline new invitations"),
    (DeclineMode.ALL.value, "Decline new and existing invitations"),
)
CHATS = (
    ("", "Chat as usual"),
    ("available", "Available in chat"),
    ("do-not-disturb", "Do not disturb in chat"),
)
WORKPLACES = (
    (WorkplaceKind.HOME.value, "Home"),
    (WorkplaceKind.OFFICE.value, "Office"),
    (WorkplaceKind.CUSTOM.value, "Somewhere else"),
)


@dataclass(frozen=True)
class SpecialLine:
    """What an event is, with its icon; `more` is what belongs to that."""

    icon: str
    text: str
    more: str = ""


def special_line(nature: Nature | None) -> SpecialLine | None:
    if nature is None:
        return None
    icon, text = NAMES[nature.special]
    if nature.workplace:
        return SpecialLine(icon, f"Working from: {_place(nature)}")
    more = []
    if nature.declining and nature.declining.mode is not DeclineMode.NONE:
        declines = dict(DECLINES)[nature.declining.mode.value]
        message = nature.declining.message
        more.append(f"{declines}: “{message}”" if message else declines)
    if nature.chat_status:
        more.append(dict(CHATS)[nature.chat_status])
    return SpecialLine(icon, text, "; ".join(more))


def titled(summary: str, nature: Nature | None, untitled: str) -> str:
    """A special event without a title is what it is; where somebody works is always said so."""
    line = special_line(nature)
    if line is None:
        return summary or untitled
    return line.text if nature and nature.workplace else summary or line.text


def rights_offered(offered: Sequence[str], ticked: Sequence[str]) -> list[dict[str, object]]:
    return [
        {"name": name, "text": text, "ticked": name in ticked}
        for name, text in RIGHTS.items()
        if name in offered
    ]


def _place(nature: Nature) -> str:
    place = nature.workplace
    return place.label or dict(WORKPLACES)[place.kind.value] if place else ""
