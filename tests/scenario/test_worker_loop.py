"""The worker's loop: woken at once, stopped in good order, and not by a job that fails."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.db import connections

from calendar_sync.actions.waking import notify
from calendar_sync.actions.worker import LONGEST_SLEEP, Job, Worker

SOON = LONGEST_SLEEP / 2
"""Seconds; whoever was not woken sleeps longer."""


@dataclass
class Looks:
    """A job that finds nothing to do; `at` says what happens at which look, from 1."""

    at: dict[int, Callable[[], object]] = field(default_factory=dict)
    count: int = 0

    def __call__(self) -> bool:
        self.count += 1
        self.at.get(self.count, int)()
        return False


def end(worker: Worker) -> None:
    worker.stopping = True


@pytest.fixture
def signals() -> Iterator[None]:
    """Put back what the test runner does with signals."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    signal.set_wakeup_fd(-1)
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def make_worker(signals: None) -> Iterator[Callable[..., Worker]]:
    workers: list[Worker] = []

    def make(*jobs: Job) -> Worker:
        workers.append(Worker(jobs))
        return workers[-1]

    yield make
    for worker in workers:
        for alarm in worker._alarm:
            alarm.close()


def test_save_wakes_a_sleeping_worker(
    transactional_db: None, make_worker: Callable[..., Worker]
) -> None:
    """The second look is the last before it sleeps; the third comes when it was woken."""
    asleep, woken = threading.Event(), threading.Event()
    looks = Looks({2: asleep.set})
    worker = make_worker(looks)

    def wake() -> None:
        end(worker)
        woken.set()

    looks.at[3] = wake

    def work() -> None:
        worker.run()
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    assert asleep.wait(SOON)
    notify()
    assert woken.wait(SOON)
    thread.join(SOON)

    assert not thread.is_alive()
    assert looks.count == 3


def test_job_that_fails_stops_neither_the_loop_nor_the_others(
    db: None, make_worker: Callable[..., Worker], caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> bool:
        raise RuntimeError("of the test")

    looks = Looks()
    worker = make_worker(fail, looks)
    looks.at[2] = lambda: end(worker)

    worker.run()

    assert looks.count == 2
    assert [record.message for record in caplog.records] == ["A job failed; the worker goes on"] * 2


def test_job_that_worked_is_asked_again_at_once(
    db: None, make_worker: Callable[..., Worker]
) -> None:
    left = [True, True, True]
    looks = Looks()
    worker = make_worker(lambda: bool(left) and left.pop(), looks)
    looks.at[4] = lambda: end(worker)

    worker.run()

    assert left == []
    assert looks.count == 4


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_lets_what_is_under_way_be_finished(
    db: None, make_worker: Callable[..., Worker], number: signal.Signals
) -> None:
    finished = []

    def job() -> bool:
        os.kill(os.getpid(), number)
        finished.append("all of it")
        return True

    worker = make_worker(job)
    worker.stop_on_signals()

    worker.run()

    assert finished == ["all of it"]


def test_signal_wakes_a_sleeping_worker(db: None, make_worker: Callable[..., Worker]) -> None:
    asleep = threading.Event()
    looks = Looks({2: asleep.set})
    worker = make_worker(looks)
    worker.stop_on_signals()

    def terminate() -> None:
        asleep.wait(SOON)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=terminate)
    thread.start()
    started = time.monotonic()
    worker.run()
    thread.join()

    assert looks.count == 2
    assert time.monotonic() - started < SOON
