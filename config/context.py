"""What every template may use: the brand, and the reader's language."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_from_request

NAMES = {"en": "English", "fr": "Français"}


def language_of(request: HttpRequest) -> str:
    """The path's language, else the reader's choice kept in a cookie, else the browser's, else English."""
    return get_language_from_request(request, check_path=True).lower()


def in_language(path: str, language: str) -> str:
    """``path`` (with its query) in ``language``; the front page where the path belongs to no language."""
    first, _, rest = path.removeprefix("/").partition("/")
    return f"/{language}/{rest}" if first in NAMES else f"/{language}/"


def portal(request: HttpRequest) -> dict[str, Any]:
    """The brand in the reader's language, and where the same page is in the other language."""
    return {**for_path(request.get_full_path()), "stays_until": getattr(request, "stays_until", None)}


def for_path(path: str) -> dict[str, Any]:
    """The same without a request, for the page that must not fail."""
    language = "fr" if get_language() == "fr" else "en"
    other = "en" if language == "fr" else "fr"
    prefixed = path.startswith(("/en/", "/fr/"))
    plain = path.partition("?")[0]
    return {
        "language": language,
        "brand": getattr(settings, f"BRAND_NAME_{language.upper()}"),
        "national_police": getattr(settings, f"NATIONAL_POLICE_{language.upper()}"),
        "publisher": getattr(settings, f"PUBLISHER_{language.upper()}"),
        "other_language": other,
        "other_language_name": NAMES[other],
        "other_language_url": in_language(path, other),
        "alternates": [
            {"language": code, "url": settings.SITE_URL + in_language(path, code)} for code in NAMES if prefixed
        ],
        "canonical": settings.SITE_URL + plain if prefixed else "",
        "SITE_URL": settings.SITE_URL,
        "MAX_OPEN_APPLICATIONS": settings.MAX_OPEN_APPLICATIONS,
        "CLOSED_DAYS": settings.CLOSED_DAYS,
    }
