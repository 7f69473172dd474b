from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BaseConfig(AppConfig):
    name = "calendar_sync.server"
    label = "base"
    verbose_name = "Base"

    def ready(self) -> None:
        from calendar_sync.server.loading.load import load_after_migrate  # noqa: PLC0415 - models

        post_migrate.connect(load_after_migrate, sender=self)
