"""Applications: who may do what from which state, what it does to a place, and what the applicant is told."""

import datetime

import pytest

from core.actors import SYSTEM
from core.history.acts import history_of
from core.models import OutboxMail
from core.refusals import NotPermitted, Refusal
from deployments.domain import applications, postings, tours
from deployments.domain.applications import NotTaking, TooManyApplications
from deployments.domain.verbs.applications import ImpossibleForApplication
from deployments.limits.refusals import CapacityExceeded
from deployments.models import Application, Deployment, QualificationRequirement
from deployments.openings.opening import end_of_day
from officers.models import Qualification
from tests import factories
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
TODAY = day("2027-01-10")
FIRST, LAST = day("2027-03-01"), day("2028-02-28")


def mails_to(officer) -> list[str]:
    return list(OutboxMail.objects.filter(user=officer.user).order_by("pk").values_list("template", flat=True))


@pytest.fixture
def officer():
    return factories.candidate()


@pytest.fixture
def one_place():
    """An opening in an operation with a single place."""
    return factories.opening(factories.mission(factories.operation(1)))


class TestApplying:
    def test_an_officer_begins_writes_and_hands_in(self, officer):
        opening = factories.opening()
        draft = applications.start(opening, by=officer.user, officer=officer)
        applications.revise(draft, by=officer.user, motivation="Ten years of training others.", available_from=None)
        applications.submit(draft, by=officer.user)
        assert (draft.state, draft.shown_state) == ("submitted", "submitted")
        assert mails_to(officer) == ["deployments/application_received"]
        assert [entry.verb for entry in history_of(draft)] == ["submit", "start"]

    def test_beginning_twice_gives_the_same_draft(self, officer):
        opening = factories.opening()
        first = applications.start(opening, by=officer.user, officer=officer)
        assert applications.start(opening, by=officer.user, officer=officer) == first

    def test_handing_in_twice_changes_nothing(self, officer):
        draft = factories.application(officer=officer)
        applications.submit(draft, by=officer.user)
        applications.submit(Application.objects.get(pk=draft.pk), by=officer.user)
        assert mails_to(officer) == ["deployments/application_received"]

    def test_nobody_applies_for_somebody_else(self, officer):
        other = factories.candidate()
        with pytest.raises(NotPermitted):
            applications.start(factories.opening(), by=other.user, officer=officer)
        with pytest.raises(NotPermitted):
            applications.submit(factories.application(officer=officer), by=other.user)

    def test_the_opening_closes_at_the_end_of_the_stated_day(self, officer):
        opening = factories.opening(closes="2027-01-10")
        draft = factories.application(opening, officer=officer)
        applications.submit(draft, by=officer.user, now=end_of_day(TODAY))
        late = factories.application(factories.opening(closes="2027-01-10"), officer=officer)
        with pytest.raises(NotTaking):
            applications.submit(late, by=officer.user, now=end_of_day(TODAY) + datetime.timedelta(seconds=1))

    def test_a_draft_without_a_word_is_not_taken(self, officer):
        with pytest.raises(Refusal, match="why you apply"):
            applications.submit(factories.application(officer=officer, motivation=" "), by=officer.user)

    def test_a_suspended_operation_takes_no_application(self, officer):
        opening = factories.opening()
        factories.terms(opening.mission.operation, "suspended", day("2021-01-01"))
        with pytest.raises(NotTaking, match="on hold with its operation"):
            applications.start(opening, by=officer.user, officer=officer)

    def test_open_applications_are_limited_by_a_setting(self, officer, settings):
        settings.MAX_OPEN_APPLICATIONS = 2
        factories.application(officer=officer)
        factories.application(officer=officer, state="submitted")
        factories.application(officer=officer, state="withdrawn")
        with pytest.raises(TooManyApplications, match="2 open applications"):
            applications.start(factories.opening(), by=officer.user, officer=officer)

    def test_who_withdrew_may_apply_again(self, officer):
        opening = factories.opening()
        first = factories.application(opening, officer=officer, state="submitted")
        applications.withdraw(first, by=officer.user)
        again = applications.start(opening, by=officer.user, officer=officer)
        assert again != first
        assert again.state == "draft"

    def test_a_submitted_application_can_be_changed_until_the_desk_takes_it_on(self, officer):
        submitted = factories.application(officer=officer, state="submitted")
        applications.revise(submitted, by=officer.user, motivation="Better words.", available_from=None)
        screened = factories.application(officer=officer, state="screened_in")
        with pytest.raises(Refusal, match="moved on"):
            applications.revise(screened, by=officer.user, motivation="Too late.", available_from=None)


