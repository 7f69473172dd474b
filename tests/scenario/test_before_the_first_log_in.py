"""People are invited before they ever open their calendar."""

from calendar_sync.actions.calendars import own_calendar
from calendar_sync.server.actions.users import new_user
from support.world import Organization


def test_meetings_wait_for_a_colleague_who_has_not_logged_in_yet(
    organization: Organization,
) -> None:
    dora = new_user("dora@corp.example", "Dora", "a long password")
    organization.create(organization.anna, "Onboarding", "dora@corp.example")

    own_calendar(dora)

    assert organization.titles_here(dora) == ["Onboarding"]
