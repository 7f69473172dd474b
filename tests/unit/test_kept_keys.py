import stat
from pathlib import Path

from calendar_sync.server.keys import kept_key


def test_made_once_for_this_user_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret.key"

    assert kept_key(path, lambda: "first") == "first"
    assert kept_key(path, lambda: "second") == "first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_the_first_of_two_processes_wins(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"

    def beaten() -> str:
        path.write_text("theirs")
        return "ours"

    assert kept_key(path, beaten) == "theirs"
    assert list(tmp_path.iterdir()) == [path]
