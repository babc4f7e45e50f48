"""Four eyes, where the setting asks for them: proposer and approver differ."""

import pytest
from django.db import IntegrityError, transaction

from core.actors import SYSTEM
from core.refusals import NotPermitted, Refusal
from deployments.domain import applications, authority
from deployments.domain.authority import LoweringNotAcknowledged
from deployments.domain.four_eyes import OtherEyes
from deployments.models import Application, StrengthProposal
from tests import factories
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
FIRST = day("2030-01-01")
DAYS = {"first_day": day("2030-01-01"), "last_day": day("2030-12-31")}


@pytest.fixture
def four_eyes(settings):
    settings.FOUR_EYES = ["selection", "strength"]


@pytest.fixture
def second(db):
    return factories.staff("Approver")


@pytest.fixture
def operation():
    return factories.operation(10)


def propose(level, by, maximum=12, **more):
    values = {"effective_from": FIRST, "maximum": maximum, "instrument": "Order 8"} | more
    return authority.propose_strength(level, by=by, **values)


def number(level):
    return level.strengths.on(FIRST).first().maximum


# --- Selection -----------------------------------------------------------------------------------------


@pytest.fixture
def both_roles(db):
    return factories.staff("Approver", "Selection officer")


def test_whoever_nominated_an_applicant_does_not_select_the_same(four_eyes, both_roles, second):
    application = factories.application(state="qualified")
    applications.nominate(application, by=both_roles)
    with pytest.raises(OtherEyes):
        applications.select(application, by=both_roles, **DAYS)
    application.refresh_from_db()
    assert application.state == "nominated"
    applications.select(application, by=second, **DAYS)


def test_screening_an_applicant_is_no_proposal(four_eyes, both_roles):
    application = factories.application(state="endorsed")
    applications.screen_in(application, by=both_roles)
    Application.objects.filter(pk=application.pk).update(state="qualified")
    applications.select(application, by=both_roles, **DAYS)


def test_without_the_setting_one_person_may_do_both(both_roles):
    application = factories.application(state="qualified")
    applications.nominate(application, by=both_roles)
    applications.select(application, by=both_roles, **DAYS)
    application.refresh_from_db()
    assert application.state == "selected"


# --- Numbers -------------------------------------------------------------------------------------------


def test_a_higher_number_is_proposed_by_one_and_confirmed_by_another(four_eyes, operation, approver, second):
    proposal = propose(operation, approver)
    assert number(operation) == 10
    with pytest.raises(OtherEyes):
        authority.confirm_proposal(proposal, by=approver)
    assert number(operation) == 10
    version = authority.confirm_proposal(proposal, by=second)
    assert (version.maximum, version.instrument, version.recorded_by) == (12, "Order 8", second)
    with pytest.raises(Refusal) as refused:
        authority.confirm_proposal(proposal, by=second)
    assert refused.value.code == "decided"


def test_nobody_raises_a_number_alone_by_whatever_way(four_eyes, operation, approver):
    mission = factories.mission(operation)
    factories.strength(mission, 3)
    lower = factories.strength(operation, 8, day("2031-01-01"))
    raised = {"effective_from": FIRST, "instrument": "Order"}
    for act in (
        lambda: authority.set_strength(operation, by=approver, maximum=11, **raised),
        lambda: authority.set_strength(mission, by=approver, maximum=None, **raised),
        lambda: authority.set_strength(factories.operation(None), by=approver, maximum=1, **raised),
        lambda: authority.withdraw_strength(lower, by=approver, reason="Wrong"),
        lambda: authority.withdraw_strength(
            lower, by=approver, reason="Wrong", replacement=authority.NewNumber(maximum=9, instrument="Order")
        ),
    ):
        with pytest.raises(OtherEyes):
            act()


def test_lowering_needs_nobody_else(four_eyes, operation, approver):
    authority.set_strength(operation, by=approver, maximum=9, effective_from=FIRST, instrument="Order")
    authority.set_strength(
        factories.mission(operation), by=approver, maximum=2, effective_from=FIRST, instrument="Order"
    )
    assert number(operation) == 9


def test_the_portal_itself_has_no_eyes(four_eyes, operation):
    authority.set_strength(operation, by=SYSTEM, maximum=11, effective_from=FIRST, instrument="First data")
    assert number(operation) == 11


def test_a_proposal_from_the_day_of_a_wrong_number_takes_its_place(four_eyes, operation, approver, second):
    wrong = factories.strength(operation, 8, FIRST)
    with pytest.raises(Refusal) as refused:
        propose(operation, approver)
    assert refused.value.field == "note"
    authority.confirm_proposal(propose(operation, approver, note="Typed wrongly"), by=second)
    wrong.refresh_from_db()
    assert wrong.withdrawn_at is not None
    assert number(operation) == 12


