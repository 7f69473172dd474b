from django.db import models

from calendar_sync.security import rules


class DirtyMarkQuerySet(models.QuerySet["DirtyMark"]):
    def visible_to(self, user: rules.Person) -> "DirtyMarkQuerySet":
        return self.filter(rules.of_link(user))


class DirtyMark(models.Model):
    """A change here that a link's run has not seen yet.

    Rows are only added and removed, never updated: an edit does not wait for a run, and a run
    removes exactly the marks it has read.
    """

    link = models.ForeignKey("calendar_sync.Link", models.CASCADE, related_name="marks")

    objects = DirtyMarkQuerySet.as_manager()

    class Meta:
        verbose_name = "dirty mark"

    def __str__(self) -> str:
        return f"mark {self.pk} of {self.link}"
