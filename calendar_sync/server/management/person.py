"""Whom a command is about."""

from django.core.management.base import CommandError

from calendar_sync.server.models import User


def person(login: str) -> User:
    user = User.objects.filter(login=login.strip().lower()).first()
    if user is None:
        raise CommandError(f"Nobody here logs in as {login}.")
    return user
