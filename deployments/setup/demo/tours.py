"""The demonstration's postings and tours: planned in ``deployments/setup/data/demo.toml``, made through the doors."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction

from core.actors import SYSTEM, Actor
from core.refusals import Refusal
from deployments.domain import releases, waivers
from deployments.domain.tours import ask_extension, name_successor, record_tour, repatriate, reserve
from deployments.eligibility.clearance import ClearanceAct
from deployments.limits.rule import Span
from deployments.models import (
    AssessmentRequirement,
    Deployment,
    DeploymentState,
    EndReason,
    LanguageRequirement,
    Posting,
    QualificationRequirement,
    RoleProfile,
)
from deployments.openings.opening import end_of_day
from missions.models import Mission
from officers.models import Officer, Qualification

HELD_DAYS = 20
TOLD = "Medical advice after two months."
WAIVED = "Accepted for this tour: the officer brings long experience of the mission."
# States of tours in the order in which they are made, so that who is there now comes before who is planned.
KINDS = ("completed", "repatriated", "in_mission", "preparation", "reserved")


def make_postings(
    rows: list[dict[str, Any]], *, today: datetime.date, made: Counter[str]
) -> list[tuple[Posting, dict[str, list[Any]]]]:
    """The postings of the file with their planned tours; those that are missing are made.

    Left out: a posting whose mission, or which itself in the first data set, staff took away.
    """
    planned = []
    for row in rows:
        tours = {kind: row.pop(kind, []) for kind in KINDS}
        posting = Posting.objects.filter(reference=row["reference"]).first() or _make_posting(row, today, made)
        if posting:
            planned.append((posting, tours))
    return planned


def _make_posting(row: dict[str, Any], today: datetime.date, made: Counter[str]) -> Posting | None:
    mission = Mission.objects.filter(code=row.pop("mission", "")).first()
    profile = RoleProfile.objects.filter(code=row.pop("role_profile", "")).first()
    opening = row.pop("opening", None)
    if mission is None:
        return None
    posting = Posting(mission=mission, role_profile=profile, **row, **(_opening(opening, today) if opening else {}))
    posting.full_clean()
    posting.save()
    if opening:
        _require(posting, opening)
    made["posting"] += 1
    return posting


def _opening(opening: dict[str, Any], today: datetime.date) -> dict[str, Any]:
    """When the posting is open for applications, for which tour, and for whom."""
    opens, closes = (today + datetime.timedelta(days=days) for days in opening["days"])
    first_day, last_day = (today + datetime.timedelta(days=days) for days in opening["tour"])
    return {
        "opens_at": end_of_day(opens - datetime.timedelta(days=1)) + datetime.timedelta(seconds=1),
        "closes_at": end_of_day(closes),
        "tour_first_day": first_day,
        "tour_last_day": last_day,
        "min_service_years": opening.get("min_service_years"),
    }


def _require(posting: Posting, opening: dict[str, Any]) -> None:
    for language, level in opening["languages"].items():
        LanguageRequirement.objects.create(
            posting=posting, language=language, reading=level, writing=level, speaking=level
        )
    for asked in opening.get("qualifications", []):
        code, grades = (asked["code"], asked["grades"]) if isinstance(asked, dict) else (asked, "")
        for qualification in Qualification.objects.filter(code=code):
            QualificationRequirement.objects.create(posting=posting, qualification=qualification, grades=grades)
    for kind in opening.get("assessments", []):
        AssessmentRequirement.objects.create(posting=posting, kind=kind)


def make_tours(
    postings: list[tuple[Posting, dict[str, list[Any]]]],
    officers: list[Officer],
    *,
    by: Actor,
    today: datetime.date,
    made: Counter[str],
) -> None:
    """One tour an officer, in turn, as long as none of them has one. A tour that the numbers refuse is left out."""
    if Deployment.objects.filter(officer__in=officers).exists():
        return
    free = iter(officers)
    for kind, posting, first_day, last_day in _in_order(postings, today):
        officer = next(free)
        try:
            with transaction.atomic():
                _release(officer, first_day, last_day, by=SYSTEM, today=today)
                if kind != "completed":
                    _waive(officer, posting, Span(first_day, last_day), today)
                MAKERS[kind](
                    by=by, officer=officer, posting=posting, first_day=first_day, last_day=last_day, today=today
                )
        except Refusal:
            made["tour refused by the numbers"] += 1
        else:
            made["tour"] += 1


def _release(
    officer: Officer, first_day: datetime.date, last_day: datetime.date, *, by: Actor, today: datetime.date
) -> None:
    """The service's letter, which covers a year more than the tour."""
    if officer.police_service.needs_release and last_day >= today - datetime.timedelta(days=365):
        until = last_day + datetime.timedelta(days=365)
        dated = min(today, first_day) - datetime.timedelta(days=60)
        number = f"{officer.police_service.code.upper()}-{officer.service_number}"
        releases.give(
            officer, by=by, letter_number=number, letter_date=dated, first_day=first_day, last_day=until, today=today
        )


