"""Django's cache in a table, which says when it could not be written instead of "the key is there already".

Rate limits are counted there: a busy database, or a full disk, would read as too many attempts.
"""

from collections.abc import Callable
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError, DataError, IntegrityError, OperationalError, connections, router

from core.database import patience


class HonestDatabaseCache(DatabaseCache):
    """Raises the DatabaseError with which a write failed, where Django's says only that nothing was stored."""

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = None) -> bool:
        patience.taken_error()
        failed: list[DatabaseError] = []

        def noting(execute: Callable[..., Any], *question: Any) -> Any:
            try:
                return execute(*question)
            except (DataError, IntegrityError):  # another one stored the key a moment ago
                raise
            except DatabaseError as error:
                failed.append(error)
                raise

        with connections[router.db_for_write(self.cache_model_class)].execute_wrapper(noting):
            stored: bool = super()._base_set(mode, key, value, timeout)  # type: ignore[misc]
        if stored:
            return True
        if error := patience.taken_error():
            raise OperationalError(*error.args) from error
        if failed:
            raise failed[0]
        return False
