"""Delivers the outbox: for ever, or once with --once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core.mail import loop
from core.mail.delivery import deliver_due


class Command(BaseCommand):
    help = "Delivers queued mail until it is told to stop; with --once, delivers what is due and ends."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="deliver what is due now, then end")
        loop.add_arguments(parser)

    def handle(self, *, once: bool, parent: int | None, interval: float, **options: Any) -> None:
        if once:
            self.stdout.write(f"{deliver_due()} sent")
            return
        loop.deliver_until(loop.set_by_signals(), parent=parent, interval=interval)
