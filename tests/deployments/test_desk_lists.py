"""The desk's lists: who and what stands in each, with filters, as a page and as a file with the same rows."""

import csv
import datetime
import io

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from deployments.models import ChecklistItem, DeploymentState
from deployments.queries.lists import LISTS
from deployments.queries.lists.applicants import waited_for
from officers.models import Qualification, QualificationGrant
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def today() -> datetime.date:
    return timezone.localdate()


@pytest.fixture
def auditor_desk(client: Client, auditor) -> Client:
    client.force_login(auditor)
    return client


def rows(client: Client, name: str, query: str = "") -> list[list[str]]:
    """The file of a list, without its heading."""
    answer = client.get(f"/admin/deployments/lists/{name}/?format=csv{query}")
    assert answer.status_code == 200, answer.content
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]


def tour_of(first_day: datetime.date, last_day: datetime.date, **more):
    return factories.deployment(factories.posting(), first_day.isoformat(), last_day.isoformat(), **more)


def abroad(today: datetime.date):
    return tour_of(today - 30 * DAY, today + 60 * DAY)


def test_the_nominal_roll_holds_who_has_a_place_on_the_day(auditor_desk, today):
    tour = abroad(today)
    [row] = rows(auditor_desk, "nominal-roll")
    assert row[0] == str(tour.officer)
    assert row[10:13] == [tour.first_day.isoformat(), tour.last_day.isoformat(), "60"]
    assert rows(auditor_desk, "nominal-roll", f"&on={tour.last_day}") == [[*row[:12], "0", row[13]]]
    assert rows(auditor_desk, "nominal-roll", f"&on={tour.last_day + DAY}") == []


def test_lists_are_narrowed_by_operation_service_state_and_name(auditor_desk, today):
    tour, other = abroad(today), abroad(today)
    operation = tour.posting.mission.operation
    assert len(rows(auditor_desk, "nominal-roll")) == 2
    assert [r[0] for r in rows(auditor_desk, "nominal-roll", f"&operation={operation.pk}")] == [str(tour.officer)]
    service = other.officer.police_service
    found = rows(auditor_desk, "nominal-roll", f"&service={service.pk}")
    assert str(other.officer) in [row[0] for row in found]
    assert rows(auditor_desk, "nominal-roll", "&state=reserved") == []
    assert rows(auditor_desk, "nominal-roll", "&q=nobody-of-this-name") == []


def test_who_came_home_stands_with_the_reason(auditor_desk, today):
    tour_of(today - 90 * DAY, today - DAY, state=DeploymentState.ENDED,
                         end_reason="medical")  # fmt: skip
    [row] = rows(auditor_desk, "came-home")
    assert row[8] == "Repatriated: medical"


def test_a_paper_that_ends_soon_names_the_tour_that_it_endangers(auditor_desk, today):
    tour = abroad(today)
    kind = Qualification.objects.filter(is_active=True).first()
    QualificationGrant.objects.create(
        officer=tour.officer, qualification=kind, valid_from=today - 300 * DAY, valid_until=today + 30 * DAY
    )
    [row] = rows(auditor_desk, "expiring-papers")
    assert row[4:6] == [(today + 30 * DAY).isoformat(), tour.posting.title]
    assert rows(auditor_desk, "expiring-papers", f"&until={today + 29 * DAY}") == []
    QualificationGrant.objects.create(officer=tour.officer, qualification=kind, valid_from=today, valid_until=None)
    assert rows(auditor_desk, "expiring-papers") == []


def test_the_checklist_names_what_is_late_on_the_day_of_departure(auditor_desk, today):
    item = ChecklistItem.objects.create(code="visa-now", text_en="Visa", text_fr="Visa")
    tour = tour_of(today, today + 60 * DAY, state=DeploymentState.PREPARATION)
    late = {row[4]: row[9] for row in rows(auditor_desk, "pre-departure") if row[0] == str(tour.officer)}
    assert late[item.text_en] == "Late"


def test_numbers_stand_with_their_instruments(auditor_desk):
    operation = factories.operation(12)
    [row] = rows(auditor_desk, "numbers", f"&operation={operation.pk}")
    assert row[1] == "12"
    assert row[3]


