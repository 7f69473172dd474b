"""Which database, from the environment."""

from pathlib import Path

import pytest

from calendar_sync.server.database import (
    DatabaseURLInvalidError,
    connection_settings,
    data_directory,
    parse_url,
    refuse_psycopg3,
    running_database,
)
from calendar_sync.server.postgres import DatabaseUnavailableError


def settings(**given: object) -> dict[str, object]:
    blank = {"NAME": "", "USER": "", "PASSWORD": "", "HOST": "", "PORT": "", "OPTIONS": {}}
    return {"ENGINE": "django.db.backends.postgresql"} | blank | given


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql:///calendar", settings(NAME="calendar")),
        (
            "postgres://app:p%40ss%2Fw@db.example:6432/calendar?sslmode=require",
            settings(
                NAME="calendar",
                USER="app",
                PASSWORD="p@ss/w",
                HOST="db.example",
                PORT="6432",
                OPTIONS={"sslmode": "require"},
            ),
        ),
        (
            "postgresql://app@/calendar?host=%2Frun%2Fpostgresql&port=5433",
            settings(NAME="calendar", USER="app", HOST="/run/postgresql", PORT="5433"),
        ),
        ("postgresql://[::1]/calendar", settings(NAME="calendar", HOST="::1")),
    ],
)
def test_url_becomes_settings(url: str, expected: dict[str, object]) -> None:
    assert parse_url(url) == expected


@pytest.mark.parametrize(
    "url",
    ["mysql://app:secret@db/calendar", "postgresql://app:secret@db", "postgresql://a:secret@b:x/c"],
)
def test_a_bad_url_is_refused_without_telling_the_password(url: str) -> None:
    with pytest.raises(DatabaseURLInvalidError) as caught:
        parse_url(url)

    assert "secret" not in str(caught.value)


def test_an_unreachable_database_is_one_line_without_the_password() -> None:
    url = "postgresql://app:secret@/calendar?host=/nowhere"

    with (
        pytest.raises(DatabaseUnavailableError, match=r"at /nowhere is unreachable") as caught,
        running_database({"DATABASE_URL": url}),
    ):
        pass

    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_url_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql:///calendar\n")

    found = connection_settings({"DATABASE_URL_FILE": str(tmp_path / "url")})

    assert found == settings(NAME="calendar")


def test_a_url_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(DatabaseURLInvalidError, match="No such file"):
        connection_settings({"DATABASE_URL_FILE": str(tmp_path / "missing")})


def test_without_a_url_the_settings_point_at_the_embedded_server(tmp_path: Path) -> None:
    found = connection_settings({"DATA_DIR": str(tmp_path)})

    assert found == settings(
        NAME="calendar_sync", USER="calendar_sync", HOST=str(tmp_path / "run"), PORT="5432"
    )


def test_the_embedded_server_runs_as_long_as_the_block(tmp_path: Path) -> None:
    with running_database({"DATA_DIR": str(tmp_path)}):
        assert (tmp_path / "postgres" / "postmaster.pid").exists()

    assert not (tmp_path / "postgres" / "postmaster.pid").exists()


def test_a_source_tree_keeps_its_data_beside_the_sources() -> None:
    assert data_directory({}).name == ".data"


def test_psycopg_3_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_psycopg3()
    (tmp_path / "psycopg").mkdir()
    (tmp_path / "psycopg" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(DatabaseUnavailableError, match=r"Uninstall psycopg \(3\)"):
        refuse_psycopg3()
