"""Holds an exchange with Microsoft Graph to the contract's tables, both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from support.exchange import Exchange
from support.graph_routes import QUERIES, Route, route
from support.graph_types import TYPES, Json
from support.graph_values import ANSWERED, Way, missing, object_faults

# Contract 5.4, 7, 8.2 and 8.3, and where a text names one; in lower case (2). The contract has no
# code for 405: `Request_BadRequest` is the sandbox's choice.
CODES = """
activitylimitreached applicationthrottled authorization_requestdenied badrequest
erroraccessdenied errorduplicatetransactionid errorexceededmessagelimit errorfolderexists
errorinternalservertransienterror errorinvalididmalformed errorinvalidparameter
errorinvalidrecipients errorinvalidrequest errorinvalidurlquery errorinvaliduser
errorirresolvableconflict erroritemnotfound errormessagesizeexceeded errornonexistentmailbox
erroroccurrencecrossingboundary erroroccurrencetimespantoobig errorpropertyvalidationfailure
errorquotaexceeded errorrecurrenceenddatetoobig errorrecurrencehasnooccurrence
errortimeintervaltoobig extensionerror faileddependency forbidden fullsyncrequired
invalidauthenticationtoken invaliddeltatoken invalidrequest mailboxnotenabledforrestapi
mailboxnotsupportedforrestapi request_resourcenotfound requestbodyread resourcenotfound
resyncrequired servicenotavailable serviceunavailable syncstateinvalid syncstatenotfound
request_badrequest timezonenotsupportedexception toomanyrequests unabletodeserializepostbody
unknownerror
"""
OWN_CODES = frozenset({"notimplemented"})
"""Of the sandbox, with 501: it says aloud what it does not imitate."""
PREFERENCES = frozenset({
    "outlook.timezone", "outlook.body-content-type", "idtype", "odata.maxpagesize", "return",
})  # fmt: skip
VERSION = "v1.0/"
STUB = {"@odata.type", "@odata.etag", "id", "seriesMasterId", "type", "start", "end"}
TOMBSTONE = {"@odata.type", "id", "@removed"}
# Not shown with `Calendars.ReadBasic` (15).
BASIC_HIDES = frozenset({"body", "bodyPreview", "hasAttachments"})
FULL = {name for name, row in TYPES["event"].properties.items() if row.always}
UNASKED = {"id", "@odata.etag", "@odata.type", "@odata.context"}
BATCH = "$batch"
ACTIONS = ("answer", "cancellation", "forwarding")


def faults(exchange: Exchange) -> Iterator[str]:
    """What is wrong with it; paths are those below Graph's host."""
    path = exchange.path
    if not path.lower().startswith(VERSION):
        if exchange.ours:
            yield f"graph {exchange.method} {path}: not {VERSION}"
        return
    tail = path[len(VERSION) :]
    if tail.lower() == BATCH:
        yield from _batch_faults(exchange)
        return
    called = route(exchange.method, tail)
    if exchange.judged:
        if called is None:
            yield f"graph {exchange.method} {shape_of(tail)}: no such call"
        else:
            yield from _request_faults(exchange, called)
    if exchange.status >= 400:
        yield from _error_faults(exchange)
    elif exchange.status and called:
        yield from _answer_faults(exchange, called)


def shape_of(path: str) -> str:
    """Without ids, so that a fault is the same in every run."""
    return re.sub(r"[A-Za-z0-9._%=-]{30,}", "{}", path)


def _request_faults(exchange: Exchange, called: Route) -> Iterator[str]:
    where = f"graph {called.name} sent"
    known = QUERIES[called.query]
    names = [name for name, _ in exchange.parameters]
    for name in names:
        if name.lower() not in known:
            yield f"{where} ?{name}: unknown"
    if len(set(names)) != len(names):
        yield f"{where}: a parameter twice"
    for name in _selected(exchange) or ():
        if name not in TYPES[called.answered].properties:
            yield f"{where} $select {name}: unknown"
    if exchange.ours:
        for preference in exchange.headers.get("prefer", "").split(","):
            name = preference.partition("=")[0].strip().lower()
            if name and name not in PREFERENCES:
                yield f"{where} Prefer {name}: unknown"
    yield from _body_faults(exchange, called, where)


