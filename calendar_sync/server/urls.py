"""The server's own pages, then those of the addons (`<addon>.controllers.urls`)."""

from django.urls import include, path

from calendar_sync.server.controllers import (
    errors,
    log_in,
    probes,
    scheduled_actions,
    settings_pages,
    users,
)
from calendar_sync.server.registry import addon_modules

handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error

urlpatterns = [
    path("", log_in.home, name="home"),
    path("login", log_in.log_in, name="login"),
    path("logout", log_in.log_out, name="logout"),
    path("preferences/theme", log_in.choose_theme, name="theme"),
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("settings", settings_pages.first_page, name="settings"),
    path("settings/general", settings_pages.general, name="settings_general"),
    path("settings/users", users.index, name="users"),
    path("settings/users/new", users.create, name="user_new"),
    path("settings/users/<int:pk>", users.edit, name="user"),
    path("settings/scheduled-actions", scheduled_actions.index, name="scheduled_actions"),
    path("settings/scheduled-actions/<int:pk>/run", scheduled_actions.run, name="run_action"),
    path(
        "settings/scheduled-actions/<int:pk>/active",
        scheduled_actions.set_active,
        name="set_action_active",
    ),
    path("settings/apps", settings_pages.apps, name="apps"),
    path("settings/about", settings_pages.about, name="about"),
    *(path("", include(module)) for module in addon_modules("controllers.urls")),
]
