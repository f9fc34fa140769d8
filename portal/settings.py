"""All settings, from the environment. With nothing set: a safe laptop portal on SQLite.

In production (``PRODUCTION=yes``) the process refuses to start while a setting is unsafe and names the cure.
"""

import ipaddress
import os
import re
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def env_bool(name: str) -> bool:
    value = env(name, "no").lower()
    if value in {"1", "yes", "true", "on"}:
        return True
    if value in {"0", "no", "false", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is “{value}”. Write yes or no.")


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


PRODUCTION = env_bool("PRODUCTION")
DEBUG = env_bool("DEBUG")
TESTING = "pytest" in sys.modules

# What stays on this machine: database, uploaded and generated files, the laptop's key.
VAR_DIR = Path(env("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

PORT = env("PORT", "8000")
SITE_URL = env("SITE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
LOCAL_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ",".join(LOCAL_HOSTS))

PORTAL_DATA = env("PORTAL_DATA", "tanjung-barat")
if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", PORTAL_DATA):
    raise ImproperlyConfigured(
        "PORTAL_DATA names a folder in services/data/: small letters, digits and hyphens only."
    )


def laptop_key() -> str:
    """A random key kept beside the database, so that a laptop needs no setting and no shared default exists."""
    path = VAR_DIR / "secret-key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


SECRET_KEY = env("SECRET_KEY") if PRODUCTION else env("SECRET_KEY") or laptop_key()

# Database ------------------------------------------------------------

# One file per data set, so that the two example portals never mix.
DATABASE_URL = env("DATABASE_URL")
SQLITE_FILE = VAR_DIR / f"{PORTAL_DATA}.sqlite3"
SQLITE_OPTIONS: dict[str, Any] = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
    "PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000",
}

database: dict[str, Any] = dict(
    dj_database_url.parse(
        DATABASE_URL or f"sqlite:///{SQLITE_FILE}", conn_max_age=60, conn_health_checks=True
    )
)
if database["ENGINE"] == "django.db.backends.sqlite3":
    database["OPTIONS"] = SQLITE_OPTIONS | database.get("OPTIONS", {})
elif database["ENGINE"] == "django.db.backends.postgresql":
    options = database.setdefault("OPTIONS", {})
    # Last, because PostgreSQL keeps the last of two.
    options["options"] = f"{options.get('options', '')} -c synchronous_commit=on".strip()
    options.setdefault("connect_timeout", 5)
else:
    raise ImproperlyConfigured("DATABASE_URL must name SQLite (sqlite:///path) or PostgreSQL (postgres://…).")
DATABASES = {"default": database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Applications ------------------------------------------------------------

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "feedback.apps.FeedbackConfig",
    "outreach.apps.OutreachConfig",
    "services.apps.ServicesConfig",
    "portal.accounts.apps.AccountsConfig",
    "portal.shared.apps.SharedConfig",
    "portal.shared.exchange.apps.ExchangeConfig",
    "portal.shared.work.apps.WorkConfig",
    "crispy_forms",
    "crispy_bootstrap5",
    "portal.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_tasks",
    "django_tasks_db",
    "import_export",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.shared.private_pages.NoStoreMiddleware",
    "portal.shared.language.LanguageFromAddressMiddleware",
    "portal.shared.bad_input.RefuseBadInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Last, so that a locked-out sign-in passes every other middleware on its way back.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

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
                "portal.context.portal_and_page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Staff door ------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Background work ------------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Language and time ------------------------------------------------------------

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env("TIME_ZONE", "Asia/Jakarta")
if TIME_ZONE not in {"Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"}:
    raise ImproperlyConfigured(
        "TIME_ZONE must be Asia/Jakarta (WIB), Asia/Makassar (WITA) or Asia/Jayapura (WIT)."
    )

# Files ------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_USE_FINDERS = TESTING or DEBUG

# Safety ------------------------------------------------------------

# How many proxies of our own stand in front, each adding one entry to X-Forwarded-For.
TRUSTED_PROXIES = int(env("TRUSTED_PROXIES", "0"))

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    # Only a proxy that always sets this header may stand in front; the example in portal/deploy does.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [SITE_URL]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Wild addresses are everyday life on the internet: a clear page is the answer, not a log line with the address.
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "ERROR"}},
}


def is_local(host: str) -> bool:
    """Whether a host name can only mean this machine or a private network."""
    host = host.strip("[]")
    if host in {"localhost", "testserver"} or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_private or address.is_loopback


def unsafe_settings() -> list[str]:
    """Every reason not to start, each with its cure; empty when the portal may start."""
    reasons = []
    if not PRODUCTION:
        public = [host for host in ALLOWED_HOSTS if not is_local(host)]
        if public:
            reasons.append(
                f"ALLOWED_HOSTS names {', '.join(public)}, which others can reach. Set PRODUCTION=yes, or remove it."
            )
        return reasons
    if DEBUG:
        reasons.append(
            "DEBUG is on: it shows the inside of the portal to everyone. Remove DEBUG or set DEBUG=no."
        )
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
        reasons.append(
            "SECRET_KEY is missing or short. Set at least 50 random characters, for example from: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
        )
    if not env("ALLOWED_HOSTS") or any("*" in host or host.startswith(".") for host in ALLOWED_HOSTS):
        reasons.append(
            "ALLOWED_HOSTS is empty or has a wildcard. List each host name in full, separated by commas."
        )
    if urlsplit(SITE_URL).scheme != "https":
        reasons.append(
            "SITE_URL must be the public address with https://, for example https://balai.example.go.id."
        )
    reasons.extend(non_durable_database())
    return reasons


def non_durable_database() -> list[str]:
    """Database settings under which an acknowledged message could be lost in a power cut."""
    options = database.get("OPTIONS", {})
    if database["ENGINE"] == "django.db.backends.sqlite3":
        if database["NAME"] == ":memory:":
            return ["DATABASE_URL names a database in memory: everything is lost at a restart. Name a file."]
        command = str(options.get("init_command", "")).replace(" ", "").lower()
        if "synchronous=full" not in command or "journal_mode=wal" not in command:
            return [
                "The SQLite options lack synchronous=FULL or journal_mode=WAL. Remove them from DATABASE_URL."
            ]
        return []
    if re.search(
        r"(synchronous_commit|fsync|full_page_writes)\s*=\s*'?(of|local|remote_write|f|n|0)",
        str(options),
        re.IGNORECASE,
    ):
        return [
            "DATABASE_URL switches durability off. Remove synchronous_commit, fsync and full_page_writes from it."
        ]
    return []


if reasons := unsafe_settings():
    raise ImproperlyConfigured(
        "The portal does not start:\n" + "\n".join(f"  - {reason}" for reason in reasons)
    )
