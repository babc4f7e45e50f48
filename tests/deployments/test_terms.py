"""Terms: how an operation or a mission stands from a day on."""

import pytest
from django.utils import translation

from core.actors import SYSTEM
from core.history.acts import history_of
from core.refusals import NotPermitted, Refusal
from deployments.domain import authority
from missions.models import Operation, TermsStatus
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
TODAY = day("2026-11-24")


@pytest.fixture
def operation():
    return factories.operation(name_en="Iraq", name_fr="Irak", is_armed=True, languages=["en"])


def status_on(record, text: str) -> str:
    return authority.terms_in_force(record, day(text)).status


def test_terms_hold_from_their_day_and_every_earlier_day_reads_as_before(operation, approver):
    authority.set_terms(
        operation, by=approver, effective_from=day("2027-01-01"), status="reassessment", reason="Order", today=TODAY
    )
    assert status_on(operation, "2026-12-31") == TermsStatus.ACTIVE
    assert status_on(operation, "2027-01-01") == TermsStatus.REASSESSMENT


def test_what_is_not_named_is_kept_from_the_terms_in_force(operation, approver):
    row = authority.set_terms(
        operation, by=approver, effective_from=day("2027-01-01"), languages=["en", "ar"], reason="Order", today=TODAY
    )
    assert (row.status, row.is_armed, row.languages) == ("active", True, ["en", "ar"])
    row = authority.suspend(operation, by=approver, effective_from=day("2027-02-01"), reason="Unrest", today=TODAY)
    assert (row.status, row.is_armed, row.languages) == ("suspended", True, ["en", "ar"])


def test_a_value_can_be_emptied(operation, approver):
    row = authority.set_terms(
        operation, by=approver, effective_from=day("2027-01-01"), is_armed=None, reason="Order", today=TODAY
    )
    assert row.is_armed is None


def test_first_terms_are_active_unless_said_otherwise_and_say_nothing_else(approver):
    bare = Operation.objects.create(code="new", name_en="New", name_fr="Neuf", programme=factories.programme())
    row = authority.set_terms(bare, by=approver, effective_from=TODAY, is_armed=False, reason="Order", today=TODAY)
    assert (row.status, row.is_armed, row.languages, row.recorded_by) == ("active", False, [], approver)


def test_terms_of_the_same_day_are_withdrawn_and_replaced(operation, approver):
    first = authority.suspend(operation, by=approver, effective_from=TODAY, reason="Unrest", today=TODAY)
    second = authority.close(operation, by=approver, effective_from=TODAY, reason="Mandate ends", today=TODAY)
    first.refresh_from_db()
    assert first.withdrawn_at is not None
    assert first.withdrawn_by == approver
    assert "Mandate ends" in first.withdrawal_reason
    assert list(operation.terms.standing().filter(effective_from=TODAY)) == [second]


@pytest.mark.parametrize(
    ("act", "status"),
    [(authority.suspend, "suspended"), (authority.close, "closed")],
)
def test_an_act_that_would_change_nothing_says_so(operation, approver, act, status):
    act(operation, by=approver, effective_from=TODAY, reason="Order", today=TODAY)
    with pytest.raises(authority.NothingChanges, match="stands like that already .* since 2026-11-24"):
        act(operation, by=approver, effective_from=day("2027-01-01"), reason="Order", today=TODAY)
    assert operation.terms.standing().count() == 2


def test_what_is_active_or_without_terms_cannot_be_reopened(operation, approver):
    with pytest.raises(authority.NothingChanges, match="stands like that already"):
        authority.reopen(operation, by=approver, effective_from=TODAY, reason="Order", today=TODAY)
    with pytest.raises(authority.NothingChanges, match="nothing to reopen"):
        authority.reopen(factories.mission(), by=approver, effective_from=TODAY, reason="Order", today=TODAY)


def test_a_mission_is_suspended_closed_and_reopened(approver):
    mission = factories.mission()
    authority.suspend(mission, by=approver, effective_from=TODAY, reason="Unrest", today=TODAY)
    authority.reopen(mission, by=approver, effective_from=day("2027-01-01"), reason="Calm", today=TODAY)
    assert [row.status for row in mission.terms.standing()] == ["suspended", "active"]


def test_an_evacuation_suspends_and_lists_everybody_there_whose_tours_run_on(operation, approver):
    posting = factories.posting(factories.mission(operation))
    course = factories.posting(factories.mission(operation), counts_against="none")
    there = factories.deployment(posting, "2026-06-01", "2027-05-31")
    on_course = factories.deployment(course, "2026-11-24", "2026-11-24")
    factories.deployment(posting, "2026-01-01", "2026-11-23", state="closed")
    factories.deployment(posting, "2026-11-25", "2027-05-31", state="reserved")
    factories.deployment(posting, "2026-06-01", "2027-05-31", state="cancelled")
    evacuation = authority.evacuate(operation, by=approver, effective_from=TODAY, reason="Attack", today=TODAY)
    assert set(evacuation.roll_call) == {there, on_course}
    assert evacuation.terms.status == "suspended"
    there.refresh_from_db()
    assert (there.state, there.last_day) == ("in_mission", day("2027-05-31"))
    entry = history_of(operation).get(verb="evacuate")
    assert sorted(entry.detail["tours"]) == sorted([there.pk, on_course.pk])


