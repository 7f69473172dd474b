"""Anna's two accounts, one of which shows what is in the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.conflicts import answer_question, questions
from calendar_sync.actions.remote_calendars import change_calendar
from calendar_sync.actions.sync import poll
from calendar_sync.engine.masks import Mirror
from calendar_sync.models import Link, ListedCalendar, ProviderCredential
from support.world import PROVIDERS, Organization

OTHER: dict[ProviderName, ProviderName] = {"google": "outlook", "outlook": "google"}
ANNA = {"google": "anna@gmail.example", "outlook": "anna@corp.example"}
EVA = "eva@client.example"
BEN = {"google": "ben@gmail.example", "outlook": "ben@corp.example"}

homes = pytest.mark.parametrize("home", PROVIDERS)
modes = pytest.mark.parametrize("mode", [Mirror.BUSY, Mirror.FULL])
home_first = pytest.mark.parametrize("home_first", [True, False])


def connect_both(organization: Organization, first: ProviderName) -> None:
    for provider in (first, OTHER[first]):
        organization.connect(organization.anna, provider)
        organization.work()


def show(organization: Organization, provider: ProviderName, mode: Mirror) -> None:
    """Let Anna's main calendar there show her other ones, and the worker do it."""
    put(organization, provider, mode)
    organization.work()


def put(organization: Organization, provider: ProviderName, mode: Mirror) -> None:
    account = ProviderCredential.objects.get(user=organization.anna.pk, provider=provider)
    listed = ListedCalendar.objects.get(credential=account, is_primary=True)
    change_calendar(organization.anna, listed.pk, organization.now, mirror=mode.value)


def titles(organization: Organization) -> dict[str, list[str]]:
    return {name: organization.there("anna", name).titles() for name in PROVIDERS}


def rows(organization: Organization, provider: ProviderName) -> list[dict[str, Any]]:
    """Everything in Anna's calendar there, as the provider has it."""
    person = organization.sandbox.people.get("anna")
    if provider == "google":
        return [dict(row) for row in organization.sandbox.google.events(person)]
    return list(organization.sandbox.microsoft.events("anna"))


def mirrors() -> list[Link]:
    return list(Link.objects.open().filter(kind=Link.Kind.MIRROR).order_by("pk"))


def writes(organization: Organization) -> list[str]:
    """Methods and paths of what was written at either provider, ids left out."""
    found = [
        entry
        for entry in organization.sandbox.journal.entries(path_prefix="/")
        if entry.method in {"POST", "PATCH", "PUT", "DELETE"} and "events" in entry.path
    ]
    return [f"{entry.method} {_without_id(entry.path)}" for entry in found]


def _without_id(path: str) -> str:
    head, slash, tail = path.partition("/events")
    return f"{head}{slash}{'/…' if tail.strip('/') else ''}"


def check_quiet(organization: Organization, rounds: int = 3) -> None:
    """Nothing is written by idle runs, here or there."""
    before = contents(organization)
    for _ in range(rounds):
        organization.advance(minutes=11)
        reports = [report for turn in organization.sync() for report in turn.reports]
        told: Sequence[tuple[object, ...]] = [
            (report.sent, report.received, report.error) for report in reports
        ]
        assert set(told) == {(0, 0, None)}
    assert contents(organization) == before


def contents(organization: Organization) -> list[list[str]]:
    return [organization.there("anna", name).contents() for name in PROVIDERS]


def sync(organization: Organization, home: ProviderName, *, home_first: bool = True) -> None:
    """Both accounts, in this order, until nothing is due."""
    for provider in (home, OTHER[home]) if home_first else (OTHER[home], home):
        poll(provider, organization.now)
        organization.work()


def move(organization: Organization, provider: ProviderName, title: str, day: str) -> None:
    """To eleven o'clock, in the provider's own page."""
    there = organization.there("anna", provider)
    times = {
        side: {"dateTime": f"{day}T{hour}:00:00", "timeZone": "Europe/Berlin"}
        for side, hour in (("start", 11), ("end", 12))
    }
    if provider == "google":
        person = organization.sandbox.people.get("anna")
        organization.sandbox.google.edit(person, there.id_of(title), times)
    else:
        organization.sandbox.microsoft.edit("anna", there.id_of(title), times)


def invite(organization: Organization, title: str, *guests: str) -> None:
    """Ben asks these to his meeting, in Outlook."""
    id_ = organization.there("ben", "outlook").id_of(title)
    people = [{"type": "required", "emailAddress": {"address": guest}} for guest in guests]
    organization.sandbox.microsoft.edit("ben", id_, {"attendees": people})


def hour(organization: Organization, provider: ProviderName, title: str) -> str:
    """When it begins, in Berlin."""
    key = "summary" if provider == "google" else "subject"
    (row,) = [row for row in rows(organization, provider) if row[key] == title]
    start = row["start"]
    moment = datetime.fromisoformat(str(start["dateTime"])[:19])
    return f"{moment + timedelta(hours=start.get('timeZone') == 'UTC'):%H}"


def answer(organization: Organization, choice: str) -> None:
    (asked,) = questions(organization.anna)
    now = organization.now
    answer_question(organization.anna, asked.link_id, asked.property, choice, asked.about, now)
