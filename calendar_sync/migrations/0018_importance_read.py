from typing import Any

from django.db import migrations
from django.db.models import Q
from django.utils import timezone


def read_once_more(apps: Any, schema_editor: object) -> None:
    """What Outlook says of importance was never looked at: it is, before anything is written.

    Of series, and of what lies ahead; nothing else will be written.
    """
    links = apps.get_model("calendar_sync", "Link").objects
    ahead = Q(entry__event__is_series=True) | Q(entry__event__ends_at__gt=timezone.now())
    links.filter(
        ahead,
        pairing__credential__provider="outlook",
        kind="main",
        state__in=("settled", "dirty", "held", "asked", "refused"),
        closed_at=None,
    ).exclude(href="").update(state="in-doubt")


class Migration(migrations.Migration):
    dependencies = [("calendar_sync", "0017_single_dates")]

    operations = [migrations.RunPython(read_once_more, migrations.RunPython.noop)]
