"""What is kept of secrets."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from calendar_sync.security.secrets import (
    KeyRing,
    SecretUnreadable,
    key_ring,
    new_api_token,
    token_digest,
)

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


def test_text_comes_back() -> None:
    ring = KeyRing([OLD])

    kept = ring.encrypted("refresh – token")

    assert "refresh" not in kept
    assert ring.decrypted(kept) == "refresh – token"


def test_same_text_never_looks_the_same() -> None:
    ring = KeyRing([OLD])

    assert ring.encrypted("token") != ring.encrypted("token")


def test_older_key_still_opens() -> None:
    kept = KeyRing([OLD]).encrypted("token")

    assert KeyRing([NEW, OLD]).decrypted(kept) == "token"


def test_rotated_text_needs_the_new_key_only() -> None:
    kept = KeyRing([OLD]).encrypted("token")

    rotated = KeyRing([NEW, OLD]).rotated(kept)

    assert KeyRing([NEW]).decrypted(rotated) == "token"
    with pytest.raises(SecretUnreadable):
        KeyRing([OLD]).decrypted(rotated)


@pytest.mark.parametrize("damaged", ["", "nonsense", "gAAAAA"])
def test_unreadable_text_says_so_without_showing_it(damaged: str) -> None:
    ring = KeyRing([OLD])

    for read in (ring.decrypted, ring.rotated):
        with pytest.raises(SecretUnreadable) as caught:
            read(damaged)
        assert str(caught.value) == ""


def test_ring_of_the_settings_works() -> None:
    assert key_ring().decrypted(key_ring().encrypted("token")) == "token"


def test_api_tokens_are_random_and_kept_as_digests() -> None:
    first, second = new_api_token(), new_api_token()

    assert first != second
    assert len(first) >= 43
    assert token_digest(first) != token_digest(second)
    assert first not in token_digest(first)
    assert token_digest("x") == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
