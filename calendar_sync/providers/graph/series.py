"""Series of Outlook as whole objects: a master with the dates that differ (contract §4, §6).

A round of changes is silent about deleted dates but for sending their master again (D8), and may
tell of an exception alone. So each series that a round touches is read back whole, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Union

from ...engine.errors import Rejected, Retryable
from ...engine.event import Override, PartStat, When, instant
from ...engine.occurrences import RecurrenceSet, end_of
from ...engine.recurrence import UnreadableRecurrence
from ...engine.sync import Href, Resource
from . import convert, errors, wire
from .client import Client, answered, read_series
from .convert import Mailbox
from .recurrence import Unreadable, cancelled_date
from .rounds import DATES

Unread = tuple[Href, str]
"""What is there but cannot be told, with a reason code."""


def whole(items: Iterable[wire.Event], client: Client) -> Iterator[Union[wire.Event, Unread]]:
    """Single events as they came, and each series among them or behind them read back.

    20 series travel in one request. One that is gone by now is left out: its tombstone follows,
    and nothing here proves a deletion. Raises SyncError.
    """
    masters: dict[str, None] = {}
    for item in items:
        if item.get("type") == "seriesMaster":
            masters[item["id"]] = None
        elif item.get("type") not in DATES:
            yield item
        elif master := item.get("seriesMasterId"):
            masters[master] = None
    answers = client.send([read_series(master) for master in masters])
    for master, answer in zip(masters, answers, strict=True):
        if answer and errors.is_gone(answer.status, answer.code):
            continue
        try:
            yield with_all_exceptions(answered(answer).event, client)
        except Rejected as error:
            yield Href(master), error.code


def with_all_exceptions(item: wire.Event, client: Client) -> wire.Event:
    """A series that was read, with the pages of its exceptions. Raises SyncError."""
    exceptions = list(item.get("exceptionOccurrences") or [])
    link, seen = item.get("exceptionOccurrences@odata.nextLink"), set[str]()
    while link:
        if link in seen:
            raise Retryable("page_loop")
        seen.add(link)
        page = client.exceptions(link)
        exceptions += page.get("value") or []
        link = page.get("@odata.nextLink")
    return {**item, "exceptionOccurrences": exceptions}


def resources(
    items: Iterable[Union[wire.Event, Unread]], mailbox: Mailbox
) -> tuple[list[Resource], list[Unread]]:
    """The items as objects, and those that cannot be told: also single dates of a series."""
    found: list[Resource] = []
    unread: list[Unread] = []
    for item in items:
        if isinstance(item, tuple):
            unread.append(item)
            continue
        try:
            resource = convert.resource(item, mailbox)
        except Unreadable as error:
            unread.append((Href(item["id"]), str(error)))
            continue
        overrides, lost = _overrides(item, mailbox, resource)
        unread += [*lost, *_unread_rule(resource)]
        found.append(replace(resource, object=replace(resource.object, overrides=overrides)))
    return found, unread


def _unread_rule(resource: Resource) -> list[Unread]:
    """A rule that cannot be expanded: the series is shown by its first date."""
    try:
        RecurrenceSet.parse(resource.object.recurrence, resource.object.event.start)
    except UnreadableRecurrence as error:
        return [(resource.href, f"rule_{error}")]
    return []


def _overrides(
    item: wire.Event, mailbox: Mailbox, master: Resource
) -> tuple[tuple[Override, ...], list[Unread]]:
    """Changed and deleted dates in their order, and those that cannot be told."""
    event = master.object.event
    found: dict[When, Override] = {}
    unread: list[Unread] = []
    for exception in filter(None, item.get("exceptionOccurrences") or ()):
        try:
            override = convert.override(exception, mailbox, event)
        except Unreadable as error:
            unread.append((Href(exception["id"]), str(error)))
        else:
            found[override.recurrence_id] = override
    for name in filter(None, item.get("cancelledOccurrences") or ()):
        try:
            day = cancelled_date(name, event.start)
        except Unreadable as error:
            unread.append((master.href, str(error)))
        else:
            found[day] = _left_out(day, mailbox, master)
    return tuple(sorted(found.values(), key=lambda each: instant(each.recurrence_id))), unread


def _left_out(day: When, mailbox: Mailbox, master: Resource) -> Override:
    """A date that is not in this calendar.

    Its guest has taken it out himself, which is his no: what the organizer cancels stays, as a
    date that says so (§6).
    """
    event = master.object.event
    own = [guest for guest in event.attendees if guest.address in mailbox.addresses]
    if master.organized_by_owner or not mailbox.is_own or not own:
        return Override(day, None)
    declined = {guest.address: replace(guest, partstat=PartStat.DECLINED) for guest in own}
    guests = tuple(declined.get(guest.address, guest) for guest in event.attendees)
    return Override(day, replace(event, start=day, end=end_of(event, day), attendees=guests))
