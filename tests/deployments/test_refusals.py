"""What a refusal says: the level, the days, the numbers, and when there is room (rule 13 of docs/domain.md)."""

import pytest
from django.db import IntegrityError, transaction

from core.actors import SYSTEM
from core.refusals import Refusal
from deployments.domain import tours
from deployments.limits.gate import locked_transaction
from deployments.limits.refusals import CapacityExceeded, refused_by_database
from deployments.models import Deployment
from missions.models import AuthorizedStrength
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
TODAY = day("2026-11-24")


@pytest.fixture
def mali():
    return factories.operation(2, name_en="Mali", name_fr="Mali")


@pytest.fixture
def posting(mali):
    return factories.posting(factories.mission(mali))


def refused(posting, first: str, last: str, officer=None) -> CapacityExceeded:
    with pytest.raises(CapacityExceeded) as raised:
        tours.reserve(
            by=SYSTEM,
            officer=officer or factories.officer(),
            posting=posting,
            first_day=day(first),
            last_day=day(last),
            today=TODAY,
        )
    return raised.value


def occupied(posting, first: str, last: str, count: int = 2):
    return [factories.deployment(posting, first, last) for _n in range(count)]


def test_rule_13_the_refusal_says_level_days_number_count_and_the_next_day_with_room(posting, mali):
    occupied(posting, "2026-06-01", "2027-02-28")
    refusal = refused(posting, "2027-01-01", "2027-12-31")
    assert str(refusal) == (
        "Mali: 2 authorized from 2027-01-01 to 2027-02-28, 2 committed. The whole tour fits from 2027-03-01."
    )
    assert refusal.as_json() == {
        "code": "capacity_exceeded",
        "message": str(refusal),
        "field": "first_day",
        "shortfalls": [
            {
                "level": "operation",
                "id": mali.pk,
                "label": "Mali",
                "first_day": "2027-01-01",
                "last_day": "2027-02-28",
                "authorized": 2,
                "committed": 2,
            }
        ],
        "next_first_day": "2027-03-01",
        "extendable_to": None,
    }
    assert refusal.status == 409


def test_rule_13_the_next_day_is_for_the_whole_tour_at_its_length(posting):
    occupied(posting, "2027-01-01", "2027-01-31")
    occupied(posting, "2027-03-01", "2027-03-31")
    assert refused(posting, "2027-01-31", "2027-02-28").next_first_day == day("2027-04-01")
    assert refused(posting, "2027-01-31", "2027-02-10").next_first_day == day("2027-02-01")


def test_rule_13_no_day_is_in_sight_where_the_number_stays_used_up(posting, mali):
    factories.strength(mali, 0, day("2027-01-01"))
    refusal = refused(posting, "2027-01-01", "2027-01-01")
    assert (
        str(refusal)
        == "Mali: 0 authorized on 2027-01-01, 0 committed. No day is in sight from which the whole tour fits."
    )
    assert refusal.as_json()["next_first_day"] is None


def test_rule_13_a_day_beyond_ten_years_is_not_in_sight(posting, mali):
    factories.strength(mali, 0, day("2027-01-01"))
    factories.strength(mali, 2, day("2036-11-24"))
    assert refused(posting, "2027-01-01", "2027-01-01").next_first_day == day("2036-11-24")
    assert refused(posting, "2027-01-01", "2027-01-02").next_first_day is None


def test_rule_13_the_next_day_respects_terms_and_the_officers_other_tours(posting, mali):
    occupied(posting, "2026-06-01", "2027-02-28")
    factories.terms(mali, "suspended", day("2027-03-01"))
    factories.terms(mali, "active", day("2027-04-01"))
    officer = factories.officer()
    factories.deployment(factories.posting(), "2027-04-15", "2027-04-30", officer=officer)
    assert refused(posting, "2027-01-01", "2027-01-31").next_first_day == day("2027-04-01")
    assert refused(posting, "2027-01-01", "2027-01-31", officer).next_first_day == day("2027-05-01")


