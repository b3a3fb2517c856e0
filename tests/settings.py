"""The product's own settings in a known environment, made quick where quickness hides nothing."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop
os.environ.update(
    SECRET_KEY="the tests' own secret key, of no other use",
    CODE_PEPPER="the tests' own code pepper, of no other use",
    PUBLIC_BASE_URL="http://localhost",
    EMAIL_URL="smtp://127.0.0.1:9",
    ARGON2_MEMORY_KIB="64",
    BROKER_URL="",
    REDIS_URL="",
    LOG_LEVEL="INFO",
    AGENT_BROKER_URL="",
    WRITEBACK_PATIENCE_SECONDS="15",  # machines of tests are slow at times
    TELEPHONY_PROVIDERS="console",
)
for _name in (
    "TWILIO_ACCOUNT_SID",
    "SMS_GATEWAYS",
    "DEMO",
    "BEHIND_PROXY",
    "ALLOWED_HOSTS",
    "TRUSTED_PROXIES",
    "SECRET_KEY_FILE",
):
    os.environ.pop(_name, None)
_own = f"sspr-test-{os.getpid()}"
_file = Path(tempfile.gettempdir()) / f"{_own}.sqlite3"
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_file}")

from sspr.settings import *  # noqa: E402, F403
from sspr.settings import DATABASES, LOGGING, MIDDLEWARE, STORAGES  # noqa: E402

_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    _database["TEST"] = {"NAME": str(_file)}
    _database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    _database["CONN_MAX_AGE"] = 0
else:
    _database["TEST"] = {"NAME": _own.replace("-", "_")}

LOGGING["root"]["handlers"] = []  # pytest and tests/support/canary.py keep every line as it is
MIDDLEWARE.insert(0, "tests.support.middleware.Watch")
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

TELEPHONY_PROVIDERS = [
    {"NAME": "memory", "BACKEND": "registration.telephony.backends.locmem.LocMem", "OPTIONS": {}}
]
