"""Officers by what they bring: language, qualifications, free days, rank, service, and where they served before."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.text.folded import fold, has_word, words_of
from deployments.eligibility.candidate import speaks
from deployments.eligibility.rule import Rated
from deployments.limits.rule import Span
from deployments.models import Application, ApplicationState, Appraisal, AppraisalOutcome, Deployment, OfficerWish
from deployments.queries.languages import languages_of_all
from deployments.queries.nominations import NominationCounts, nomination_counts
from missions.models import Operation, OperationTerms, TermsStatus
from officers.models import Officer, PoliceService, QualificationGrant, Unavailability
from officers.ranks import level_of

GOOD = [AppraisalOutcome.EXCEEDED, AppraisalOutcome.MET]
SKILLS = ("reading", "writing", "speaking")


@dataclass(frozen=True)
class Wish:
    """What is sought. ``level`` is the least in every skill; ``days`` (both inclusive) are those on which the officer is
    free and through which every qualification is valid; without ``days`` they are valid today.
    """

    today: datetime.date
    language: str = ""
    level: int = 1
    qualifications: tuple[str, ...] = ()
    days: Span | None = None
    service: PoliceService | None = None
    min_rank: str = ""
    operation: Operation | None = None
    came_home_well: bool = False
    wished_operation: Operation | None = None
    may_be_asked: bool = False
    q: str = ""


@dataclass(frozen=True)
class FoundOfficer:
    """An officer who fits, with what the desk decides by: languages, the last tour with its appraisal, the roster."""

    officer: Officer
    languages: tuple[str, ...]
    qualifications: tuple[QualificationGrant, ...]
    last_tour: Deployment | None
    appraisal: str
    roster_until: datetime.date | None
    nominations: NominationCounts


def officers_for(wish: Wish) -> QuerySet[Officer]:
    """Officers with an active account who fit every part of ``wish``, by name."""
    own = {"officer": OuterRef("pk")}
    found = Q(user__is_active=True)
    valid = wish.days or Span(wish.today, wish.today)
    if wish.language:
        found &= speaks(Rated(wish.language, wish.level, wish.level, wish.level), valid.last_day)
    for code in wish.qualifications:
        held = QualificationGrant.objects.filter(**own, qualification__code=code)
        found &= Q(Exists(held.through(valid.first_day, valid.last_day)))
    if wish.days:
        at_once = {"first_day__lte": wish.days.last_day, "last_day__gte": wish.days.first_day}
        found &= ~Q(Exists(Unavailability.objects.filter(**own, **at_once)))
        found &= ~Q(Exists(Deployment.objects.consuming().filter(**own, **at_once)))
    if wish.service:
        found &= Q(police_service=wish.service)
    if wish.min_rank:
        found &= Q(rank__in=ranks_from(wish.min_rank))
    over = Deployment.objects.consuming().filter(**own, last_day__lt=wish.today)
    if wish.operation:
        found &= Q(Exists(over.filter(posting__mission__operation=wish.operation)))
    if wish.came_home_well:
        found &= Q(Exists(over.filter(appraisal__outcome__in=GOOD)))
    found &= _wished(wish)
    for word in words_of(fold(wish.q).split()):
        found &= has_word("user__search_text", word)
    return Officer.objects.filter(found).select_related("user", "police_service")


def _wished(wish: Wish) -> Q:
    """What officers themselves wish, where it is asked for."""
    found = Q()
    if wish.wished_operation:
        wished = OfficerWish.objects.filter(officer=OuterRef("pk"), operation=wish.wished_operation)
        found &= Q(Exists(wished))
    if wish.may_be_asked:
        found &= Q(may_be_asked=True)
    return found


def ranks_from(lowest: str) -> list[str]:
    """Ranks as officers wrote them that are ``lowest`` (a code of officers.ranks) or above."""
    least = level_of(lowest) or 0
    written = Officer.objects.order_by().values_list("rank", flat=True).distinct()
    return [rank for rank in written if (level_of(rank) or 0) >= least]


def described(officers: Sequence[Officer], wish: Wish) -> list[FoundOfficer]:
    """The officers with what a decision needs, in seven queries however many there are."""
    languages = languages_of_all(officers, (wish.days or Span(wish.today, wish.today)).last_day)
    grants = defaultdict(list)
    asked = QualificationGrant.objects.filter(officer__in=officers, qualification__code__in=wish.qualifications)
    for grant in asked.select_related("qualification"):
        grants[grant.officer_id].append(grant)
    over = Deployment.objects.consuming().filter(officer__in=officers, last_day__lt=wish.today).order_by("last_day")
    last = {tour.officer_id: tour for tour in over.select_related("posting__mission__operation")}
    outcomes = dict(Appraisal.objects.filter(deployment__in=last.values()).values_list("deployment", "outcome"))
    roster = dict(
        Application.objects.filter(officer__in=officers, state=ApplicationState.QUALIFIED)
        .order_by("qualified_until")
        .values_list("officer", "qualified_until")
    )
    nominated = nomination_counts(officers)
    return [
        FoundOfficer(
            officer,
            tuple(languages[officer.pk]),
            tuple(grants[officer.pk]),
            tour := last.get(officer.pk),
            str(AppraisalOutcome(outcome).label) if tour and (outcome := outcomes.get(tour.pk)) else "",
            roster.get(officer.pk),
            nominated[officer.pk],
        )
        for officer in officers
    ]


@dataclass(frozen=True)
class Profile:
    """What an operation asks in general, as a search: its languages, and a firearms qualification where it is armed."""

    language: str
    is_armed: bool
    operations: list[Operation] = field(default_factory=list)


def profiles_asked(today: datetime.date) -> list[Profile]:
    """The kinds of officers that active operations ask for today, those asked for most first."""
    latest: dict[int, OperationTerms] = {}
    for terms in reversed(OperationTerms.objects.on(today).select_related("operation")):
        latest[terms.operation_id] = terms
    found: dict[tuple[str, bool], Profile] = {}
    for terms in latest.values():
        for language in terms.languages if terms.status == TermsStatus.ACTIVE else ():
            key = (language, bool(terms.is_armed))
            found.setdefault(key, Profile(*key)).operations.append(terms.operation)
    return sorted(found.values(), key=lambda each: (-len(each.operations), each.language, each.is_armed))


def months_ahead(today: datetime.date, count: int = 12) -> Iterable[Span]:
    """The next ``count`` whole months."""
    year, month = today.year, today.month
    for _n in range(count):
        year, month = year + month // 12, month % 12 + 1
        following = datetime.date(year + month // 12, month % 12 + 1, 1)
        yield Span(datetime.date(year, month, 1), following - datetime.timedelta(days=1))
