"""The conflict rule *ask*: what a person is asked, and what an answer is good for. Pure.

A question is about one property, or about one date of a series that takes place on one side only.
Until it is answered each side keeps its own; everything else goes on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .policy import Side
from .properties import AT, Properties, on_which


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's word on one question: whose value holds, of the two that were shown."""

    winner: Side
    about: str

    def to_json(self) -> dict[str, Any]:
        return {"winner": self.winner.value, "about": self.about}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Answer:
        return cls(Side(data["winner"]), data["about"])


def question_of(key: str, whole_dates: Iterable[str]) -> str:
    """The question a property belongs to: a date is decided as a whole where it is disputed."""
    date = on_which(key)[0]
    return f"{AT}{date}" if date in whole_dates else key


def belongs(key: str, question: str) -> bool:
    """Whether an answer to `question` decides this property."""
    date, name = on_which(question)
    return key == question or bool(date and not name and on_which(key)[0] == date)


def about(question: str, ours: Properties, theirs: Properties) -> str:
    """A fingerprint of what is asked: another value on either side is another question."""
    values = [
        {key: value for key, value in side.items() if belongs(key, question)}
        for side in (ours, theirs)
    ]
    text = json.dumps(values, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def winners(answers: Mapping[str, Answer], ours: Properties, theirs: Properties) -> dict[str, Side]:
    """The answers that still hold, by question."""
    return {
        question: answer.winner
        for question, answer in answers.items()
        if answer.about == about(question, ours, theirs)
    }
