"""The whole product as `calendar-sync demo` starts it, and a browser that looks at it.

One demonstration serves all tests: each has people of its own, so that their order does not count.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from e2e.pages import SENT_WITHIN, CalendarPage, Mailbox

HOST = "127.0.0.1"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, PHONE = (1280, 900), (390, 844)
TIME_ZONE = "Europe/Paris"
# Of the tests themselves; the product shall start as on anybody's machine.
OURS = ("CALENDAR_SYNC_", "DATABASE_URL", "DATA_DIR", "DJANGO_")


@dataclass(frozen=True)
class Demo:
    url: str
    sandbox: str


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.enable_socket)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    data_dir = tmp_path_factory.mktemp("demo")
    port, sandbox_port = free_ports()
    environ = environ_for(data_dir, port, sandbox_port)
    line = [*command(), "demo", "--with-parent"]  # also if the tests are killed
    with subprocess.Popen(line, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == f"Ready: http://{HOST}:{port}\n"
        yield Demo(f"http://{HOST}:{port}", f"http://{HOST}:{sandbox_port}")
        process.terminate()
        assert process.wait(timeout=60) == 0
    for log in (data_dir / "logs").iterdir():
        assert "Traceback" not in log.read_text(encoding="utf-8"), log.read_text(encoding="utf-8")


def command() -> list[str]:
    """`calendar-sync` of the environment the tests run in."""
    return [str(Path(sys.executable).with_name("calendar-sync"))]


def environ_for(data_dir: Path, port: int, sandbox_port: int) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith(OURS)}
    ports = {"PORT": str(port), "SANDBOX_PORT": str(sandbox_port)}
    return kept | ports | {"DATA_DIR": str(data_dir)}


def free_ports() -> tuple[int, int]:
    """One, and one that is free together with the one after it."""
    while True:
        with ExitStack() as stack:
            first = stack.enter_context(socket.create_server((HOST, 0))).getsockname()[1]
            pair = stack.enter_context(socket.create_server((HOST, 0))).getsockname()[1]
            try:
                stack.enter_context(socket.create_server((HOST, pair + 1)))
            except OSError:
                continue
            return first, pair


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


def chromium() -> str:
    """`make e2e` installs one; without it nothing would be tested, so that is an error."""
    program = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    assert program, "No Chromium: set CHROMIUM=/path/to/chromium"
    return program


OpenPage = Callable[[tuple[int, int]], Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Pages of new contexts; a test fails if a script failed in any of them."""
    complaints: list[str] = []
    with ExitStack() as stack:

        def opened(size: tuple[int, int]) -> Page:
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                timezone_id=TIME_ZONE,
                locale="en-GB",
            )
            stack.callback(context.close)
            context.set_default_timeout(SENT_WITHIN)
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: complaints.extend(complaint(said.type, said.text)))
            return page

        yield opened
    assert complaints == []


def complaint(kind: str, text: str) -> list[str]:
    """A page that refuses with a status is no failure; the tests look at the page."""
    refused = text.startswith("Failed to load resource") and " 4" in text
    return [text] if kind == "error" and not refused else []


LogIn = Callable[..., CalendarPage]


@pytest.fixture
def log_in(demo: Demo, open_page: OpenPage) -> LogIn:
    """The calendar of a person of the demonstration."""

    def logged_in(name: str, size: tuple[int, int] = WIDE) -> CalendarPage:
        calendar = CalendarPage(open_page(size), demo.url)
        calendar.log_in(name)
        return calendar

    return logged_in


OpenMailbox = Callable[[str, str], Mailbox]


@pytest.fixture
def mailbox(demo: Demo, open_page: OpenPage) -> OpenMailbox:
    """A person's Google or Outlook, as its owner sees it."""

    def opened(name: str, provider: str) -> Mailbox:
        return Mailbox(open_page(WIDE), demo.sandbox, name, provider)

    return opened
