"""Reminders that are due soon, for the script of the open calendar."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from calendar_sync.actions.reminders import Reminder, reminders_due
from calendar_sync.controllers import dates
from calendar_sync.controllers.event_words import NO_TITLE, dated
from calendar_sync.controllers.requests import viewer, viewer_zone
from calendar_sync.controllers.special_words import titled


@never_cache
@require_GET
def reminders(request: HttpRequest) -> JsonResponse:
    """`seconds` from now, negative where it was due before: the browser's clock may be wrong."""
    zone, now = viewer_zone(), timezone.now()
    due = reminders_due(viewer(request), now, zone)
    return JsonResponse([_reminder(each, zone, now) for each in due], safe=False)


def _reminder(reminder: Reminder, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    card = reminder.card
    return {
        "key": f"{card.id} {card.date} {reminder.at.timestamp():.0f}",
        "seconds": round((reminder.at - now).total_seconds()),
        "title": titled(card.summary, card.special, NO_TITLE),
        "when": dates.when(card.start, card.end, zone, timezone.localdate(now, zone)),
        "place": card.location,
        "link": reverse("event", args=[card.id]) + dated(card.date),
    }
