"""Openings: one derived state, and a list that anybody can narrow, sort and take away."""

import datetime

import pytest
from django.utils import timezone

from deployments.models import LanguageRequirement
from deployments.openings.opening import current_state, end_of_day, openings, published
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
NOW = end_of_day(day("2027-01-10")) - datetime.timedelta(hours=12)


def state(posting, now=NOW) -> str:
    return current_state(posting, now=now).value


def opening(**fields):
    return factories.opening(**{"opens_at": NOW - datetime.timedelta(days=1), "closes": "2027-02-28", **fields})


class TestState:
    def test_an_opening_is_open_to_the_last_second_of_its_closing_day(self):
        posting = opening(closes="2027-01-10")
        assert state(posting) == "closing_soon"
        assert state(posting, end_of_day(day("2027-01-10"))) == "closing_soon"
        assert state(posting, end_of_day(day("2027-01-10")) + datetime.timedelta(seconds=1)) == "closed"

    def test_closing_soon_begins_seven_days_ahead(self):
        posting = opening(closes="2027-01-20")
        at_seven_days = posting.closes_at - datetime.timedelta(days=7)
        assert state(posting, at_seven_days - datetime.timedelta(seconds=1)) == "open"
        assert state(posting, at_seven_days) == "closing_soon"

    def test_before_its_opening_time_it_opens_later(self):
        assert state(opening(opens_at=NOW + datetime.timedelta(seconds=1))) == "upcoming"

    def test_a_posting_that_is_stood_down_says_so(self):
        assert state(opening(status="stood_down")) == "stood_down"

    @pytest.mark.parametrize("status", ["suspended", "reassessment", "closed"])
    def test_it_is_suspended_with_its_operation_or_mission(self, status):
        posting = opening()
        factories.terms(posting.mission.operation, status, day("2021-01-01"))
        other = opening()
        factories.terms(other.mission, status, day("2021-01-01"))
        assert state(posting) == state(other) == "suspended"

    def test_terms_that_were_ended_again_do_not_matter(self):
        posting = opening()
        factories.terms(posting.mission.operation, "suspended", day("2021-01-01"))
        factories.terms(posting.mission.operation, "active", day("2022-01-01"))
        assert state(posting) == "open"

    def test_without_room_on_the_planned_days_it_is_filled(self):
        days = {"tour_first_day": day("2027-06-01"), "tour_last_day": day("2028-05-31")}
        posting = opening(places=1, **days)
        factories.deployment(posting, "2026-06-01", "2027-05-31")
        assert state(posting) == "open"
        factories.deployment(posting, "2027-06-01", "2027-06-30", state="reserved")
        assert state(posting) == "filled"

    def test_places_left_are_those_of_the_tightest_level(self):
        operation = factories.operation(5)
        mission = factories.mission(operation)
        factories.strength(mission, 3)
        posting = opening(mission_=mission, places=4)
        (found,) = openings([posting], now=NOW)
        assert found.places_left == 3

    def test_thirty_openings_ask_as_many_queries_as_one(self, django_assert_num_queries):
        opening()
        with django_assert_num_queries(6):
            assert len(openings(published(), now=NOW)) == 1
        for _more in range(29):
            opening()
        with django_assert_num_queries(6):
            assert len(openings(published(), now=NOW)) == 30