class TestRelease:
    def test_the_coordinator_of_the_own_service_endorses(self, officer):
        handed_in = factories.application(officer=officer, state="submitted")
        applications.endorse(handed_in, by=factories.coordinator(officer.police_service))
        assert handed_in.state == "endorsed"

    def test_no_other_service_decides(self, officer, approver):
        handed_in = factories.application(officer=officer, state="submitted")
        for stranger in (factories.coordinator(factories.service()), approver, officer.user):
            with pytest.raises(NotPermitted):
                applications.endorse(handed_in, by=stranger)

    def test_declining_needs_a_reason_and_ends_the_application(self, officer):
        handed_in = factories.application(officer=officer, state="submitted")
        coordinator = factories.coordinator(officer.police_service)
        with pytest.raises(Refusal, match="reason"):
            applications.decline_release(handed_in, by=coordinator, reason=" ")
        applications.decline_release(handed_in, by=coordinator, reason="Needed here until summer.")
        assert handed_in.state == "not_released"
        assert mails_to(officer) == ["deployments/application_ended"]

    def test_nobody_of_a_partner_service_is_screened_in_without_release(self, officer, selection_officer):
        handed_in = factories.application(officer=officer, state="submitted")
        with pytest.raises(Refusal, match="endorsement"):
            applications.screen_in(handed_in, by=selection_officer)

    def test_the_national_police_passes_straight_on(self, selection_officer):
        own = factories.candidate(police_service=factories.service(needs_release=False))
        handed_in = factories.application(officer=own, state="submitted")
        applications.screen_in(handed_in, by=selection_officer)
        assert handed_in.state == "screened_in"


