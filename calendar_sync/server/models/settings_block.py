from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from django.core.exceptions import ValidationError
from django.db import models

Kind = Literal["text", "number", "flag"]


@dataclass(frozen=True)
class Setting:
    """One parameter on the Settings page. `name` is its field in a form."""

    key: str
    label: str
    kind: Kind
    hint: str = ""

    @property
    def name(self) -> str:
        return f"parameter:{self.key}"


class SettingsBlock(models.Model):
    """`calendar_sync.settings.block`: parameters of an addon, shown together on Settings.

    `parameters` is a list of dicts with key, label, kind (text, number, flag) and perhaps hint.
    """

    title = models.CharField(max_length=100)
    sequence = models.IntegerField(default=10)
    parameters = models.JSONField(default=list)

    class Meta:
        verbose_name = "settings block"
        ordering = ["sequence", "pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        for row in self.parameters if isinstance(self.parameters, list) else [self.parameters]:
            if not _is_setting(row):
                raise ValidationError(
                    {"parameters": f"{row!r} needs key, label and kind {get_args(Kind)}"}
                )

    def settings(self) -> Iterator[Setting]:
        return (Setting(**row) for row in self.parameters)


def _is_setting(row: Any) -> bool:  # noqa: ANN401 - anything a file may hold
    return (
        isinstance(row, dict)
        and {"key", "label", "kind"} <= row.keys() <= {"key", "label", "kind", "hint"}
        and all(isinstance(value, str) for value in row.values())
        and row["kind"] in get_args(Kind)
    )
