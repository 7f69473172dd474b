"""What a person does to a mirror in the provider's own page."""

from __future__ import annotations

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.attention import attention_items
from calendar_sync.actions.conflicts import questions
from calendar_sync.engine.masks import Mirror
from support.mirrored import (
    ANNA,
    EVA,
    OTHER,
    answer,
    check_quiet,
    connect_both,
    homes,
    hour,
    mirrors,
    modes,
    move,
    rows,
    show,
    sync,
    titles,
)
from support.world import Organization


@homes
@modes
def test_removed_there_it_is_unwanted(
    organization: Organization, home: ProviderName, mode: Mirror
) -> None:
    other = OTHER[home]
    connect_both(organization, home)
    organization.there("anna", home).load(["Review"], EVA)
    show(organization, other, mode)
    sync(organization, home)
    (shown,) = titles(organization)[other]

    organization.there("anna", other).delete(shown)
    sync(organization, home)
    organization.there("anna", home).rename("Review", "Kick-off")
    organization.sandbox.mail.clear()
    sync(organization, home)

    assert titles(organization) == {home: ["Kick-off"], other: []}
    assert organization.titles_here(organization.anna) == ["Kick-off"]
    assert [link.state for link in mirrors()] == ["unwanted"]
    assert organization.mails == []
    check_quiet(organization)

    show(organization, other, Mirror.OFF)
    show(organization, other, Mirror.FULL)
    assert titles(organization)[other] == ["Kick-off"]


@homes
@modes
def test_move_of_ones_own_event_at_its_mirror(
    organization: Organization, home: ProviderName, mode: Mirror
) -> None:
    """Nobody has to be told of it; of what only its time is shown it is asked all the same."""
    other = OTHER[home]
    connect_both(organization, home)
    organization.there("anna", home).load(["Focus"])
    show(organization, other, mode)
    sync(organization, home)
    (shown,) = titles(organization)[other]

    day = rows(organization, other)[0]["start"]["dateTime"][:10]
    move(organization, other, shown, day)
    sync(organization, home)

    if mode is Mirror.BUSY:
        assert hour(organization, home, "Focus") == "09"
        (asked,) = questions(organization.anna)
        assert (asked.property, asked.title) == ("when", "Focus")
        answer(organization, "theirs")
        sync(organization, home)
    assert hour(organization, home, "Focus") == hour(organization, other, shown) == "11"
    assert organization.mails == []
    check_quiet(organization)


@homes
@modes
@pytest.mark.parametrize("choice", ["ours", "theirs"])
def test_move_of_ones_own_meeting_at_its_mirror_is_asked(
    organization: Organization, home: ProviderName, mode: Mirror, choice: str
) -> None:
    """Taken over, it is an edit at the home, whose guests are mailed only as agreed."""
    other = OTHER[home]
    connect_both(organization, home)
    organization.there("anna", home).create("Review", EVA)
    organization.sandbox.mail.clear()
    show(organization, other, mode)
    sync(organization, home)
    (shown,) = titles(organization)[other]

    move(organization, other, shown, "2026-12-02")
    sync(organization, home)
    assert hour(organization, home, "Review") == "09"
    (asked,) = questions(organization.anna)
    assert (asked.property, asked.choices) == ("when", ("ours", "theirs"))
    check_quiet(organization)

    answer(organization, choice)
    sync(organization, home)
    sync(organization, home)
    if choice == "ours":
        assert hour(organization, other, shown) == "09"
        assert hour(organization, home, "Review") == "09"
    else:
        assert hour(organization, other, shown) == "11"
        # Google writes it silently, Outlook can't: it is held
        assert hour(organization, home, "Review") == ("11" if home == "google" else "09")
    assert organization.mails == []
    check_quiet(organization)


@homes
@modes
def test_move_of_anothers_meeting_at_its_mirror_is_put_back(
    organization: Organization, home: ProviderName, mode: Mirror
) -> None:
    other = OTHER[home]
    connect_both(organization, home)
    organization.there("ben", home).create("Review", ANNA[home])
    organization.sandbox.mail.clear()
    show(organization, other, mode)
    sync(organization, home)
    (shown,) = titles(organization)[other]
    assert organization.there("anna", other).guests_of(shown) == []

    move(organization, other, shown, "2026-12-02")
    sync(organization, home)

    assert hour(organization, other, shown) == "09"
    assert hour(organization, home, "Review") == "09"
    assert questions(organization.anna) == []
    (told,) = [item for item in attention_items(organization.anna) if item.kind == "conflict"]
    assert told.text == "Moved at its copy there: put back, for it is somebody else's meeting."
    assert organization.mails == []
    check_quiet(organization)
