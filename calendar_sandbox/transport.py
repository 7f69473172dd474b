"""The in-process face: requests sessions talk to a world without sockets."""

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from calendar_sandbox.core.http import DELAY, ConnectionBroken

if TYPE_CHECKING:
    from calendar_sandbox.core.world import World

Timeout = float | tuple[float | None, float | None] | None


class WsgiAdapter(BaseAdapter):
    """Hands prepared requests to the world under the paths they would have on a port.

    `base_path`: path of the address it is mounted at, cut off before the world sees it.
    """

    def __init__(self, world: "World", base_path: str = "") -> None:
        super().__init__()
        self._world = world
        self._base_path = base_path.rstrip("/")

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Timeout = None,
        verify: bool | str = True,  # noqa: ARG002 - nothing to verify
        cert: object = None,  # noqa: ARG002 - nobody to show it to
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002 - no way to take
    ) -> requests.Response:
        """Raises requests.ConnectionError or ReadTimeout where an armed fault says so."""
        inner = Request(self.environ(request))
        try:
            response = self._world.answer(inner)
        except ConnectionBroken as error:
            raise requests.ConnectionError("Connection reset by the sandbox") from error
        limit = timeout[1] if isinstance(timeout, tuple) else timeout
        delay = float(inner.environ.get(DELAY, 0))
        with response:
            if limit is not None and delay > limit:
                raise requests.ReadTimeout(f"The sandbox takes {delay} s")
            return self.reply(request, response, stream=stream)

    def environ(self, request: requests.PreparedRequest) -> dict[str, object]:
        url = urlsplit(str(request.url))
        path = url.path.removeprefix(self._base_path)
        body = request.body or b""
        builder = EnvironBuilder(
            path=path,
            query_string=url.query,
            method=request.method or "GET",
            headers=list(request.headers.items()),
            data=body.encode() if isinstance(body, str) else body,
            base_url=f"{url.scheme}://{url.netloc}",
        )
        environ = builder.get_environ()
        environ["RAW_URI"] = path
        return environ

    def reply(
        self, request: requests.PreparedRequest, response: Response, *, stream: bool
    ) -> requests.Response:
        raw = HTTPResponse(
            body=BytesIO(response.get_data()),
            headers=HTTPHeaderDict(response.headers),
            status=response.status_code,
            reason=response.status.partition(" ")[2],
            preload_content=False,
            request_method=request.method,
        )
        built: requests.Response = HTTPAdapter().build_response(request, raw)
        if not stream:
            # As a session without streaming does: a body cut short is noticed here.
            _ = built.content
        return built

    def close(self) -> None:
        """Nothing is held open."""


def mount(session: requests.Session, world: "World", base_url: str) -> requests.Session:
    """Lets a session reach the world at an address nobody else answers."""
    session.mount(base_url, WsgiAdapter(world, urlsplit(base_url).path))
    # Neither proxies nor .netrc of the machine, which would replace our Authorization.
    session.trust_env = False
    return session
