"""One act on many applications: each alone through the same rules, with a report for each."""

import pytest

from core.text.dates import today_here
from deployments.models import Deployment
from tests import factories
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
DAYS = {"first_day": "2030-01-01", "last_day": "2030-12-31", "hold_until": "2029-12-01"}
JSON = {"accept": "application/json"}


def url(posting) -> str:
    return f"/admin/deployments/posting/{posting.pk}/bulk/"


def applicants(posting, number: int, **fields) -> list:
    return [factories.application(posting, **fields) for _n in range(number)]


def keys(chosen) -> list[int]:
    return [each.pk for each in chosen]


def states(chosen) -> list[str]:
    for each in chosen:
        each.refresh_from_db()
    return [each.state for each in chosen]


def test_ten_selections_with_three_places_left_give_three_and_seven_that_say_why(client, approver):
    mission = factories.mission(factories.operation(5))
    taken = factories.posting(mission)
    for _n in range(2):
        factories.deployment(taken, "2029-06-01", "2030-06-30", state="preparation")
    posting = factories.opening(mission)
    chosen = applicants(posting, 10, state="nominated")
    client.force_login(approver)
    response = client.post(url(posting), {"act": "select", "application": keys(chosen), **DAYS})
    outcomes = response.context["outcomes"]
    assert response.status_code == 200
    assert [outcome.refusal is None for outcome in outcomes] == [True] * 3 + [False] * 7
    assert states(chosen) == ["selected"] * 3 + ["nominated"] * 7
    assert Deployment.objects.filter(posting=posting).count() == 3
    assert {outcome.refusal.code for outcome in outcomes[3:]} == {"capacity_exceeded"}
    content = response.content.decode()
    assert content.count(str(outcomes[3].refusal)[:20]) >= 7
    assert "2030-07-01" in str(outcomes[3].refusal)


def test_a_second_click_does_nothing_twice(client, approver):
    posting = factories.opening()
    chosen = applicants(posting, 2, state="nominated")
    client.force_login(approver)
    sent = {"act": "select", "application": keys(chosen), **DAYS}
    assert client.post(url(posting), sent).status_code == 200
    again = client.post(url(posting), sent)
    assert again.status_code == 409
    assert again.context["refused"] == 2
    assert Deployment.objects.count() == 2


def test_one_who_moved_on_is_refused_and_the_others_go_on(client, selection_officer):
    posting = factories.opening()
    chosen = applicants(posting, 2, state="endorsed") + applicants(posting, 1, state="withdrawn")
    client.force_login(selection_officer)
    response = client.post(url(posting), {"act": "screen-in", "application": keys(chosen)}, headers=JSON)
    told = response.json()
    assert (told["done"], told["refused"]) == (2, 1)
    assert [row["code"] for row in told["rows"]] == ["done", "done", "impossible_transition"]
    assert states(chosen) == ["screened_in", "screened_in", "withdrawn"]


def test_what_the_act_needs_is_asked_before_anything_is_done(client, selection_officer):
    posting = factories.opening()
    chosen = applicants(posting, 2, state="endorsed")
    client.force_login(selection_officer)
    asked = client.get(url(posting), {"act": "screen-out", "compare": keys(chosen)})
    assert asked.status_code == 200
    assert asked.context["chosen"] == chosen
    refused = client.post(url(posting), {"act": "screen-out", "application": keys(chosen), "reason": ""})
    assert refused.status_code == 400
    assert states(chosen) == ["endorsed", "endorsed"]
    sent = {"act": "screen-out", "application": keys(chosen), "reason": "Too few years", "reason_code": "requirements"}
    assert client.post(url(posting), sent).status_code == 200
    assert states(chosen) == ["screened_out", "screened_out"]


def test_applications_of_another_posting_are_not_touched(client, selection_officer):
    posting = factories.opening()
    other = applicants(factories.opening(), 1, state="endorsed")
    client.force_login(selection_officer)
    response = client.post(url(posting), {"act": "screen-in", "application": [*keys(other), "x", "9" * 40]})
    assert response.status_code == 302
    assert states(other) == ["endorsed"]


@pytest.mark.parametrize("act", ["select", "waive", "reinstate", "nothing", ""])
def test_acts_that_the_role_may_not_do_or_not_in_bulk_are_not_found(client, selection_officer, act):
    posting = factories.opening()
    chosen = applicants(posting, 1, state="nominated")
    client.force_login(selection_officer)
    assert client.post(url(posting), {"act": act, "application": keys(chosen), **DAYS}).status_code == 404
    assert states(chosen) == ["nominated"]


