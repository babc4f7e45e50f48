"""Whether this process is about to end: acts are taken no more, and what was acknowledged is still read."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

acts_are_over = threading.Event()


class Acts:
    """Counts the acts under way in this process, and knows when the last one was answered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count, self._answered_at = 0, 0.0

    @contextmanager
    def one(self) -> Iterator[bool]:
        """Around an act: whether it may begin. One that begins is known to whoever ends the process; one that is refused
        keeps no process alive.
        """
        with self._lock:
            begins = not acts_are_over.is_set()
            self._count += begins
        try:
            yield begins
        finally:
            if begins:
                with self._lock:
                    self._count -= 1
                    self._answered_at = time.monotonic()

    def latest(self) -> float:
        """The moment, by the monotonic clock, of the latest answer to an act: now, while one is under way."""
        with self._lock:
            return time.monotonic() if self._count else self._answered_at


acts = Acts()
