from django.db import models

from calendar_sync.security import rules


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    def visible_to(self, user: rules.Person) -> "OccurrenceQuerySet":
        return self.filter(rules.occurrences_of(user))


class Occurrence(models.Model):
    """When an event takes place: derived rows for queries, never the truth.

    Dates (`all_day`) and floating times are stored as if they were in UTC.
    """

    event = models.ForeignKey("calendar_sync.Event", models.CASCADE, related_name="occurrences")
    recurrence_id = models.CharField(max_length=80, blank=True)  # empty: not a series
    date = models.CharField(max_length=20, blank=True)  # the same as keys name it
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    all_day = models.BooleanField(default=False)
    floating = models.BooleanField(default=False)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = "occurrence"
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="occurrence_period")]

    def __str__(self) -> str:
        return f"{self.event} on {self.starts_at:%Y-%m-%d}"
