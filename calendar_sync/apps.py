from django.apps import AppConfig


class CalendarSyncConfig(AppConfig):
    name = "calendar_sync"
    label = "calendar_sync"
    verbose_name = "Calendar Sync"
