"""A newcomer connects his calendar, and works on both sides of it."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from e2e.conftest import LogIn, OpenMailbox
from e2e.pages import NEXT_WEEK, POLLED_WITHIN, SENT_WITHIN


@pytest.mark.parametrize(
    ("name", "label", "theirs"),
    [("anna", "Google", "Blood test"), ("ben", "Outlook", "Server room: power test")],
)
def test_both_ways(log_in: LogIn, mailbox: OpenMailbox, name: str, label: str, theirs: str) -> None:
    calendar, there = log_in(name), mailbox(name, label.lower())
    before = there.titles()

    # Signed in and back on the calendar, with the remote events; the first sync mailed nobody.
    calendar.press_connect(label)
    calendar.consent(name)
    calendar.await_first_sync(label)
    calendar.next_week()
    expect(calendar.card(theirs)).to_have_count(1)
    expect(calendar.sync).to_contain_text("guests mailed: 0")
    assert set(before) <= set(there.titles())

    # Created here, there within 10 s.
    calendar.create("Sauna", NEXT_WEEK + timedelta(days=1))
    expect(calendar.card("Sauna")).to_have_count(1)
    there.await_titles(present="Sauna")

    # Edited there, here after sync now, on the page as it stands.
    there.rename("Sauna", "Sauna with Ida")
    calendar.sync_now(label)
    expect(calendar.card("Sauna with Ida")).to_have_count(1, timeout=SENT_WITHIN)
    expect(calendar.card("Sauna")).to_have_count(0)

    # Edited here, there within 10 s.
    calendar.rename("Sauna with Ida", "Hammam with Ida")
    there.await_titles(present="Hammam with Ida", absent="Sauna with Ida")

    # Created there, deleted here.
    there.create("Plumber", NEXT_WEEK + timedelta(days=2))
    calendar.sync_now(label)
    expect(calendar.card("Plumber")).to_have_count(1, timeout=SENT_WITHIN)
    calendar.delete("Plumber")
    expect(calendar.card("Plumber")).to_have_count(0)
    there.await_titles(absent="Plumber")

    # Deleted there.
    there.delete("Hammam with Ida")
    calendar.sync_now(label)
    expect(calendar.card("Hammam with Ida")).to_have_count(0, timeout=SENT_WITHIN)


def test_both_connected_without_doubles(log_in: LogIn, mailbox: OpenMailbox) -> None:
    calendar = log_in("eva")
    google, outlook = mailbox("eva", "google"), mailbox("eva", "outlook")
    before = outlook.titles()
    calendar.connect("Google", "eva")
    calendar.connect("Outlook", "eva")

    # Everything is here once, and what came from one is not written to the other.
    calendar.show(NEXT_WEEK, "agenda")
    for title in ("Training: accessibility", "Pair on the importer", "Lucia", "University day"):
        expect(calendar.card(title)).to_have_count(1)
    # She is invited to this one at both of her addresses.
    expect(calendar.card("Kick-off at Client Ltd")).to_have_count(1)
    assert google.titles().count("Kick-off at Client Ltd") == 1
    assert outlook.titles().count("Kick-off at Client Ltd") == 1
    assert google.titles().count("Pair on the importer") == 1
    assert "Training: accessibility" not in google.titles()
    assert outlook.titles() == before

    # Edited there, here without anybody pressing anything.
    calendar.show(NEXT_WEEK)
    google.create("Vet", NEXT_WEEK + timedelta(days=3))
    outlook.create("Lunch with the tutors", NEXT_WEEK + timedelta(days=4))
    for title in ("Vet", "Lunch with the tutors"):
        expect(calendar.card(title)).to_have_count(1, timeout=POLLED_WITHIN)
    assert "Vet" not in outlook.titles()
    assert "Lunch with the tutors" not in google.titles()
