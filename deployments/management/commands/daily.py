"""``manage.py daily``: what the portal does once a day; safe to repeat."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from deployments.daily.run import run_daily
from deployments.imports.jobs import leave_abandoned
from deployments.imports.kept import sweep
from deployments.privacy.retention import retain


class Command(BaseCommand):
    help = "Ends what has run out (holds, drafts, roster entries), queues reminders, applies retention. Safe to repeat."

    def handle(self, **options: Any) -> None:
        report = run_daily()
        lists = leave_abandoned()
        files = sweep()
        retention = retain(report_only=settings.RETENTION_REPORT_ONLY)
        self.stdout.write(
            f"Ended: {report.holds} holds, {report.drafts} drafts, {report.roster} roster entries. "
            f"Queued: {report.mails} mails. Removed: {report.files} files without a record. "
            f"Lists left: {lists}, their files removed: {files}. "
            f"{'Erased' if retention.is_done else 'Due for erasure'}: {len(retention.accounts)} accounts, "
            f"{retention.documents} documents, {retention.messages} messages."
        )
