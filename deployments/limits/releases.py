"""Which days of a tour no release covers: the same rule that the guards hold (docs/domain.md, "Release").

``uncovered`` is pure; the rest reads what it needs. A release counts while it is not withdrawn and comes from the
officer's service as it is now; it is for one posting or for any. From the retirement date on none is asked.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q

from core.text.dates import ONE_DAY
from deployments.limits.rule import Span
from deployments.models import Deployment, DeploymentState, Posting, Release
from officers.models import Officer

# How many officers one query asks about.
AT_ONCE = 900
# The days of a tour in these states are firm: a release covers each of them, where the service has to give one.
FIRM = (DeploymentState.PREPARATION, DeploymentState.IN_MISSION)


@dataclass(frozen=True)
class Asked:
    """What the officer's service asks of days abroad: a release, up to ``until`` (None: no end); or nothing."""

    service: int | None
    until: datetime.date | None = None

    def within(self, days: Iterable[Span]) -> list[Span]:
        """Those of ``days`` for which a release is asked."""
        if self.service is None:
            return []
        if self.until is None:
            return list(days)
        until = self.until
        return [Span(each.first_day, min(each.last_day, until)) for each in days if each.first_day <= until]


def uncovered(days: Iterable[Span], releases: Iterable[Span]) -> list[Span]:
    """The parts of ``days`` that no release covers, earliest first; several releases may cover them together."""
    held = sorted(releases)
    found = []
    for wanted in sorted(days):
        since = wanted.first_day
        for release in held:
            if release.last_day < since or release.first_day > wanted.last_day:
                continue
            if release.first_day > since:
                found.append(Span(since, release.first_day - ONE_DAY))
            since = release.last_day + ONE_DAY
            if since > wanted.last_day:
                break
        if since <= wanted.last_day:
            found.append(Span(since, wanted.last_day))
    return found


def asked_of(officer: Officer) -> Asked:
    """Whether the officer's service, as the database has it now, needs a release, and until when. One query."""
    row = (
        Officer.objects.filter(pk=officer.pk, police_service__needs_release=True)
        .values_list("police_service_id", "retired_on")
        .first()
    )
    service, retired_on = row or (None, None)
    return Asked(service, retired_on - ONE_DAY if retired_on else None)


def counting(officer: Officer, posting: Posting, service: int) -> list[Span]:
    """The days of the officer's releases that count for ``posting``. One query."""
    for_posting = Q(posting=None) | Q(posting=posting)
    found = Release.objects.in_force().filter(for_posting, officer=officer, police_service_id=service)
    return [Span(*days) for days in found.values_list("first_day", "last_day")]


def without_release(officer: Officer, posting: Posting, days: Sequence[Span]) -> list[Span]:
    """Those of ``days`` that no release covers although the officer's service needs one. At most two queries."""
    asked = asked_of(officer)
    wanted = asked.within(days)
    if not wanted or asked.service is None:
        return []
    return uncovered(wanted, counting(officer, posting, asked.service))


def lost_release(officer: Officer, posting: Posting, days: Sequence[Span]) -> list[Span]:
    """Those days without a release for which there was one: withdrawn since, or of a service that the officer left."""
    missing = without_release(officer, posting, days)
    if not missing:
        return []
    had = Release.objects.filter(Q(posting=None) | Q(posting=posting), officer=officer)
    once = [Span(*each) for each in had.values_list("first_day", "last_day")]
    never = uncovered(missing, once)
    return uncovered(missing, never)


def tours_without_release(states: Sequence[str]) -> dict[Deployment, list[Span]]:
    """Tours in one of ``states`` with days that no release covers, soonest first. Two queries.

    The database leaves out every tour that one release covers whole: few are looked at day by day.
    """
    covering = Release.objects.in_force().filter(
        Q(posting=None) | Q(posting=OuterRef("posting")),
        officer=OuterRef("officer"),
        police_service=OuterRef("officer__police_service"),
        first_day__lte=OuterRef("first_day"),
        last_day__gte=OuterRef("last_day"),
    )
    tours = Deployment.objects.filter(
        ~Exists(covering),
        Q(officer__retired_on=None) | Q(officer__retired_on__gt=F("first_day")),
        state__in=states,
        officer__police_service__needs_release=True,
    )
    chain = ("officer__user", "officer__police_service", "posting")
    looked = list(tours.select_related(*chain).order_by("first_day", "pk"))
    releases = Releases(tour.officer for tour in looked)
    found = {
        tour: releases.missing(tour.officer, tour.posting, [Span(tour.first_day, tour.last_day)]) for tour in looked
    }
    return {tour: days for tour, days in found.items() if days}


class Releases:
    """The releases of many officers, who come with their police service: read once, for as many postings as may be."""

    def __init__(self, officers: Iterable[Officer]) -> None:
        keys = list(dict.fromkeys(officer.pk for officer in officers))
        self.held: dict[int, list[tuple[int, int | None, Span]]] = {}
        in_force = Release.objects.in_force().order_by()
        columns = ("officer", "police_service", "posting", "first_day", "last_day")
        for start in range(0, len(keys), AT_ONCE):
            rows = in_force.filter(officer__in=keys[start : start + AT_ONCE])
            for officer, service, posting, *days in rows.values_list(*columns):
                self.held.setdefault(officer, []).append((service, posting, Span(*days)))

    def missing(self, officer: Officer, posting: Posting, days: Sequence[Span]) -> list[Span]:
        """Those of ``days`` that no release covers although the officer's service needs one."""
        service = officer.police_service
        asked = Asked(
            service.pk if service.needs_release else None, officer.retired_on - ONE_DAY if officer.retired_on else None
        )
        counts = [
            span
            for of, for_posting, span in self.held.get(officer.pk, ())
            if of == asked.service and for_posting in (None, posting.pk)
        ]
        return uncovered(asked.within(days), counts)
