"""Fills an empty database with synthetic operations, officers and tours of duty, for measuring."""

import time
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser, call_command

from core.refusals import Refusal
from deployments.setup.scale.load import Volume, load_scale


class Command(BaseCommand):
    help = "Loads synthetic volume into an empty database, then runs check_strength."

    def add_arguments(self, parser: CommandParser) -> None:
        for name in ("operations", "officers", "deployments"):
            parser.add_argument(f"--{name}", type=int, required=True, metavar="N")

    def handle(self, *, operations: int, officers: int, deployments: int, **options: Any) -> None:
        started = time.perf_counter()
        volume = Volume.of(operations, officers, deployments)
        try:
            load_scale(volume)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{operations} operations, {officers} officers, {deployments} deployments ({volume.current} of them current)"
            f" in {time.perf_counter() - started:.0f} s."
        )
        call_command("check_strength", stdout=self.stdout)
