"""Every reading of what the contracts leave unsure, as the sandbox's knobs offer them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calendar_sandbox.core.knobs import Knob, Value
from calendar_sandbox.core.people import ProviderName
from calendar_sandbox.sandbox import Sandbox

PREFIXES: dict[ProviderName, tuple[str, ...]] = {
    "google": ("google.",),
    "outlook": ("graph.", "identity."),
}
FREE: dict[str, tuple[Value, ...]] = {
    "google.requests_per_minute": (0,),
    "google.batch_limit": (1000,),
    "google.page_cap": (1,),
    "google.empty_pages": (2,),
    "google.list_lag_seconds": (90,),
    "google.sync_token_days": (0,),
    "google.expansion_cap": (3,),
    "google.guest_limit": (300,),
    "google.code_seconds": (60,),
    "google.hook_domains": ("cal.example",),
    "google.channels_per_resource": (2,),
    "google.second_stop_seconds": (0,),
    "google.acl_users": (2,),
    "google.freebusy_days": (7,),
    "google.conference_pending": (2,),
    "google.project_requests_per_minute": (0,),
    "google.calendar_writes_per_minute": (60,),
    "google.events_created": (1000,),
    "google.calendars_created": (1,),
    "google.outside_invitations": (50,),
    "google.guest_mails": (100,),
    "graph.delta_page": (2,),
    "graph.delta_page_most": (2,),
    "graph.delta_lag": (90,),
    "graph.delta_empty_pages": (2,),
    "graph.etag_bump": (5,),
    "graph.extension_conflict": (2,),
    "graph.join_url_delay": (30,),
    "graph.exception_page": (1,),
    "graph.concurrency": (0,),
    "graph.requests": (0,),
    "graph.upload_megabytes": (1,),
    "graph.extension_requests": (0,),
    "identity.expires_in": (300,),
}
"""What a knob that takes any number or word is turned to."""

NO_SIGN_IN = {
    "identity.secret_expired": "test_sign_in.py",
    "identity.admin_approval": "test_sign_in.py",
}
"""Readings under which nobody gets in, and where they are tested."""

MOMENTARY = frozenset({"graph.delta_gone", "graph.delta_loop"})
"""Turned for one round only: what lasted would not be a reading but a breakdown."""


Readings = dict[str, Value]
"""Knobs turned away from their defaults."""


@dataclass(frozen=True)
class Case:
    provider: ProviderName
    name: str
    readings: Readings

    def __str__(self) -> str:
        return f"{self.provider}, {self.name}"


def one_by_one() -> list[Case]:
    """As it is, then each reading alone."""
    alone = {
        f"{name}={value}": {name: value} for name, values in turns().items() for value in values
    }
    return cases(alone)


def all_at_once() -> list[Case]:
    """Few cases in which every reading occurs: in the n-th, every knob stands on its n-th."""
    most = max(len(values) for values in turns().values())
    together = {
        f"turn {turn}": {name: values[turn % len(values)] for name, values in turns().items()}
        for turn in range(most)
    }
    return cases(together)


def cases(named: Mapping[str, Readings]) -> list[Case]:
    """As it is, and what of each concerns a provider, without doubles."""
    found = []
    for provider, prefixes in PREFIXES.items():
        seen: list[Readings] = []
        for name, readings in {"as it is": Readings(), **named}.items():
            own = {knob: readings[knob] for knob in readings if knob.startswith(prefixes)}
            if own not in seen:
                seen.append(own)
                found.append(Case(provider, name, own))
    return found


def turns() -> dict[str, tuple[Value, ...]]:
    """Every knob with which one can sign in, and all its values but the default."""
    knobs = Sandbox().knobs.declared.values()
    return {knob.name: others(knob) for knob in knobs if knob.name not in NO_SIGN_IN}


def others(knob: Knob) -> tuple[Value, ...]:
    """Raises KeyError: a knob that FREE does not know."""
    if isinstance(knob.default, bool):
        return (not knob.default,)
    choices: tuple[Value, ...] = knob.choices or FREE[knob.name]
    return tuple(value for value in choices if value != knob.default)
