"""Who is invited to one date of a series sees that date, at every door there is, and no more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client
from django.urls import URLPattern

from calendar_sync.actions.calendar_files import export_calendar
from calendar_sync.actions.contacts import ContactDraft, meetings_with, save_contact
from calendar_sync.controllers.api.table import OPERATIONS
from calendar_sync.controllers.urls import urlpatterns
from calendar_sync.engine.sync import Guard, LinkState
from calendar_sync.models import Attendee, Contact, Event, Link, ListedCalendar, Run
from support.api import Program
from support.story import ADDRESSES, ANNA, BEN, GIL, OTTO, Story
from support.world import Organization

pytestmark = pytest.mark.django_db

SERIES, DATE = "Takeover", "Public talk"
EVA, ROOM = "eva@client.example", "bunker@corp.example"
OTHERS = (SERIES, "war chest", OTTO, ROOM, "RRULE", "cleo@corp.example")
"""What only those may see who are invited to all of it, or whom Anna lets see the guests."""
DAYS = {"start": "2026-12-01T00:00:00Z", "end": "2026-12-31T00:00:00Z"}
QUERIES = {
    "/calendar/feed": DAYS,
    "/calendar/list": {"from": "2026-12-01"},
    "/calendar/month": {"month": "2026-12"},
    "/calendar/guests": {"q": "bunker"},
    "/events": DAYS,
}
WHERE_IT_IS_SHOWN = {
    *("/calendar/feed", "/calendar/list", "/calendar/events/ID", "/calendar/events/ID/popover"),
    *("/calendar/events/ID/archive", "/calendar/events/ID/delete", "/calendar/events/ID/move"),
    *("/runs/ID", "/attention"),
    *("/api/v1/events", "/api/v1/events/{id}"),
    "/api/v1/runs/{id}",
}

Browser = Callable[[AbstractBaseUser], Client]


@pytest.fixture
def story(organization: Organization) -> Story:
    """Anna's guests do not see each other; Ben has one date, with a title of its own."""
    story = Story(organization, ("anna", "ben", "cleo"))
    anna = story.there("anna")
    words: dict[str, Any] = {
        "body": {"contentType": "text", "content": "war chest"},
        "hideAttendees": True,
    }
    guests = (ADDRESSES["cleo"], OTTO, EVA)
    anna.create(SERIES, *guests, daily=True, **words)
    plain = {"body": {"contentType": "text", "content": "for all"}}
    anna.edit(SERIES, on=4, subject=DATE, **plain)
    anna.invite(DATE, BEN, on=4)
    story.connect("anna", "ben")
    story.settle()
    anna.relocate(DATE, "Great hall", on=4)
    story.settle()
    Attendee.objects.create(event=Event.objects.get(), address=ROOM, user_type="room")
    return story


def ids(story: Story) -> dict[str, list[int]]:
    """By the word that stands before them in an address; "" for any other."""
    account = story.account("ben").pk
    link = Link.objects.get(entry__calendar__owner=story.user("ben").pk)
    listed = ListedCalendar.objects.filter(credential=account)
    return {
        "": [link.entry.event_id],
        "attention": [link.pk],
        "contacts": list(Contact.objects.values_list("pk", flat=True)),
        "connections": [account],
        "calendars": list(listed.values_list("pk", flat=True)),
        "runs": list(Run.objects.filter(credential=account).values_list("pk", flat=True)),
    }


def addresses(route: str, ids: dict[str, list[int]], mark: str) -> Iterator[str]:
    if mark not in route:
        yield route
        return
    word = route.partition(f"/{mark}")[0].rpartition("/")[2]
    for pk in ids.get(word, ids[""]):
        yield route.replace(mark, str(pk))


def pages() -> list[str]:
    """But those that only providers call, or administrators."""
    routes = [f"/{each.pattern}" for each in urlpatterns if isinstance(each, URLPattern)]
    return [each for each in routes if not re.search("<slug|<str|<int:credential", each)]


