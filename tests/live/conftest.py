"""Each claim is tested on the sandbox and, with `make live`, on a real account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.live import Account, live_google, live_graph, sandbox_google, sandbox_graph

SIDES = ["sandbox", pytest.param("live", marks=[pytest.mark.live, pytest.mark.enable_socket])]


@pytest.fixture(scope="module", params=SIDES)
def google(request: pytest.FixtureRequest) -> Iterator[Account]:
    """One calendar for the module: real ones may be made only now and then."""
    with sandbox_google() if request.param == "sandbox" else live_google() as account:
        yield account


@pytest.fixture(scope="module", params=SIDES)
def graph(request: pytest.FixtureRequest) -> Iterator[Account]:
    with sandbox_graph() if request.param == "sandbox" else live_graph() as account:
        yield account
