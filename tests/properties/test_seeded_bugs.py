"""The random programs bite: each bug, seeded into a copy of the algorithm, is caught."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = """
import random
from support.convergence import Program, random_program
for style in ("google", "graph"):
    for seed in range(600):
        program = Program(style)
        random_program(program, random.Random(seed), 25)
        program.check_converged()
"""
BUGS = {
    "the token moves before the changes are committed": (
        "engine/run.py",
        "    plan = reconcile(",
        "    host.commit(lease, (), pulled.token)\n    plan = reconcile(",
    ),
    "that a key is taken is forgotten": (
        "engine/push.py",
        "attempt=burnt)",
        "attempt=None)",
    ),
    "a key that is taken is used again": (
        "engine/reconcile.py",
        "replace(link, incarnation=link.incarnation + 1)",
        "link",
    ),
    "a complete listing proves no absence": (
        "engine/matching.py",
        "    if not changes.complete:\n",
        "    if changes.complete:\n",
    ),
    "what an earlier portion has shown is forgotten": (
        "hosts/memory.py",
        "row.listed = listing.number",
        "pass",
    ),
    "what somebody let through is stopped again": (
        "engine/resting.py",
        "link.guard is not None and link.state not in STOPPED",
        "False",
    ),
    "a commit removes marks it has not read": (
        "hosts/memory.py",
        "tuple(mark for mark in row.marks if mark not in change.marks)",
        "()",
    ),
}


@pytest.mark.parametrize("name", ["nothing", *BUGS])
def test_random_programs_catch(name: str, tmp_path: Path) -> None:
    copy = tmp_path / "calendar_sync"
    copy.mkdir()
    (copy / "__init__.py").touch()
    shutil.copytree(ROOT / "calendar_sync" / "engine", copy / "engine")
    (copy / "hosts").mkdir()
    for file in ("__init__.py", "memory.py"):
        shutil.copy(ROOT / "calendar_sync" / "hosts" / file, copy / "hosts" / file)
    if name in BUGS:
        file, right, wrong = BUGS[name]
        source = (copy / file).read_text()
        assert source.count(right) == 1, "the bug has to be seeded anew"
        (copy / file).write_text(source.replace(right, wrong))

    path = os.pathsep.join((str(tmp_path), str(ROOT / "tests")))
    result = subprocess.run(
        [sys.executable, "-c", PROGRAMS],
        env={**os.environ, "PYTHONPATH": path},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode != 0) is (name in BUGS), result.stderr
