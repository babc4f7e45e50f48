"""What kind of fault an error is: others write, the database is away, there is no room, or it is not migrated yet."""

import errno
import sqlite3
from enum import Enum

from django.db import DatabaseError, InterfaceError, OperationalError


class DatabaseFault(Enum):
    """Faults of the surroundings: nobody's mistake, over in a while, and answered with 503."""

    BUSY = "busy"
    AWAY = "database_away"
    FULL = "storage_full"
    BEHIND = "updating"


# PostgreSQL's codes: serialization failure, deadlock, a wait past the server's patience, no lock in time.
_BUSY = {"40001", "40P01", "57014", "55P03"}
_FULL = {"53100"}
_BEHIND = {"42P01", "42703"}
# Classes: connection, no resources, intervention by the operator, error of the system; and a standby, which only reads.
_AWAY = ("08", "53", "57P", "58", "25006", "XX")
_SQLITE = {
    "SQLITE_BUSY": DatabaseFault.BUSY,
    "SQLITE_LOCKED": DatabaseFault.BUSY,
    "SQLITE_FULL": DatabaseFault.FULL,
    "SQLITE_CANTOPEN": DatabaseFault.AWAY,
    "SQLITE_READONLY": DatabaseFault.AWAY,
    "SQLITE_IOERR": DatabaseFault.AWAY,
    "SQLITE_PERM": DatabaseFault.AWAY,
    "SQLITE_NOTADB": DatabaseFault.AWAY,
    "SQLITE_CORRUPT": DatabaseFault.AWAY,
    "SQLITE_PROTOCOL": DatabaseFault.BUSY,
}
_STORAGE = {errno.ENOSPC: DatabaseFault.FULL, errno.EDQUOT: DatabaseFault.FULL, errno.EROFS: DatabaseFault.FULL}


def fault_of(error: BaseException | None) -> DatabaseFault | None:
    """The fault that ``error`` tells of; None for a mistake of the portal's own."""
    if isinstance(error, OSError):
        return _STORAGE.get(error.errno or 0)
    if not isinstance(error, DatabaseError | InterfaceError):
        return None
    if isinstance(error.__cause__, sqlite3.Error):
        return _of_sqlite(error.__cause__)
    return _of_postgresql(error)


def is_busy(error: BaseException) -> bool:
    """Whether another transaction came first, so that the same may succeed in a moment."""
    return fault_of(error) is DatabaseFault.BUSY


def _of_sqlite(error: sqlite3.Error) -> DatabaseFault | None:
    name = getattr(error, "sqlite_errorname", None) or ""
    if str(error).startswith(("no such table", "no such column")) or "has no column named" in str(error):
        return DatabaseFault.BEHIND
    return next((fault for start, fault in _SQLITE.items() if name.startswith(start)), None)


def _of_postgresql(error: DatabaseError | InterfaceError) -> DatabaseFault | None:
    code = getattr(error.__cause__, "pgcode", None)
    if code is None:
        lost = isinstance(error, InterfaceError | OperationalError)
        return DatabaseFault.AWAY if lost and error.__cause__ is not None else None
    if code in _BUSY:
        return DatabaseFault.BUSY
    if code in _FULL:
        return DatabaseFault.FULL
    if code in _BEHIND:
        return DatabaseFault.BEHIND
    return DatabaseFault.AWAY if code.startswith(_AWAY) else None
