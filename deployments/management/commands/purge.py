"""``manage.py purge [--dry-run]``: retention."""

from django.core.management.base import BaseCommand, CommandParser

from core.actors import SYSTEM
from core.text.dates import today_here
from deployments.privacy.erasure import due_for_purge, erase
from missions.help import answered_long_ago


class Command(BaseCommand):
    help = "Erases personal values of accounts that retention no longer needs, and messages handled a year ago; tours and counts stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only says which accounts are due.")

    def handle(self, *, dry_run: bool, **options) -> None:
        due = due_for_purge()
        for person in due:
            if not dry_run:
                erase(person, by=SYSTEM)
        messages = answered_long_ago(today_here())
        number = messages.count() if dry_run else messages.delete()[0]
        numbers = ", ".join(str(person.pk) for person in due) or "none"
        done = "due for erasure" if dry_run else "erased"
        self.stdout.write(f"Accounts {done}: {numbers}. Messages {done}: {number}.")
