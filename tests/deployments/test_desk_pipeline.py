"""The pipeline of a posting, the postings with their applicants, and the stand-by roster."""

import datetime

import pytest

from core.history.acts import history_of
from core.text.dates import today_here
from deployments.limits.rule import Span
from deployments.models import LanguageRequirement
from deployments.queries.pipeline import fitting_roster, groups_of, room_for, with_requirements
from officers.models import LanguageRating, Unavailability
from tests import factories
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
FIRST, LAST = day("2030-01-01"), day("2030-12-31")


def planned(**fields):
    """An opening for the year 2030."""
    return factories.opening(fields.pop("mission_", None), **{"tour_first_day": FIRST, "tour_last_day": LAST} | fields)


def tour_of(posting) -> Span:
    return Span(posting.tour_first_day, posting.tour_last_day)


def url(posting) -> str:
    return f"/admin/deployments/posting/{posting.pk}/pipeline/"


@pytest.fixture
def desk(client, selection_officer):
    client.force_login(selection_officer)
    return client


def named(given_name: str, **fields):
    return factories.candidate(user=factories.user(given_name=given_name, family_name="Roy"), **fields)


def test_applicants_are_grouped_by_state_in_the_order_of_an_applications_life(desk):
    posting = planned()
    for state in ("qualified", "submitted", "submitted", "withdrawn", "draft"):
        factories.application(posting, state=state)
    context = desk.get(url(posting)).context
    assert [(group.state, group.count, len(group.applicants)) for group in context["groups"]] == [
        ("submitted", 2, 2),
        ("qualified", 1, 1),
    ]
    assert [count for _label, count, _url in context["ended"]] == [1]


def test_what_an_applicant_does_not_meet_is_named_and_what_was_waived_too(desk, selection_officer):
    posting = planned(min_age=50, min_service_years=5)
    LanguageRequirement.objects.create(posting=posting, language="fr", reading=2, writing=2, speaking=2)
    amina = named("Amina", birth_date=day("1990-01-01"))
    LanguageRating.objects.create(officer=amina, language="fr", reading=3, writing=1, speaking=3)
    application = factories.application(posting, state="endorsed", officer=amina)
    application.waivers.create(requirement="age", reason="Exception", by=selection_officer)
    Unavailability.objects.create(officer=amina, first_day=day("2030-05-01"), last_day=day("2030-05-31"))
    applicant = desk.get(url(posting)).context["groups"][0].applicants[0]
    assert (applicant.met, applicant.total) == (4, 7)
    assert [finding.code for finding in applicant.eligibility.unmet] == ["language-fr", "availability"]
    assert [finding.code for finding in applicant.waived] == ["age"]
    assert applicant.languages == ["French C/A/C"]
    assert applicant.service_years == 19
    assert [span.first_day for span in applicant.away] == [day("2030-05-01")]
    content = desk.get(url(posting)).content.decode()
    assert "4 of 7 met" in content and "Language: French" in content


def test_a_place_held_by_the_selection_itself_does_not_stand_in_its_way(desk):
    posting = planned()
    tour = factories.deployment(posting, "2030-01-01", "2030-12-31", state="reserved")
    officer = tour.officer
    officer.has_convictions = officer.has_open_investigations = False
    officer.save()
    factories.application(posting, state="selected", officer=officer, deployment=tour)
    applicant = desk.get(url(posting)).context["groups"][0].applicants[0]
    assert applicant.eligibility.is_eligible


def test_applicants_are_compared_side_by_side_and_each_view_is_logged(desk):
    posting = planned(min_service_years=25)
    pair = [
        factories.application(posting, state="endorsed", officer=named(name, member_since=day(since)))
        for name, since in (("Amina", "2000-01-01"), ("Luc", "2015-01-01"))
    ]
    response = desk.get(url(posting), {"compare": [each.pk for each in pair]})
    rows = dict(response.context["comparison"])
    assert rows["Service in years"] == ["30", "15"]
    assert rows["Requirements met"] == ["5/5", "4/5"]
    assert [history_of(each).first().verb for each in pair] == ["view", "view"]


