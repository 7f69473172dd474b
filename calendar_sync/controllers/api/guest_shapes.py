"""The shapes of guests as clients invite them, and of what these may do."""

from dataclasses import dataclass
from typing import Annotated

from calendar_sync.actions.invitations import MOST_GUESTS
from calendar_sync.controllers.api.kinds import Listed, Text, Word
from calendar_sync.controllers.api.shapes import UNSET, shape_of
from calendar_sync.engine.event import Role, UserType

ROLES = {"required": Role.REQUIRED, "optional": Role.OPTIONAL}
Modify = Annotated[bool, "Guests may change the meeting."]
Invite = Annotated[bool, "Guests may invite others."]
See = Annotated[bool, "Guests see who else is invited."]
Propose = Annotated[bool, "Guests may propose another time."]
Respond = Annotated[bool, "Guests are asked for an answer."]
GuestRole = Annotated[str, Word(tuple(ROLES)), "Whether the guest has to be there."]
GuestKind = Annotated[str, Word.of(UserType), "A person, a list of persons, or a room."]


@dataclass(frozen=True)
class NewGuest:
    """Somebody to invite. What is left out of a guest there is already stays as it is."""

    address: Annotated[str, Text(320), "A mail address."]
    name: Annotated[str, Text(500)] = ""
    role: GuestRole = UNSET
    kind: GuestKind = UNSET


Guests = Annotated[tuple[NewGuest, ...], Listed(shape_of(NewGuest), MOST_GUESTS)]
