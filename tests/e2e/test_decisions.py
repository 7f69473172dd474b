"""What a person decides afterwards: whose edit holds, and that a run shall not have been."""

from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from e2e.conftest import LogIn, OpenMailbox
from e2e.pages import NEXT_WEEK, SENT_WITHIN, CalendarPage


def ask_about_conflicts(page: Page, calendar: CalendarPage, rule: str) -> None:
    page.goto(f"{calendar.url}/connections")
    choice = page.get_by_label("when the same thing was changed")
    choice.select_option(rule)
    page.locator("form", has=choice).get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()


def test_a_title_changed_on_both_sides(log_in: LogIn, mailbox: OpenMailbox) -> None:
    calendar, there = log_in("cleo"), mailbox("cleo", "google")
    calendar.connect("Google", "cleo")
    page = calendar.page
    ask_about_conflicts(page, calendar, "ask")
    calendar.show(NEXT_WEEK)
    calendar.create("Kiln", NEXT_WEEK + timedelta(days=3))
    there.await_titles(present="Kiln")

    # While the form is open here, it is renamed there.
    calendar.show(NEXT_WEEK)
    calendar.open_card("Kiln").get_by_role("link", name="Edit").click()
    form = page.get_by_role("main")
    form.get_by_label("Title").fill("Kiln, cold")
    there.rename("Kiln", "Kiln, hot")
    form.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"{calendar.url}/calendar?*")

    card = page.get_by_role("article").filter(has_text="Whose title holds?")
    expect_soon(page, calendar, card.get_by_text("Kiln, hot"))
    assert "Kiln, hot" in there.titles()
    card.get_by_role("button", name="Take Google's").click()
    expect(page.get_by_text("Settled with the next sync.")).to_be_visible()

    calendar.show(NEXT_WEEK)
    expect(calendar.card("Kiln, hot")).to_have_count(1, timeout=SENT_WITHIN)
    expect(calendar.card("Kiln, cold")).to_have_count(0)
    ask_about_conflicts(page, calendar, "newest")


def test_a_run_is_undone(log_in: LogIn, mailbox: OpenMailbox) -> None:
    calendar, there = log_in("cleo"), mailbox("cleo", "google")
    calendar.connect("Google", "cleo")
    page = calendar.page
    calendar.show(NEXT_WEEK)
    calendar.create("Glaze", NEXT_WEEK + timedelta(days=4))
    there.await_titles(present="Glaze")

    open_run_of(page, calendar, "Glaze")
    page.get_by_role("link", name="Undo…").click()
    expect(page.get_by_role("cell", name="deleted at Google, stays here")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("This run was undone.")).to_be_visible()

    there.await_titles(absent="Glaze")
    calendar.show(NEXT_WEEK)
    expect(calendar.card("Glaze")).to_have_count(1)


def open_run_of(page: Page, calendar: CalendarPage, title: str) -> None:
    """The newest run that did something about this event; a poll may have come in between."""
    for number in range(3):
        page.goto(f"{calendar.url}/runs")
        page.get_by_role("table").get_by_role("link").nth(number).click()
        expect(page.get_by_role("link", name="← Runs")).to_be_visible()
        if page.get_by_role("cell", name=title).is_visible():
            return
    raise AssertionError(f"no run tells of {title}")


def expect_soon(page: Page, calendar: CalendarPage, what: Locator) -> None:
    """*Needs attention* shows what a run has left, and does not reload itself."""
    for _ in range(SENT_WITHIN // 500):
        page.goto(f"{calendar.url}/attention")
        if what.is_visible():
            return
        page.wait_for_timeout(500)
    raise AssertionError("nothing asks")
