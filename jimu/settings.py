"""Settings of the service. What differs between installations comes from the environment, read here."""

import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlparse

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from jimu.bricks import BRICKS
from jimu.home import home, old_secrets, secret

BASE_DIR = Path(__file__).resolve().parent
JIMU_HOME = home()
DEBUG = os.environ.get("JIMU_DEBUG") == "1"
SECRET_KEY = secret("JIMU_SECRET_KEY")
SECRET_KEY_FALLBACKS = old_secrets("JIMU_SECRET_KEY")
JIMU_DATA_KEY = secret("JIMU_DATA_KEY")
JIMU_DATA_KEYS_OLD = old_secrets("JIMU_DATA_KEY")
JIMU_SIGN_KEY = secret("JIMU_SIGN_KEY")
JIMU_SIGN_KEYS_OLD = old_secrets("JIMU_SIGN_KEY")
ALLOWED_HOSTS = os.environ.get("JIMU_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("JIMU_ORIGINS", "").split(",") if o]
BEHIND_TLS = os.environ.get("JIMU_TLS") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "treebeard",
    "django_q",
    "axes",
    "csp",
    *[f"jimu.{name}" for name in BRICKS],
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "jimu.core.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jimu.accounts.middleware.ActorMiddleware",
    "jimu.core.idle.IdleMiddleware",
    "jimu.core.headers.HeadersMiddleware",
    "jimu.core.answers.ErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "jimu.urls"
WSGI_APPLICATION = "jimu.wsgi.application"
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
                "jimu.core.shell.shell",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "jimu.core.templatetags.jimu"],
        },
    }
]


def _database(url: str | None) -> dict[str, object]:
    """SQLite in the home unless JIMU_DATABASE names a PostgreSQL (postgres://user:password@host:port/name)."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": JIMU_HOME / "jimu.sqlite3",
            # The service has a few threads that stay: opening the file anew for each request cost more than most requests.
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-32768;PRAGMA secure_delete=ON;",
            },
            "TEST": {"NAME": os.environ.get("JIMU_TEST_DATABASE")},
        }
    parts = urlparse(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
    }


DATABASES = {"default": _database(os.environ.get("JIMU_DATABASE"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    # A telephone number is the first thing that is tried.
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# The time that the refusal names holds, however often somebody tries meanwhile.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "jimu.accounts.lockout.locked_out"
# Sign-ins stand in the journal; failed ones are counted here, by what was typed, only until the lock ends.
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False
# A shift and its handover, however busy; and this long without a hand on it (core/idle.py).
SESSION_COOKIE_AGE = 12 * 3600
JIMU_IDLE_SECONDS = int(os.environ.get("JIMU_IDLE_MINUTES", "120")) * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31536000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BEHIND_TLS
# An office's host is not for the preload lists that browsers ship.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        # Bars and drawings set their geometry in style attributes; no style element is allowed.
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("zh-hant", _("繁體中文")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
DATE_FORMAT = "Y-m-d"

STATIC_URL = "static/"
STATIC_ROOT = JIMU_HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
#: What phones get from npm, where it could be installed (tools/web.py).
WEB = Path(sys.prefix) / "share" / "jimu" / "web"
STATICFILES_DIRS = [BASE_DIR / "static", *([WEB] if WEB.is_dir() else [])]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": JIMU_HOME / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# Everything that one request may send, files included.
JIMU_UPLOAD_MB = int(os.environ.get("JIMU_UPLOAD_MB", "120"))

# A solve may take minutes; retry must stay above timeout, or a task would run twice.
JOB_SECONDS = int(os.environ.get("JIMU_JOB_SECONDS", "1500"))
Q_CLUSTER = {
    "name": "jimu",
    "orm": "default",
    "workers": int(os.environ.get("JIMU_WORKERS", "1")),
    "timeout": JOB_SECONDS,
    "retry": JOB_SECONDS * 6 // 5 + 1,
    "poll": 0.3,
    "max_attempts": 3,
    "ack_failures": True,
    "catch_up": False,
    "save_limit": 200,
    "label": "jimu",
    # A worker of their own for messages and escalations: an order at night does not wait until a solve is done.
    "ALT_CLUSTERS": {
        "quick": {"workers": 1, "timeout": 60, "retry": 75, "poll": 0.3, "max_attempts": 3, "ack_failures": True, "save_limit": 200}
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "jimu.core.redaction.RedactingFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "jimu": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        # These would write with handlers of their own, past the redaction.
        "django": {"handlers": [], "propagate": True, "level": "WARNING"},
        "django.server": {"handlers": [], "propagate": True, "level": "WARNING"},
        "django-q": {"handlers": ["console"], "propagate": False, "level": "WARNING"},
        "uvicorn": {"handlers": ["console"], "propagate": False, "level": "WARNING"},
        # Addresses hold what people search for: which were asked is not written down.
        "uvicorn.access": {"level": "ERROR"},
    },
}
