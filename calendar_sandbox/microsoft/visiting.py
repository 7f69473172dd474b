"""Somebody else's mailbox, seen through what is shared with the caller (contract 10, 15, Q26, Q35).

Two ways lead there: the receiver's own entry `/me/calendars/{id}`, and `/users/{owner}/...`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from . import intake, permissions
from .errors import GraphError, access_denied, item_not_found
from .folders import Folder
from .mailbox import Item, Mailbox

if TYPE_CHECKING:
    from .call import Call
    from .state import MicrosoftState
    from .tenants import Account

PRIVATE = frozenset({"private", "confidential"})
_READ_SHARED = "Calendars.Read.Shared"
_OPENING = frozenset({"events", "calendarview"})


class Visit(Mailbox):
    """A mailbox with only the calendars the visitor may see; what is private stays hidden.

    `roles` holds the visitor's role in each of them. All else is the owner's: what the visitor
    writes lands there and is noticed there.
    """

    owner: Mailbox
    roles: Mapping[int, str]
    entry: bool

    def __init__(
        self, owner: Mailbox, roles: Mapping[int, str], identity: UUID, *, entry: bool = False
    ) -> None:
        folders = {
            number: replace(owner.folders[number], can_edit=_edits(owner.folders[number], role))
            for number, role in roles.items()
        }
        vars(self).update(owner=owner, roles=roles, identity=identity, entry=entry, folders=folders)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the owner has
        return getattr(vars(self)["owner"], name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self.owner, name, value)

    @property
    def primary(self) -> Folder:
        if 1 not in self.folders:
            raise item_not_found()
        return self.folders[1]

    def folder(self, text: str) -> Folder:
        if self.entry:
            return next(iter(self.folders.values()))
        return super().folder(text)

    def find(self, text: str, *, immutable: bool | None = None) -> Item:
        item = super().find(text, immutable=immutable)
        if item.calendar not in self.folders:
            raise item_not_found()
        return item

    def in_folder(self, folder: int | None) -> Iterator[Item]:
        return (item for item in super().in_folder(folder) if item.calendar in self.folders)

    def shown(self, item: Item) -> Item:
        role = self.roles.get(item.calendar, "none")
        overrides = {on: self.shown(date) for on, date in item.overrides.items()}
        item = replace(item, overrides=overrides)
        if not permissions.reads_details(role):
            return _without_details(item, None if role == "freeBusyRead" else item.subject)
        if _hidden(item, role):
            return _without_details(item, "Private")
        return item

    # What the visitor writes

    def touch(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the owner takes it
        self.owner.touch(*args, **kwargs)

    def check_writable(self, item: Item) -> None:
        """Nobody writes what he cannot see."""
        hidden = _hidden(item, self.roles[item.calendar])
        if hidden or not self.folders[item.calendar].can_edit:
            raise access_denied()


def _edits(folder: Folder, role: str) -> bool:
    return folder.can_edit and permissions.edits(role)


def _hidden(item: Item, role: str) -> bool:
    private = item.values.get("sensitivity") in PRIVATE
    return private and not permissions.sees_private(role)


_NOTHING: dict[str, Any] = {"marks": {}, "mark_lists": {}, "extensions": {}, "attachments": {}}


def _without_details(item: Item, subject: str | None) -> Item:
    """Time and free/busy only, and the subject given."""
    values = {**item.values, "subject": subject, "categories": []}
    if subject is None or subject == "Private":
        values |= intake.location({"location": None})
    return replace(item, values=values, body="", attendees=[], online=None, **_NOTHING)


# Who may visit


def role_in(folder: Folder, address: str) -> str:
    """The role somebody was given in a calendar, `none` without one."""
    row = folder.permissions.get(address.lower())
    return "none" if row is None else row.role


def role_of_entry(state: "MicrosoftState", mailbox: Mailbox, entry: Folder) -> str:
    """The receiver's role behind a calendar on the own list; `none` once the share is lost."""
    source = entry.source
    if source is None:
        return "none"
    owner = state.mailbox(source.person)
    folder = owner.folders.get(source.calendar)
    return "none" if folder is None else role_in(folder, mailbox.address)


def own_list(state: "MicrosoftState", mailbox: Mailbox) -> list[Folder]:
    """What `/me/calendars` lists: the own calendars, and those shared at this moment."""
    return [
        folder
        for folder in mailbox.folders.values()
        if folder.source is None or role_of_entry(state, mailbox, folder) != "none"
    ]


def listed(state: "MicrosoftState", mailbox: Mailbox, text: str) -> Folder:
    """The calendar an id names, unless its share is lost. Raises GraphError."""
    folder = mailbox.folder(text)
    if folder.source is not None and role_of_entry(state, mailbox, folder) == "none":
        raise refused(state)
    return folder


def refused(state: "MicrosoftState") -> GraphError:
    """For what is not shared, or no more (contract 8.3 and 15)."""
    return access_denied() if state.world.knobs["graph.not_shared"] == "403" else item_not_found()


def scopes_elsewhere(*, writing: bool) -> frozenset[str]:
    """What opens another user's path (contract 15)."""
    return frozenset({"Calendars.ReadWrite.Shared", *(() if writing else (_READ_SHARED,))})


def visit(state: "MicrosoftState", owner: Mailbox, visitor: Mailbox) -> Visit:
    """`/users/{owner}`. Raises GraphError when nothing is shared."""
    roles = {
        number: role_in(folder, visitor.address)
        for number, folder in owner.folders.items()
        if folder.source is None
    }
    roles = {number: role for number, role in roles.items() if role != "none"}
    if not roles:
        raise refused(state)
    return Visit(owner, roles, owner.identity)


def entered(call: "Call", owner: "Account", scopes: frozenset[str]) -> "Call":
    """The call in the mailbox of another user. Raises GraphError 403 or 404."""
    writing = "Calendars.Read" not in scopes
    if "Calendars.ReadWrite" not in scopes:
        raise refused(call.state)
    there = visit(call.state, call.state.mailbox(owner.person), call.mailbox)
    if not scopes_elsewhere(writing=writing) & set(call.token.scopes):
        raise access_denied()
    return replace(call, mailbox=there)


def entry_for(receiver: Mailbox, person: str, folder: Folder, *, old_style: bool = False) -> Folder:
    """The receiver's entry of a calendar, made at the first time (Q35)."""
    for entry in receiver.folders.values():
        source = entry.source
        if source is not None and (source.person, source.calendar) == (person, folder.number):
            return entry
    source = permissions.Source(person, folder.number, uuid4(), old_style)
    entry = Folder(receiver.next_folder(), folder.name, can_edit=False, source=source)
    receiver.folders[entry.number] = entry
    return entry


def opened(call: "Call", variables: Mapping[str, str]) -> "Call":
    """The same call in the mailbox where the calendar that the path names really is."""
    if "calendar" not in variables or not _OPENING & set(call.path.lower().split("/")):
        return call
    entry = listed(call.state, call.mailbox, variables["calendar"])
    if entry.source is None:
        return call
    if entry.source.old_style:
        raise GraphError(
            500, "ErrorInternalServerTransientError", "An internal server error occurred."
        )
    if call.state.world.knobs["graph.shared_entry_scope"] == "shared":
        wanted = scopes_elsewhere(writing=call.request.method != "GET")
        if not wanted & set(call.token.scopes):
            raise access_denied()
    role = role_of_entry(call.state, call.mailbox, entry)
    owner = call.state.mailbox(entry.source.person)
    there = Visit(owner, {entry.source.calendar: role}, entry.source.identity, entry=True)
    return replace(call, mailbox=there)
