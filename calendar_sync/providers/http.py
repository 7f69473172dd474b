"""The one place that speaks HTTP: time limits, size limits, tokens, redaction.

A `Session` serves one run of one account. It knows nothing of a provider: it returns every answer
as it came, and raises `SyncError` only where there is no answer to return. Errors name the host
and nothing else: paths, queries and bodies hold addresses, sync tokens and event content.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from io import BytesIO
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests
from requests import exceptions
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import NewConnectionError

from ..engine.errors import AuthorizationInvalid, ConfigurationInvalid, Retryable
from ..engine.ports import Clock
from .pace import Pace

log = logging.getLogger(__name__)

REPEATED = frozenset({500, 502, 503, 504})
"""Statuses after which a read is tried again at once."""

UNSTORABLE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
"""JSON's way to write a NUL or half a surrogate pair."""

PAUSES = (timedelta(seconds=0.5), timedelta(seconds=1))
"""Waits before a read is repeated; longer waits are the scheduler's."""


class NotSent(Retryable):
    """A write that raises this certainly did not happen: it never left this machine, or was
    turned away unread.
    """

    default_code = "not_sent"


class AccessToken(Protocol):
    """Supplies the bearer token of one account; raises `SyncError` where there is none."""

    def __call__(self, *, fresh: bool = False) -> str:
        """A token; with `fresh` the last one was refused and a new one is needed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect, seconds between two bytes of an answer, bytes of an answer."""

    connect: float = 10
    read: float = 30
    size: int = 64 * 1024 * 1024

    @property
    def longest(self) -> timedelta:
        """How long a request that is started now may keep us without a sign of life."""
        return timedelta(seconds=self.connect + self.read)


Headers = CaseInsensitiveDict
"""Names are compared without case (RFC 9110 §5.1)."""


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer, whatever its status."""

    status: int
    headers: Mapping[str, str] = field(default_factory=Headers)
    body: bytes = b""

    def json(self) -> Any:  # noqa: ANN401
        """The body as JSON; None where it is something else, as the pages of gateways are."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return None
        return _storable(found) if UNSTORABLE.search(self.body) else found


