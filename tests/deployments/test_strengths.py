"""Setting an authorised number and withdrawing a wrong one (rules 3, 4, 5 and 14 of docs/domain.md)."""

import pytest
from django.core.exceptions import ValidationError

from core.actors import SYSTEM
from core.history.acts import history_of
from core.refusals import NotPermitted, Refusal
from deployments.domain import authority
from deployments.domain.authority import LoweringNotAcknowledged, NumberAboveParent
from deployments.limits.levels import level_of
from missions.models import AuthorizedStrength
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
TODAY = day("2026-11-24")


@pytest.fixture
def mali():
    return factories.operation(10, name_en="Mali", name_fr="Mali")


def number_on(record, text: str) -> int | None:
    return level_of(record, day(text)).number_on(day(text))


def set_number(level, since: str, maximum, by=SYSTEM, **values):
    return authority.set_strength(
        level, by=by, effective_from=day(since), maximum=maximum, today=TODAY, **{"instrument": "Order 7"} | values
    )


def deployed(operation, count: int, first: str, last: str, **fields):
    posting = factories.posting(factories.mission(operation), **fields)
    return [factories.deployment(posting, first, last) for _n in range(count)]


def test_rule_3_a_number_holds_from_its_day_until_the_next_and_earlier_days_read_as_before(mali, approver):
    version = set_number(mali, "2027-01-01", 30, by=approver, note="Cabinet decision")
    assert [number_on(mali, d) for d in ("2026-12-31", "2027-01-01", "2030-01-01")] == [10, 30, 30]
    assert (version.instrument, version.note, version.recorded_by) == ("Order 7", "Cabinet decision", approver)
    set_number(mali, "2026-12-01", 12)
    assert [number_on(mali, d) for d in ("2026-11-30", "2026-12-31", "2027-01-01")] == [10, 12, 30]


def test_rule_3_a_version_is_never_edited_or_deleted(mali):
    with pytest.raises(ValidationError):
        mali.strengths.get().delete()
    assert number_on(mali, "2026-11-24") == 10


def test_a_day_that_has_a_number_takes_no_second_one_and_the_refusal_says_to_withdraw_it(mali):
    set_number(mali, "2027-01-01", 30)
    with pytest.raises(Refusal, match="Mali has a number from 2027-01-01 already, 30: withdraw it first") as refused:
        set_number(mali, "2027-01-01", 12)
    assert (refused.value.code, refused.value.field) == ("one_version_a_day", "effective_from")


def test_rule_4_a_mission_is_never_above_its_operation_on_any_later_day(mali):
    mission = factories.mission(mali, name_en="Mentoring")
    set_number(mali, "2027-06-01", 4)
    with pytest.raises(NumberAboveParent, match="Mentoring cannot have 5: Mali has 4 from 2027-06-01") as refused:
        set_number(mission, "2027-01-01", 5)
    assert refused.value.field == "maximum"
    set_number(mission, "2027-06-01", 4)
    set_number(mission, "2027-01-01", 5)
    assert not AuthorizedStrength.objects.filter(mission=mission).exclude(withdrawn_at=None).exists()


def test_rule_4_an_operation_is_never_above_its_programme_where_that_has_a_number(mali):
    set_number(mali.programme, "2027-01-01", 20)
    set_number(mali, "2026-12-01", 15)
    with pytest.raises(NumberAboveParent, match="Mali cannot have 21: Programme has 20 from 2027-01-01"):
        set_number(mali, "2026-12-15", 21)


def test_rule_4_a_mission_has_no_number_before_its_operation_has_one():
    operation = factories.operation(None)
    mission = factories.mission(operation)
    with pytest.raises(NumberAboveParent, match="has 0 from 2027-01-01"):
        set_number(mission, "2027-01-01", 1)


def test_rule_4_lowering_an_operation_brings_higher_missions_down_the_same_day_in_the_same_act(mali, approver):
    higher, lower, bare = (factories.mission(mali) for _n in range(3))
    factories.strength(higher, 8)
    factories.strength(lower, 3)
    preview = authority.preview_strength(mali, effective_from=day("2027-01-01"), maximum=5, today=TODAY)
    assert [(c.record, c.number_before, c.maximum, c.effective_from) for c in preview.brought_down] == [
        (higher, 8, 5, day("2027-01-01"))
    ]
    assert not AuthorizedStrength.objects.filter(effective_from=day("2027-01-01")).exists()
    set_number(mali, "2027-01-01", 5, by=approver)
    assert [number_on(record, "2027-01-01") for record in (mali, higher, lower, bare)] == [5, 5, 3, None]
    assert number_on(higher, "2026-12-31") == 8
    entry = history_of(higher).get(verb="bring-down")
    assert (entry.actor, entry.from_state, entry.to_state) == (approver, "8", "5")


