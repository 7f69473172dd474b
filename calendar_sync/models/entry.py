from django.contrib.postgres.fields import ArrayField
from django.db import models

from calendar_sync.engine.event import Availability, Classification
from calendar_sync.security import rules


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: rules.Person) -> "EntryQuerySet":
        return self.filter(rules.of_calendar(user))

    def alive(self) -> "EntryQuerySet":
        return self.filter(deleted_at=None, event__deleted_at=None)


class Entry(models.Model):
    """An event in one person's calendar, with what is his alone (the overlay).

    `deleted_at` takes it out of this calendar only; the event stays for everybody else. `scope`
    are the dates of a series that its person is invited to, as keys name them; empty: all of it.
    """

    calendar = models.ForeignKey("calendar_sync.Calendar", models.CASCADE, related_name="entries")
    event = models.ForeignKey("calendar_sync.Event", models.CASCADE, related_name="entries")
    availability = models.CharField(max_length=20, default=Availability.BUSY.value)
    classification = models.CharField(max_length=16, default=Classification.DEFAULT.value)
    # The engine's other properties of a person's own: alarms, categories, colour.
    personal = models.JSONField(default=dict)
    kept_apart = models.BooleanField(default=False)  # not to be kept in step with any provider
    # Where its owner wants it, until the provider has moved it; and a code: why it has not.
    moving_to = models.ForeignKey(
        "calendar_sync.Calendar", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    not_moved = models.CharField(max_length=64, blank=True)
    updated_at = models.DateTimeField(null=True, blank=True)  # of the overlay, by its owner
    deleted_at = models.DateTimeField(null=True, blank=True)
    scope = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    objects = EntryQuerySet.as_manager()

    # Added by `marks.pair`: the incarnation of what stood at a provider and was deleted.
    deleted_there: int | None

    class Meta:
        verbose_name = "entry"
        verbose_name_plural = "entries"
        constraints = [models.UniqueConstraint(fields=["calendar", "event"], name="entry_unique")]
        indexes = [
            models.Index(
                fields=["updated_at"],
                name="entry_updated_at",
                condition=~models.Q(updated_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} in {self.calendar}"
