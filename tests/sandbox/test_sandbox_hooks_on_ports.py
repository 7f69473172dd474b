"""Web hooks over sockets: the product calls back while it is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
import requests
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response

from calendar_sandbox.core.deliveries import Outgoing
from calendar_sandbox.server import Ports, send
from support.outlook import Outlook, a_body, a_world

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def ports() -> Iterator[Ports]:
    ports = Ports(a_world())
    ports.start()
    yield ports
    ports.stop()


class Product:
    """Asks the sandbox for the time before it answers anything."""

    def __init__(self, sandbox_url: str) -> None:
        self._clock = f"{sandbox_url}/_sandbox/clock"
        self.came: Queue[Any] = Queue()
        self._server: BaseWSGIServer = make_server("127.0.0.1", 0, self.application)
        self.url = f"http://127.0.0.1:{self._server.port}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def application(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        return self.answer(Request(environ))(environ, start_response)

    def answer(self, request: Request) -> Response:
        if request.path == "/elsewhere":
            return Response(status=302, headers={"Location": "/hook"})
        requests.get(self._clock, timeout=5).raise_for_status()
        if token := request.args.get("validationToken"):
            return Response(token, mimetype="text/plain")
        self.came.put(request.get_json())
        return Response(status=202)

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def product(ports: Ports) -> Iterator[Product]:
    product = Product(ports.url)
    yield product
    product.stop()


def test_graph_asks_and_tells_over_a_port(ports: Ports, product: Product) -> None:
    ports.world.knobs["graph.plain_hooks"] = True
    headers = {"Authorization": f"Bearer {Outlook(ports.world).token}"}
    body = {
        "changeType": "created",
        "resource": "me/events",
        "notificationUrl": f"{product.url}/hook?a=1",
        "expirationDateTime": "2026-11-22T08:00:00Z",
    }
    root = f"{ports.url}/graph/v1.0"
    reply = requests.post(f"{root}/subscriptions", json=body, headers=headers, timeout=15)
    assert reply.status_code == 201, reply.text
    requests.post(f"{root}/me/events", json=a_body(), headers=headers, timeout=5)

    (item,) = product.came.get(timeout=10)["value"]
    assert (item["subscriptionId"], item["changeType"]) == (reply.json()["id"], "created")
    assert "clientState" not in item


def test_calls_that_come_to_nothing(product: Product) -> None:
    assert send(Outgoing(f"{product.url}/elsewhere", {})).status == 302
    assert send(Outgoing("http://127.0.0.1:1/", {})).error == "connection"
    assert send(Outgoing(product.url, {"X-Token": "line\nbreak"})).error == "connection"
    assert send(Outgoing(product.url, {"X-Token": "\u20ac"})).error == "connection"
    assert send(Outgoing("https://\u0000/", {})).error == "connection"
