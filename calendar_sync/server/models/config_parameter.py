from django.db import models


class ConfigParameterQuerySet(models.QuerySet["ConfigParameter"]):
    """Reads give the default for a parameter that is missing or empty.

    ValueError if the text stored is not of the kind asked for: whoever writes checks it before.
    """

    def text(self, key: str, default: str = "") -> str:
        return self.filter(key=key).values_list("value", flat=True).first() or default

    def number(self, key: str, default: int = 0) -> int:
        return int(self.text(key, str(default)))

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.text(key, str(default))
        if value not in {"True", "False"}:
            raise ValueError(f"{key} is {value!r}, but must be True or False")
        return value == "True"

    def put(self, key: str, value: str | int | bool) -> None:
        """As in Odoo, everything is stored as text."""
        self.update_or_create(key=key, defaults={"value": str(value)})


class ConfigParameter(models.Model):
    """`ir.config_parameter`: what an administrator sets for the whole server."""

    key = models.CharField(max_length=200, unique=True)
    value = models.TextField(blank=True)

    objects = ConfigParameterQuerySet.as_manager()

    class Meta:
        verbose_name = "parameter"
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key
