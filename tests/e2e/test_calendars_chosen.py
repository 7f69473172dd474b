"""A calendar made from here, chosen as where new events go, hidden and shown again."""

from datetime import timedelta

from playwright.sync_api import expect

from e2e.conftest import LogIn
from e2e.pages import NAMES, NEXT_WEEK, SENT_WITHIN


def test_a_calendar_of_ones_own(log_in: LogIn) -> None:
    calendar = log_in("eva")
    page = calendar.page
    calendar.connect("Google", "eva")
    page.goto(f"{calendar.url}/connections")
    section = page.get_by_role("region", name="Calendars at Google")

    # Google is asked for what this takes, and not before.
    section.get_by_text("Create a calendar…").click()
    section.get_by_role("button", name="Allow it at Google").click()
    page.get_by_label(NAMES["eva"]).check()
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text("Allowed. Looking at your calendars at Google.")).to_be_visible()
    expect(section.get_by_role("button", name="Look again")).to_be_enabled(timeout=SENT_WITHIN)

    section.get_by_text("Create a calendar…").click()
    section.get_by_label("Name").fill("Choir")
    section.get_by_role("button", name="Create at Google").click()
    row = section.get_by_role("listitem").filter(has_text="Choir")
    expect(row).to_be_visible(timeout=SENT_WITHIN)
    row.get_by_label("New events go here").check()
    section.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Nothing was deleted on either side.")).to_be_visible()

    calendar.show(NEXT_WEEK)
    calendar.create("Rehearsal", NEXT_WEEK + timedelta(days=2))
    card = calendar.card("Rehearsal")
    expect(card).to_be_visible()
    box = page.get_by_role("checkbox", name="Choir")
    box.uncheck()
    expect(card).to_have_count(0)
    page.reload()
    expect(box).not_to_be_checked()
    expect(card).to_have_count(0)
    box.check()
    expect(card).to_be_visible()
