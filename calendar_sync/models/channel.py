from django.db import models
from django.db.models import Q

from calendar_sync.security import rules


class ChannelQuerySet(models.QuerySet["Channel"]):
    def visible_to(self, user: rules.Person) -> "ChannelQuerySet":
        return self.filter(rules.of_pairing(user))


class Channel(models.Model):
    """A web hook of a pairing: the provider calls `address` when the remote calendar changes.

    Saved before the provider is asked for it, because its first call may come before the answer.
    The secret is kept as a digest: it is only ever compared.
    """

    class State(models.TextChoices):
        OPENING = "opening", "Opening"  # asked for; nobody knows yet whether it is there
        OPEN = "open", "Open"
        STOPPING = "stopping", "Stopping"  # another took its place, or none is wanted any more
        REFUSED = "refused", "Refused"  # not to be had for now; `code` says why

    pairing = models.ForeignKey("calendar_sync.Pairing", models.CASCADE, related_name="channels")
    key = models.CharField(max_length=32, unique=True)
    address = models.TextField()
    secret_digest = models.CharField(max_length=64)
    remote_id = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPENING)
    code = models.CharField(max_length=64, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row, for the back-off
    opened_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True, blank=True)  # the provider reached us first then
    due_at = models.DateTimeField()  # to be renewed, tried or asked for again
    expires_at = models.DateTimeField()

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = "channel"
        constraints = [
            # Two are there only while one takes the other's place.
            models.UniqueConstraint(
                fields=["pairing"], condition=Q(state="open"), name="channel_one_open"
            ),
            models.UniqueConstraint(
                fields=["pairing"], condition=Q(state="opening"), name="channel_one_opening"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} channel of {self.pairing}"
