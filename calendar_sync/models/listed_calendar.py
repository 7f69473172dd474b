from django.db import models

from calendar_sync.security import rules


class ListedCalendarQuerySet(models.QuerySet["ListedCalendar"]):
    def visible_to(self, user: rules.Person) -> "ListedCalendarQuerySet":
        """His own, an administrator's too: names of calendars are content."""
        return self.filter(rules.of_own_credential(user))


class ListedCalendar(models.Model):
    """A calendar on an account's list at its provider, as it stood there when last looked at.

    `owner` is the person it belongs to; empty where that is the account's own. What is off the
    list stays here while it is paired: off the list is not out of reach, but for the calendar of a
    group, which is its members'.
    """

    class Role(models.TextChoices):  # what the account may do there
        OWNER = "owner", "Owner"
        WRITER = "writer", "Writer"
        READER = "reader", "Reader"

    credential = models.ForeignKey(
        "calendar_sync.ProviderCredential", models.CASCADE, related_name="listed_calendars"
    )
    canonical_id = models.TextField()
    name = models.TextField(blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    colour = models.CharField(max_length=7, blank=True)  # #rrggbb
    role = models.CharField(max_length=6, choices=Role, default=Role.OWNER)
    owner = models.CharField("owner's address", max_length=320, blank=True)
    owner_name = models.TextField(blank=True)
    is_primary = models.BooleanField(default=False)
    is_listed = models.BooleanField(default=True)
    is_group = models.BooleanField("of a group", default=False)

    objects = ListedCalendarQuerySet.as_manager()

    class Meta:
        verbose_name = "listed calendar"
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "canonical_id"], name="listed_calendar_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.canonical_id
