"""How fast the stand-ins are: benches shall measure the product, not them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calendar_sandbox.sandbox import Sandbox
from calendar_sandbox.snapshot import load, save
from support.gcal import Gcal, a_body, a_sandbox
from support.outlook import Outlook, a_world
from support.outlook import a_body as an_item
from support.table import show

CALLS = 1_000
LARGE = 100_000
AT_LEAST = 500
"""Simple requests a second, on one core."""


def per_second(call: Callable[[], Any]) -> float:
    call()
    began = time.perf_counter()
    for _ in range(CALLS):
        call()
    return CALLS / (time.perf_counter() - began)


def test_simple_requests() -> None:
    google, graph = Gcal(a_sandbox()), Outlook(a_world())
    for limit in ("requests_per_minute", "project_requests_per_minute"):
        google.sandbox.knobs[f"google.{limit}"] = 0
    graph.world.knobs["graph.requests"] = 0
    event = google.inserted()["id"]
    item = graph.create(an_item())["id"]
    found = {
        "Google_get": per_second(lambda: google.get(event)),
        "Google_patch": per_second(lambda: google.patch(event, {"location": "Room"})),
        "Graph_get": per_second(lambda: graph.get(f"/me/events/{item}")),
        "Graph_patch": per_second(lambda: graph.patch(item, {"showAs": "free"})),
    }
    show(**{name: f"{rate:,.0f}/s" for name, rate in found.items()})
    assert min(found.values()) > AT_LEAST


@pytest.mark.parametrize("provider", ["google", "microsoft"])
def test_a_large_calendar(provider: str, tmp_path: Path) -> None:
    world: Sandbox = a_sandbox() if provider == "google" else a_world()
    person = world.people.get("anna")
    stand_in: Any = getattr(world, provider)
    rows = [a_body() if provider == "google" else an_item() for _ in range(LARGE)]
    seconds = {}
    for name, act in (
        ("loading", lambda: stand_in.load(person, rows)),
        ("saving", lambda: save(world, tmp_path / "world")),
        ("restoring", lambda: load(tmp_path / "world")),
    ):
        began = time.perf_counter()
        act()
        seconds[name] = time.perf_counter() - began
    show(**{name: f"{each:.1f} s" for name, each in seconds.items()})
    assert max(seconds.values()) < 30
