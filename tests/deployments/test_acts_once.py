"""No act is applied twice: a second press of the same button is refused, and leaves nothing behind."""

import datetime
from collections import Counter

import pytest

from core.history.acts import history_of
from core.refusals import Refusal
from core.text.dates import today_here
from deployments.domain import applications, authority, tours
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
TODAY = day("2026-11-24")


def later(days: int) -> str:
    return (today_here() + datetime.timedelta(days=days)).isoformat()


def twice(act, record, **typed) -> str:
    """Does the act, then once more; the code of the refusal."""
    act(record, **typed)
    before = list(history_of(record))
    with pytest.raises(Refusal) as refused:
        act(record, **typed)
    assert list(history_of(record)) == before
    return refused.value.code


def test_the_same_result_of_an_assessment_is_recorded_once(selection_officer):
    application = factories.application(state="in_assessment")
    result = {"by": selection_officer, "kind": "interview", "held_on": TODAY, "today": TODAY}
    assert twice(applications.record_assessment, application, outcome="deferred", **result) == "nothing_changes"
    applications.record_assessment(application, outcome="passed", **result)
    assert [each.outcome for each in application.assessments.all()] == ["deferred", "passed"]


def test_the_evacuation_of_a_day_is_recorded_once_until_the_terms_change(approver):
    operation = factories.operation(22)
    factories.deployment(factories.posting(factories.mission(operation)), "2026-01-01", "2027-01-01")
    evacuation = {"by": approver, "effective_from": TODAY, "reason": "Attack", "today": TODAY}
    assert twice(authority.evacuate, operation, **evacuation) == "nothing_changes"
    authority.reopen(
        operation, by=approver, effective_from=TODAY + datetime.timedelta(days=1), reason="Calm", today=TODAY
    )
    authority.evacuate(operation, **evacuation | {"effective_from": TODAY + datetime.timedelta(days=1)})
    assert [act.verb for act in history_of(operation)] == ["evacuate", "suspend", "reopen", "evacuate", "suspend"]


def test_a_leave_is_cancelled_once(approver):
    tour = factories.deployment(factories.posting(), "2026-01-01", "2027-01-01")
    leave = tour.leaves.create(first_day=day("2026-05-01"), last_day=day("2026-05-09"))
    in_another_window = tour.leaves.get()
    tours.cancel_leave(leave, by=approver, reason="Back early")
    with pytest.raises(Refusal):
        tours.cancel_leave(in_another_window, by=approver, reason="Back early")
    assert [act.verb for act in history_of(tour)] == ["cancel-leave"]


def test_the_same_emergency_contact_is_recorded_once(approver):
    first = (today_here() - datetime.timedelta(days=9)).isoformat()
    tour = factories.deployment(factories.posting(), first, "2090-01-01")
    contact = {"by": approver, "name": "Ana Roy", "relationship": "Sister", "telephone": "613 555 0100"}
    assert twice(tours.set_emergency_contact, tour, **contact) == "nothing_changes"
    tours.set_emergency_contact(tour, **contact | {"telephone": "613 555 0101"})
    assert tours.contact_to_call(tour.__class__.objects.get(pk=tour.pk)).telephone == "613 555 0101"


def test_a_second_press_of_every_button_of_a_tour_is_answered_with_a_refusal(client, approver):
    client.force_login(approver)
    today = today_here()
    posting = factories.posting()
    tour = factories.deployment(posting, today.isoformat(), later(300), state="reserved", hold_until=today)
    for verb, typed in (
        ("prepare", {}),
        ("check-in", {"reason": "Checklist later"}),
        ("record-leave", {"first_day": today, "last_day": today}),
        ("ask-extension", {"last_day": later(400), "reason": "Wanted"}),
        ("agree-extension", {"party": "service"}),
        ("agree-extension", {"party": "mission"}),
        ("grant-extension", {}),
        ("extend", {"last_day": later(500), "reason": "Wanted"}),
        ("change-dates", {"first_day": today, "last_day": later(600), "reason": "Moved"}),
        ("repatriate", {"last_day": today, "end_reason": "medical", "reason": "Ill"}),
        ("record-appraisal", {"outcome": "met", "given_on": today}),
        ("reintegrate", {}),
        ("close", {}),
    ):
        address = f"/admin/deployments/deployment/{tour.pk}/{verb}/"
        first, second = (client.post(address, typed, headers={"accept": "application/json"}) for _press in range(2))
        assert (first.status_code, second.status_code) == (200, 409), (verb, first.json(), second.json())
        assert second.json()["message"]
    verbs = Counter(act.verb for act in history_of(tour))
    # Each party agrees once, and what is granted is an extension as well.
    assert {verb for verb, times in verbs.items() if times > 1} == {"agree-extension", "extend"}
    assert max(verbs.values()) == 2
