"""Work on what the database holds, done before a lock is taken and used behind it where nothing that it read has changed.

The questions of the work are noted, and asked again behind the lock: where every answer is the same, so is the result.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

Result = TypeVar("Result")
# One answer as a few signs, worked out by the server: the rows need not come here.
ANSWER = "SELECT count(*), md5(string_agg(asked::text, '|')) FROM ({}) AS asked"


class Ahead(Generic[Result]):
    """Does ``work``, which only reads, at once; ``result`` gives what it gave, or does it again.

    SQLite, and a transaction of the caller, which may have written, are not read ahead: there it is done in ``result``.
    """

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        self._asked: list[tuple[str, Any]] = []
        self._done: list[tuple[Result, list[Any]]] = []
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            self._done.append(self._ahead())

    def result(self) -> Result:
        """What the work gives now. What was done ahead is used once: the records in it are written only once."""
        if self._done:
            result, answers = self._done.pop()
            if self._answers() == answers:
                return result
        return self._work()

    def _ahead(self) -> tuple[Result, list[Any]]:
        """The result, with the answers on which it rests: both of one moment."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            with connection.execute_wrapper(self._note):
                result = self._work()
            return result, self._answers()

    def _note(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self._asked.append((sql, params))
        return execute(sql, params, many, context)

    def _answers(self) -> list[Any]:
        with connection.cursor() as cursor:
            found = []
            for sql, params in self._asked:
                cursor.execute(ANSWER.replace("{}", sql), params)
                found.append(cursor.fetchone())
            return found
