"""One person, many addresses: persons are compared, not spellings. A log-in is an address too."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models

from calendar_sync.security import rules


class AddressQuerySet(models.QuerySet["Address"]):
    def visible_to(self, user: rules.Person) -> "AddressQuerySet":
        return self.filter(rules.addresses_of(user))

    def people(self, addresses: Iterable[str]) -> dict[str, int]:
        """Which of these normalized addresses belong to whom (user ids), in one statement."""
        wanted = sorted(set(addresses))
        if not wanted:
            return {}
        users = get_user_model().objects.filter(login__in=wanted).values_list("login", "pk")
        proven = self.filter(address__in=wanted, proven=True).values_list("address", "user")
        return dict(users.union(proven))

    def of(self, user_id: int) -> frozenset[str]:
        """Log-in and proven addresses of one person, normalized, in one statement."""
        users = get_user_model().objects.filter(pk=user_id).values_list("login")
        proven = self.filter(user=user_id, proven=True).values_list("address")
        return frozenset(address for (address,) in users.union(proven))


class Address(models.Model):
    """A mail address of a user besides the log-in; what is not proven counts for nothing."""

    class Source(models.TextChoices):
        MAILBOX = "mailbox", "Connected mailbox"
        ALIAS = "alias", "Alias of a connected mailbox"
        ADMINISTRATOR = "administrator", "Confirmed by an administrator"
        CALENDAR = "calendar", "A calendar of his, which organizes in his name"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="addresses")
    address = models.CharField(max_length=320, unique=True)  # normalized
    proven = models.BooleanField(default=False)
    source = models.CharField(max_length=13, choices=Source, default=Source.MAILBOX)

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name = "address"
        verbose_name_plural = "addresses"

    def __str__(self) -> str:
        return self.address
