"""Marks in a roll-call: each is kept, the latest counts, and who marks and what is counted is plain."""

import datetime

import pytest
from django.utils import timezone

from core.history.acts import history_of
from core.refusals import NotPermitted, Refusal
from core.text.dates import today_here
from deployments.domain.tours.roll_call import LASTS, latest_marks, mark
from deployments.models import DeploymentState, RollCallMark
from tests import factories

pytestmark = pytest.mark.django_db


def there(posting=None, **fields):
    """A tour from a month ago to a month from now."""
    day = datetime.timedelta(days=1)
    first, last = today_here() - 30 * day, today_here() + 30 * day
    return factories.deployment(posting or factories.posting(), first.isoformat(), last.isoformat(), **fields)


def test_the_latest_mark_counts_and_every_mark_is_kept(approver):
    tour = there()
    mark(tour, by=approver, status="not_reached", place="Gao", note="Line is dead")
    mark(tour, by=approver, status="safe", place="Camp")
    assert latest_marks([tour.pk])[tour.pk].place == "Camp"
    assert RollCallMark.objects.filter(deployment=tour).count() == 2
    assert [entry.to_state for entry in history_of(tour)] == ["safe", "not_reached"]


def test_a_mark_of_another_roll_call_does_not_count(approver):
    tour, now = there(), timezone.now()
    mark(tour, by=approver, status="safe", now=now - LASTS)
    assert tour.pk in latest_marks([tour.pk], now=now)
    assert tour.pk not in latest_marks([tour.pk], now=now + datetime.timedelta(seconds=1))


def test_selection_officers_and_approvers_mark_and_nobody_else(selection_officer, auditor, editor):
    tour = there()
    mark(tour, by=selection_officer, status="safe")
    for other in (auditor, editor):
        with pytest.raises(NotPermitted):
            mark(tour, by=other, status="safe")
    assert RollCallMark.objects.count() == 1


@pytest.mark.parametrize("state", [DeploymentState.CANCELLED, DeploymentState.CLOSED])
def test_a_tour_that_is_cancelled_or_closed_is_in_no_roll_call(approver, state):
    with pytest.raises(Refusal) as refused:
        mark(there(state=state), by=approver, status="safe")
    assert refused.value.code == "impossible_transition"


def test_an_unknown_status_is_refused_at_the_field(client, approver):
    client.force_login(approver)
    answer = client.post(
        f"/admin/deployments/deployment/{there().pk}/mark/", {"status": "lost"}, headers={"accept": "application/json"}
    )
    assert answer.status_code == 400
    assert "status" in answer.json()["fields"]


def test_the_roll_counts_everybody_and_a_press_marks_one(client, approver):
    posting = factories.posting(factories.mission(factories.operation(50)))
    tours = [there(posting) for _n in range(3)]
    client.force_login(approver)
    url = f"/admin/deployments/operation/{posting.mission.operation_id}/roll-call/"
    answer = client.post(
        f"/admin/deployments/deployment/{tours[0].pk}/mark/", {"status": "evacuated", "place": "Dakar"}
    )
    assert answer["Location"] == f"{url}#tour-{tours[0].pk}"
    page = client.get(url)
    assert dict(page.context["counts"]) == {"Safe": 0, "Not reached": 0, "Evacuated": 1, "Not marked yet": 2}
    assert "Dakar" in page.content.decode()
    assert "Dakar" in client.get(f"{url}?format=csv").content.decode("utf-8-sig")


def test_a_page_left_open_loses_no_mark(client, approver, selection_officer):
    """The second mark comes from a page that was shown before the first: both are kept, the later counts."""
    tour = there()
    client.force_login(approver)
    page = client.get(f"/admin/deployments/operation/{tour.posting.mission.operation_id}/roll-call/")
    mark(tour, by=selection_officer, status="not_reached")
    assert f'form="mark-{tour.pk}"' in page.content.decode()
    client.post(f"/admin/deployments/deployment/{tour.pk}/mark/", {"status": "safe"})
    assert RollCallMark.objects.filter(deployment=tour).count() == 2
    assert latest_marks([tour.pk])[tour.pk].status == "safe"


def test_who_may_not_mark_sees_no_buttons(client, auditor):
    tour = there()
    client.force_login(auditor)
    page = client.get(f"/admin/deployments/operation/{tour.posting.mission.operation_id}/roll-call/")
    assert "Not marked yet" in page.content.decode()
    assert f'id="mark-{tour.pk}"' not in page.content.decode()
