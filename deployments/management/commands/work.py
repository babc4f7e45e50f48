"""Everything in the background: the outbox, long imports, and the scan of documents."""

import threading
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from core.files.scanning import scan_waiting
from core.mail import loop
from core.mail.delivery import deliver_due
from deployments.imports.jobs import work_on_jobs

# Seconds until a scanner that gave no answer is tried again.
REST_AFTER_FAILURE = 60.0
log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Delivers queued mail, carries out long imports and scans documents until it is told to stop; with --once, what waits now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what waits now, then end")
        loop.add_arguments(parser)

    def handle(self, *, once: bool, parent: int | None, interval: float, **options: Any) -> None:
        if once:
            scanned = scan_waiting()
            lists = work_on_jobs()
            self.stdout.write(f"{lists} lists, {scanned.clean + scanned.infected} documents, {deliver_due()} sent")
            return
        stop = loop.set_by_signals()
        beside = [
            threading.Thread(target=self._beside, args=(work, stop, interval), daemon=True)
            for work in (work_on_lists, scan_documents)
        ]
        for thread in beside:
            thread.start()
        loop.deliver_until(stop, parent=parent, interval=interval)
        for thread in beside:
            thread.join(timeout=20)

    def _beside(self, work: Callable[[Callable[[], bool]], float], stop: threading.Event, interval: float) -> None:
        """Works beside the mail, which does not wait for it. ``work`` says for how many seconds to rest, if longer."""
        while not stop.is_set():
            close_old_connections()
            rest = 0.0
            try:
                rest = work(stop.is_set)
            except Exception as error:  # noqa: BLE001  the next round tries again, and mail goes on meanwhile
                log.error("work_interrupted", work=work.__name__, error=type(error).__name__)
            stop.wait(max(rest, interval))
        close_old_connections()


def work_on_lists(told_to_stop: Callable[[], bool]) -> float:
    """Carries out the long imports that wait; the seconds to rest."""
    work_on_jobs(told_to_stop)
    return 0


def scan_documents(told_to_stop: Callable[[], bool]) -> float:
    """Scan what waits; the seconds to rest, more after a scanner that failed."""
    return REST_AFTER_FAILURE if scan_waiting(told_to_stop).has_failed else 0
