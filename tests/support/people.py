"""People who log in. Their password is always the same."""

from calendar_sync.server.actions.users import Role, new_user
from calendar_sync.server.models import User

PASSWORD = "correct horse battery staple"


def a_person(key: str, role: Role = "user", tz: str = "Europe/Berlin") -> User:
    """`anna` logs in as anna@corp.example."""
    return new_user(f"{key}@corp.example", f"{key.title()} Berg", PASSWORD, role, tz)
