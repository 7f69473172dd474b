"""What both sign-ins have in common: values, errors, and the token of a running account.

Nothing here knows a path or an address of ours; whoever signs a user in passes them in.
The `code` of an error is the official one (RFC 6749 §4.1.2.1, §5.2) where there is one, else ours;
it chooses words on a page and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from ..engine.ports import Clock


class SignInError(Exception):
    """The sign-in of one person failed; nothing was stored. Beside it: ConfigurationInvalid
    (the administrator has to mend it) and Retryable (try again) of the engine.
    """

    default_code = "sign_in_failed"

    def __init__(self, code: str = "", detail: str = "") -> None:
        self.code = code or self.default_code
        self.detail = detail
        super().__init__(f"{self.code}: {detail}" if detail else self.code)


class SignInDenied(SignInError):
    """The person, or the person's organization, said no."""

    default_code = "access_denied"


class SignInExpired(SignInError):
    """The answer belongs to no sign-in that we began, or its code is used up: start again."""

    default_code = "sign_in_expired"


class ScopeMissing(SignInError):
    """Signed in, but without leave to use the calendar: the box was not ticked."""

    default_code = "scope_missing"


class IdentityInvalid(SignInError):
    """The provider's statement of who signed in does not hold (OpenID Connect Core §3.1.3.7)."""

    default_code = "identity_invalid"


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are at the provider, and where it sends people back to, byte for byte."""

    id: str
    secret: str
    redirect_uri: str

    def __repr__(self) -> str:
        return f"Client(id={self.id!r}, redirect_uri={self.redirect_uri!r})"


@dataclass(frozen=True, slots=True)
class SignInState:
    """What has to be remembered, in secret, between leaving and coming back.

    `more`: scopes that were asked for beyond the usual ones, for who has to name them again.
    """

    state: str
    code_verifier: str
    nonce: str
    more: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SignInState:
        more = tuple(data.get("more", ()))
        return cls(data["state"], data["code_verifier"], data["nonce"], more)


@dataclass(frozen=True, slots=True)
class Grant:
    """What the provider granted. After a refresh the person's fields are empty.

    `subject` together with `issuer` is the only safe key of a person; `address` may change.
    `refresh_token` is empty where the provider keeps the old one valid and sends no new one.
    `ends_at`: the refresh token dies then whatever happens; None where nothing was said.
    """

    access_token: str
    expires_at: datetime
    refresh_token: str = ""
    scopes: frozenset[str] = frozenset()
    issuer: str = ""
    subject: str = ""
    address: str = ""
    name: str = ""
    ends_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Grant(subject={self.subject!r}, scopes={sorted(self.scopes)!r})"


class SignIn(Protocol):
    """The authorization code flow with PKCE at one provider (RFC 6749 §4.1, RFC 7636)."""

    def authorization_request(
        self, *, login_hint: str = "", consent: bool = False, more: Sequence[str] = ()
    ) -> tuple[str, SignInState]:
        """Where to send the browser. `consent`: ask again although it was granted before.

        `more` are scopes beyond those of every sign-in; the person may leave them out.
        """

    def exchange(self, state: SignInState, answer: Mapping[str, str]) -> Grant:
        """The grant for the query parameters the browser came back with.

        Raises SignInError, ConfigurationInvalid, Retryable.
        """

    def refresh(self, refresh_token: str, more: Sequence[str] = ()) -> Grant:
        """A new access token, for `more` than the usual scopes if they were granted.

        Raises AuthorizationInvalid, ConfigurationInvalid, Retryable.
        """

    def revoke(self, token: str) -> None:
        """Take the grant back; done if it is gone already. Raises Retryable."""


class RefreshedToken:
    """An `http.AccessToken` that asks `refresh` when its token is about to expire or is refused.

    `refresh` is the host's: it calls `SignIn.refresh` and stores a new refresh token before it
    returns, since some providers make the old one worthless.
    """

    EARLY = timedelta(minutes=4)

    def __init__(
        self,
        refresh: Callable[[], Grant],
        clock: Clock,
        token: str = "",
        expires_at: datetime | None = None,
    ) -> None:
        self._refresh = refresh
        self._clock = clock
        self._token = token
        self._expires_at = expires_at

    def __call__(self, *, fresh: bool = False) -> str:
        expired = not self._expires_at or self._expires_at - self.EARLY <= self._clock.now()
        if fresh or expired or not self._token:
            grant = self._refresh()
            self._token, self._expires_at = grant.access_token, grant.expires_at
        return self._token
