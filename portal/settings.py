"""All settings, from the environment. With nothing set: a safe laptop portal on SQLite.

In production (``PRODUCTION=yes``) the process refuses to start while a setting is unsafe and names the cure.
"""

import contextlib
import os
import re
import secrets
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from portal import background, databases, environment, mail_server, safety, social_accounts
from portal.environment import env, env_address, env_bool, env_choice, env_folder, env_list, env_number

BASE_DIR = Path(__file__).resolve().parent.parent

PRODUCTION = env_bool("PRODUCTION")
DEBUG = env_bool("DEBUG")
TESTING = "pytest" in sys.modules
# Loaded by the server, where a visitor waits; everything else may take its time with the database.
IS_WEB = "gunicorn.app.base" in sys.modules

# What stays on this machine: database, uploaded and generated files, the laptop's key.
VAR_DIR = env_folder("VAR_DIR", BASE_DIR / "var", base=BASE_DIR)

PORT = env_number("PORT", 8000, low=1, high=65535)
# The server reads these two itself; here they are only understood in time.
BIND = env("BIND")
WEB_CONCURRENCY = env_number("WEB_CONCURRENCY", 2, low=1, high=64)
SITE_URL = env_address("SITE_URL", f"http://127.0.0.1:{PORT}")
LOCAL_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ",".join(LOCAL_HOSTS))

PORTAL_DATA = env("PORTAL_DATA", "tanjung-barat")
if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", PORTAL_DATA):
    environment.fault(
        "PORTAL_DATA",
        "It is no folder of services/data/.",
        "Write its name: small letters, digits and hyphens only.",
    )
    PORTAL_DATA = "tanjung-barat"

SECRET_KEY = env("SECRET_KEY")
if not SECRET_KEY and not PRODUCTION:
    SECRET_KEY = environment.laptop_key(VAR_DIR / "secret-key")

# Database ------------------------------------------------------------

# One file per data set, so that the two example portals never mix.
DATABASE_URL = env("DATABASE_URL")
SQLITE_FILE = VAR_DIR / f"{PORTAL_DATA}.sqlite3"
# Between us and PostgreSQL stands pgbouncer, which lends its connections for one transaction each.
PGBOUNCER = env_bool("PGBOUNCER")
DATABASES = {"default": databases.original(DATABASE_URL, SQLITE_FILE, pooled=PGBOUNCER, is_web=IS_WEB)}
# pg_dump needs PostgreSQL itself: portal/backup/database.py.
BACKUP_DATABASE_URL = env("BACKUP_DATABASE_URL")
# Public pages may be read from a copy that follows the original: portal/shared/replica.py.
DATABASE_REPLICA_URL = env("DATABASE_REPLICA_URL")
if DATABASE_REPLICA_URL:
    DATABASES["replica"] = databases.replica(
        DATABASE_REPLICA_URL, DATABASES["default"], pooled=PGBOUNCER, is_web=IS_WEB
    )
    DATABASE_ROUTERS = ["portal.shared.replica.ReplicaRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Applications ------------------------------------------------------------

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "feedback.apps.FeedbackConfig",
    "outreach.apps.OutreachConfig",
    "services.apps.ServicesConfig",
    "portal.accounts.apps.AccountsConfig",
    "portal.evaluation.apps.EvaluationConfig",
    "portal.finding.apps.FindingConfig",
    "portal.subscriptions.apps.SubscriptionsConfig",
    "portal.field.apps.FieldConfig",
    "portal.shared.apps.SharedConfig",
    "portal.shared.exchange.apps.ExchangeConfig",
    "portal.shared.work.apps.WorkConfig",
    "portal.shared.push.apps.PushConfig",
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
    "portal.shared.request_log.RouteAndRoleMiddleware",
    # Outside of all that reads or changes what an answer says.
    "portal.shared.compressing.CompressMiddleware",
    # First of what answers, so that files, redirects and refusals carry the headers of a page too.
    "portal.shared.headers.HeadersMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "portal.shared.private_pages.NoStoreMiddleware",
    "portal.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.shared.language.LanguageFromAddressMiddleware",
    "portal.shared.bad_input.RefuseBadInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.accounts.session.StaffSessionMiddleware",
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
    "portal.accounts.backend.StaffBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "portal.accounts.passwords.OneWordValidator"},
]
LOGIN_URL = "admin:login"
# Thirty minutes idle, and ends everywhere at once: portal/accounts/session.py. The cookie goes with the browser.
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
KNOWN_BROWSER_COOKIE = "__Host-known-browser" if PRODUCTION else "known-browser"
# Holds the key of what a resident has not sent yet, for a day: feedback/drafting.py.
DRAFT_COOKIE = "__Host-draft" if PRODUCTION else "draft"
# Stands for the secret of a case for half an hour: feedback/following.py.
CASE_COOKIE = "__Host-case" if PRODUCTION else "case"
# Stands for the code of a registration for half an hour: outreach/holding.py.
REGISTRATION_COOKIE = "__Host-registration" if PRODUCTION else "registration"
# The measures are in portal/accounts/limits.py; django-axes asks our handler and stores what it is given.
AXES_HANDLER = "portal.accounts.lockout.DoorHandler"
AXES_LOCKOUT_CALLABLE = "portal.accounts.lockout.locked_out"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = AXES_CLIENT_STR_CALLABLE = "portal.accounts.lockout.nobody"

