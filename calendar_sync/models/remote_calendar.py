import uuid

from django.db import models

from calendar_sync.security import rules


class RemoteCalendarQuerySet(models.QuerySet["RemoteCalendar"]):
    def visible_to(self, user: rules.Person) -> "RemoteCalendarQuerySet":
        return self.filter(rules.remote_calendars_of(user))


class RemoteCalendar(models.Model):
    """A calendar at a provider: one row however many users pair it, and never deleted.

    `namespace` is the root of all creation keys: random, so it names this installation and this
    calendar at once, and a repeated creation after a reconnect still bears the same key.
    """

    provider = models.CharField(max_length=16)
    canonical_id = models.TextField()
    name = models.TextField(blank=True)
    time_zone = models.CharField(max_length=64, blank=True)  # IANA name, empty: not known
    namespace = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = RemoteCalendarQuerySet.as_manager()

    class Meta:
        verbose_name = "remote calendar"
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "canonical_id"], name="remote_calendar_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.canonical_id
