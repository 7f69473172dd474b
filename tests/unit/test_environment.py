import os
from pathlib import Path

import pytest

from calendar_sync.server import environment
from calendar_sync.server.environment import (
    address,
    flag,
    number,
    refuse_unknown,
    secret,
    segment,
    text,
)

NAME = "CALENDAR_SYNC_TESTED"


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_known", set())
    for name in [name for name in os.environ if name.startswith(environment.PREFIX)]:
        monkeypatch.delenv(name)


def test_defaults() -> None:
    assert text(NAME, "a") == "a"
    assert flag(NAME, default=True) is True
    assert number(NAME, 5, least=1, most=9) == 5
    assert secret(NAME) == ""
    assert address(NAME) == ""
    assert segment(NAME, "common") == "common"


def test_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, " 1 ")

    assert text(NAME) == "1"
    assert flag(NAME) is True
    assert number(NAME, 5, least=1, most=9) == 1


@pytest.mark.parametrize("value", ["yes", "", "2"])
def test_bad_flag_ends_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)

    with pytest.raises(SystemExit) as stopped:
        flag(NAME)

    assert stopped.value.code == f"{NAME} is {value!r}, but must be 0 or 1."


@pytest.mark.parametrize("value", ["0", "10", "-1", "1.5", "٣", "many"])
def test_bad_number_ends_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)

    with pytest.raises(SystemExit) as stopped:
        number(NAME, 5, least=1, most=9)

    assert stopped.value.code == f"{NAME} is {value!r}, but must be a whole number from 1 to 9."


def test_address_loses_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "https://cal.example/")

    assert address(NAME) == "https://cal.example"


@pytest.mark.parametrize("value", ["cal.example", "ftp://cal.example", "https://"])
def test_bad_address_ends_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)

    with pytest.raises(SystemExit, match=f"{NAME} is .* must be like https://calendar.example"):
        address(NAME)


def test_secret_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hush\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))

    assert secret(NAME) == "hush"


def test_secret_from_a_file_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", "/nowhere/secret")

    with pytest.raises(SystemExit) as stopped:
        secret(NAME)

    reason = "names /nowhere/secret, which can't be read: No such file or directory"
    assert stopped.value.code == f"{NAME}_FILE {reason}."


def test_secret_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "a")
    monkeypatch.setenv(f"{NAME}_FILE", "/b")

    with pytest.raises(SystemExit, match=f"{NAME} and {NAME}_FILE are both set; keep one"):
        secret(NAME)


def test_unknown_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "1")
    flag(NAME)
    refuse_unknown()
    monkeypatch.setenv("CALENDAR_SYNC_TYPO", "1")

    with pytest.raises(SystemExit) as stopped:
        refuse_unknown()

    reason = "is not a setting; docs/settings.md lists them all"
    assert stopped.value.code == f"CALENDAR_SYNC_TYPO {reason}."


@pytest.mark.parametrize("value", ["a/b", "", "..", "https://x", "a b"])
def test_bad_segment_ends_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)

    with pytest.raises(SystemExit, match=NAME):
        segment(NAME, "common")
