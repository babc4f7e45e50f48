"""The headers of every answer: pages have their own of the same names, what answers past the pages has these."""

from django.conf import settings

ALWAYS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def of_every_answer() -> dict[str, str]:
    """Names and values, with that of https where the portal is served so."""
    seconds = settings.SECURE_HSTS_SECONDS if settings.configured else 0
    return ALWAYS | ({"Strict-Transport-Security": f"max-age={seconds}"} if seconds else {})
