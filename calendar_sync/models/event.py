from django.conf import settings
from django.db import models

from calendar_sync.security import rules

ROOM_MISSING = models.Q(components__conference__1="")
"""A room for the meeting was asked for, and is not there yet or was refused."""


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: rules.Person) -> "EventQuerySet":
        """Events the user organizes, has in a calendar of his, or is invited to."""
        return self.filter(rules.events_of(user))

    def alive(self) -> "EventQuerySet":
        return self.filter(deleted_at=None)

    def in_archive(self) -> "EventQuerySet":
        return self.filter(deleted_at__isnull=False, archived=True)


class Event(models.Model):
    """A meeting or a private event: the truth everybody shares, one row however many copies.

    `components` are the engine's properties (`engine.properties`) but for organizer, guests and
    answers (columns and rows of their own) and the overlay, which belongs to each Entry.
    `home` is the pairing whose copy tells the truth: the organizer's own, or the witness of an
    outside organizer; without one it is ours.
    """

    components = models.JSONField(default=dict)
    organizer_address = models.TextField(blank=True)  # normalized
    organizer_name = models.TextField(blank=True)
    organizer_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="organized_events",
    )
    home = models.ForeignKey(
        "calendar_sync.Pairing", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    kind = models.ForeignKey(
        "calendar_sync.EventKind", models.PROTECT, null=True, blank=True, related_name="events"
    )  # none: the usual one
    # The series that this one was split from, where that was seen.
    predecessor = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="successors"
    )
    sequence = models.PositiveIntegerField(default=0)  # SEQUENCE, RFC 5545 §3.8.7.4
    revision = models.PositiveIntegerField(default=0)  # rises with every change of ours
    # Derived from `components` for queries; dates and floating times as if they were in UTC.
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    all_day = models.BooleanField(default=False)
    is_series = models.BooleanField(default=False)
    updated_at = models.DateTimeField()  # of the content, on the side it was
    deleted_at = models.DateTimeField(null=True, blank=True)  # in the trash, for everybody
    archived = models.BooleanField(default=False)  # put there to be kept, and to come back

    objects = EventQuerySet.as_manager()

    # Added by queries of the host: whether an organizer's own copy is connected.
    has_home: bool
    namesakes: list[int]  # others that bear one of its UIDs

    class Meta:
        verbose_name = "event"
        indexes = [
            models.Index(fields=["starts_at"], name="event_starts_at"),
            models.Index(fields=["updated_at"], name="event_updated_at"),
            models.Index(
                fields=["organizer_user"], name="event_room_missing", condition=ROOM_MISSING
            ),
        ]

    def __str__(self) -> str:
        return self.summary or f"Event {self.pk}"

    @property
    def summary(self) -> str:
        return str(self.components.get("summary") or "")
