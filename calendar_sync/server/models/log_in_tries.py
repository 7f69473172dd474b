from django.db import models


class LogInTries(models.Model):
    """Wrong tries of one log-in from one network address; a digest, so it names nobody."""

    digest = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = "log-in tries"
        verbose_name_plural = "log-in tries"

    def __str__(self) -> str:
        return f"{self.count} tries"
