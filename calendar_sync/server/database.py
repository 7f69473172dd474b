"""Which database: DATABASE_URL, or the embedded PostgreSQL under the data directory.

Importable without Django. The settings call `connection_settings`; a command that needs a running
database opens `running_database` first.
"""

import importlib.util
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg2

from calendar_sync.server.postgres import DatabaseUnavailableError, EmbeddedPostgres

SOURCE_TREE = Path(__file__).resolve().parents[2]
SCHEMES = {"postgresql", "postgres"}
CONNECT_SECONDS = 10


class DatabaseURLInvalidError(DatabaseUnavailableError):
    """DATABASE_URL cannot be used; the message says why, without the password."""


@contextmanager
def running_database(environ: Mapping[str, str] = os.environ) -> Iterator[str]:
    """Yield the URL of a database that answers; stop it afterwards if it was started here.

    Raises DatabaseUnavailableError, whose message is one line for the operator.
    """
    refuse_psycopg3()
    if url := database_url(environ):
        _try(url)
        yield url
        return
    with EmbeddedPostgres(data_directory(environ)) as url:
        yield url


def connection_settings(environ: Mapping[str, str] = os.environ) -> dict[str, object]:
    """Return Django's settings of the connection, connecting to nothing."""
    url = database_url(environ)
    return parse_url(url or EmbeddedPostgres(data_directory(environ)).url)


def data_directory(environ: Mapping[str, str] = os.environ) -> Path:
    """DATA_DIR, else `.data` in a source tree, else the user's own place (XDG)."""
    if configured := environ.get("DATA_DIR"):
        return Path(configured).expanduser().absolute()
    if (SOURCE_TREE / "pyproject.toml").exists():
        return SOURCE_TREE / ".data"
    share = environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(share, "calendar-sync").expanduser()


def database_url(environ: Mapping[str, str]) -> str:
    """DATABASE_URL, or the content of the file DATABASE_URL_FILE names; empty if neither is set."""
    if file := environ.get("DATABASE_URL_FILE"):
        try:
            return Path(file).read_text().strip()
        except OSError as error:
            msg = f"DATABASE_URL_FILE {file} cannot be read: {error.strerror}."
            raise DatabaseURLInvalidError(msg) from error
    return environ.get("DATABASE_URL", "")


def parse_url(url: str) -> dict[str, object]:
    """Return Django's settings for `postgresql://user:password@host:port/name?sslmode=require`.

    Every part but the name may be missing; `?host=` names a socket directory; other parameters go
    to libpq as they are. Raises DatabaseURLInvalidError.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        msg = f"DATABASE_URL is not a URL: {error}."
        raise DatabaseURLInvalidError(msg) from error
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in SCHEMES or not name:
        msg = "DATABASE_URL must look like postgresql://user:password@host:5432/name."
        raise DatabaseURLInvalidError(msg)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": options.pop("port", str(port or "")),
        "OPTIONS": options,
    }


def refuse_psycopg3() -> None:
    """Raise DatabaseUnavailableError where Django would silently prefer psycopg 3 to psycopg2."""
    if importlib.util.find_spec("psycopg"):
        msg = "Uninstall psycopg (3): Calendar Sync is tested with psycopg2 only."
        raise DatabaseUnavailableError(msg)


def _try(url: str) -> None:
    settings = parse_url(url)
    try:
        psycopg2.connect(url, connect_timeout=CONNECT_SECONDS).close()
    except psycopg2.Error as error:
        reason = " ".join(str(error).split())
        msg = f"The database at {settings['HOST'] or 'the local socket'} is unreachable: {reason}"
        raise DatabaseUnavailableError(msg) from error
