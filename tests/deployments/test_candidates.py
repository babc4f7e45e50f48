"""Who is looked at for an opening: the database rules out only those whom the rules of eligibility rule out as well."""

import datetime
import random

import pytest

from core.text.dates import today_here
from deployments.eligibility.candidate import candidate, profiles_for, requirements, who_could_meet, with_profiles
from deployments.eligibility.rule import assess
from deployments.limits.rule import Span
from deployments.models import LanguageRequirement, QualificationRequirement
from deployments.queries.pipeline import with_requirements
from officers.models import LanguageRating, Officer, Qualification, QualificationGrant, Unavailability
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = today_here()
TOUR = Span(TODAY + datetime.timedelta(days=100), TODAY + datetime.timedelta(days=300))


def demanding_posting():
    """Asks for French at two levels and a medical grade, and counts against nothing."""
    posting = factories.posting(counts_against="none")
    LanguageRequirement.objects.create(posting=posting, language="fr", reading=2, writing=1, speaking=2)
    medical = Qualification.objects.create(code="fitness", kind="medical", name_en="Medical", name_fr="Médical")
    QualificationRequirement.objects.create(posting=posting, qualification=medical, grades="MS1;MS2")
    return with_requirements().get(pk=posting.pk), medical


def random_officer(dice: random.Random, posting, medical) -> Officer:
    """Meets each of the requirements more often than not."""

    def day(least: int, most: int) -> datetime.date:
        return TODAY + datetime.timedelta(days=dice.randint(least, most))

    person = factories.candidate(has_convictions=dice.choice([False] * 8 + [True, None]))
    if dice.random() < 0.9:
        levels = {skill: dice.choice([1, 2, 2, 3, 3]) for skill in ("reading", "writing", "speaking")}
        LanguageRating.objects.create(officer=person, language="fr", **levels)
    first = day(-300, 90)
    for begin, grade in {first: "MS1", day(-300, 200): dice.choice(["MS2", "MS3"])}.items():
        until = dice.choice([None, begin + datetime.timedelta(days=dice.randint(50, 600))])
        QualificationGrant.objects.create(
            officer=person, qualification=medical, grade=grade, valid_from=begin, valid_until=until
        )
    for table in (Unavailability.objects, factories):
        begin = day(-200, 350)
        if table is factories:
            last = begin + datetime.timedelta(days=60)
            state = dice.choice(["in_mission", "cancelled"])
            factories.deployment(posting, begin.isoformat(), last.isoformat(), officer=person, state=state)
        elif dice.random() < 0.5:
            table.create(officer=person, first_day=begin, last_day=begin + datetime.timedelta(days=10))
    return person


def test_nobody_who_meets_everything_is_passed_over_and_most_who_do_not_are():
    posting, medical = demanding_posting()
    dice = random.Random(3)
    officers = with_profiles(random_officer(dice, posting, medical) for _n in range(120))
    wanted = requirements(posting)
    meeting = {each.pk for each in officers if assess(candidate(each), wanted, TOUR).is_eligible}
    looked_at = set(Officer.objects.filter(who_could_meet(wanted, TOUR)).values_list("pk", flat=True))
    assert meeting and meeting <= looked_at
    assert len(looked_at - meeting) < len(officers) / 10


def test_tours_long_over_do_not_matter(settings):
    settings.REST_MONTHS = 6
    posting, medical = demanding_posting()
    dice = random.Random(4)
    officers = with_profiles(random_officer(dice, posting, medical) for _n in range(40))
    wanted = requirements(posting)
    narrowly = Officer.objects.prefetch_related(*profiles_for(TOUR)).in_bulk([each.pk for each in officers])
    for each in officers:
        assert assess(candidate(narrowly[each.pk]), wanted, TOUR) == assess(candidate(each), wanted, TOUR)
    assert sum(len(each.deployments.all()) for each in narrowly.values()) < sum(
        len(each.deployments.all()) for each in officers
    )
