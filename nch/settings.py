"""All settings, read from the environment. Nothing here is secret.

`NCH_MODE` says what runs: `demo` (the default: embedded SQLite, one-click sign-in, answers on loopback names only),
`test`, or `production` (everything has to be said, and `check --deploy` has to be clean). See docs/operations.md.
"""

from pathlib import Path
from typing import Any

import environ
import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

MODES = ("demo", "test", "production")
MODE = env.str("NCH_MODE", default="demo")
if MODE not in MODES:
    raise ImproperlyConfigured(f"NCH_MODE is {MODE!r}; it has to be one of {', '.join(MODES)}.")
PRODUCTION = MODE == "production"
DEMO = MODE == "demo"


def required_in_production(name: str, otherwise: str) -> str:
    """Return the variable; a missing one is `otherwise`, but in production an error that names it."""
    value = env.str(name, default="")
    if value:
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(f"{name} has to be set when NCH_MODE=production. See docs/operations.md.")
    return otherwise


VAR_DIR = Path(env.str("NCH_VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = False
SECRET_KEY = required_in_production("SECRET_KEY", otherwise="only-for-demo-and-tests-" + "x" * 40)
LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = [host for host in required_in_production("ALLOWED_HOSTS", otherwise="").split(",") if host] or [
    *LOOPBACK_HOSTS,
    *(["testserver"] if MODE == "test" else []),
]
if DEMO and not set(ALLOWED_HOSTS) <= set(LOOPBACK_HOSTS):
    raise ImproperlyConfigured(
        "The demo has sign-in without passwords and therefore answers on loopback names only: "
        "unset ALLOWED_HOSTS, or set NCH_MODE=production."
    )
SITE_URL = required_in_production("SITE_URL", otherwise="http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if PRODUCTION else []

# --- Database -----------------------------------------------------------------------------------------------------
DATABASE_URL = required_in_production("DATABASE_URL", otherwise=f"sqlite:///{VAR_DIR / 'nch.sqlite3'}")
_database: dict[str, Any] = environ.Env.db_url_config(DATABASE_URL)
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    _database["CONN_MAX_AGE"] = 60
    _database["CONN_HEALTH_CHECKS"] = True
    # PostgreSQL plans a query that a connection asks again and again once (docs/decisions/0034).
    _database["OPTIONS"] = {"server_side_binding": True, "prepare_threshold": 5}
    if DEMO:
        raise ImproperlyConfigured(
            "The demo has sign-in without passwords and therefore keeps to its own SQLite file: "
            "unset DATABASE_URL, or set NCH_MODE=production."
        )
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Applications -------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "nch.common",
    "nch.counties",
    "nch.accounts",
    "nch.audit",
    "nch.members",
    "nch.population",
    "nch.cases",
    "nch.questionnaires",
    "grants",
    "resurscentra",
    "stodtelefon",
    "reports",
    "nch.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_celery_results",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "nch.common.uploads.RequestSizeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "nch.accounts.middleware.KeepNowhereMiddleware",
    "nch.accounts.middleware.IdleTimeoutMiddleware",
    "nch.accounts.middleware.RequireMfaMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "nch.common.logs.RequestLogMiddleware",
    "nch.common.buttons.OnlyByButtonMiddleware",
]

ROOT_URLCONF = "nch.urls"
WSGI_APPLICATION = "nch.wsgi.application"
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
                "nch.navigation.navigation",
            ],
            "builtins": [
                *(f"nch.common.templatetags.{name}" for name in ("nch", "formats", "forms", "lists", "addresses")),
                "django.templatetags.i18n",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# --- Sign-in ------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["nch.accounts.backends.MembershipBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_ADAPTER = "nch.accounts.adapter.InvitationOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "NCH"
MFA_ADAPTER = "nch.accounts.adapter.RequiredMfaAdapter"
# A password alone is enough only where there is nothing to protect: the demo and the tests that say so.
MFA_REQUIRED = not DEMO
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=60)

# --- Transport and browser security -------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^halsa/"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
# One proxy stands in front in production; the rate limits count the address that it saw.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if PRODUCTION else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# --- Files and uploads --------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("fkui", BASE_DIR / "node_modules/@fkui/design/lib"),
    ("fonts", BASE_DIR / "node_modules/@fontsource/source-sans-3"),
]
# Hashing the whole tree is slow and only production gains from it; elsewhere files are served where they lie.
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_KEEP_ONLY_HASHED_FILES = PRODUCTION
MEDIA_ROOT = VAR_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_REQUEST_BYTES = 60 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# The plan of a call to 290 municipalities has an amount for each of up to four years, and a reason, per applicant.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = [
    "nch.common.uploads.FileSizeUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- Tasks --------------------------------------------------------------------------------------------------------
