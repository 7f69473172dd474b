from django.db import models

from calendar_sync.security import rules


class PreviewQuerySet(models.QuerySet["Preview"]):
    def visible_to(self, user: rules.Person) -> "PreviewQuerySet":
        """His own; an administrator sees everybody's, without what it is about."""
        return self.filter(rules.of_credential(user))


class Preview(models.Model):
    """What the next synchronization of an account would do, as its person is shown it.

    A worker makes it. `number` rises each time it is asked for, so that nobody agrees to another
    one than he saw. `unshown`: it was asked for because that many changes went beyond the last.
    """

    credential = models.OneToOneField(
        "calendar_sync.ProviderCredential", models.CASCADE, related_name="preview"
    )
    number = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField(null=True, blank=True)  # to be made from then on
    read = models.PositiveIntegerField(default=0)  # objects, so far
    made_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=64, blank=True)  # why it could not be made
    unshown = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=list)  # by filters: (side, reason, how many)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = PreviewQuerySet.as_manager()

    class Meta:
        verbose_name = "preview"

    def __str__(self) -> str:
        return f"Preview {self.number} of {self.credential}"