# Background work ------------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# Done by the worker, once a day or once an hour, however many workers there are: portal/shared/work/periodic.py.
PERIODIC_WORK = background.PERIODIC_WORK
ASKED_WORK = background.ASKED_WORK
# No rule names such a period: an office decides it.
SETTLE_AFTER_DAYS = env_number("SETTLE_AFTER_DAYS", 10, low=1, high=120)

EMAIL_URL = env("EMAIL_URL")
DEFAULT_FROM_EMAIL = env("MAIL_FROM", f"noreply@{urlsplit(SITE_URL).hostname or 'localhost'}")
EMAIL_TIMEOUT = 20
if EMAIL_URL:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    globals().update(mail_server.settings_of(EMAIL_URL))
elif PRODUCTION:
    EMAIL_BACKEND = "portal.shared.work.mail.NoMailServer"
else:
    # A laptop's mail is read in this folder.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"

# Word to phones ------------------------------------------------------------

# Our key before push services (VAPID); in production none means that phones are told nothing: portal/shared/push.
VAPID_PRIVATE_KEY = env("VAPID_PRIVATE_KEY")
if not VAPID_PRIVATE_KEY and not PRODUCTION:
    VAPID_PRIVATE_KEY = environment.laptop_key(VAR_DIR / "push-key", "VAPID_PRIVATE_KEY", 32)
# Those of the browsers there are; what a phone names elsewhere is never asked.
PUSH_SERVICES = [
    "https://fcm.googleapis.com",
    "https://jmt17.google.com",
    "https://updates.push.services.mozilla.com",
    "https://*.push.apple.com",
    "https://*.notify.windows.com",
]

