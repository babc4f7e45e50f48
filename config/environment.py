"""Every variable of the environment, what it may hold, and the check that runs before the settings read any of them.

A wrong value ends the process with one line for each: the name, the value, and what is allowed. Values that may hold a
password are shown without it. A new variable needs a line in VARIABLES.
"""

import difflib
import re
import shlex
import shutil
import sys
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import environ

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SWITCH = {"1", "true", "yes", "y", "on", "ok", "0", "false", "no", "n", "off"}
SIMILAR = 0.85
HOST = re.compile(r"\*|\.?[\w.-]+|\[?[\da-f]*:[\da-f:.]+\]?", re.IGNORECASE)
Check = Callable[[str], bool]
Rule = tuple[Check, str]


def _whole(least: int, most: int) -> Rule:
    def check(value: str) -> bool:
        return re.fullmatch(r"\d{1,12}", value, re.ASCII) is not None and least <= int(value) <= most

    return check, f"a whole number from {least} to {most}"


def _one_line(longest: int) -> Rule:
    return lambda value: len(value) <= longest and value.isprintable(), f"one line of at most {longest} characters"


def _some_of(*words: str) -> Rule:
    allowed = ", ".join(f'"{word}"' for word in words)
    return lambda value: {part.strip() for part in value.split(",")} <= {*words, ""}, f"{allowed}, separated by commas"


def _is_web_address(value: str) -> bool:
    parts = urlsplit(value)
    _port = parts.port  # raises ValueError where it is no number
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _is_site(value: str) -> bool:
    parts = urlsplit(value.rstrip("/"))
    is_bare = not (parts.path or parts.query or parts.fragment or parts.username)
    return _is_web_address(value) and is_bare and _is_hosts(parts.hostname or "")


def _is_hosts(value: str) -> bool:
    return all(HOST.fullmatch(host.strip()) for host in value.split(","))


def _is_database(value: str) -> bool:
    parts = urlsplit(value)
    if parts.scheme not in {"sqlite", "postgres", "postgresql"}:
        return False
    settings = environ.Env.db_url_config(value)
    if parts.scheme == "sqlite":
        path = Path(settings["NAME"])
        return settings["NAME"] == ":memory:" or (not path.is_dir() and _can_hold_files(path.parent))
    is_port = isinstance(settings.get("PORT", ""), int) or not settings.get("PORT")
    return bool(settings["NAME"]) and is_port


def _can_hold_files(folder: Path) -> bool:
    existing = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    return existing.is_dir()


def _is_cache(value: str) -> bool:
    return urlsplit(value).scheme in environ.Env.CACHE_SCHEMES and bool(environ.Env.cache_url_config(value))


def _is_mail(value: str) -> bool:
    _port = urlsplit(value).port
    return urlsplit(value).scheme in environ.Env.EMAIL_SCHEMES and bool(environ.Env.email_url_config(value))


def _is_rate(value: str) -> bool:
    return re.fullmatch(r"[1-9]\d{0,8}/([1-9]\d{0,5})?[smhd]", value, re.ASCII) is not None


def _is_zone(value: str) -> bool:
    try:
        return bool(zoneinfo.ZoneInfo(value))
    except (zoneinfo.ZoneInfoNotFoundError, OSError):
        return False


def _is_program(value: str) -> bool:
    return value.isprintable() and shutil.which(shlex.split(value)[0]) is not None


