"""Django's cache in a table, which says when it could not be written instead of "the key is there already".

Rate limits are counted there: a busy database would read as too many attempts.
"""

from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import OperationalError

from core.database import patience


class HonestDatabaseCache(DatabaseCache):
    """Raises OperationalError where a write waited in vain."""

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = None) -> bool:
        patience.taken_error()
        stored: bool = super()._base_set(mode, key, value, timeout)  # type: ignore[misc]
        if not stored and (error := patience.taken_error()):
            raise OperationalError(*error.args) from error
        return stored
