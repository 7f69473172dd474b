"""The short password of the demonstration: it opens nothing where the product runs by itself."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from calendar_sync.server.demo.organization import PASSWORD, login_of
from calendar_sync.server.models import User


class DemoLogIn(ModelBackend):
    """Among the back ends only while `settings.DEMO`. No password of these people is stored, so
    the same database under `calendar-sync serve` lets none of them in.
    """

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - Django's
        username: str | None = None,
        password: str | None = None,
        **_more: Any,  # noqa: ANN401 - Django's
    ) -> User | None:
        if not constant_time_compare(password or "", PASSWORD):
            return None
        user = User.objects.filter(login=login_of(username or "")).first()
        if user is None or user.has_usable_password() or not self.user_can_authenticate(user):
            return None
        return user
