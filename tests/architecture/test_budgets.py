"""The budgets and rules of tests/support/rules.py are kept, and each notices what it forbids."""

from collections import Counter
from pathlib import Path

import pytest

from support.rules import violations

ROOT = Path(__file__).parents[2]
ENGINE = "calendar_sync/engine/x.py"
CONTROLLER = "calendar_sync/controllers/x.py"
ACTION = "calendar_sync/actions/x.py"
CLOCK = "reads the clock; time is passed in"
QUERY = "a query in a controller; ask a visible_to(user) queryset"
CATCH = "catches everything; only calendar_sync/actions/worker.py may"


def test_the_project_keeps_every_budget() -> None:
    assert violations(ROOT) == []


def test_file_names_are_unique_across_the_tests() -> None:
    names = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))

    assert [name for name, count in names.items() if count > 1] == []


def body(lines: int) -> str:
    return "def f() -> None:\n" + "    pass\n" * (lines - 1)


@pytest.mark.parametrize(
    ("path", "source", "line", "sentence"),
    [
        (ENGINE, "#\n" * 401, 1, "401 lines, more than 400"),
        (ENGINE, body(41), 1, "f has 41 lines, more than 40"),
        (ENGINE, "#" * 101, 1, "101 columns, more than 100"),
        (ENGINE, "def f(a) -> None: ...", 1, "f is not fully annotated"),
        (ENGINE, "def f(*a) -> None: ...", 1, "f is not fully annotated"),
        (ENGINE, "class C:\n    def f(self): ...", 2, "f is not fully annotated"),
        (CONTROLLER, "def f(m: X) -> Y:\n    return m.objects.all()", 2, QUERY),
        (ACTION, "import requests", 1, "requests is for calendar_sync/providers/http.py alone"),
        (ACTION, "from urllib import request", 1,
         "urllib.request is for calendar_sync/providers/http.py alone"),
        (ACTION, "import msal", 1, "msal is for the modules named oauth"),
        (ENGINE, "import time", 1, CLOCK),
        (ENGINE, "from time import monotonic", 1, CLOCK),
        (ENGINE, "import datetime\nx = datetime.datetime.now()", 2, CLOCK),
        ("calendar_sync/providers/x.py", "x = date.today()", 1, CLOCK),
        ("calendar_sync/hosts/x.py", "x = timezone.now", 1, CLOCK),
        ("calendar_sync/models/x.py", "x = DateTimeField(default=timezone.now)", 1, CLOCK),
        (ENGINE, "from calendar_sync.engine import event", 1,
         "calendar_sync.engine.event must be imported relatively"),
        (ACTION, "try: ...\nexcept Exception: ...", 2, CATCH),
        (ACTION, "try: ...\nexcept (ValueError, BaseException): ...", 2, CATCH),
        (ACTION, "try: ...\nexcept: ...", 2, CATCH),
        (ACTION, "with contextlib.suppress(Exception): ...", 1, CATCH),
        ("calendar_sync/models/utils.py", "", 1, "a vague name; say what it does"),
        ("tests/unit/__init__.py", "", 1, "tests are no package"),
    ],
)  # fmt: skip
def test_a_breach_is_noticed(
    tmp_path: Path, path: str, source: str, line: int, sentence: str
) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(source)

    assert violations(tmp_path, {}) == [f"{path}:{line}: {sentence}"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (ENGINE, "#\n" * 400),
        (ENGINE, body(40)),
        (ENGINE, "x = " + "1" * 96 + "  # noqa: E741"),
        (ENGINE, "import datetime\nx = datetime.time(9)\ny = clock.now()"),
        (ENGINE, "from .event import Event\nfrom urllib.parse import quote"),
        (ACTION, "from django.utils import timezone\nx = timezone.now()"),
        (ACTION, "try: ...\nexcept ValueError: ..."),
        ("calendar_sync/actions/worker.py", "try: ...\nexcept Exception: ..."),
        ("calendar_sync/providers/http.py", "import requests"),
        ("calendar_sync/providers/graph/oauth.py", "import msal"),
        ("calendar_sync/migrations/x.py", body(50)),
    ],
)
def test_what_is_allowed_is_no_breach(tmp_path: Path, path: str, source: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(source)

    assert violations(tmp_path, {}) == []


def test_an_exception_hides_its_breach_and_must_be_needed(tmp_path: Path) -> None:
    (tmp_path / ENGINE).parent.mkdir(parents=True)
    (tmp_path / ENGINE).write_text(body(41))

    assert violations(tmp_path, {f"{ENGINE}:f": "a table"}) == []
    assert violations(tmp_path, {f"{ENGINE}:f": "a table", ENGINE: "stale"}) == [
        f"{ENGINE}: the exception is not needed"
    ]
