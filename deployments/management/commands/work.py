"""Everything in the background: the outbox and long imports."""

import os
import signal
import threading
from argparse import ArgumentParser
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from core.mail.delivery import deliver_due
from deployments.imports.jobs import work_on_jobs

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Delivers queued mail and carries out long imports until it is told to stop; with --once, what waits now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what waits now, then end")
        parser.add_argument(
            "--parent", type=int, metavar="PID", help="end as soon as this process, which started the command, is gone"
        )
        parser.add_argument("--interval", type=float, default=2.0, help="seconds between looks at what waits")

    def handle(self, *, once: bool, parent: int | None, interval: float, **options: Any) -> None:
        if once:
            lists = work_on_jobs()
            self.stdout.write(f"{lists} lists, {deliver_due()} sent")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        imports = threading.Thread(target=self._imports, args=(stop, interval), daemon=True)
        imports.start()
        while not stop.is_set():
            close_old_connections()
            try:
                deliver_due(stop.is_set)
            except DatabaseError as error:
                log.error("mail_queue_unreadable", error=type(error).__name__)
            stop.wait(interval)
            if parent and os.getppid() != parent:
                stop.set()
        imports.join(timeout=20)

    def _imports(self, stop: threading.Event, interval: float) -> None:
        """Lists are worked on beside the mail, which does not wait for them."""
        while not stop.is_set():
            close_old_connections()
            try:
                work_on_jobs(stop.is_set)
            except Exception as error:  # the next round tries again, and mail goes on meanwhile
                log.error("import_interrupted", error=type(error).__name__)
            stop.wait(interval)
        close_old_connections()
