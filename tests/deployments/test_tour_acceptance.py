"""Nobody goes who did not say yes: a tour that an application brought is made firm after the officer accepted it."""

import pytest

from deployments.domain import applications, tours
from deployments.domain.tours.accepted import NotAccepted
from deployments.models import Application, ApplicationState, DeploymentState
from deployments.queries.uncleared import tours_not_cleared_any_more
from tests import factories
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-20")]
TODAY = day("2026-11-20")
DAYS = {"first_day": day("2027-01-01"), "last_day": day("2027-12-31")}


@pytest.fixture
def selected(approver) -> Application:
    application = factories.application(factories.opening(), state=ApplicationState.QUALIFIED)
    applications.select(application, by=approver, **DAYS, today=TODAY)
    application.refresh_from_db()
    return application


def test_a_selected_officer_is_asked_before_the_place_is_firm(client, selected, approver):
    tour = selected.deployment
    with pytest.raises(NotAccepted):
        tours.prepare(tour, by=approver)
    client.force_login(approver)
    page = client.get(f"/admin/deployments/deployment/{tour.pk}/change/").content.decode()
    assert f"/admin/deployments/deployment/{tour.pk}/prepare/" not in page
    answer = client.post(f"/admin/deployments/deployment/{tour.pk}/prepare/", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_accepted")
    applications.accept(selected, by=selected.officer.user, today=TODAY)
    assert tours.prepare(tour, by=approver).state == DeploymentState.PREPARATION


def test_nor_is_the_officer_carried_to_another_posting_before(selected, approver):
    other = factories.posting(selected.posting.mission)
    with pytest.raises(NotAccepted):
        tours.transfer(selected.deployment, by=approver, posting=other, **DAYS, reason="Needed there", today=TODAY)


@pytest.mark.parametrize("end", ["withdraw", "expire"])
def test_a_place_given_up_is_not_made_firm_again(selected, approver, selection_officer, end):
    by = selected.officer.user if end == "withdraw" else selection_officer
    getattr(applications, end)(selected, by=by, reason="No answer")
    selected.refresh_from_db()
    with pytest.raises(NotAccepted, match="has ended"):
        tours.reinstate(selected.deployment, by=approver, reason="By mistake")
    selected.deployment.refresh_from_db()
    assert selected.deployment.state == DeploymentState.CANCELLED


def test_what_was_accepted_and_cancelled_by_mistake_goes_on(selected, approver):
    applications.accept(selected, by=selected.officer.user, today=TODAY)
    tours.cancel(selected.deployment, by=approver, reason="Mixed up")
    assert tours.reinstate(selected.deployment, by=approver, reason="Mixed up").state == DeploymentState.PREPARATION


class TestWhatIsLostBeforeTheDeparture:
    """A requirement that is not met any more stops nobody whose place is firm: it is listed, and said at the check-in."""

    def firm_tour(self, state=DeploymentState.PREPARATION):
        posting = factories.posting(min_service_years=1)
        return factories.deployment(
            posting,
            "2026-11-01",
            "2027-05-31",
            officer=factories.candidate(member_since=day("2010-01-01")),
            state=state,
        )

    def test_a_requirement_lost_before_the_departure_is_listed_and_said(self, client, approver):
        tour = self.firm_tour()
        warning = f"/admin/deployments/deployment/{tour.pk}/check-in/"
        client.force_login(approver)
        assert tours_not_cleared_any_more(TODAY) == []
        assert "Not met any more" not in client.get(warning).content.decode()
        tour.officer.has_convictions = True
        tour.officer.save()
        assert tours_not_cleared_any_more(TODAY) == [tour.pk]
        assert "Not met any more" in client.get(warning).content.decode()

    def test_under_way_only_what_is_declared(self):
        tour = self.firm_tour(DeploymentState.IN_MISSION)
        tour.officer.member_since = day("2026-06-01")
        tour.officer.save()
        assert tours_not_cleared_any_more(TODAY) == []
        tour.officer.has_open_investigations = True
        tour.officer.save()
        assert tours_not_cleared_any_more(TODAY) == [tour.pk]
