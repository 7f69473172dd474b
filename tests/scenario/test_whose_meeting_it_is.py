"""A meeting of somebody who is not connected, seen through the copy of a guest who is."""

import pytest

from calendar_sandbox.core.people import ProviderName
from calendar_sync.actions.errors import ActionRefused
from calendar_sync.actions.events import answer_event, edit_event
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import PartStat
from calendar_sync.models import Event
from support.world import PROVIDERS, Organization


@pytest.mark.parametrize("provider", PROVIDERS)
def test_guest_who_came_first_is_no_owner(
    organization: Organization, provider: ProviderName
) -> None:
    """Elsewhere he becomes the organizer, and his edits reach everybody."""
    ben, now = str(organization.sandbox.people.get("ben").address(provider)), organization.now
    there = organization.there("anna", provider)
    there.create("Review", ben)
    organization.connect(organization.ben, provider)
    organization.sync()
    organization.sandbox.mail.clear()

    event = Event.objects.get()
    assert event.organizer_user_id != organization.ben.pk
    assert event.organizer_address == str(organization.sandbox.people.get("anna").address(provider))
    with pytest.raises(ActionRefused, match="not_organizer"):
        edit_event(organization.ben, event.pk, {"summary": "Mine"}, Choice.SEND, now)
    answer_event(organization.ben, event.pk, PartStat.ACCEPTED, now)
    organization.work()

    assert (there.titles(), there.answer_of("Review", ben)) == (["Review"], "accepted")
    assert [kind for kind, _ in organization.mails] == ["response"]