def test_rule_4_later_versions_of_a_mission_inside_the_span_come_down_as_well(mali):
    mission = factories.mission(mali)
    factories.strength(mission, 2)
    later = factories.strength(mission, 9, day("2027-03-01"))
    same_day = factories.strength(mission, 7, day("2027-01-01"))
    set_number(mali, "2027-06-01", 10)
    factories.strength(mission, 10, day("2027-06-01"))
    set_number(mali, "2027-01-01", 5)
    assert [number_on(mission, d) for d in ("2026-12-31", "2027-01-01", "2027-03-01", "2027-06-01")] == [2, 5, 5, 10]
    for version in (later, same_day):
        version.refresh_from_db()
        assert version.withdrawal_reason == f"Comes down with {mali}."


def test_rule_4_lowering_a_programme_brings_operations_and_their_missions_down(mali):
    mission = factories.mission(mali)
    factories.strength(mission, 9)
    set_number(mali.programme, "2027-01-01", 6)
    assert [number_on(record, "2027-01-01") for record in (mali.programme, mali, mission)] == [6, 6, 6]


def test_rule_5_lowering_below_strength_first_shows_who_and_which_days_and_asks(mali):
    tours = deployed(mali, 3, "2026-06-01", "2027-03-31")
    deployed(mali, 1, "2026-06-01", "2026-12-31")
    with pytest.raises(LoweringNotAcknowledged) as refused:
        set_number(mali, "2027-01-01", 2)
    words = str(refused.value)
    assert "Mali would be over by 1 from 2027-01-01 to 2027-03-31: 2 authorized, 3 committed." in words
    assert f"{tours[0].officer} (2026-06-01 – 2027-03-31)" in words
    said = refused.value.as_json()
    assert said["code"] == "lowering_not_acknowledged"
    assert said["over"] == [
        {
            "level": "operation",
            "label": "Mali",
            "authorized": 2,
            "committed": 3,
            "over_by": 1,
            "first_day": "2027-01-01",
            "last_day": "2027-03-31",
        }
    ]
    assert {tour["id"] for tour in said["tours"]} == {tour.pk for tour in tours}
    assert number_on(mali, "2027-01-01") == 10


def test_rule_5_an_acknowledged_lowering_is_recorded_with_its_peak_and_removes_nobody(mali):
    tours = deployed(mali, 3, "2026-06-01", "2027-03-31")
    version = set_number(mali, "2027-01-01", 2, acknowledge_lowering=True)
    assert (version.maximum, version.acknowledged_peak) == (2, 3)
    for tour in tours:
        tour.refresh_from_db()
        assert (tour.state, tour.last_day) == ("in_mission", day("2027-03-31"))
    assert history_of(mali).get(verb="set-strength").detail["accepted_peak"] == 3


def test_rule_5_a_mission_brought_down_below_its_strength_needs_the_acknowledgement_too(mali):
    mission = factories.mission(mali)
    factories.strength(mission, 5)
    posting = factories.posting(mission)
    for _n in range(4):
        factories.deployment(posting, "2026-06-01", "2027-03-31")
    preview = authority.preview_strength(mali, effective_from=day("2027-01-01"), maximum=3, today=TODAY)
    assert [change.record for change in preview.over] == [mission, mali]
    set_number(mali, "2027-01-01", 3, acknowledge_lowering=True)
    assert mission.strengths.get(effective_from=day("2027-01-01")).acknowledged_peak == 4


def test_a_number_that_covers_everybody_needs_no_acknowledgement(mali):
    deployed(mali, 3, "2026-06-01", "2027-03-31")
    assert set_number(mali, "2027-01-01", 3).acknowledged_peak is None


def test_tours_that_do_not_count_against_the_operation_do_not_push_it_over(mali):
    deployed(mali, 3, "2026-06-01", "2027-03-31", counts_against="programme")
    assert set_number(mali, "2027-01-01", 0).acknowledged_peak is None
    with pytest.raises(LoweringNotAcknowledged):
        set_number(mali.programme, "2027-01-01", 2)


