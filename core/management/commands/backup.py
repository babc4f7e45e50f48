"""``manage.py backup DIR``: a verified copy of database and uploads."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.files.backup import BackupError, back_up


class Command(BaseCommand):
    help = "Copies the database (by its own tools) and the uploads into a new folder, with their hashes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            files = back_up(folder)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Written to {folder}: {', '.join(files)}.")
