"""Every exchange with a stand-in during a test is held to the vendor's description of itself."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from werkzeug.wrappers import Request, Response

from calendar_sandbox.core.http import raw_path
from calendar_sandbox.core.journal import Entry, listening
from support import google_traffic, graph_traffic
from support.exchange import Exchange

# Faults with an answer in the vendor's own form; of the others only the request is looked at.
WELL_FORMED = ("401", "403-rate", "410", "429", "500", "503", "504", "slow")
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
        if entry.fault and entry.fault.partition(" ")[0] not in WELL_FORMED:
            entry, response = replace(entry, status=0), None
        path = raw_path(request)
        for prefix, (root, faults) in VENDORS.items():
            if path.startswith(prefix):
                seen = exchange(entry, path.removeprefix(root), response, ours=ours)
                for fault in faults(seen):
                    if not (exempt and " sent" in fault):
                        found[fault] = None

    with listening(listener):
        yield
    assert not found, "Traffic that the vendor's description does not know:\n" + "\n".join(found)


def exchange(entry: Entry, path: str, response: Response | None, *, ours: bool) -> Exchange:
    kind, content = "", b""
    if response is not None:
        kind, content = response.headers.get("Content-Type", ""), response.get_data()
        if response.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
    return Exchange(
        entry.method,
        path,
        entry.query,
        {**entry.headers, "answer-content-type": kind},
        entry.body,
        entry.status,
        content,
        ours,
    )
