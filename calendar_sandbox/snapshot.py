"""The world kept in a file between two starts of the server."""

import hashlib
import pickle
from pathlib import Path

from calendar_sandbox.sandbox import Sandbox

SOURCES = Path(__file__).parent


def save(sandbox: Sandbox, path: Path) -> None:
    with sandbox.dispatcher.lock:
        state = pickle.dumps((code_version(), sandbox))
    draft = path.with_suffix(".new")
    draft.write_bytes(state)
    # Tokens are in it, if only of make-believe accounts.
    draft.chmod(0o600)
    draft.replace(path)


def load(path: Path) -> Sandbox | None:
    """None without a file, and for a world that other code has written."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        try:
            version, sandbox = pickle.load(file)  # noqa: S301 - our own file
        except (pickle.UnpicklingError, AttributeError, ImportError, EOFError):
            return None
    return sandbox if version == code_version() else None


def code_version() -> str:
    """Changes with every line of the sandbox: old states are not converted, but dropped."""
    digest = hashlib.sha256()
    for source in sorted(SOURCES.rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()
