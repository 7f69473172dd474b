"""The picture of the README: `PYTHONPATH=tests .venv/bin/python -m e2e.screenshot`, beside a fresh
`make demo`.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from e2e.conftest import FLAGS, TIME_ZONE, chromium
from e2e.pages import CalendarPage

DEMO = "http://127.0.0.1:8069"
TO_THE_TOP = "slot => slot.closest('.fc-scroller').scrollTop = slot.offsetTop"
PICTURE = Path(__file__).parents[2] / "docs" / "calendar.png"


def take() -> None:
    """Anna's next week, with both of her mailboxes in step."""
    today = datetime.now(UTC).date()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(timezone_id=TIME_ZONE, locale="en-GB")
        page.set_viewport_size({"width": 1280, "height": 820})
        calendar = CalendarPage(page, DEMO)
        calendar.log_in("anna")
        for label in ("Google", "Outlook"):
            calendar.connect(label, "anna")
        calendar.show(today - timedelta(days=today.weekday()) + timedelta(weeks=1))
        for name in ("Ben Cho", "Cleo Diaz"):
            page.get_by_role("checkbox", name=name).check()
        expect(calendar.card("Client workshop").get_by_text("CD")).to_be_visible()
        for label in ("Google", "Outlook"):
            calendar.await_first_sync(label)
        page.locator("[data-time='07:00:00']").last.evaluate(TO_THE_TOP)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    take()
