"""The rule of the limits in named cases: each is one sentence of docs/domain.md, "What the limits must honour"."""

import datetime

from deployments.limits import rule as capacity
from deployments.limits.rule import FOREVER, DaysAboveParent, Excess, Level, Span, Step, Tour

day = datetime.date.fromisoformat
START = day("2020-01-01")


def tour(first: str, last: str, late_from: str | None = None) -> Tour:
    return Tour(day(first), day(last), day(late_from) if late_from else None)


def span(first: str, last: str) -> Span:
    return Span(day(first), day(last))


def level(*numbers: tuple[str, int | None], tours: tuple[Tour, ...] = (), kind: str = "operation") -> Level:
    return Level(kind, 1, kind, tuple((day(since), maximum) for since, maximum in numbers), tours)


def short_days(*levels: Level, on: Span) -> list[tuple[datetime.date, datetime.date, int, int]]:
    return [(s.first_day, s.last_day, s.number, s.committed) for s in capacity.shortfalls(levels, [on])]


class TestDays:
    def test_a_span_counts_both_of_its_days(self):
        assert (span("2026-01-01", "2026-01-01").days, span("2028-02-01", "2028-02-29").days) == (1, 29)

    def test_leaving_and_arriving_on_following_days_is_no_overlap(self):
        one = level(("2020-01-01", 1), tours=(tour("2026-01-01", "2026-06-30"), tour("2026-07-01", "2026-12-31")))
        assert capacity.peak(one, START, FOREVER) == 1

    def test_leaving_and_arriving_on_the_same_day_is_one(self):
        one = level(("2020-01-01", 1), tours=(tour("2026-01-01", "2026-07-01"), tour("2026-07-01", "2026-12-31")))
        assert capacity.over_strength(one, START) == [Excess(day("2026-07-01"), day("2026-07-01"), 1, 2)]

    def test_a_leap_day_takes_a_place(self):
        one = level(("2020-01-01", 1), tours=(tour("2027-09-01", "2028-02-29"),))
        assert short_days(one, on=span("2028-02-29", "2028-03-31")) == [(day("2028-02-29"), day("2028-02-29"), 1, 1)]
        assert short_days(one, on=span("2028-03-01", "2028-03-31")) == []

    def test_the_last_day_of_all_days_is_within_reach(self):
        one = level(("2020-01-01", 1), tours=(Tour(day("2026-01-01"), FOREVER),))
        assert capacity.headroom(one, FOREVER, FOREVER) == [Step(FOREVER, FOREVER, 1, 1)]
        assert capacity.next_first_day([one], [], 1, day("2026-01-01")) is None


class TestNumbers:
    def test_an_operation_has_nobody_before_its_first_number_and_under_an_empty_one(self):
        one = level(("2026-01-01", 3), ("2027-01-01", None))
        assert [one.number_on(day(on)) for on in ("2025-12-31", "2026-01-01", "2027-01-01")] == [0, 3, 0]

    def test_any_other_level_has_no_limit_then(self):
        for kind in ("mission", "programme", "posting"):
            one = level(("2026-01-01", 3), ("2027-01-01", None), kind=kind)
            assert [one.number_on(day(on)) for on in ("2025-12-31", "2026-12-31", "2027-01-01")] == [None, 3, None]

    def test_a_version_reaches_until_the_next(self):
        one = level(("2026-01-01", 3), ("2027-01-01", 4))
        assert one.reach(day("2026-01-01")) == span("2026-01-01", "2026-12-31")
        assert one.reach(day("2026-05-01")) == span("2026-05-01", "2026-12-31")
        assert one.reach(day("2027-01-01")) == Span(day("2027-01-01"), FOREVER)

    def test_a_version_can_be_tried(self):
        one = level(("2026-01-01", 3), ("2027-01-01", 4))
        tried = one.with_number(day("2026-06-01"), 1)
        assert [tried.number_on(day(on)) for on in ("2026-05-31", "2026-06-01", "2027-01-01")] == [3, 1, 4]
        assert one.with_number(day("2027-01-01"), 9) == level(("2026-01-01", 3), ("2027-01-01", 9))

    def test_a_withdrawn_version_leaves_the_one_before(self):
        one = level(("2026-01-01", 3), ("2027-01-01", 4), tours=(tour("2026-01-01", "2028-01-01"),))
        without = one.without_number(day("2027-01-01"))
        assert (without.number_on(day("2027-06-01")), without.tours) == (3, one.tours)

    def test_a_child_above_its_parent_is_found_with_its_days(self):
        child = level(("2026-01-01", 2), ("2027-01-01", 5), ("2028-01-01", None), kind="mission")
        parent = level(("2025-01-01", 4), ("2027-06-01", 5), ("2027-09-01", 3))
        assert capacity.above_parent(child, parent, START, FOREVER) == [
            DaysAboveParent(day("2027-01-01"), day("2027-05-31"), 5, 4),
            DaysAboveParent(day("2027-09-01"), day("2027-12-31"), 5, 3),
        ]
        assert capacity.above_parent(child, parent, day("2027-10-01"), day("2027-10-31")) == [
            DaysAboveParent(day("2027-10-01"), day("2027-10-31"), 5, 3)
        ]
        assert capacity.above_parent(child, parent, START, day("2027-01-01")) == [
            DaysAboveParent(day("2027-01-01"), day("2027-01-01"), 5, 4)
        ]

    def test_a_parent_without_a_limit_has_no_child_above_it(self):
        child = level(("2026-01-01", 2))
        assert capacity.above_parent(child, level(kind="programme"), START, FOREVER) == []


