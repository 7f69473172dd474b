"""Processes that end with the one that started them, however it ends."""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from calendar_sync.server.privileges import PR_SET_PDEATHSIG, REFUSED, libc

HOST = "127.0.0.1"
# A machine that is busy with other things may take its time.
START_SECONDS = 120.0
# Enough for what is under way. Gunicorn waits three times as long for a worker that was told to
# stop between its fork and its signal handlers, and so never heard it.
STOP_SECONDS = 10.0
POLL_SECONDS = 0.02


class ProcessEndedError(Exception):
    """A process ended by itself, or never answered; the message is one line for the operator."""


class Processes:
    """Started one after the other, stopped in the opposite order; what they say goes to `logs`.

    What does not stop in time is killed with the processes it started.

    Use it in the main thread: the kernel stops the processes when the thread that started them
    ends.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        self._logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for process in reversed(self._running.values()):
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def start(self, name: str, command: Sequence[str], environ: Mapping[str, str]) -> None:
        with self._log(name).open("wb") as log:
            self._running[name] = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environ,
                process_group=0,  # Ctrl-C in the terminal is for us, who stop them in order
                preexec_fn=ending_with(os.getpid()),  # noqa: PLW1509 - there are no threads
            )

    def await_page(self, name: str, port: int, path: str) -> None:
        """Return when the process answers there with 200. Raises ProcessEndedError."""
        deadline = time.monotonic() + START_SECONDS
        while not answers(port, path):
            if self._running[name].poll() is not None or time.monotonic() > deadline:
                raise self._ended(name)
            time.sleep(POLL_SECONDS)

    def watch(self) -> None:
        """Wait until one of them ends, or the database, our child too. Raises ProcessEndedError."""
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        for name, process in self._running.items():
            if process.poll() is not None:
                raise self._ended(name)
        raise ProcessEndedError("The database ended by itself.")

    def _ended(self, name: str) -> ProcessEndedError:
        """Says how, with its last words."""
        log = self._log(name)
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
        words = next((line.strip() for line in reversed(lines) if line.strip()), "no message")
        verb = "does not answer" if self._running[name].poll() is None else "ended by itself"
        return ProcessEndedError(f"The {name} {verb}: {words} (see {log})")

    def _log(self, name: str) -> Path:
        return self._logs / f"{name.replace(' ', '-')}.log"


def ending_with(parent: int) -> Callable[[], None]:
    """Return what a child does before it becomes its program, so that it ends with its parent."""

    def prepare() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(REFUSED)

    return prepare


def answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=START_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