@pytest.mark.parametrize("number", [1, 5])
def test_one_or_more_than_four_are_not_compared(desk, number):
    posting = planned()
    chosen = [factories.application(posting, state="endorsed").pk for _n in range(number)]
    response = desk.get(url(posting), {"compare": chosen})
    assert response.status_code == 400
    assert "two to four" in response.content.decode()


def test_whom_to_compare_is_asked_for_where_nobody_is_chosen(desk):
    posting = factories.opening()
    factories.application(posting, state="submitted")
    asked = "Choose whom to compare first."
    assert asked in desk.get(url(posting), {"act": ""}).content.decode()
    assert asked not in desk.get(url(posting)).content.decode()


def test_applicants_of_another_posting_are_not_compared_here(desk):
    posting = planned()
    chosen = [factories.application(posting, state="endorsed").pk, factories.application(state="endorsed").pk]
    assert desk.get(url(posting), {"compare": chosen}).status_code == 400
    assert desk.get(url(posting), {"compare": ["x", "9" * 30]}).status_code == 400


def test_the_room_on_the_planned_days_stands_beside_with_the_next_day_that_has_some():
    operation = factories.operation(5)
    mission = factories.mission(operation)
    factories.strength(mission, 1)
    posting = planned(mission_=mission)
    room = room_for(posting, tour_of(posting), today_here())
    assert (room.left, room.next_day) == (1, FIRST)
    factories.deployment(posting, "2029-06-01", "2030-03-31", state="preparation")
    room = room_for(posting, tour_of(posting), today_here())
    assert (room.left, room.next_day) == (0, day("2030-04-01"))


def test_the_roster_offers_who_is_qualified_elsewhere_to_the_end_of_the_tour_and_meets_everything(desk):
    posting = planned(min_service_years=10)
    good = {"state": "qualified", "qualified_until": LAST}
    fits = factories.application(officer=named("Amina"), **good)
    factories.application(officer=named("Short", member_since=day("2025-01-01")), **good)
    factories.application(officer=named("Early"), state="qualified", qualified_until=LAST - datetime.timedelta(days=1))
    here = factories.application(officer=named("Here"), **good)
    factories.application(posting, state="submitted", officer=here.officer)
    response = desk.get(url(posting))
    assert [each.application for each in response.context["roster"]] == [fits]
    address = f"/admin/deployments/application/{fits.pk}/propose/?posting={posting.reference}"
    assert address in response.content.decode()
    form = desk.get(address).context["form"]
    assert form["posting"].value() == posting.reference


def test_an_auditor_reads_and_is_offered_no_act(client, auditor):
    posting = planned()
    factories.application(officer=named("Amina"), state="qualified", qualified_until=LAST)
    client.force_login(auditor)
    content = client.get(url(posting)).content.decode()
    assert "Amina Roy" in content and "propose/" not in content


def test_the_pipeline_asks_the_same_questions_for_1_applicant_and_for_30(desk, django_assert_num_queries):
    posting = planned()
    for more in (1, 29):
        for _n in range(more):
            factories.application(posting, state="endorsed")
            factories.application(state="qualified", qualified_until=LAST)
        with django_assert_num_queries(29):
            desk.get(url(posting))


def test_of_a_crowded_state_the_longest_waiting_are_shown_and_all_are_counted(monkeypatch):
    monkeypatch.setattr("deployments.queries.pipeline.MOST_SHOWN", 2)
    posting = with_requirements().get(pk=planned().pk)
    waiting = [factories.application(posting, state="endorsed") for _n in range(3)]
    group = groups_of(posting, tour_of(posting))[0]
    assert group.count == 3
    assert [each.application for each in group.applicants] == waiting[:2]


def test_a_crowded_state_leads_to_all_of_it_page_by_page(desk, monkeypatch):
    monkeypatch.setattr("deployments.queries.pipeline.MOST_SHOWN", 4)
    monkeypatch.setattr("deployments.admin.pipeline.PER_PAGE", 3)
    posting = planned()
    waiting = [factories.application(posting, state="endorsed") for _n in range(4)]
    factories.application(posting, state="nominated")
    page = desk.get(url(posting))
    assert [len(group.applicants) for group in page.context["groups"]] == [2, 1]
    assert page.content.decode().count("?state=") == page.content.decode().count("?state=endorsed") == 1
    pages = [desk.get(url(posting), {"state": "endorsed", "p": number}) for number in (1, 2)]
    listed = [[each.application for each in page.context["groups"][0].applicants] for page in pages]
    assert listed == [waiting[:3], waiting[3:]]
    assert all(len(page.context["groups"]) == 1 and page.context["groups"][0].count == 4 for page in pages)
    assert "?state=endorsed&amp;p=2" in pages[0].content.decode()
    assert desk.get(url(posting), {"state": "draft"}).status_code == 400


