"""How the demonstration starts and ends, as processes."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from e2e.conftest import HOST, command, environ_for, free_ports

GONE_SECONDS = 20.0
READY_SECONDS = 3.0
DEMO = (*command(), "demo")
# make waits for its recipe as this shell does for its line.
UNDER_A_PARENT = ("sh", "-c", '"$@"; :', "sh", *DEMO, "--with-parent")


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Of one data directory, which the first start fills and the others use again."""
    return environ_for(tmp_path_factory.mktemp("processes"), *free_ports())


@pytest.fixture(autouse=True)
def _nothing_left(environ: dict[str, str]) -> Iterator[None]:
    yield
    for process in processes_of(environ):
        os.kill(process, signal.SIGKILL)


def processes_of(environ: dict[str, str]) -> list[int]:
    """Everything that was started with this data directory, the database included."""
    return [pid for pid, words in command_lines().items() if is_ours(pid, words, environ)]


def command_lines() -> dict[int, str]:
    """Of all processes; a process that has ended but was not waited for has none."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found[int(folder.name)] = (folder / "cmdline").read_text(errors="replace")
    return {pid: words for pid, words in found.items() if words}


def is_ours(pid: int, words: str, environ: dict[str, str]) -> bool:
    # Nobody may read the environment of the database, but its command line names the directory.
    with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
        mark = f"DATA_DIR={environ['DATA_DIR']}\0"
        return mark in Path(f"/proc/{pid}/environ").read_text(errors="replace")
    return environ["DATA_DIR"] in words


def await_none_of(environ: dict[str, str]) -> None:
    deadline = time.monotonic() + GONE_SECONDS
    while left := processes_of(environ):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


@contextmanager
def ready(environ: dict[str, str], line: Sequence[str] = DEMO) -> Iterator[subprocess.Popen[str]]:
    """The launcher, when it says so; killed in the end if it still runs."""
    with subprocess.Popen(line, env=environ, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == f"Ready: http://{HOST}:{environ['PORT']}\n"
            yield process
        finally:
            process.kill()


def stopped(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> int:
    process.send_signal(number)
    return process.wait(GONE_SECONDS)


def refused(environ: dict[str, str]) -> str:
    """What it says when it does not start: one line."""
    done = subprocess.run(DEMO, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_all_of_it(environ: dict[str, str], number: signal.Signals) -> None:
    with ready(environ) as process:
        # Launcher, database, sandbox, worker, and the web server with one or two of its own.
        assert len(processes_of(environ)) >= 6
        assert stopped(process, number) == 0
    assert processes_of(environ) == []


def test_a_killed_launcher_leaves_no_process(environ: dict[str, str]) -> None:
    with ready(environ) as process:
        process.kill()
        await_none_of(environ)


def test_a_killed_make_leaves_no_process(environ: dict[str, str]) -> None:
    with ready(environ, UNDER_A_PARENT) as process:
        process.kill()
        await_none_of(environ)


def test_a_deaf_web_server_is_killed_with_its_processes(environ: dict[str, str]) -> None:
    """As a gunicorn is whose worker was told to stop before it could listen."""
    with ready(environ) as process:
        web = [pid for pid, words in command_lines().items() if "\0gunicorn\0" in words]
        for pid in set(web) & set(processes_of(environ)):
            os.kill(pid, signal.SIGSTOP)

        assert stopped(process) == 0
    assert processes_of(environ) == []


def test_a_process_that_ends_by_itself_ends_the_others(environ: dict[str, str]) -> None:
    with ready(environ) as process:
        lines = command_lines()
        (worker,) = (pid for pid in processes_of(environ) if lines[pid].endswith("\0worker\0"))

        os.kill(worker, signal.SIGKILL)

        assert process.wait(GONE_SECONDS) == 1
    assert processes_of(environ) == []


def test_a_second_start_is_quick_and_keeps_the_data(environ: dict[str, str]) -> None:
    world = Path(environ["DATA_DIR"], "sandbox", "world.pickle")
    seconds = []
    for _ in range(3):
        began = time.monotonic()
        with ready(environ) as process:
            seconds.append(time.monotonic() - began)
            assert stopped(process) == 0
        assert world.exists()

    # The first may be the very first.
    assert min(seconds[1:]) < READY_SECONDS


def test_a_port_in_use_is_said_in_one_line(environ: dict[str, str]) -> None:
    for name in ("PORT", "SANDBOX_PORT"):
        with socket.create_server((HOST, int(environ[name]))):
            said = refused(environ)
        assert f"Port {environ[name]} is in use." in said


def test_two_cannot_share_a_directory(environ: dict[str, str]) -> None:
    port, sandbox_port = free_ports()
    with ready(environ) as process:
        said = refused(environ | {"PORT": str(port), "SANDBOX_PORT": str(sandbox_port)})
        assert stopped(process) == 0

    assert "A demonstration runs already in" in said


def test_a_database_that_does_not_answer_is_said_in_one_line(environ: dict[str, str]) -> None:
    (port, _) = free_ports()

    said = refused(environ | {"DATABASE_URL": f"postgresql://nobody@{HOST}:{port}/nothing"})

    assert f"The database at {HOST} is unreachable" in said


def test_an_interrupt_counts_where_a_shell_ignored_it(environ: dict[str, str]) -> None:
    """A shell without job control starts its background jobs with SIGINT ignored."""
    ignoring = ("sh", "-c", 'trap "" INT; exec "$@"', "sh", *DEMO)
    with ready(environ, ignoring) as process:
        assert stopped(process, signal.SIGINT) == 0
    assert processes_of(environ) == []
