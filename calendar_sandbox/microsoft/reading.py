"""GET: profile, events, views, delta (contract 4, 5, 10)."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from . import attachments, delta, extensions, marks, query, shape, zones
from .call import Call
from .errors import (
    GraphError,
    access_denied,
    bad_request,
    invalid_parameter,
    invalid_query,
    invalid_request,
)
from .folders import Folder
from .mailbox import Item, Window
from .visiting import Visit

Variables = Mapping[str, str]

_LONGEST_VIEW = timedelta(days=1825)
_UNTRACKED = ("filter", "orderby", "search", "expand")


def profile(call: Call, _variables: Variables) -> Response:
    account = call.account
    hidden = call.state.world.knobs["graph.mail_is_null"]
    first, _, last = account.name.partition(" ")
    return call.answer({
        "@odata.context": f"{call.root}/$metadata#users/$entity",
        "businessPhones": [],
        "displayName": account.name,
        "givenName": first,
        "jobTitle": None,
        "mail": None if hidden else account.address,
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": "en-US",
        "surname": last or None,
        "userPrincipalName": account.address,
        "id": account.graph_id,
    })  # fmt: skip


def paged(call: Call, rows: Iterable[Mapping[str, Any]], context: str) -> Response:
    """One page of a collection: ten rows by default, counted on request."""
    every = list(rows)
    skip, top = call.options.page()
    value: dict[str, Any] = {"@odata.context": call.context(context)}
    if call.options.counted:
        value["@odata.count"] = len(every)
    value["value"] = every[skip : skip + top]
    if skip + top < len(every):
        value["@odata.nextLink"] = _next_link(call, skip + top)
    return call.answer(value)


def refuse_search(call: Call, kind: str) -> None:
    if "search" in call.options.system:
        raise invalid_query(f"The query parameter '$search' is not supported on '{kind}'.")


def _next_link(call: Call, skip: int) -> str:
    """Absolute; repeats the query, not the headers."""
    system = {**call.options.system, "skip": str(skip)}
    pairs = [f"${name}={quote(value)}" for name, value in system.items()]
    pairs += [f"{name}={quote(value)}" for name, value in call.options.other.items()]
    return f"{call.root}/{call.place}?{'&'.join(pairs)}"


def events(call: Call, variables: Variables) -> Response:
    """Single events and masters."""
    folder = call.folder(variables)
    items = call.mailbox.in_folder(None if folder is None else folder.number)
    return _list(call, items, "events")


def view(call: Call, variables: Variables) -> Response:
    """Single events, occurrences and exceptions of a window."""
    folder = call.folder(variables) or call.mailbox.primary
    return _list(call, call.mailbox.view(_window(call), folder.number), "calendarView")


def instances(call: Call, variables: Variables) -> Response:
    master = call.item(variables)
    if master.recurrence is None:
        raise invalid_request("Your request can't be completed. The event isn't a series master.")
    return _list(call, master.instances(_window(call)), f"events('{variables['event']}')/instances")


def _list(call: Call, items: Iterable[Item], context: str) -> Response:
    refuse_search(call, "event")
    passes = query.condition(call.options)
    expansion, look = query.expansion(call.options), call.look
    if expansion.attachments:
        raise bad_request("Parsing OData Select and Expand failed: 'attachments'.")
    select = call.options.select
    wanted = query.ordered(
        (
            item
            for item in map(call.mailbox.shown, items)
            if passes(item, shape.ical_uid(item, look) or "")
        ),
        call.options,
    )
    skip, top = call.options.page()
    # Only the rows of this page are worth rendering.
    rows: list[dict[str, Any]] = [{}] * len(wanted)
    for index, item in enumerate(wanted[skip : skip + top], skip):
        row = shape.narrowed(call.mailbox, item, look, select)
        row.pop("cancelledOccurrences", None)
        if context == "calendarView" and select is not None and "isOnlineMeeting" not in select:
            row.pop("onlineMeeting", None)
        rows[index] = row if look.basic else _expanded(row, item, expansion)
    return paged(call, rows, context)


def event(call: Call, variables: Variables) -> Response:
    item, look, select = call.item(variables), call.look, call.options.select
    expansion = query.expansion(call.options)
    row = shape.narrowed(call.mailbox, item, look, select)
    if not look.basic:
        row = _expanded(row, item, expansion)
    if expansion.exceptions and select is not None and "exceptionOccurrences" in select:
        row |= _exceptions(call, item, expansion.exception_select or select)
    if select is None:
        where = f"{call.root}/users('{call.account.graph_id}')/calendars"
        row["calendar@odata.associationLink"] = f"{where}('primary')/$ref"
        row["calendar@odata.navigationLink"] = f"{where}('primary')"
    return call.answer({"@odata.context": call.context("events/$entity"), **row})


def _expanded(row: dict[str, Any], item: Item, expansion: query.Expansion) -> dict[str, Any]:
    row = shape.with_marks(row, item, expansion.marks)
    lists = marks.arrays_shown(item.mark_lists, expansion.mark_lists)
    if lists:
        row["multiValueExtendedProperties"] = lists
    if expansion.extensions is not None:
        row["extensions"] = extensions.rows(item, expansion.extensions)
    if expansion.attachments:
        row["attachments"] = attachments.rows(item)
    return row


def _exceptions(call: Call, master: Item, select: tuple[str, ...]) -> dict[str, Any]:
    """All of them, or the first page where the knob says so (contract 12)."""
    size = call.state.world.knobs.number("graph.exception_page")
    dates = [date for _, date in sorted(master.overrides.items())]
    name = "exceptionOccurrences"
    shown = dates[:size] if size else dates
    look = call.look
    row: dict[str, Any] = {
        name: [shape.narrowed(call.mailbox, date, look, select) for date in shown]
    }
    if len(shown) < len(dates):
        pages = f"$top={size}&$skip={size}&$select={','.join(select)}"
        row[f"{name}@odata.nextLink"] = f"{call.root}/{call.place}/{name}?{pages}"
    return row


def exceptions(call: Call, variables: Variables) -> Response:
    """A further page of `$expand=exceptionOccurrences`."""
    master, look, select = call.item(variables), call.look, call.options.select
    rows = [
        shape.narrowed(call.mailbox, date, look, select)
        for _, date in sorted(master.overrides.items())
    ]
    return paged(call, rows, f"events('{variables['event']}')/exceptionOccurrences")


def _window(call: Call) -> Window:
    """`startDateTime` and `endDateTime`; without an offset UTC. Raises GraphError 400."""
    texts = [call.options.other.get(name, "") for name in ("startdatetime", "enddatetime")]
    if not all(texts):
        raise invalid_parameter(
            "This request requires a time window specified by the query string parameters "
            "StartDateTime and EndDateTime."
        )
    try:
        start, end = (zones.instant(text) for text in texts)
    except GraphError:
        raise invalid_parameter("StartDateTime or EndDateTime is not a date.") from None
    if start > end:
        raise invalid_parameter("StartDateTime must come before EndDateTime.")
    if end - start > _LONGEST_VIEW:
        raise invalid_request("The requested time duration is longer than 1825 days.")
    return start, end


def untracked_events(_call: Call, _variables: Variables) -> Response:
    raise bad_request("Change tracking is not supported against 'microsoft.graph.event'.")


def changes(call: Call, variables: Variables) -> Response:
    """One page of a delta round (contract 5)."""
    folder = call.folder(variables) or call.mailbox.primary
    _check_tracked(call)
    refused = call.state.world.knobs["graph.shared_delta"] == "refused-next"
    if refused and isinstance(call.mailbox, Visit) and "skiptoken" in call.options.system:
        raise access_denied()
    token = _token(call, folder)
    page = delta.page(call.mailbox, token, call.look, _manner(call), call.now)
    kind, option = ("deltaLink", "$deltatoken") if page.last else ("nextLink", "$skiptoken")
    link = f"{call.root}/{call.place}?{option}={quote(page.token.encode())}"
    value = {
        "@odata.context": f"{call.root}/$metadata#Collection(event)",
        f"@odata.{kind}": link,
        "value": page.rows,
    }
    return call.answer(value, applied=["odata.track-changes"])


def _check_tracked(call: Call) -> None:
    if "top" in call.options.system:
        raise invalid_query(
            "The query parameter '$top' is not supported with change tracking. "
            "Use the 'Prefer: odata.maxpagesize' header instead."
        )
    refused = [name for name in _UNTRACKED if name in call.options.system]
    if call.state.world.knobs["graph.delta_select"] == "refused":
        refused += [name for name in ("select",) if name in call.options.system]
    if refused:
        raise invalid_query(
            f"The following parameters are not supported with change tracking over the "
            f"'CalendarView' resource: '${refused[0]}'."
        )


def _token(call: Call, folder: Folder) -> delta.Token:
    for option in ("deltatoken", "skiptoken"):
        text = call.options.system.get(option)
        if text:
            _check_known(call, option)
            token = delta.decode(call.mailbox, folder.number, text)
            if (token.until == 0) != (option == "deltatoken"):
                raise bad_request("Badly formed token.")
            return token
    return delta.begin(call.mailbox, folder.number, _window(call))


def _check_known(call: Call, option: str) -> None:
    knobs = call.state.world.knobs
    code = str(knobs["graph.delta_gone"])
    if code and knobs["graph.delta_gone_at"] == option:
        start = f"{call.root}/{call.place}?$deltatoken="
        raise delta.gone(code, start if knobs["graph.delta_gone_location"] else None)


def _manner(call: Call) -> delta.Manner:
    knobs = call.state.world.knobs
    size = call.prefer.page_size or knobs.number("graph.delta_page")
    return delta.Manner(
        min(size, knobs.number("graph.delta_page_most") or size),
        knobs.number("graph.delta_lag"),
        knobs.number("graph.delta_empty_pages"),
        bool(knobs["graph.delta_duplicates"]),
        bool(knobs["graph.date_tombstones"]),
        bool(knobs["graph.series_tombstones"]),
        bool(knobs["graph.delta_loop"]),
        bool(knobs["graph.delta_splits_series"]),
    )