class TestScreening:
    @pytest.fixture
    def opening(self):
        opening = factories.opening()
        kind = Qualification.objects.create(code="x-licence", kind="driving", name_en="Licence", name_fr="Permis")
        QualificationRequirement.objects.create(posting=opening, qualification=kind)
        return opening

    def test_an_unmet_requirement_stops_the_screening_until_it_is_waived(self, opening, approver, selection_officer):
        endorsed = factories.application(opening, state="endorsed")
        with pytest.raises(Refusal, match="Licence"):
            applications.screen_in(endorsed, by=selection_officer)
        waived = {"requirement": "qualification-x-licence", "reason": "Has a driver."}
        with pytest.raises(NotPermitted):
            applications.waive(endorsed, by=selection_officer, **waived)
        applications.waive(endorsed, by=approver, **waived)
        applications.screen_in(Application.objects.get(pk=endorsed.pk), by=selection_officer)
        assert Application.objects.get(pk=endorsed.pk).state == "screened_in"

    def test_what_is_met_cannot_be_waived(self, opening, approver):
        with pytest.raises(Refusal):
            applications.waive(
                factories.application(opening, state="endorsed"), by=approver, requirement="age", reason="No."
            )

    def test_an_act_decides_on_the_row_and_not_on_what_the_caller_read(self, selection_officer):
        """Two pages were open: the second act finds the state, and the words, that the first left."""
        draft = factories.application(factories.opening())
        stale = Application.objects.get(pk=draft.pk)
        Application.objects.filter(pk=draft.pk).update(motivation="")
        with pytest.raises(Refusal, match="why you apply"):
            applications.submit(stale, by=draft.officer.user)
        Application.objects.filter(pk=draft.pk).update(state="withdrawn", shown_state="withdrawn")
        with pytest.raises(ImpossibleForApplication, match="Withdrawn"):
            applications.withdraw(stale, by=draft.officer.user)

    def test_a_coded_reason_is_one_that_the_verb_takes(self, selection_officer):
        with pytest.raises(Refusal) as refused:
            applications.screen_out(
                factories.application(state="endorsed"), by=selection_officer, reason="No.", reason_code="moon"
            )
        assert refused.value.field == "reason_code"

    def test_a_decision_not_told_yet_is_not_shown(self, selection_officer):
        endorsed = factories.application(state="endorsed")
        applications.screen_out(endorsed, by=selection_officer, reason="Incomplete.", is_told=False)
        assert (endorsed.state, endorsed.shown_state) == ("screened_out", "endorsed")
        assert mails_to(endorsed.officer) == []
        applications.notify(endorsed, by=selection_officer)
        assert endorsed.shown_state == "screened_out"
        assert mails_to(endorsed.officer) == ["deployments/application_ended"]

    @pytest.mark.parametrize("verb", ["assess", "nominate"])
    def test_a_step_from_the_wrong_state_is_refused_in_words(self, verb, selection_officer):
        with pytest.raises(ImpossibleForApplication, match="Submitted"):
            getattr(applications, verb)(factories.application(state="submitted"), by=selection_officer)

    def test_the_desk_needs_its_role(self, approver):
        with pytest.raises(NotPermitted):
            applications.assess(factories.application(state="screened_in"), by=approver)

    def test_reinstating_goes_back_to_the_last_open_state(self, selection_officer):
        endorsed = factories.application(state="endorsed")
        applications.screen_out(endorsed, by=selection_officer, reason="Incomplete.")
        applications.reinstate(endorsed, by=selection_officer, reason="The missing paper arrived.")
        assert (endorsed.state, endorsed.reason_code) == ("endorsed", "")

    def test_an_ended_application_is_not_reinstated_beside_a_new_one(self, selection_officer):
        ended = factories.application(state="screened_out")
        factories.application(ended.posting, officer=ended.officer, state="submitted")
        with pytest.raises(Refusal, match="another running application"):
            applications.reinstate(ended, by=selection_officer, reason="By mistake.")


