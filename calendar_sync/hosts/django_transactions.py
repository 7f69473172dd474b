"""Whole transactions that may be repeated, correct at READ COMMITTED and REPEATABLE READ."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, transaction
from psycopg2.errorcodes import (
    DEADLOCK_DETECTED,
    FOREIGN_KEY_VIOLATION,
    SERIALIZATION_FAILURE,
    UNIQUE_VIOLATION,
)

Given = ParamSpec("Given")
Result = TypeVar("Result")

MOST_TRIES = 5
TRANSIENT = {
    SERIALIZATION_FAILURE,
    DEADLOCK_DETECTED,
    UNIQUE_VIOLATION,
    FOREIGN_KEY_VIOLATION,
}


class Contended(Exception):
    """Somebody changed what was read before it could be locked: the call has to be repeated."""


def repeatable(call: Callable[Given, Result]) -> Callable[Given, Result]:
    """`call` as one transaction, tried again when another one came in between.

    A broken constraint counts as such: who loses a race to create, or points to what was removed
    meanwhile, finds it out when reading again. What still fails at the last try is raised.
    """

    @wraps(call)
    def transact(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        for _ in range(MOST_TRIES - 1):
            try:
                with transaction.atomic(durable=True):
                    return call(*args, **kwargs)
            except Contended:
                continue
            except (OperationalError, IntegrityError) as error:
                if getattr(error.__cause__, "pgcode", None) not in TRANSIENT:
                    raise
        with transaction.atomic(durable=True):
            return call(*args, **kwargs)

    return transact