class TestRoom:
    def test_an_interval_without_days_has_no_steps_and_a_peak_of_none(self):
        one = level(("2020-01-01", 1), tours=(tour("2026-01-01", "2026-12-31"),))
        assert capacity.headroom(one, day("2026-02-01"), day("2026-01-31")) == []
        assert capacity.peak(one, day("2026-02-01"), day("2026-01-31")) == 0

    def test_the_steps_cover_the_interval_and_merge_what_stays_the_same(self):
        one = level(
            ("2020-01-01", 2),
            ("2026-06-01", 2),
            tours=(tour("2026-02-01", "2026-03-31"), tour("2026-04-01", "2026-05-31")),
        )
        assert capacity.headroom(one, day("2026-01-01"), day("2026-12-31")) == [
            Step(day("2026-01-01"), day("2026-01-31"), 2, 0),
            Step(day("2026-02-01"), day("2026-05-31"), 2, 1),
            Step(day("2026-06-01"), day("2026-12-31"), 2, 0),
        ]

    def test_room_is_what_is_left_negative_over_strength_and_none_without_a_limit(self):
        rooms = [Step(START, START, number, committed).room for number, committed in ((5, 3), (1, 3), (None, 3))]
        assert rooms == [2, -2, None]

    def test_a_number_that_falls_inside_the_tour_binds_from_its_day(self):
        one = level(("2020-01-01", 2), ("2026-07-01", 1), tours=(tour("2026-01-01", "2026-12-31"),))
        on = span("2026-05-01", "2027-02-01")
        assert short_days(one, on=on) == [(day("2026-07-01"), day("2026-12-31"), 1, 1)]

    def test_a_number_that_rises_inside_the_tour_frees_it_from_its_day(self):
        one = level(("2020-01-01", 1), ("2026-07-01", 2), tours=(tour("2026-01-01", "2026-12-31"),))
        on = span("2026-05-01", "2027-02-01")
        assert short_days(one, on=on) == [(day("2026-05-01"), day("2026-06-30"), 1, 1)]

    def test_stretches_apart_are_told_apart_and_neighbours_together_with_the_tightest_day(self):
        tours = (tour("2026-01-01", "2026-04-30"), tour("2026-03-01", "2026-04-30"), tour("2026-09-01", "2026-09-30"))
        one = level(("2020-01-01", 1), tours=tours)
        assert short_days(one, on=span("2026-01-01", "2026-12-31")) == [
            (day("2026-01-01"), day("2026-04-30"), 1, 2),
            (day("2026-09-01"), day("2026-09-30"), 1, 1),
        ]

    def test_every_level_that_is_short_is_named(self):
        full = level(("2020-01-01", 1), tours=(tour("2026-01-01", "2026-12-31"),))
        programme = level(("2020-01-01", 0), kind="programme")
        free = level(kind="mission", tours=(tour("2026-01-01", "2026-12-31"),))
        found = capacity.shortfalls([free, full, programme], [span("2026-06-01", "2026-06-02")])
        assert [shortfall.level.kind for shortfall in found] == ["operation", "programme"]

    def test_the_binding_level_has_the_least_room_and_of_equals_is_the_first(self):
        mission = level(("2020-01-01", 2), kind="mission")
        operation = level(("2020-01-01", 5), ("2026-06-01", 2), tours=(tour("2026-01-01", "2026-12-31"),))
        unlimited = level(kind="programme")
        found = capacity.binding_level([unlimited, mission, operation], day("2026-01-01"), day("2026-12-31"))
        assert found == (operation, Step(day("2026-06-01"), day("2026-12-31"), 2, 1))
        again = capacity.binding_level([mission, operation], day("2027-01-01"), day("2027-12-31"))
        assert again == (mission, Step(day("2027-01-01"), day("2027-12-31"), 2, 0))
        assert capacity.binding_level([unlimited], day("2026-01-01"), day("2026-12-31")) is None

    def test_over_strength_is_told_by_stretches_from_the_day_asked(self):
        tours = (tour("2026-01-01", "2026-12-31"), tour("2026-01-01", "2026-06-30"))
        one = level(("2020-01-01", 2), ("2026-03-01", 0), tours=tours)
        found = capacity.over_strength(one, day("2026-04-01"))
        assert found == [Excess(day("2026-04-01"), day("2026-12-31"), 0, 2)]
        assert found[0].over_by == 2

    def test_a_late_return_takes_its_days(self):
        one = level(("2020-01-01", 1), tours=(tour("2026-01-01", "2026-12-31", late_from="2026-12-01"),))
        assert short_days(one, on=span("2026-12-15", "2027-01-31")) == [(day("2026-12-15"), day("2026-12-31"), 1, 1)]


