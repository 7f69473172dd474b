"""Microsoft's own client, which is large: `make msgraph` installs it and runs this.

Unmodified but for its address, against the sandbox on a port.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.models.attendee import Attendee
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.event import Event
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.users.item.calendar_view.delta.delta_request_builder import (
    DeltaRequestBuilder,
)

from calendar_sandbox.server import Ports
from msgraph import GraphRequestAdapter, GraphServiceClient
from support.outlook import SCOPES, a_world

pytestmark = pytest.mark.enable_socket
Client = Any
"""Its types are generated, and no part of what `make lint` installs."""
Told = Callable[[Client], Awaitable[None]]


class Token(AccessTokenProvider):
    def __init__(self, token: str) -> None:
        self.token = token

    async def get_authorization_token(self, _uri: str, _context: object = None) -> str:
        return self.token

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return AllowedHostsValidator([])


@pytest.fixture
def ports() -> Iterator[Ports]:
    ports = Ports(a_world())
    ports.start()
    yield ports
    ports.stop()


def told(ports: Ports, story: Told) -> None:
    token = ports.world.microsoft.identity.issue("anna", "app", SCOPES)["access_token"]

    async def run() -> None:
        adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Token(token)))
        adapter.base_url = f"{ports.url}/graph/v1.0"
        await story(GraphServiceClient(request_adapter=adapter))

    asyncio.run(run())


def an_event(subject: str, *guests: str) -> Event:
    def at(hour: int) -> DateTimeTimeZone:
        return DateTimeTimeZone(date_time=f"2026-12-01T{hour:02}:00:00", time_zone="Europe/Berlin")

    people = [Attendee(email_address=EmailAddress(address=guest)) for guest in guests]
    return Event(subject=subject, start=at(9), end=at(10), attendees=people)


def test_create_change_list_and_delete(ports: Ports) -> None:
    async def story(graph: Client) -> None:
        made = await graph.me.events.post(an_event("Review", "eva@client.example"))
        await graph.me.events.by_event_id(made.id).patch(Event(subject="Renamed"))
        page = await graph.me.events.get()
        assert [event.subject for event in page.value] == ["Renamed"]
        await graph.me.events.by_event_id(made.id).delete()
        assert (await graph.me.events.get()).value == []

    told(ports, story)
    assert [mail.kind for mail in ports.world.mail.entries] == ["invite", "update", "cancel"]


def test_a_round_of_delta_and_its_link(ports: Ports) -> None:
    async def story(graph: Client) -> None:
        await graph.me.events.post(an_event("First"))
        delta = graph.me.calendar_view.delta
        window = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(
            start_date_time="2026-11-01T00:00:00Z", end_date_time="2027-01-01T00:00:00Z"
        )
        page = await delta.get(RequestConfiguration(query_parameters=window))
        assert [event.subject for event in page.value] == ["First"]
        await graph.me.events.post(an_event("Second"))
        later = await delta.with_url(page.odata_delta_link).get()
        assert [event.subject for event in later.value] == ["Second"]

    told(ports, story)


def test_a_refusal_is_an_error_with_its_code(ports: Ports) -> None:
    async def story(graph: Client) -> None:
        with pytest.raises(ODataError) as refused:
            await graph.me.events.by_event_id("nonsense").get()
        assert refused.value.error.code

    told(ports, story)