def everything(story: Story, ben: Client, program: Program) -> Iterator[tuple[str, str]]:
    """Each door by its route, and what is behind it; other dates are asked for, too."""
    known, others = ids(story), {"date": "2026-12-03T09:00:00 Europe/Berlin"}
    for route in pages():
        for path in addresses(route, known, "<int:pk>"):
            asked = QUERIES.get(path, {}) | {"people": str(story.user("ben").pk)}
            for query in (asked, asked | others) if "/events/" in path else (asked,):
                answer = ben.get(path, query)
                assert answer.status_code < 500, path
                yield route.replace("<int:pk>", "ID"), text_of(answer)
    for operation in OPERATIONS:
        if operation.method == "GET":
            for path in addresses(operation.path, known, "{id}"):
                body = program.get(path, **QUERIES.get(path, {})).body
                yield f"/api/v1{operation.path}", str(body)


def text_of(answer: Any) -> str:  # noqa: ANN401 -- a response of the test client
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return re.sub(r"<(script|style).*?</\1>", "", body.decode(errors="replace"), flags=re.DOTALL)


def test_every_door_shows_his_date_alone(story: Story, browser_of: Browser) -> None:
    ben = story.user("ben")
    eva = save_contact(ben, None, ContactDraft("Eva", addresses=(EVA,)))
    his = Link.objects.get(entry__calendar__owner=ben.pk)
    his.state, his.refusal = LinkState.REFUSED.value, {"code": "forbidden"}
    his.save()

    found = list(everything(story, browser_of(ben), Program.of(ben)))

    allowed = {
        ("/calendar/events/new", "cleo@corp.example"),  # a colleague
        ("/api/v1/runs/{id}", OTTO),  # his own mailbox has named them
        ("/api/v1/runs/{id}", "cleo@corp.example"),
    }
    leaks = {(door, word) for door, text in found for word in OTHERS if word in text}
    assert leaks - allowed == set()
    assert {door for door, text in found if DATE in text} == WHERE_IT_IS_SHOWN
    assert meetings_with(ben, eva.id) == []  # he does not see whom else Anna has invited
    exported = export_calendar(ben, story.organization.now)
    assert [word for word in OTHERS if word in exported] == []
    assert [word for word in (DATE, BEN, ANNA) if word not in exported] == []


def test_contacts_met_on_single_dates(organization: Organization) -> None:
    """Gil's guests see each other, on the date that Ben has."""
    story = Story(organization, ("ben", "anna", "cleo"))
    gil = story.there("gil")
    gil.create(SERIES, ANNA, EVA, daily=True)
    gil.edit(SERIES, on=4, summary=DATE)
    gil.invite(DATE, BEN, on=4)
    story.connect("anna", "ben")
    story.settle()
    ben = story.user("ben")

    met = {
        address: [(row.summary, row.date) for row in meetings_with(ben, contact.id)]
        for address in (GIL, EVA, OTTO)
        for contact in (save_contact(ben, None, ContactDraft("", addresses=(address,))),)
    }

    his = [(DATE, "2026-12-04T09:00:00 Europe/Berlin")]
    assert met == {GIL: his, EVA: his, OTTO: []}


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ({"state": LinkState.PARKED.value, "guard": Guard.VANISHED.value}, False),
        ({"state": LinkState.PARKED.value, "guard": Guard.NOT_SETTLING.value}, True),
        ({"state": LinkState.ASKED.value, "asked": ["colour"]}, True),
    ],
    ids=["stopped", "parked", "asked"],
)
def test_what_waits_for_him_is_called_as_his_date(
    story: Story, browser_of: Browser, columns: dict[str, Any], named: bool
) -> None:
    ben = story.user("ben")
    Link.objects.filter(entry__calendar__owner=ben.pk).update(**columns)

    text = text_of(browser_of(ben).get("/attention"))

    assert (DATE in text, SERIES in text) == (named, False)
