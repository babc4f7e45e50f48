"""The daily run: what has run out ends, and who needs to know is told. Safe to repeat on the same day."""

import datetime
from contextlib import suppress
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import SYSTEM
from core.files import orphans, scanning
from core.text.dates import today_here
from deployments.daily.alerts import send_alerts
from deployments.daily.reminders import send_digests
from deployments.domain import applications, tours
from deployments.domain.verbs.applications import ImpossibleForApplication
from deployments.models import Application, ApplicationState
from officers.domain.expiry import warn_of_endings


@dataclass(frozen=True)
class DailyReport:
    """How many holds, drafts and roster entries ended, reminders were queued, and files without a record removed."""

    holds: int
    drafts: int
    roster: int
    mails: int
    files: int = 0


def run_daily(*, today: datetime.date | None = None, now: datetime.datetime | None = None) -> DailyReport:
    """End lapsed holds, drafts of closed openings and roster entries that ran out; queue warnings, digests and alerts."""
    today, now = today or today_here(), now or timezone.now()
    holds = len(tours.expire_holds(by=SYSTEM, today=today))
    drafts = _end(
        Application.objects.filter(state=ApplicationState.DRAFT, posting__closes_at__lt=now),
        _("The opening closed before the application was handed in."),
    )
    roster = _end(
        Application.objects.filter(state=ApplicationState.QUALIFIED, qualified_until__lt=today),
        _("The time on the stand-by roster has passed."),
    )
    scanning.scan_waiting()
    mails = warn_of_endings(today=today) + send_digests(today=today) + send_alerts(now=now)
    return DailyReport(holds, drafts, roster, mails, files=orphans.collect())


def _end(ending: QuerySet[Application], reason: str) -> int:
    """End each application; one that has moved on since it was found is left alone."""
    ended = 0
    for application in ending.select_related("officer__user", "posting", "deployment").order_by("pk"):
        with suppress(ImpossibleForApplication):
            applications.expire(application, by=SYSTEM, reason=reason)
            ended += 1
    return ended
