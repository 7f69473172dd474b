"""No guest is mailed unless the person said so."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from e2e.conftest import LogIn, OpenMailbox
from e2e.pages import TODAY

TOMORROW = TODAY + timedelta(days=1)
GUEST = "paul@garden.example"


@pytest.mark.parametrize(
    ("name", "label", "button", "invited"),
    [
        ("cleo", "Google", "Send", [("invite", GUEST)]),
        ("cleo", "Google", "Don't send", []),
        ("david", "Outlook", "Send", [("invite", GUEST)]),
    ],
)
def test_a_guest_is_mailed_as_the_person_decides(
    log_in: LogIn,
    mailbox: OpenMailbox,
    name: str,
    label: str,
    button: str,
    invited: list[tuple[str, str]],
) -> None:
    calendar, there = log_in(name), mailbox(name, label.lower())
    calendar.connect(label, name)
    title = f"Garden fair, {label}, {button}"

    calendar.create(title, TOMORROW, [GUEST])
    expect(calendar.question).to_contain_text(GUEST)
    assert there.mails(title) == []
    calendar.answer_question(button)

    there.await_titles(present=title)
    assert there.mails(title) == invited


def test_outlook_is_not_written_to_if_its_guests_shall_not_be_mailed(
    log_in: LogIn, mailbox: OpenMailbox
) -> None:
    calendar, there = log_in("david"), mailbox("david", "outlook")
    calendar.connect("Outlook", "david")

    calendar.create("Kept here", TOMORROW, [GUEST])
    calendar.answer_question("Keep here only")
    calendar.create("Sent after it", TOMORROW)
    there.await_titles(present="Sent after it")

    assert "Kept here" not in there.titles()
    assert there.mails("Kept here") == []
