"""Addresses below /api/v1, made of the table of operations."""

from django.urls import path

from calendar_sync.controllers.api.document import openapi
from calendar_sync.controllers.api.endpoint import endpoint
from calendar_sync.controllers.api.table import BY_PATH

urlpatterns = [
    path("openapi.json", openapi, name="openapi"),
    *(
        path(route.lstrip("/").replace("{id}", "<int:pk>"), endpoint(operations))
        for route, operations in BY_PATH.items()
    ),
    path("", endpoint(())),
    path("<path:rest>", endpoint(())),
]
