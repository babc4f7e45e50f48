"""The portal's settings: one module, driven by the environment (docs/interfaces.md lists every variable)."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.accounts import login_rates, sign_on_from
from config.databases import configured
from config.environment import LOOPBACK, checked, words_of
from config.local_secret import local_secret_key
from config.logs import configure_structlog, logging_for

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = checked(os.environ)

# --- Where it runs -----------------------------------------------------------------------------------
SITE_URL = env("SITE_URL", default=f"http://127.0.0.1:{env('PORT', default='8000')}").rstrip("/")
_site = urlsplit(SITE_URL)
SECURE = _site.scheme == "https"
IS_LOCAL = _site.hostname in LOOPBACK
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="") or local_secret_key(VAR_DIR, allowed=IS_LOCAL)
ALLOWED_HOSTS = words_of(env("ALLOWED_HOSTS", default=f"{_site.hostname},127.0.0.1,localhost,[::1]"))
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DATABASES = {"default": configured(env("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}"))}
# A folder with pg_dump and pg_restore, where they are not on the PATH.
POSTGRESQL_TOOLS = env("POSTGRESQL_TOOLS", default="")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_cache_url = env("CACHE_URL", default="")
CACHES = {
    "default": env.cache_url_config(_cache_url)
    if _cache_url
    else {"BACKEND": "core.database.cache.HonestDatabaseCache", "LOCATION": "core_cache"}
}

# --- What it is made of ------------------------------------------------------------------------------
INSTALLED_APPS = [
    "core",
    "missions",
    "officers",
    "deployments",
    "config.admin.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_filters",
    "crispy_forms",
    "crispy_bootstrap5",
    "simple_history",
    "csp",
    "django_structlog",
]
MIDDLEWARE = [
    "config.bodies.HeadersMiddleware",
    "config.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.PatienceMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "config.kept.middleware.KeptPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.WatchMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.bodies.BodyLimitMiddleware",
    "config.middleware.AccountLanguageMiddleware",
    "config.middleware.ErrorPagesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "officers.accounts.stay.StayMiddleware",
    "officers.accounts.security_log.SecurityLogMiddleware",
    "officers.accounts.evenness.EvenAnswersMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "officers.accounts.middleware.SecondFactorMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "config.middleware.PrivatePagesMiddleware",
]
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
                "config.context.portal",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- People ------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "officers.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my"
# Attempts per address and per account in a time, as "5/5m", for log-in and everything else that could be guessed at.
LOGIN_RATE = env("LOGIN_RATE", default="")
STAFF_MFA_REQUIRED = env.bool("STAFF_MFA_REQUIRED", default=True)
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1 if SECURE else 0)
ACCOUNT_ADAPTER = "officers.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "add_email": "officers.accounts.forms.ChangeEmailForm",
    "change_password": "officers.accounts.forms.ChangePasswordForm",
    "login": "officers.accounts.forms.LoginForm",
    "reauthenticate": "officers.accounts.forms.ReauthenticateForm",
    "reset_password": "officers.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "officers.accounts.forms.ResetPasswordKeyForm",
    "set_password": "officers.accounts.forms.SetPasswordForm",
    "signup": "officers.accounts.forms.SignupForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
ACCOUNT_LOGOUT_REDIRECT_URL = "current-operations"
ACCOUNT_RATE_LIMITS = login_rates(LOGIN_RATE)
# Seconds to whose next multiple an answer waits that could tell whether an account exists.
ACCOUNT_ANSWER_STEP = 0.25
MFA_ADAPTER = "officers.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "activate_totp": "officers.accounts.forms.ActivateTOTPForm",
    "add_webauthn": "officers.accounts.forms.AddPasskeyForm",
    "authenticate_webauthn": "officers.accounts.forms.PasskeyForm",
    "edit_webauthn": "officers.accounts.forms.EditPasskeyForm",
    "reauthenticate_webauthn": "officers.accounts.forms.ReauthenticateWithPasskeyForm",
    "authenticate": "officers.accounts.forms.AuthenticateForm",
    "reauthenticate": "officers.accounts.forms.ReauthenticateWithCodeForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
SOCIALACCOUNT_ADAPTER = "officers.accounts.adapters.SignOnAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": sign_on_from(env)}}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [{"NAME": "officers.accounts.passwords.SiteWordsValidator"}]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# --- Language and time -------------------------------------------------------------------------------
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env("TIME_ZONE", default="America/Toronto")

# --- Files -------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(VAR_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "core.files.storage.WholeFileStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Public pages are kept whole for visitors without a session, as fresh as the database says with every request.
KEEP_PAGES = env.bool("KEEP_PAGES", default=True)
KEPT_PAGES = VAR_DIR / "pages"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- Mail --------------------------------------------------------------------------------------------
_email = env.email_url_config(env("EMAIL_URL", default="filemail:///" + str(VAR_DIR / "mail").lstrip("/")))
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = "/" + str(_email.get("EMAIL_FILE_PATH", "")).lstrip("/")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env(
    "MAIL_FROM", default="portal@example.org" if IS_LOCAL else f"noreply@{_site.hostname}"
)

# Where a weakness of the portal is reported: an address or a URL, shown in /.well-known/security.txt.
SECURITY_CONTACT = env("SECURITY_CONTACT", default=DEFAULT_FROM_EMAIL)

# --- Security headers --------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb")
}
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
# Browsers take a cookie of such a name from this very host alone, over https alone.
_prefix = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_prefix}sessionid", f"{_prefix}csrftoken"
SEEN_COOKIE_NAME, DEVICE_COOKIE_NAME = f"{_prefix}seen", f"{_prefix}device"
# Seconds: without activity, and at the most.
SESSION_IDLE_SECONDS, SESSION_LONGEST_SECONDS = 30 * 60, 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "config.views.csrf_failure"

# --- Logs --------------------------------------------------------------------------------------------
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
LOGGING = logging_for(debug=DEBUG, level=env("LOG_LEVEL", default="INFO"))
configure_structlog()

# --- The portal's own switches -----------------------------------------------------------------------
BRAND_NAME_EN = env("BRAND_NAME_EN", default="International Police Deployments")
BRAND_NAME_FR = env("BRAND_NAME_FR", default="Affectations policières internationales")
# Whose officers serve beside those of partner services, and who runs the public pages; with the article, as in a sentence.
NATIONAL_POLICE_EN = env("NATIONAL_POLICE_EN", default="the Royal Canadian Mounted Police")
NATIONAL_POLICE_FR = env("NATIONAL_POLICE_FR", default="la Gendarmerie royale du Canada")
PUBLISHER_EN = env("PUBLISHER_EN", default=NATIONAL_POLICE_EN)
PUBLISHER_FR = env("PUBLISHER_FR", default=NATIONAL_POLICE_FR)
DEFAULT_PROGRAMME = "cpa"
# Whether the public pages show how many police are deployed today, beside how many are authorised.
PUBLIC_SHOWS_DEPLOYED = env.bool("PUBLIC_SHOWS_DEPLOYED", default=False)
# The most applications that an officer may have open at one time, and the months of rest asked for between two tours.
MAX_OPEN_APPLICATIONS = env.int("MAX_OPEN_APPLICATIONS", default=5)
REST_MONTHS = env.int("REST_MONTHS", default=0)
# Where the proposer and the approver differ: "selection", "strength", both, or neither (docs/interfaces.md).
FOUR_EYES = words_of(env("FOUR_EYES", default=""))
# How long a selection holds a place that the officer has not accepted yet.
HOLD_DAYS = env.int("HOLD_DAYS", default=14)
# How many days before or after the end of a tour another one begins, at most, that is shown as its likely successor.
SUCCESSOR_DAYS = env.int("SUCCESSOR_DAYS", default=30)
# Documents of an application, and papers of a record: how many, and how large each may be.
MAX_DOCUMENTS = env.int("MAX_DOCUMENTS", default=10)
MAX_DOCUMENT_BYTES = env.int("MAX_DOCUMENT_BYTES", default=10 * 1024 * 1024)
# Whether what the desk keeps on a person for itself is in the person's own export too, where the law asks for it.
EXPORT_DESK_RECORDS = env.bool("EXPORT_DESK_RECORDS", default=False)
# A program that gets each document as its input and ends with 0 for clean and 1 for harmful, as "clamdscan -" does.
UPLOAD_SCANNER = env("UPLOAD_SCANNER", default="")
# When personal values are erased: years without any activity, and days after an account was closed by its owner.
RETENTION_YEARS = env.int("RETENTION_YEARS", default=7)
CLOSED_DAYS = env.int("CLOSED_DAYS", default=90)
# Years after which the documents of an ended application go, and whether the daily run erases or only says what is due.
DOCUMENT_YEARS = env.int("DOCUMENT_YEARS", default=2)
RETENTION_REPORT_ONLY = env.bool("RETENTION_REPORT_ONLY", default=False)
