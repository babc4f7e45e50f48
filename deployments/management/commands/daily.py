"""``manage.py daily``: what the portal does once a day; safe to repeat."""

from django.core.management.base import BaseCommand

from deployments.daily.run import run_daily


class Command(BaseCommand):
    help = "Ends what has run out (holds, drafts, roster entries) and queues reminders. Safe to repeat."

    def handle(self, **options) -> None:
        report = run_daily()
        self.stdout.write(
            f"Ended: {report.holds} holds, {report.drafts} drafts, {report.roster} roster entries. "
            f"Queued: {report.mails} mails."
        )
