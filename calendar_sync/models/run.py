from django.db import models

from calendar_sync.security import rules


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: rules.Person) -> "RunQuerySet":
        """His own; an administrator sees everybody's, which tell no content."""
        return self.filter(rules.of_credential(user))


class Run(models.Model):
    """A synchronization that did something or failed; one that found nothing leaves no row.

    The lease's fence names it: whatever one claim commits on a pairing belongs to one run.
    """

    credential = models.ForeignKey(
        "calendar_sync.ProviderCredential", models.CASCADE, related_name="runs"
    )
    pairing = models.ForeignKey("calendar_sync.Pairing", models.CASCADE, related_name="runs")
    fence = models.PositiveBigIntegerField()
    trigger = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    # The counts of `engine.sync.SyncReport`.
    received = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    mailed = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    conflicts = models.PositiveIntegerField(default=0)
    remaining = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=64, blank=True)
    error_detail = models.TextField(blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = "run"
        constraints = [models.UniqueConstraint(fields=["pairing", "fence"], name="run_unique")]
        indexes = [models.Index(fields=["credential", "-started_at"], name="run_newest")]

    def __str__(self) -> str:
        return f"{self.credential} at {self.started_at:%Y-%m-%d %H:%M:%S}"
