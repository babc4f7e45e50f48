"""Texts that lie in the database for no reader's eyes: encrypted under a key that comes from SECRET_KEY."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_str


def seal(text: str, *, purpose: str) -> str:
    """``text`` encrypted under SECRET_KEY; each ``purpose`` has a key of its own."""
    return _cipher(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """The text again, sealed under SECRET_KEY or any of SECRET_KEY_FALLBACKS.

    Raises cryptography.fernet.InvalidToken for what was not sealed under any of them for that purpose.
    """
    return _cipher(purpose).decrypt(sealed.encode()).decode()


def _cipher(purpose: str) -> MultiFernet:
    keys = map(force_str, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    return MultiFernet([Fernet(_derived(key, purpose)) for key in keys])


def _derived(key: str, purpose: str) -> bytes:
    bits = HKDF(SHA256(), length=32, salt=None, info=f"portal {purpose}".encode()).derive(key.encode())
    return base64.urlsafe_b64encode(bits)
