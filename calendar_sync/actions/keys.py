"""Encrypt everything that is secret anew, under the newest key of the ring."""

from django.db import transaction

from calendar_sync.actions.configuration import KEYS, parameters
from calendar_sync.models import ProviderCredential
from calendar_sync.security.secrets import key_ring

TOKENS = ("encrypted_refresh_token", "encrypted_access_token")


def rotate_keys() -> int:
    """How many texts were encrypted anew; all of them or none.

    Raises SecretUnreadable if a key of the ring was taken away too early.
    """
    ring, count = key_ring(), 0
    with transaction.atomic():
        for row in ProviderCredential.objects.select_for_update(no_key=True).order_by("pk"):
            kept = {name: getattr(row, name) for name in TOKENS if getattr(row, name)}
            for name, text in kept.items():
                setattr(row, name, ring.rotated(text))
            row.save(update_fields=TOKENS)
            count += len(kept)
        for keys in KEYS.values():
            if secret := parameters().text(keys.client_secret):
                parameters().put(keys.client_secret, ring.rotated(secret))
                count += 1
    return count
