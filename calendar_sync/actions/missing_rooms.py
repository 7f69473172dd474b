"""Rooms that were asked for and not made: on *Needs attention* until another link is chosen."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser as User
from django.db.models import QuerySet

from calendar_sync.actions.meeting_links import MeetingLink, shown
from calendar_sync.models import Event
from calendar_sync.models.event import ROOM_MISSING

PATIENCE = timedelta(hours=1)
"""A room comes within seconds; one that is not there by then has to be told."""


@dataclass(frozen=True)
class MissingRoom:
    """An event without the room its organizer wanted. `link` says which, and whether refused."""

    event_id: int
    title: str
    link: MeetingLink


def missing_rooms(user: User, now: datetime) -> list[MissingRoom]:
    """Of events that the user organizes, newest first; those that may still come are left out."""
    events = _without(user).order_by("-pk")
    found = [(event, shown(event.components["conference"], event.updated_at)) for event in events]
    return [
        MissingRoom(event.pk, event.summary, link)
        for event, link in found
        if link.state == "refused" or is_late(link, now)
    ]


def refused_rooms(user: User) -> QuerySet[Event, Any]:
    """The events of those that no provider is going to make."""
    return _without(user).filter(components__conference__0="refused")


def is_late(link: MeetingLink, now: datetime) -> bool:
    return link.state == "requested" and now - (link.since or now) > PATIENCE


def _without(user: User) -> QuerySet[Event, Any]:
    return Event.objects.alive().filter(ROOM_MISSING, organizer_user=user.pk)
