"""Opens what strangers send in a process of its own, with limits of time, memory and processor.

Whatever a file holds, the worst that it does is to end that process: the portal goes on and says so in words. A few run
at the same time, and the others wait their turn: thirty files sent at once would else each be thirty times as slow.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.database import patience

# Processes of one worker at the same time, and the seconds that a file waits for its turn.
SLOTS, TURN = max(2, os.cpu_count() or 2), 20.0
NO_TURN = _("Many files are being opened at this moment. Nothing was saved: try again in a minute.")
_slots = threading.BoundedSemaphore(SLOTS)
# What runs is held here, not by its reader alone: a reader that is thrown away unread takes no running process along.
_under_way: set[subprocess.Popen[bytes]] = set()


@dataclass(frozen=True)
class Bounds:
    """What the process may take: ``seconds`` on the clock, ``processor`` seconds of work, ``megabytes`` of memory and
    ``output`` megabytes of answer.
    """

    seconds: float = 60
    processor: int = 30
    megabytes: int = 256
    output: int = 256


class NoTurn(Exception):
    """Too many other files were being opened: nothing is known about this one, and it can be sent again."""


class OutOfBounds(Exception):
    """The process took more than its bounds, or ended without an answer."""


def messages_of(module: str, data: bytes, *arguments: str, bounds: Bounds | None = None) -> Generator[Any, None, None]:
    """What ``python -m module`` writes about ``data``, each line of JSON as a value, as it comes.

    The module gets the data as its input, a file, and ends its answer with ``{"end": true}``. The process is killed when
    its time is over, or when the reader closes the generator: one that stops half way has to. What it takes is not
    counted as waiting for the database. Raises OutOfBounds, and NoTurn.
    """
    bounds = bounds or Bounds()
    with _turn(), tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        with _ended_at_last(_start(module, arguments, file, bounds), bounds.seconds) as process:
            yield from _messages(process, bounds.output * 1024**2)


@contextmanager
def _ended_at_last(process: subprocess.Popen[bytes], seconds: float) -> Iterator[subprocess.Popen[bytes]]:
    """Kill the process after so many seconds, and at the end of the block; it is waited for whatever happens, even where
    no thread can be started that would watch the clock, and is forgotten by nobody before.
    """
    timer = threading.Timer(seconds, process.kill)
    _under_way.add(process)
    try:
        timer.start()
        yield process
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        _under_way.discard(process)
        if process.stdout:
            process.stdout.close()


@contextmanager
def _turn() -> Iterator[None]:
    with patience.paused():
        has_slot = _slots.acquire(timeout=TURN)
    if not has_slot:
        raise NoTurn
    try:
        yield
    finally:
        _slots.release()


def _start(module: str, arguments: tuple[str, ...], file: Any, bounds: Bounds) -> subprocess.Popen[bytes]:
    limits = [str(bounds.processor), str(bounds.megabytes)]
    command = [sys.executable, "-E", "-s", "-m", "core.parsing.limited", *limits, module, *arguments]
    return subprocess.Popen(
        command,
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=settings.BASE_DIR,
        env={"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
        start_new_session=True,
    )


def _messages(process: subprocess.Popen[bytes], left: int) -> Iterator[Any]:
    assert process.stdout is not None
    while True:
        with patience.paused():
            line = process.stdout.readline()
        left -= len(line)
        if not line or left < 0:
            break
        try:
            message = json.loads(line)
        except ValueError as error:
            raise OutOfBounds from error
        if message == {"end": True}:
            return
        yield message
    raise OutOfBounds
