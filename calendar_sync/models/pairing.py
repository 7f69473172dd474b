from uuid import UUID

from django.db import models
from django.db.models import Q

from calendar_sync.engine.masks import Mirror
from calendar_sync.security import rules


class PairingQuerySet(models.QuerySet["Pairing"]):
    def visible_to(self, user: rules.Person) -> "PairingQuerySet":
        return self.filter(rules.of_credential(user))

    def for_new_events(self, owner_id: int) -> "PairingQuerySet":
        """Where a person's new events go comes first; without one they stay here."""
        chosen = Q(calendar__takes_new=True) | Q(calendar__is_default=True)
        rows = self.filter(chosen, calendar__owner=owner_id, default_target=True)
        return rows.order_by("-calendar__takes_new", "pk")


class Pairing(models.Model):
    """One calendar of ours kept in step with one remote calendar."""

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        UNAVAILABLE = "unavailable", "Calendar gone"  # nothing is deleted here for it
        STOPPED = "stopped", "Not chosen"  # its links are closed

    calendar = models.ForeignKey("calendar_sync.Calendar", models.CASCADE, related_name="pairings")
    remote_calendar = models.ForeignKey(
        "calendar_sync.RemoteCalendar", models.PROTECT, related_name="pairings"
    )
    credential = models.ForeignKey(
        "calendar_sync.ProviderCredential", models.CASCADE, related_name="pairings"
    )
    state = models.CharField(max_length=11, choices=State, default=State.ACTIVE)
    state_code = models.CharField(max_length=64, blank=True)
    policy = models.JSONField(default=dict)  # SyncPolicy
    token = models.TextField(blank=True)
    token_saved_at = models.DateTimeField(null=True, blank=True)
    # The complete listing that goes on behind the token (`engine.sync.Listing`).
    listing = models.PositiveBigIntegerField(null=True, blank=True)
    # What it shows of the person's other calendars (`engine.masks`).
    mirror = models.CharField(
        max_length=4, choices=[(each.value, each.name) for each in Mirror], default=Mirror.OFF.value
    )
    # When that was last compared with what they hold (`models.mirrors`).
    mirrors_compared_at = models.DateTimeField(null=True, blank=True)
    # Where the calendar's new events go.
    default_target = models.BooleanField(default=False)

    objects = PairingQuerySet.as_manager()

    # Added by the host's query: the owner, his log-in and proven addresses, the account's address,
    # those of all his accounts; whether runs go by a preview; of the calendar there.
    owner_id: int
    login: str
    addresses: list[str]
    account: str
    accounts: list[str]
    by_preview: bool
    provider: str
    namespace: UUID
    has_news: bool  # events of the owner were edited since its mirrors were compared
    has_mirrors: bool  # a calendar of the owner shows what is in his others
    has_waiting: bool  # a link comes to the next run

    class Meta:
        verbose_name = "pairing"
        constraints = [
            models.UniqueConstraint(fields=["calendar", "remote_calendar"], name="pairing_unique"),
            models.UniqueConstraint(
                fields=["calendar"], condition=Q(default_target=True), name="pairing_one_target"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.calendar} – {self.remote_calendar}"
