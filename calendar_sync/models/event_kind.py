from django.db import models
from django.db.models import Q

from calendar_sync.security import rules


class EventKindQuerySet(models.QuerySet["EventKind"]):
    def visible_to(self, user: rules.Person) -> "EventKindQuerySet":
        """Everybody sees them who may log in."""
        return self.filter(rules.by_everybody(user))

    def offered(self) -> "EventKindQuerySet":
        return self.filter(archived_at=None)


class EventKind(models.Model):
    """What sort of event it is, as the administrator names them: Meeting, Call.

    An event without a kind is of the usual one. What is archived is offered no more; events keep
    it. `icon` is the name of a symbol of our own set.
    """

    name = models.CharField(max_length=80)
    colour = models.PositiveSmallIntegerField("colour index", default=0)
    icon = models.CharField(max_length=40, blank=True)
    sequence = models.PositiveIntegerField(default=10)
    is_usual = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = EventKindQuerySet.as_manager()

    class Meta:
        verbose_name = "event kind"
        ordering = ["sequence", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_usual"], condition=Q(is_usual=True), name="event_kind_one_usual"
            )
        ]

    @property
    def key(self) -> str:
        """How filters name it: as `Event.kind_id`, which the usual one leaves empty."""
        return "" if self.is_usual else str(self.pk)

    def __str__(self) -> str:
        return self.name