ON_OFF: Rule = (lambda value: value.lower() in SWITCH, "1 or 0 (also true, yes, on; false, no, off)")
FOLDER: Rule = (lambda value: _can_hold_files(Path(value)) and not Path(value).is_file(), "the path of a folder")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
VARIABLES: dict[str, Rule] = {
    "ALLOWED_HOSTS": (_is_hosts, "names of hosts, separated by commas, without http:// and without a path"),
    "BRAND_NAME_EN": _one_line(100),
    "BRAND_NAME_FR": _one_line(100),
    "NATIONAL_POLICE_EN": _one_line(100),
    "NATIONAL_POLICE_FR": _one_line(100),
    "PUBLISHER_EN": _one_line(100),
    "PUBLISHER_FR": _one_line(100),
    "CACHE_URL": (_is_cache, "an address such as rediscache://host:6379/1"),
    "CLOSED_DAYS": _whole(1, 3650),
    "DATABASE_URL": (_is_database, "sqlite:////path/to/file or postgres://user:password@host:5432/name"),
    "DEBUG": ON_OFF,
    "DOCUMENT_YEARS": _whole(1, 100),
    "DEMO": (lambda value: value in {"0", "1"}, "1 or 0"),
    "EMAIL_URL": (_is_mail, "an address such as smtp+tls://user:password@host:587"),
    "EXPORT_DESK_RECORDS": ON_OFF,
    "FOUR_EYES": _some_of("selection", "strength"),
    "HOLD_DAYS": _whole(1, 365),
    "KEEP_PAGES": ON_OFF,
    "LOG_LEVEL": (lambda value: value in LEVELS, "one of " + ", ".join(LEVELS)),
    "LOGIN_RATE": (_is_rate, "how many in which time, such as 20/m or 5/10m (s, m, h or d)"),
    "MAIL_FROM": (lambda value: value.isprintable() and "@" in value, "an e-mail address"),
    "MAX_DOCUMENTS": _whole(1, 1000),
    "MAX_DOCUMENT_BYTES": _whole(1, 1024**3),
    "MAX_OPEN_APPLICATIONS": _whole(1, 1000),
    "MEDIA_ROOT": FOLDER,
    "OIDC_CLIENT_ID": _one_line(500),
    "OIDC_CLIENT_SECRET": _one_line(500),
    "OIDC_NAME": _one_line(100),
    "OIDC_SERVER_URL": (_is_web_address, "an address that begins with https://"),
    "PORT": _whole(1, 65535),
    "POSTGRESQL_TOOLS": (lambda value: Path(value).is_dir(), "the path of a folder that exists"),
    "PUBLIC_SHOWS_DEPLOYED": ON_OFF,
    "REST_MONTHS": _whole(0, 120),
    "RETENTION_REPORT_ONLY": ON_OFF,
    "RETENTION_YEARS": _whole(1, 100),
    "SUCCESSOR_DAYS": _whole(0, 365),
    "SECURITY_CONTACT": (
        lambda value: value.isprintable() and ("@" in value or value.startswith("https://")),
        "an e-mail address, or a URL that begins with https://",
    ),
    "SECRET_KEY": (str.isprintable, "a long random text"),
    "SITE_URL": (_is_site, "http:// or https:// and a host, without a path"),
    "STAFF_MFA_REQUIRED": ON_OFF,
    "TIME_ZONE": (_is_zone, "the name of a time zone, such as America/Toronto"),
    "TRUSTED_PROXIES": _whole(0, 10),
    "UPLOAD_SCANNER": (
        _is_program,
        "a program that is on this machine, with its options, such as clamdscan --no-summary -",
    ),
}
SECRETS = {"SECRET_KEY", "OIDC_CLIENT_SECRET"}


def problems(environment: Mapping[str, str]) -> list[str]:
    """One line for each variable that is wrong, or missing where another one asks for it."""
    wrong = [
        f"{name}={shown(name, environment[name])} is not allowed: {allowed}."
        for name, (check, allowed) in VARIABLES.items()
        if environment.get(name) and not _passes(check, environment[name])
    ]
    return wrong or list(_missing(environment))


def warnings(environment: Mapping[str, str]) -> list[str]:
    """One line for each unknown name that differs by little from one of the portal's."""
    folded = {_folded(name): name for name in VARIABLES}
    return [
        f"Warning: the portal reads no variable {name}. Did you mean {folded[alike[0]]}?"
        for name in sorted(environment.keys() - VARIABLES.keys())
        if (alike := difflib.get_close_matches(_folded(name), folded, n=1, cutoff=SIMILAR))
    ]


def checked(environment: Mapping[str, str]) -> environ.Env:
    """The environment to read from, in which an empty value counts as none and "$" is a letter like any other.

    Warns of misspelt names on standard error. Raises SystemExit, which ends with code 1, where a value is wrong.
    """
    for line in warnings(environment):
        sys.stderr.write(f"{line}\n")
    if found := problems(environment):
        raise SystemExit("\n".join(found))
    env = environ.Env()
    env.escape_proxy = True  # django-environ takes "$NAME" for the value of NAME; a backslash before it is taken out
    env.ENVIRON = {name: value.replace("$", r"\$") for name, value in environment.items() if value}
    return env


def words_of(value: str) -> list[str]:
    """The parts of a value that are separated by commas."""
    return [part.strip() for part in value.split(",") if part.strip()]


def shown(name: str, value: str) -> str:
    """The value as it may be read by others: no secret, no password of an address, no control character."""
    if name in SECRETS:
        return "(not shown)"
    without_password = re.sub(r"(?<=://).*(?=@)", "***", value)
    return without_password if without_password.isprintable() else repr(without_password)


def _missing(environment: Mapping[str, str]) -> Iterator[str]:
    site = environment.get("SITE_URL", "")
    if site and urlsplit(site).hostname not in LOOPBACK and not environment.get("SECRET_KEY"):
        yield "SECRET_KEY= is missing: a long random text, required where SITE_URL is not a loopback address."
    if environment.get("OIDC_SERVER_URL"):
        for name in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"):
            if not environment.get(name):
                yield f"{name}= is missing: required with OIDC_SERVER_URL."


def _passes(check: Check, value: str) -> bool:
    try:
        return bool(check(value))
    except (ValueError, KeyError, TypeError, LookupError):
        return False


def _folded(name: str) -> str:
    return name.replace("_", "").upper()
