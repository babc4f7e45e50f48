"""``manage.py purge [--dry-run]``: retention."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from deployments.privacy.retention import retain


class Command(BaseCommand):
    help = "Erases personal values, documents and messages that retention no longer needs; tours and counts stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only says what is due.")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        found = retain(report_only=dry_run)
        numbers = ", ".join(map(str, found.accounts)) or "none"
        done = "erased" if found.is_done else "due for erasure"
        self.stdout.write(
            f"Accounts {done}: {numbers}. Documents {done}: {found.documents}. Messages {done}: {found.messages}."
        )
