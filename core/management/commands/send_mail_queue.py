"""Delivers the outbox: for ever, or once with --once."""

import os
import signal
import threading
from argparse import ArgumentParser
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from core.mail.delivery import deliver_due

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Delivers queued mail until it is told to stop; with --once, delivers what is due and ends."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="deliver what is due now, then end")
        parser.add_argument(
            "--parent", type=int, metavar="PID", help="end as soon as this process, which started the command, is gone"
        )
        parser.add_argument("--interval", type=float, default=2.0, help="seconds between looks at the queue")

    def handle(self, *, once: bool, parent: int | None, interval: float, **options: Any) -> None:
        if once:
            self.stdout.write(f"{deliver_due()} sent")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            try:
                deliver_due(stop.is_set)
            except DatabaseError as error:
                log.error("mail_queue_unreadable", error=type(error).__name__)
            stop.wait(interval)
            if parent and os.getppid() != parent:
                stop.set()
