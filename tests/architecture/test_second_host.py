"""A second host can load engine and providers under its own name, without Django."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOAD_EVERYTHING = """
import importlib, pkgutil, sys

class NoDjango:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "calendar_sync", "psycopg2", "odoo"}:
            raise ImportError(f"{name} is not there")

sys.meta_path.insert(0, NoDjango())
import acme.sync
names = [found.name for found in pkgutil.walk_packages(acme.sync.__path__, "acme.sync.")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""


def test_engine_and_providers_load_under_a_foreign_name(tmp_path: Path) -> None:
    package = tmp_path / "acme" / "sync"
    for part in ("engine", "providers"):
        shutil.copytree(ROOT / "calendar_sync" / part, package / part)
    (package / "hosts").mkdir()
    for file in ("__init__.py", "memory.py"):
        shutil.copy(ROOT / "calendar_sync" / "hosts" / file, package / "hosts" / file)
    for folder in (tmp_path / "acme", package):
        (folder / "__init__.py").touch()

    result = subprocess.run(
        [sys.executable, "-c", LOAD_EVERYTHING],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    assert int(result.stdout) > 20