def test_the_postings_are_listed_with_their_applicants_and_every_count_is_its_list(desk):
    posting = planned()
    for _n in range(3):
        factories.application(posting, state="endorsed")
    stood_down = factories.posting(status="stood_down")
    factories.application(stood_down, state="qualified")
    factories.posting()
    rows = desk.get("/admin/deployments/pipeline/").context["rows"]
    assert {opening.posting for opening, _counts in rows} == {posting, stood_down}
    count, address = next(counts[1] for opening, counts in rows if opening.posting == posting)
    assert (count, desk.get(address).context["cl"].result_count) == (3, 3)


def test_the_list_of_postings_asks_the_same_questions_for_1_and_for_20(desk, django_assert_num_queries):
    for more in (1, 19):
        for _n in range(more):
            factories.application(planned(), state="endorsed")
        with django_assert_num_queries(12):
            desk.get("/admin/deployments/pipeline/")


def test_a_postings_page_counts_its_applicants(desk):
    posting = planned()
    factories.application(posting, state="endorsed")
    content = desk.get(f"/admin/deployments/posting/{posting.pk}/change/").content.decode()
    assert url(posting) in content and f"posting__id__exact={posting.pk}&amp;state__exact=endorsed" in content


def test_the_roster_names_until_when_and_which_openings_fit(desk):
    fitting = planned(reference="fits", tour_last_day=day("2030-06-30"))
    planned(reference="too-long", tour_last_day=day("2031-06-30"))
    planned(reference="too-high", min_service_years=40)
    planned(reference="stood-down", status="stood_down")
    later = factories.application(officer=named("Luc"), state="qualified", qualified_until=LAST)
    sooner = factories.application(officer=named("Amina"), state="qualified", qualified_until=day("2030-06-30"))
    factories.application(state="nominated", qualified_until=LAST)
    rows = desk.get("/admin/deployments/roster/").context["rows"]
    assert [entry for entry, _postings in rows] == [sooner, later]
    assert [posting.reference for posting in rows[0][1] if not posting.reference.startswith("posting-")] == ["fits"]
    factories.application(fitting, state="submitted", officer=sooner.officer)
    rows = desk.get("/admin/deployments/roster/").context["rows"]
    assert fitting not in rows[0][1]


def test_the_roster_asks_the_same_questions_for_1_entry_and_for_20(desk, django_assert_num_queries):
    for more in (1, 19):
        for _n in range(more):
            factories.application(planned(), state="qualified", qualified_until=LAST)
        with django_assert_num_queries(16):
            desk.get("/admin/deployments/roster/")


@pytest.mark.parametrize("path", ["pipeline/", "roster/", "posting/{}/pipeline/"])
def test_pages_about_applicants_are_for_those_who_may_read_applications(client, path):
    posting = planned()
    client.force_login(factories.staff("Administrator"))
    assert client.get(f"/admin/deployments/{path.format(posting.pk)}").status_code == 403


def test_the_roster_is_sought_on_behind_those_who_do_not_fit(monkeypatch):
    monkeypatch.setattr("deployments.queries.pipeline.MOST_OF_ROSTER", 2)
    monkeypatch.setattr("deployments.queries.pipeline.AT_ONCE", 2)
    posting = planned(min_age=30)
    young, fit = (
        [
            factories.candidate(
                birth_date=today_here().replace(year=FIRST.year - age, day=1), member_since=day("2015-01-01")
            )
            for _n in range(3)
        ]
        for age in (20, 40)
    )
    for officer in (*young, fit[0], fit[0], fit[1]):
        factories.application(officer=officer, state="qualified", qualified_until=LAST)
    found = fitting_roster(with_requirements().get(pk=posting.pk), tour_of(posting))
    assert [each.officer for each in found] == fit[:2]