class TestSelection:
    def test_selecting_reserves_a_place_with_a_hold(self, one_place, approver):
        qualified = factories.application(one_place, state="qualified")
        made = applications.select(qualified, by=approver, first_day=FIRST, last_day=LAST, today=TODAY)
        qualified.refresh_from_db()
        assert (qualified.state, qualified.deployment) == ("selected", made)
        assert (made.state, made.hold_until) == ("reserved", day("2027-01-24"))

    def test_the_last_place_is_given_once_and_the_refusal_changes_nothing(self, one_place, approver):
        applications.select(
            factories.application(one_place, state="qualified"),
            by=approver,
            first_day=FIRST,
            last_day=LAST,
            today=TODAY,
        )
        second = factories.application(one_place, state="nominated")
        with pytest.raises(CapacityExceeded, match="2028-02-29"):
            applications.select(second, by=approver, first_day=FIRST, last_day=LAST, today=TODAY)
        second.refresh_from_db()
        assert (second.state, second.deployment) == ("nominated", None)

    def test_accepting_makes_the_hold_firm(self, one_place, approver):
        qualified = factories.application(one_place, state="qualified")
        applications.select(qualified, by=approver, first_day=FIRST, last_day=LAST, today=TODAY)
        qualified.refresh_from_db()
        applications.accept(qualified, by=qualified.officer.user, today=TODAY)
        assert qualified.state == "accepted"
        assert Deployment.objects.get().hold_until is None

    def test_nobody_accepts_after_the_hold(self, one_place, approver):
        qualified = factories.application(one_place, state="qualified")
        applications.select(
            qualified, by=approver, first_day=FIRST, last_day=LAST, hold_until=day("2027-01-20"), today=TODAY
        )
        qualified.refresh_from_db()
        with pytest.raises(Refusal, match="passed"):
            applications.accept(qualified, by=qualified.officer.user, today=day("2027-01-21"))

    def test_a_hold_that_runs_out_frees_the_place_and_ends_the_application(self, one_place, approver):
        first = factories.application(one_place, state="qualified")
        applications.select(
            first, by=approver, first_day=FIRST, last_day=LAST, hold_until=day("2027-01-20"), today=TODAY
        )
        tours.expire_holds(by=SYSTEM, today=day("2027-01-21"))
        first.refresh_from_db()
        assert (first.state, first.deployment.state) == ("expired", "cancelled")
        second = factories.application(one_place, state="qualified")
        applications.select(second, by=approver, first_day=FIRST, last_day=LAST, today=day("2027-01-21"))

    def test_the_next_who_needs_the_place_finds_a_lapsed_hold_free(self, one_place, approver):
        first = factories.application(one_place, state="qualified")
        applications.select(
            first, by=approver, first_day=FIRST, last_day=LAST, hold_until=day("2027-01-20"), today=TODAY
        )
        second = factories.application(one_place, state="qualified")
        applications.select(second, by=approver, first_day=FIRST, last_day=LAST, today=day("2027-01-21"))
        first.refresh_from_db()
        assert first.state == "expired"

    def test_withdrawing_after_the_selection_frees_the_place(self, one_place, approver):
        selected = factories.application(one_place, state="qualified")
        applications.select(selected, by=approver, first_day=FIRST, last_day=LAST, today=TODAY)
        selected.refresh_from_db()
        applications.withdraw(selected, by=selected.officer.user)
        assert Deployment.objects.get().state == "cancelled"

    def test_eligibility_is_tested_again_for_the_days_of_the_tour(self, one_place, approver):
        one_place.min_age = 25
        one_place.save()
        young = factories.candidate(birth_date=day("2002-03-02"), member_since=None)
        qualified = factories.application(one_place, officer=young, state="qualified")
        with pytest.raises(Refusal, match="25"):
            applications.select(qualified, by=approver, first_day=FIRST, last_day=LAST, today=TODAY)
        applications.select(qualified, by=approver, first_day=day("2027-03-02"), last_day=LAST, today=TODAY)

    @pytest.mark.parametrize("state", ["withdrawn", "not_released", "screened_out", "submitted", "in_assessment"])
    def test_a_place_is_never_offered_to_somebody_who_is_not_qualified(self, state, one_place, approver):
        with pytest.raises(Refusal):
            applications.select(
                factories.application(one_place, state=state), by=approver, first_day=FIRST, last_day=LAST, today=TODAY
            )
        assert not Deployment.objects.exists()

    def test_a_qualified_officer_is_carried_to_another_posting_with_consent(self, selection_officer):
        qualified = factories.application(state="qualified", qualified_until=day("2099-01-01"))
        other = factories.opening()
        with pytest.raises(Refusal, match="consent"):
            applications.propose(qualified, by=selection_officer, posting=other, consent=False)
        carried = applications.propose(qualified, by=selection_officer, posting=other, consent=True)
        assert (carried.state, carried.proposed_from, carried.posting) == ("qualified", qualified, other)
        assert carried.qualified_until == qualified.qualified_until

    def test_standing_a_posting_down_ends_its_applications_and_frees_its_holds(
        self, one_place, approver, selection_officer
    ):
        selected = factories.application(one_place, state="qualified")
        applications.select(selected, by=approver, first_day=FIRST, last_day=LAST, today=TODAY)
        waiting = factories.application(one_place, state="submitted")
        postings.stand_down(one_place, by=selection_officer, reason="The mission no longer asks for it.")
        for application in (selected, waiting):
            application.refresh_from_db()
            assert application.state == "stood_down"
            assert mails_to(application.officer)[-1] == "deployments/application_ended"
        assert Deployment.objects.get().state == "cancelled"
