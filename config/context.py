"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language


def portal(request: HttpRequest) -> dict:
    """The brand in the reader's language, and where the same page is in the other language."""
    french = get_language() == "fr"
    other = "en" if french else "fr"
    return {
        "brand": settings.BRAND_NAME_FR if french else settings.BRAND_NAME_EN,
        "other_language": other,
        "other_language_url": translate_url(request.get_full_path(), other),
        "SITE_URL": settings.SITE_URL,
    }
