"""The Google side as a whole: where it is mounted, and what its people do by hand."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from calendar_sandbox.core.http import Mount, Request, Response, Router
from calendar_sandbox.core.people import Person, ProviderName
from calendar_sandbox.core.post import Invitation

from .accounts import Account, Accounts
from .acl import Acl
from .api import ROOT, Api, compressed
from .authorize import Authorize
from .batch import Batch
from .calendar import Calendar
from .calendars import Calendars
from .channels import Channels
from .cuts import Cuts
from .errors import ApiError, not_found
from .freebusy import FreeBusy
from .inbox import Inbox
from .intake import Body
from .later import Later
from .listing import Lists
from .loading import Loader
from .mailer import Mailer
from .meetings import Meetings
from .oauth import OAuth, discovery, jwk_set, pem_certificates
from .parameters import Query
from .quotas import Quotas
from .refusals import refuse, refuse_sign_in
from .scopes import granted_name
from .shape import Wire, event_row
from .sharing import SharingByHand
from .tokens import Tokens
from .values import Answer, WriteOptions
from .writes import Writer

if TYPE_CHECKING:
    from calendar_sandbox.core.world import World

BATCH = "/google/batch/calendar/v3"
Send = Literal["all", "externalOnly", "none"]


class GoogleState(SharingByHand):
    """Verbs act as a person in Google's own pages, by the same rules as the API.

    All of them raise ApiError (`.status`, `.item["reason"]`) where the API would refuse, and
    LookupError for a person without a Google account. Events go in and out as wire JSON.
    """

    name: ProviderName = "google"

    def __init__(self, world: "World") -> None:
        self.world = world
        self.accounts = Accounts(world)
        self.tokens = Tokens(world.clock)
        self.channels = Channels(world, self.accounts, self.tokens)
        self.accounts.on_change = self.channels.events_changed
        world.deliveries.open("google", self.channels)
        quotas = Quotas(world.clock, world.knobs)
        mailer = Mailer(world, self.accounts, quotas)
        self.meetings = Meetings(self.accounts, mailer, quotas)
        later = Later(self.accounts.directory, self.meetings, world.knobs)
        self.writer = Writer(self.meetings, world.knobs, later)
        self.loader = Loader(self.writer, self.meetings)
        self.inbox = Inbox(self.accounts, self.meetings)
        self.lists = Lists(world.clock, world.knobs)
        self.calendars = Calendars(self.accounts, self.writer, self.meetings, world.knobs, quotas)
        self.api = Api(
            world,
            self.accounts,
            self.tokens,
            self.writer,
            self.lists,
            self.calendars,
            self.channels,
            quotas,
        )
        self.cuts = Cuts(self.accounts, self.writer, self.meetings, world.knobs)
        self.acl = Acl(world, self.accounts)
        self.api.add(self.acl.routes())
        self.api.add(FreeBusy(world.knobs).routes())
        self.authorize = Authorize(world, self.accounts, self.tokens)
        self.oauth = OAuth(world, self.accounts, self.tokens)
        self.batch = Batch(world)
        self._sign_in = self.sign_in_routes()

    def routes(self) -> Iterable[Mount]:
        return (
            Mount(ROOT, self.api.serve, self.api.whose, refuse),
            Mount(BATCH, self.handle_batch, self.api.whose, refuse),
            Mount("/google/", self.handle_sign_in, refuse=refuse_sign_in),
        )

    def handle_batch(self, request: Request) -> Response:
        inner = Mount(ROOT, self.api.handle, self.api.whose, refuse)
        try:
            if request.path != BATCH or request.method != "POST":
                raise not_found()
            return compressed(request, self.batch.handle(request, inner))
        except ApiError as error:
            return error.response()

    def handle_sign_in(self, request: Request) -> Response:
        found = self._sign_in.find(request.method, request.path.removeprefix("/google/"))
        if isinstance(found, int):
            # Also a GET of the revocation address: HTML, not JSON (2.10).
            return Response("<!DOCTYPE html><title>Error 404</title>\n", 404, mimetype="text/html")
        return found[0](request)

    def sign_in_routes(self) -> Router:
        router = Router()
        router.add("GET POST", "o/oauth2/v2/auth", self.authorize.handle)
        router.add("GET POST", "o/oauth2/auth", self.authorize.handle)
        router.add("POST", "token", self.oauth.token)
        router.add("POST", "revoke", self.oauth.revoke)
        router.add("GET POST", "userinfo", self.oauth.userinfo)
        router.add("GET", "tokeninfo", self.oauth.tokeninfo)
        router.add("GET", "oauth2/v3/certs", jwk_set)
        router.add("GET", "oauth2/v1/certs", pem_certificates)
        router.add("GET", ".well-known/openid-configuration", discovery)
        return router

    def receive(self, person: Person, invitation: Invitation) -> None:
        self.inbox.receive(person, invitation)

    # What a person does by hand.

    def account(self, person: Person) -> Account:
        return self.accounts.of(person)

    def calendar(self, person: Person) -> Calendar:
        return self.account(person).primary

    def add_calendar(self, person: Person, id_: str, summary: str, access_role: str) -> Calendar:
        """A further calendar in the person's list, e.g. holidays with the role `reader`."""
        account = self.account(person)
        return self.accounts.add_calendar(account, id_, summary, access_role=access_role)

    def create(self, person: Person, body: Body, send: Send = "all") -> Wire:
        account = self.account(person)
        options = self.by_hand(person, send)
        event = self.writer.insert(account, account.primary, body, options)
        return event_row(event, account.primary)

    def edit(self, person: Person, id_: str, changes: Body, send: Send = "all") -> Wire:
        """`changes` is a patch: null removes, arrays are replaced."""
        calendar = self.calendar(person)
        options = self.by_hand(person, send)
        return event_row(self.writer.update(calendar, id_, changes, options), calendar)

    def move(
        self, person: Person, id_: str, source: str, destination: str, send: Send = "all"
    ) -> None:
        """From one of the person's calendars, by id, to another."""
        account, options = self.account(person), self.by_hand(person, send)
        self.calendars.move(account, account.calendar(source), id_, destination, options, None)

    def delete(self, person: Person, id_: str, send: Send = "all") -> None:
        self.writer.delete(self.calendar(person), id_, self.by_hand(person, send))

    def answer(
        self, person: Person, id_: str, answer: Answer, comment: str = "", send: Send = "all"
    ) -> Wire:
        """A guest's own answer; the rest of the guest list stays."""
        own = {"email": self.calendar(person).id, "responseStatus": answer, "comment": comment}
        return self.edit(person, id_, {"attendeesOmitted": True, "attendees": [own]}, send)

    def load(self, person: Person, rows: list[Body]) -> list[Wire]:
        """Thousands at once, silently; see `Loader.load` for what a row may carry."""
        account = self.account(person)
        self.channels.quiet = True
        try:
            events = self.loader.load(account, account.primary, rows)
        finally:
            self.channels.quiet = False
        return [event_row(event, account.primary) for event in events]

    def event(self, person: Person, id_: str) -> Wire:
        """Deleted ones too, with all their details."""
        calendar = self.calendar(person)
        return event_row(self.writer.find(calendar, id_), calendar)

    def events(self, person: Person, *, deleted: bool = False) -> list[Wire]:
        calendar = self.calendar(person)
        rows = calendar.in_order()
        return [event_row(event, calendar) for event in rows if deleted or not event.cancelled]

    # Dates of series; where an id is asked for, that of a single date is `<base>_<stamp>`.

    def occurrences(self, person: Person, lower: datetime, upper: datetime) -> list[Wire]:
        """Single events and dates of series that overlap a time span, by start, of all pages."""
        bounds = {"timeMin": lower.isoformat(), "timeMax": upper.isoformat(), "maxResults": "2500"}
        asked = {**bounds, "singleEvents": "true", "orderBy": "startTime"}
        page = self.lists.events(self.calendar(person), Query(asked))
        items: list[Wire] = page["items"]
        while "nextPageToken" in page:
            query = Query({**asked, "pageToken": page["nextPageToken"]})
            page = self.lists.events(self.calendar(person), query)
            items += page["items"]
        return items

    def instances(self, person: Person, id_: str, *, deleted: bool = False) -> list[Wire]:
        """The first 2500 dates of a series."""
        calendar = self.calendar(person)
        query = Query({"maxResults": "2500", "showDeleted": "true" if deleted else "false"})
        event = self.writer.find(calendar, id_)
        items: list[Wire] = self.lists.instances(calendar, event, query)["items"]
        return items

    def edit_instance(self, person: Person, id_: str, changes: Body, send: Send = "all") -> Wire:
        """One date only: it becomes an exception."""
        require_instance(self.event(person, id_))
        return self.edit(person, id_, changes, send)

    def delete_instance(self, person: Person, id_: str, send: Send = "all") -> None:
        """One date only: no EXDATE, a cancelled exception."""
        require_instance(self.event(person, id_))
        self.delete(person, id_, send)

    def edit_all(self, person: Person, id_: str, changes: Body, send: Send = "all") -> Wire:
        """Every date of the series the id belongs to, whichever halves it was cut into."""
        calendar, options = self.calendar(person), self.by_hand(person, send)
        return event_row(self.cuts.edit_all(calendar, id_, changes, options), calendar)

    def split(self, person: Person, id_: str, changes: Body, send: Send = "all") -> Wire:
        """A date and the following; returns the master they now have (7.3)."""
        calendar, options = self.calendar(person), self.by_hand(person, send)
        return event_row(self.cuts.split(calendar, id_, changes, options), calendar)

    def delete_following(self, person: Person, id_: str, send: Send = "all") -> None:
        """A date and the following."""
        self.cuts.delete_following(self.calendar(person), id_, self.by_hand(person, send))

    def drag(self, person: Person, id_: str, start: date, end: date, send: Send = "all") -> Wire:
        """To another time (datetimes), or to all-day (dates, the end exclusive), and back."""
        ends = {"start": dragged(start, person), "end": dragged(end, person)}
        return self.edit(person, id_, ends, send)

    def grant(self, person: Person, client_id: str, scopes: Iterable[str]) -> dict[str, str]:
        """Tokens without a sign-in page, as if the person had agreed offline.

        Returns: `access_token`, `refresh_token` and `scope` as in a token reply.
        Raises: KeyError for an unregistered client.
        """
        client = self.world.clients.get("google", client_id)
        if client is None:
            raise KeyError(client_id)
        email = self.account(person).email
        granted = frozenset(granted_name(scope) for scope in scopes)
        key = (email, client_id)
        self.tokens.grants[key] = self.tokens.consented(*key) | granted
        testing = client.options.get("publishing") == "testing"
        refresh = self.tokens.issue_refresh(email, client_id, granted, testing=testing)
        access = self.tokens.issue_access(email, client_id, granted)
        return {
            "access_token": access.value,
            "refresh_token": refresh.value,
            "scope": " ".join(sorted(granted)),
        }

    def expire_access_tokens(self, person: Person) -> None:
        """The next call of anybody for this person gets 401; refresh tokens live on."""
        self.tokens.expire_access(self.account(person).email)

    def remove_access(self, person: Person, client_id: str | None = None) -> None:
        """The person removes the application (None: all) in the account settings."""
        self.tokens.drop_grant(self.account(person).email, client_id)

    def expire_sync_tokens(self, person: Person) -> None:
        """Every sync token of the person's calendars answers 410 from now on."""
        for calendar in self.account(person).calendars.values():
            calendar.expire_tokens()

    def by_hand(self, person: Person, send: Send) -> WriteOptions:
        return replace(HAND, send=send, cause=f"{person.name} in Google Calendar")


def require_instance(row: Wire) -> None:
    if "recurringEventId" not in row:
        raise not_found()


def dragged(to: date, person: Person) -> Wire:
    """Without an offset a time is on the person's wall clock."""
    if isinstance(to, datetime):
        return {"date": None, "dateTime": to.isoformat(), "timeZone": person.time_zone}
    return {"date": to.isoformat(), "dateTime": None, "timeZone": None}


HAND = WriteOptions(by_hand=True, conference=True)
