"""The OpenAPI document and the API say the same."""

import pytest
from django.test import Client
from django.urls import get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator

from calendar_sync.controllers.api.document import document
from calendar_sync.controllers.api.kinds import Refused
from calendar_sync.controllers.api.operations import Operation
from calendar_sync.controllers.api.shapes import Shape
from calendar_sync.controllers.api.table import OPERATIONS
from support.api import Program, validator
from support.json_schemas import values_for
from support.world import Organization

BODIES = {each.body.name: each.body for each in OPERATIONS if each.body}
# Reading refuses more than a schema can say: days that no month has, zones that nobody knows.
BEYOND_SCHEMAS = ("Give a date", "Give a local time", "Give a year", "Give the name of a time zone")


def test_everybody_may_read_it(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")

    assert answer.status_code == 200
    assert answer.json() == document()


def test_it_is_valid() -> None:
    OpenAPIV31SpecValidator(document()).validate()


def test_it_names_every_address_and_no_other() -> None:
    addresses = get_resolver("calendar_sync.controllers.api.urls").url_patterns
    routes = {str(each.pattern).replace("<int:pk>", "{id}") for each in addresses}

    assert routes - {"openapi.json", "", "<path:rest>"} == {
        path.lstrip("/") for path in document()["paths"]
    }


def test_operations_have_names_of_their_own_and_a_summary() -> None:
    said = [each for path in document()["paths"].values() for each in path.values()]

    assert len({each["operationId"] for each in said}) == len(said) == len(OPERATIONS)
    assert all(each["summary"] for each in said)


@pytest.mark.parametrize("name", BODIES)
@given(data=st.data())
def test_a_body_is_refused_exactly_if_its_schema_refuses_it(name: str, data: st.DataObject) -> None:
    value = data.draw(values_for(BODIES[name].schema()))

    fits = validator(f"#/components/schemas/{name}").is_valid(value)
    errors = refusals(BODIES[name], value)

    if fits:
        assert all(said.startswith(BEYOND_SCHEMAS) or has_surrogates(value) for said in errors)
    else:
        assert errors


def refusals(shape: Shape, value: object) -> list[str]:
    try:
        shape.read(value)
    except Refused as refused:
        return list(refused.errors.values())
    return []


def has_surrogates(value: object) -> bool:
    try:
        repr_of(value).encode()
    except UnicodeEncodeError:
        return True
    return False


def repr_of(value: object) -> str:
    match value:
        case dict():
            return "".join(map(repr_of, [*value, *value.values()]))
        case list():
            return "".join(map(repr_of, value))
    return str(value)


@pytest.fixture
def programs(organization: Organization) -> list[Program]:
    return [Program.of(organization.anna), Program.of(organization.admin)]


# `Program` holds every answer to the document; a 500 is in none.
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_sent_the_answer_is_as_promised(
    programs: list[Program], operation: Operation, data: st.DataObject
) -> None:
    program = data.draw(st.sampled_from(programs))
    known = program.post("/events", REVIEW).body["id"]
    number = data.draw(st.sampled_from([known, known, 0, 2**63 - 1, 2**64, 10**30]))
    path = operation.path.replace("{id}", str(number))
    body = data.draw(values_for(operation.body.schema())) if operation.body else None
    query = {}
    for each in operation.query.fields if operation.query else ():
        if each.required or data.draw(st.booleans()):
            query[each.key] = text_of(data.draw(values_for(each.kind.schema())))
    tag = data.draw(st.sampled_from(["*", '"0"', '"7"', "x", '"' + "9" * 40 + '"']))

    program.ask(operation.method, path, body, query=query, headers={"If-Match": tag})


REVIEW = {"start": {"date": "2026-12-01"}, "end": {"date": "2026-12-02"}}


def text_of(value: object) -> str:
    """As it stands in an address, where nothing but characters can stand."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.encode(errors="replace").decode()
