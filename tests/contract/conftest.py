"""Every host behind the same tests: the reference, and Django's at two levels of isolation."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2.extensions as postgres
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from support.desk import START, Desk, DjangoDesk, MemoryDesk
from support.remote import TickingClock

LEVELS = {
    "read committed": postgres.ISOLATION_LEVEL_READ_COMMITTED,
    "repeatable read": postgres.ISOLATION_LEVEL_REPEATABLE_READ,
}


@pytest.fixture(params=["memory", *LEVELS])
def isolation(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """The transactions of the test run at this level; asked for before the database itself."""
    level: str = request.param
    with django_db_blocker.unblock():
        connection.ensure_connection()
        connection.connection.set_session(isolation_level=LEVELS.get(level))
    yield level
    with django_db_blocker.unblock():
        connection.ensure_connection()
        connection.connection.set_session(isolation_level=LEVELS["read committed"])


@pytest.fixture
def desk(isolation: str, db: None) -> Desk:
    clock = TickingClock(START)
    return MemoryDesk(clock) if isolation == "memory" else DjangoDesk(clock)
