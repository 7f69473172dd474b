"""An organization on the real database, with Google and Microsoft simulated in process.

People act here through actions and there as in the provider's own pages; `sync` is the worker's
turn. Everything goes the product's own way: actions, host, engine, provider client, HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import requests
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser

from calendar_sandbox.core.consent import Consent
from calendar_sandbox.core.people import ProviderName
from calendar_sandbox.sandbox import Sandbox
from calendar_sandbox.transport import mount
from calendar_sync.actions.accounts import begin_sign_in, finish_sign_in, start
from calendar_sync.actions.calendars import own_calendar
from calendar_sync.actions.configuration import KEYS, parameters
from calendar_sync.actions.drafts import EventDraft
from calendar_sync.actions.events import create_event
from calendar_sync.actions.mail_question import MailQuestion
from calendar_sync.actions.settings import save_provider_settings
from calendar_sync.actions.sync import Ended, Synchronization, poll, sync_next
from calendar_sync.engine.consent import Choice
from calendar_sync.engine.event import When
from calendar_sync.engine.run import synchronize_account
from calendar_sync.models import Entry, Event, ProviderCredential
from calendar_sync.providers.http import http_session
from calendar_sync.security.secrets import key_ring
from calendar_sync.server.models import ExternalId, Group
from support.there import There

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
START = datetime(2026, 12, 1, 9, 0, tzinfo=ZoneInfo("Europe/Paris"))
ADDRESS = "https://sandbox.example"
PUBLIC = "https://cal.example"
GOOGLE = ("authorize", "token", "revoke", "keys", "api", "batch")
BASES = {
    "google": dict.fromkeys(GOOGLE, f"{ADDRESS}/google"),
    "outlook": {"authority": f"{ADDRESS}/microsoft/common", "graph": f"{ADDRESS}/graph"},
}
PROVIDERS: tuple[ProviderName, ...] = ("google", "outlook")
_current: list[Sandbox] = []


def sandbox_session(ca_bundle: str | None = None) -> requests.Session:
    """What `settings.PROVIDER_SESSION` names in these tests."""
    return mount(http_session(ca_bundle), _current[-1], ADDRESS)


def seed(world: Sandbox) -> None:
    for name in ("Anna Berg", "Ben Cho", "Cleo Diaz"):
        key = name.split()[0].lower()
        google, outlook = f"{key}@gmail.example", f"{key}@corp.example"
        world.people.add(key, name, google=google, outlook=outlook)
    for provider in PROVIDERS:
        redirect = PUBLIC + KEYS[provider].redirect_path
        world.clients.add(provider, "app", "app-secret", [redirect])


@dataclass
class Organization:
    """Anna, Ben and Cleo, with the sandbox's clock as everybody's."""

    sandbox: Sandbox = field(default_factory=lambda: Sandbox(seed, now=NOW))

    def __post_init__(self) -> None:
        self.enter(self.sandbox)
        for provider in PROVIDERS:
            self.offer(provider)
        parameters().put("web.base.url", PUBLIC)
        self.anna, self.ben, self.cleo = (self._user(key) for key in ("anna", "ben", "cleo"))
        self.admin = self._user("admin", "base.group_system")

    # --- set-up

    def enter(self, sandbox: Sandbox) -> None:
        """From now on the providers are these."""
        self.sandbox = sandbox
        _current[:] = [sandbox]

    def offer(self, provider: str, secret: str = "app-secret") -> None:
        keys = KEYS[provider]
        parameters().put(keys.enabled, "True")
        parameters().put(keys.client_id, "app")
        parameters().put(keys.client_secret, key_ring().encrypted(secret))

    def pause(self, provider: str, *, paused: bool = True) -> None:
        """As an administrator does it, in *Settings*."""
        save_provider_settings(
            self.admin,
            provider,
            enabled=True,
            client_id="app",
            client_secret=None,
            paused=paused,
            now=self.now,
        )

    def _user(self, key: str, group: str = "base.group_user") -> AbstractBaseUser:
        users = get_user_model()
        user = users.objects.create(login=f"{key}@corp.example", name=key.title())
        ids = ExternalId.objects.record_ids(group)
        user.groups.add(Group.objects.get(pk__in=ids))
        own_calendar(user)
        return user

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()

    def advance(self, **by: float) -> None:
        self.sandbox.clock.advance(timedelta(**by))

    # --- a person's acts

    def connect(
        self,
        user: AbstractBaseUser,
        provider: ProviderName,
        reconnect: int | None = None,
        *,
        preview: bool = False,
    ) -> ProviderCredential:
        """Sign in at the provider as the person of the same name, and consent.

        The first synchronization starts at once, unless it is to be looked at before.
        """
        session: dict[str, Any] = {}
        person = user.get_username().split("@")[0]
        url = begin_sign_in(user, provider, session, self.now, reconnect)
        answer = self.browse(provider, url, Consent(person))
        row = finish_sign_in(user, provider, answer, session, self.now)
        if row.state == ProviderCredential.State.CONNECTING and not preview:
            start(row, self.now)
            row.refresh_from_db()
        return row

    def browse(self, provider: ProviderName, url: str, consent: Consent) -> dict[str, str]:
        """What the provider sends the browser back with."""
        self.sandbox.consents.script(provider, consent)
        response = sandbox_session().get(url, allow_redirects=False)
        assert response.status_code in {302, 303}, response.text
        return dict(parse_qsl(urlsplit(response.headers["Location"]).query))

    def create(
        self,
        user: AbstractBaseUser,
        summary: str = "Design review",
        *guests: str,
        choice: Choice | None = None,
        start: When = START,
    ) -> Event:
        length = timedelta(hours=1) if isinstance(start, datetime) else timedelta(days=1)
        draft = EventDraft(start, start + length, summary, guests=guests)
        event = create_event(user, draft, choice, self.now)
        assert not isinstance(event, MailQuestion), event
        return event

    # --- the worker

    def sync(self, run: Synchronization = synchronize_account) -> list[Ended]:
        """Poll everybody, then work until nobody is due."""
        for provider in PROVIDERS:
            poll(provider, self.now)
        return self.work(run)

    def work(self, run: Synchronization = synchronize_account) -> list[Ended]:
        """Only what is due of itself: edits, buttons, resets."""
        ended = []
        while turn := sync_next(self.sandbox.clock, run=run):
            ended.append(turn)
            assert len(ended) < 50, "the worker never rests"
        return ended

    # --- what there is

    def titles_here(self, user: AbstractBaseUser) -> list[str]:
        entries = Entry.objects.alive().filter(calendar__owner=cast("Any", user))
        return sorted(entry.event.summary for entry in entries.select_related("event"))

    def there(self, key: str, provider: ProviderName) -> There:
        """That person's calendar at that provider."""
        return There(self.sandbox, key, provider)

    @property
    def mails(self) -> list[tuple[str, str]]:
        """(kind, recipient) of everything the providers mailed."""
        return [
            (mail.kind, recipient)
            for mail in self.sandbox.mail.entries
            for recipient in mail.recipients
        ]

    def requests(self, prefix: str = "/") -> list[str]:
        """Method and path of the requests since the journal was cleared."""
        return [
            f"{entry.method} {entry.path}"
            for entry in self.sandbox.journal.entries(path_prefix=prefix)
        ]
