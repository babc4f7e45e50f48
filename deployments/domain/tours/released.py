"""The wall of release: days that become firm are released by the officer's police service, where it needs to."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from deployments.domain.tours.new_days import RoomQuery, TakesNobody, no_room, other_tour
from deployments.domain.waivers import OfficerRefusal, not_cleared, raise_together
from deployments.eligibility.clearance import ClearanceAct
from deployments.eligibility.rule import Finding
from deployments.limits.refusals import CapacityExceeded, days_words
from deployments.limits.releases import FIRM, lost_release, without_release
from deployments.limits.rule import Span, since_records
from deployments.models import Deployment, Posting
from officers.models import Officer

__all__ = ["refuse_together"]


class ReleaseMissing(OfficerRefusal):
    """The officer's police service has not released the officer for some of the days."""

    code = "release_missing"
    instead = ("last_day",)

    def __init__(self, officer: Officer, days: Sequence[Span]) -> None:
        super().__init__("", field="officer")
        self.service, self.days = officer.police_service, tuple(days)

    def __str__(self) -> str:
        return _(
            "%(service)s has not released the officer %(days)s: its coordinator gives the release, or a letter."
        ) % {
            "service": self.service,
            "days": self._days(),
        }

    @property
    def findings(self) -> list[Finding]:  # type: ignore[override]
        """The days without release as one finding among others."""
        reason = _("No release %(days)s.") % {"days": self._days()}
        mend = _("The coordinator of the police service gives it, or the desk records its letter.")
        return [Finding("release", _("Release by the police service"), reason, mend=mend)]

    def _days(self) -> str:
        return ", ".join(days_words(each.first_day, each.last_day) for each in self.days)

    def as_json(self) -> dict[str, Any]:
        days = [{"first_day": str(each.first_day), "last_day": str(each.last_day)} for each in self.days]
        return {**super().as_json(), "days": days}


class WithoutRoom(OfficerRefusal):
    """What the limits refuse, named along with what is found about the officer."""

    is_of_officer = False

    def __init__(self, cause: TakesNobody | CapacityExceeded) -> None:
        super().__init__("", code=cause.code, field=cause.field)
        self.cause = cause

    def __str__(self) -> str:
        return str(self.cause)

    @property
    def findings(self) -> list[Finding]:  # type: ignore[override]
        """The days without room as findings among others."""
        label = _("Room on every day")
        full = self.cause if isinstance(self.cause, CapacityExceeded) else self.cause.full
        found = []
        if isinstance(self.cause, TakesNobody):
            mend = _("Other days mend it, or terms that take people on these.")
            found.append(Finding("takes-nobody", label, self.cause.reason, mend=mend))
        if full is not None:
            mend = _("%(days)s A higher number or more places mend it, too.") % {"days": full.outlook}
            found.append(Finding("capacity", label, full.reason, mend=mend))
        return found

    def as_json(self) -> dict[str, Any]:
        return self.cause.as_json()


def require_released(officer: Officer, posting: Posting, days: Sequence[Span]) -> None:
    """Raise ReleaseMissing where a release is needed for a day of ``days`` and none covers it."""
    raise_together([not_released(officer, posting, days)])


def not_released(officer: Officer, posting: Posting, days: Sequence[Span]) -> ReleaseMissing | None:
    """The refusal that ``require_released`` raises, to be named together with others; None where there is none."""
    missing = without_release(officer, posting, since_records(posting.mission.operation.records_from, days))
    return ReleaseMissing(officer, missing) if missing else None


def release_lost(tour: Deployment) -> ReleaseMissing | None:
    """The refusal where a release of the tour's days was withdrawn, or is of a service that the officer left.

    Days that became firm without a release, because none was needed then, are not asked again.
    """
    lost = lost_release(tour.officer, tour.posting, [Span(tour.first_day, tour.last_day)])
    return ReleaseMissing(tour.officer, lost) if lost else None


def is_firm(tour: Deployment) -> bool:
    """Whether the days of ``tour`` need a release now: it is in preparation or in mission."""
    return tour.state in FIRM


def require_officer(
    act: ClearanceAct,
    query: RoomQuery,
    *,
    is_firm: bool,
    before: Deployment | None = None,
    released: Sequence[Span] | None = None,
) -> None:
    """Raise one refusal for everything that is found about the officer for the days that are new.

    Another tour, no release where the days are firm, and what clearance asks; where something is found, missing room on
    these days is named along with it. ``before`` is the tour that goes on as this one, ``released`` the days that need a
    release, where these are others than the new ones.
    """
    refuse_together(against(act, query, is_firm=is_firm, before=before, released=released), query)


def against(
    act: ClearanceAct,
    query: RoomQuery,
    *,
    is_firm: bool,
    before: Deployment | None = None,
    released: Sequence[Span] | None = None,
) -> list[OfficerRefusal]:
    """What is found about the officer for the days that are new, as ``require_officer`` raises it."""
    officer, posting = query.officer, query.posting
    found = [
        other_tour(query),
        not_released(officer, posting, query.new_days if released is None else released) if is_firm else None,
        *(
            not_cleared(act, officer, posting, days, today=query.today, tour=query.current or before)
            for days in query.new_days
        ),
    ]
    return [refusal for refusal in found if refusal is not None]


def refuse_together(found: Iterable[OfficerRefusal | None], query: RoomQuery) -> None:
    """Raise what is ``found`` about the officer in one refusal, with the missing room on the same days, if any.

    Nothing where nothing is found: then room is asked by ``make_room`` or by the guards. Call it inside a transaction,
    which the refusal undoes.
    """
    found = [refusal for refusal in found if refusal is not None]
    if found:
        room = no_room(query)
        raise_together([*found, WithoutRoom(room) if room else None])
