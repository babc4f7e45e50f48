"""Ends of validity: what runs out soon, and the mails that say so 120, 60 and 30 days ahead."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from core.mail.outbox import queue_mail
from core.text.dates import today_here
from officers.models import ExpiryWarning, QualificationGrant, User

STAGES = (120, 60, 30)


@dataclass(frozen=True)
class EndingGrant:
    """A qualification that is about to end, or has ended (``days_left`` below 0); valid on its last day still."""

    grant: QualificationGrant
    valid_until: datetime.date
    days_left: int

    @classmethod
    def of(cls, grant: QualificationGrant, today: datetime.date) -> "EndingGrant | None":
        """How far off the end of ``grant`` is; None where it has none."""
        until = grant.valid_until
        return cls(grant, until, (until - today).days) if until else None

    @property
    def stage(self) -> int | None:
        """The nearest of STAGES that is reached; None further ahead."""
        return min((days for days in STAGES if self.days_left <= days), default=None)

    @property
    def has_ended(self) -> bool:
        return self.days_left < 0


def endings(grants: Iterable[QualificationGrant], *, today: datetime.date | None = None) -> list[EndingGrant]:
    """What of ``grants`` ends within 120 days or has ended, soonest first; leaves out what a later grant renews."""
    today = today or today_here()
    grants = list(grants)
    found = [
        ending
        for grant in grants
        if (ending := EndingGrant.of(grant, today)) and not any(_renews(other, ending) for other in grants)
    ]
    return sorted((each for each in found if each.stage), key=lambda each: each.days_left)


def _renews(other: QualificationGrant, ending: EndingGrant) -> bool:
    same = other.qualification_id == ending.grant.qualification_id
    return same and (other.valid_until is None or other.valid_until > ending.valid_until)


def warn_of_endings(*, today: datetime.date | None = None) -> int:
    """Queues one mail to each officer for whom a stage is reached of which no mail warned; return the number of mails.

    Safe to repeat on the same day, to run twice at once, and after days without a run: only the nearest stage is
    mailed, and what ended meanwhile without a last warning is mailed as ended.
    """
    today = today or today_here()
    grants = (
        QualificationGrant.objects.not_renewed()
        .filter(
            valid_until__range=(
                today - datetime.timedelta(days=STAGES[-1]),
                today + datetime.timedelta(days=STAGES[0]),
            ),
            officer__user__is_active=True,
        )
        .select_related("officer__user", "qualification")
        .prefetch_related("warnings")
        .order_by("valid_until", "pk")
    )
    by_officer: dict[User, list[EndingGrant]] = defaultdict(list)
    for ending in (EndingGrant.of(grant, today) for grant in grants):
        if ending and not _was_warned(ending):
            by_officer[ending.grant.officer.user].append(ending)
    try:
        with transaction.atomic():
            _warn(by_officer)
    except IntegrityError:  # another run warns of the same at this very moment
        return 0
    return len(by_officer)


def _warn(by_officer: dict[User, list[EndingGrant]]) -> None:
    for person, endings in by_officer.items():
        queue_mail(to=person, template="officers/endings", context={"endings": endings})
    ExpiryWarning.objects.bulk_create(
        ExpiryWarning(grant=ending.grant, valid_until=ending.valid_until, days_ahead=ending.stage)
        for endings in by_officer.values()
        for ending in endings
        if ending.stage
    )


def _was_warned(ending: EndingGrant) -> bool:
    return any(
        warning.valid_until == ending.valid_until and warning.days_ahead <= (ending.stage or 0)
        for warning in ending.grant.warnings.all()
    )
