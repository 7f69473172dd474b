"""A reminder that is due while the calendar is open."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from e2e.conftest import TIME_ZONE, LogIn
from e2e.pages import TODAY, CalendarPage

TITLE = "Told in time"
TOMORROW = TODAY + timedelta(days=1)


def test_a_page_tells_of_it_and_the_next_does_not_again(log_in: LogIn) -> None:
    calendar = log_in("ben")
    page = calendar.page
    remind_in_five_minutes(calendar)
    page.clock.install()
    page.goto(f"{calendar.url}/calendar")
    page.wait_for_load_state("networkidle")
    expect(cards(page)).to_have_count(0)

    page.clock.fast_forward("06:10")

    expect(cards(page)).to_contain_text(TITLE)
    expect(cards(page)).to_contain_text("10:00–11:00")
    page.get_by_role("button", name="Dismiss").click()
    expect(cards(page)).to_have_count(0)
    page.reload()
    page.wait_for_load_state("networkidle")
    page.clock.fast_forward("06:10")
    expect(cards(page)).to_have_count(0)


def remind_in_five_minutes(calendar: CalendarPage) -> None:
    page = calendar.page
    page.goto(f"{calendar.url}/calendar/events/new?day={TOMORROW}")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Start time").fill("10")
    page.locator("summary", has_text="More options").click()
    page.get_by_label("Reminders").select_option("own")
    start = datetime.combine(TOMORROW, time(10), ZoneInfo(TIME_ZONE))
    lead = (start - datetime.now(UTC)) // timedelta(minutes=1) - 5
    page.get_by_label("How long before").fill(str(lead))
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/calendar?*")


def cards(page: Page) -> Locator:
    return page.locator("#reminders .reminder-card")
