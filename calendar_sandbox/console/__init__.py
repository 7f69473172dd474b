"""The pages from which a person looks at the world, changes it and breaks it."""

from .mount import console_mount

__all__ = ["console_mount"]
