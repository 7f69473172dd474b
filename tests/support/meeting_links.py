"""Stories of meeting links: what Anna and her provider do, and what shows on either side."""

from __future__ import annotations

from dataclasses import replace
from json import loads
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import create_event, edit_event
from calendar_sync.actions.feed import event_detail
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.meeting_links import MeetingLink
from calendar_sync.engine.consent import Choice
from calendar_sync.models import Event
from support.world import START, Organization

VENDOR = {"google": "meet", "outlook": "teams"}
EVA = "eva@client.example"
TOLD: dict[str, list[tuple[str, str]]] = {"google": [], "outlook": [("update", EVA)]}
"""Of another link; Google may mail guests about it, the simulated one does not."""

OWN = "https://meet.example.org/kdnf2-qpzm3-xbvt4"
ZOOM = "https://zoom.example/j/123"
MEET = {
    "createRequest": {
        "requestId": "by-hand",
        "conferenceSolutionKey": {"type": "hangoutsMeet"},
    }
}
ADDON = {
    "conferenceSolution": {"key": {"type": "addOn"}, "name": "Zoom Meeting"},
    "conferenceId": "123",
    "entryPoints": [{"entryPointType": "video", "uri": ZOOM}],
    "notes": "Passcode 9",
}


def connected(organization: Organization, provider: ProviderName) -> None:
    """Anna, at a provider that makes rooms; her first run is over."""
    organization.sandbox.microsoft.allow_online_meetings("anna", "teamsForBusiness")
    organization.connect(organization.anna, provider)
    organization.sync()
    organization.sandbox.journal.clear()


def made(organization: Organization, link: str, *guests: str, **more: str) -> Event:
    choice = Choice.SEND if guests else None
    fields: dict[str, Any] = {"guests": guests, "meeting_link": link, **more}
    draft = EventDraft(START, START.replace(hour=10), "Review", **fields)
    event = create_event(organization.anna, draft, choice, organization.now)
    assert not isinstance(event, MailQuestion)
    return event


def change(
    organization: Organization, event: Event, choice: Choice | None = None, **fields: str
) -> None:
    result = edit_event(organization.anna, event.pk, fields, choice, organization.now)
    assert not isinstance(result, MailQuestion)


def link_of(
    organization: Organization, event: Event, user: AbstractBaseUser | None = None
) -> MeetingLink:
    return event_detail(user or organization.anna, event.pk).meeting_link


def row_there(
    organization: Organization, provider: ProviderName, who: str = "anna"
) -> dict[str, Any]:
    """The only event there."""
    if provider == "google":
        person = organization.sandbox.people.get(who)
        (row,) = organization.sandbox.google.events(person)
    else:
        (row,) = organization.sandbox.microsoft.events(who)
    return row


def url_there(organization: Organization, provider: ProviderName, who: str = "anna") -> str:
    row = row_there(organization, provider, who)
    return str(row.get("hangoutLink") or (row.get("onlineMeeting") or {}).get("joinUrl") or "")


def writes(organization: Organization) -> list[str]:
    """What was asked of the events, but for the rounds of changes."""
    entries = organization.sandbox.journal.entries()
    found = [(entry.method, entry.path) for entry in entries]
    return [
        method
        for method, path in found
        if method in {"POST", "PATCH", "DELETE"} and "oauth" not in path
    ]


def by_hand(
    organization: Organization,
    provider: ProviderName,
    who: str = "anna",
    room: dict[str, Any] | None = None,
    removed: bool = False,
) -> None:
    """A room of the only event, made or removed on the provider's own page."""
    row = row_there(organization, provider, who)
    if provider == "google":
        google, person = organization.sandbox.google, organization.sandbox.people.get(who)
        options = replace(google.by_hand(person, "all"), conference=True)
        changes = {"conferenceData": None if removed else room or MEET}
        google.writer.update(google.calendar(person), row["id"], changes, options)
    elif removed:
        body = {"contentType": "html", "content": "<p>Agenda</p>"}
        organization.sandbox.microsoft.edit(who, row["id"], {"body": body})
    else:
        organization.sandbox.microsoft.edit(who, row["id"], {"isOnlineMeeting": True})


def text_there(organization: Organization, provider: ProviderName) -> str:
    row = row_there(organization, provider)
    return str(row["description"] if provider == "google" else row["body"]["content"])


def sent(organization: Organization) -> list[tuple[str, str, dict[str, Any]]]:
    """Method, query and body of every write."""
    return [
        (entry.method, "&".join(sorted(filter(None, entry.query.split("&")))), loads(entry.body))
        for entry in organization.sandbox.journal.entries()
        if entry.method in {"POST", "PATCH"} and "/events" in entry.path
    ]


def reads(organization: Organization) -> int:
    """How many events were read by their id."""
    entries = organization.sandbox.journal.entries()
    return sum(each.method == "GET" and "/events/" in each.path for each in entries)


def idle(organization: Organization, runs: int = 5) -> None:
    """Nothing moves any more, on any side."""
    organization.sync()
    before = len(organization.mails)
    organization.sandbox.journal.clear()
    for _ in range(runs):
        for turn in organization.sync():
            assert [(each.received, each.sent) for each in turn.reports] == [(0, 0)]
    assert (writes(organization), len(organization.mails)) == ([], before)
