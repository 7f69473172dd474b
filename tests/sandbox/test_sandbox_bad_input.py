"""Whatever is sent to the stand-ins: an answer of the vendor's, never a traceback."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from calendar_sandbox.core.deliveries import Reply
from calendar_sandbox.sandbox import Sandbox
from support.gcal import Gcal, a_body, a_sandbox
from support.listener import Listener
from support.outlook import Outlook, a_series, a_world
from support.outlook import a_body as an_outlook_body

pytestmark = pytest.mark.rubbish
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS")
FIELDS = (
    *("summary", "subject", "start", "end", "attendees", "recurrence", "reminders", "status"),
    *("body", "location", "locations", "showAs", "isAllDay", "extendedProperties", "eventType"),
    *("iCalUID", "id", "sequence", "organizer", "transactionId", "singleValueExtendedProperties"),
    *("type", "address", "token", "expiration", "params", "resourceId", "changeType", "resource"),
    *("notificationUrl", "expirationDateTime", "clientState", "lifecycleNotificationUrl"),
    *("name", "color", "role", "displayName", "workingHours", "language", "schedules", "startTime"),
    *("endTime", "availabilityViewInterval", "inputIds", "sourceIdType", "targetIdType"),
    *("automaticRepliesSetting", "emailAddress"),
    *("scope", "items", "timeMin", "timeMax", "conferenceData", "newDataOwner"),
    *("sendResponse", "comment", "requests", "timeZone", "colorId", "visibility", "attachments"),
    *("proposedNewTime", "toRecipients", "newReminderTime", "extensions", "extensionName"),
    *("isOnlineMeeting", "onlineMeetingProvider", "multiValueExtendedProperties", "name"),
    *("contentBytes", "isInline", "hideAttendees", "reminderMinutesBeforeStart"),
)
leaves = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False)),
    st.text(max_size=20),
    st.sampled_from(["2026-12-01T09:00:00", "2026-13-01", "Europe/Berlin", "RRULE:FREQ=DAILY"]),
)
keys = st.sampled_from((*FIELDS, "dateTime", "date", "email", "emailAddress", "address", "pattern"))
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
bodies = st.one_of(
    st.dictionaries(st.sampled_from(FIELDS), values, max_size=5).map(json.dumps),
    values.map(json.dumps),
    st.sampled_from(["", "{", "[]", "null", '{"a": ', "\ud7ff", "NaN"]),
)
queries = st.dictionaries(
    st.sampled_from(
        [
            *("syncToken", "pageToken", "maxResults", "timeMin", "timeMax", "singleEvents"),
            *("orderBy", "q", "updatedMin", "sendUpdates", "destination", "iCalUID", "showDeleted"),
            *("minAccessRole", "showHidden", "useAdminAccess", "sendNotifications", "eventTypes"),
            *("conferenceDataVersion", "supportsAttachments", "maxAttendees"),
            *("$select", "$filter", "$expand", "$top", "$skip", "$orderby", "$deltatoken"),
            *("originalStart", "fields", "text", "maxAttendees"),
            *("startDateTime", "endDateTime", "privateExtendedProperty", "timeZone"),
        ]
    ),
    st.text(max_size=12) | st.sampled_from(["true", "0", "-1", "99999", "2026-12-01T00:00:00Z"]),
    max_size=3,
)
headers = st.dictionaries(
    st.sampled_from(["If-Match", "If-None-Match", "Prefer", "Content-Type", "Accept"]),
    st.sampled_from(["*", '"1"', "text/plain", "application/json", "odata.maxpagesize=0", "x"]),
    max_size=2,
)
MANY = settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Door:
    """One vendor's API, with somebody's token and the paths worth trying."""

    def __init__(
        self, world: Sandbox, root: str, token: str, paths: list[str], body: dict[str, object]
    ) -> None:
        self._client = Client(world.wsgi)
        self._root = root
        self._token = token
        self.paths = paths
        self.body = body

    def send(
        self, method: str, path: str, body: str, query: dict[str, str], more: dict[str, str]
    ) -> TestResponse:
        own = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        return self._client.open(
            f"{self._root}{path}",
            method=method,
            base_url="https://sandbox.example",
            query_string=query,
            data=body.encode("utf-8", "surrogatepass"),
            headers=own | more,
        )


def google() -> Door:
    world = a_sandbox()
    anna = Gcal(world)
    event, series = anna.inserted(), anna.inserted(a_body(recurrence=["RRULE:FREQ=DAILY"]))
    token = str(anna.session.headers["Authorization"]).removeprefix("Bearer ")
    events = "/calendars/primary/events"
    paths = [
        *(events, f"{events}/{event['id']}", f"{events}/{series['id']}", f"{events}/nothing"),
        *(f"{events}/{series['id']}_20261202T080000Z", f"{events}/{series['id']}/instances"),
        *(f"{events}/import", f"{events}/quickAdd", f"{events}/{event['id']}/instances"),
        *(f"{events}/{event['id']}/move", "/calendars", "/calendars/primary", "/calendars/x"),
        *("/users/me/calendarList", "/users/me/calendarList/primary", "/users/me/settings"),
        *("/colors", "/freeBusy", "/calendars/primary/acl", "/", "/%00", f"{events}/a%2Fb"),
        *("/calendars/primary/acl/default", "/calendars/primary/acl/user%3Aanna@corp.example"),
        *("/users/me/settings/timezone", "/calendars/primary/transferOwnership"),
    ]
    return Door(world, "/google/calendar/v3", token, paths, a_body(recurrence=[]))


def outlook() -> Door:
    world = a_world()
    single = world.microsoft.create("anna", an_outlook_body())["id"]
    series = world.microsoft.create("anna", a_series())["id"]
    window = (world.clock.now(), world.clock.now() + timedelta(days=30))
    date = world.microsoft.view("anna", window)[-1]["id"]
    guests = [{"emailAddress": {"address": "anna@contoso.example"}}]
    world.microsoft.create("ben", an_outlook_body(attendees=guests))
    copy = world.microsoft.events("anna")[-1]["id"]
    world.microsoft.allow_online_meetings("anna", "teamsForBusiness")
    # More is sent here than anybody may send in ten minutes of a clock that stands still.
    world.knobs["graph.requests"] = 0
    team = world.microsoft.add_calendar("anna", "Team")
    entry = world.microsoft.share("ben", "anna@contoso.example", "write")
    scopes = "Calendars.ReadWrite Calendars.ReadWrite.Shared MailboxSettings.ReadWrite User.Read"
    token = str(world.microsoft.identity.issue("anna", "app", scopes)["access_token"])
    paths = [
        *("/me", "/me/calendar", "/me/calendars", "/me/events", "/me/calendarView"),
        *("/me/calendarView/delta", f"/me/events/{single}", f"/me/events/{series}"),
        *(f"/me/events/{series}/instances", f"/me/events/{single}/accept", "/me/events/nothing"),
        *(f"/me/events/{single}/decline", "/$batch", "/users", "/me/mailboxSettings", "/"),
        *("/subscriptions", "/me/events/%00", "/me/calendar/events"),
        *(f"/me/events/{single}/{verb}" for verb in ("forward", "snoozeReminder", "extensions")),
        *(f"/me/events/{single}/extensions/x", f"/me/events/{single}/attachments"),
        *(f"/me/events/{single}/attachments/x", f"/me/events/{series}/exceptionOccurrences"),
        *(f"/me/events/{single}/attachments/createUploadSession", f"/me/events/{copy}/decline"),
        *(f"/me/events/{copy}/tentativelyAccept", f"/me/events/{date}"),
        *("/me/calendarGroups", "/me/calendarGroups/x/calendars", f"/me/calendars/{team}"),
        *("/me/calendar/calendarPermissions", "/me/calendar/calendarPermissions/x"),
        *(f"/me/calendars/{entry}", f"/me/calendars/{entry}/events", "/me/outlook"),
        *("/users/ben@contoso.example/events", "/users/ben@contoso.example/calendars"),
        *("/me/outlook/masterCategories", "/me/outlook/supportedTimeZones"),
        *("/me/calendar/getSchedule", "/me/findMeetingTimes", "/me/translateExchangeIds"),
    ]
    return Door(world, "/graph/v1.0", token, paths, a_series())


def channels() -> Door:
    world = a_sandbox()
    token = str(Gcal(world).session.headers["Authorization"]).removeprefix("Bearer ")
    paths = [
        *("/calendars/primary/events/watch", "/calendars/x/events/watch", "/channels/stop"),
        *(
            "/users/me/calendarList/watch",
            "/users/me/settings/watch",
            "/calendars/primary/acl/watch",
        ),
    ]
    body: dict[str, object] = {
        "id": "one",
        "type": "web_hook",
        "address": "https://app.example/hook",
    }
    return Door(world, "/google/calendar/v3", token, paths, body)


def subscriptions() -> Door:
    world = a_world()
    Listener(world).reply = lambda row: Reply(
        200, "text/plain", unquote(row.url.partition("=")[2]).encode()
    )
    body: dict[str, object] = {
        "changeType": "updated",
        "resource": "me/events",
        "notificationUrl": "https://app.example/hook",
        "expirationDateTime": "2026-11-22T08:00:00Z",
    }
    anna = Outlook(world)
    path = f"/subscriptions/{anna.send('POST', '/subscriptions', body).get_json()['id']}"
    paths = ["/subscriptions", path, f"{path}/reauthorize", "/subscriptions/nothing"]
    return Door(world, "/graph/v1.0", anna.token, paths, body)


DOORS = {
    "google": google(),
    "outlook": outlook(),
    "google channels": channels(),
    "outlook subscriptions": subscriptions(),
}


@pytest.mark.parametrize("vendor", DOORS)
@MANY
@given(st.data())
def test_nothing_that_is_sent_breaks_a_stand_in(vendor: str, data: st.DataObject) -> None:
    door = DOORS[vendor]
    method, path = data.draw(st.sampled_from(METHODS)), data.draw(st.sampled_from(door.paths))
    changed = data.draw(st.dictionaries(st.sampled_from(FIELDS), values, max_size=2))
    body = data.draw(bodies | st.just(json.dumps(door.body | changed)))
    response = door.send(method, path, body, data.draw(queries), data.draw(headers))

    assert response.status_code < 500 or response.status_code == 501, response.text
    if response.status_code >= 400:
        error = response.get_json()["error"]
        assert error["message"]
        assert error["code"] == response.status_code if "google" in vendor else error["code"]
