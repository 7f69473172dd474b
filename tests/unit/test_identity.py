"""Canonical UIDs (engine/identity.py)."""

import pytest

from calendar_sync.engine.identity import canonical_uid

CLASS_ID = "040000008200E00074C5B7101A82E008"
OWN = CLASS_ID + "00000000" + "40A1B2C3D4E5DA01" + "0" * 16 + "10000000" + "0123456789ABCDEF" * 2


def wrapped(uid: str, date: str = "00000000") -> str:
    """A foreign UID as Exchange shows it."""
    text = uid.encode()
    size = (12 + len(text) + 1).to_bytes(4, "little").hex()
    return CLASS_ID + date + "0" * 32 + size + "7643616C2D55696401000000" + text.hex() + "00"


@pytest.mark.parametrize(
    ("uid", "canonical"),
    [
        ("abc@google.com", "abc@google.com"),
        ("  abc@google.com\r\n", "abc@google.com"),
        ("MixedCase@Example.com", "MixedCase@Example.com"),
        ("", ""),
        (OWN, OWN),
        (OWN.lower(), OWN),
        (OWN.replace(CLASS_ID + "00000000", CLASS_ID + "07E80309"), OWN),
        (wrapped("abc@google.com"), "abc@google.com"),
        (wrapped("abc@google.com").lower(), "abc@google.com"),
        (wrapped("abc@google.com", date="07E80309"), "abc@google.com"),
        (wrapped(wrapped("abc@google.com")), "abc@google.com"),
        (wrapped(OWN.lower()), OWN),
        (wrapped("réunion@exemple.fr"), "réunion@exemple.fr"),
        (CLASS_ID, CLASS_ID),
        (OWN[:-1], OWN[:-1]),
        ("040000008200e00074c5b7101a82e008xyz", "040000008200e00074c5b7101a82e008xyz"),
    ],
)
def test_canonical_form(uid: str, canonical: str) -> None:
    assert canonical_uid(uid) == canonical


def test_wrapper_without_a_uid_stays_an_id() -> None:
    empty = wrapped("", date="07E80309")

    assert canonical_uid(empty) == wrapped("").upper()


def test_wrapper_with_bytes_that_are_no_text_stays_an_id() -> None:
    broken = wrapped("ab")[:-6] + "FFFE00"

    assert canonical_uid(broken) == broken.upper()


@pytest.mark.parametrize("uid", [OWN.lower(), wrapped(wrapped("abc")), " x "])
def test_canonical_form_is_a_fixed_point(uid: str) -> None:
    once = canonical_uid(uid)

    assert canonical_uid(once) == once
