from django.db import models

from calendar_sync.security import rules


class PreviewedActQuerySet(models.QuerySet["PreviewedAct"]):
    def visible_to(self, user: rules.Person) -> "PreviewedActQuerySet":
        """Only his own: they name events."""
        return self.filter(rules.of_preview(user))


class PreviewedAct(models.Model):
    """One line of a preview (`engine.showing.Act`)."""

    preview = models.ForeignKey("calendar_sync.Preview", models.CASCADE, related_name="acts")
    pairing = models.ForeignKey("calendar_sync.Pairing", models.CASCADE, related_name="+")
    object = models.TextField()
    side = models.CharField(max_length=5)
    what = models.CharField(max_length=10)
    mailed = models.JSONField(default=list)
    summary = models.TextField(blank=True)
    start = models.TextField(blank=True)
    code = models.CharField(max_length=64, blank=True)

    objects = PreviewedActQuerySet.as_manager()

    class Meta:
        verbose_name = "act of a preview"
        indexes = [models.Index(fields=["preview", "side", "what"], name="previewed_act_of")]

    def __str__(self) -> str:
        return f"{self.what} {self.side}"
