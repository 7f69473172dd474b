"""The mail question says how many mails a guest gets, where that is more than one."""

import pytest

from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.controllers.mail_words import ask

ONE = "After the invitation a guest gets up to 1 further mail: one for the date that differs"
TWO = "After the invitation a guest gets up to 2 further mails: one for each date that differs"


@pytest.mark.parametrize(("dates", "said"), [(0, ""), (1, ONE), (2, TWO)])
def test_further_mails_are_said_beforehand(dates: int, said: str) -> None:
    guest = ("eva@client.example",)
    question = MailQuestion(
        "invite", "google", "Google", True, (), guest, (), "Review", False, dates
    )

    told = ask(question, "").consequences[2:]

    assert told == ((f"{said} from the series.",) if said else ())
