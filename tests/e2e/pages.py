"""What a person does and sees: in our calendar, on the sign-in pages, at Google and at Outlook."""

import re
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from playwright.sync_api import Locator, Page, expect

# Milliseconds.
SENT_WITHIN = 10_000
# The demonstration polls every 30 s, the worker sleeps for 5, an open page asks every 30.
POLLED_WITHIN = 70_000
PASSWORD = "demo"
NAMES = {
    "anna": "Anna Berg",
    "ben": "Ben Cho",
    "cleo": "Cleo Diaz",
    "david": "David Okafor",
    "eva": "Eva Lindqvist",
}
TODAY = datetime.now(UTC).date()
NEXT_WEEK = TODAY - timedelta(days=TODAY.weekday()) + timedelta(weeks=1)
TITLES = {"google": "summary", "outlook": "subject"}


class CalendarPage:
    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.sync = page.get_by_role("region", name="Synchronize")

    def log_in(self, name: str) -> None:
        self.page.goto(self.url)
        self.page.get_by_label("E-mail").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url(f"{self.url}/calendar*")

    # --- connections

    def press_connect(self, label: str) -> None:
        self.sync.get_by_role("button", name=label, exact=True).click()
        expect(self.page.get_by_role("heading", name=re.compile("^Sign in with"))).to_be_visible()

    def consent(self, name: str) -> None:
        """On the provider's page, to which `press_connect` led, and then to what will be done."""
        self.page.get_by_label(NAMES[name]).check()
        self.page.get_by_role("button", name="Allow").click()
        self.page.wait_for_url(f"{self.url}/connections/*/preview")
        apply = self.page.get_by_role("button", name=re.compile("^(Apply:|Start syncing)"))
        apply.click(timeout=SENT_WITHIN)
        self.page.wait_for_url(f"{self.url}/calendar*")

    def connect(self, label: str, name: str) -> None:
        """Unless another test did it before."""
        expect(self.sync).to_contain_text("Sync")
        if self.button(label).is_visible():
            self.press_connect(label)
            self.consent(name)
        self.await_first_sync(label)

    def await_first_sync(self, label: str) -> None:
        """The row of the connection says so by itself."""
        expect(self.button(f"Sync {label} now")).to_be_visible(timeout=SENT_WITHIN)

    def sync_now(self, label: str) -> None:
        self.button(f"Sync {label} now").click()

    def button(self, name: str) -> Locator:
        return self.sync.get_by_role("button", name=name, exact=True)

    # --- the grid

    def show(self, day: date, view: str = "week") -> None:
        self.page.goto(f"{self.url}/calendar?view={view}&date={day}")

    def next_week(self) -> None:
        self.page.get_by_role("button", name="Next", exact=True).click()

    def card(self, title: str) -> Locator:
        """In any view; its name begins with the title."""
        return self.page.get_by_role("main").get_by_label(re.compile(rf"^{re.escape(title)},"))

    def open_card(self, title: str) -> Locator:
        """The popover of a card."""
        self.card(title).click()
        popover = self.page.get_by_role("dialog", name="Event")
        expect(popover.get_by_role("heading", name=title)).to_be_visible()
        return popover

    def create(self, title: str, day: date, guests: Sequence[str] = ()) -> None:
        """By the button; with guests there may be a question, which stays open."""
        self.page.get_by_role("link", name="New").first.click()
        form = self.page.get_by_role("dialog", name="Event")
        form.get_by_label("Title").fill(title)
        form.get_by_label("Start day").fill(day.isoformat())
        form.get_by_label("Start time").fill("10")
        for guest in guests:
            box = form.get_by_role("combobox", name=re.compile("^Add guests"))
            box.fill(guest)
            box.press("Enter")
        form.get_by_role("button", name="Save", exact=True).click()

    def rename(self, title: str, new_title: str) -> None:
        self.open_card(title).get_by_role("link", name="Edit").click()
        form = self.page.get_by_role("main")
        form.get_by_label("Title").fill(new_title)
        form.get_by_role("button", name="Save", exact=True).click()
        self.page.wait_for_url(f"{self.url}/calendar?*")

    def delete(self, title: str) -> None:
        self.open_card(title).get_by_role("button", name="Delete").click()
        self.answer_question("Delete")

    @property
    def question(self) -> Locator:
        return self.page.get_by_role("dialog", name="Question")

    def answer_question(self, button: str) -> None:
        self.question.get_by_role("button", name=button, exact=True).click()
        expect(self.question).to_be_hidden()


class Mailbox:
    """The pages in which the owner of a mailbox works."""

    def __init__(self, page: Page, url: str, name: str, provider: str) -> None:
        self.page = page
        self.url = url
        self._home = f"{url}/console/{name}/{provider}"
        self._title = TITLES[provider]

    def titles(self) -> list[str]:
        """Of all events, series once."""
        self._list()
        links = self.page.get_by_role("table").first.get_by_role("link")
        return sorted(links.all_text_contents())

    def await_titles(self, present: str = "", absent: str = "") -> None:
        """Returns when one title is there, or another gone, within what is promised."""
        deadline = time.monotonic() + SENT_WITHIN / 1000
        while True:
            titles = self.titles()
            if (not present or titles.count(present) == 1) and absent not in titles:
                return
            assert time.monotonic() < deadline, f"{present=} {absent=} {titles=}"
            self.page.wait_for_timeout(200)

    def create(self, title: str, day: date) -> None:
        self.page.goto(self._home)
        self.page.get_by_role("link", name="New event", exact=True).click()
        form = self.page.get_by_role("region", name="New event")
        self._fill(form, title, day)
        form.get_by_role("button", name="Create").click()

    def rename(self, title: str, new_title: str) -> None:
        self.open_event(title).get_by_label("Title").fill(new_title)
        self.page.get_by_role("button", name="Save").click()

    def delete(self, title: str) -> None:
        self.open_event(title).get_by_role("button", name="Delete").click()

    def open_event(self, title: str) -> Locator:
        self._list()
        self.page.get_by_role("table").first.get_by_role("link", name=title, exact=True).click()
        return self.page.get_by_role("region", name="Change event")

    def _list(self) -> None:
        self.page.goto(f"{self._home}?view=list")

    def _fill(self, form: Locator, title: str, day: date) -> None:
        form.get_by_label("Title").fill(title)
        form.get_by_label("Start", exact=True).fill(f"{day}T15:00")
        form.get_by_label("End", exact=True).fill(f"{day}T16:00")

    # --- what the world remembers

    def mails(self, subject: str) -> list[tuple[str, str]]:
        """(kind, recipient) of the mails about this event that the providers sent."""
        entries: list[dict[str, Any]] = self.page.request.get(f"{self.url}/_sandbox/mail").json()[
            "entries"
        ]
        return [
            (str(entry["kind"]), str(recipient))
            for entry in entries
            for recipient in entry["recipients"]
            if subject in entry["subject"]
        ]
