"""The calls of Microsoft Graph that the contract knows, with what goes in and out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

# Where the contract names a call and not what goes in or out, it is `any`.
# method, path, status, body in, body out, query. `{}`: an id. Places of a calendar (`me/calendar`,
# `me/calendars/{}` …) and `users/{}` are written `me`. A list in the answer is `[]`; `-`: nothing.
TABLE = """
GET     me                          200  -                user             entity       §10
GET     me/calendars                200  -                calendar[]       page         §10
POST    me/calendars                201  calendar         calendar         -            §10
GET     me/calendar                 200  -                calendar         entity       §10
GET     me/calendars/{}             200  -                calendar         entity       §10
PATCH   me/calendar                 200  calendar         calendar         -            §10
PATCH   me/calendars/{}             200  calendar         calendar         -            §10
DELETE  me/calendars/{}             204  -                -                -            §10
GET     me/calendarGroups           200  -                calendarGroup[]  page         §10
POST    me/calendarGroups           201  calendarGroup    calendarGroup    -            §10
GET     me/calendarGroups/{}        200  -                calendarGroup    entity       §10
PATCH   me/calendarGroups/{}        200  calendarGroup    calendarGroup    -            §10
DELETE  me/calendarGroups/{}        204  -                -                -            §10
GET     me/calendarGroups/{}/calendars 200 -              calendar[]       page         §10
POST    me/calendarGroups/{}/calendars 201 calendar       calendar         -            §10
GET     me/events                   200  -                event[]          page         §4
POST    me/events                   201  event            event            -            §3.7
GET     me/events/{}                200  -                event            entity       §4
PATCH   me/events/{}                200  event            event            -            §3.7
DELETE  me/events/{}                204  -                -                -            §3.7
POST    me/events/{}/permanentDelete 204 -                -                -            §3.7
GET     me/events/{}/instances      200  -                event[]          view         §4
POST    me/events/{}/accept         202  answer           -                -            §3.9
POST    me/events/{}/tentativelyAccept 202 answer         -                -            §3.9
POST    me/events/{}/decline        202  answer           -                -            §3.9
POST    me/events/{}/cancel         202  cancellation     -                -            §3.9
POST    me/events/{}/forward        202  forwarding       -                -            §3.9
GET     me/events/{}/extensions     200  -                openTypeExtension[] page      §3.12
POST    me/events/{}/extensions     201  openTypeExtension openTypeExtension -          §3.12
GET     me/events/{}/extensions/{}  200  -                openTypeExtension entity      §3.12
PATCH   me/events/{}/extensions/{}  200  openTypeExtension openTypeExtension -          §3.12
DELETE  me/events/{}/extensions/{}  204  -                -                -            §3.12
GET     me/events/{}/attachments    200  -                attachment[]     page         §3.13
POST    me/events/{}/attachments    201  attachment       attachment       -            §3.13
GET     me/events/{}/attachments/{} 200  -                attachment       entity       §3.13
DELETE  me/events/{}/attachments/{} 204  -                -                -            §3.13
GET     me/calendarView             200  -                event[]          view         §4
GET     me/calendarView/delta       200  -                event[]          delta        §5
GET     me/events/delta             200  -                event[]          eventsdelta  §5.1
POST    me/calendar/getSchedule     200  scheduleRequest  schedule[]       -            §10
GET     me/mailboxSettings          200  -                mailboxSettings  entity       §10
PATCH   me/mailboxSettings          200  mailboxSettings  mailboxSettings  -            §10
GET     me/outlook/supportedTimeZones 200 -               timeZoneName[]   -            §10
POST    me/findMeetingTimes         200  any              any              -            §10
POST    me/translateExchangeIds     200  any              translation[]    -            §10
GET     me/outlook/masterCategories 200  -                any[]            page         §3.1
POST    me/outlook/masterCategories 201  any              any              -            §3.1
GET     me/outlook/masterCategories/{} 200 -              any              entity       §3.1
PATCH   me/outlook/masterCategories/{} 200 any            any              -            §3.1
DELETE  me/outlook/masterCategories/{} 204 -              -                -            §3.1
GET     me/calendarPermissions      200  -                any[]            page         §10
POST    me/calendarPermissions      201  any              any              -            §10
GET     me/calendarPermissions/{}   200  -                any              entity       §10
PATCH   me/calendarPermissions/{}   200  any              any              -            §10
DELETE  me/calendarPermissions/{}   204  -                -                -            §10
POST    me/events/{}/snoozeReminder 202/200 any           -                -            §3.7
POST    me/events/{}/dismissReminder 202/200 -            -                -            §3.7
GET     me/events/{}/exceptionOccurrences 200 -           event[]          page         §4
POST    me/sendMail                 202  any              -                -            §15
POST    me/revokeSignInSessions     200  -                any              -            §1.7
GET     subscriptions               200  -                subscription[]   -            §9.1
POST    subscriptions               201  subscription     subscription     -            §9.1
GET     subscriptions/{}            200  -                subscription     -            §9.1
PATCH   subscriptions/{}            200  subscription     subscription     -            §9.1
DELETE  subscriptions/{}            204  -                -                -            §9.1
POST    subscriptions/{}/reauthorize 204/200 -                -                -            §9.1
"""
PAGE = "$top top $skip $skiptoken $select $expand $filter $orderby $count"
QUERIES = {
    "-": frozenset[str](),
    "entity": frozenset({"$select", "$expand"}),
    "page": frozenset(PAGE.split()),
    "view": frozenset([*PAGE.split(), "startdatetime", "enddatetime"]),
    "delta": frozenset({"startdatetime", "enddatetime", "$skiptoken", "$deltatoken"}),
    "eventsdelta": frozenset({"startdatetime", "$skiptoken", "$deltatoken", "$select"}),
}
"""In lower case; names of the window are read in any (2)."""
PLACE = re.compile(
    r"me/(calendarGroups/[^/]+/)?(calendar|calendars/[^/]+)/"
    r"(?=events|calendarView|calendarPermissions)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Route:
    method: str
    path: re.Pattern[str]
    name: str
    statuses: frozenset[int]
    """Of success; two where the contract is unsure."""
    sent: str
    answered: str
    many: bool
    query: str


@cache
def routes() -> tuple[Route, ...]:
    found = []
    for line in TABLE.strip().splitlines():
        method, path, status, sent, answered, query, _section = line.split()
        pattern = re.escape(path).replace(r"\{\}", "[^/]+")
        found.append(
            Route(
                method,
                re.compile(pattern + r"(\(\))?", re.IGNORECASE),
                f"{method} {path}",
                frozenset(map(int, status.split("/"))),
                sent,
                answered.removesuffix("[]"),
                answered.endswith("[]"),
                query,
            )
        )
    # A fixed last segment first: `events/delta` is no id.
    return tuple(sorted(found, key=lambda each: each.name.endswith("{}")))


def route(method: str, path: str) -> Route | None:
    """`path`: below the version root."""
    plain = re.sub(r"^users/[^/]+", "me", path.rstrip("/"), flags=re.IGNORECASE)
    plain = PLACE.sub("me/", plain)
    plain = re.sub(r"\(TimeZoneStandard=.*\)$", "", plain)
    for each in routes():
        if each.method == method and each.path.fullmatch(plain):
            return each
    return None
