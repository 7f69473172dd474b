"""The world's own controls under `/_sandbox/`: JSON in, JSON out, never mixed with vendor paths."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from .consent import Consent
from .http import Mount, Router, json_body, json_response
from .people import ProviderName

if TYPE_CHECKING:
    from .world import World

PREFIX = "/_sandbox/"
Answer = Mapping[str, Any]
Body = dict[str, Any]
"""Parsed JSON; a wrong key or type is answered with 400."""


def control_mount(world: "World") -> Mount:
    router = Router()
    for methods, pattern, call in ROUTES:
        router.add(methods, pattern, partial(answered, world, call))

    def handle(request: Request) -> Response:
        found = router.find(request.method, request.path.removeprefix(PREFIX))
        if isinstance(found, int):
            return json_response({"error": "no such control"}, found)
        call, variables = found
        return call(request, **variables)

    return Mount(PREFIX, handle)


def answered(
    world: "World", call: Callable[..., Answer], request: Request, **variables: str
) -> Response:
    try:
        body = json_body(request) if request.method == "POST" else {}
        return json_response(call(world, body, request, **variables))
    except (KeyError, TypeError, ValueError) as error:
        return json_response({"error": f"{type(error).__name__}: {error}"}, 400)


def reset(world: "World", _body: Body, _request: Request) -> Answer:
    world.reset()
    return {}


def list_people(world: "World", _body: Body, _request: Request) -> Answer:
    return {"people": [asdict(person) for person in world.people]}


def add_person(world: "World", body: Body, _request: Request) -> Answer:
    return asdict(world.people.add(**body))


def list_clients(world: "World", _body: Body, _request: Request) -> Answer:
    clients = world.clients.of("google") + world.clients.of("outlook")
    shown = [asdict(client) for client in clients]
    return {"clients": [row | {"client_secret": "(redacted)"} for row in shown]}


def add_client(world: "World", body: Body, request: Request) -> Answer:
    world.clients.add(**body)
    return list_clients(world, body, request)


def script_consent(world: "World", body: Body, _request: Request) -> Answer:
    world.people.get(body["person"])
    without = tuple(body.get("without", ()))
    consent = Consent(body["person"], body.get("allow", True), without)
    world.consents.script(body["provider"], consent)
    return asdict(consent)


def read_clock(world: "World", _body: Body, _request: Request) -> Answer:
    return {"now": world.clock.now().isoformat(), "frozen": world.clock.is_frozen}


def turn_clock(world: "World", body: Body, request: Request) -> Answer:
    """`advance` in seconds, `set` to a moment with offset, `frozen` true or false."""
    if "set" in body:
        world.clock.set(moment(body["set"]))
    if "advance" in body:
        world.clock.advance(timedelta(seconds=body["advance"]))
    if "frozen" in body:
        (world.clock.freeze if body["frozen"] else world.clock.run)()
    return read_clock(world, body, request)


def moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text}: an offset is needed")
    return at


def list_faults(world: "World", _body: Body, _request: Request) -> Answer:
    return {"faults": [asdict(fault) for fault in world.faults.armed]}


def arm_fault(world: "World", body: Body, _request: Request) -> Answer:
    return asdict(world.faults.arm(**body))


def clear_faults(world: "World", body: Body, request: Request) -> Answer:
    world.faults.clear()
    return list_faults(world, body, request)


def read_journal(world: "World", _body: Body, request: Request) -> Answer:
    """Query: `path_prefix`, `since`, `person`, `parts=true`."""
    since = request.args.get("since")
    entries = world.journal.entries(
        request.args.get("path_prefix", ""),
        since=moment(since) if since else None,
        person=request.args.get("person"),
        parts=request.args.get("parts") == "true",
    )
    return {
        "count": len(entries),
        "entries": [
            asdict(entry)
            | {"at": entry.at.isoformat(), "body": entry.body.decode("utf-8", "replace")}
            for entry in entries
        ],
    }


def clear_journal(world: "World", _body: Body, _request: Request) -> Answer:
    world.journal.clear()
    return {}


def read_mail(world: "World", _body: Body, _request: Request) -> Answer:
    return {
        "count": world.mail.count,
        "entries": [asdict(mail) | {"at": mail.at.isoformat()} for mail in world.mail.entries],
    }


def clear_mail(world: "World", body: Body, request: Request) -> Answer:
    world.mail.clear()
    return read_mail(world, body, request)


def read_knobs(world: "World", _body: Body, _request: Request) -> Answer:
    return world.knobs.as_dict()


def turn_knobs(world: "World", body: Body, _request: Request) -> Answer:
    for name, value in body.items():
        world.knobs[name] = value
    return world.knobs.as_dict()


def load_events(world: "World", body: Body, _request: Request, person: str, name: str) -> Answer:
    """`{"events": [...]}`: wire-shaped rows put into a mailbox silently, thousands at once."""
    provider = world.providers["google" if name == "google" else "outlook"]
    return {"loaded": len(provider.load(world.people.get(person), body["events"]))}


def read_deliveries(world: "World", _body: Body, _request: Request) -> Answer:
    """What became of web hooks, and what waits."""
    log = [
        asdict(row) | {"at": row.at.isoformat(), "body": row.body.decode("utf-8", "replace")}
        for row in world.deliveries.log
    ]
    waiting = [
        {"hook": row.hook, "about": row.about, "due": row.due.isoformat(), "attempt": row.attempt}
        for row in (*world.deliveries.queue, *world.deliveries.held)
    ]
    return {"log": log, "waiting": waiting}


def deliver(world: "World", _body: Body, _request: Request) -> Answer:
    with world.dispatcher.unlocked():
        return {"calls": world.deliver()}


def trouble_deliveries(world: "World", body: Body, _request: Request) -> Answer:
    """`provider`, and any of `delay` (seconds), `drop`, `duplicate`, `reorder` (counts)."""
    verbs = {
        name: getattr(world.deliveries, name) for name in ("delay", "drop", "duplicate", "reorder")
    }
    provider = provider_name(body["provider"])
    for name in body.keys() - {"provider"}:
        verbs[name](provider, body[name])
    return asdict(world.deliveries.troubles[provider]) | {
        "delay": world.deliveries.troubles[provider].delay.total_seconds()
    }


def heal_deliveries(world: "World", _body: Body, _request: Request) -> Answer:
    world.deliveries.heal()
    return {}


def control_hook(
    world: "World", _body: Body, _request: Request, name: str, hook: str, verb: str
) -> Answer:
    """`stop-silently`, or what else the provider's carrier offers."""
    if verb == "stop-silently":
        world.deliveries.stop_silently(hook)
    else:
        world.deliveries.carrier(provider_name(name)).controls[verb](hook)
    return {}


