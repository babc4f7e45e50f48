"""Imports any kind of list; docs/moving-in.md says in which order, docs/interfaces.md which columns."""

from typing import Any

from django.core.management import CommandParser

from deployments.imports import IMPORTS
from deployments.management.imports import ImportCommand


class Command(ImportCommand):
    help = "Imports a list of any kind from a CSV or XLSX file, all or nothing, or with --partial the right lines."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=list(IMPORTS), metavar="KIND", help=", ".join(IMPORTS))
        super().add_arguments(parser)

    def handle(self, **options: Any) -> None:
        self.kind = IMPORTS[options.pop("kind")]
        super().handle(**options)
