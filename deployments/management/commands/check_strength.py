"""Recomputes all limits by brute force: exit 1 on a breach or a missing guard; overdue returns and missing releases are warnings."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.database import schema
from core.files import restoring
from core.text.dates import today_here
from deployments.limits import audit


class Command(BaseCommand):
    help = (
        "Counts every tour against every authorized number on every day. Exit code 1 on a breach, a missing gate or a "
        "missing guard; tours in mission past their last day, and firm tours without a release, are warnings."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        foundations = self._foundations()
        for tour in audit.overdue_returns(today_here()):
            self.stdout.write(self.style.WARNING(f"overdue return since {tour.last_day.isoformat()}: {tour}"))
        for unreleased in audit.unreleased():
            self.stdout.write(self.style.WARNING(unreleased))
        audited = audit.audited()
        self.stdout.write(
            f"Counted {audited.tours} tours against {audited.numbers} numbers and the places of {audited.postings} postings."
        )
        found = [*foundations, *audited.breaches]
        for breach in found:
            self.stderr.write(self.style.ERROR(f"breach: {breach}"))
        if found:
            raise CommandError(f"{len(found)} breaches of the limits or of their protection.", returncode=1)
        self.stdout.write(self.style.SUCCESS("The limits hold on every day, and gate and guards stand."))

    def _foundations(self) -> list[str]:
        """What the limits rely on: the tables and columns of this code, and no restore that was broken off.

        Raises CommandError where tables are missing: nothing could be counted.
        """
        if lacking := schema.missing():
            raise CommandError(
                f"The database is not that of this code: {', '.join(lacking)}. Run migrate.", returncode=1
            )
        backup = restoring.unfinished_restore()
        return [f"a restore from {backup} was broken off: repeat it"] if backup else []