def test_rule_14_a_wrong_version_is_withdrawn_and_stays_visible(mali, approver):
    wrong = set_number(mali, "2027-01-01", 300)
    withdrawn = authority.withdraw_strength(wrong, by=approver, reason="Typed a zero too many", today=TODAY)
    assert (withdrawn.withdrawn_by, withdrawn.withdrawal_reason) == (approver, "Typed a zero too many")
    assert withdrawn.withdrawn_at is not None
    assert mali.strengths.count() == 2
    assert number_on(mali, "2027-01-01") == 10
    with pytest.raises(Refusal, match="withdrawn already"):
        authority.withdraw_strength(wrong, by=approver, reason="Again", today=TODAY)


def test_rule_14_a_new_version_takes_the_day_of_the_withdrawn_one_in_the_same_act(mali):
    wrong = set_number(mali, "2027-01-01", 300)
    right = authority.withdraw_strength(
        wrong, by=SYSTEM, reason="Typed wrong", replacement=authority.NewNumber(30, "Order 7"), today=TODAY
    )
    assert (right.maximum, right.effective_from) == (30, day("2027-01-01"))
    assert number_on(mali, "2027-01-01") == 30


def test_rule_14_a_withdrawal_that_lowers_below_strength_needs_the_acknowledgement(mali):
    raised = set_number(mali, "2027-01-01", 12)
    deployed(mali, 12, "2027-01-01", "2027-03-31")
    with pytest.raises(LoweringNotAcknowledged, match="over by 2 from 2027-01-01 to 2027-03-31"):
        authority.withdraw_strength(raised, by=SYSTEM, reason="Never signed", today=TODAY)
    withdrawn = authority.withdraw_strength(
        raised, by=SYSTEM, reason="Never signed", acknowledge_lowering=True, today=TODAY
    )
    assert withdrawn.withdrawal_acknowledged_peak == 12


def test_a_withdrawal_brings_higher_missions_down(mali):
    raised = set_number(mali, "2027-01-01", 20)
    mission = factories.mission(mali)
    set_number(mission, "2027-02-01", 15)
    authority.withdraw_strength(raised, by=SYSTEM, reason="Never signed", today=TODAY)
    assert number_on(mission, "2027-02-01") == 10


def test_what_comes_down_with_a_withdrawal_names_it_in_both_languages_and_keeps_the_reason_to_the_desk(mali):
    raised = set_number(mali, "2027-01-01", 20)
    mission = factories.mission(mali)
    set_number(mission, "2027-02-01", 15)
    authority.withdraw_strength(raised, by=SYSTEM, reason="Never signed. " * 40, today=TODAY)
    brought_down = mission.strengths.standing().get()
    assert brought_down.instrument == f"Withdrawal of the number of {mali.name_en}"
    assert brought_down.instrument_fr == f"Retrait du nombre de {mali.name_fr}"


def test_a_withdrawal_that_would_lift_a_mission_above_its_operation_is_refused(mali):
    mission = factories.mission(mali)
    set_number(mission, "2026-12-01", 9)
    lowered = set_number(mission, "2027-01-01", 4)
    set_number(mali, "2027-01-01", 5)
    with pytest.raises(NumberAboveParent, match="cannot have 9: Mali has 5 from 2027-01-01"):
        authority.withdraw_strength(lowered, by=SYSTEM, reason="Wrong", today=TODAY)


def test_the_only_number_of_an_operation_can_be_withdrawn_while_nobody_is_there(mali):
    authority.withdraw_strength(mali.strengths.get(), by=SYSTEM, reason="Wrong operation", today=TODAY)
    assert number_on(mali, "2026-11-24") == 0


def test_a_first_number_is_replaced_although_missions_have_numbers_of_their_own(mali):
    mission = factories.mission(mali)
    factories.strength(mission, 5)
    authority.withdraw_strength(
        mali.strengths.get(), by=SYSTEM, reason="Misread", replacement=authority.NewNumber(12, "Order 1"), today=TODAY
    )
    assert [number_on(record, "2026-11-24") for record in (mali, mission)] == [12, 5]


def test_a_lowered_number_is_replaced_although_the_one_before_is_above_the_operation_now(mali):
    mission = factories.mission(mali)
    factories.strength(mission, 9)
    lowered = set_number(mission, "2027-01-01", 4)
    set_number(mali, "2027-01-01", 6)
    authority.withdraw_strength(
        lowered, by=SYSTEM, reason="Misread", replacement=authority.NewNumber(5, "Order 1"), today=TODAY
    )
    assert [number_on(mission, d) for d in ("2026-12-31", "2027-01-01")] == [9, 5]


