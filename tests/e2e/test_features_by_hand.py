"""What an event can be beyond a title and a time, set here and seen at the provider."""

import re
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from e2e.conftest import LogIn, OpenMailbox
from e2e.pages import NEXT_WEEK, SENT_WITHIN, CalendarPage, Mailbox

JULIE = "Julie Moreau <j.moreau@client.example>"
FRIDAY = NEXT_WEEK + timedelta(days=4)


def new_event(calendar: CalendarPage, title: str) -> Page:
    page = calendar.page
    page.goto(f"{calendar.url}/calendar/events/new?day={FRIDAY}")
    page.get_by_label("Title").fill(title)
    return page


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"/calendar\?"))


def test_reminders_and_colour_reach_google(log_in: LogIn, mailbox: OpenMailbox) -> None:
    calendar, there = log_in("cleo"), mailbox("cleo", "google")
    calendar.connect("Google", "cleo")
    page = new_event(calendar, "Haircut")
    page.get_by_text("More options").click()
    page.get_by_label("Reminders").select_option("own")
    page.get_by_label("How long before").fill("10")
    page.get_by_role("radio", name="Basil").focus()
    page.keyboard.press("Space")
    save(page)

    there.await_titles(present="Haircut")
    form = there.open_event("Haircut")
    expect(form.get_by_label("Colour").locator(":checked")).to_have_text("Basil")
    expect(form.get_by_label("Reminder")).to_have_value("10")


def test_a_room_at_google_is_asked_for_and_joined(log_in: LogIn, mailbox: OpenMailbox) -> None:
    calendar, there = log_in("cleo"), mailbox("cleo", "google")
    calendar.connect("Google", "cleo")
    page = new_event(calendar, "Remote talk")
    page.get_by_label("Meeting link").select_option(label="Google Meet")
    save(page)

    there.await_titles(present="Remote talk")
    join = join_of(calendar, "Remote talk")
    assert str(join.get_attribute("href")).startswith("https://meet.google.com/")


def join_of(calendar: CalendarPage, title: str) -> Locator:
    """The room comes with the run after the write, and the open popover is of before."""
    for _ in range(SENT_WITHIN // 500):
        calendar.show(FRIDAY)
        join = calendar.open_card(title).get_by_role("link", name="Join")
        if join.is_visible():
            return join
        calendar.page.wait_for_timeout(500)
    raise AssertionError("no room")


def test_a_filter_counts_before_it_is_saved(log_in: LogIn) -> None:
    calendar = log_in("cleo")
    calendar.connect("Google", "cleo")
    page = calendar.page
    page.goto(f"{calendar.url}/connections")
    page.get_by_role("link", name=re.compile("^What is kept in step")).first.click()
    effect = page.get_by_role("main").get_by_role("status")
    expect(effect).to_contain_text(re.compile(r"All \d+ events stay in step\."))

    page.get_by_label("Titles like", exact=True).fill("Pottery")
    expect(effect).to_contain_text(re.compile(r"1 of \d+ events would be left out"))
    expect(effect).to_contain_text("Nothing is deleted on either side")
    page.get_by_label("Titles like", exact=True).fill("")
    expect(effect).to_contain_text(re.compile(r"All \d+ events stay in step\."))


def test_an_event_is_archived_and_brought_back(log_in: LogIn, mailbox: OpenMailbox) -> None:
    calendar, there = log_in("cleo"), mailbox("cleo", "google")
    calendar.connect("Google", "cleo")
    page = new_event(calendar, "Boat trip")
    save(page)
    there.await_titles(present="Boat trip")

    calendar.show(FRIDAY)
    calendar.open_card("Boat trip").get_by_role("button", name="Archive…").click()
    calendar.answer_question("Archive")
    expect(calendar.card("Boat trip")).to_have_count(0)
    there.await_titles(absent="Boat trip")

    page.goto(f"{calendar.url}/calendar/archive")
    page.get_by_role("button", name="Unarchive Boat trip").click()
    expect(page.get_by_role("button", name="Unarchive Boat trip")).to_have_count(0)
    there.await_titles(present="Boat trip")


def test_a_contact_is_picked_as_guest(log_in: LogIn) -> None:
    page = new_event(log_in("cleo"), "Visit of the garden")
    box = page.get_by_label(re.compile("^Add guests"))
    box.press_sequentially("Julie")
    offered = page.locator("#form-colleagues option").first
    expect(offered).to_have_attribute("value", JULIE)
    box.fill(JULIE)
    box.press("Enter")
    expect(page.get_by_role("button", name=f"Remove {JULIE}")).to_be_visible()
    expect(page.get_by_text("Saving asks whether to mail 1 guest.")).to_be_visible()


def test_what_is_in_outlook_is_shown_in_google(log_in: LogIn, mailbox: OpenMailbox) -> None:
    calendar: CalendarPage = log_in("eva")
    google, outlook = mailbox("eva", "google"), mailbox("eva", "outlook")
    for label in ("Google", "Outlook"):
        calendar.connect(label, "eva")
    show_others(calendar, "Google", "as “Busy”")
    outlook.create("Offsite", FRIDAY)
    busy_on(google, 1)
    show_others(calendar, "Google", "no")


def show_others(calendar: CalendarPage, label: str, mode: str) -> None:
    page = calendar.page
    page.goto(f"{calendar.url}/connections")
    section = page.get_by_role("region", name=f"Calendars at {label}")
    shown = section.get_by_label("Show my other calendars' events here")
    shown.first.select_option(label=mode)  # of the main calendar
    section.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Nothing was deleted on either side.")).to_be_visible()


def busy_on(there: Mailbox, least: int) -> None:
    for _ in range(SENT_WITHIN // 500):
        if there.titles().count("Busy") >= least:
            return
        there.page.wait_for_timeout(500)
    raise AssertionError(there.titles())
