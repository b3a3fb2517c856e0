"""Every setting, from the environment; safe when nothing is set. See .env.example."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_email_url
from django.core.exceptions import ImproperlyConfigured

from sspr import api_settings, databases, env, jobs, logs, telephones
from sspr.demo.people import PASSWORD, PEOPLE

BASE_DIR = Path(__file__).resolve().parent.parent

# --- what this process is
DEMO = env.flag("DEMO")  # script/demo only: loud, local, with an open inbox
DEMO_PEOPLE = PEOPLE if DEMO else []
DEMO_PASSWORD = PASSWORD if DEMO and not env.flag("DEMO_EXPOSED") else ""
DEMO_INBOX_KEY = env.text("DEMO_INBOX_KEY")
DEBUG = False

SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.former("SECRET_KEY_PREVIOUS")
CODE_PEPPER = env.text("CODE_PEPPER")  # keys of hashed codes and sealed columns
CODE_PEPPER_FALLBACKS = env.former("CODE_PEPPER_PREVIOUS")
if len(SECRET_KEY) < 32 or len(CODE_PEPPER) < 32:
    raise ImproperlyConfigured(
        "Set SECRET_KEY and CODE_PEPPER to random texts of at least 32 characters each "
        '(python3 -c "import secrets; print(secrets.token_urlsafe(48))").'
    )

PUBLIC_BASE_URL = env.text("PUBLIC_BASE_URL", "https://localhost").rstrip("/")
_public = urlsplit(PUBLIC_BASE_URL)
if _public.scheme not in {"https", "http"} or not _public.hostname:
    raise ImproperlyConfigured("PUBLIC_BASE_URL must look like https://password.example.org.")
SECURE = _public.scheme == "https"
ALLOWED_HOSTS = env.listed("ALLOWED_HOSTS") or [_public.hostname]
TRUSTED_PROXIES = env.listed("TRUSTED_PROXIES")  # addresses or networks of our own proxies

# --- the house
INSTALLED_APPS = [
    "reports",
    "reset",
    "change",
    "registration",
    "writeback",
    "accounts",
    "sspr.apps.AdminConfig",
    "sspr.apps.SsprConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "drf_spectacular",
]

MIDDLEWARE = [
    "sspr.middleware.RequestLog",
    "sspr.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "sspr.middleware.WholeRequests",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.Visitor",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.signin.middleware.SessionRules",
    "reset.kiosk.KioskMode",
    "sspr.middleware.DeepLinks",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "sspr.urls"
WSGI_APPLICATION = "sspr.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.page",
            ],
        },
    },
]

# --- what is plugged in where (accounts/seams.py says what each must be)
TELEPHONY_PROVIDERS = telephones.providers(
    inbox=str(BASE_DIR / "var" / "demo" / "telephone") if DEMO else ""
)
VERIFICATION_METHODS = {
    "alternate_email": "registration.methods.alternate_email.AlternateEmail",
    **telephones.methods(TELEPHONY_PROVIDERS),
    "security_questions": "registration.methods.security_questions.SecurityQuestions",
    "authenticator_app": "registration.methods.authenticator_app.AuthenticatorApp",
    "passkey": "registration.methods.passkey.PasskeyMethod",
    "recovery_codes": "registration.methods.recovery_codes.RecoveryCodes",
    "temporary_pass": "registration.methods.temporary_pass.TemporaryPass",
}
STORES = {
    "cloud": "writeback.stores.cloud.Cloud",
    "memory": "writeback.stores.memory.Memory",
    "active_directory": "writeback.stores.on_premises.OnPremises",
    "openldap": "writeback.stores.on_premises.OnPremises",
}
SIGN_IN_INTERRUPTS = [
    "registration.interrupts.SecondFactorDue",
    "change.interrupts.PasswordDue",
    "registration.interrupts.RegistrationDue",
]
NOTICE_ADDRESSES = [
    "accounts.notices.own_addresses",
    "registration.services.notice_addresses",
]
MAIL_REFUSED = ["registration.health.refused"]
BOT_CHALLENGE = "reset.proof_of_work.ProofOfWork"
POLICY_EFFECTS = ["registration.coverage.stranded_by"]
PEOPLE_SYNCHRONIZED = ["registration.from_directory.take_over"]
OUTBOX_HANDLERS = {
    "challenge": "registration.tasks.send_code",
    "notice": "accounts.notices.deliver",
    "password reminder": "change.reminders.deliver",
    "contact": "reset.contact.deliver",
    "coverage": "sspr.upkeep.rebuild_coverage",
    "campaign letter": "registration.campaigns.letters.deliver",
}
PERIODIC_JOBS = jobs.PERIODIC_JOBS

# --- data
DATABASES = {"default": databases.configuration(BASE_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "accounts.spare_cache.SpareRedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        }
    }

AGENT_BROKER_URL = env.text("AGENT_BROKER_URL")  # empty: the agent's code runs in this process
WRITEBACK_PATIENCE_SECONDS = env.number("WRITEBACK_PATIENCE_SECONDS", 2)  # then a waiting page
WRITES_UNDER_WAY = env.number("WRITES_UNDER_WAY", 32)  # of one directory; beyond: 503
AGENT_BROKER_CA_FILE = env.text("AGENT_BROKER_CA_FILE")
PORTAL_SIGNING_KEY = env.text("PORTAL_SIGNING_KEY")  # default: CODE_PEPPER
PORTAL_NEXT_SIGNING_KEY = env.text("PORTAL_NEXT_SIGNING_KEY")  # agents are told of it in advance
BROKER_URL = env.text("BROKER_URL")  # empty: the web process does the work itself
CELERY_BROKER_URL = BROKER_URL or "memory://"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 2}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BEAT_SCHEDULE = {
    "periodic jobs": {"task": "accounts.run_periodic_jobs", "schedule": 5.0},
}

# --- mail
_mail = dj_email_url.parse(env.text("EMAIL_URL", "console:"))
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _mail["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _mail["EMAIL_USE_SSL"]
EMAIL_FILE_PATH = _mail["EMAIL_FILE_PATH"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"passwords@{_public.hostname}")
BOUNCES_TO = env.text("BOUNCES_TO")  # a mailbox for what comes back of mails; default: the sender's
TELEPHONY_DAILY_BUDGET = env.number("TELEPHONY_DAILY_BUDGET", 20_000)  # of all directories

# --- who may come in
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # upn_key makes names unique, whatever their case
AUTHENTICATION_BACKENDS = ["writeback.backends.StoreBackend"]
PASSWORD_HASHERS = [
    "accounts.hashing.Argon2id",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
ARGON2_MEMORY_KIB = env.number("ARGON2_MEMORY_KIB", 47_104)  # OWASP's first choice
ARGON2_TIME_COST = env.number("ARGON2_TIME_COST", 1)
HASHES_AT_ONCE = env.number("HASHES_AT_ONCE", 1)  # per process; 46 MiB each
BREACHED_PASSWORDS_FILE = env.text("BREACHED_PASSWORDS_FILE")  # manage.py breached build makes it
TEMPORARY_PASS_MINUTES = env.number("TEMPORARY_PASS_MINUTES", 60)  # 10 to 1440
KIOSK_IDLE_SECONDS = env.number("KIOSK_IDLE_SECONDS", 180)  # then a warning of one minute
BOT_CHALLENGE_NUMBERS = env.number("BOT_CHALLENGE_NUMBERS", 500_000)  # half are tried on average
BOT_CHALLENGE_WAIT_SECONDS = env.number("BOT_CHALLENGE_WAIT_SECONDS", 30)
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = []  # accounts.policy.passwords rules instead
LOGIN_URL = "signin:sign_in"
LOGIN_REDIRECT_URL = "/"

SESSION_ENGINE = "accounts.signin.sessions"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_SECONDS = 30 * 60
STAFF_IDLE_SECONDS = 15 * 60
BROWSER_COOKIE_NAME = "__Host-browser" if SECURE else "browser"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "sspr.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL] if SECURE else []

# --- what a browser is told
SECURE_SSL_REDIRECT = SECURE and not env.flag("BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
# "no-referrer" makes Chromium send "Origin: null" with a form, which CSRF protection refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
SECURITY_CONTACT = env.text("SECURITY_CONTACT", f"mailto:security@{_public.hostname}")

# --- the API
REST_FRAMEWORK = api_settings.REST_FRAMEWORK
SPECTACULAR_SETTINGS = {**api_settings.DESCRIPTION, "SERVERS": [{"url": PUBLIC_BASE_URL}]}

# --- files
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "sspr.static_names.OnceNamed"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# --- language and time
LANGUAGE_CODE = "en"
LANGUAGES = [  # each by its own name, for who looks for it
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("ar", "العربية"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "__Host-language" if SECURE else "language"
LANGUAGE_COOKIE_SECURE = SECURE
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
FORMAT_MODULE_PATH = "sspr.formats"
USE_TZ = True
TIME_ZONE = "UTC"

# --- logs: one JSON object a line on standard error; never a name, an address or a secret
LOGGING = logs.configuration(env.text("LOG_LEVEL", "INFO"))
