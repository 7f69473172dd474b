from django.conf import settings
from django.contrib.postgres.indexes import HashIndex
from django.db import models

from calendar_sync.engine.event import PartStat, Role, UserType
from calendar_sync.security import rules


class AttendeeQuerySet(models.QuerySet["Attendee"]):
    def visible_to(self, user: rules.Person) -> "AttendeeQuerySet":
        return self.filter(rules.guests_of(user))


class Attendee(models.Model):
    """ATTENDEE (RFC 5545 §3.8.4.1): an invitation and its answer.

    `role`, `user_type` and `partstat` hold the values of the engine's enums; `recurrence_id` is
    empty for the whole event. `user` is the person behind the address, if he is one of ours. What
    strangers may write has no limit: one long name must not stop a synchronization.
    """

    event = models.ForeignKey("calendar_sync.Event", models.CASCADE, related_name="attendees")
    recurrence_id = models.CharField(max_length=80, blank=True)
    address = models.TextField()  # normalized
    name = models.TextField(blank=True)
    role = models.CharField(max_length=16, default=Role.REQUIRED.value)
    user_type = models.CharField(max_length=16, default=UserType.INDIVIDUAL.value)
    partstat = models.CharField(max_length=16, default=PartStat.NEEDS_ACTION.value)
    comment = models.TextField(blank=True)
    additional_guests = models.PositiveIntegerField(default=0)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitations",
    )

    objects = AttendeeQuerySet.as_manager()

    connected: bool  # added by `load_contents`: has a connected copy of his own

    class Meta:
        verbose_name = "attendee"
        ordering = ["address"]
        # A hash: addresses of strangers may be longer than what a tree of them takes.
        indexes = [HashIndex(fields=["address"], name="attendee_address")]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "recurrence_id", "address"], name="attendee_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.address
