"""The world on two ports: http for browsers and Google's clients, https because msal insists."""

import ssl
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import requests
import trustme
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from calendar_sandbox.core.deliveries import Outgoing, Reply, Sender
from calendar_sandbox.core.http import DELAY, FRONT
from calendar_sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOST = "127.0.0.1"
POLL = 0.05
"""Seconds within which a server notices that it shall stop."""


class QuietHandler(WSGIRequestHandler):
    """Keeps connections open as the real servers do; the journal is the log."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: see the console's page of requests."""

    def connection_dropped(
        self,
        error: BaseException,  # noqa: ARG002 - the fault that was armed
        environ: "WSGIEnvironment | None" = None,  # noqa: ARG002 - of a request without answer
    ) -> None:
        """Without an answer the connection is of no use."""
        self.close_connection = True


class Ports:
    """The world's http server and, with a certificate, its https twin.

    `port` and `tls_port` may be 0 for any free one; `tls_port` None: no https.
    `ca_file` receives the certificate of the authority that clients have to trust.
    `sender` carries web hooks to the product.
    """

    def __init__(
        self,
        world: Sandbox,
        *,
        port: int = 0,
        tls_port: int | None = None,
        ca_file: Path | None = None,
        sleep: Callable[[float], None] = time.sleep,
        sender: Sender | None = None,
    ) -> None:
        self.world = world
        world.sender = sender or send
        self._sleep = sleep
        self._plain = self._server(port, None)
        self.url = f"http://{HOST}:{self._plain.port}"
        self._servers = [self._plain]
        self.tls_url = ""
        if tls_port is not None:
            twin = self._server(tls_port, certificate(ca_file))
            self._servers.append(twin)
            self.tls_url = f"https://{HOST}:{twin.port}"
        self._threads = [
            Thread(target=server.serve_forever, args=(POLL,)) for server in self._servers
        ]
        self._stopping = Event()
        self._threads.append(Thread(target=self._deliver))

    def _deliver(self) -> None:
        while not self._stopping.wait(POLL):
            self.world.deliver()

    def _server(self, port: int, context: ssl.SSLContext | None) -> BaseWSGIServer:
        return make_server(
            HOST,
            port,
            self._application(),
            threaded=True,
            request_handler=QuietHandler,
            ssl_context=context,
        )

    def _application(self) -> "WSGIApplication":
        def application(
            environ: "WSGIEnvironment", start_response: "StartResponse"
        ) -> Iterable[bytes]:
            # Sign-in pages are for browsers, which do not know our authority.
            environ[FRONT] = self.url
            chunks = self.world.wsgi(environ, start_response)
            if delay := environ.get(DELAY):
                self._sleep(delay)
            return chunks

        return application

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for server in self._servers:
            server.shutdown()
        for thread in self._threads:
            thread.join()
        for server in self._servers:
            server.server_close()


def send(outgoing: Outgoing) -> Reply:
    """Calls the product. Redirects are not followed, certificates have to be valid."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            response = session.post(
                outgoing.url,
                data=outgoing.body,
                headers=dict(outgoing.headers),
                timeout=outgoing.seconds,
                allow_redirects=False,
            )
        except requests.Timeout:
            return Reply(0, error="timeout")
        except (requests.RequestException, ValueError):
            return Reply(0, error="connection")
    type_ = response.headers.get("Content-Type", "")
    return Reply(response.status_code, type_, response.content)


def certificate(ca_file: Path | None) -> ssl.SSLContext:
    authority = trustme.CA()
    if ca_file:
        ca_file.write_bytes(authority.cert_pem.bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST, "localhost").configure_cert(context)
    return context
