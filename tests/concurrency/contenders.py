"""Threads and processes that do their acts at the same moment, and what became of each.

This module imports nothing of Django at its top: a new process reads it before its settings are ready.
"""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

Call = tuple[Callable, tuple]
PATIENCE = 120


def outcome(act: Callable, arguments: tuple) -> str:
    """ "done", "refused: <code>", or "error: <what>" for what nobody may ever see."""
    from django.db import IntegrityError

    from core.refusals import Refusal

    try:
        act(*arguments)
    except Refusal as refusal:
        return f"refused: {refusal.code}"
    except IntegrityError as error:
        return f"refused: {str(error).splitlines()[0]}" if "portal: " in str(error) else f"error: {error!r}"
    except Exception as error:
        return f"error: {error!r}"
    return "done"


def in_threads(calls: Sequence[Call]) -> list[str]:
    """Does every call in a thread of its own, all released by one barrier; outcomes in the order of the calls."""
    from django.db import connection

    found = [""] * len(calls)
    barrier = threading.Barrier(len(calls))

    def contend(n: int) -> None:
        act, arguments = calls[n]
        barrier.wait(PATIENCE)
        found[n] = outcome(act, arguments)
        connection.close()

    threads = [threading.Thread(target=contend, args=[n]) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return found


@contextmanager
def processes(number: int) -> Iterator[Callable[[Sequence[Call]], list[str]]]:
    """Starts processes; gives a function that has each of them do one call, all released by one barrier."""
    from django.db import connection

    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(number)
    pipes = [spawn.Pipe() for _n in range(number)]
    started = [
        spawn.Process(target=_contend, args=(connection.settings_dict["NAME"], barrier, theirs), daemon=True)
        for _ours, theirs in pipes
    ]
    for process in started:
        process.start()
    ours = [mine for mine, _theirs in pipes]

    def contend(calls: Sequence[Call]) -> list[str]:
        for pipe, call in zip(ours, calls, strict=True):
            pipe.send(call)
        assert all(pipe.poll(PATIENCE) for pipe in ours), "a process gives no answer"
        return [pipe.recv() for pipe in ours]

    try:
        yield contend
    finally:
        for pipe in ours:
            pipe.send(None)
        for process in started:
            process.join(PATIENCE)


def _contend(database: str, barrier, pipe) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
    import django
    from django.db import connection

    django.setup()
    connection.settings_dict["NAME"] = database
    connection.ensure_connection()
    while (call := pipe.recv()) is not None:
        barrier.wait(PATIENCE)
        pipe.send(outcome(*call))
    connection.close()
