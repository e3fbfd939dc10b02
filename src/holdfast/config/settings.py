"""All settings, from the environment. What each name means stands in `.env.example`."""

from __future__ import annotations

import dj_database_url
from csp.constants import NONCE, SELF
from django.utils.translation import gettext_lazy as _

from holdfast.config import env

env.load()

ROOT = env.ROOT
DATA = env.data_folder()
TESTING = env.flag("HOLDFAST_TESTING")
DEBUG = env.flag("HOLDFAST_DEBUG")
DEMO = env.flag("HOLDFAST_DEMO", default=True)

SECRET_KEY = env.secret_key(DATA)
ALLOWED_HOSTS = env.words("HOLDFAST_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("HOLDFAST_ORIGINS")

COMPANY = env.company_name(DATA)
CURRENCY = env.text("HOLDFAST_CURRENCY", "CNY")

# --- applications -----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_cotton",
    "holdfast.common",
    "holdfast.foundation.audit",
    "holdfast.foundation.accounts",
    "holdfast.foundation.jobs",
    "holdfast.foundation.notices",
    "holdfast.records.customers",
    "holdfast.records.timeline",
    "holdfast.records.commerce",
    "holdfast.records.feedback",
    "holdfast.insight.facts",
    "holdfast.insight.scores",
    "holdfast.insight.quality",
    "holdfast.insight.voice",
    "holdfast.insight.outlook",
    "holdfast.actions.care",
    "holdfast.doors.reports",
    "holdfast.doors.intake",
    "holdfast.doors.desk",
    "holdfast.doors.api",
    "holdfast.doors.cli",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "holdfast.foundation.accounts.middleware.LanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "holdfast.foundation.accounts.middleware.SessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "holdfast.config.urls"
WSGI_APPLICATION = "holdfast.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "holdfast.common.context_processors.house",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "holdfast.common.templatetags.hf",
            ],
        },
    }
]

# --- database ---------------------------------------------------------------------------------------------------
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",  # a writer waits at its start, instead of failing in its middle
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000;"
    "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON",
}
DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", f"sqlite:///{DATA / 'holdfast.sqlite3'}"),
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "holdfast.foundation.accounts.backends.login_typed"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "holdfast.foundation.accounts.backends.locked_out"
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False

SESSION_COOKIE_AGE = env.number("HOLDFAST_SESSION_HOURS", 12) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "holdfast.foundation.accounts.backends.form_refused"
HTTPS = env.flag("HOLDFAST_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}

# --- personal data ----------------------------------------------------------------------------------------------
REVEALS_A_DAY = env.number("HOLDFAST_REVEALS_A_DAY", 30)
REVEALS_A_DAY_BY_ROLE = env.numbers("HOLDFAST_REVEALS_A_DAY_BY_ROLE")
EXPORT_ROWS_A_DAY = env.number("HOLDFAST_EXPORT_ROWS_A_DAY", 5000)

# --- programs ---------------------------------------------------------------------------------------------------
API_PER_MINUTE = env.number("HOLDFAST_API_PER_MINUTE", 600)  # requests of one token

# --- language and time ------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("英文"))]
LANGUAGE_COOKIE_NAME = "holdfast_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("HOLDFAST_TIME_ZONE", "Asia/Shanghai")

# --- files ------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True  # static files are served where they lie: nothing to collect at start
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
UPLOAD_LIMIT_BYTES = env.number("HOLDFAST_UPLOAD_MB", 200) * 2**20
FILE_LIMIT_BYTES = env.number("HOLDFAST_FILE_MB", 50) * 2**20
FILE_UPLOAD_TEMP_DIR = None

# --- mail ---------------------------------------------------------------------------------------------------------
SMTP = env.smtp()  # None: notices stay in the app
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.sender(SMTP)
# Where letters lead: the address at which people open Holdfast.
ADDRESS = env.text("HOLDFAST_ADDRESS", CSRF_TRUSTED_ORIGINS[0] if CSRF_TRUSTED_ORIGINS else "").rstrip("/")

# After so many days overdue a task is told to the manager; 0: never.
ESCALATE_DAYS = env.number("HOLDFAST_ESCALATE_DAYS", 3)

# --- background work --------------------------------------------------------------------------------------------
QUEUE_URL = env.text("HOLDFAST_QUEUE")  # empty: a SQLite file in DATA; a postgresql:// address: there
BACKUPS_KEPT = env.number("HOLDFAST_BACKUPS_KEPT", 7)
SCHEDULE = "holdfast.config.schedule.ENTRIES"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
NAVIGATION = "holdfast.config.navigation"

# --- log --------------------------------------------------------------------------------------------------------
LOG_LEVEL = env.text("HOLDFAST_LOG_LEVEL", "WARNING" if TESTING else "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "axes": {"level": "ERROR"},
        "huey": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}

if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    WHITENOISE_USE_FINDERS = False