def test_an_evacuation_of_what_is_suspended_already_still_calls_the_roll(operation, approver):
    there = factories.deployment(factories.posting(factories.mission(operation)), "2026-06-01", "2027-05-31")
    suspended = authority.suspend(
        operation, by=approver, effective_from=day("2026-11-01"), reason="Unrest", today=TODAY
    )
    evacuation = authority.evacuate(operation, by=approver, effective_from=TODAY, reason="Attack", today=TODAY)
    assert evacuation == authority.Evacuation(suspended, (there,))


def test_the_evacuation_of_a_day_is_recorded_once_and_that_of_the_next_day_as_well(operation, approver):
    authority.evacuate(operation, by=approver, effective_from=TODAY, reason="Attack", today=TODAY)
    with pytest.raises(authority.NothingChanges, match="recorded already"):
        authority.evacuate(operation, by=approver, effective_from=TODAY, reason="Attack", today=TODAY)
    authority.evacuate(operation, by=approver, effective_from=day("2026-11-25"), reason="Again", today=TODAY)
    assert history_of(operation).filter(verb="evacuate").count() == 2


def test_the_public_explanation_goes_on_with_its_status_and_ends_with_it(operation, approver):
    said = {"explanation_en": "Under review.", "explanation_fr": "À l'étude."}

    def set_from(text: str, **values):
        return authority.set_terms(
            operation, by=approver, effective_from=day(text), reason="Order", today=TODAY, **values
        )

    set_from("2027-01-01", status="reassessment", **said)
    stays = set_from("2027-02-01", is_armed=False)
    ends = set_from("2027-03-01", status="active")
    assert (stays.explanation_en, stays.explanation_fr) == tuple(said.values())
    assert (ends.explanation_en, ends.explanation_fr) == ("", "")


@pytest.mark.parametrize(
    ("english", "french", "missing"), [("Why", " ", "explanation_fr"), ("", "Pourquoi", "explanation_en")]
)
def test_a_public_explanation_is_in_both_languages(operation, approver, english, french, missing):
    with pytest.raises(Refusal) as refused:
        authority.suspend(
            operation, by=approver, effective_from=TODAY, reason="Unrest", today=TODAY,
            explanation_en=english, explanation_fr=french,
        )  # fmt: skip
    assert (refused.value.code, refused.value.field) == ("one_language", missing)


def test_terms_recorded_by_mistake_are_withdrawn_once_and_stay_visible(operation, approver):
    wrong = authority.close(operation, by=approver, effective_from=TODAY, reason="Order", today=TODAY)
    withdrawn = authority.withdraw_terms(wrong, by=approver, reason="The wrong operation", today=TODAY)
    assert withdrawn.withdrawal_reason == "The wrong operation"
    assert status_on(operation, "2026-11-24") == TermsStatus.ACTIVE
    assert operation.terms.count() == 2
    with pytest.raises(Refusal, match="withdrawn already"):
        authority.withdraw_terms(wrong, by=approver, reason="Again", today=TODAY)


def test_each_act_is_in_the_history_with_its_actor_states_day_and_reason(operation, approver):
    authority.suspend(operation, by=approver, effective_from=TODAY, reason="Unrest", today=TODAY)
    entry = history_of(operation).get()
    assert (entry.verb, entry.actor, entry.from_state, entry.to_state, entry.reason) == (
        "suspend",
        approver,
        "active",
        "suspended",
        "Unrest",
    )
    assert entry.detail["effective_from"] == "2026-11-24"


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"reason": "  "}, "reason_required", "reason"),
        ({"effective_from": day("2036-11-25")}, "too_far", "effective_from"),
        ({"effective_from": day("1899-12-31")}, "too_early", "effective_from"),
        ({"status": "asleep"}, "bad_value", "status"),
        ({"languages": ["en", "xx"]}, "bad_value", "languages"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_nothing_is_written(operation, approver, change, code, field):
    values = {"effective_from": day("2036-11-24"), "status": "closed", "reason": "Order", "today": TODAY}
    with pytest.raises(Refusal) as refused:
        authority.set_terms(operation, by=approver, **values | change)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert operation.terms.count() == 1
    assert not history_of(operation).exists()


def test_only_an_approver_or_the_portal_itself_changes_terms(operation, editor, auditor):
    for person in (editor, auditor):
        with pytest.raises(NotPermitted):
            authority.close(operation, by=person, effective_from=TODAY, reason="Order", today=TODAY)
    assert authority.close(operation, by=SYSTEM, effective_from=TODAY, reason="Order", today=TODAY).recorded_by is None


def test_the_refusal_names_the_record_in_the_readers_language(operation, approver):
    authority.close(operation, by=approver, effective_from=TODAY, reason="Order", today=TODAY)
    with translation.override("fr"), pytest.raises(authority.NothingChanges, match="Irak"):
        authority.close(operation, by=approver, effective_from=TODAY, reason="Order", today=TODAY)
