from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db import models

BATCH = 1000
"""Rows per statement."""

Row = TypeVar("Row", bound=models.Model)


def create_all(model: type[Row], rows: Iterable[Row]) -> None:
    model._default_manager.bulk_create(rows, batch_size=BATCH)  # noqa: SLF001 - any model's


def update_all(model: type[Row], rows: Sequence[Row], fields: Sequence[str]) -> None:
    """Write these fields of rows that were read whole and locked.

    An upsert on the primary key: `bulk_update` would build a CASE of thousands of branches.
    """
    model._default_manager.bulk_create(  # noqa: SLF001 - any model's
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=fields,
    )
