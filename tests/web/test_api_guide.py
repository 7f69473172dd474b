"""docs/api.md says what is so: its tables are complete, its examples are carried out."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client

from calendar_sync.actions.repeating import REFUSED
from calendar_sync.controllers.api.table import OPERATIONS
from support.api import Program
from support.world import Organization

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```http\n(\w+) (\S+)\n(.*?)\n\n(\d+)\n(.*?)\n```", GUIDE, re.DOTALL)
# Where the codes of refusals stand in the source.
SOURCES = [
    *(ROOT / "calendar_sync/controllers/api").glob("*.py"),
    *(
        ROOT / "calendar_sync/actions" / f"{name}.py"
        for name in (
            "accounts",
            "calendar_errands",
            "conflicts",
            "errors",
            "event_choices",
            "events",
            "moving",
            "organizers",
            "repeating",
            "previews",
            "remote_calendars",
            "archiving",
            "reset",
            "series",
            "sync",
            "undo",
        )
    ),
]
RAISED = re.compile(
    r"(?:ActionRefused|ApiRefusal|problem|super\(\).__init__)\(\s*(?:\d+,\s*)?\"(\w+)\""
)
# Of sign-ins; and of what the API asks of a series only as it may be asked.
OUT_OF_REACH = {
    *("not_configured", "scope_missing"),
    *("series_single", "series_unchanged", "series_nothing_left"),
}


def test_every_operation_is_listed() -> None:
    listed = re.findall(r"^\| `([A-Z]+) (/\S+)` \|", GUIDE, re.MULTILINE)

    assert listed == [(each.method, each.path) for each in OPERATIONS]


def test_every_code_of_a_refusal_is_listed() -> None:
    listed = set(re.findall(r"^\| 4\d\d \| `(\w+)` \|", GUIDE, re.MULTILINE))
    raised = {code for file in SOURCES for code in RAISED.findall(file.read_text("utf-8"))}
    raised |= {f"series_{code}" for code in REFUSED}

    assert listed == raised - OUT_OF_REACH


@pytest.mark.parametrize(("method", "path", "body", "status", "answer"), EXAMPLES)
def test_every_example_goes_as_told(
    organization: Organization, method: str, path: str, body: str, status: str, answer: str
) -> None:
    organization.connect(organization.anna, "google")

    said = Program.of(organization.anna).ask(method, path, json.loads(body))

    promised = json.loads(answer)
    assert said.status == int(status)
    assert {key: said.body[key] for key in promised} == promised


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == GUIDE.count("```http") == 8


@pytest.mark.parametrize("probe", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_probes_answer_without_a_token(client: Client, probe: str) -> None:
    assert f"`{probe}`" in GUIDE
    assert client.get(probe).content == b"ok\n"
