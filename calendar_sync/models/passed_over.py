from django.db import models

from calendar_sync.security import rules


class PassedOverQuerySet(models.QuerySet["PassedOver"]):
    def visible_to(self, user: rules.Person) -> "PassedOverQuerySet":
        return self.filter(rules.of_pairing(user))


class PassedOver(models.Model):
    """An event at the provider that a filter keeps out: no more than it takes to count it.

    `digest` is one of its href, by which it is found again once it is told of anew, and which
    leads nowhere: its owner asked us not to have it.
    """

    pairing = models.ForeignKey(
        "calendar_sync.Pairing", models.CASCADE, related_name="passed_over", db_index=False
    )
    digest = models.UUIDField()
    reason = models.CharField(max_length=16)  # `engine.filters.Reason`

    objects = PassedOverQuerySet.as_manager()

    class Meta:
        verbose_name = "event passed over"
        constraints = [
            models.UniqueConstraint(fields=["pairing", "digest"], name="passed_over_unique")
        ]

    def __str__(self) -> str:
        return f"{self.reason} at {self.pairing}"
