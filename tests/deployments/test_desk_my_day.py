"""*My day*: what waits for the account's roles, oldest first; each count is its list."""

import datetime

import pytest
from django.utils import timezone

from core.models import MailState, OutboxMail
from core.text.dates import today_here
from deployments.models import QualificationRequirement
from deployments.queries.queues import QUEUES, QueueContext
from deployments.queries.rotation import followers, gap_after, lasting, rows_of
from officers.models import Qualification, QualificationGrant
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
PAGE = "/admin/deployments/my-day/"


def around(days: int) -> str:
    return (today_here() + datetime.timedelta(days=days)).isoformat()


def ago(days: int) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=days)


def counts(client, person) -> dict[str, int]:
    client.force_login(person)
    page = client.get(PAGE).context
    assert all(row.filled.count for row in page["rows"]) and not any(row.filled.count for row in page["empty"])
    return {row.filled.queue.name: row.filled.count for row in (*page["rows"], *page["empty"])}


def in_queue(name: str) -> list[int]:
    return sorted(record.pk for record in QUEUES[name].find(QueueContext(today_here())))


def test_a_selection_officer_sees_applications_by_what_they_wait_for(client, selection_officer):
    posting = factories.opening()
    straight = factories.service(needs_release=False)
    factories.application(posting, state="submitted")
    factories.application(posting, state="submitted", officer=factories.candidate(police_service=straight))
    for state in ("endorsed", "screened_in", "in_assessment", "qualified", "nominated", "withdrawn", "draft"):
        factories.application(posting, state=state)
    factories.application(posting, state="screened_out", shown_state="endorsed")
    assert counts(client, selection_officer) == {
        "screening": 2,
        "assessment": 1,
        "results": 1,
        "telling": 1,
        "nomination": 1,
        "release": 1,
    }


def test_an_approver_sees_selections_and_tours_and_an_auditor_nothing_to_act_on(client, approver, auditor):
    posting = factories.posting()
    factories.application(posting, state="nominated")
    factories.application(posting, state="selected")
    for first, last, state, hold in (
        (-200, -1, "in_mission", None),
        (10, 300, "reserved", None),
        (10, 300, "reserved", day(around(2))),
        (10, 300, "reserved", day(around(9))),
        (0, 300, "preparation", None),
        (1, 300, "preparation", None),
        (-400, -30, "ended", None),
        (-400, -20, "reintegration", None),
        (-400, -20, "cancelled", None),
    ):
        factories.deployment(posting, around(first), around(last), state=state, hold_until=hold)
    found = counts(client, approver)
    assert found.pop("selection") == found.pop("acceptance") == 1
    assert {name: count for name, count in found.items() if count} == {
        "holds": 1,
        "overdue": 1,
        "preparation": 1,
        "departure": 1,
        "reintegration": 1,
        "closing": 1,
    }
    assert counts(client, auditor) == {"mail": 0}


def test_what_is_oldest_comes_first_whatever_it_is(client, approver):
    posting = factories.posting()
    factories.application(posting, state="nominated", state_since=ago(3))
    factories.application(posting, state="nominated", state_since=ago(40))
    factories.deployment(posting, around(-200), around(-10))
    client.force_login(approver)
    matters = client.get(PAGE).context["matters"]
    assert [matter.waiting.queue.name for matter in matters] == ["selection", "overdue", "selection"]
    assert [matter.is_late for matter in matters] == [False, True, False]


def test_every_count_is_the_length_of_the_list_that_it_leads_to(client, approver, selection_officer):
    posting = factories.posting()
    for _n in range(3):
        factories.application(posting, state="nominated")
        factories.application(posting, state="endorsed")
        factories.deployment(posting, around(-200), around(20))
    for person in (approver, selection_officer):
        client.force_login(person)
        page = client.get(PAGE).context
        rows = [*page["rows"], *page["empty"]]
        assert any(row.filled.count == 3 for row in rows)
        for row in rows:
            assert client.get(row.url).context["cl"].result_count == row.filled.count, row.filled.queue.name