def test_what_would_be_refused_is_refused_when_it_is_proposed(four_eyes, operation, approver):
    factories.strength(operation.programme, 11)
    for maximum, code in ((12, "above_parent"), (10, "not_higher"), (9, "not_higher")):
        with pytest.raises(Refusal) as refused:
            propose(operation, approver, maximum)
        assert refused.value.code == code
    assert not StrengthProposal.objects.exists()


def test_the_parent_came_down_meanwhile(four_eyes, operation, approver, second):
    proposal = propose(operation, approver)
    factories.strength(operation.programme, 11, day("2021-01-01"))
    with pytest.raises(Refusal) as refused:
        authority.confirm_proposal(proposal, by=second)
    assert refused.value.code == "above_parent"
    proposal.refresh_from_db()
    assert proposal.state == "open"


def test_over_strength_that_stays_is_accepted_by_whoever_confirms(four_eyes, approver, second):
    operation = factories.operation(4)
    posting = factories.posting(factories.mission(operation))
    for _n in range(4):
        factories.deployment(posting, "2029-06-01", "2030-06-30", state="preparation")
    factories.strength(operation, 1, day("2029-12-01"), acknowledged_peak=4)
    proposal = propose(operation, approver, 2)
    with pytest.raises(LoweringNotAcknowledged):
        authority.confirm_proposal(proposal, by=second)
    authority.confirm_proposal(proposal, by=second, acknowledge_lowering=True)
    assert number(operation) == 2


def test_a_proposal_is_declined_with_a_reason_or_taken_back(four_eyes, operation, approver, second):
    for by in (approver, second):
        proposal = authority.decline_proposal(propose(operation, approver), by=by, reason="Not now")
        assert (proposal.state, proposal.decided_by) == ("declined", by)
    assert number(operation) == 10


def test_where_four_eyes_are_not_asked_for_there_is_nothing_to_propose(
    operation, approver, selection_officer, settings
):
    with pytest.raises(Refusal) as refused:
        propose(operation, approver)
    assert refused.value.code == "not_asked_for"
    authority.set_strength(operation, by=approver, maximum=12, effective_from=FIRST, instrument="Order")
    settings.FOUR_EYES = ["strength"]
    with pytest.raises(NotPermitted):
        propose(operation, selection_officer, 13)


def test_the_database_knows_no_confirmation_by_the_proposer(four_eyes, operation, approver):
    proposal = propose(operation, approver)
    with pytest.raises(IntegrityError), transaction.atomic():
        StrengthProposal.objects.filter(pk=proposal.pk).update(state="confirmed", decided_by=approver)


# --- At the desk ---------------------------------------------------------------------------------------


def test_a_number_is_proposed_and_confirmed_at_the_desk(four_eyes, client, operation, approver, second):
    client.force_login(approver)
    typed = {"effective_from": "2030-01-01", "maximum": "12", "instrument": "Order 8", "note": ""}
    refused = client.post(f"/admin/deployments/strength/operation-{operation.pk}/set/", typed)
    assert refused.status_code == 409
    assert "propose it" in refused.content.decode()
    page = client.get(f"/admin/missions/operation/{operation.pk}/change/").content.decode()
    assert f"/admin/deployments/strength/operation-{operation.pk}/propose/" in page
    assert client.post(f"/admin/deployments/strength/operation-{operation.pk}/propose/", typed).status_code == 302
    proposal = StrengthProposal.objects.get()
    address = f"/admin/deployments/strengthproposal/{proposal.pk}/confirm/"
    assert client.post(address).status_code == 409
    client.force_login(second)
    day_page = client.get("/admin/deployments/my-day/")
    assert {row.filled.queue.name: row.filled.count for row in day_page.context["rows"]}["numbers"] == 1
    assert address in client.get(f"/admin/deployments/strengthproposal/{proposal.pk}/change/").content.decode()
    assert client.post(address).status_code == 302
    assert number(operation) == 12
    story = client.get(f"/admin/deployments/strengthproposal/{proposal.pk}/history/").content.decode()
    assert "Higher number proposed" in story and "Proposed number confirmed" in story


def test_the_desk_offers_no_proposal_where_the_setting_does_not_ask(client, operation, approver):
    client.force_login(approver)
    assert "/propose/" not in client.get(f"/admin/missions/operation/{operation.pk}/change/").content.decode()
