"""Every exchange with a stand-in during a test is held to the vendor's description of itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.wrappers import Request, Response

from calendar_sandbox.core.http import raw_path
from calendar_sandbox.core.journal import Entry, listening
from support import google_traffic, graph_traffic
from support.exchange import Exchange

# What the product still does and should not; a fault that is not here fails the test.
KNOWN = {
    # Both forms of a time are sent, one of them null; only a patch has nulls (contract 4.3, 5.6).
    "google events.insert sent EventDateTime.date: NoneType instead of string",
    "google events.insert sent EventDateTime.dateTime: NoneType instead of string",
}
VENDORS = {
    "/google/calendar/v3/": ("/google/", google_traffic.faults),
    "/google/batch/": ("/google/", google_traffic.faults),
    "/graph/": ("/graph/", graph_traffic.faults),
}


@contextmanager
def validated(*, ours: bool, exempt: bool = False) -> Iterator[None]:
    """Raises AssertionError at the end if anything that went over the wire was wrong.

    `ours`: the product is the client. `exempt`: its requests are rubbish on purpose.
    """
    found: dict[str, None] = {}

    def listener(entry: Entry, request: Request, response: Response | None) -> None:
        if entry.fault.startswith("truncated"):
            return
        path = raw_path(request)
        for prefix, (root, faults) in VENDORS.items():
            if path.startswith(prefix):
                seen = exchange(entry, path.removeprefix(root), response, ours=ours)
                for fault in faults(seen):
                    if fault not in KNOWN and not (exempt and " sent" in fault):
                        found[fault] = None

    with listening(listener):
        yield
    assert not found, "Traffic that the vendor's description does not know:\n" + "\n".join(found)


def exchange(entry: Entry, path: str, response: Response | None, *, ours: bool) -> Exchange:
    kind = response.headers.get("Content-Type", "") if response else ""
    return Exchange(
        entry.method,
        path,
        entry.query,
        {**entry.headers, "answer-content-type": kind},
        entry.body,
        entry.status,
        response.get_data() if response else b"",
        ours,
    )