class TestExtension:
    """Of a tour that would go on: how long it can, and from when there is room after that."""

    def refused(self, tour, last_day: str) -> CapacityExceeded:
        with pytest.raises(CapacityExceeded) as raised:
            tours.extend(tour, by=SYSTEM, last_day=day(last_day), reason="Asked for", today=TODAY)
        return raised.value

    def test_it_can_last_to_the_day_before_the_number_is_used_up(self, posting):
        tour = occupied(posting, "2026-12-01", "2027-01-31", count=1)[0]
        occupied(posting, "2027-03-01", "2027-04-30")
        refusal = self.refused(tour, "2027-06-30")
        assert str(refusal) == (
            "Mali: 2 authorized from 2027-03-01 to 2027-04-30, 2 committed. "
            "The tour can last to 2027-02-28. There is room again from 2027-05-01."
        )
        assert (refusal.field, refusal.as_json()["extendable_to"]) == ("last_day", "2027-02-28")
        tours.extend(tour, by=SYSTEM, last_day=day("2027-02-28"), reason="Asked for", today=TODAY)

    def test_where_not_one_day_more_fits_it_ends_as_it_does(self, posting, mali):
        tour = occupied(posting, "2026-12-01", "2027-01-31", count=1)[0]
        factories.strength(mali, 0, day("2027-02-01"))
        refusal = self.refused(tour, "2027-06-30")
        assert str(refusal).endswith("The tour can last to 2027-01-31. No day with room after it is in sight.")

    def test_an_earlier_first_day_is_no_extension(self, posting):
        tour = factories.deployment(posting, "2027-03-01", "2027-03-31", state="preparation")
        occupied(posting, "2027-02-01", "2027-02-28")
        with pytest.raises(CapacityExceeded) as raised:
            tours.change_dates(
                tour, by=SYSTEM, first_day=day("2027-02-15"), last_day=day("2027-03-31"), reason="Earlier", today=TODAY
            )
        assert raised.value.extendable_to is None

    def test_days_that_follow_but_keep_none_of_the_present_ones_are_no_extension(self, posting):
        tour = factories.deployment(posting, "2027-01-01", "2027-02-09", state="preparation")
        occupied(posting, "2027-02-10", "2027-02-20")
        with pytest.raises(CapacityExceeded, match="The whole tour fits from 2027-02-21"):
            tours.change_dates(
                tour, by=SYSTEM, first_day=day("2027-02-10"), last_day=day("2027-02-28"), reason="Later", today=TODAY
            )


def test_rule_13_the_next_day_is_never_in_the_past(posting):
    occupied(posting, "2025-01-01", "2025-12-31")
    assert refused(posting, "2025-06-01", "2025-06-30").next_first_day == TODAY


def test_all_levels_without_room_are_listed_and_the_one_with_the_least_room_comes_first(mali):
    narrow = factories.posting(factories.mission(mali), places=1, reference="adviser", title_en="Adviser")
    factories.strength(mali, 0, day("2027-01-01"), acknowledged_peak=1)
    narrow_tours = occupied(narrow, "2026-06-01", "2026-12-31", 1)
    assert narrow_tours
    factories.strength(mali, 2, day("2027-02-01"))
    occupied(narrow, "2027-02-01", "2027-02-28", 1)
    occupied(factories.posting(narrow.mission), "2027-02-01", "2027-02-28", 1)
    refusal = refused(narrow, "2026-12-01", "2027-02-28")
    assert [(found.level.kind, found.number - found.committed) for found in refusal.shortfalls] == [
        ("posting", 0),
        ("posting", 0),
        ("operation", 0),
    ]
    assert "Adviser (adviser): 1 place from 2026-12-01 to 2026-12-31, 1 committed." in str(refusal)
    assert "Mali: 0 authorized from 2027-01-01 to 2027-02-28, 0 committed." in str(refusal)


def test_an_over_strength_level_comes_before_one_that_is_just_full(mali):
    narrow = factories.posting(factories.mission(mali), places=2)
    occupied(narrow, "2027-01-01", "2027-12-31")
    factories.strength(mali, 1, day("2027-01-01"), acknowledged_peak=2)
    refusal = refused(narrow, "2027-03-01", "2027-03-31")
    assert [(found.level.kind, found.number, found.committed) for found in refusal.shortfalls] == [
        ("operation", 1, 2),
        ("posting", 2, 2),
    ]


