"""What is in one account of a person, shown in the other: both ways, without a mail, ever."""

from __future__ import annotations

from typing import Any

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.events import answer_event, delete_event, edit_event
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat
from calendar_sync.engine.masks import Mirror
from calendar_sync.models import Event
from support.mirrored import (
    ANNA,
    BEN,
    EVA,
    OTHER,
    check_quiet,
    connect_both,
    home_first,
    homes,
    hour,
    mirrors,
    modes,
    put,
    rows,
    show,
    sync,
    titles,
    writes,
)
from support.world import PROVIDERS, Organization


def check_discreet(row: dict[str, Any], provider: ProviderName) -> None:
    """Private, without a room, and reminding nobody."""
    assert {row.get("visibility"), row.get("sensitivity")} == {"private", None}
    assert "conferenceData" not in row
    assert not row.get("onlineMeeting")
    reminds = {"google": row.get("reminders"), "outlook": row.get("isReminderOn")}[provider]
    assert reminds == {"google": {"useDefault": False}, "outlook": False}[provider]


@homes
@modes
@home_first
def test_event_is_shown_in_the_other_account(
    organization: Organization, home: ProviderName, mode: Mirror, home_first: bool
) -> None:
    other = OTHER[home]
    connect_both(organization, home)
    organization.there("anna", home).create("Review", EVA)
    organization.there("anna", home).relocate("Review", "Room Blue")
    organization.sandbox.mail.clear()
    show(organization, other, mode)
    sync(organization, home, home_first=home_first)
    sync(organization, home, home_first=home_first)

    shown = {Mirror.BUSY: "Busy", Mirror.FULL: "Review"}[mode]
    assert titles(organization) == {home: ["Review"], other: [shown]}
    assert organization.titles_here(organization.anna) == ["Review"]
    there = organization.there("anna", other)
    assert there.guests_of(shown) == []
    assert there.place_of(shown) == {Mirror.BUSY: "", Mirror.FULL: "Room Blue"}[mode]
    assert hour(organization, other, shown) == "09"
    (row,) = rows(organization, other)
    check_discreet(row, other)
    assert organization.mails == []
    check_quiet(organization)

    organization.there("anna", home).rename("Review", "Kick-off")
    sync(organization, home, home_first=home_first)
    sync(organization, home, home_first=home_first)
    assert titles(organization)[other] == [{Mirror.BUSY: "Busy", Mirror.FULL: "Kick-off"}[mode]]
    check_quiet(organization)

    organization.there("anna", home).delete("Kick-off")
    organization.sandbox.mail.clear()
    sync(organization, home, home_first=home_first)
    sync(organization, home, home_first=home_first)
    assert titles(organization) == {"google": [], "outlook": []}
    assert mirrors() == []
    assert organization.mails == []
    check_quiet(organization)


@homes
@modes
def test_switched_off_and_on_and_over(
    organization: Organization, home: ProviderName, mode: Mirror
) -> None:
    """Each switch is one write, and silent; what was removed there comes back with a new *on*."""
    other = OTHER[home]
    connect_both(organization, home)
    organization.there("anna", home).load(["Review"], EVA)
    organization.work()
    show(organization, other, mode)
    sync(organization, home)

    organization.sandbox.journal.clear()
    show(organization, other, Mirror.OFF)
    assert len(writes(organization)) == 1
    assert titles(organization) == {home: ["Review"], other: []}
    assert mirrors() == []
    check_quiet(organization)

    organization.sandbox.journal.clear()
    show(organization, other, Mirror.BUSY)
    assert titles(organization)[other] == ["Busy"]
    show(organization, other, Mirror.FULL)
    assert titles(organization)[other] == ["Review"]
    show(organization, other, Mirror.BUSY)
    assert titles(organization)[other] == ["Busy"]
    assert len(writes(organization)) == 3
    assert organization.there("anna", other).place_of("Busy") == ""
    assert organization.mails == []
    check_quiet(organization)


@homes
@modes
def test_what_was_declined_is_not_shown(
    organization: Organization, home: ProviderName, mode: Mirror
) -> None:
    other = OTHER[home]
    connect_both(organization, home)
    organization.there("ben", home).create("Review", ANNA[home])
    show(organization, other, mode)
    sync(organization, home)
    assert len(titles(organization)[other]) == 1
    organization.sandbox.mail.clear()

    event = Event.objects.alive().get()
    answer_event(organization.anna, event.pk, PartStat.DECLINED, organization.now)
    sync(organization, home)
    assert titles(organization)[other] == []
    assert organization.mails == [("response", BEN[home])]
    check_quiet(organization)
    if home == "outlook":
        return  # which takes out what is declined

    answer_event(organization.anna, event.pk, PartStat.ACCEPTED, organization.now)
    sync(organization, home)
    assert len(titles(organization)[other]) == 1
    assert organization.mails == [("response", BEN[home])] * 2
    check_quiet(organization)


@home_first
@modes
def test_two_that_show_each_other_do_not_play_ping_pong(
    organization: Organization, mode: Mirror, home_first: bool
) -> None:
    connect_both(organization, "google")
    for name in PROVIDERS:
        organization.there("anna", name).load([f"At {name}", "Lunch"], EVA)
        put(organization, name, mode)
    for _ in range(3):
        sync(organization, "google", home_first=home_first)

    expected = {
        name: sorted(
            [f"At {name}", "Lunch"]
            + (["Busy", "Busy"] if mode is Mirror.BUSY else [f"At {OTHER[name]}", "Lunch"])
        )
        for name in PROVIDERS
    }
    assert titles(organization) == expected
    assert len(organization.titles_here(organization.anna)) == 4
    assert len(mirrors()) == 4
    assert organization.mails == []
    check_quiet(organization)


@homes
@modes
def test_event_made_here_is_shown_and_gets_guests_silently(
    organization: Organization, home: ProviderName, mode: Mirror
) -> None:
    other = OTHER[home]
    connect_both(organization, home)
    put(organization, other, mode)
    event = organization.create(organization.anna, "Review")
    organization.work()
    organization.work()
    (shown,) = titles(organization)[other]

    organization.sandbox.journal.clear()
    edit_event(organization.anna, event.pk, {"guests": (EVA,)}, Choice.SEND, organization.now)
    sync(organization, home)
    assert organization.mails == [("invite", EVA)]
    assert organization.there("anna", other).guests_of(shown) == []
    organization.sandbox.mail.clear()

    delete_event(organization.anna, event.pk, Choice.SEND, organization.now)
    sync(organization, home)
    assert titles(organization) == {"google": [], "outlook": []}
    assert organization.mails == [("cancel", EVA)]
    check_quiet(organization)
