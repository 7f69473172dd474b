"""The fields of what is a person's own: as text, and what they mean."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from calendar_sync.actions.errors import Invalid
from calendar_sync.controllers.own_form import OwnForm, alarm_of, alarm_text
from calendar_sync.controllers.own_words import COLOURS, colour_word, reminder_words
from calendar_sync.controllers.property_words import in_words, property_name
from calendar_sync.engine import event as content
from calendar_sync.engine.event import Alarm, AlarmAction
from calendar_sync.providers.google import personal
from support.graph import BERLIN
from support.pairs import NOW

EMAIL = AlarmAction.EMAIL


@pytest.mark.parametrize(
    ("alarm", "text"),
    [
        (Alarm(0), "0 minutes display"),
        (Alarm(45), "45 minutes display"),
        (Alarm(60), "1 hours display"),
        (Alarm(90, EMAIL), "90 minutes email"),
        (Alarm(2880), "2 days display"),
        (Alarm(20_160), "2 weeks display"),
        (Alarm(-540), "-9 hours display"),
    ],
)
def test_an_alarm_is_shown_in_the_largest_unit(alarm: Alarm, text: str) -> None:
    assert alarm_text(alarm) == text


@given(st.builds(Alarm, st.integers(-50_000, 50_000), st.sampled_from(AlarmAction)))
def test_the_text_of_an_alarm_is_that_alarm(alarm: Alarm) -> None:
    assert alarm_of(alarm_text(alarm)) == alarm


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("soon hours display", "‘soon’ isn't a number of hours."),
        ("1.5 hours display", "‘1.5’ isn't a number of hours."),
        ("5 moons display", "‘5’ isn't a number of minutes."),
        ("5 minutes sms", "‘5’ isn't a number of minutes."),
        ("5", "‘5’ isn't a number of minutes."),
        ("", "‘’ isn't a number of minutes."),
    ],
)
def test_what_is_no_alarm_is_said(text: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        alarm_of(text)
    assert refused.value.errors == {"alarms": said}


def test_a_form_without_these_fields_means_a_new_events() -> None:
    assert OwnForm.own_typed(QueryDict("summary=x")) == OwnForm()


def test_rows_count_only_where_reminders_are_ones_own() -> None:
    rows = "lead=30&lead_unit=minutes&lead_action=display&lead=&lead_unit=days&lead_action=email"
    values = {
        kind: OwnForm.own_typed(QueryDict(f"{rows}&reminders={kind}")).own_values()["alarms"]
        for kind in ("usual", "none", "own")
    }
    assert values == {"usual": None, "none": (), "own": (Alarm(30),)}


def test_only_what_differs_is_changed() -> None:
    opened = OwnForm(reminders="own", alarms=("5 minutes display",), categories=("A", "B"))
    same = OwnForm(reminders="own", alarms=("5 minutes display",), categories=("B", "A"))
    typed = OwnForm(reminders="none", colour="gold", categories=("A",), availability="free")

    assert same.own_changes(opened) == {}
    assert typed.own_changes(opened) == {
        "availability": "free",
        "alarms": (),
        "colour": "gold",
        "categories": ("A",),
    }


def test_categories_may_be_typed_with_commas_between_and_keep_those_they_have() -> None:
    form = OwnForm.own_typed(QueryDict("category=Ham, eggs&categories=Travel, ,Customer"))
    assert form.categories == ("Ham, eggs", "Travel", "Customer")


def test_the_palette_is_googles() -> None:
    assert set(COLOURS) == set(content.COLOURS) == set(personal.COLOURS.values())
    assert len({number for _, number in COLOURS.values()}) == len(content.COLOURS) == 11
    assert colour_word("crimson") == "Tomato"
    assert colour_word("teal") == "teal"


@pytest.mark.parametrize(
    ("alarms", "words"),
    [
        (None, ""),
        ((), "No reminders"),
        ((Alarm(0), Alarm(1)), "At the start, 1 minute before"),
        ((Alarm(1440, EMAIL),), "1 day before by e-mail"),
        ((Alarm(-540),), "9 hours after the start"),
    ],
)
def test_reminders_in_words(alarms: tuple[Alarm, ...] | None, words: str) -> None:
    assert reminder_words(alarms) == words


def test_conflicts_say_them_in_words() -> None:
    def said(key: str, value: object) -> str:
        return in_words(key, {key: value}, BERLIN, NOW.date())  # type: ignore[dict-item]

    assert property_name("alarms") == "reminders"
    assert said("alarms", [[30, "display"]]) == "30 minutes before"
    assert said("alarms", []) == "No reminders"
    assert said("alarms", None) == "as the calendar does by default"
    assert said("colour", "crimson") == "Tomato"
    assert property_name("importance") == "importance"
    assert said("importance", "high") == "High"
    assert said("importance", None) == "Normal"
    assert property_name("category:Travel") == "category Travel"
    assert said("category:Travel", True) == "set"
    assert said("category:Travel", None) == "nothing"
