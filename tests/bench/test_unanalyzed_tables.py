"""No statement takes long before PostgreSQL knows the tables: right after a large first import.

It then takes all tables for tiny. A plan that reads all of one for each row of another takes
seconds for 3,000 events, and minutes for 10,000.
"""

from datetime import timedelta

from calendar_sync.actions.feed import events_between
from calendar_sync.actions.reset import reset_preview
from calendar_sync.models import Pairing, ProviderCredential
from support.statements import Statements
from support.table import show
from support.world import START, Organization

EVENTS = 3_000


def test_no_statement_reads_all_for_each(organization: Organization) -> None:
    with Statements() as sent:
        organization.connect(organization.anna, "google")
        titles = [f"Event {number}" for number in range(EVENTS)]
        organization.there("anna", "google").load(titles, "ben@corp.example", "eva@client.example")
        organization.sync()
        organization.connect(organization.ben, "outlook")
        organization.sync()
        organization.connect(organization.anna, "outlook")
        organization.sync()
        Pairing.objects.update(token="")
        organization.sync()
        events_between(organization.ben, START, START + timedelta(days=31))
        google = ProviderCredential.objects.get(provider="google")
        reset_preview(organization.admin, google.pk, "both", "all", organization.now)

    seconds, sql = sent.slowest
    show(events=f"{EVENTS:,}", statements=str(len(sent)), slowest=f"{seconds:.2f} s")
    assert seconds < 2, sql
    assert len(sent) < 400
