"""SQLite, where who waits to write never takes all threads.

SQLite's own busy handler would hold a thread for its whole timeout. Here it waits a moment; then at most WAITERS of a
process wait on, as long as their request may, and the others are told that the file is busy.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import DatabaseError
from django.db.backends.sqlite3 import base

from core.database import patience

# Seconds: of SQLite's own waiting, and of commands, which nobody waits for.
MOMENT, COMMANDS = 0.7, 10.0
WAITERS = 3
_lock = threading.Lock()
_waiting = 0


class PatientCursor(base.SQLiteCursorWrapper):
    """Asks again while the file is busy. Inside a transaction nothing is asked twice: it holds the file already."""

    def execute(self, query: str, params: Any = None) -> Any:
        return self._patiently(lambda: super(PatientCursor, self).execute(query, params))

    def executemany(self, query: str, param_list: Any) -> Any:
        rows = list(param_list)
        return self._patiently(lambda: super(PatientCursor, self).executemany(query, rows))

    def _patiently(self, ask: Callable[[], Any]) -> Any:
        if self.connection.in_transaction:
            return ask()
        try:
            if _is_crowded():
                return self._at_once(ask)
            return ask()
        except sqlite3.OperationalError as error:
            if not _says_busy(error):
                raise
            return self._wait(ask, error)

    def _at_once(self, ask: Callable[[], Any]) -> Any:
        """Enough others wait in this process already: this one does not."""
        self._set_timeout(0)
        try:
            return ask()
        finally:
            self._set_timeout(MOMENT)

    def _set_timeout(self, seconds: float) -> None:
        self.connection.execute(f"PRAGMA busy_timeout = {int(1000 * seconds)}")

    def _wait(self, ask: Callable[[], Any], error: sqlite3.OperationalError) -> Any:
        left = patience.left()
        until = time.monotonic() + (COMMANDS - MOMENT if left is None else left)
        with _place_to_wait() as has_place:
            while has_place and time.monotonic() < until:
                try:
                    return ask()
                except sqlite3.OperationalError as another:
                    if not _says_busy(another):
                        raise
                    error = another
        patience.give_up(error)
        raise error


def _is_crowded() -> bool:
    """Whether a request waits no more: enough others do, or it has waited in vain already."""
    left = patience.left()
    return left is not None and (left <= 0 or _waiting >= WAITERS)


@contextmanager
def _place_to_wait() -> Iterator[bool]:
    """Whether one more may wait in this process; commands always may."""
    global _waiting  # noqa: PLW0603
    with _lock:
        has_place = not _is_crowded()
        _waiting += has_place
    try:
        yield has_place
    finally:
        with _lock:
            _waiting -= has_place


def _says_busy(error: sqlite3.OperationalError) -> bool:
    return (getattr(error, "sqlite_errorname", None) or "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with patience. A connection stays open between requests, for as long as its file is the one in place."""

    opened: tuple[int, int] | None = None

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "timeout": MOMENT}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self.opened = self._file_in_place()
        return super().get_new_connection(conn_params)

    def close_if_unusable_or_obsolete(self) -> None:
        """Called before and after each request. Who put another file in place is not written past."""
        if self.connection is not None and not self.in_atomic_block and self.opened != self._file_in_place():
            self.close()
        super().close_if_unusable_or_obsolete()

    def _file_in_place(self) -> tuple[int, int] | None:
        try:
            found = Path(self.settings_dict["NAME"]).stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _commit(self) -> None:
        """A full disk is found out at the commit: remembered for code that takes no for an answer, as the cache."""
        try:
            super()._commit()  # type: ignore[misc]
        except DatabaseError as error:
            if isinstance(error.__cause__, sqlite3.Error):
                patience.give_up(error.__cause__)
            raise

    def create_cursor(self, name: str | None = None) -> PatientCursor:
        cursor: PatientCursor = self.connection.cursor(factory=PatientCursor)
        return cursor
