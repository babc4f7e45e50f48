"""Openings: one derived state, and a list that anybody can narrow, sort and take away."""

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.refusals import Refusal
from deployments.domain.postings import open_posting, reopen_posting, stand_down
from deployments.models import LanguageRequirement, RoleProfile
from deployments.openings.opening import current_state, end_of_day, openings, published
from officers.models import Qualification
from tests import factories
from tests.factories import day
from tests.reading import Page

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

    @pytest.mark.parametrize("asked", ["haiti", "HAÏTI", "haïti mentor", "MENTOR"])
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

    @pytest.mark.parametrize(
        "nonsense",
        [
            *("closing_before=soon", "country=ZZ", "armed=perhaps", "sort=x", "page=x", "page=99", "fits=perhaps"),
            *("state=open", "language=xx", "lead=nobody", "category=x", "q=%00", f"q={'a' * 5000}", "country=%00"),
            *("closing_before=0000-01-01", "closing_before=99999-01-01", f"page={'9' * 5000}", "page=0"),
        ],
    )
    @pytest.mark.parametrize("page", ["/", ".csv", ".atom", ".ics"])
    def test_an_unknown_value_of_a_known_filter_is_refused_in_words(self, client, nonsense, page):
        factories.opening(title_en="Trainer")
        response = client.get(f"/en/openings{page}?{nonsense}")
        text = response.content.decode()
        assert response.status_code == 400 and len(text) > 10
        assert "Trainer" not in text
        if page == "/":
            assert 'id="error-summary"' in text and "Nothing is listed" in text
        else:
            assert response["Content-Type"].startswith("text/plain")

    @pytest.mark.parametrize("page", ["/", ".csv", ".atom", ".ics"])
    def test_unknown_names_are_ignored(self, client, page):
        factories.opening(title_en="Trainer")
        response = client.get(f"/en/openings{page}?utm_source=letter&on=nonsense")
        assert response.status_code == 200 and "Trainer" in response.content.decode()

    @pytest.mark.parametrize("page", [".csv", ".atom", ".ics"])
    def test_machines_get_the_list_as_filtered(self, client, page):
        factories.opening(title_en="Armed role", is_armed=True)
        factories.opening(title_en="Other role", is_armed=False)
        text = client.get(f"/en/openings{page}?armed=yes").content.decode()
        assert "Armed role" in text and "Other role" not in text

    def test_search_is_in_the_readers_own_language(self, client):
        factories.opening(title_en="Trainer", title_fr="Formatrice ou formateur")
        assert "Trainer" not in client.get("/en/openings/?q=formatrice").content.decode()
        assert "Formatrice" in client.get("/fr/openings/?q=FORMATRICE").content.decode()
        assert "Trainer" in client.get("/en/openings/?q=trainer").content.decode()

    def test_countries_are_named_as_on_the_site(self, client):
        operation = factories.operation(name_en="West Bank", name_fr="Cisjordanie")
        operation.countries.add(factories.country("PS", name_en="West Bank and Gaza", name_fr="Cisjordanie et Gaza"))
        mission = factories.mission(operation)
        mission.host_countries.add(factories.country("PS"), factories.country("JO"))
        factories.opening(mission)
        text = client.get("/en/openings/").content.decode()
        assert '<option value="PS">West Bank</option>' in text and '<option value="JO">Country JO</option>' in text
        assert '<option value="PS">Cisjordanie</option>' in client.get("/fr/openings/").content.decode()

    @pytest.mark.parametrize("page", ["", ".csv"])
    @pytest.mark.parametrize(("asked", "is_listed"), [("9999-12-31", True), ("0001-01-01", False)])
    def test_the_first_and_the_last_day_of_the_calendar_are_days_like_others(self, client, page, asked, is_listed):
        factories.opening(title_en="Trainer")
        address = f"/en/openings{page or '/'}?closing_before={asked}"
        assert ("Trainer" in client.get(address).content.decode()) is is_listed

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
        assert "No openings match" in client.get("/en/openings/?q=nothing-of-the-kind").content.decode()

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("rows", [1, 30])
    def test_the_number_of_queries_does_not_grow_with_the_rows(self, client, rows, settings, django_assert_num_queries):
        for _each in range(rows):
            factories.opening()
        settings.KEEP_PAGES = False
        client.get("/en/openings/")
        with django_assert_num_queries(3):
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
        assert "2 requirements are not met or not answered yet" in text
        assert "no date of birth" in text

    def test_a_closed_opening_offers_no_button(self, client):
        posting = factories.opening(closes="2020-01-01", opens_at=end_of_day(day("2019-01-01")))
        client.force_login(factories.candidate().user)
        text = client.get(f"/en/openings/{posting.reference}/").content.decode()
        assert "This opening closed on" in text
        assert "/apply/" not in text

    @pytest.mark.django_db(transaction=True)
    def test_the_number_of_queries_is_constant(self, client, settings, django_assert_num_queries):
        posting = factories.opening()
        settings.KEEP_PAGES = False
        client.get(f"/en/openings/{posting.reference}/")
        with django_assert_num_queries(7):
            client.get(f"/en/openings/{posting.reference}/")

    def test_a_posting_stood_down_early_says_so_with_its_day(self, client, selection_officer):
        posting = factories.opening(closes="2099-12-04")
        with time_machine.travel("2026-11-20T17:00Z", tick=False):
            stand_down(posting, by=selection_officer, reason="No funds.")
        for page in (f"openings/{posting.reference}/", "openings/?state=all"):
            english, french = (client.get(f"/{language}/{page}").content.decode() for language in ("en", "fr"))
            assert "November 20, 2026" in english and "December 4, 2099" not in english
            assert "20 novembre 2026" in french
            assert "No funds" not in english
        reopen_posting(posting, by=selection_officer, reason="Funds again.")
        assert "December 4, 2099" in client.get(f"/en/openings/{posting.reference}/").content.decode()

    def test_its_closing_day_is_one_calendar_entry(self, client):
        posting = factories.opening(title_en="Trainer", closes="2099-06-30")
        calendar = client.get(f"/en/openings/{posting.reference}/calendar.ics").content.decode()
        assert calendar.count("BEGIN:VEVENT") == 1 and "DTEND;VALUE=DATE:20990701" in calendar
        closed = factories.opening(closes="2020-01-01", opens_at=end_of_day(day("2019-01-01")))
        assert client.get(f"/en/openings/{closed.reference}/calendar.ics").status_code == 404

    def test_the_job_is_read_from_the_posting_then_its_profile_then_the_standard(self, client):
        RoleProfile.objects.create(
            code="standard", name_en="S", name_fr="S", family_en="Stays home.", family_fr="Reste ici.",
            training_en="A week.", training_fr="Une semaine.",
        )  # fmt: skip
        profile = RoleProfile.objects.create(
            code="trainer", name_en="T", name_fr="F", description_en="Teach.", description_fr="Enseigner.",
            training_en="Two weeks.", training_fr="Deux semaines.",
        )  # fmt: skip
        posting = factories.opening(role_profile=profile, arms_en="Unarmed: civilian.", arms_fr="Non armé : civil.")
        text = Page(client.get(f"/en/openings/{posting.reference}/")).text
        for said in ("What you would do Teach.", "Two weeks.", "Stays home.", "Unarmed: civilian."):
            assert said in text
        assert "A week." not in text
        assert "Enseigner." in client.get(f"/fr/openings/{posting.reference}/").content.decode()

    def test_the_requirements_are_there_whatever_else_is_said(self, client):
        page = client.get(f"/en/openings/{factories.opening().reference}/").content.decode()
        assert page.count('id="requirements"') == page.count('href="#requirements"') == 1

    def test_steps_and_documents_name_only_what_the_opening_asks_for(self, client):
        steps = (
            "1. You apply.\n2. {if assessments} You take\n   the assessments ({assessments}).\n3. {if eu} The Union answers.\n"
            "4. {if un} The Nations answer.\n5. {unless eu un} Somebody answers.\n\n{if armed} bring arms.\n\n{if unarmed} no arms.\n"
            "- tests ({languages})\n- {if passport} Passport\n- {other} braces"
        )
        RoleProfile.objects.create(code="standard", name_en="S", name_fr="S", steps_en=steps, steps_fr=steps)
        plain = factories.opening(is_armed=False)
        asked = factories.opening(factories.mission(lead_organization=factories.organization(code="eu")), is_armed=True)
        asked.assessment_requirements.create(kind="interview")
        asked.language_requirements.create(language="fr", reading=2, writing=2, speaking=2)
        passport = Qualification.objects.get_or_create(code="passport", defaults={"name_en": "P", "name_fr": "P"})[0]
        asked.qualification_requirements.create(qualification=passport)
        text = Page(client.get(f"/en/openings/{plain.reference}/")).text
        assert "You apply. Somebody answers. No arms. tests () {other} braces" in text
        text = Page(client.get(f"/en/openings/{asked.reference}/")).text
        assert "You apply. You take the assessments (interview). The Union answers." in text
        assert "Bring arms. tests (French) Passport {other} braces" in text
        assert "Nations" not in text and "Somebody" not in text and "{if" not in text


class TestTitles:
    def test_two_openings_never_have_the_same_title(self, selection_officer):
        factories.opening(title_en="Trainer", title_fr="Formatrice")
        twin = factories.posting(
            title_en="trainer", title_fr="Autre", closes_at=end_of_day(day("2099-01-01")), status="draft"
        )
        with pytest.raises(ValidationError, match="has this title already"):
            twin.full_clean()
        with pytest.raises(Refusal, match="has this title already"):
            open_posting(twin, by=selection_officer)

    def test_one_that_is_closed_or_stood_down_does_not_stand_in_the_way(self):
        factories.opening(title_en="Trainer", closes="2020-01-01", opens_at=end_of_day(day("2019-01-01")))
        factories.opening(title_en="Trainer", status="stood_down")
        open_one = factories.opening(title_en="Trainer")
        open_one.full_clean()
        assert open_one.title_en == "Trainer"
