"""A series cut in two in the provider's own pages: here the second half knows the first."""

from __future__ import annotations

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.models import Entry, Event
from support.series import SeriesThere
from support.world import PROVIDERS, Organization

pytestmark = pytest.mark.parametrize("provider", PROVIDERS)
OWN = {"google": {"category:Team": True}, "outlook": {"colour": "gold"}}
"""What the provider does not carry."""


def cut(organization: Organization, there: SeriesThere) -> None:
    """On 8 December, *this and following*, with another title."""
    sandbox, person = organization.sandbox, organization.sandbox.people.get("anna")
    if there.is_google:
        rule = {"recurrence": ["RRULE:FREQ=DAILY;UNTIL=20261207T225959Z"]}
        sandbox.google.edit(person, there.id, rule, "none")
        stamp = "R20261208T080000"
        half = {
            "id": f"{there.id}_{stamp}",
            "iCalUID": f"{there.id}_{stamp}@google.com",
            "summary": "Stand-up, short",
            "start": {"dateTime": "2026-12-08T09:00:00", "timeZone": "Europe/Berlin"},
            "end": {"dateTime": "2026-12-08T09:15:00", "timeZone": "Europe/Berlin"},
            "recurrence": ["RRULE:FREQ=DAILY"],
        }
        sandbox.google.load(person, [half])
        return
    series = sandbox.microsoft.get("anna", there.id)
    limits = {"type": "endDate", "startDate": "2026-12-01", "endDate": "2026-12-07"}
    ended = {"recurrence": {**series["recurrence"], "range": limits}}
    sandbox.microsoft.edit("anna", there.id, ended)
    body = {
        "subject": "Stand-up, short",
        "start": {"dateTime": "2026-12-08T09:00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-12-08T09:15:00", "timeZone": "Europe/Berlin"},
        "recurrence": {
            "pattern": {"type": "daily", "interval": 1},
            "range": {"type": "noEnd", "startDate": "2026-12-08"},
        },
    }
    sandbox.microsoft.create("anna", body)


def test_the_second_half_has_what_is_its_persons_own(
    organization: Organization, provider: ProviderName
) -> None:
    there = SeriesThere(organization.sandbox, "anna", provider)
    there.create("Stand-up")
    organization.connect(organization.anna, provider)
    organization.sync()
    entry = Entry.objects.get()
    entry.personal |= OWN[provider]
    entry.save(update_fields=["personal"])
    organization.sandbox.mail.clear()

    cut(organization, there)
    reports = [report for turn in organization.sync() for report in turn.reports]

    assert [(report.received, report.sent, report.mailed) for report in reports] == [(2, 0, 0)]
    first = Event.objects.get(components__summary="Stand-up")
    second = Event.objects.get(components__summary="Stand-up, short")
    assert (second.predecessor, first.predecessor) == (first, None)
    assert Entry.objects.get(event=second).personal == entry.personal
    assert organization.mails == []
    again = [report for turn in organization.sync() for report in turn.reports]
    assert [(report.received, report.sent) for report in again] == [(0, 0)]


def test_another_series_is_no_half(organization: Organization, provider: ProviderName) -> None:
    there = SeriesThere(organization.sandbox, "anna", provider)
    there.create("Stand-up")
    organization.connect(organization.anna, provider)
    organization.sync()
    SeriesThere(organization.sandbox, "anna", provider).create("Lunch")
    organization.sync()
    assert set(Event.objects.values_list("predecessor", flat=True)) == {None}