def provider_name(name: object) -> ProviderName:
    if name not in ("google", "outlook"):
        raise ValueError(f"{name!r} is no provider")
    return "google" if name == "google" else "outlook"


ROUTES: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
    ("POST", "reset", reset),
    ("GET", "people", list_people),
    ("POST", "people", add_person),
    ("GET", "clients", list_clients),
    ("POST", "clients", add_client),
    ("POST", "consent", script_consent),
    ("GET", "clock", read_clock),
    ("POST", "clock", turn_clock),
    ("GET", "faults", list_faults),
    ("POST", "faults", arm_fault),
    ("POST", "faults/clear", clear_faults),
    ("GET", "journal", read_journal),
    ("POST", "journal/clear", clear_journal),
    ("GET", "mail", read_mail),
    ("POST", "mail/clear", clear_mail),
    ("GET", "knobs", read_knobs),
    ("POST", "knobs", turn_knobs),
    ("POST", "people/{person}/{name}/events", load_events),
    ("GET", "deliveries", read_deliveries),
    ("POST", "deliveries/deliver", deliver),
    ("POST", "deliveries/trouble", trouble_deliveries),
    ("POST", "deliveries/heal", heal_deliveries),
    ("POST", "hooks/{name}/{hook}/{verb}", control_hook),
)
