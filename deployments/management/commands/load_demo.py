"""``manage.py load_demo``: fictional people, postings and tours, for a portal on one's own machine."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.refusals import Refusal
from deployments.setup.demo.people import load_demo


class Command(BaseCommand):
    help = "Loads fictional people and tours. Only where SITE_URL is a loopback address and no real officer exists."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = load_demo()
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        told = ", ".join(f"{kind} {number}" for kind, number in sorted(made.items()))
        self.stdout.write(f"Demonstration: {told or 'nothing new'}.")
