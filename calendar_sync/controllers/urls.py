"""Our pages. Those under /settings stand in the frame of the server's Settings."""

from django.urls import URLPattern, include, path

from calendar_sync.controllers import (
    calendar_page,
    connections,
    event_dialogs,
    event_pages,
    journal,
    kept_in_step,
    notices,
    oauth,
    previews,
    provider_settings,
    remote_calendars,
    reset_account,
    tokens,
    undo,
    web_hooks,
)
from calendar_sync.controllers.refusals import View, with_refusals


def page(route: str, view: View, name: str) -> URLPattern:
    return path(route, with_refusals(view), name=name)


urlpatterns = [
    page("calendar", calendar_page.calendar, "calendar"),
    page("calendar/feed", calendar_page.feed, "feed"),
    page("calendar/month", calendar_page.small_month, "small_month"),
    page("calendar/list", calendar_page.event_list, "event_list"),
    page("calendar/sync", connections.area, "sync_area"),
    page("calendar/events/new", event_pages.new, "event_new"),
    page("calendar/events/repeat", event_pages.repeat, "event_repeat"),
    page("calendar/events/<int:pk>", event_pages.event, "event"),
    page("calendar/events/<int:pk>/popover", event_pages.popover, "event_popover"),
    page("calendar/events/<int:pk>/move", event_dialogs.move, "event_move"),
    page("calendar/events/<int:pk>/delete", event_dialogs.delete, "event_delete"),
    page("calendar/events/<int:pk>/organizer", event_dialogs.hand_over, "event_hand_over"),
    page("calendar/events/<int:pk>/answer", event_dialogs.answer, "event_answer"),
    page("calendar/events/<int:pk>/invite", event_dialogs.invite, "event_invite"),
    page("connections", connections.connections, "connections"),
    page("connections/<int:pk>/sync", connections.synchronize, "sync_now"),
    page("connections/<int:pk>/preview", previews.preview, "preview"),
    page("connections/<int:pk>/preview/apply", previews.apply, "apply_preview"),
    page("connections/<int:pk>/stop", connections.stop, "stop"),
    page("connections/<int:pk>/restart", connections.restart, "restart"),
    page("connections/<int:pk>/reconnect", connections.reconnect, "reconnect"),
    page("connections/<int:pk>/disconnect", connections.disconnect, "disconnect"),
    page("connections/<int:pk>/calendars", remote_calendars.calendars, "account_calendars"),
    page("connections/<int:pk>/calendars/look", remote_calendars.look, "look_at_calendars"),
    page("connections/<int:pk>/calendars/new", remote_calendars.create, "create_calendar"),
    page("connections/calendars/<int:pk>/kept", kept_in_step.kept, "kept_in_step"),
    page("connections/calendars/<int:pk>/kept/effect", kept_in_step.effect, "kept_effect"),
    page("connections/<int:pk>/conflicts", connections.decide_conflicts, "conflict_rule"),
    page("connections/<slug:provider>/connect", connections.connect, "connect"),
    page("connections/<slug:provider>/sign-in-help", oauth.sign_in_help, "sign_in_help"),
    # Registered at the providers under these names, which are Odoo's.
    page("google_account/authentication", oauth.google, "google_authentication"),
    page("microsoft_account/authentication", oauth.microsoft, "microsoft_authentication"),
    path("webhooks/<slug:provider>/<slug:key>", web_hooks.web_hook, name="web_hook"),
    page("connections/sign-in-problem", oauth.sign_in_problem, "sign_in_problem"),
    page("runs", journal.runs, "runs"),
    page("runs/<int:pk>", journal.run, "run"),
    page("runs/<int:pk>/undo", undo.undo, "undo_run"),
    page("notices", notices.notices_of_page, "notices"),
    page("attention", journal.attention, "attention"),
    page("attention/<int:pk>", journal.decide, "attention_decide"),
    page("attention/<int:pk>/answer", journal.answer, "attention_answer"),
    page("attention/<int:pk>/<str:guard>", journal.decide_all, "attention_decide_all"),
    page("preferences/tokens", tokens.tokens, "tokens"),
    page("preferences/tokens/<int:pk>/revoke", tokens.revoke, "token_revoke"),
    path("api/v1/", include("calendar_sync.controllers.api.urls")),
    page("settings/calendar", provider_settings.calendar_settings, "calendar_settings"),
    page("settings/calendar/halt", provider_settings.halt, "provider_halt"),
    page("settings/users/<int:pk>/calendar", reset_account.person_calendar, "person_calendar"),
    page("settings/users/<int:pk>/reset/<int:credential>", reset_account.reset, "reset_account"),
]
