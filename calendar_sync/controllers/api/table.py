"""What the API can do: every operation there is. Routes and the OpenAPI document are made of it."""

from itertools import groupby

from calendar_sync.controllers.api import (
    calendars,
    conflicts,
    connections,
    contacts,
    events,
    kept,
    previews,
    runs,
    undo,
)
from calendar_sync.controllers.api.operations import Operation

OPERATIONS = (
    Operation("GET", "/events", events.list_events),
    Operation("POST", "/events", events.create_event, status=201, conflicts=True),
    Operation("GET", "/events/{id}", events.get_event),
    Operation("PATCH", "/events/{id}", events.change_event, conflicts=True),
    Operation("DELETE", "/events/{id}", events.delete_event, status=204, conflicts=True),
    Operation("POST", "/events/{id}/answer", events.answer_event, conflicts=True),
    Operation("GET", "/events/archived", events.list_archived),
    Operation("POST", "/events/{id}/archive", events.archive_event, status=204, conflicts=True),
    Operation("POST", "/events/{id}/unarchive", events.unarchive_event, status=204, conflicts=True),
    Operation("POST", "/events/{id}/organizer", events.hand_over_event, status=204, conflicts=True),
    Operation(
        "POST", "/events/{id}/calendar", events.move_event_to_calendar, status=204, conflicts=True
    ),
    Operation("GET", "/connections", connections.list_connections),
    Operation("PATCH", "/connections/{id}", connections.change_connection, status=204),
    Operation(
        "POST", "/connections/{id}/sync", connections.sync_connection, status=202, conflicts=True
    ),
    Operation(
        "POST", "/connections/{id}/pause", connections.pause_connection, status=204, conflicts=True
    ),
    Operation(
        "POST",
        "/connections/{id}/resume",
        connections.resume_connection,
        status=204,
        conflicts=True,
    ),
    Operation("GET", "/connections/{id}/preview", previews.get_preview),
    Operation(
        "POST", "/connections/{id}/preview", previews.make_preview, status=202, conflicts=True
    ),
    Operation(
        "POST", "/connections/{id}/apply", previews.apply_previewed, status=202, conflicts=True
    ),
    Operation("GET", "/connections/{id}/reset", connections.preview_reset),
    Operation(
        "POST", "/connections/{id}/reset", connections.reset_connection, status=202, conflicts=True
    ),
    Operation("GET", "/connections/{id}/calendars", calendars.list_calendars),
    Operation(
        "POST",
        "/connections/{id}/calendars",
        calendars.create_calendar,
        status=202,
        conflicts=True,
    ),
    Operation(
        "POST",
        "/connections/{id}/calendars/refresh",
        calendars.refresh_calendars,
        status=202,
        conflicts=True,
    ),
    Operation("PATCH", "/calendars/{id}", calendars.change_calendar, status=204, conflicts=True),
    Operation("GET", "/contacts", contacts.list_contacts),
    Operation("POST", "/contacts", contacts.create_contact, status=201),
    Operation("GET", "/contacts/{id}", contacts.get_contact),
    Operation("PATCH", "/contacts/{id}", contacts.change_contact),
    Operation("DELETE", "/contacts/{id}", contacts.delete_contact, status=204),
    Operation("GET", "/contacts/{id}/meetings", contacts.list_contact_meetings),
    Operation("GET", "/calendars/{id}/filters", kept.get_filters, conflicts=True),
    Operation("PATCH", "/calendars/{id}/filters", kept.change_filters, conflicts=True),
    Operation("POST", "/calendars/{id}/filters/preview", kept.preview_filters, conflicts=True),
    Operation("GET", "/event-kinds", kept.list_event_kinds),
    Operation("GET", "/conflicts", conflicts.list_conflicts),
    Operation("POST", "/conflicts/{id}", conflicts.decide_conflict, status=204, conflicts=True),
    Operation("GET", "/users/{id}/connections", connections.list_accounts),
    Operation("GET", "/runs", runs.list_runs),
    Operation("GET", "/runs/{id}", runs.get_run),
    Operation("GET", "/runs/{id}/undo", undo.preview_undo, conflicts=True),
    Operation("POST", "/runs/{id}/undo", undo.start_undo, status=202, conflicts=True),
)

BY_PATH = {path: tuple(group) for path, group in groupby(OPERATIONS, lambda each: each.path)}
