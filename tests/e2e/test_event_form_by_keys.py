"""The whole event form without a mouse: what is folded away, and what is no meeting."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from e2e.conftest import PHONE, LogIn
from e2e.pages import NEXT_WEEK, CalendarPage

FRIDAY = NEXT_WEEK + timedelta(days=4)


def open_form(calendar: CalendarPage) -> Page:
    page = calendar.page
    page.goto(f"{calendar.url}/calendar/events/new?day={FRIDAY}")
    expect(page.get_by_label("Title")).to_be_focused()
    return page


def test_what_is_folded_away_says_how_it_differs(log_in: LogIn) -> None:
    page = open_form(log_in("cleo"))
    more = page.locator("summary", has_text="More options")
    expect(more).to_have_text(
        "More options Show as, privacy, importance, reminders, colour, categories"
    )
    expect(page.get_by_label("Show as")).to_be_hidden()
    page.keyboard.type("Folded")

    more.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Show as")).to_be_focused()
    page.keyboard.type("Free")
    page.get_by_label("Reminders").focus()
    page.keyboard.type("My own")
    expect(page.get_by_label("How long before")).to_have_value("30")
    page.get_by_role("radio", name="As the calendar").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Tomato")).to_be_checked()
    page.get_by_label("Categories").focus()
    page.keyboard.type("Customer,")
    more.focus()
    page.keyboard.press("Enter")
    expect(more).to_have_text("More options Free, Reminders: My own, Tomato, Customer")

    page.keyboard.press("Shift+Tab")
    save = page.get_by_role("button", name="Save", exact=True)
    save.focus()
    expect(save).to_have_css("outline-style", "solid")

    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/calendar\?"))
    page.keyboard.press("Escape")
    card = page.get_by_label(re.compile("^Folded,"))
    card.focus()
    page.keyboard.press("Enter")
    facts = page.get_by_role("dialog", name="Event")
    for fact in ("30 minutes before", "Customer", "Tomato", "Free"):
        expect(facts).to_contain_text(fact)


def test_what_is_no_meeting_has_no_guests(log_in: LogIn) -> None:
    calendar = log_in("cleo")
    calendar.connect("Google", "cleo")
    page = open_form(calendar)
    page.keyboard.type("Away")
    guests = page.get_by_label(re.compile("^Add guests"))
    guests.focus()
    page.keyboard.type("eva@corp.example,")
    expect(page.get_by_text("Saving asks whether to mail 1 guest.")).to_be_visible()

    page.get_by_role("radio", name="Event", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Out of office")).to_be_checked()
    expect(guests).to_be_hidden()
    expect(page.get_by_text("Saving mails nobody.")).to_be_visible()
    page.get_by_label("Invitations meanwhile").focus()
    page.keyboard.type("Decline new invitations")
    page.keyboard.press("Control+s")

    page.wait_for_url(re.compile(r"/calendar\?"))
    calendar.show(FRIDAY)
    facts = calendar.open_card("Away")
    expect(facts).to_contain_text("Out of office")
    expect(facts).not_to_contain_text("Eva")


def test_on_a_phone_guests_come_after_the_time(log_in: LogIn) -> None:
    page = open_form(log_in("cleo", PHONE))
    names = ["Start day", "Add guests, addresses with commas between", "Location", "Description"]
    fields = [page.get_by_label(name, exact=True).first for name in names]
    tops = [box["y"] for box in (field.bounding_box() for field in fields) if box]
    assert len(tops) == len(names)
    assert tops == sorted(tops)
