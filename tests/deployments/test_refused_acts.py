"""Acts that a rule refuses although the state would allow them, at their addresses."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


@pytest.fixture
def refusal(client, selection_officer, settings):
    """``refusal(record, verb, **typed)``: the code with which the act is refused."""
    settings.STAFF_MFA_REQUIRED = False
    client.force_login(selection_officer)

    def of(record, verb: str, **typed) -> str:
        address = f"/admin/deployments/{record._meta.model_name}/{record.pk}/{verb}/"
        answer = client.post(address, typed, headers=JSON)
        return answer.json()["code"] if answer.status_code == 409 else f"{answer.status_code}"

    return of


def test_nobody_is_proposed_for_the_same_posting(refusal):
    application = factories.application(state="qualified")
    assert refusal(application, "propose", posting=application.posting.reference, consent="on") == "same_posting"


def test_nobody_is_nominated_with_an_unmet_requirement(refusal):
    application = factories.application(factories.opening(min_age=25), state="qualified")
    assert refusal(application, "nominate") == "not_cleared"


def test_a_decision_is_told_once(refusal):
    application = factories.application(state="screened_out", shown_state="submitted")
    assert refusal(application, "notify") == "200"
    assert refusal(application, "notify") == "nothing_changes"


def test_places_stay_above_reserved_tours(refusal):
    posting = factories.opening(places=2)
    for _n in range(2):
        factories.deployment(posting, "2030-01-01", "2030-12-31", state="reserved")
    assert refusal(posting, "set-places", places="1", reason="Fewer") == "places_below_committed"
