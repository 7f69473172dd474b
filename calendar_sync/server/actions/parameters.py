from collections.abc import Mapping

from django.db import transaction

from calendar_sync.security.access import Actor, check_access
from calendar_sync.server.models import ConfigParameter


@transaction.atomic
def set_parameters(by: Actor, values: Mapping[str, str | int | bool]) -> None:
    """Store parameters that were validated, by key. Raises AccessDenied."""
    check_access(by, "ir.config_parameter", "write")
    for key, value in sorted(values.items()):
        ConfigParameter.objects.put(key, value)