def _storable(value: Any) -> Any:  # noqa: ANN401 -- JSON
    """Without NUL and lone halves of surrogate pairs, which no database takes."""
    if isinstance(value, str):
        whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return whole.replace("\x00", "")
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def http_session(
    ca_bundle: str | None = None, proxies: Mapping[str, str] | None = None
) -> requests.Session:
    """A connection pool that takes nothing from the environment and keeps no cookies.

    A `.netrc` would replace our bearer tokens, and a cookie of one account must not reach the
    next one. `ca_bundle`: path of a PEM file to trust instead of the public authorities.
    """
    http = requests.Session()
    http.trust_env = False
    http.verify = ca_bundle or True
    http.proxies.update(proxies or {})
    http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return http


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """What Retry-After asks for, as seconds or as a date (RFC 9110 §10.2.3); None if nothing."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value), 86_400))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return min(max(moment - now, timedelta()), timedelta(days=1))


class Session:
    """Requests of one account, under one lease.

    `until` is the end of the lease and may be moved when that is renewed: no request starts
    later than its longest duration before it. `pause` waits for a number of seconds. `pace` is
    for the provider's client to heed, which knows what counts as a write.
    """

    def __init__(
        self,
        http: requests.Session,
        clock: Clock,
        until: datetime,
        *,
        pause: Callable[[float], None],
        token: AccessToken | None = None,
        limits: Limits = Limits(),
        pace: Pace | None = None,
    ) -> None:
        self.until = until
        self.clock = clock
        self.pace = pace or Pace()
        self._http = http
        self._pause = pause
        self._token = token
        self._limits = limits

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Read `url`; short disturbances are waited out."""
        return self.request("GET", url, params=params, headers=headers, repeat=True)

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        repeat: bool = False,
        fresh_token: bool = False,
        about_token: Callable[[Response], bool] = lambda _: True,
    ) -> Response:
        """One exchange; a token that is refused is replaced once.

        `repeat`: the request may be made any number of times, as all reads may.
        `about_token`: whether an answer 401 is about the token at all.
        Raises NotSent (nothing happened), Retryable (a write may have happened),
        AuthorizationInvalid (the new token is refused too), ConfigurationInvalid (no address).
        """
        request = requests.Request(method, url, params=params, headers=headers, data=body)
        response = self._exchange(request, repeat, fresh_token)
        if response.status == 401 and not about_token(response):
            return response
        if response.status == 401 and self._token and not fresh_token:
            response = self._exchange(request, repeat, fresh_token=True)
        if response.status == 401 and self._token:
            raise AuthorizationInvalid("token_refused", _host(url))
        return response

    def wait(self, time: timedelta) -> bool:
        """Wait as a provider asks for; False where no request could be started after it."""
        if self.clock.now() + time + self._limits.longest > self.until:
            return False
        self._pause(time.total_seconds())
        return True

    def _exchange(self, request: requests.Request, repeat: bool, fresh_token: bool) -> Response:
        prepared = self._prepared(request, fresh_token)
        for pause in PAUSES if repeat else ():
            try:
                response = self._send(prepared)
            except Retryable as error:
                if error.code == "deadline":
                    raise
                log.debug("%s, trying again", error)
            else:
                if response.status not in REPEATED:
                    return response
            self._pause(pause.total_seconds())
        return self._send(prepared)

    def _prepared(self, request: requests.Request, fresh_token: bool) -> requests.PreparedRequest:
        try:
            prepared = self._http.prepare_request(request)
        except (exceptions.InvalidURL, exceptions.MissingSchema):
            raise ConfigurationInvalid("address_invalid") from None
        prepared.headers["User-Agent"] = "Calendar Sync (gzip)"
        if self._token:
            try:
                token = self._token(fresh=fresh_token)
            except Retryable as error:  # of the sign-in's address: ours was not even begun
                raise NotSent(error.code, error.detail, error.retry_after) from None
            prepared.headers["Authorization"] = f"Bearer {token}"
        return prepared

    def _send(self, prepared: requests.PreparedRequest) -> Response:
        host = _host(prepared.url or "")
        if self.clock.now() + self._limits.longest > self.until:
            raise NotSent("deadline", host)
        try:
            # A redirect is never followed: it would carry the token to wherever it points.
            answer = self._http.send(
                prepared,
                timeout=(self._limits.connect, self._limits.read),
                allow_redirects=False,
                stream=True,
                verify=self._http.verify,
                proxies=dict(self._http.proxies),
            )
            with answer:
                body = self._body(answer, host)
        # The cause is cut off: its text holds the whole address, its traceback the headers.
        except exceptions.InvalidSchema:
            raise ConfigurationInvalid("address_invalid", host) from None
        except exceptions.ConnectTimeout:
            raise NotSent("connection", host) from None
        except exceptions.Timeout:
            raise Retryable("timeout", host) from None
        except exceptions.RequestException as error:
            kind = NotSent if _never_connected(error) else Retryable
            raise kind("connection", f"{host}: {type(error).__name__}") from None
        log.debug("%s %s: %d, %d bytes", prepared.method, host, answer.status_code, len(body))
        return Response(answer.status_code, Headers(answer.headers), body)

    def _body(self, answer: requests.Response, host: str) -> bytes:
        pieces = bytearray()
        for piece in answer.iter_content(65_536):
            pieces += piece
            if len(pieces) > self._limits.size:
                raise Retryable("answer_too_large", host)
            if self.clock.now() > self.until:
                raise Retryable("timeout", host)
        return bytes(pieces)


class LibraryAdapter(BaseAdapter):
    """A `Session` in the shape that sessions of requests call, for libraries that bring theirs.

    `check` sees every answer before the library does; what it raises goes to the library's caller.
    """

    def __init__(self, session: Session, check: Callable[[Response], None]) -> None:
        super().__init__()
        self._session = session
        self._check = check
        self.last = Response(0)

    def mount(self, http: requests.Session, url: str) -> None:
        """All that `http`, the library's, has to say to `url` goes through us."""
        http.trust_env = False
        http.mount(url, self)

    def send(
        self, request: requests.PreparedRequest, *_: object, **__: object
    ) -> requests.Response:
        """Raises SyncError, and whatever `check` raises."""
        text = request.body or b""
        body = text.encode() if isinstance(text, str) else text
        method, url = str(request.method), str(request.url)
        self.last = self._session.request(method, url, headers=request.headers, body=body)
        self._check(self.last)
        answer = requests.Response()
        answer.status_code = self.last.status
        answer.headers = Headers(self.last.headers)
        answer.raw = BytesIO(self.last.body)
        answer.request = request
        return answer

    def close(self) -> None:
        """The session is somebody else's."""


def _never_connected(error: exceptions.RequestException) -> bool:
    """No name, no route, refused: told from a connection that broke later."""
    cause = error.args[0] if isinstance(error, exceptions.ConnectionError) and error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
