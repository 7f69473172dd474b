"""How important an event is: Outlook's organizers say it, and what has no word for it keeps it."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.archiving import archive_event, unarchive_event
from calendar_sync.actions.calendar_files import export_calendar, import_calendar
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import create_event
from calendar_sync.actions.feed import event_detail, events_between
from calendar_sync.actions.organizers import hand_over
from calendar_sync.actions.series import Scope, edit_dates
from calendar_sync.actions.undo import undo_run
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import when_to_text
from calendar_sync.models import Change, Event, Link, Run
from support.world import START, Organization

EVA = "eva@client.example"
BEN = "ben@corp.example"
SIGNING_IN = ("/token", "/openid-configuration", "/delta")
read_once_more = import_module("calendar_sync.migrations.0018_importance_read").read_once_more


def importance_here(title: str = "Board") -> str:
    return str(Event.objects.alive().get(components__summary=title).components.get("importance"))


def importance_there(organization: Organization, title: str = "Board", key: str = "anna") -> str:
    there = organization.there(key, "outlook")
    return str(organization.sandbox.microsoft.get(key, there.id_of(title))["importance"])


def made(organization: Organization, title: str = "Board", *guests: str) -> Event:
    """Of high importance; whoever is invited is told."""
    draft = EventDraft(START, START.replace(hour=10), title, importance="high", guests=guests)
    event = create_event(organization.anna, draft, Choice.SEND, organization.now)
    assert isinstance(event, Event)
    return event


def forget_quietly(organization: Organization) -> None:
    organization.sandbox.mail.clear()
    organization.sandbox.journal.clear()


def rounds(organization: Organization, count: int = 3) -> list[str]:
    """The requests but for the looks for changes, and for signing in."""
    for _ in range(count):
        organization.advance(minutes=11)
        organization.sync()
    lines = organization.requests()
    return [each for each in lines if not each.endswith(SIGNING_IN)]


# --- an organization that upgrades


def as_before() -> None:
    """As the version before left it: nobody had ever asked."""
    for event in Event.objects.all():
        event.components = without(event.components)
        event.save()
    for link in Link.objects.all():
        link.base = without(link.base)
        link.observed = link.observed and without(link.observed)
        link.save()


def without(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if not key.endswith("importance")}


def test_an_upgrade_writes_nothing_and_learns_what_is_there(organization: Organization) -> None:
    organization.connect(organization.anna, "outlook")
    organization.connect(organization.ben, "outlook")
    organization.work()
    for title in ("Theirs", "Both", "Past"):
        made(organization, title, BEN, EVA)
    rounds(organization)
    as_before()
    both = Event.objects.get(components__summary="Both")
    both.components["importance"] = "high"
    both.save()
    past = Event.objects.get(components__summary="Past")
    Event.objects.filter(pk=past.pk).update(ends_at=organization.now.replace(year=2020))
    forget_quietly(organization)

    read_once_more(apps, None)

    assert rounds(organization, 5) == ["POST /graph/v1.0/$batch"] * 2
    assert organization.mails == []
    assert [importance_here(each) for each in ("Theirs", "Both", "Past")] == [
        "high",
        "high",
        "None",
    ]
    assert set(Link.objects.values_list("state", flat=True)) == {"settled"}
    assert not Change.objects.filter(what__in=("conflict", "held", "asked")).exists()


def test_after_an_upgrade_nothing_is_taken_from_the_dates_of_a_series(
    organization: Organization,
) -> None:
    """They are brought to what is known of them: of importance, before it was read, nothing."""
    organization.connect(organization.anna, "outlook")
    draft = EventDraft(
        *(START, START.replace(hour=10), "Daily"),
        guests=(EVA,),
        recurrence=("RRULE:FREQ=DAILY;COUNT=3",),
    )
    event = create_event(organization.anna, draft, Choice.SEND, organization.now)
    assert isinstance(event, Event)
    rounds(organization)
    second = when_to_text(START.replace(day=2))
    act = (Choice.SEND, organization.now)
    edit_dates(organization.anna, event.pk, second, Scope.THIS, {"importance": "high"}, *act)
    rounds(organization)
    date = "at:20261202T080000Z:importance"
    assert Event.objects.get().components[date] == "high"
    as_before()
    forget_quietly(organization)

    read_once_more(apps, None)
    edit_dates(organization.anna, event.pk, second, Scope.ALL, {"location": "Hall"}, *act)
    rounds(organization)

    assert Event.objects.get().components[date] == "high"
    entries = organization.sandbox.journal.entries()
    written = [list(json.loads(each.body)) for each in entries if each.method == "PATCH"]
    assert written == [["location"], ["location"]]  # of the series, and of its date


# --- whoever has no word for it


@pytest.mark.parametrize("key", ["anna", "ben"])
def test_an_edit_in_google_leaves_it(organization: Organization, key: str) -> None:
    """Of the organizer, who has it only here; of a guest, whose organizer has it in Outlook."""
    provider: ProviderName = "google" if key == "anna" else "outlook"
    organization.connect(organization.anna, provider)
    organization.connect(organization.ben, "google")
    organization.work()
    made(organization, "Board", "ben@gmail.example", EVA)
    rounds(organization)
    there = organization.there(key, "google")
    there.relocate("Board", "Hall")
    there.forget_token()
    forget_quietly(organization)

    requests = rounds(organization)

    assert importance_here() == "high"
    assert [each for each in requests if not each.startswith("GET")] == []
    assert organization.mails == []


# --- what happens to an event


def test_archived_handed_over_and_brought_back_it_stays(organization: Organization) -> None:
    anna, ben, now = organization.anna, organization.ben, organization.now
    organization.connect(anna, "outlook")
    organization.connect(ben, "outlook")
    organization.work()
    event = made(organization, "Board", BEN)
    rounds(organization)
    assert importance_there(organization, "Board", "ben") == "high"

    archive_event(anna, event.pk, Choice.SEND, now)
    rounds(organization)
    unarchive_event(anna, event.pk, Choice.SEND, now)
    rounds(organization)
    assert (importance_here(), importance_there(organization)) == ("high", "high")

    hand_over(anna, event.pk, ben.pk, Choice.SEND, now)
    rounds(organization)
    assert (importance_here(), importance_there(organization, "Board", "ben")) == ("high", "high")


def test_a_run_that_changed_it_is_undone(organization: Organization) -> None:
    anna = organization.anna
    organization.connect(anna, "outlook")
    event = made(organization)
    rounds(organization)
    there = organization.there("anna", "outlook")
    organization.sandbox.microsoft.edit("anna", there.id_of("Board"), {"importance": "low"})
    organization.sync()
    assert importance_here() == "low"

    undo_run(anna, Run.objects.latest("pk").pk, organization.now)
    organization.work()

    assert event_detail(anna, event.pk).importance == "high"


def test_twins_of_a_file_and_of_outlook_become_one(organization: Organization) -> None:
    """What Outlook says wins where they differ, and nothing is written."""
    anna, there = organization.anna, organization.there("anna", "outlook")
    for number, title in enumerate(("Alike", "Raised", "Plain")):
        id_ = there.create(title, day=number + 1)
        if title != "Plain":
            organization.sandbox.microsoft.edit("anna", id_, {"importance": "high"})
    lines = {"Alike": "PRIORITY:2", "Raised": "PRIORITY:5", "Plain": "PRIORITY:0"}
    import_calendar(anna, calendar_of(lines), organization.now)
    forget_quietly(organization)
    organization.connect(anna, "outlook")

    requests = rounds(organization)

    assert [each for each in requests if each.startswith(("PATCH", "POST /graph"))] == []
    assert organization.mails == []
    cards = events_between(anna, START.replace(day=1, hour=0), START.replace(day=9))
    assert {card.summary: card.importance for card in cards} == {
        "Alike": "high",
        "Raised": "high",
        "Plain": "normal",
    }
    exported = export_calendar(anna, organization.now)
    assert exported.count("PRIORITY:1\r\n") == 2
    assert exported.count("PRIORITY") == 2


def calendar_of(lines: dict[str, str]) -> str:
    events = [
        f"BEGIN:VEVENT\nUID:{title}@elsewhere.example\nSUMMARY:{title}\n{line}\n"
        f"DTSTART;TZID=Europe/Berlin:202612{number + 1:02}T090000\nDURATION:PT1H\nEND:VEVENT\n"
        for number, (title, line) in enumerate(lines.items())
    ]
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//E//EN\n{''.join(events)}END:VCALENDAR\n"
