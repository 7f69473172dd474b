"""The import contracts of pyproject.toml are kept, and each of them notices what it forbids."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
# contract → (module, what it must not import)
SEEDS = {
    "inward": ("calendar_sync.models.event", "calendar_sync.server.postgres"),
    "engine": ("calendar_sync.engine.merge", "requests"),
    "providers": ("calendar_sync.providers.registry", "psycopg2"),
    "strangers": ("calendar_sync.providers.google", "calendar_sync.providers.graph.wire"),
    "hosts": ("calendar_sync.hosts.memory", "calendar_sync.hosts.django_orm"),
    "http": ("calendar_sync.actions.surprise", "calendar_sync.providers.http"),
    "sandbox": ("calendar_sandbox.core.clock", "calendar_sync.engine.event"),
    "stand-ins": ("calendar_sandbox.google", "calendar_sandbox.microsoft.zones"),
    "cycles": ("calendar_sync.engine.event", "calendar_sync.engine.run"),
}


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Report over a copy of the project in which every contract is broken once."""
    copy = tmp_path_factory.mktemp("seeded")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for package in ("calendar_sync", "calendar_sandbox"):
        shutil.copytree(
            ROOT / package, copy / package, ignore=shutil.ignore_patterns("static", "__pycache__")
        )
    for module, forbidden in SEEDS.values():
        path = copy.joinpath(*module.split("."))
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        with file.open("a") as source:
            source.write(f"\nimport {forbidden}\n")
    (copy / "calendar_sync" / "unplaced").mkdir()
    (copy / "calendar_sync" / "unplaced" / "__init__.py").write_text("")
    return lint(copy).stdout


def test_contracts_are_kept() -> None:
    result = lint(ROOT)

    assert result.returncode == 0, result.stdout


def test_every_contract_has_a_seed() -> None:
    assert [contract["id"] for contract in CONTRACTS] == list(SEEDS)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract["id"])
def test_contract_notices_a_violation(seeded: str, contract: dict[str, str]) -> None:
    module, forbidden = SEEDS[contract["id"]]
    link = f"{module} -> {forbidden} (l."
    if contract["type"] == "acyclic_siblings":  # its report names them from their package on
        link = f".{module.rsplit('.')[-1]} -> .{forbidden.rsplit('.')[-1]} ("

    assert f"{contract['name']} BROKEN" in seeded
    assert link in seeded


def test_a_package_without_a_place_in_the_layers_is_noticed(seeded: str) -> None:
    assert "calendar_sync.unplaced" in seeded