def test_the_own_tour_is_left_out_when_it_is_extended(posting):
    [mine, _other] = occupied(posting, "2026-06-01", "2026-12-31")
    occupied(posting, "2027-01-15", "2027-01-31")
    with pytest.raises(CapacityExceeded) as raised:
        tours.extend(mine, by=SYSTEM, last_day=day("2027-01-20"), reason="More", today=TODAY)
    assert str(raised.value).startswith("Mali: 2 authorized from 2027-01-15 to 2027-01-20, 2 committed.")


def test_what_the_database_refuses_inside_an_act_is_a_refusal_and_leaves_nothing_behind(mali):
    @locked_transaction
    def unforeseen_act():
        factories.officer()
        AuthorizedStrength.objects.create(operation=mali, effective_from=factories.START, maximum=3, instrument="x")

    with pytest.raises(Refusal, match="withdraw it first if it is wrong") as raised:
        unforeseen_act()
    assert (raised.value.code, raised.value.status) == ("refused_by_database", 409)
    assert not Deployment.objects.exists()
    assert mali.strengths.get().maximum == 2


def by_hand_over_the_number(posting):
    occupied(posting, "2027-01-01", "2027-01-31", 3)


def by_hand_without_a_place(posting):
    occupied(factories.posting(posting.mission, places=1), "2027-01-01", "2027-01-31")


def by_hand_under_suspension(posting):
    factories.terms(posting.mission.operation, "suspended", day("2027-01-01"))
    occupied(posting, "2027-01-01", "2027-01-31", 1)


def by_hand_one_officer_twice(posting):
    [tour] = occupied(posting, "2027-01-01", "2027-01-31", 1)
    factories.deployment(factories.posting(), "2027-01-31", "2027-02-28", officer=tour.officer)


def by_hand_above_the_operation(posting):
    factories.strength(posting.mission, 3)


def by_hand_below_strength(posting):
    occupied(posting, "2027-01-01", "2027-01-31")
    factories.strength(posting.mission.operation, 1, day("2026-12-01"))


def by_hand_late_from_the_start(posting):
    factories.deployment(
        posting, "2026-01-01", "2026-06-30", state="ended", late_from=day("2026-06-01"), late_reason="No flight"
    )


def by_hand_another_officer(posting):
    occupied(posting, "2027-01-01", "2027-01-31", 1)
    Deployment.objects.update(officer=factories.officer())


def by_hand_deleted(posting):
    occupied(posting, "2027-01-01", "2027-01-31", 1)
    Deployment.objects.all().delete()


def by_hand_two_versions_a_day(posting):
    factories.strength(posting.mission.operation, 5)


def by_hand_an_unreachable_day(posting):
    factories.strength(posting.mission.operation, 5, day("2200-01-01"))


def by_hand_days_out_of_order(posting):
    factories.deployment(posting, "2027-02-01", "2027-01-01")


@pytest.mark.parametrize(
    ("past_the_doors", "words"),
    [
        (by_hand_over_the_number, "operation's authorized number is used up"),
        (by_hand_without_a_place, "posting has no place left"),
        (by_hand_under_suspension, "operation takes nobody new"),
        (by_hand_one_officer_twice, "officer has another tour"),
        (by_hand_above_the_operation, "above that of the level which holds it"),
        (by_hand_below_strength, "the lowering must be acknowledged"),
        (by_hand_late_from_the_start, "A late return begins after"),
        (by_hand_another_officer, "does not change any more"),
        (by_hand_deleted, "Nothing here is deleted"),
        (by_hand_two_versions_a_day, "withdraw it first if it is wrong"),
        (by_hand_an_unreachable_day, "not a day between 1900 and 2199"),
        (by_hand_days_out_of_order, "The database refused this"),
    ],
)
def test_what_a_guard_refuses_has_words_too(posting, past_the_doors, words):
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        past_the_doors(posting)
    refusal = refused_by_database(raised.value)
    assert words in str(refusal)
    assert refusal.as_json()["code"] == "refused_by_database"
