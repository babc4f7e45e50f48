"""Secrets of the second factor as they lie in the database: encrypted under a key that comes from SECRET_KEY."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_str


def _cipher() -> MultiFernet:
    """Encrypts under SECRET_KEY; decrypts under it or any of SECRET_KEY_FALLBACKS."""
    keys = map(force_str, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    bits = HKDF(SHA256(), length=32, salt=None, info=b"portal second factor").derive(key.encode())
    return base64.urlsafe_b64encode(bits)


def encrypt(text: str) -> str:
    return _cipher().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """Raises cryptography.fernet.InvalidToken for what was not encrypted under any of the keys."""
    return _cipher().decrypt(text.encode()).decode()