REDIS_URL = required_in_production("REDIS_URL", otherwise="")
CELERY_RESULT_BACKEND = "django-db"
CELERY_TASK_TRACK_STARTED = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 15 * 60
CELERY_TIMEZONE = "Europe/Stockholm"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_TASK_ALWAYS_EAGER", default=False)
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CACHES = {"default": {"BACKEND": "nch.common.cache.KeptClientRedisCache", "LOCATION": REDIS_URL}}
    # The database keeps the sessions; Redis spares each page a query for its own. (Without Redis every process has a
    # cache of its own, which would not hear of what another one changes; tests side by side empty each other's.)
    if env.bool("NCH_CACHED_SESSIONS", default=MODE != "test"):
        SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
else:
    # Files as a broker (nch/common/broker.py): slower than Redis (about a second to the first task) but nothing else
    # has to run.
    _broker = VAR_DIR / "broker"
    for folder in ("queue", "control"):
        (_broker / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "wholefiles://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "control_folder": str(_broker / "control"),
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Mail ---------------------------------------------------------------------------------------------------------
EMAIL_FROM_ENV = environ.Env.email_url_config(
    required_in_production("EMAIL_URL", otherwise=f"filemail:///{VAR_DIR / 'mail'}")
)
EMAIL_BACKEND = EMAIL_FROM_ENV["EMAIL_BACKEND"]
EMAIL_FILE_PATH = EMAIL_FROM_ENV.get("EMAIL_FILE_PATH") or str(VAR_DIR / "mail")
EMAIL_HOST = EMAIL_FROM_ENV.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = EMAIL_FROM_ENV.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_FROM_ENV.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL_FROM_ENV.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = EMAIL_FROM_ENV.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_FROM_ENV.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="NCH <no-reply@localhost>")

# --- Language, time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

# --- API ----------------------------------------------------------------------------------------------------------
# Told in the catalogue of the statistics; without it the sender of the mails is.
STATISTICS_EMAIL = env.str("STATISTICS_EMAIL", default="")
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "nch.api.problems.problem_response",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.str("API_RATE", default="600/minute"),
        "reader": env.str("API_READER_RATE", default="600/minute"),
        "saved_query": env.str("API_SAVE_RATE", default="60/hour"),
        "wrong_key": env.str("API_WRONG_KEY_RATE", default="20/minute"),
    },
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "NCH statistik",
    "DESCRIPTION": (
        "Öppen statistik från Nationellt centrum mot hedersrelaterat våld och förtryck. Under /api/v1 finns också "
        "ansökningar, beslut, utbetalningar och ekonomiska redovisningar för den som har rätt att läsa dem; licensen "
        "gäller bara statistiken."
    ),
    "VERSION": "2.0.0",
    "CONTACT": {"name": "NCH", "url": "https://www.lansstyrelsen.se/ostergotland"},
    "LICENSE": {"name": "CC0 1.0", "url": "https://creativecommons.org/publicdomain/zero/1.0/"},
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "ApplicationState": "grants.enums.ApplicationState",
        "PaymentState": "grants.enums.PaymentState",
        "FinancialReportState": "grants.enums.FinancialReportState",
        "ReturnState": "resurscentra.enums.ReportState",
        "StatisticsReturnState": "resurscentra.enums.ReturnState",
        "QuestionKind": "nch.questionnaires.enums.QuestionKind",
        "DecisionKind": "grants.enums.DecisionKind",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Logs: structured, without personal data (see nch.common.logs) --------------------------------------------------
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
_SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            "foreign_pre_chain": _SHARED_PROCESSORS,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING")},
    # Expected client errors (404 at another county's address) are the access log's matter, not warnings.
    # The PDF libraries tell every step.
    "loggers": {
        "django.request": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},
    },
}
structlog.configure(
    processors=[*_SHARED_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
