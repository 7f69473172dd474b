"""Whom a write would mail, and whether it may go out: the table of engine/mail.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from calendar_sync.engine.capabilities import Capabilities
from calendar_sync.engine.consent import CREATED, DELETED, Choice, Consent
from calendar_sync.engine.mail import (
    Draft,
    Verdict,
    recipients,
    told_keys,
    verdict,
)
from calendar_sync.engine.pending import Action
from calendar_sync.engine.properties import ANSWER, AT, ATTENDEE, Json

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ANNA, BEN, EVA = "anna@corp.example", "ben@corp.example", "eva@client.example"
OWNER = frozenset({ANNA})
GOOGLE = Capabilities(50, silent_writes=True, silent=frozenset({"availability"}))
OUTLOOK = Capabilities(
    20,
    silent_writes=False,
    silent=frozenset({"availability"}),
    tells_only_changed_guests=True,
)
BOTH_PEOPLE = frozenset({BEN, EVA})
SUMMARY = frozenset({"summary"})
BEN_ON_A_DATE = f"{AT}20261204T080000Z:{ATTENDEE}{BEN}"


def invited(*people: str, **more: Json) -> dict[str, Json]:
    return {ATTENDEE + address: ["", "req-participant", "individual"] for address in people} | more


def consent(
    choice: Choice = Choice.SEND,
    people: frozenset[str] = BOTH_PEOPLE,
    keys: frozenset[str] = SUMMARY,
    until: datetime = NOW + timedelta(days=1),
) -> Consent:
    return Consent(choice, people, keys, until)


# --- may it go out?


@pytest.mark.parametrize(
    ("action", "given", "google", "outlook"),
    [
        # nobody decided
        (Action.CREATE, None, Verdict.SILENT, Verdict.HOLD),
        (Action.PATCH, None, Verdict.SILENT, Verdict.HOLD),
        (Action.DELETE, None, Verdict.HOLD, Verdict.HOLD),
        (Action.ANSWER, None, Verdict.SEND, Verdict.SEND),
        # a person decided
        (Action.PATCH, consent(Choice.SEND), Verdict.SEND, Verdict.SEND),
        (Action.PATCH, consent(Choice.SILENT), Verdict.SILENT, Verdict.HOLD),
        (Action.PATCH, consent(Choice.KEEP_HERE), Verdict.HOLD, Verdict.HOLD),
        (Action.DELETE, consent(Choice.SEND), Verdict.SEND, Verdict.SEND),
        (Action.DELETE, consent(Choice.SILENT), Verdict.SILENT, Verdict.HOLD),
        (Action.ANSWER, consent(Choice.KEEP_HERE), Verdict.SEND, Verdict.SEND),
        # about something else
        (Action.PATCH, consent(people=frozenset({BEN})), Verdict.SILENT, Verdict.HOLD),
        (Action.PATCH, consent(keys=frozenset({"location"})), Verdict.SILENT, Verdict.HOLD),
        (Action.PATCH, consent(until=NOW), Verdict.SILENT, Verdict.HOLD),
        (Action.DELETE, consent(until=NOW), Verdict.HOLD, Verdict.HOLD),
    ],
)
def test_verdict(action: Action, given: Consent | None, google: Verdict, outlook: Verdict) -> None:
    def of(capabilities: Capabilities) -> Verdict:
        return verdict(action, BOTH_PEOPLE, SUMMARY, given, capabilities, NOW)

    assert (of(GOOGLE), of(OUTLOOK)) == (google, outlook)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("capabilities", [GOOGLE, OUTLOOK])
@pytest.mark.parametrize("given", [None, consent(Choice.SEND), consent(Choice.KEEP_HERE)])
def test_what_mails_nobody_is_silent(
    action: Action, capabilities: Capabilities, given: Consent | None
) -> None:
    found = verdict(action, frozenset(), SUMMARY, given, capabilities, NOW)

    assert found is Verdict.SILENT


# --- whom would it mail?


@pytest.mark.parametrize(
    ("action", "changes", "before", "after", "google", "outlook"),
    [
        (Action.CREATE, {}, {}, invited(BEN, EVA), {BEN, EVA}, {BEN, EVA}),
        (Action.CREATE, {}, {}, invited(), set(), set()),
        (Action.DELETE, {}, invited(BEN, EVA), {}, {BEN, EVA}, {BEN, EVA}),
        (Action.PATCH, {"summary": "A"}, invited(BEN), invited(BEN), {BEN}, {BEN}),
        (Action.PATCH, {"availability": "busy"}, invited(BEN), invited(BEN), set(), set()),
        (Action.PATCH, invited(EVA), invited(BEN), invited(BEN, EVA), {BEN, EVA}, {EVA}),
        (Action.PATCH, {ATTENDEE + EVA: None}, invited(BEN, EVA), invited(BEN), {BEN, EVA}, {EVA}),
        (
            Action.PATCH,
            invited(EVA, summary="A"),
            invited(BEN),
            invited(BEN, EVA),
            {BEN, EVA},
            {BEN, EVA},
        ),
        (Action.CREATE, {}, {}, invited(ANNA, BEN), {BEN}, {BEN}),
        (
            Action.ANSWER,
            {ANSWER + BEN: ["accepted", "", 0]},
            invited(BEN),
            invited(BEN, organizer=[EVA, "Eva"]),
            {EVA},
            {EVA},
        ),
        (Action.ANSWER, {}, invited(BEN), invited(BEN), set(), set()),
    ],
)
def test_recipients(
    action: Action,
    changes: Mapping[str, Json],
    before: Mapping[str, Json],
    after: Mapping[str, Json],
    google: set[str],
    outlook: set[str],
) -> None:
    draft = Draft(action, changes, after)

    assert recipients(draft, before, OWNER, GOOGLE) == google
    assert recipients(draft, before, OWNER, OUTLOOK) == outlook


@pytest.mark.parametrize(
    ("draft", "keys"),
    [
        (Draft(Action.CREATE, invited(BEN, summary="A")), {CREATED}),
        (Draft(Action.DELETE), {DELETED}),
        (Draft(Action.PATCH, invited(BEN, summary="A", availability="busy")), {"summary"}),
        (Draft(Action.PATCH, {ANSWER + BEN: None, "when": None}), {"when"}),
    ],
)
def test_what_a_consent_has_to_name(draft: Draft, keys: set[str]) -> None:
    assert told_keys(draft, GOOGLE) == keys


# --- two consents about one unsent change


@pytest.mark.parametrize(
    ("first", "second", "same_people", "more_people"),
    [
        (Choice.SEND, Choice.SEND, Choice.SEND, Choice.SEND),
        (Choice.SEND, Choice.SILENT, Choice.SEND, Choice.SILENT),
        (Choice.SILENT, Choice.SEND, Choice.SEND, Choice.SEND),
        (Choice.SILENT, Choice.SILENT, Choice.SILENT, Choice.SILENT),
        (Choice.SEND, Choice.KEEP_HERE, Choice.SEND, Choice.KEEP_HERE),
        (Choice.KEEP_HERE, Choice.SEND, Choice.SEND, Choice.SEND),
    ],
)
def test_a_promise_to_send_sticks_for_those_it_was_given_for(
    first: Choice, second: Choice, same_people: Choice, more_people: Choice
) -> None:
    until = NOW + timedelta(days=2)
    for people, joined in (({BEN}, same_people), ({BEN, EVA}, more_people)):
        later = consent(second, frozenset(people), frozenset({"location"}), until=until)

        both = consent(first, frozenset({BEN})).joined(later, NOW)

        assert both == Consent(joined, frozenset(people), frozenset({"summary", "location"}), until)


@pytest.mark.parametrize(
    ("key", "days"),
    [
        (DELETED, 0),  # no update goes out any more: a cancellation is another mail
        ("location", 1),  # the promise has expired
    ],
)
def test_a_promise_to_send_does_not_outlive_its_mail(key: str, days: int) -> None:
    until = NOW + timedelta(days=2)
    later = consent(Choice.KEEP_HERE, frozenset({BEN}), frozenset({key}), until=until)

    assert consent().joined(later, NOW + timedelta(days=days)) == later


def test_consent_survives_its_json() -> None:
    assert Consent.from_json(consent().to_json()) == consent()


@pytest.mark.parametrize(
    ("before", "change", "mailed"),
    [
        (invited(BEN, EVA), "", {BEN}),  # uninvited from a date of a series that is his
        (invited(BEN, EVA, **{BEN_ON_A_DATE: ""}), None, {BEN}),  # invited to it again
        (invited(EVA, **{BEN_ON_A_DATE: ["", "req-participant", "individual"]}), None, {BEN}),
        (invited(BEN, EVA), ["Ben", "req-participant", "individual"], set()),  # only his name
    ],
)
def test_who_is_uninvited_from_one_date_is_told(
    before: dict[str, Json], change: Json, mailed: set[str]
) -> None:
    after = {**before, BEN_ON_A_DATE: change}
    target = {key: value for key, value in after.items() if value is not None}
    draft = Draft(Action.PATCH, {BEN_ON_A_DATE: change}, target)

    assert recipients(draft, before, OWNER, OUTLOOK) == mailed
