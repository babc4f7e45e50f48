"""Where handed-in files lie: outside every public address, under names that say nothing."""

import secrets


def random_name(_instance: object, _filename: str) -> str:
    """A stored name that gives nothing away: no part of the person's own file name."""
    token = secrets.token_hex(20)
    return f"documents/{token[:2]}/{token}"
