"""The calendar without a mouse: single keys, as the dialog at "?" lists them."""

import re

from playwright.sync_api import Locator, Page, expect

from e2e.conftest import LogIn
from e2e.pages import NEXT_WEEK, CalendarPage

VIEWS = {"d": "Day", "m": "Month", "y": "Year", "a": "Agenda", "w": "Week"}
TITLE = "Made by keys"


def test_keys_lead_through_the_calendar(log_in: LogIn) -> None:
    page = log_in("eva").page
    view = page.get_by_role("navigation", name="View").locator("[aria-current]")
    period = page.locator("#period")
    expect(view).to_have_text("Week")
    this_week = period.inner_text()

    for key, name in VIEWS.items():
        page.keyboard.press(key)
        expect(view).to_have_text(name)
    page.keyboard.press("ArrowRight")
    expect(period).not_to_have_text(this_week)
    page.keyboard.press("t")
    expect(period).to_have_text(this_week)
    page.keyboard.press("ArrowLeft")
    expect(period).not_to_have_text(this_week)

    page.keyboard.press("?")
    shortcuts = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(shortcuts).to_be_visible()
    page.keyboard.press("Escape")
    expect(shortcuts).to_be_hidden()
    page.keyboard.press("l")
    page.wait_for_url(re.compile("/calendar/list"))


def test_an_event_is_made_opened_edited_and_deleted_by_keys(log_in: LogIn) -> None:
    calendar = log_in("eva")
    page = calendar.page
    popover = page.get_by_role("dialog", name="Event")

    page.keyboard.press("n")
    expect(popover.get_by_label("Title")).to_be_focused()
    page.keyboard.type(TITLE)  # its letters are keys elsewhere
    page.keyboard.press("Enter")
    expect(popover).to_be_hidden()
    card = calendar.card(TITLE)

    card.focus()
    page.keyboard.press("Enter")
    expect(popover.get_by_role("heading", name=TITLE)).to_be_focused()
    page.keyboard.press("Escape")
    expect(popover).to_be_hidden()
    expect(card).to_be_focused()

    page.keyboard.press("e")
    page.wait_for_url(re.compile(r"/calendar/events/\d+$"))
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/calendar\?"))

    move_and_undo(calendar, card)
    card.focus()
    page.keyboard.press("Delete")
    expect(calendar.question).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(calendar.question).to_be_hidden()
    expect(card).to_have_count(0)


def move_and_undo(calendar: CalendarPage, card: Locator) -> None:
    page = calendar.page
    card.focus()
    before = str(card.get_attribute("aria-label"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=TITLE)).to_be_focused()
    page.keyboard.press("m")
    calendar.question.get_by_label("Start time").fill("21:15")
    page.keyboard.press("Enter")
    expect(card).to_have_attribute("aria-label", re.compile("21:15 to 22:15"))
    page.keyboard.press("Control+z")
    expect(card).to_have_attribute("aria-label", before)


def test_focus_stays_on_a_card_that_is_drawn_anew(log_in: LogIn) -> None:
    calendar = log_in("eva")
    page = calendar.page
    popover = page.get_by_role("dialog", name="Event")
    card = calendar.card("Pair on the importer")
    calendar.show(NEXT_WEEK)
    card.focus()

    fetch_anew(page)
    expect(card).to_be_focused()

    page.keyboard.press("Enter")
    expect(popover.get_by_role("heading", name="Pair on the importer")).to_be_focused()
    fetch_anew(page)
    page.keyboard.press("Escape")
    expect(popover).to_be_hidden()
    expect(card).to_be_focused()


def fetch_anew(page: Page) -> None:
    """As after each run that brought something; the grid then draws every card once more."""
    old = page.locator("[data-event]").first.element_handle()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_function("card => !card.isConnected", arg=old)
