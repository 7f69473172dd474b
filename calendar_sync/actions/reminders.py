"""A person's own reminders that are due, for the open calendar, which tells of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser as User

from calendar_sync.actions.feed import EventCard, events_between
from calendar_sync.actions.own_copy import LONGEST_LEAD
from calendar_sync.engine.event import AlarmAction, instant

MISSED = timedelta(minutes=5)
"""How late a page may tell, that slept meanwhile."""
AHEAD = timedelta(minutes=30)


@dataclass(frozen=True)
class Reminder:
    """At this moment the person wants to hear of the event."""

    at: datetime
    card: EventCard


def reminders_due(user: User, now: datetime, zone: ZoneInfo) -> list[Reminder]:
    """Those of the last minutes and of the next half hour, earliest first.

    Notifications alone: mails are the provider's, and so is what the calendar does by default. An
    event that is over, or declined, reminds nobody. Whole days begin at midnight in `zone`.
    """
    first, last = now - MISSED, now + AHEAD
    due: dict[tuple[datetime, int, str], Reminder] = {}
    for card in events_between(user, first, last + timedelta(minutes=LONGEST_LEAD)):
        for alarm in card.alarms:
            if alarm.minutes > LONGEST_LEAD:  # another one's; it may lie before the first year
                continue
            at = instant(card.start, zone) - timedelta(minutes=alarm.minutes)
            if alarm.action is AlarmAction.DISPLAY and first <= at < last:
                due[at, card.id, card.date] = Reminder(at, card)
    return [due[key] for key in sorted(due)]