def test_more_than_are_dealt_with_at_once_are_refused_whole(client, selection_officer, monkeypatch):
    monkeypatch.setattr("deployments.admin.bulk.MAX_SELECTED", 2)
    posting = factories.opening()
    chosen = applicants(posting, 3, state="endorsed")
    client.force_login(selection_officer)
    sent = {"act": "screen-in", "application": keys(chosen)}
    response = client.post(url(posting), sent, headers=JSON)
    assert (response.status_code, response.json()["message"]) == (400, "Choose at most 2 at once.")
    assert states(chosen) == ["endorsed"] * 3


def test_without_an_act_nothing_happens_and_the_page_says_what_is_missing(client, selection_officer):
    posting = factories.opening()
    chosen = applicants(posting, 1, state="nominated")
    client.force_login(selection_officer)
    response = client.get(url(posting), {"act": "", "compare": keys(chosen)}, follow=True)
    assert "Choose an act first." in response.content.decode()
    assert response.redirect_chain == [(f"/admin/deployments/posting/{posting.pk}/pipeline/", 302)]


def test_whoever_only_reads_has_no_acts_on_many(client, auditor):
    posting = factories.opening()
    client.force_login(auditor)
    assert client.post(url(posting), {"act": "screen-in"}).status_code == 403


def test_the_pipeline_offers_the_acts_of_the_role(client, approver, selection_officer):
    posting = factories.opening(tour_first_day=day("2030-01-01"), tour_last_day=day("2030-12-31"))
    applicants(posting, 1, state="nominated")
    address = f"/admin/deployments/posting/{posting.pk}/pipeline/"
    client.force_login(approver)
    assert [act.verb for act in client.get(address).context["bulk_acts"]] == ["select"]
    client.force_login(selection_officer)
    assert "select" not in [act.verb for act in client.get(address).context["bulk_acts"]]


# --- Tours of duty, from the roll-call ---------------------------------------------------------------------


def tours_url(record) -> str:
    return f"/admin/deployments/{record._meta.model_name}/{record.pk}/roll-call/acts/"


def test_after_an_evacuation_everybody_is_brought_home_in_one_go_and_each_refusal_says_why(client, approver):
    posting = factories.posting()
    operation = posting.mission.operation
    today = today_here()
    tours = [factories.deployment(posting, "2026-01-01", "2090-01-01") for _n in range(3)]
    ahead = factories.deployment(posting, "2080-01-01", "2090-01-01", state="preparation")
    elsewhere = factories.deployment(factories.posting(), "2026-01-01", "2090-01-01")
    client.force_login(approver)
    assert tours_url(operation) in client.get(tours_url(operation).removesuffix("acts/")).content.decode()
    asked = client.get(tours_url(operation), {"act": "repatriate", "compare": keys(tours)})
    assert asked.status_code == 200 and len(asked.context["chosen"]) == 3
    sent = {"act": "repatriate", "deployment": keys([*tours, ahead, elsewhere])}
    assert client.post(tours_url(operation), sent).status_code == 400
    response = client.post(
        tours_url(operation), {**sent, "last_day": today.isoformat(), "end_reason": "security", "reason": "Attack"}
    )
    assert (response.context["done"], response.context["refused"]) == (3, 1)
    assert states([*tours, ahead, elsewhere]) == ["ended"] * 3 + ["preparation", "in_mission"]
    assert "Pre-deployment" in str(response.context["outcomes"][3].refusal)


def test_tours_are_acted_on_together_by_whoever_may_act_on_one(client, auditor, selection_officer):
    tour = factories.deployment(factories.posting(), "2026-01-01", "2090-01-01")
    record = tour.posting.mission
    for person in (auditor, selection_officer):
        client.force_login(person)
        assert client.post(tours_url(record), {"act": "curtail", "deployment": [tour.pk]}).status_code == 403
        page = client.get(tours_url(record).removesuffix("acts/")).content.decode()
        assert 'name="compare"' not in page
    assert states([tour]) == ["in_mission"]


def test_machines_read_what_came_of_each_tour(client, approver):
    tour = factories.deployment(factories.posting(), "2026-01-01", "2090-01-01")
    client.force_login(approver)
    sent = {"act": "prepare", "deployment": [tour.pk]}
    answer = client.post(tours_url(tour.posting.mission), sent, headers=JSON)
    assert answer.status_code == 409
    assert answer.json()["rows"][0]["deployment"] == tour.pk