def test_home_within_so_many_days_counts_those_for_whom_nobody_is_named():
    alone, followed = factories.posting(), factories.posting()
    soon = factories.deployment(alone, around(-100), around(30))
    later = factories.deployment(alone, around(-100), around(31))
    factories.deployment(alone, around(-100), around(121))
    before = factories.deployment(followed, around(-100), around(30))
    factories.deployment(followed, around(31), around(400), state="reserved", relieves=before)
    assert in_queue("ending-30") == [soon.pk]
    assert in_queue("ending-60") == in_queue("ending-120") == sorted([soon.pk, later.pk])


def likely() -> dict[int, int]:
    return {key: each.pk for key, each in followers(rows_of(lasting(day("2026-11-24")))).items()}


def test_of_two_who_leave_one_successor_follows_the_first():
    posting = factories.posting()
    first = factories.deployment(posting, "2026-01-01", "2026-12-31")
    factories.deployment(posting, "2026-02-01", "2027-01-31")
    replacing = factories.deployment(posting, "2027-01-05", "2027-12-31", state="reserved")
    assert likely() == {first.pk: replacing.pk}
    assert gap_after(first, replacing) == 4


def test_a_handover_of_some_days_is_a_succession_and_a_colleague_of_long_is_none():
    posting = factories.posting()
    leaving = factories.deployment(posting, "2026-01-01", "2026-12-31")
    factories.deployment(posting, "2026-07-01", "2027-06-30")
    taking_over = factories.deployment(posting, "2026-12-22", "2027-12-21", state="preparation")
    assert likely() == {leaving.pk: taking_over.pk}
    assert gap_after(leaving, taking_over) == -10


def test_a_successor_who_is_cancelled_follows_nobody():
    posting = factories.posting()
    leaving = factories.deployment(posting, around(-100), around(20))
    factories.deployment(posting, around(21), around(300), state="cancelled")
    assert in_queue("ending-30") == [leaving.pk]


def test_a_qualification_that_the_posting_asks_for_and_that_ends_inside_the_tour_waits():
    posting = factories.posting()
    visa, course = (
        Qualification.objects.create(code=code, kind="passport", name_en=code, name_fr=code) for code in ("va", "vb")
    )
    QualificationRequirement.objects.create(posting=posting, qualification=visa)
    tour = factories.deployment(posting, around(-100), around(200))
    for kind in (visa, course):
        QualificationGrant.objects.create(
            officer=tour.officer, qualification=kind, valid_from=day("2020-01-01"), valid_until=day(around(60))
        )
    assert in_queue("expiring") == [tour.pk]
    QualificationGrant.objects.create(officer=tour.officer, qualification=visa, valid_from=day(around(50)))
    assert in_queue("expiring") == []


def test_given_up_mail_is_a_matter_of_those_who_see_the_queue(client, db):
    administrator = factories.staff("Administrator")
    OutboxMail.objects.create(
        address="a@example.org", language="en", template="x", subject="Lost", message_id="<1>", state=MailState.GIVEN_UP
    )
    assert counts(client, administrator) == {"mail": 1}
    assert "Lost" in client.get(PAGE).content.decode()


def test_the_page_asks_the_same_questions_for_1_matter_and_for_30(client, approver, django_assert_num_queries):
    posting = factories.posting(factories.mission(factories.operation(100)))
    client.force_login(approver)
    for more in (1, 29):
        for _n in range(more):
            factories.application(posting, state="nominated")
            factories.deployment(posting, around(-200), around(20))
            factories.deployment(posting, around(-200), around(-5))
        with django_assert_num_queries(42):
            client.get(PAGE)


def test_an_officer_has_no_day_at_the_desk(client):
    client.force_login(factories.candidate().user)
    assert client.get(PAGE).status_code == 302


@pytest.mark.parametrize("wanted", ["nothing", "ending-30'", "mail"])
def test_a_queue_that_is_none_is_refused(client, approver, wanted):
    client.force_login(approver)
    assert client.get("/admin/deployments/deployment/", {"waiting": wanted}).status_code == 400


@pytest.mark.parametrize("wanted", [""])
def test_no_queue_filters_nothing(client, approver, wanted):
    factories.deployment(factories.posting(), around(-10), around(200))
    client.force_login(approver)
    response = client.get("/admin/deployments/deployment/", {"waiting": wanted})
    assert response.context["cl"].result_count == 1
