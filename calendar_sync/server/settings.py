"""Django's settings, made from the environment and nothing else.

docs/settings.md describes every variable; a test compares the two. What an administrator may change
while the server runs is not here but in the database (`ir.config_parameter`).
"""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from csp.constants import NONCE, NONE, SELF
from django.core.management.utils import get_random_secret_key

from calendar_sync.server.database import connection_settings, data_directory
from calendar_sync.server.environment import (
    address,
    flag,
    number,
    refuse,
    refuse_unknown,
    secret,
    segment,
    text,
)
from calendar_sync.server.keys import kept_key
from calendar_sync.server.loading.errors import AddonError
from calendar_sync.server.loading.manifest import discover
from calendar_sync.server.postgres import DatabaseUnavailableError

SERVER_DIR = Path(__file__).resolve().parent
BASE_DIR = SERVER_DIR.parents[1]

# Where things are

DATA_DIR = data_directory()
PORT = number("PORT", 8069, least=1, most=65535)
PUBLIC_URL = address("CALENDAR_SYNC_PUBLIC_URL", f"http://127.0.0.1:{PORT}")
BEHIND_PROXY = flag("CALENDAR_SYNC_BEHIND_PROXY")
WEB_WORKERS = number("CALENDAR_SYNC_WEB_WORKERS", 2, least=1, most=64)
DEBUG = flag("CALENDAR_SYNC_DEBUG")
# `calendar-sync demo` sets the first for the processes it starts, and reads the second.
DEMO = flag("CALENDAR_SYNC_DEMO")
SANDBOX_PORT = number("SANDBOX_PORT", 8070, least=1, most=65534)

public = urlsplit(PUBLIC_URL)
if public.path:
    refuse("CALENDAR_SYNC_PUBLIC_URL", f"is {PUBLIC_URL!r}, but must end with the host")
HTTPS = public.scheme == "https"

hosts = text("CALENDAR_SYNC_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
ALLOWED_HOSTS = [public.hostname, *(host.strip() for host in hosts.split(",") if host.strip())]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# Database and keys

try:
    DATABASES = {"default": connection_settings()}
except DatabaseUnavailableError as error:
    raise SystemExit(str(error)) from None
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
# Read by database.py, which must work before there are settings; named here so that they are known.
secret("DATABASE_URL")
text("DATA_DIR")

SECRET_KEY = secret("CALENDAR_SYNC_SECRET_KEY") or kept_key(
    DATA_DIR / "secret.key", get_random_secret_key
)
# Fernet keys, newest first: the first encrypts, all decrypt.
TOKEN_KEYS = (
    secret("CALENDAR_SYNC_TOKEN_KEYS")
    or kept_key(DATA_DIR / "token.keys", lambda: Fernet.generate_key().decode())
).split(",")
for key in TOKEN_KEYS:
    try:
        Fernet(key)
    except ValueError:
        refuse("CALENDAR_SYNC_TOKEN_KEYS", "has a key that is not 32 bytes in URL-safe base64")

# Providers: where they are reached, by the names of their endpoints; paths are the providers' own

google = address("CALENDAR_SYNC_GOOGLE_URL")
GOOGLE_APIS = google or "https://www.googleapis.com"
GOOGLE_OAUTH = google or "https://oauth2.googleapis.com"
MICROSOFT_LOGIN = address("CALENDAR_SYNC_MICROSOFT_LOGIN_URL", "https://login.microsoftonline.com")
# Who may sign in: whoever has an account, those of any organization, or of this one alone.
MICROSOFT_TENANT = segment("CALENDAR_SYNC_MICROSOFT_TENANT", "common")
PROVIDER_BASES = {
    "google": {
        "authorize": google or "https://accounts.google.com",
        "token": GOOGLE_OAUTH,
        "revoke": GOOGLE_OAUTH,
        "keys": GOOGLE_APIS,
        "api": GOOGLE_APIS,
        "batch": GOOGLE_APIS,
    },
    "outlook": {
        "authority": f"{MICROSOFT_LOGIN}/{MICROSOFT_TENANT}",
        "graph": address("CALENDAR_SYNC_GRAPH_URL", "https://graph.microsoft.com"),
    },
}
# Whether they may be told to call us at an address without https; no real provider does.
PLAIN_WEB_HOOKS = flag("CALENDAR_SYNC_PLAIN_WEB_HOOKS")
# Certificates to trust at the providers instead of the public ones, as a PEM file.
CA_FILE = text("CALENDAR_SYNC_CA_FILE")
# Makes the connection pool to the providers, given CA_FILE or None; tests put the sandbox here.
PROVIDER_SESSION = "calendar_sync.providers.http.http_session"

# Addons

entries = text("ADDONS_PATH", str(BASE_DIR)).split(os.pathsep)
ADDONS_PATH = [Path(entry).resolve() for entry in entries if entry]
sys.path += [str(entry) for entry in ADDONS_PATH if str(entry) not in sys.path]
try:
    ADDONS = discover(ADDONS_PATH)
except AddonError as error:
    raise SystemExit(str(error)) from None

INSTALLED_APPS = [
    "calendar_sync.server",
    *(addon.package for addon in ADDONS if addon.package),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
]

# Requests

SIGN_IN_ORIGINS = {
    f"{url.scheme}://{url.netloc}"
    for bases in PROVIDER_BASES.values()
    for url in map(urlsplit, bases.values())
}
ROOT_URLCONF = "calendar_sync.server.urls"
WSGI_APPLICATION = "calendar_sync.server.wsgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Deny by default: a page without log-in says so with @login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "calendar_sync.server.middleware.ViewerTimeZone",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SERVER_DIR / "templates", *(addon.templates for addon in ADDONS)],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "calendar_sync.server.frame.frame",
            ],
        },
    }
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],  # FullCalendar carries its arrows
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # Browsers apply this to redirects too, and the button *Connect* leads to a provider's
        # sign-in page, which leads on to other hosts of its own.
        "form-action": [SELF, "https:", *sorted(SIGN_IN_ORIGINS)],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_SSL_REDIRECT = False  # the proxy's task
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "calendar_sync.server.controllers.errors.too_old"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

# People

AUTH_USER_MODEL = "base.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
if DEMO:
    AUTHENTICATION_BACKENDS += ["calendar_sync.server.demo.log_in.DemoLogIn"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
# A line for the log-in page, such as whom to ask.
LOG_IN_HINT = text("CALENDAR_SYNC_LOG_IN_HINT")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]

# Language, time, static files, log

LANGUAGE_CODE = "en-gb"
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [BASE_DIR / "calendar_sync" / "locale"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["stderr"],
        "level": text("CALENDAR_SYNC_LOG_LEVEL", "INFO").upper(),
    },
}

refuse_unknown()