class TestList:
    def test_closed_openings_are_not_shown_as_open(self, client):
        factories.opening(title_en="Trainer")
        factories.opening(title_en="Yesterday's adviser", closes="2020-01-01", opens_at=end_of_day(day("2019-01-01")))
        text = client.get("/en/openings/").content.decode()
        assert "Trainer" in text
        assert "Yesterday" not in text
        assert "Yesterday" in client.get("/en/openings/?state=all").content.decode()

    @pytest.mark.parametrize("asked", ["haiti", "HAÏTI", "haïti mentorat", "MENTOR"])
    def test_search_minds_neither_accents_nor_capitals(self, client, asked):
        operation = factories.operation(name_en="Haiti", name_fr="Haïti")
        factories.opening(factories.mission(operation), title_en="Mentor", title_fr="Mentorat")
        factories.opening(title_en="Elsewhere")
        text = client.get("/en/openings/", {"q": asked}).content.decode()
        assert "Mentor" in text
        assert "Elsewhere" not in text

    def test_filters_narrow_and_stay_in_the_address(self, client):
        armed = factories.opening(title_en="Armed role", is_armed=True)
        LanguageRequirement.objects.create(posting=armed, language="fr", reading=1, writing=1, speaking=1)
        armed.mission.host_countries.add(factories.country("HT"))
        factories.opening(title_en="Unarmed role", is_armed=False)
        for narrowed in ({"armed": "yes"}, {"language": "fr"}, {"country": "HT"}):
            text = client.get("/en/openings/", narrowed).content.decode()
            assert "Armed role" in text
            assert "Unarmed role" not in text
        assert "selected" in client.get("/en/openings/?armed=yes").content.decode()

    def test_only_where_i_meet_the_requirements(self, client):
        officer = factories.candidate(birth_date=None)
        factories.opening(title_en="For all")
        factories.opening(title_en="For the grown-up", min_age=25)
        client.force_login(officer.user)
        text = client.get("/en/openings/?fits=on").content.decode()
        assert "For all" in text
        assert "For the grown-up" not in text

    @pytest.mark.parametrize("nonsense", ["closing_before=soon", "country=XX", "armed=perhaps", "sort=size", "page=x"])
    def test_a_wrong_filter_is_said_and_breaks_nothing(self, client, nonsense):
        factories.opening(title_en="Trainer")
        response = client.get(f"/en/openings/?{nonsense}")
        assert response.status_code == 200
        assert "Trainer" in response.content.decode()

    @pytest.mark.parametrize("page", ["", ".csv"])
    @pytest.mark.parametrize(("asked", "is_listed"), [("9999-12-31", True), ("0001-01-01", False)])
    def test_the_first_and_the_last_day_of_the_calendar_are_days_like_others(self, client, page, asked, is_listed):
        factories.opening(title_en="Trainer")
        address = f"/en/openings{page or '/'}?closing_before={asked}"
        assert ("Trainer" in client.get(address).content.decode()) is is_listed

    def test_a_wrong_filter_leaves_the_others_as_they_are(self, client):
        factories.opening(title_en="Long ago", closes="2020-01-01", opens_at=end_of_day(day("2019-01-01")))
        assert "Long ago" in client.get("/en/openings/?state=all&armed=perhaps").content.decode()

    def test_without_a_profile_nothing_is_left_out_for_requirements(self, client):
        factories.opening(title_en="For the grown-up", min_age=25)
        text = client.get("/en/openings/?fits=on").content.decode()
        assert "For the grown-up" in text
        assert "/en/accounts/login/?next=/en/openings/%3Ffits%3Don" in text
        assert 'name="fits"' not in text

    def test_times_are_said_with_their_zone_in_the_words_of_the_language(self, client):
        later = factories.opening(closes="2098-01-31", opens_at=end_of_day(day("2098-01-01")))
        for page in ("openings/", f"openings/{later.reference}/"):
            english, french = (client.get(f"/{language}/{page}").content.decode() for language in ("en", "fr"))
            assert "January 31, 2098" in english
            assert "23:59 EST" in english
            assert "1er janvier 2098" in french
            assert "23\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}59 HNE" in french

    def test_an_empty_list_says_what_to_do(self, client):
        assert "No opening fits" in client.get("/en/openings/?q=nothing-of-the-kind").content.decode()

    @pytest.mark.parametrize("rows", [1, 30])
    def test_the_number_of_queries_does_not_grow_with_the_rows(self, client, rows, django_assert_num_queries):
        for _each in range(rows):
            factories.opening()
        with django_assert_num_queries(10):
            client.get("/en/openings/")

    def test_machines_read_the_same(self, client):
        posting = factories.opening(title_en="=Trainer", title_fr="Formation")
        table = client.get("/en/openings.csv").content.decode("utf-8-sig")
        assert posting.reference in table
        assert "'=Trainer" in table
        assert "Formation" in client.get("/fr/openings.csv").content.decode("utf-8-sig")
        assert f"/en/openings/{posting.reference}/" in client.get("/en/openings.atom").content.decode()
        calendar = client.get("/fr/openings.ics").content.decode()
        assert "DTSTART;VALUE=DATE:20990630" in calendar

    def test_an_unpublished_or_draft_opening_is_not_there(self, client):
        draft = factories.opening(status="draft")
        hidden = factories.opening()
        hidden.mission.is_published = False
        hidden.mission.save()
        for posting in (draft, hidden):
            assert client.get(f"/en/openings/{posting.reference}/").status_code == 404


class TestOneOpening:
    def test_the_public_reads_requirements_and_how_to_go_on(self, client):
        posting = factories.opening(min_age=25, min_service_years=5)
        text = client.get(f"/en/openings/{posting.reference}/").content.decode()
        assert "At least 25 years old" in text
        assert "Sign in" in text

    def test_an_officer_reads_every_unmet_requirement_before_applying(self, client):
        officer = factories.candidate(birth_date=None, member_since=timezone.localdate())
        client.force_login(officer.user)
        posting = factories.opening(min_age=25, min_service_years=5, tour_first_day=timezone.localdate())
        text = client.get(f"/en/openings/{posting.reference}/").content.decode()
        assert "You do not meet 2 requirements yet" in text
        assert "no date of birth" in text

    def test_a_closed_opening_offers_no_button(self, client):
        posting = factories.opening(closes="2020-01-01", opens_at=end_of_day(day("2019-01-01")))
        client.force_login(factories.candidate().user)
        text = client.get(f"/en/openings/{posting.reference}/").content.decode()
        assert "takes no applications" in text
        assert "/apply/" not in text

    def test_a_waiting_room_of_queries_is_constant(self, client, django_assert_num_queries):
        posting = factories.opening()
        with django_assert_num_queries(9):
            client.get(f"/en/openings/{posting.reference}/")