def test_a_list_asks_as_often_for_thirty_rows_as_for_one(auditor_desk, today, django_assert_max_num_queries):
    def questions(name: str, at_most: int) -> int:
        with django_assert_max_num_queries(at_most, info=name) as asked:
            assert auditor_desk.get(f"/admin/deployments/lists/{name}/").status_code == 200
        return len(asked.captured_queries)

    abroad(today)
    for_one = {name: questions(name, 40) for name in LISTS}
    for _n in range(29):
        abroad(today)
    for name, asked in for_one.items():
        questions(name, asked)


@pytest.mark.parametrize("name", list(LISTS))
@pytest.mark.parametrize("query", ["on=2027-02-30", "on=99999-01-01", "operation=" + "9" * 26, "service=x", "state=x"])
def test_nonsense_in_a_filter_is_said_at_the_field(auditor_desk, name, query):
    field = query.split("=")[0]
    answer = auditor_desk.get(f"/admin/deployments/lists/{name}/?{query}")
    assert answer.status_code == (400 if field in LISTS[name].filters else 200)


def test_a_role_reads_the_lists_of_its_records_alone(client, editor):
    client.force_login(editor)
    assert client.get("/admin/deployments/lists/nominal-roll/").status_code == 403
    assert client.get("/admin/deployments/lists/numbers/").status_code == 200
    index = client.get("/admin/deployments/lists/").content.decode()
    assert "/lists/numbers/" in index
    assert "/lists/nominal-roll/" not in index


class TestApplicants:
    def test_says_who_is_waited_for_and_what_is_not_met(self, auditor_desk):
        service = factories.service(needs_release=True)
        posting = factories.opening(reference="mali-1", min_service_years=8)
        officer = factories.officer(is_released=False, police_service=service, has_convictions=False)
        application = factories.application(posting, officer=officer, state="submitted")
        [row] = rows(auditor_desk, "applicants")
        assert row[:5] == ["mali-1", posting.title, str(officer), str(service), "Submitted"]
        assert row[6] == "The police service"
        met, asked = map(int, row[7].split(" of "))
        assert met < asked and row[8]
        assert row[9].startswith("Not released from ")
        factories.release(officer)
        application.state = application.shown_state = "selected"
        assert str(waited_for(application)) == "The officer"
        assert rows(auditor_desk, "applicants")[0][9] == "Released"

    def test_leaves_out_drafts_and_what_has_ended(self, auditor_desk):
        factories.application(state="draft")
        factories.application(state="screened_out")
        factories.application(state="qualified", qualified_until=timezone.localdate())
        assert [row[4] for row in rows(auditor_desk, "applicants")] == ["Qualified (stand-by roster)"]
        assert rows(auditor_desk, "applicants", "&state=submitted") == []

    @pytest.mark.parametrize("many", [2, 20])
    def test_asks_as_many_queries_for_many(self, many, django_assert_max_num_queries):
        for number in range(many):
            factories.application(factories.opening(reference=f"p-{number}"), state="submitted")
        listing, today = LISTS["applicants"], timezone.localdate()
        with django_assert_max_num_queries(13):
            assert len(list(listing.every_row(listing.default(today)))) == many


def test_releases_stand_with_their_letter_until_when_and_what_was_withdrawn(auditor_desk, today):
    officer = factories.officer(is_released=False)
    factories.release(officer, today.isoformat(), (today + DAY).isoformat(), letter_number="GRC-9", letter_date=today)
    factories.release(officer, "2001-01-01", "2001-12-31")
    [row] = rows(auditor_desk, "releases")
    assert row[1] == str(officer) and row[5:9] == [today.isoformat(), (today + DAY).isoformat(), "Any posting", "GRC-9"]
    assert rows(auditor_desk, "releases", "&state=withdrawn") == []
    assert len(rows(auditor_desk, "releases", "&on=2001-01-01")) == 2
    assert len(rows(auditor_desk, "releases", "&on=2001-12-31&until=2001-12-31")) == 1


def test_a_moment_of_the_evening_is_of_its_day_in_toronto(auditor_desk):
    with time_machine.travel("2026-11-20T23:30:00-05:00"):
        operation = factories.operation(12)
    [row] = rows(auditor_desk, "numbers", f"&operation={operation.pk}")
    assert "2026-11-20" in row and "2026-11-21" not in row
