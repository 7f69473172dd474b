from django.conf import settings
from django.db import models
from django.db.models import Q

from calendar_sync.security import rules


class CalendarQuerySet(models.QuerySet["Calendar"]):
    def visible_to(self, user: rules.Person) -> "CalendarQuerySet":
        return self.filter(rules.calendars_of(user))

    def for_new_events(self) -> "CalendarQuerySet":
        """The one that a person's new events go into comes first."""
        return self.filter(Q(takes_new=True) | Q(is_default=True)).order_by("-takes_new", "pk")


class Calendar(models.Model):
    """A person's calendar (RFC 4791 §4.2); the default one holds what he attends."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendars")
    name = models.CharField(max_length=200)
    colour = models.PositiveSmallIntegerField("colour index", default=0)
    is_default = models.BooleanField(default=True)
    # A person's new events go here; where no calendar says so, into the default one.
    takes_new = models.BooleanField(default=False)
    # What its owner declined stays in sight, struck through; said at the default one, for all.
    shows_declined = models.BooleanField(default=False)

    objects = CalendarQuerySet.as_manager()

    class Meta:
        verbose_name = "calendar"
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=Q(is_default=True), name="calendar_one_default"
            ),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(takes_new=True), name="calendar_one_takes_new"
            ),
        ]

    def __str__(self) -> str:
        return self.name
