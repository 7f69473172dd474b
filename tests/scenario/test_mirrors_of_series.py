"""Series with their exceptions, and whole days, shown in the other account."""

from __future__ import annotations

from datetime import date, timedelta

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.series import Scope, edit_dates
from calendar_sync.engine.masks import Mirror
from support.mirrored import OTHER, check_quiet, connect_both, homes, modes, rows, show, sync
from support.stand_up import THURSDAY, WEEK, series
from support.world import START, Organization


@homes
@modes
def test_series_is_shown_with_its_dates(
    organization: Organization, home: ProviderName, mode: Mirror
) -> None:
    """One date an hour later: so it is at the mirror, too; the rest follows the rule."""
    other = OTHER[home]
    connect_both(organization, home)
    event = series(organization)
    organization.work()
    moved = START + timedelta(days=2, hours=1)
    changes = {"start": moved, "end": moved + timedelta(hours=1), "summary": "Demo"}
    edit_dates(organization.anna, event.pk, THURSDAY, Scope.THIS, changes, None, organization.now)
    sync(organization, home)
    show(organization, other, mode)
    sync(organization, home)

    titles = ("Stand-up", "Demo") if mode is Mirror.FULL else ("Busy", "Busy")
    dates = organization.there("anna", other).dates(*WEEK)
    assert dates == [
        f"01 09 {titles[0]}",
        f"02 09 {titles[0]}",
        f"03 10 {titles[1]}",
        f"04 09 {titles[0]}",
        f"05 09 {titles[0]}",
    ]
    assert organization.mails == []
    check_quiet(organization)


@homes
@modes
def test_whole_days_are_shown_as_such(
    organization: Organization, home: ProviderName, mode: Mirror
) -> None:
    other = OTHER[home]
    connect_both(organization, home)
    organization.create(organization.anna, "Fair", start=date(2026, 12, 3))
    organization.work()
    show(organization, other, mode)
    sync(organization, home)

    (row,) = rows(organization, other)
    start = row["start"].get("date") or row["start"]["dateTime"][:10]
    end = row["end"].get("date") or row["end"]["dateTime"][:10]
    assert (start, end) == ("2026-12-03", "2026-12-04")
    assert "date" in row["start"] or row["isAllDay"]
    assert organization.mails == []
    check_quiet(organization)