def _body_faults(exchange: Exchange, called: Route, where: str) -> Iterator[str]:
    if called.sent == "-" or not exchange.body:
        if exchange.body:
            yield f"{where}: a body"
        elif called.sent not in ("-", *ACTIONS):
            yield f"{where}: no body"
        return
    kind = exchange.headers.get("content-type", "").partition(";")[0]
    if kind != "application/json":
        yield f"{where}: JSON called {kind}"
    body = exchange.sent
    if not isinstance(body, dict):
        yield f"{where}: no object"
        return
    if called.sent in ACTIONS and not exchange.ours:
        # Clients write them either way, and are understood.
        body = {name[:1].lower() + name[1:]: value for name, value in body.items()}
    way = Way(sent=True, creation=exchange.method == "POST", ours=exchange.ours)
    for fault in object_faults(called.sent, body, way):
        yield f"{where} {fault}"
    if called.sent == "event" and way.creation and not {"start", "end"} <= body.keys():
        yield f"{where} event: start or end missing"


def _selected(exchange: Exchange) -> list[str] | None:
    for name, text in exchange.parameters:
        if name.lower() == "$select" and text.strip() != "*":
            return [each.strip() for each in text.split(",")]
    return None


def _answer_faults(exchange: Exchange, called: Route) -> Iterator[str]:
    where = f"graph {called.name} answered"
    if exchange.status not in called.statuses:
        yield f"{where}: {exchange.status} instead of {min(called.statuses)}"
    if called.answered == "-":
        if exchange.answer:
            yield f"{where}: a body"
        return
    body = exchange.answered
    if not isinstance(body, dict):
        yield f"{where}: no object"
        return
    if "@odata.context" not in body:
        yield f"{where}: no @odata.context"
    for fault in _content_faults(body, called, exchange):
        yield f"{where} {fault}"


def _content_faults(body: dict[str, Json], called: Route, exchange: Exchange) -> Iterator[str]:
    if not called.many:
        yield from _entity_faults(called, body, exchange)
        return
    links = {"@odata.nextLink"} | ({"@odata.deltaLink"} if "delta" in called.query else set())
    for name in body.keys() - links - {"@odata.context", "@odata.count", "value"}:
        yield f"page.{name}: unknown"
    for name in links & body.keys():
        if not str(body[name]).startswith(("https://", "http://")):  # http: on a port
            yield f"page.{name}: not absolute"
    if "delta" in called.query and len(links & body.keys()) != 1:
        yield "page: not exactly one of nextLink and deltaLink (5.2)"
    if not isinstance(body.get("value"), list):
        yield "page.value: no list"
        return
    for row in body["value"]:
        yield from _entity_faults(called, row, exchange)


def _entity_faults(called: Route, row: Json, exchange: Exchange) -> Iterator[str]:
    if not isinstance(row, dict):
        yield f"{called.answered}: no object"
    elif called.answered == "event":
        yield from _event_faults(row, called, _selected(exchange))
    else:
        yield from object_faults(called.answered, row, ANSWERED)
        selected = _selected(exchange)
        if called.answered == "calendar" and selected is None:
            yield from missing("calendar", row)


