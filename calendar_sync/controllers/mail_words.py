"""The mail question in words: whom a save would tell, and what each answer means."""

from dataclasses import dataclass

from calendar_sync.actions.mail_question import MailQuestion

SHOWN = 5


@dataclass(frozen=True)
class Names:
    first: tuple[str, ...]
    rest: tuple[str, ...]


@dataclass(frozen=True)
class Ask:
    """`quiet` is the button that mails nobody; it means different things at each provider."""

    title: str
    subject: str
    lists: tuple[tuple[str, Names], ...]
    who_mails: str
    consequences: tuple[str, ...]
    back: str
    quiet: str
    quiet_choice: str
    loud: str
    cancels: bool
    paused: bool


def ask(question: MailQuestion, subject: str, verb: str = "Delete") -> Ask:
    """`verb`: what is done here to a meeting that is cancelled."""
    cancels = question.kind == "cancel"
    google = question.can_be_silent
    label = question.label
    quiet = _quiet(verb, google=google, cancels=cancels)
    return Ask(
        title=_title(question),
        subject=subject or question.summary or "(No title)",
        lists=(
            ("Update to", names(question.updates)),
            ("Invitation to", names(question.invitations)),
            ("Cancellation to", names(question.cancellations)),
        ),
        who_mails=f"{label} sends the mails."
        if google
        else f"{label} always mails when such a change reaches it; it can't be done silently.",
        consequences=(*_consequences(question, quiet), *_further(question)),
        back="Keep the meeting" if cancels else "Back to editing",
        quiet=quiet,
        quiet_choice="silent" if google else "keep-here",
        loud="Cancel and tell them" if cancels else "Send",
        cancels=cancels,
        paused=question.paused,
    )


def guests(count: int) -> str:
    return "1 guest" if count == 1 else f"{count} guests"


def _title(question: MailQuestion) -> str:
    if question.kind == "cancel":
        return f"Cancel the meeting for {guests(question.count)}?"
    if question.can_be_silent:
        return f"Tell {guests(question.count)}?"
    return f"{question.label} will mail {guests(question.count)}"


def _quiet(verb: str, *, google: bool, cancels: bool) -> str:
    if cancels:
        return f"{verb} without telling" if google else f"{verb} here only"
    return "Don't send" if google else "Keep here only"


def _consequences(question: MailQuestion, quiet: str) -> tuple[str, str]:
    loud = "Cancel and tell them" if question.kind == "cancel" else "Send"
    sent = f"{loud}: with the next sync, usually within 10 s."
    match question.can_be_silent, question.kind:
        case True, "cancel":
            meaning = f"guests at {question.label} lose it without a word; others still expect you."
        case True, _:
            meaning = (
                f"written there silently; guests at {question.label} see it in their calendars, "
                "others learn nothing."
            )
        case False, "cancel":
            meaning = f"gone from your calendar here, still in {question.label}; nobody is told."
        case _:
            meaning = f"saved here, not written to {question.label}."
    return sent, f"{quiet}: {meaning}"


def _further(question: MailQuestion) -> tuple[str, ...]:
    """A provider makes a series first, and then its dates that differ."""
    if not question.dates:
        return ()
    mails = "1 further mail" if question.dates == 1 else f"{question.dates} further mails"
    what = "the date that differs" if question.dates == 1 else "each date that differs"
    return (f"After the invitation a guest gets up to {mails}: one for {what} from the series.",)


def names(people: tuple[str, ...]) -> Names:
    return Names(people[:SHOWN], people[SHOWN:])
