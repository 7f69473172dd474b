"""One person's client of the simulated Graph, in process and without the product's code."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from werkzeug.test import Client, TestResponse

from calendar_sandbox.sandbox import Sandbox

HOST = "https://sandbox.example"
ROOT = f"{HOST}/graph/v1.0"
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
MARK = "String {00020329-0000-0000-C000-000000000046} Name syncId"
WINDOW = "startDateTime=2026-11-01T00:00:00Z&endDateTime=2027-02-01T00:00:00Z"
SCOPES = "User.Read Calendars.ReadWrite openid profile email offline_access"


def seed(world: Sandbox) -> None:
    """Two colleagues, somebody with a personal account, somebody at Google."""
    world.people.add("anna", "Anna Berg", outlook="anna@contoso.example")
    world.people.add("ben", "Ben Cho", outlook="ben@contoso.example")
    world.people.add("pia", "Pia Lund", outlook="pia@live.example", kind="personal")
    world.people.add("gus", "Gus Dahl", google="gus@gmail.example")
    world.clients.add("outlook", "app", "app-secret", ["https://app.example/callback"])


def a_world() -> Sandbox:
    return Sandbox(seed, now=NOW)


def moment(text: str, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": text, "timeZone": zone}


def guests(*addresses: str) -> list[dict[str, Any]]:
    return [{"emailAddress": {"address": address}} for address in addresses]


def a_body(**properties: object) -> dict[str, Any]:
    """What POST takes for an hour on 1 December 2026."""
    return {
        "subject": "Design review",
        "start": moment("2026-12-01T09:00:00"),
        "end": moment("2026-12-01T10:00:00"),
        **properties,
    }


def a_series(**properties: object) -> dict[str, Any]:
    """Daily at 9:00 in Berlin, 1 to 5 December 2026."""
    zone = "W. Europe Standard Time"
    return a_body(
        start=moment("2026-12-01T09:00:00", zone),
        end=moment("2026-12-01T09:30:00", zone),
        recurrence={
            "pattern": {"type": "daily", "interval": 1},
            "range": {"type": "endDate", "startDate": "2026-12-01", "endDate": "2026-12-05"},
        },
        **properties,
    )


class Outlook:
    """Sends `IdType="ImmutableId"` with every request unless told otherwise."""

    def __init__(self, world: Sandbox, person: str = "anna", scopes: str = SCOPES) -> None:
        self.world = world
        self.prefer = 'IdType="ImmutableId"'
        answer = world.microsoft.identity.issue(person, "app", scopes)
        self.token = str(answer["access_token"])
        self._client = Client(world.wsgi)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,  # noqa: ANN401 - whatever a test wants to send
        **headers: str,
    ) -> TestResponse:
        sent = {"Authorization": f"Bearer {self.token}", "Prefer": self.prefer}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"/graph/v1.0{path.removeprefix(ROOT)}"
        with_body = {} if body is None else {"json": body}
        return self._client.open(url, method=method, base_url=HOST, headers=sent, **with_body)

    def get(self, path: str, **headers: str) -> dict[str, Any]:
        return self._expect(self.send("GET", path, **headers), 200)

    def create(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._expect(self.send("POST", "/me/events", body), 201)

    def patch(self, event_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._expect(self.send("PATCH", f"/me/events/{event_id}", body), 200)

    def delete(self, event_id: str) -> None:
        response = self.send("DELETE", f"/me/events/{event_id}")
        assert response.status_code == 204, response.text

    def refused(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> tuple[int, str]:
        """Status and code of an answer that is an error."""
        response = self.send(method, path, body, **headers)
        return response.status_code, response.get_json()["error"]["code"]

    def round(self, link: str = f"/me/calendarView/delta?{WINDOW}") -> tuple[list[Any], str]:
        """All rows of a delta round, and its deltaLink."""
        rows: list[Any] = []
        while True:
            page = self.get(link)
            rows += page["value"]
            if "@odata.deltaLink" in page:
                return rows, page["@odata.deltaLink"]
            link = page["@odata.nextLink"]

    @staticmethod
    def _expect(response: TestResponse, status: int) -> dict[str, Any]:
        assert response.status_code == status, response.text
        value: dict[str, Any] = response.get_json()
        return value
