"""The tables of the addon; `calendar_sync.event` and so on are their technical names.

Every query set is closed by default: what a person may see is asked with `visible_to(user)`.
Rows are locked in this order, each kind by id: credential, calendar, event, entry, link.
"""

from calendar_sync.models.address import Address
from calendar_sync.models.attendee import Attendee
from calendar_sync.models.calendar import Calendar
from calendar_sync.models.change import Change
from calendar_sync.models.channel import Channel
from calendar_sync.models.contact import Contact, ContactAddress
from calendar_sync.models.credential import ProviderCredential
from calendar_sync.models.dirty_mark import DirtyMark
from calendar_sync.models.entry import Entry
from calendar_sync.models.event import Event
from calendar_sync.models.event_kind import EventKind
from calendar_sync.models.event_uid import EventUid
from calendar_sync.models.link import Link
from calendar_sync.models.listed_calendar import ListedCalendar
from calendar_sync.models.occurrence import Occurrence
from calendar_sync.models.pairing import Pairing
from calendar_sync.models.passed_over import PassedOver
from calendar_sync.models.personal_token import PersonalToken
from calendar_sync.models.preview import Preview
from calendar_sync.models.previewed_act import PreviewedAct
from calendar_sync.models.project_pace import ProjectPace
from calendar_sync.models.remote_calendar import RemoteCalendar
from calendar_sync.models.run import Run

__all__ = [
    "Address",
    "Attendee",
    "Calendar",
    "Change",
    "Channel",
    "Contact",
    "ContactAddress",
    "DirtyMark",
    "Entry",
    "Event",
    "EventKind",
    "EventUid",
    "Link",
    "ListedCalendar",
    "Occurrence",
    "Pairing",
    "PassedOver",
    "PersonalToken",
    "Preview",
    "PreviewedAct",
    "ProjectPace",
    "ProviderCredential",
    "RemoteCalendar",
    "Run",
]
