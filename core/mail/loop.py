"""Delivering the outbox for ever, as both commands that send mail do it."""

import os
import signal
import threading
from argparse import ArgumentParser

import structlog
from django.db import DatabaseError, close_old_connections

from core.mail.delivery import deliver_due

log = structlog.get_logger(__name__)


def add_arguments(parser: ArgumentParser) -> None:
    """``--parent`` and ``--interval``, for ``deliver_until``."""
    parser.add_argument(
        "--parent", type=int, metavar="PID", help="end as soon as this process, which started the command, is gone"
    )
    parser.add_argument("--interval", type=float, default=2.0, help="seconds between looks at what waits")


def set_by_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def deliver_until(stop: threading.Event, *, parent: int | None, interval: float) -> None:
    """Deliver what is due, and look again after ``interval`` seconds, until ``stop`` is set.

    Sets it itself once the process ``parent`` is gone. A database that cannot be read is logged, and asked again.
    """
    while not stop.is_set():
        close_old_connections()
        try:
            deliver_due(stop.is_set)
        except DatabaseError as error:
            log.error("mail_queue_unreadable", error=type(error).__name__)
        stop.wait(interval)
        if parent and os.getppid() != parent:
            stop.set()
