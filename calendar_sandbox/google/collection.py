"""calendarList, acl and settings: lists of rows with pages and sync tokens (contract 9.1, 11)."""

import hashlib
from collections.abc import Callable

from .changes import ChangeLog, decode, encode
from .errors import invalid
from .parameters import Query, number
from .shape import Wire

PAGE, LARGEST_PAGE = 100, 250


def listed(
    log: ChangeLog, query: Query, days: int, rows: Callable[[list[str] | None], list[Wire]]
) -> Wire:
    """One page with its token.

    `days`: life of a sync token.
    `rows`: prints the rows of these keys, or all where there is no sync token.
    """
    token = query.get("syncToken")
    keys = None if token is None else log.changed(log.read(token, days))
    size = min(number(query, "maxResults") or PAGE, LARGEST_PAGE)
    found = rows(keys)
    upto, begin = log.position, 0
    bound_to = fingerprint(log, query)
    if "pageToken" in query:
        values = decode(query["pageToken"])
        if len(values) != 4 or values[:2] != ["rows", bound_to]:
            raise invalid("Invalid page token value.", "pageToken")
        upto, begin = values[2:]
    end = begin + size
    body: Wire = {"items": found[begin:end]}
    if end < len(found):
        return {"nextPageToken": encode(["rows", bound_to, upto, end])} | body
    return {"nextSyncToken": log.token(upto)} | body


def fingerprint(log: ChangeLog, query: Query) -> str:
    names = sorted((k, v) for k, v in query.items(multi=True) if k != "pageToken")
    return hashlib.sha256(repr((log.name, log.epoch, names)).encode()).hexdigest()[:16]
