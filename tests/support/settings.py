"""The product's settings, quicker and without a trace in the source tree."""

import os
import tempfile

# Only a DATABASE_URL is taken over from who runs the tests; tests/conftest.py obeys it.
for name in [name for name in os.environ if name.startswith("CALENDAR_SYNC_")]:
    del os.environ[name]
scratch = tempfile.TemporaryDirectory(prefix="calendar-sync-tests-")
os.environ |= {
    "DATA_DIR": scratch.name,
    "CALENDAR_SYNC_SECRET_KEY": "of the tests",
    "CALENDAR_SYNC_TOKEN_KEYS": "A" * 43 + "=",
}

from calendar_sync.server.settings import *  # noqa: E402, F403 - the environment comes first
from calendar_sync.server.settings import MIDDLEWARE, STORAGES  # noqa: E402 - as above

# It scans all static files for every test client.
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
# Argon2 is slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
