"""The device cookie (as OWASP describes it): who fails on purpose locks out nobody but strangers.

A browser in which an account signed in keeps a signed cookie. Its failed attempts are counted apart, so that somebody
elsewhere who uses up the attempts of an address leaves its owner's own browser alone.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

KEPT_FOR = 180 * 24 * 3600
_signer = signing.TimestampSigner(salt="portal.device")


def device_of(request: HttpRequest, address: str) -> str:
    """A name for the browser where ``address`` has signed in with it before; empty elsewhere."""
    try:
        owner, device = _signer.unsign(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), max_age=KEPT_FOR).split(
            "."
        )
    except (signing.BadSignature, ValueError):
        return ""
    return device if constant_time_compare(owner, _owner(address)) else ""


def remember_device(request: HttpRequest, response: HttpResponse, address: str) -> None:
    """Give the browser its cookie, unless it has the account's already."""
    if device_of(request, address):
        return
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        _signer.sign(f"{_owner(address)}.{secrets.token_urlsafe(12)}"),
        max_age=KEPT_FOR,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def _owner(address: str) -> str:
    return salted_hmac("portal.device", address.lower()).hexdigest()[:32]
