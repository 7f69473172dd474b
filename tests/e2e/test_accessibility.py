"""Nothing on the pages keeps anybody from using them, as far as a program can tell."""

import re

import pytest
from playwright.sync_api import Page

from e2e.accessibility import violations
from e2e.conftest import PHONE, WIDE, LogIn
from e2e.pages import NEXT_WEEK

PERSONAL = [
    "/calendar/list",
    "/calendar/archive",
    "/contacts",
    "/contacts/new",
    "/connections",
    "/attention",
    "/runs",
]
OF_THE_ADMINISTRATOR = ["/settings/calendar", "/settings/event-kinds", "/settings/users"]
OPEN_ALL = "all => all.forEach(each => each.open = true)"


@pytest.mark.parametrize(
    ("name", "pages"), [("eva", PERSONAL), ("admin", OF_THE_ADMINISTRATOR)], ids=["own", "settings"]
)
def test_pages(log_in: LogIn, name: str, pages: list[str]) -> None:
    page = log_in(name).page
    assert {path: found for path in pages if (found := on(page, path))} == {}


@pytest.mark.parametrize(
    ("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"]
)
def test_the_event_form_with_all_its_options(
    log_in: LogIn, size: tuple[int, int], scheme: str
) -> None:
    page = log_in("eva", size).page
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    assert on(page, "/calendar/events/new") == {}


def on(page: Page, path: str) -> dict[str, list[str]]:
    page.goto(re.sub(r"/(calendar|contacts|connections|attention|runs|settings).*", path, page.url))
    page.wait_for_load_state("networkidle")
    page.get_by_role("main").locator("details").evaluate_all(OPEN_ALL)
    return violations(page)


def test_the_calendar_with_an_event_and_with_a_new_one(log_in: LogIn) -> None:
    calendar = log_in("eva")
    calendar.show(NEXT_WEEK)
    calendar.open_card("Pair on the importer")
    assert violations(calendar.page) == {}
    calendar.page.keyboard.press("Escape")
    calendar.page.keyboard.press("n")
    calendar.page.get_by_label("Title").wait_for()
    assert violations(calendar.page) == {}