# Language and time ------------------------------------------------------------

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
USE_I18N = True
USE_TZ = True
# WIB, WITA and WIT.
TIME_ZONE = env_choice("TIME_ZONE", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
# The rule a new satisfaction survey names as its basis.
SKM_RULE = env("SKM_RULE", "Permenpan RB 14/2017")
# Under which licence everybody may use the data of this portal.
DATA_LICENCE = env_choice("DATA_LICENCE", ["CC-BY-4.0", "CC0-1.0", "ODbL-1.0"])

# Files ------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
# Without VAR_DIR, which is then a fault already, there is nowhere to put it.
with contextlib.suppress(OSError):
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = VAR_DIR / "media"
# Made by `manage.py backup` alone, so no folder is made before it is needed.
BACKUP_DIR = BASE_DIR / env("BACKUP_DIR", str(VAR_DIR / "backups"))
# With these set, uploaded files lie on S3-compatible storage instead: portal/shared/bucket.py.
MEDIA_BUCKET = env("MEDIA_BUCKET")
MEDIA_ENDPOINT_URL = env("MEDIA_ENDPOINT_URL")
MEDIA_REGION = env("MEDIA_REGION", "us-east-1")
MEDIA_ACCESS_KEY_ID = env("MEDIA_ACCESS_KEY_ID")
MEDIA_SECRET_ACCESS_KEY = env("MEDIA_SECRET_ACCESS_KEY")
STORAGES = {
    "default": {
        "BACKEND": "portal.shared.bucket.PrivateBucket"
        if MEDIA_BUCKET
        else "django.core.files.storage.FileSystemStorage"
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MAX_AGE = 3600
# Our files are for our pages; only open data is for everybody's.
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = TESTING or DEBUG
# Or every client of a test would first look through all files there are: a tenth of a second each.
WHITENOISE_AUTOREFRESH = TESTING or DEBUG

# Feedback ------------------------------------------------------------

# After how many days from the end of a case something is erased: feedback/erasure.py, outreach/forgetting_words.py.
FEEDBACK_CONTACT_DAYS = env_number("FEEDBACK_CONTACT_DAYS", 365, low=1, high=3650)
FEEDBACK_PHOTO_DAYS = env_number("FEEDBACK_PHOTO_DAYS", 730, low=1, high=3650)
FEEDBACK_WORDS_DAYS = env_number("FEEDBACK_WORDS_DAYS", 1825, low=1, high=36500)

# Social media ------------------------------------------------------------

# Accounts through which approved posts go out by themselves; none until set: outreach/connectors.
META_API_URL = env_address("META_API_URL", "https://graph.facebook.com/v25.0")
FACEBOOK_PAGE_ID = env("FACEBOOK_PAGE_ID")
FACEBOOK_TOKEN = env("FACEBOOK_TOKEN")
INSTAGRAM_USER_ID = env("INSTAGRAM_USER_ID")
INSTAGRAM_TOKEN = env("INSTAGRAM_TOKEN")
WHATSAPP_PHONE_ID = env("WHATSAPP_PHONE_ID")
WHATSAPP_TOKEN = env("WHATSAPP_TOKEN")
WHATSAPP_TEMPLATE = env("WHATSAPP_TEMPLATE")
WHATSAPP_RECEIVERS = env_list("WHATSAPP_RECEIVERS")
social_accounts.check(globals())

# Outreach ------------------------------------------------------------

# After how many days from the end of an activity names and contacts are erased: outreach/forgetting.py.
OUTREACH_CONTACT_DAYS = env_number("OUTREACH_CONTACT_DAYS", 90, low=1, high=3650)

# The installed app ------------------------------------------------------------

# Off: /sw.js is a worker that erases its copies and takes itself off every phone: portal/web_app/shell.py.
SERVICE_WORKER = env_choice("SERVICE_WORKER", ("yes", "no")) == "yes"

# Safety ------------------------------------------------------------

# How many proxies of our own stand in front, each adding one entry to X-Forwarded-For.
TRUSTED_PROXIES = env_number("TRUSTED_PROXIES", 0, low=0, high=9)

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
# Django's own would write what strangers send to the disk as it came.
FILE_UPLOAD_HANDLERS = ["portal.shared.uploads.MemoryOnly"]
# Content-Security-Policy, Cross-Origin-Resource-Policy and their like: portal/shared/headers.py.
# Nothing here asks a phone for these, and so no page of ours may. What harms nobody is left out: every answer pays.
SWITCHED_OFF = (
    "accelerometer browsing-topics camera clipboard-read display-capture geolocation gyroscope hid idle-detection"
    " local-fonts magnetometer microphone midi payment screen-wake-lock serial storage-access usb window-management"
    " xr-spatial-tracking"
)
PERMISSIONS_POLICY: dict[str, list[str]] = {name: [] for name in SWITCHED_OFF.split()}
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": browsers then hide where a form came from, and Django could not refuse a foreign one.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
# Not "Strict": a link in a mail to staff would open the sign-in page although they are signed in.
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
# Not in a cookie: what a message says is nobody's but the reader's.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
USE_X_FORWARDED_HOST = False
USE_X_FORWARDED_PORT = False
if PRODUCTION:
    # Browsers take a cookie of such a name from this very host over https only, never from a neighbour's.
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    CSRF_TRUSTED_ORIGINS = [SITE_URL]
    if TRUSTED_PROXIES:
        # The nearest proxy of our own always sets this header.
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Health, logs, metrics ------------------------------------------------------------

LOG_REQUESTS = env_choice("LOG_REQUESTS", ["yes", "no"] if PRODUCTION else ["no", "yes"]) == "yes"
METRICS_BIND = env("METRICS_BIND")
if METRICS_BIND:
    if not re.fullmatch(r"(?!0\.0\.0\.0|\[?::\]?:)\S+:\d{1,5}", METRICS_BIND) or not safety.is_local(
        METRICS_BIND.rpartition(":")[0]
    ):
        environment.fault(
            "METRICS_BIND",
            "It is no address of this machine or a private network.",
            "Write one the public cannot reach, for example 127.0.0.1:9108.",
        )
    # Read by prometheus_client when it is imported: all processes of the server count into one folder.
    os.environ.update(PROMETHEUS_MULTIPROC_DIR=str(VAR_DIR / "metrics"))
    with contextlib.suppress(OSError):
        (VAR_DIR / "metrics").mkdir(parents=True, exist_ok=True)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{levelname} {name}: {message}", "style": "{"},
        "json": {"()": "portal.shared.logs.JsonLines"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain" if TESTING or DEBUG else "json"}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Wild addresses are everyday life on the internet: a clear page is the answer, not a log line.
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # Django gives these handlers of their own, one of which writes whole requests into mail.
        "django": {"handlers": [], "level": "NOTSET", "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
    },
}


# Refuse to start, with every reason at once and no traceback; only the doctor may look at a sick patient.
DANGERS = [*environment.faults, *safety.dangers(globals())]
if DANGERS and not (Path(sys.argv[0]).name == "manage.py" and sys.argv[1:2] == ["doctor"]):
    raise SystemExit(environment.refusal(DANGERS))
# Signs nothing that outlives the doctor's visit.
SECRET_KEY = SECRET_KEY or secrets.token_urlsafe(50)
