from django.db import models

from calendar_sync.engine.policy import Side
from calendar_sync.security import rules


class ChangeQuerySet(models.QuerySet["Change"]):
    def visible_to(self, user: rules.Person) -> "ChangeQuerySet":
        """Only his own: before-images are content."""
        return self.filter(rules.of_run(user))


class Change(models.Model):
    """One line of a run (`engine.sync.JournalEntry`): what happened to one object on one side."""

    class SideOf(models.TextChoices):
        HERE = Side.HERE.value, "here"
        THERE = Side.THERE.value, "there"

    run = models.ForeignKey("calendar_sync.Run", models.CASCADE, related_name="changes")
    link = models.ForeignKey(
        "calendar_sync.Link", models.SET_NULL, null=True, blank=True, related_name="changes"
    )
    event = models.ForeignKey(
        "calendar_sync.Event", models.SET_NULL, null=True, blank=True, related_name="changes"
    )
    side = models.CharField(max_length=5, choices=SideOf)
    what = models.CharField(max_length=20)
    title = models.TextField(blank=True)  # as it was then, for who had it then
    keys = models.JSONField(default=list)
    before = models.JSONField(default=dict)
    mailed = models.JSONField(default=list)
    code = models.CharField(max_length=64, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "change"

    def __str__(self) -> str:
        return f"{self.what} {self.side}"
