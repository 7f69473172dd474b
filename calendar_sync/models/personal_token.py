from django.conf import settings
from django.db import models

from calendar_sync.security import rules


class PersonalTokenQuerySet(models.QuerySet["PersonalToken"]):
    def visible_to(self, user: rules.Person) -> "PersonalTokenQuerySet":
        return self.filter(rules.tokens_of(user))


class PersonalToken(models.Model):
    """A user's key to the API; only its digest is kept (`security.secrets.token_digest`)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = PersonalTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "personal access token"

    def __str__(self) -> str:
        return self.name
