"""Secrets of the second factor as they lie in the database (core.sealing)."""

from core.sealing import seal, unseal

PURPOSE = "second factor"


def encrypt(text: str) -> str:
    return seal(text, purpose=PURPOSE)


def decrypt(text: str) -> str:
    """Raise cryptography.fernet.InvalidToken for what was not encrypted under any of the keys."""
    return unseal(text, purpose=PURPOSE)