class TestNewlyOccupied:
    OLD = span("2026-03-01", "2026-03-31")

    def test_a_new_tour_occupies_all_of_its_days(self):
        assert capacity.newly_occupied(None, self.OLD) == [self.OLD]

    def test_shortening_and_staying_occupy_nothing(self):
        assert capacity.newly_occupied(self.OLD, span("2026-03-02", "2026-03-30")) == []
        assert capacity.newly_occupied(self.OLD, self.OLD) == []

    def test_lengthening_occupies_the_days_added_at_either_end(self):
        assert capacity.newly_occupied(self.OLD, span("2026-02-27", "2026-04-01")) == [
            span("2026-02-27", "2026-02-28"),
            span("2026-04-01", "2026-04-01"),
        ]

    def test_moving_on_by_all_but_one_day_keeps_that_day(self):
        assert capacity.newly_occupied(self.OLD, span("2026-03-31", "2026-04-10")) == [span("2026-04-01", "2026-04-10")]
        assert capacity.newly_occupied(self.OLD, span("2026-02-20", "2026-03-01")) == [span("2026-02-20", "2026-02-28")]

    def test_moving_away_occupies_every_new_day(self):
        for new in (
            span("2026-04-01", "2026-04-30"),
            span("2026-02-01", "2026-02-28"),
            span("2027-01-01", "2027-01-01"),
        ):
            assert capacity.newly_occupied(self.OLD, new) == [new]

    def test_a_late_return_is_given_as_plain_days(self):
        assert capacity.newly_occupied(None, tour("2026-01-01", "2026-02-01", "2026-01-20")) == [
            span("2026-01-01", "2026-02-01")
        ]


class TestSinceRecords:
    """Days before the records answer meet no number."""

    DAYS = [span("2015-01-01", "2015-03-31"), span("2015-06-01", "2015-08-31")]

    def test_every_day_counts_where_no_first_day_of_the_records_is_set(self):
        assert capacity.since_records(None, self.DAYS) == self.DAYS

    def test_days_before_are_cut_off_and_spans_that_end_before_are_gone(self):
        assert capacity.since_records(day("2015-07-01"), self.DAYS) == [span("2015-07-01", "2015-08-31")]

    def test_the_first_day_of_the_records_is_the_first_that_counts(self):
        assert capacity.since_records(day("2015-03-31"), self.DAYS[:1]) == [span("2015-03-31", "2015-03-31")]
        assert capacity.since_records(day("2015-04-01"), self.DAYS[:1]) == []

    def test_later_spans_stay_as_they_are(self):
        assert capacity.since_records(day("2014-12-31"), self.DAYS) == self.DAYS


class TestNextFirstDay:
    FULL = level(("2020-01-01", 1), tours=(tour("2026-03-01", "2026-05-31"), tour("2026-08-01", "2026-12-31")))

    def test_the_whole_tour_at_its_length_has_to_fit(self):
        first = [capacity.next_first_day([self.FULL], [], days, day("2026-04-01")) for days in (1, 61, 62, 365)]
        assert first == [day("2026-06-01"), day("2026-06-01"), day("2027-01-01"), day("2027-01-01")]

    def test_it_is_at_once_where_there_is_room(self):
        assert capacity.next_first_day([self.FULL], [], 31, day("2026-01-29")) == day("2026-01-29")
        assert capacity.next_first_day([self.FULL], [], 32, day("2026-01-29")) == day("2026-06-01")

    def test_it_keeps_clear_of_closed_days_and_of_the_officers_own_tours(self):
        closed, own = [span("2026-06-10", "2026-06-30")], [span("2027-01-01", "2027-01-31")]
        assert capacity.next_first_day([self.FULL], closed, 10, day("2026-04-01"), own) == day("2026-07-01")
        assert capacity.next_first_day([self.FULL], closed, 9, day("2026-04-01"), own) == day("2026-06-01")
        assert capacity.next_first_day([self.FULL], closed, 60, day("2026-04-01"), own) == day("2027-02-01")

    def test_none_in_sight_where_terms_or_the_number_take_nobody_for_good(self):
        closed = [Span(day("2026-06-10"), FOREVER)]
        assert capacity.next_first_day([self.FULL], closed, 30, day("2026-04-01")) is None
        assert capacity.next_first_day([level()], [], 1, day("2026-04-01")) is None

    def test_every_level_is_waited_for(self):
        programme = level(("2020-01-01", 0), ("2028-01-01", 1), kind="programme")
        assert capacity.next_first_day([self.FULL, programme], [], 30, day("2026-04-01")) == day("2028-01-01")

    def test_a_tour_may_end_on_the_last_of_all_days(self):
        free = level(("2020-01-01", 1))
        eve = FOREVER - datetime.timedelta(days=1)
        assert capacity.next_first_day([free], [], 2, eve) == eve
        assert capacity.next_first_day([free], [], 3, eve) is None