def _waive(officer: Officer, posting: Posting, days: Span, today: datetime.date) -> None:
    """Whoever of the demonstration lacks something that the posting asks for goes by a waiver."""
    until = max(today, days.last_day + datetime.timedelta(days=365))
    for finding in waivers.unmet(ClearanceAct.RESERVE, officer, posting, days, today=today):
        waivers.waive(
            officer, by=SYSTEM, posting=posting, finding=finding.code, reason=WAIVED, last_day=until, today=today
        )


def ask_for_extensions(rows: list[dict[str, Any]], *, today: datetime.date, made: Counter[str]) -> None:
    """The officers of the file ask to stay longer, each once, as long as a tour of theirs is under way."""
    for row in rows:
        last_day = today + datetime.timedelta(days=row["last_day"])
        under_way = Deployment.objects.on(today).filter(officer__user__email=row["officer"], last_day__lt=last_day)
        for tour in under_way.filter(state=DeploymentState.IN_MISSION, extensions=None):
            ask_extension(tour, by=tour.officer.user, last_day=last_day, reason=row["reason"], today=today)
            made["extension asked for"] += 1


def name_successors(rows: list[dict[str, Any]], *, today: datetime.date, made: Counter[str]) -> None:
    """The successors of the file are named: the tours that begin on these days in these postings, where both are there."""
    for row in rows:
        there = Deployment.objects.consuming().filter(posting__reference=row["posting"], relieves=None)
        before, after = (
            there.filter(first_day=today + datetime.timedelta(days=row[name])).first()
            for name in ("before", "successor")
        )
        if before and after and not before.relieved_by.exists():
            name_successor(before, by=SYSTEM, successor=after)
            made["successor named"] += 1


def _in_order(
    postings: list[tuple[Posting, dict[str, list[Any]]]], today: datetime.date
) -> Iterator[tuple[str, Posting, datetime.date, datetime.date]]:
    for kind in KINDS:
        for posting, tours in postings:
            for first, last in tours[kind]:
                yield kind, posting, today + datetime.timedelta(days=first), today + datetime.timedelta(days=last)


def _recorded(state: str) -> Callable[..., Deployment]:
    def make(**tour: Any) -> Deployment:
        return record_tour(state=state, **tour)

    return make


def _reserved(*, today: datetime.date, **tour: Any) -> Deployment:
    return reserve(hold_until=today + datetime.timedelta(days=HELD_DAYS), today=today, **tour)


def _repatriated(*, by: Actor, last_day: datetime.date, today: datetime.date, **tour: Any) -> Deployment:
    planned = min(last_day + datetime.timedelta(days=120), today - datetime.timedelta(days=1))
    there = record_tour(by=by, state=DeploymentState.IN_MISSION, last_day=planned, today=today, **tour)
    return repatriate(there, by=by, last_day=last_day, end_reason=EndReason.MEDICAL, reason=TOLD, today=today)


MAKERS: dict[str, Callable[..., Deployment]] = {
    "completed": _recorded(DeploymentState.CLOSED),
    "repatriated": _repatriated,
    "in_mission": _recorded(DeploymentState.IN_MISSION),
    "preparation": _recorded(DeploymentState.PREPARATION),
    "reserved": _reserved,
}
