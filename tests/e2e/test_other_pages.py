"""The administrator's page, a refused sign-in, a log-in that ended, and a phone."""

import re

from playwright.sync_api import expect

from e2e.conftest import PHONE, LogIn
from e2e.pages import CalendarPage


def test_a_refused_consent_leads_to_a_page_that_says_so(log_in: LogIn) -> None:
    calendar = log_in("david")

    calendar.press_connect("Google")
    calendar.page.get_by_role("button", name="Deny").click()

    main = calendar.page.get_by_role("main")
    expect(main).to_contain_text("You said no. Nothing was connected.")
    expect(main).to_contain_text("Nothing was stored.")
    main.get_by_role("link", name="Back to the calendar").click()
    expect(calendar.button("Google")).to_be_visible()


def test_the_administrator_changes_the_set_up(log_in: LogIn) -> None:
    page = log_in("admin").page
    page.goto(re.sub(r"/calendar.*", "/settings/calendar", page.url))
    outlook = page.get_by_role("group", name="Outlook Calendar")
    expect(outlook.get_by_label("Outlook Calendar")).to_be_checked()
    kept = outlook.get_by_label("Client ID").input_value()
    redirect = outlook.get_by_text(re.compile("/microsoft_account/authentication$"))
    expect(redirect).to_be_visible()

    outlook.get_by_label("Client ID").fill(f" {kept} ")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("We removed blanks or quotes around the Client ID.")).to_be_visible()
    page.reload()
    expect(outlook.get_by_label("Client ID")).to_have_value(kept)


def test_who_was_logged_out_goes_on_with_what_was_typed(log_in: LogIn) -> None:
    calendar = log_in("david")
    page = calendar.page
    page.keyboard.press("n")
    form = page.get_by_role("dialog", name="Event")
    form.get_by_label("Title").fill("Typed before")
    page.context.clear_cookies(name="sessionid")
    form.get_by_role("button", name="Save", exact=True).click()
    again = page.get_by_role("dialog", name="Please log in again. Your text is kept.")

    again.get_by_role("button", name="Go on").click()
    expect(again.get_by_role("link", name="Log in in a new tab")).to_be_focused()
    CalendarPage(page.context.new_page(), calendar.url).log_in("david")
    again.get_by_role("button", name="Go on").click()
    expect(again).to_be_hidden()

    form.get_by_role("button", name="Save", exact=True).click()
    expect(calendar.card("Typed before").first).to_be_visible()


def test_a_phone_shows_everything_in_its_width(log_in: LogIn) -> None:
    calendar = log_in("cleo", PHONE)
    page = calendar.page

    expect(page.get_by_role("grid").or_(page.locator(".fc-list"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
