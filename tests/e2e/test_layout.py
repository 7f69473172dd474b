"""No page is wider than its window, on a phone and on a narrow one."""

import re

import pytest
from playwright.sync_api import Page

from e2e.conftest import PHONE, LogIn

NARROW = (320, 640)
PAGES = [
    "/calendar?view=agenda",
    "/calendar?view=day",
    "/calendar?view=three",
    "/calendar?view=month",
    "/calendar?view=year",
    "/calendar/list",
    "/calendar/archive",
    "/contacts",
    "/contacts/new",
    "/calendar/events/new",
    "/connections",
    "/connections/google/sign-in-help",
    "/runs",
    "/attention",
    "/preferences/tokens",
    "/settings/calendar",
    "/settings/event-kinds",
    "/settings/users",
    "/settings/users/new",
    "/settings/general",
    "/settings/scheduled-actions",
    "/settings/apps",
    "/settings/about",
    "/nowhere",
]
# What is cut off though nobody may scroll there: side lists that scroll by themselves are none.
CUT_OFF = """() => {
    const wide = document.documentElement.clientWidth;
    const scrolls = (node) => {
        for (let at = node; at; at = at.parentElement) {
            if (["auto", "scroll"].includes(getComputedStyle(at).overflowX)
                && !at.closest(".fc")) return true;
            if (getComputedStyle(at).textOverflow === "ellipsis") return true;
        }
        return false;
    };
    const found = [];
    for (const node of document.querySelectorAll("main *, .band *, .thumb-bar *")) {
        const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
        const box = node.getBoundingClientRect();
        const shown = node.checkVisibility() && box.width > 1 && box.left < wide;
        if (own && shown && box.right > wide + 1 && !scrolls(node)) found.push(node.outerHTML);
    }
    if (document.documentElement.scrollWidth > wide) found.push("the page itself");
    return found;
}"""


@pytest.mark.parametrize("size", [PHONE, NARROW])
def test_every_page_fits_its_window(log_in: LogIn, size: tuple[int, int]) -> None:
    page = log_in("admin", size).page
    assert cut_off(page, PAGES) == {}


def test_the_agenda_of_somebody_busy_fits(log_in: LogIn) -> None:
    page = log_in("anna", NARROW).page
    assert cut_off(page, PAGES[:5]) == {}


def cut_off(page: Page, paths: list[str]) -> dict[str, list[str]]:
    """What is beyond the right edge, by page."""
    base = re.sub(r"/calendar.*", "", page.url)
    found = {}
    for path in paths:
        page.goto(base + path)
        page.wait_for_load_state("networkidle")
        if cut := page.evaluate(CUT_OFF):
            found[path] = [html[:120] for html in cut]
    return found