def test_a_number_wedged_between_changes_of_one_day_is_not_replaced_in_one_step(mali):
    """The programme, the operation and the mission all rise on one day: no number fits in between on the day before."""
    mission = factories.mission(mali)
    factories.strength(mali.programme, 10)
    factories.strength(mission, 10)
    set_number(mali.programme, "2027-01-01", 30)
    wrong = set_number(mali, "2027-01-01", 20)
    set_number(mission, "2027-01-01", 15)
    with pytest.raises(Refusal, match="Mali from 2027-01-01 cannot be replaced in one step") as refused:
        authority.withdraw_strength(
            wrong, by=SYSTEM, reason="Misread", replacement=authority.NewNumber(18, "Order 1"), today=TODAY
        )
    assert refused.value.code == "replacement_blocked"
    assert number_on(mali, "2027-01-01") == 20


def test_a_replacement_leaves_only_its_own_trace_standing(mali):
    mission = factories.mission(mali)
    factories.strength(mission, 9)
    lowered = set_number(mission, "2027-01-01", 4)
    set_number(mali, "2027-01-01", 6)
    authority.withdraw_strength(
        lowered, by=SYSTEM, reason="Misread", replacement=authority.NewNumber(5, "Order 1"), today=TODAY
    )
    assert list(mission.strengths.standing().values_list("effective_from", "maximum")) == [
        (factories.START, 9),
        (day("2027-01-01"), 5),
    ]
    held = mission.strengths.get(effective_from=day("2026-12-31"))
    assert held.withdrawal_reason == "Held while the number from 2027-01-01 was replaced."


def test_backdating_needs_a_note(mali):
    with pytest.raises(Refusal) as refused:
        set_number(mali, "2026-11-23", 12)
    assert (refused.value.code, refused.value.field) == ("reason_required", "note")
    assert set_number(mali, "2026-11-23", 12, note="The order came late").maximum == 12


def test_a_backdated_number_below_what_was_then_deployed_is_refused_with_who_it_was(mali):
    [tour] = deployed(mali, 1, "2026-01-01", "2026-01-31")
    with pytest.raises(LoweringNotAcknowledged, match="over by 1 from 2026-01-01 to 2026-01-31") as refused:
        set_number(mali, "2025-12-01", 0, note="Correction")
    assert str(tour.officer) in str(refused.value)


def test_none_ends_the_own_limit_of_a_programme_or_mission_but_never_of_an_operation(mali):
    mission = factories.mission(mali)
    factories.strength(mission, 5)
    set_number(mission, "2027-01-01", None)
    assert [number_on(mission, d) for d in ("2026-12-31", "2027-01-01")] == [5, None]
    with pytest.raises(Refusal, match="close it instead") as refused:
        set_number(mali, "2027-01-01", None)
    assert refused.value.code == "number_required"


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"since": "2036-11-25"}, "too_far", "effective_from"),
        ({"since": "1899-12-31"}, "too_early", "effective_from"),
        ({"maximum": -1}, "bad_value", "maximum"),
        ({"maximum": 100_001}, "bad_value", "maximum"),
        ({"instrument": "x" * 201}, "too_long", "instrument"),
        ({"instrument": " "}, "instrument_required", "instrument"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_nothing_is_written(mali, change, code, field):
    with pytest.raises(Refusal) as refused:
        set_number(mali, **{"since": "2036-11-24", "maximum": 5} | change)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert mali.strengths.count() == 1
    assert not history_of(mali).exists()


def test_only_an_approver_sets_and_withdraws(mali, editor, selection_officer):
    for person in (editor, selection_officer):
        with pytest.raises(NotPermitted):
            set_number(mali, "2027-01-01", 12, by=person)
        with pytest.raises(NotPermitted):
            authority.withdraw_strength(mali.strengths.get(), by=person, reason="Wrong", today=TODAY)


def test_the_preview_says_number_now_limit_above_and_how_long_the_number_will_hold(mali):
    factories.strength(mali.programme, 150)
    set_number(mali, "2027-06-01", 12)
    preview = authority.preview_strength(mali, effective_from=day("2027-01-01"), maximum=30, today=TODAY)
    assert (preview.number_now, preview.own.number_before, preview.parent_number) == (10, 10, 150)
    assert preview.own.until == day("2027-05-31")
    assert (preview.needs_note, preview.needs_acknowledgement, preview.own.peak) == (False, False, 0)
    assert authority.preview_strength(mali, effective_from=day("2026-11-23"), maximum=30, today=TODAY).needs_note
