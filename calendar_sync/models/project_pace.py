from django.db import models

from calendar_sync.security import rules


class ProjectPaceQuerySet(models.QuerySet["ProjectPace"]):
    def visible_to(self, _user: rules.Person) -> "ProjectPaceQuerySet":
        """Nobody's: it is the workers' alone."""
        return self.none()


class ProjectPace(models.Model):
    """What all accounts of a provider together have written of late (`providers.pace`).

    Before `open_at` the project's share is used up, and no account of the provider is claimed.
    """

    provider = models.CharField(max_length=16, unique=True)
    open_at = models.DateTimeField()

    objects = ProjectPaceQuerySet.as_manager()

    class Meta:
        verbose_name = "pace of a project"

    def __str__(self) -> str:
        return f"{self.provider} from {self.open_at}"
