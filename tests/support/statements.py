"""Counting SQL statements, transaction control aside."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from django.db import connection
from django.test.utils import CaptureQueriesContext

CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


class Statements:
    """`with Statements() as sent: …; assert len(sent) == 5`."""

    def __init__(self) -> None:
        self._captured = CaptureQueriesContext(connection)

    def __enter__(self) -> Self:
        self._captured.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._captured.__exit__(kind, error, trace)

    @property
    def sql(self) -> list[str]:
        sent = (query["sql"] for query in self._captured.captured_queries)
        return [sql for sql in sent if not sql.startswith(CONTROL)]

    @property
    def slowest(self) -> tuple[float, str]:
        """Its seconds and its text."""
        return max((float(query["time"]), query["sql"]) for query in self._captured)

    def __len__(self) -> int:
        return len(self.sql)

    def __repr__(self) -> str:
        return "\n".join(sql[:200] for sql in self.sql)
