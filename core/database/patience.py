"""How long the present request may wait for the database. Outside requests (commands, the shell) nothing is limited.

Django's backends ask here (core.database.postgresql, core.database.sqlite3), and so does the gate of the limits.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

# Seconds that one request waits for others who write, and for one answer of a server that may never come.
REQUEST, ANSWER = 3.5, 3.0


class _Present(threading.local):
    until: float | None = None
    answer: float | None = None
    given_up: Exception | None = None


_present = _Present()


@contextmanager
def of_a_request(seconds: float = REQUEST, answer: float = ANSWER) -> Iterator[None]:
    """Limits what the block waits for: for writers in all, and for each single answer."""
    before = _present.until, _present.answer
    _present.until, _present.answer = time.monotonic() + seconds, answer
    _present.given_up = None
    try:
        yield
    finally:
        _present.until, _present.answer = before


@contextmanager
def paused() -> Iterator[None]:
    """What the block takes is not waiting for the database, and does not count as such."""
    began, until = time.monotonic(), _present.until
    try:
        yield
    finally:
        if until is not None and _present.until is not None:
            _present.until += time.monotonic() - began


def left() -> float | None:
    """Seconds that are left for waiting; None where nobody set a limit."""
    return None if _present.until is None else _present.until - time.monotonic()


def answer_within() -> float | None:
    """Seconds in which one answer has to come; None where nobody set a limit."""
    return _present.answer


@contextmanager
def for_one_answer(seconds: float) -> Iterator[None]:
    """Wait for each answer inside the block no longer than ``seconds``."""
    before = _present.answer
    _present.answer = seconds if before is None else min(before, seconds)
    try:
        yield
    finally:
        _present.answer = before


def give_up(error: Exception) -> None:
    """Remembers that the request waited in vain, for code between that takes no for an answer."""
    _present.given_up = error


def taken_error() -> Exception | None:
    """The error with which the request gave up since this was last asked."""
    error, _present.given_up = _present.given_up, None
    return error
