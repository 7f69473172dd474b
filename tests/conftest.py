"""One marker per folder, and the database of the tests."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.db import connections

from calendar_sync.server.database import database_url, parse_url
from calendar_sync.server.postgres import EmbeddedPostgres
from support.traffic import validated

TESTS = Path(__file__).parent

# A busy machine is no bug, and a bug is found where somebody looks for it: by `make soak`.
hypothesis.settings.register_profile("same", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.load_profile("same")


def pytest_configure(config: pytest.Config) -> None:
    for folder in TESTS.iterdir():
        config.addinivalue_line("markers", f"{folder.name}: tests/{folder.name}")
    config.addinivalue_line("markers", "rubbish: what it sends is wrong on purpose, and accepted")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        # Of tests/live, only the half that talks to real accounts is live.
        if folder != "live":
            item.add_marker(folder)


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: it is not searched for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """PostgreSQL for the tests that need one: DATABASE_URL, else an embedded one thrown away."""
    postgres = EmbeddedPostgres(tmp_path_factory.mktemp("database"), durable=False)
    url = database_url(os.environ) or postgres.start()
    connections["default"].settings_dict.update(parse_url(url))
    yield
    postgres.stop()


@pytest.fixture(autouse=True)
def traffic(request: pytest.FixtureRequest) -> Iterator[None]:
    """What goes over the sandbox's wire is what the vendors describe.

    In tests of the sandbox and of the vendors' claims a request may be rubbish where it is
    refused, and in a test marked `rubbish` anywhere; answers never are.
    """
    ours = request.path.relative_to(TESTS).parts[0] not in {"sandbox", "live", "msgraph"}
    with validated(ours=ours, exempt="rubbish" in request.keywords):
        yield
