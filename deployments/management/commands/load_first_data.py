"""``manage.py load_first_data``: everything on the public page, in English and French."""

from typing import Any

from django.core.management.base import BaseCommand

from deployments.setup.first_data import load_first_data


class Command(BaseCommand):
    help = "Loads the first data set. Safe to repeat: what was loaded once, or what staff changed, is left as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        made = load_first_data()
        told = ", ".join(f"{kind} {number}" for kind, number in sorted(made.items()))
        self.stdout.write(f"First data set: {told or 'nothing new'}.")
