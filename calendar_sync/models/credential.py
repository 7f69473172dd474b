from django.conf import settings
from django.db import models

from calendar_sync.security import rules


class ProviderCredentialQuerySet(models.QuerySet["ProviderCredential"]):
    def visible_to(self, user: rules.Person) -> "ProviderCredentialQuerySet":
        """His own; an administrator sees everybody's."""
        return self.filter(rules.credentials_for(user))

    def usable(self) -> "ProviderCredentialQuerySet":
        return self.filter(state=ProviderCredential.State.ACTIVE, paused_at=None)


class ProviderCredential(models.Model):
    """A user's account at a provider: who it is, the grant, its state, and who works on it.

    Tokens are encrypted (`security.secrets`). The lease belongs to whoever holds `lease_fence`,
    the number of the newest claim; raising it takes the account away from a running worker.
    """

    class State(models.TextChoices):
        CONNECTING = "connecting", "Waiting for its person's go"  # signed in, shown a preview
        ACTIVE = "active", "Active"
        STOPPED = "stopped", "Stopped"
        RECONNECT = "reconnect", "Reconnect needed"
        PROBLEM = "problem", "Problem"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="credentials")
    provider = models.CharField(max_length=16)
    subject = models.CharField("account id", max_length=255)
    address = models.CharField(max_length=320)  # normalized, of the mailbox
    encrypted_refresh_token = models.TextField(blank=True)
    encrypted_access_token = models.TextField(blank=True)
    access_expires_at = models.DateTimeField(null=True, blank=True)
    # The sign-in ends then whatever happens; none where the provider said nothing.
    grant_ends_at = models.DateTimeField(null=True, blank=True)
    scopes = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.CONNECTING)
    state_code = models.CharField(max_length=64, blank=True)  # why, a code of the error tree
    state_detail = models.CharField(max_length=200, blank=True)  # the provider's own codes for it
    state_since = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    lease_fence = models.PositiveBigIntegerField(default=0)
    lease_since = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_by = models.CharField(max_length=100, blank=True)
    due_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)  # in a row, for the back-off
    # When it may write at full speed again (`providers.pace`). With more to write, it is due then.
    paced_until = models.DateTimeField(null=True, blank=True)
    last_synced_at = models.DateTimeField(null=True, blank=True)
    # Runs do no more than its preview showed, until all of that is done.
    by_preview = models.BooleanField(default=False)
    # A reset that was confirmed and not yet carried out: `actions.reset.Request` as JSON.
    reset = models.JSONField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)  # its person last opened the calendar
    # Its channels have to be looked after from then on (`actions.tending`); nothing to do: none.
    tend_at = models.DateTimeField(null=True, blank=True)
    # What is to be done about its list of calendars: `actions.calendar_errands.Errand` as JSON.
    errand = models.JSONField(null=True, blank=True)
    errand_error = models.CharField(max_length=64, blank=True)  # why the last one failed, a code
    listed_at = models.DateTimeField(null=True, blank=True)
    has_moves = models.BooleanField(default=False)  # of events, for `actions.moving`
    created_at = models.DateTimeField()

    objects = ProviderCredentialQuerySet.as_manager()

    paired: list[list[str]]  # added by a claim: active pairings and their remote calendars

    class Meta:
        verbose_name = "connection"
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="credential_unique")
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="credential_due")]

    def __str__(self) -> str:
        return f"{self.address} ({self.provider})"
