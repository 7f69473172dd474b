import re
from datetime import UTC, datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from calendar_sync.server.registry import scheduled_actions

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
METHOD = re.compile(r"model\.([a-z_]+)\(\)")


class ScheduledActionQuerySet(models.QuerySet["ScheduledAction"]):
    def idle(self, now: datetime) -> "ScheduledActionQuerySet":
        """Nobody is at it, or died at it."""
        return self.filter(Q(leased_until=None) | Q(leased_until__lte=now))

    def due(self, now: datetime) -> "ScheduledActionQuerySet":
        return self.idle(now).filter(active=True, nextcall__lte=now).order_by("nextcall", "pk")


class ScheduledAction(models.Model):
    """`ir.cron`: decides when, never who; several workers may read the same rows.

    What is run is `model` and `code` in Odoo's shape, for example `calendar_sync.connection` and
    `model.synchronize_google()`; together they name an action of the closed registry.
    """

    class State(models.TextChoices):
        CODE = "code", "Execute code"

    class Interval(models.TextChoices):
        SECONDS = "seconds", "seconds"
        MINUTES = "minutes", "minutes"
        HOURS = "hours", "hours"
        DAYS = "days", "days"
        WEEKS = "weeks", "weeks"
        MONTHS = "months", "months"

    name = models.CharField(max_length=100)
    model = models.CharField(max_length=100)
    state = models.CharField(max_length=4, choices=State, default=State.CODE)
    code = models.CharField(max_length=100)
    interval_number = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    interval_type = models.CharField(max_length=7, choices=Interval, default=Interval.HOURS)
    active = models.BooleanField(default=True)
    nextcall = models.DateTimeField(default=timezone.now)
    lastcall = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=500, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    objects = ScheduledActionQuerySet.as_manager()

    class Meta:
        verbose_name = "scheduled action"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """Name in the registry, such as `calendar_sync.connection.synchronize_google`."""
        method = METHOD.fullmatch(self.code)
        return f"{self.model}.{method[1]}" if method else ""

    @property
    def interval(self) -> str:
        unit = self.interval_type if self.interval_number > 1 else self.interval_type[:-1]
        short = {"minutes": "min", "minute": "min", "seconds": "s", "second": "s"}.get(unit, unit)
        return f"{self.interval_number} {short}"

    def clean(self) -> None:
        if not self.key:
            raise ValidationError({"code": f"{self.code!r} is not like 'model.method()'"})
        if self.key not in scheduled_actions():
            raise ValidationError({"code": f"there is no scheduled action {self.key}"})

    def after(self, now: datetime) -> datetime:
        """The next call after now; calls that were missed are not made up for."""
        step = relativedelta(**{self.interval_type: self.interval_number})  # type: ignore[arg-type]
        longest = timedelta(days=31 * step.months) if step.months else LONG_AGO + step - LONG_AGO
        turns = max(0, (now - self.nextcall) // longest)
        while self.nextcall + step * turns <= now:
            turns += 1
        return self.nextcall + step * turns
