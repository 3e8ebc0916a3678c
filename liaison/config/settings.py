"""The settings of an installation. Every value an operator may change is read here, from the environment.

`docs/reference/settings.md` describes each; a test fails on one that it leaves out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from liaison.config import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("LIAISON_VAR", str(BASE_DIR.parent / "var")))

# The mode: development and the demo show errors in full and need no secret of their own.
DEBUG = env.flag("LIAISON_DEBUG", default=False)
DEMO = env.flag("LIAISON_DEMO", default=False)
DEMO_MAILBOX = Path(env.text("LIAISON_DEMO_MAILBOX", str(VAR_DIR / "demo" / "mailbox")))
SECRET_KEY = env.secret("LIAISON_SECRET_KEY", VAR_DIR / "secret-key")

# The operator: Liaison is neutral, the platform company that runs it gives name, colour and logo.
OPERATOR_NAME = env.text("OPERATOR_NAME", "Example Platform")
OPERATOR_COLOUR = env.text("OPERATOR_COLOUR", "#1f6feb")
OPERATOR_LOGO_URL = env.text("OPERATOR_LOGO_URL", "")
OPERATOR_SUPPORT_EMAIL = env.text("OPERATOR_SUPPORT_EMAIL", "support@operator.test")

# Where the web server listens, and where people reach the portal: behind a proxy the two differ.
# Links in mails start with PORTAL_URL, never with a Host header.
LISTEN_HOST = env.text("LISTEN_HOST", "127.0.0.1")
LISTEN_PORT = env.number("LISTEN_PORT", 8000, least=1)
PORTAL_URL = env.text("PORTAL_URL", f"http://127.0.0.1:{LISTEN_PORT}").rstrip("/")
PORTAL_HOST = urlsplit(PORTAL_URL).hostname or "localhost"
ALLOWED_HOSTS = list(env.words("ALLOWED_HOSTS", (PORTAL_HOST, "127.0.0.1", "localhost")))
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]

INSTALLED_APPS = [
    "liaison.audit",
    "liaison.catalog",
    "liaison.web",
    "liaison.notifications",
    "liaison.accounts",
    "liaison.integrations",
    "liaison.delegation",
    "liaison.calendars",
    "liaison.files",
    "liaison.helpcentre",
    "liaison.contacts",
    "liaison.signals",
    "liaison.feeds",
    "liaison.probes",
    "liaison.expectations",
    "liaison.health",
    "liaison.notices",
    "liaison.drills",
    "liaison.detection",
    "liaison.monitoring",
    "liaison.cases",
    "liaison.ledger",
    "liaison.filing",
    "liaison.support",
    "liaison.mail",
    "liaison.desk",
    "liaison.api",
    "liaison.config",
    *(["liaison.demo"] if DEMO else []),
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
]

MIDDLEWARE = [
    "liaison.config.counting.CountingMiddleware",
    "liaison.accounts.slots.SlotMiddleware",
    "liaison.web.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "liaison.web.middleware.PolicyMiddleware",
    "liaison.accounts.sessions.SlotSessionMiddleware",
    "liaison.accounts.sessions.IdentityMiddleware",
    "liaison.web.language.LanguageMiddleware",
    "liaison.web.middleware.DatabaseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "liaison.config.other_sign_ins.OtherSignInMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "liaison.web.middleware.RefusalMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "liaison.contacts.gate.GateMiddleware",
]

ROOT_URLCONF = "liaison.config.urls"
WSGI_APPLICATION = "liaison.config.wsgi.application"

_CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.messages.context_processors.messages",
    "liaison.web.context.portal",
    "liaison.accounts.context.identity_menu",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        # Ours, and our versions of allauth's pages: all of the portal is Jinja2 (docs/decisions/0002).
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "liaison.web.environment.environment",
            "context_processors": _CONTEXT_PROCESSORS,
        },
    },
    {
        # Only for what libraries render inside themselves (form widgets, short message texts).
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _CONTEXT_PROCESSORS[:2]},
    },
]

# PostgreSQL only. Without DATABASE_URL the `liaison` command starts a private cluster and sets it.
_database = env.database(env.text("DATABASE_URL", "postgresql:///liaison"))
_pooled = env.flag("DATABASE_POOL", default=True)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **_database,
        "OPTIONS": {
            **_database["OPTIONS"],
            # Compiling a plan takes longer than any of our statements: lists of delegates took 600 ms instead of 5.
            "options": f"-c jit=off {_database['OPTIONS'].get('options', '')}".strip(),
            "prepare_threshold": 0,  # for the cursors of lib/driver.py; Django's own never prepare
            **(
                {
                    "pool": {
                        "min_size": 1,
                        "max_size": env.number("DATABASE_POOL_SIZE", 8, least=1),
                        "timeout": 5,
                    }
                }
                if _pooled
                else {}
            ),
        },
        "TEST": {"NAME": env.text("TEST_DATABASE_NAME", "test_liaison")},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Rate limits live here, so it is shared by all processes: the database, never local memory.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
}

# Sign-in. An identity is the user; its user name is typed, its mailbox is only where mail goes.
AUTH_USER_MODEL = "accounts.Identity"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "mailbox", "name")},
    },
    {"NAME": "liaison.accounts.passwords.LeastLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "liaison.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "liaison.accounts.forms.SignInForm",
    "reset_password": "liaison.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "liaison.accounts.forms.ResetPasswordKeyForm",
    "set_password": "liaison.accounts.forms.SetPasswordForm",
    "change_password": "liaison.accounts.forms.ChangePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "mailbox"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "liaison.accounts.links.PasswordResetTokens"  # noqa: S105  # the name of a class
ACCOUNT_USERNAME_VALIDATORS = "liaison.accounts.usernames.validators"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "reset_password": "20/h/ip,5/h/key"}

# Sessions, CSRF and messages: all in the identity slot's own session, so that no tab can become another.
SESSION_ENGINE = "liaison.accounts.sessions"
SESSION_COOKIE_AGE = env.number("SESSION_DAYS", 14, least=1) * 24 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PORTAL_URL.startswith("https://")
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "liaison.config.other_sign_ins.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Security headers.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", default=False) else None
# Limits of tries count by the address of the person, not by that of the proxy in front.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("BEHIND_PROXY", default=False) else 0
SECURE_SSL_REDIRECT = False
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # the policy's frame-ancestors says what X-Frame-Options would, and browsers prefer it
    "security.W005",  # what lives on the operator's other subdomains is not ours to decide
    "security.W008",  # the proxy that has the certificate sends people to https
    "security.W021",  # nor is whether the operator's domain goes on the preload list
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Five languages. Words are rendered last, in the reader's language and time zone.
LANGUAGE_CODE = env.text("DEFAULT_LANGUAGE", "en")
LANGUAGES = [
    ("en", _("English")),
    ("ko", _("Korean")),
    ("zh-hans", _("Simplified Chinese")),
    ("it", _("Italian")),
    ("pl", _("Polish")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "liaison.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_TIME_ZONE = env.text("DEFAULT_TIME_ZONE", "UTC")

# Static files carry their hash in their name.
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"

# Files that people send. They stop before a disk is full, so that alerts go on. Without an address nothing is scanned.
FILES_STORAGE = env.choice("FILES_STORAGE", "folder", ("folder", "s3"))
FILES_DIR = Path(env.text("FILES_DIR", str(VAR_DIR / "files")))
FILES_LARGEST_BYTES = env.number("FILES_LARGEST_BYTES", 50 * 1024 * 1024, least=1024)
FILES_ACCOUNT_BYTES = env.number("FILES_ACCOUNT_BYTES", 10 * 1024**3, least=1024)
FILES_PERSON_DAY_BYTES = env.number("FILES_PERSON_DAY_BYTES", 1024**3, least=1024)
FILES_MIN_FREE_BYTES = env.number("FILES_MIN_FREE_BYTES", 2 * 1024**3)
CLAMD_ADDRESS = env.text("CLAMD_ADDRESS", "")
CLAMD_MAX_BYTES = env.number("CLAMD_MAX_BYTES", 25 * 1024 * 1024, least=1024)
CLAMD_TIMEOUT_SECONDS = env.number("CLAMD_TIMEOUT_SECONDS", 20, least=1)
FILE_UPLOAD_HANDLERS = ["liaison.files.handlers.BoundedUploadHandler"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or env.flag("LIAISON_PLAIN_STATIC", default=False)
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
    "files": env.files_storage(FILES_STORAGE, FILES_DIR),
}

# Mail out: one SMTP server.
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("SMTP_HOST", "127.0.0.1")
EMAIL_PORT = env.number("SMTP_PORT", 25, least=1)
EMAIL_HOST_USER = env.text("SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.flag("SMTP_STARTTLS", default=False)
EMAIL_TIMEOUT = env.number("SMTP_TIMEOUT_SECONDS", 60, least=1)
# A portal reached by number or by a bare name, as on a laptop, has no domain to write from.
_has_domain = "." in PORTAL_HOST and not PORTAL_HOST.replace(".", "").isdigit()
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"liaison@{PORTAL_HOST if _has_domain else 'operator.test'}")
MESSAGE_ID_DOMAIN = env.text("MESSAGE_ID_DOMAIN", DEFAULT_FROM_EMAIL.rpartition("@")[2])

# Mail in: bounces and answers, handed over by the operator's own mail server (docs/reference/mail-in.md).
MAIL_DOMAIN = env.text("MAIL_DOMAIN", "").lower()
MAIL_AUTHSERV_ID = env.text("MAIL_AUTHSERV_ID", "").lower()
LMTP_LISTEN = env.text("LMTP_LISTEN", "")
LMTP_MAX_BYTES = env.number("LMTP_MAX_BYTES", 25 * 1024 * 1024, least=64 * 1024)
INCOMING_MAIL_DAYS = env.number("INCOMING_MAIL_DAYS", 90, least=1)

# Calls to other machines, such as webhooks. They leave for the public internet alone, but for exempt networks.
WEBHOOKS = env.choice("WEBHOOKS", "http", ("http", "console"))
HTTP_ALLOWED_NETWORKS = env.words("HTTP_ALLOWED_NETWORKS")
HTTP_ALLOWED_PORTS = env.words("HTTP_ALLOWED_PORTS", ("80", "443", "8080", "8443"))
HTTP_TIMEOUT_SECONDS = env.number("HTTP_TIMEOUT_SECONDS", 15, least=1)

# Phones, through a gateway of the operator, and what the apprise library reaches: only what is named here is offered.
GATEWAY_ALLOWED_NETWORKS = env.words("GATEWAY_ALLOWED_NETWORKS")
SMS_GATEWAY_URL = env.text("SMS_GATEWAY_URL", "")
SMS_GATEWAY_METHOD = env.choice("SMS_GATEWAY_METHOD", "POST", ("POST", "PUT", "GET"))
SMS_GATEWAY_HEADERS = env.text("SMS_GATEWAY_HEADERS", "")
SMS_GATEWAY_BODY = env.text(
    "SMS_GATEWAY_BODY", '{"to": "{to}", "from": "{from}", "text": "{text}", "id": "{message_id}"}'
)
SMS_GATEWAY_FROM = env.text("SMS_GATEWAY_FROM", "")
SMS_GATEWAY_ID_POINTER = env.text("SMS_GATEWAY_ID_POINTER", "")
VOICE_GATEWAY_URL = env.text("VOICE_GATEWAY_URL", "")
VOICE_GATEWAY_METHOD = env.choice("VOICE_GATEWAY_METHOD", "POST", ("POST", "PUT", "GET"))
VOICE_GATEWAY_HEADERS = env.text("VOICE_GATEWAY_HEADERS", "")
VOICE_GATEWAY_BODY = env.text(
    "VOICE_GATEWAY_BODY",
    '{"to": "{to}", "from": "{from}", "text": "{text}", "language": "{locale}", "id": "{message_id}"}',
)
VOICE_GATEWAY_FROM = env.text("VOICE_GATEWAY_FROM", "")
VOICE_GATEWAY_ID_POINTER = env.text("VOICE_GATEWAY_ID_POINTER", "")
APPRISE_ALLOWED = tuple(word.lower() for word in env.words("APPRISE_ALLOWED"))

# Processes.
WEB_PROCESSES = env.number("WEB_PROCESSES", 2, least=1)
WEB_THREADS = env.number("WEB_THREADS", 8, least=1)
WORKER_PROCESSES = env.number("WORKER_PROCESSES", 2, least=1)
DELIVERY_LEASE_SECONDS = env.number("DELIVERY_LEASE_SECONDS", 30, least=5)

# Health checks of partners: how many are under way at once.
PROBE_THREADS = env.number("PROBE_THREADS", 16, least=1)

# Storms: what comes within a window of the last goes together, and each destination has its share. Never emergencies.
BUNDLE_SECONDS = env.number("BUNDLE_SECONDS", 10, least=0)
DESTINATION_BURST = env.number("DESTINATION_BURST", 20, least=1)
DESTINATION_PER_HOUR = env.number("DESTINATION_PER_HOUR", 60, least=1)

# Watching over the deliveries: who outside is told that all is well, and how long what was sent is kept.
DEAD_MAN_URL = env.text("DEAD_MAN_URL", "")
DEAD_MAN_SECONDS = env.number("DEAD_MAN_SECONDS", 30, least=5)
SENT_BYTES_DAYS = env.number("SENT_BYTES_DAYS", 90, least=1)
DELIVERY_PEOPLE_DAYS = env.number("DELIVERY_PEOPLE_DAYS", 400, least=1)

# Who reads /metrics besides this machine itself: Prometheus, with this token.
METRICS_TOKEN = env.text("METRICS_TOKEN", "")

# How long a pause for maintenance lasts at most, from its start; staff may grant more.
PAUSE_MAX_HOURS = env.number("PAUSE_MAX_HOURS", 72, least=1)

# Intake. It never takes all threads of a process: people's pages answer in a storm of alerts, and what is too much
# hears 503 instead of waiting unseen.
INTAKE_MAX_BYTES = env.number("INTAKE_MAX_BYTES", 1024 * 1024, least=1024)
INTAKE_MAX_CONCURRENT = env.number("INTAKE_MAX_CONCURRENT", max(1, WEB_THREADS - 2), least=1)

# Signals. What a batch may hold, unpacked; how many days the rows stay; how late a call may be reported.
SIGNALS_MAX_BYTES = env.number("SIGNALS_MAX_BYTES", 8 * 1024 * 1024, least=1024)
SIGNALS_MAX_LINES = env.number("SIGNALS_MAX_LINES", 50_000, least=1)
SIGNALS_LATEST_DAYS = env.number("SIGNALS_LATEST_DAYS", 7, least=1)
SIGNALS_MINUTES_DAYS = env.number("SIGNALS_MINUTES_DAYS", 35, least=2)
SIGNALS_ERRORS_DAYS = env.number("SIGNALS_ERRORS_DAYS", 35, least=2)
SIGNALS_SAMPLES_DAYS = env.number("SIGNALS_SAMPLES_DAYS", 7, least=1)
# Where a Prometheus that staff name as a source of signals may be, besides the public internet.
PROMETHEUS_NETWORKS = env.words("PROMETHEUS_NETWORKS")
PROMETHEUS_PORTS = env.words("PROMETHEUS_PORTS", ("9090",))

_log_level = env.choice("LOG_LEVEL", "WARNING", env.LOG_LEVELS)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    # At the handler as well: what libraries' own loggers let through does not ask the root's level.
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "level": _log_level}},
    "root": {"handlers": ["stderr"], "level": _log_level},
}
