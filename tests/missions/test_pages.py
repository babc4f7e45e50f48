"""The public pages: what they say on a day, in both languages, and how often they ask the database."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from missions.models import AuthorizedStrength, OperationTerms
from tests import factories
from tests.factories import day
from tests.reading import Page

pytestmark = pytest.mark.django_db
CATEGORIES = ("current_operation", "specialized_posting", "other_opportunity")


def rows(client: Client, query: str = "", language: str = "en") -> list[list[str]]:
    """The public table as a reader sees it: a list of cells a row."""
    return Page(client.get(f"/{language}/{query}")).tables.get("current-operations", [])


def text(response) -> str:
    """The words of a page, without its mark-up."""
    return Page(response).text


class TestTheTable:
    def test_a_row_says_where_in_which_language_armed_or_not_and_how_many(self, client):
        factories.operation(22, name_en="Mali", name_fr="Mali", languages=["fr"], is_armed=True)
        assert rows(client) == [["Mali", "French", "Armed", "Up to 22"]]
        factories.operation(45, name_en="Ukraine", name_fr="Ukraine", languages=["en"], is_armed=False, position=1)
        assert rows(client)[1] == ["Ukraine", "English", "Unarmed", "Up to 45"]

    def test_rows_stand_in_the_order_given(self, client):
        for position, name in ((3, "Third"), (1, "First"), (2, "Second")):
            factories.operation(name_en=name, name_fr=name, position=position)
        assert [row[0] for row in rows(client)] == ["First", "Second", "Third"]

    def test_a_status_other_than_active_stands_beside_the_name(self, client):
        factories.operation(20, status="reassessment", name_en="Iraq", name_fr="Irak")
        assert rows(client) == [["Iraq Under reassessment", "French", "Armed", "Up to 20"]]

    def test_where_nothing_is_said_a_dash_stands(self, client):
        factories.operation(5, name_en="Somewhere", name_fr="Quelque part", languages=[], is_armed=None)
        assert rows(client) == [["Somewhere", "–", "–", "Up to 5"]]

    def test_an_operation_without_terms_has_its_row(self, client):
        operation = factories.operation(5, name_en="Bare", name_fr="Nue")
        OperationTerms.objects.filter(operation=operation).update(withdrawn_at=timezone.now())
        assert rows(client) == [["Bare", "–", "–", "Up to 5"]]

    @pytest.mark.parametrize(
        "fields",
        [{"is_published": False}, {"status": "closed"}, {"maximum": None}, {"category": "specialized_posting"}],
    )
    def test_no_row_for(self, client, fields):
        factories.operation(name_en="There", name_fr="Là")
        factories.operation(**fields)
        assert [row[0] for row in rows(client)] == ["There"]

    def test_a_number_of_nought_is_a_number(self, client):
        factories.operation(0)
        assert rows(client)[0][3] == "Up to 0"

    def test_in_a_new_load_a_change_shows(self, client):
        operation = factories.operation(10)
        etag = client.get("/en/").headers["ETag"]
        assert client.get("/en/", headers={"If-None-Match": etag}).status_code == 304
        factories.strength(operation, 12, day("2021-01-01"))
        changed = client.get("/en/", headers={"If-None-Match": etag})
        assert changed.status_code == 200 and "Up to 12" in text(changed)
        assert changed.headers["Cache-Control"] == "no-cache"


class TestTheTableOnADay:
    @pytest.fixture
    def mali(self):
        mali = factories.operation(22, since=day("2019-10-17"), name_en="Mali", name_fr="Mali")
        factories.strength(mali, 30, day("2027-03-01"))
        factories.terms(mali, "suspended", day("2027-06-01"), languages=["en"], is_armed=False)
        factories.terms(mali, "closed", day("2028-01-01"))
        factories.operation(1, since=day("2019-10-17"), name_en="Other", name_fr="Autre", position=9)
        return mali

    @pytest.mark.parametrize(
        ("on", "row"),
        [
            ("2019-10-17", ["Mali", "French", "Armed", "Up to 22"]),
            ("2027-02-28", ["Mali", "French", "Armed", "Up to 22"]),
            ("2027-03-01", ["Mali", "French", "Armed", "Up to 30"]),
            ("2027-06-01", ["Mali Suspended", "English", "Unarmed", "Up to 30"]),
            ("2027-12-31", ["Mali Suspended", "English", "Unarmed", "Up to 30"]),
        ],
    )
    def test_shows_what_was_or_will_be_in_force(self, client, mali, on, row):
        assert rows(client, f"?on={on}")[0] == row

    def test_leaves_a_closed_operation_out_from_its_day(self, client, mali):
        assert [row[0] for row in rows(client, "?on=2028-01-01")] == ["Other"]
        assert Page(client.get("/en/past-operations/?on=2028-01-01")).tables["past-operations"] == [
            ["Mali", "October 17, 2019", "January 1, 2028", "Up to 30", "Closed"]
        ]

    def test_a_withdrawn_version_never_held(self, client, mali):
        AuthorizedStrength.objects.filter(operation=mali, maximum=30).update(withdrawn_at=timezone.now())
        assert rows(client, "?on=2027-03-01")[0][3] == "Up to 22"

    def test_says_which_day_it_shows_and_leads_back_to_today(self, client, mali):
        page = client.get("/en/?on=2020-02-03")
        assert "This page shows what was in force on February 3, 2020" in text(page)
        assert b'<a href="/en/">Show today</a>' in page.content
        assert "Show today" not in text(client.get("/en/"))

    def test_before_the_first_record_it_says_so_and_shows_no_number(self, client, mali):
        page = client.get("/en/?on=2019-10-16")
        assert page.status_code == 200
        assert "There is no record of numbers for this day" in text(page) and "October 17, 2019" in text(page)
        assert "Up to" not in text(page) and rows(client, "?on=2019-10-16") == []

    @pytest.mark.parametrize(
        "nonsense",
        ["yesterday", "2027-13-01", "2027-02-30", "1899-12-31", "2200-01-01", "%00", "2027-01-01%0A;--", "٢٠٢٧"],
    )
    @pytest.mark.parametrize("path", ["", "past-operations/", "operations/mali-1/"])
    def test_nonsense_gets_a_message_at_the_field_and_the_page_of_today(self, client, nonsense, path):
        factories.operation(22, code="mali-1", name_en="Mali", name_fr="Mali")
        page = client.get(f"/en/{path}?on={nonsense}")
        assert page.status_code == 400
        assert b'aria-describedby="as-of-on-error"' in page.content and b'href="#as-of-on"' in page.content
        assert b"<h1" in page.content and "Show today" not in text(page)

    def test_an_empty_wish_is_today(self, client, mali):
        assert client.get("/en/?on=").status_code == 200

    @pytest.mark.parametrize("on", ["1900-01-01", "2199-12-31"])
    @pytest.mark.parametrize("path", ["", "past-operations/", "operations/{code}/"])
    def test_the_first_and_the_last_day_there_is(self, client, mali, on, path):
        assert client.get(f"/en/{path.format(code=mali.code)}?on={on}").status_code == 200


class TestTheEmptyPortal:
    def test_says_what_to_do(self, client):
        assert "No operation is authorized on this day" in text(client.get("/en/"))
        assert "Nothing has ended by this day" in text(client.get("/en/past-operations/"))

    def test_offers_editors_to_add_an_operation(self, client, editor):
        client.force_login(editor)
        assert "Add an operation at the desk" in text(client.get("/en/"))
        client.logout()
        assert "Add an operation at the desk" not in text(client.get("/en/"))


class TestPostingsAndOpportunities:
    def test_stand_below_the_table_with_their_missions_and_postings(self, client):
        factories.operation(3)
        court = factories.operation(None, category="specialized_posting", name_en="The Hague", name_fr="La Haye")
        mission = factories.mission(
            court, name_en="Court", name_fr="Cour", summary_en="Inquiry.", summary_fr="Enquête."
        )
        factories.posting(mission, title_en="Investigator", title_fr="Enquêtrice")
        factories.posting(mission, title_en="Not yet", title_fr="Pas encore", status="draft")
        page = text(client.get("/en/"))
        assert "Specialized police postings The Hague French Armed Court Inquiry. Postings Investigator" in page
        assert "Not yet" not in page
        assert "Postes spécialisés La Haye Français Armée Cour Enquête." in text(client.get("/fr/"))

    def test_appear_from_the_day_of_their_first_terms(self, client):
        factories.operation(3, since=day("2020-01-01"))
        factories.operation(
            None, category="other_opportunity", since=day("2027-01-01"), name_en="Roster", name_fr="Liste"
        )
        assert "Roster" not in text(client.get("/en/?on=2026-12-31"))
        assert "Roster" in text(client.get("/en/?on=2027-01-01"))


class TestTheOperationPage:
    def test_tells_numbers_and_terms_over_time(self, client):
        operation = factories.operation(22, since=day("2020-01-01"))
        wrong = factories.strength(operation, 99, day("2021-01-01"), instrument="Typing error")
        AuthorizedStrength.objects.filter(pk=wrong.pk).update(withdrawn_at=timezone.now())
        factories.strength(operation, 30, day("2190-01-01"), instrument="Order of 2189")
        page = text(client.get(f"/en/operations/{operation.code}/"))
        assert "Up to 30 from January 1, 2190" in page
        assert "January 1, 2190 Until further notice Up to 30 Order of 2189 Planned" in page
        assert "January 1, 2021 Not applicable Up to 99 Typing error Withdrawn" in page
        assert "January 1, 2020 December 31, 2189 Up to 22 Order In force" in page

    def test_draws_the_numbers_and_says_them_in_words(self, client):
        operation = factories.operation(22, since=day("2020-01-01"))
        page = client.get(f"/en/operations/{operation.code}/").content.decode()
        assert 'viewBox="0 0 720 320" role="img" aria-labelledby="chart-title chart-text"' in page
        assert "From January 1, 2020: Up to 22." in page

    def test_separates_missions_that_have_ended(self, client):
        operation = factories.operation()
        factories.mission(operation, name_en="Now", name_fr="Maintenant")
        factories.mission(operation, name_en="Then", name_fr="Jadis", ends_on=day("2019-10-01"), ends_precision="month")
        closed = factories.mission(operation, name_en="Closed", name_fr="Close")
        factories.terms(closed, "closed", day("2020-05-01"))
        page = text(client.get(f"/en/operations/{operation.code}/"))
        assert page.index("Missions Now") < page.index("Missions that have ended")
        assert page.index("Missions that have ended") < page.index("Then") < page.index("Closed")
        earlier = text(client.get(f"/en/operations/{operation.code}/?on=2019-10-31"))
        assert "Missions that have ended" not in earlier

    def test_before_its_first_record_there_is_none(self, client):
        operation = factories.operation(22, since=day("2020-01-01"))
        page = text(client.get(f"/en/operations/{operation.code}/?on=2019-12-31"))
        assert "There is no record for this day." in page

    def test_without_a_number_any_more_it_says_so(self, client):
        operation = factories.operation(22, since=day("2020-01-01"))
        factories.strength(operation, None, day("2021-01-01"))
        page = client.get(f"/en/operations/{operation.code}/")
        assert "Authorized police deployments No number in force" in text(page)

    def test_hides_what_is_not_published(self, client):
        operation = factories.operation(is_published=False)
        mission = factories.mission(operation)
        assert client.get(f"/en/operations/{operation.code}/").status_code == 404
        assert client.get(f"/en/missions/{mission.code}/").status_code == 404
        hidden = factories.mission(factories.operation(), is_published=False, name_en="Secret", name_fr="Secrète")
        assert client.get(f"/en/missions/{hidden.code}/").status_code == 404
        assert "Secret" not in text(client.get(hidden.operation.get_absolute_url()))


def test_the_mission_page_tells_everything_on_its_record(client):
    operation = factories.operation(22, languages=["fr"])
    mission = factories.mission(
        operation,
        acronym_en="MINUSTAH",
        acronym_fr="MINUSTAH",
        lead_organization=factories.organization(name_en="United Nations", name_fr="Nations Unies"),
        sending_organization=factories.organization(name_en="Foreign office", name_fr="Affaires étrangères"),
        languages=["en", "fr"],
        starts_on=day("2004-01-01"),
        starts_precision="year",
        ends_on=day("2015-07-01"),
        ends_precision="month",
        objectives_en="Peace.",
        objectives_fr="Paix.",
        activities_en="Mentoring.",
        activities_fr="Mentorat.",
    )
    mission.host_countries.add(factories.country("NL"))
    mission.subject_countries.add(factories.country("CF"))
    factories.strength(mission, 4, day("2020-01-01"))
    response = client.get(f"/en/missions/{mission.code}/")
    page = text(response)
    for fact in (
        "MINUSTAH",
        "Up to 4",
        "Lead organization United Nations",
        "Deployed through Foreign office",
        "Host country or territory Country NL",
        "Countries concerned Country CF",
        "Language of operation English, French",
        "Start 2004",
        "End of mission July 2015",
        "Status Ended",
        "Objectives Peace.",
        "Activities Mentoring.",
    ):
        assert fact in page
    assert b'<time datetime="2004">2004</time>' in response.content
    assert b'<time datetime="2015-07">July 2015</time>' in response.content


class TestDateModified:
    def shown(self, client, path="/en/") -> str:
        return Page(client.get(path)).date_modified

    @pytest.fixture
    def old(self):
        """An operation with a mission, unchanged since May 1, 2021."""
        with time_machine.travel("2021-05-01T16:00Z", tick=False):
            operation = factories.operation(10, since=day("2020-01-01"))
            factories.mission(operation)
        return operation

    def test_is_the_latest_change_of_content_number_or_terms(self, client, old):
        page = f"/en/operations/{old.code}/"
        assert self.shown(client) == self.shown(client, page) == "2021-05-01"
        factories.strength(old, 11, day("2021-01-01"), recorded_at=datetime.datetime(2022, 1, 5, tzinfo=datetime.UTC))
        assert self.shown(client) == self.shown(client, page) == "2022-01-04", "the day in Toronto"
        factories.terms(
            old, "suspended", day("2021-01-01"), recorded_at=datetime.datetime(2023, 1, 5, 12, tzinfo=datetime.UTC)
        )
        assert self.shown(client) == self.shown(client, page) == "2023-01-05"
        old.save()
        assert self.shown(client) == self.shown(client, page) == timezone.localdate().isoformat()

    def test_is_the_day_on_which_a_number_recorded_earlier_came_into_force(self, client, old):
        factories.strength(
            old, 11, day("2024-01-01"), recorded_at=datetime.datetime(2022, 1, 5, 12, tzinfo=datetime.UTC)
        )
        assert self.shown(client) == "2024-01-01"

    def test_is_the_withdrawal_of_a_wrong_number(self, client, old):
        withdrawn = datetime.datetime(2024, 2, 1, 12, tzinfo=datetime.UTC)
        AuthorizedStrength.objects.update(withdrawn_at=withdrawn)
        assert self.shown(client, f"/en/operations/{old.code}/") == "2024-02-01"


class TestPastOperations:
    def test_lists_what_lost_its_number_or_was_closed_and_missions_that_ended(self, client):
        gone = factories.operation(9, since=day("2020-01-01"), name_en="Gone", name_fr="Partie")
        factories.strength(gone, None, day("2021-01-01"))
        factories.operation(7, name_en="Here", name_fr="Ici")
        never = factories.operation(None, name_en="Never", name_fr="Jamais")
        ended = factories.mission(
            factories.operation(name_en="Host", name_fr="Hôte"),
            name_en="Ended",
            name_fr="Terminée",
            starts_on=day("2004-01-01"),
            starts_precision="year",
            ends_on=day("2017-10-15"),
        )
        page = client.get("/en/past-operations/")
        assert Page(page).tables["past-operations"] == [
            ["Gone", "January 1, 2020", "January 1, 2021", "Up to 9", "No number in force"]
        ]
        assert Page(page).tables["past-missions"] == [["Ended", "Host", "2004", "October 15, 2017"]]
        assert never.name not in text(page) and ended.get_absolute_url().encode() in page.content

    def test_a_mission_that_ended_in_a_month_lasts_to_its_last_day(self, client):
        factories.mission(name_en="Training", name_fr="Formation", ends_on=day("2015-07-01"), ends_precision="month")
        assert "Training" not in text(client.get("/en/past-operations/?on=2015-07-31"))
        assert "Training" in text(client.get("/en/past-operations/?on=2015-08-01"))


class TestQueries:
    """A page asks the database as often for thirty rows as for one."""

    def fill(self, count: int) -> None:
        for _ in range(count):
            for category in CATEGORIES:
                operation = factories.operation(5, category=category)
                operation.countries.add(factories.country("ML"), factories.country("NE"))
                factories.strength(operation, 6, day("2021-01-01"))
                mission = factories.mission(operation, lead_organization=factories.organization())
                factories.terms(mission, "active", day("2020-01-01"))
                factories.posting(mission)
            gone = factories.operation(5, status="closed")
            factories.mission(gone, ends_on=day("2019-01-01"))

    @pytest.mark.parametrize("count", [1, 30])
    def test_of_lists(self, client, django_assert_num_queries, count):
        self.fill(count)
        for path in ("/en/", "/en/operations.csv", "/en/past-operations/"):
            with django_assert_num_queries(4):
                client.get(path)

    @pytest.mark.parametrize("count", [1, 30])
    def test_of_an_operation_and_a_mission(self, client, django_assert_num_queries, count):
        operation = factories.operation(5)
        for n in range(count):
            operation.countries.add(factories.country(f"{chr(65 + n // 26)}{chr(65 + n % 26)}"))
            factories.strength(operation, 6 + n, day(f"20{21 + n}-01-01"))
            factories.terms(operation, "suspended", day(f"20{21 + n}-01-01"))
            mission = factories.mission(operation, lead_organization=factories.organization())
            factories.posting(mission)
        for n in range(count):
            factories.posting(mission)
            factories.terms(mission, "active", day(f"20{21 + n}-01-01"))
        with django_assert_num_queries(6):
            client.get(operation.get_absolute_url())
        with django_assert_num_queries(7):
            client.get(mission.get_absolute_url())
