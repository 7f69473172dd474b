"""All properties at once, set and removed on either side, under every reading of the contracts."""

from __future__ import annotations

import pytest

from calendar_sync.engine.properties import Json
from calendar_sync.models import Event
from support.both_sides import BothSides, part
from support.every_property import PROPERTIES
from support.property_words import Property, Row, Words
from support.readings import MOMENTARY, Case, all_at_once
from support.world import Organization

QUIET_WITHIN = 3
LEFT_OUT = {"daily without end": "", "five days": "graph.numbered"}
"""The first has too many dates for pages of two; the other ends on a day under that reading."""
CHANGES = ("POST", "PATCH", "PUT", "DELETE")


@pytest.mark.parametrize("case", all_at_once(), ids=str)
def test_both_sides_say_the_same(organization: Organization, case: Case) -> None:
    for name in case.readings.keys() - MOMENTARY:
        organization.sandbox.knobs[name] = case.readings[name]

    Story(organization, case).tell()


class Story:
    """An event of Anna's for each property."""

    def __init__(self, organization: Organization, case: Case) -> None:
        self.organization, self.provider = organization, case.provider
        self.readings = case.readings
        self.table: list[tuple[Property, Words, BothSides]] = []

    def tell(self) -> None:
        self.begin()
        usual = {case.name: self.said(case, both) for case, _, both in self.table}
        for case, _, both in self.table:
            both.say(case.here)
        self.settle()
        self.same([(words.row, dict(case.here)) for case, words, _ in self.table])
        for case, _, both in self.table:
            both.say(usual[case.name])
        self.settle()
        self.same([(words.bare, usual[case.name]) for case, words, _ in self.table])
        for _, words, both in self.table:
            both.type(words.typed or words.row)
        self.settle()
        self.same([(words.row, dict(words.told or case.here)) for case, words, _ in self.table])
        for _, words, both in self.table:
            both.type(words.wiped or words.bare)
        self.settle()
        self.same(
            [(words.bare, dict(words.left or usual[case.name])) for case, words, _ in self.table]
        )

    def begin(self) -> None:
        organization, anna = self.organization, self.organization.anna
        organization.connect(anna, self.provider)
        for case in self.properties():
            if (words := case.at(self.provider)) and not case.start:
                event = organization.create(anna, "Review")
                self.table.append((case, words, BothSides(organization, self.provider, event)))
            elif words:
                self.load(case, words)
        self.settle()

    def properties(self) -> list[Property]:
        turned = {"", *self.readings}
        return [each for each in PROPERTIES if LEFT_OUT.get(each.name) not in turned]

    def load(self, case: Property, words: Words) -> None:
        person = self.organization.sandbox.people.get("anna")
        self.organization.sandbox.google.load(person, [dict(case.start)])
        self.settle()
        event = Event.objects.get(components__summary=case.start["summary"])
        self.table.append((case, words, BothSides(self.organization, self.provider, event)))

    @staticmethod
    def said(case: Property, both: BothSides) -> dict[str, Json]:
        return {key: both.here.get(key) for key in case.here}

    def same(self, expected: list[tuple[Row, dict[str, Json]]]) -> None:
        for (case, _, both), (row, values) in zip(self.table, expected, strict=True):
            assert (case.name, part(both.row, row)) == (case.name, row)
            assert (case.name, self.said(case, both)) == (case.name, values)

    def settle(self) -> None:
        """Quiet within three rounds, and nobody is mailed."""
        for _ in range(QUIET_WITHIN):
            self.round()
        assert self.round() == []
        assert self.organization.mails == []

    def round(self) -> list[str]:
        """The writes of a poll, twelve minutes after the last."""
        self.organization.advance(minutes=12)
        self.organization.sandbox.journal.clear()
        for ended in self.organization.sync():
            assert [report.error for report in ended.reports if report.error] == []
        lines = self.organization.requests()
        return [line for line in lines if line.startswith(CHANGES) and "/events/" in line]
