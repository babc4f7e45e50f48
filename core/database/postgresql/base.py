"""PostgreSQL, where a server that is away or silent costs a request a few seconds, and the next ones nothing.

libpq waits without end for the answer of a server that took the question. So psycopg2 waits through ``wait`` below,
which knows how long the request may. After a connection that failed, or an answer that did not come, the others are
told at once for a moment, until one of them finds the server again.
"""

import select
import threading
import time
from typing import Any

import psycopg2
from django.db.backends.postgresql import base
from psycopg2 import extensions

from core.database import patience

CONNECT, COMMANDS_CONNECT, PROBE, AWAY = 2.0, 10.0, 1.0, 1.0
# A request waits for a lock this many milliseconds; it tries again while its patience lasts.
LOCK = 1500


class Breaker:
    """Remembers that the server is away, so that only one request at a time finds out anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed_until = 0.0

    def enter(self) -> None:
        """Raise OperationalError while the server is known to be away; let one by when it is time to look again."""
        with self._lock:
            now = time.monotonic()
            if now < self._closed_until:
                raise psycopg2.OperationalError("The server is away, as was seen a moment ago.")
            if self._closed_until:
                self._closed_until = now + CONNECT + AWAY

    def failed(self) -> None:
        with self._lock:
            self._closed_until = time.monotonic() + AWAY

    def succeeded(self) -> None:
        with self._lock:
            self._closed_until = 0.0


breaker = Breaker()
_last_parameters: dict[str, Any] = {}


def wait(connection: extensions.connection) -> None:
    """Wait for the server as long as the request may. Raises OperationalError after that; psycopg2 then hangs up."""
    is_connecting = connection.status == extensions.STATUS_SETUP
    limit = _limit(is_connecting=is_connecting)
    until = None if limit is None else time.monotonic() + limit
    while (state := connection.poll()) != extensions.POLL_OK:
        events = select.POLLIN if state == extensions.POLL_READ else select.POLLOUT
        poller = select.poll()
        poller.register(connection.fileno(), events)
        left = None if until is None else 1000 * (until - time.monotonic())
        if (left is not None and left <= 0) or not poller.poll(left):
            if not is_connecting and _is_silent():
                breaker.failed()
            raise psycopg2.OperationalError("The server did not answer in time.")


def _limit(*, is_connecting: bool) -> float | None:
    answer = patience.answer_within()
    if not is_connecting:
        return answer
    return COMMANDS_CONNECT if answer is None else min(CONNECT, answer)


def _is_silent() -> bool:
    """Whether the server does not even greet; else it is one question that takes too long."""
    try:
        with patience.for_one_answer(PROBE):
            psycopg2.connect(**_last_parameters).close()
    except psycopg2.Error:
        return True
    return False


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with patience."""

    def get_connection_params(self) -> dict[str, Any]:
        parameters = super().get_connection_params()
        if patience.left() is not None:
            parameters["options"] = f"{parameters.get('options', '')} -c lock_timeout={LOCK}"
        return parameters

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if patience.left() is not None:
            breaker.enter()
        try:
            connection = super().get_new_connection(conn_params)
        except psycopg2.OperationalError:
            breaker.failed()
            raise
        breaker.succeeded()
        _last_parameters.update({name: value for name, value in conn_params.items() if name != "cursor_factory"})
        return connection

    def is_usable(self) -> bool:
        with patience.for_one_answer(PROBE):
            return super().is_usable()


extensions.set_wait_callback(wait)
