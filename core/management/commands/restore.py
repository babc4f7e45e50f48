"""``manage.py restore DIR``: database and uploads as they were in a backup."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.files.backup import BackupError, restore


class Command(BaseCommand):
    help = "Replaces the database and the uploads by those of a backup, after verifying every hash; then migrates."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            restore(folder)
        except BackupError as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0)
        self.stdout.write(f"Restored from {folder}.")
