"""The embedded database with real processes."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from calendar_sync.server.postgres import DatabaseUnavailableError, EmbeddedPostgres
from calendar_sync.server.privileges import NOBODY

OWNER = """
import sys, pathlib
from calendar_sync.server.postgres import EmbeddedPostgres
postgres = EmbeddedPostgres(pathlib.Path(sys.argv[1]))
print(postgres.attach_or_start(), postgres.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def created(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cluster that is stopped; creating one takes half a second."""
    data_dir = tmp_path_factory.mktemp("created")
    with EmbeddedPostgres(data_dir, durable=False):
        return data_dir


@pytest.fixture
def data_dir(created: Path, tmp_path: Path) -> Path:
    return shutil.copytree(created, tmp_path / "data")


@pytest.fixture
def postgres(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(data_dir, durable=False)
    yield server
    server.stop()


@pytest.fixture
def owner(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that runs the server until its input ends."""
    command = [sys.executable, "-c", OWNER, str(data_dir)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield process


def announcement(owner: subprocess.Popen[str]) -> list[str]:
    assert owner.stdout
    return owner.stdout.readline().split()


def query(url: str, statement: str) -> object:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(statement)
    value = cursor.fetchone() if cursor.description else None
    connection.close()
    return value


def await_all_gone(data_dir: Path) -> None:
    """Return when no process of the server holds the lock."""
    with (data_dir / "postgres.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)


def test_first_start_creates_a_database_that_sorts_everywhere_alike(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, durable=False) as url:
        found = query(
            url,
            "SELECT datname, pg_encoding_to_char(encoding), datlocprovider, datlocale"
            " FROM pg_database WHERE datname = current_database()",
        )

    assert found == ("calendar_sync", "UTF8", "b", "C.UTF-8")


def test_an_interrupted_creation_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")

    with EmbeddedPostgres(tmp_path, durable=False) as url:
        assert query(url, "SELECT 1") == (1,)
    assert not (tmp_path / "postgres.new").exists()


def test_second_start_keeps_the_data(postgres: EmbeddedPostgres) -> None:
    query(postgres.start(), "CREATE TABLE kept AS SELECT 42 AS answer")
    postgres.stop()

    assert query(postgres.start(), "SELECT answer FROM kept") == (42,)


def test_only_this_user_reaches_the_socket(postgres: EmbeddedPostgres) -> None:
    url = postgres.start()

    assert query(url, "SHOW listen_addresses") == ("",)
    assert (postgres.data_dir / "run").stat().st_mode & 0o777 == 0o700
    assert (postgres.data_dir / "run" / ".s.PGSQL.5432").stat().st_mode & 0o777 == 0o700


def test_kill_of_the_owner_leaves_no_process(owner: subprocess.Popen[str], data_dir: Path) -> None:
    url, _ = announcement(owner)
    query(url, "CREATE TABLE kept AS SELECT 42 AS answer")

    owner.send_signal(signal.SIGKILL)
    await_all_gone(data_dir)

    assert not (data_dir / "postgres" / "postmaster.pid").exists()
    with EmbeddedPostgres(data_dir, durable=False) as again:
        assert query(again, "SELECT answer FROM kept") == (42,)


def test_kill_of_owner_and_server_recovers_at_the_next_start(
    owner: subprocess.Popen[str], data_dir: Path
) -> None:
    url, pid = announcement(owner)
    query(url, "CREATE TABLE kept AS SELECT 42 AS answer")

    os.kill(int(pid), signal.SIGKILL)
    owner.send_signal(signal.SIGKILL)
    await_all_gone(data_dir)
    assert (data_dir / "postgres" / "postmaster.pid").exists()

    with EmbeddedPostgres(data_dir, durable=False) as again:
        assert query(again, "SELECT answer FROM kept") == (42,)


def test_pid_file_of_a_dead_server_is_not_believed(postgres: EmbeddedPostgres) -> None:
    # The pid lives, but it is ours: reused after a reboot.
    lines = [str(os.getpid()), "x", "0", "5432", "/nowhere", "", "0", "ready"]
    (postgres.cluster / "postmaster.pid").write_text("\n".join(lines))

    assert postgres.attach() is None
    assert query(postgres.start(), "SELECT 1") == (1,)


def test_a_second_process_attaches_and_leaves_it_running(
    owner: subprocess.Popen[str], data_dir: Path
) -> None:
    url, _ = announcement(owner)
    second = EmbeddedPostgres(data_dir)

    assert second.attach_or_start() == url == second.url
    assert second.pid is None
    second.stop()
    assert query(url, "SELECT 1") == (1,)


def test_two_that_start_at_once_share_one_server(
    owner: subprocess.Popen[str], postgres: EmbeddedPostgres
) -> None:
    url = postgres.attach_or_start()
    theirs = announcement(owner)

    assert theirs[0] == url
    assert sorted([str(postgres.pid), theirs[1]]).count("None") == 1


def test_start_refuses_what_runs_elsewhere(
    owner: subprocess.Popen[str], postgres: EmbeddedPostgres
) -> None:
    announcement(owner)

    with pytest.raises(DatabaseUnavailableError, match="already running"):
        postgres.start()


def test_a_deep_data_directory_gets_a_short_socket(created: Path, tmp_path: Path) -> None:
    deep = shutil.copytree(created, tmp_path / ("d" * 60) / ("e" * 60))
    with EmbeddedPostgres(deep, durable=False) as url:
        assert query(url, "SELECT 1") == (1,)
        sockets = Path((deep / "postgres" / "postmaster.pid").read_text().splitlines()[4])
        assert sockets.stat().st_mode & 0o777 == 0o700

    assert not sockets.exists()


def test_a_server_that_cannot_start_says_why_in_one_line(postgres: EmbeddedPostgres) -> None:
    with (postgres.cluster / "postgresql.conf").open("a") as configuration:
        configuration.write("\nnonsense = 1\n")

    with pytest.raises(DatabaseUnavailableError) as caught:
        postgres.start()

    assert str(caught.value).startswith("PostgreSQL did not start: configuration file")
    assert "\n" not in str(caught.value)


def test_a_cluster_of_an_unknown_version_is_left_alone(postgres: EmbeddedPostgres) -> None:
    (postgres.cluster / "PG_VERSION").write_text("99\n")

    with pytest.raises(DatabaseUnavailableError, match="No embedded PostgreSQL 99"):
        postgres.start()


def test_a_data_directory_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(DatabaseUnavailableError, match=r"file/data cannot be written: Not a dir"):
        EmbeddedPostgres(tmp_path / "file" / "data").attach_or_start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
def test_root_runs_a_cluster_of_another_user_as_that_user(postgres: EmbeddedPostgres) -> None:
    # Where namespaces are forbidden, the cluster is given to nobody; its parents stay closed.
    postgres.data_dir.parent.chmod(0o700)
    for path in [postgres.cluster, *postgres.cluster.rglob("*")]:
        os.chown(path, NOBODY, NOBODY)

    assert query(postgres.start(), "SELECT 1") == (1,)
    assert Path(f"/proc/{postgres.pid}").stat().st_uid == NOBODY
