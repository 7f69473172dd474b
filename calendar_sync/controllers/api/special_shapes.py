"""The shapes of what is no meeting: out of office, focus time, working location."""

from typing import Annotated

from calendar_sync.actions.special_drafts import CHAT, LONGEST
from calendar_sync.controllers.api.kinds import Text, Word
from calendar_sync.engine.special import WRITABLE, DeclineMode, Special, WorkplaceKind

Kind = Annotated[
    str,
    Word(("", *sorted(each.value for each in WRITABLE))),
    "What it is, if it is no meeting; made in the main Google calendar only, and never changed.",
]
AnyKind = Annotated[str, Word(("", *(each.value for each in Special))), "What it is, if special."]
Decline = Annotated[str, Word.of(DeclineMode), "Which invitations are declined meanwhile."]
DeclineText = Annotated[str, Text(LONGEST), "What those are told who are declined."]
Chat = Annotated[str, Word(CHAT)]
Workplace = Annotated[str, Word.of(WorkplaceKind), "From where somebody works."]
