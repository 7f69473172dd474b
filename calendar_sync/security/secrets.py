"""What is kept of secrets: providers' tokens encrypted, our own API tokens as digests.

The key ring is `settings.TOKEN_KEYS`, newest first: the first key encrypts, all of them decrypt.
To change keys, put a new one in front, `rotated` every text, then take the old ones away.
"""

import hashlib
import secrets
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

API_TOKEN_BYTES = 32


class SecretUnreadable(Exception):
    """No key of the ring opens this text: a key is gone too early, or the text is damaged."""


class KeyRing:
    """Fernet keys, newest first."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def encrypted(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def decrypted(self, token: str) -> str:
        """Raises SecretUnreadable."""
        try:
            return self._fernet.decrypt(token.encode()).decode()
        except InvalidToken:
            raise SecretUnreadable from None

    def rotated(self, token: str) -> str:
        """The same text under the newest key. Raises SecretUnreadable."""
        try:
            return self._fernet.rotate(token.encode()).decode("ascii")
        except InvalidToken:
            raise SecretUnreadable from None


def key_ring() -> KeyRing:
    return KeyRing(settings.TOKEN_KEYS)


def new_api_token() -> str:
    return secrets.token_urlsafe(API_TOKEN_BYTES)


def token_digest(token: str) -> str:
    """What is stored of an API token: it is random and long, so no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