def _event_faults(row: dict[str, Any], called: Route, selected: list[str] | None) -> Iterator[str]:
    """Content rules of 5.3, and that nothing is left out that was asked for (2)."""
    if "delta" in called.query:
        if row.get("@odata.type") != "#microsoft.graph.event":
            yield "event.@odata.type: missing (D1)"
        if "@removed" in row:
            if row.keys() != TOMBSTONE or row["@removed"].keys() != {"reason"}:
                yield "tombstone: not the keys of D5"
            elif row["@removed"]["reason"] not in ("deleted", "changed"):
                yield "tombstone: another reason"
            return
    yield from object_faults("event", row, ANSWERED)
    if called.query == "eventsdelta":
        return
    if called.query == "delta" and row.get("type") == "occurrence":
        if row.keys() != STUB:
            yield "stub: not the keys of D2"
        return
    # What `$select` does to a delta is unsure (D17).
    yield from _presence(row, None if called.query == "delta" else selected)
    tag, key = row.get("@odata.etag"), row.get("changeKey")
    if tag and key and tag != f'W/"{key}"':
        yield "event.@odata.etag: not the changeKey (3.1)"


def _presence(row: dict[str, Any], selected: list[str] | None) -> Iterator[str]:
    properties = TYPES["event"].properties
    hidden = BASIC_HIDES if not BASIC_HIDES & row.keys() else frozenset[str]()
    expected = FULL if selected is None else set(selected)
    if "isOnlineMeeting" not in expected:
        hidden |= {"onlineMeeting"}  # shown only beside it (3.1)
    for name in sorted(expected - row.keys() - hidden):
        if properties[name].rights != "N":
            yield f"event.{name}: missing"
    if selected is not None:
        for name in sorted(row.keys() - expected - UNASKED):
            if "Properties" not in name and "@" not in name:
                yield f"event.{name}: not asked for"


def _error_faults(exchange: Exchange) -> Iterator[str]:
    """The envelope of contract 2; codes are compared without case."""
    where = f"graph error {exchange.status}"
    body = exchange.answered
    if body is ...:
        if exchange.status not in (502, 503, 504):
            yield f"{where}: no JSON"
        return
    if not isinstance(body, dict) or body.keys() != {"error"}:
        yield f"{where}: no envelope"
        return
    for fault in object_faults("error", body["error"], ANSWERED):
        yield f"{where} {fault}"
    code = str(body["error"].get("code")).lower()
    if code and code not in CODES.split() and not (exchange.status == 501 and code in OWN_CODES):
        yield f"{where} {code}: not in the list"


def _batch_faults(exchange: Exchange) -> Iterator[str]:
    """The envelope (contract 7); each part is an exchange of its own."""
    if exchange.judged:
        yield from _batch_request_faults(exchange)
    if exchange.status >= 400:
        yield from _error_faults(exchange)
    if exchange.status != 200:
        return
    body = exchange.answered
    if not isinstance(body, dict) or body.keys() != {"responses"}:
        yield "graph $batch answered: no responses"
        return
    for answer in body["responses"]:
        for fault in object_faults("batchAnswer", answer, ANSWERED):
            yield f"graph $batch answered {fault}"
        if answer.get("status") == 204 and "body" in answer:
            yield "graph $batch answered: 204 with a body"
    asked = [str(each["id"]).lower() for each in exchange.sent["requests"]]
    if sorted(asked) != sorted(str(each["id"]).lower() for each in body["responses"]):
        yield "graph $batch answered: other ids"


def _batch_request_faults(exchange: Exchange) -> Iterator[str]:
    where = "graph $batch sent"
    body = exchange.sent
    if not isinstance(body, dict) or not isinstance(body.get("requests"), list):
        yield f"{where}: no requests"
        return
    for fault in object_faults("batch", body, Way(sent=True)):
        yield f"{where} {fault}"
    parts = body["requests"]
    if not 1 <= len(parts) <= 20:
        yield f"{where}: {len(parts)} requests"
    if len({str(part.get("id")).lower() for part in parts}) != len(parts):
        yield f"{where}: an id twice"
    for part in parts:
        headers = {name.lower() for name in part.get("headers") or ()}
        if exchange.ours and part.get("body") is not None and "content-type" not in headers:
            yield f"{where}: a body without Content-Type"
        if not {"id", "method", "url"} <= part.keys():
            yield f"{where}: id, method or url missing"
