"""What mirrors of 10,000 events cost when all is compared, also before PostgreSQL knows the tables.

Most runs do not compare: see `tests/scenario/test_counts_of_parts.py`.
"""

import time

from django.db import connection

from calendar_sync.engine.masks import Mirror
from calendar_sync.models import Link, Pairing
from calendar_sync.models.mirrors import Mirroring
from support.mirrored import connect_both, mirrors
from support.table import show
from support.world import Organization

EVENTS = 10_000


def test_everything_compared(organization: Organization) -> None:
    connect_both(organization, "google")
    titles = [f"Event {number}" for number in range(EVENTS)]
    organization.there("anna", "google").load(titles, "eva@client.example")
    organization.sync()
    pairing = Pairing.objects.get(credential__provider="outlook")
    shown = Mirroring(pairing.pk, pairing.credential_id, pairing.calendar.owner_id, Mirror.BUSY)

    made = _seconds(shown, organization)
    assert len(mirrors()) == EVENTS
    Link.objects.filter(kind=Link.Kind.MIRROR).update(state="settled")
    rest = _seconds(shown, organization)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    known = _seconds(shown, organization)

    show(made=f"{made:.2f} s", at_rest=f"{rest:.2f} s", analyzed=f"{known:.2f} s")
    assert max(rest, known) < 5, "minutes: it compares each with each"


def _seconds(shown: Mirroring, organization: Organization) -> float:
    start = time.perf_counter()
    shown.settle(organization.now)
    return time.perf_counter() - start
