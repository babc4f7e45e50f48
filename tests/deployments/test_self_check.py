"""Checking without an account whether one may apply: by POST, and nothing is kept."""

import json
import logging

import pytest

from core.models import HistoryEntry
from deployments.models import LanguageRequirement, QualificationRequirement
from officers.models import Qualification
from tests import factories
from tests.factories import day
from tests.reading import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def posting():
    made = factories.opening(
        title_en="Mentor", min_age=25, min_service_years=8,
        tour_first_day=day("2099-08-01"), tour_last_day=day("2100-07-31"),
    )  # fmt: skip
    LanguageRequirement.objects.create(posting=made, language="fr", reading=2, writing=2, speaking=3)
    medical = Qualification.objects.get(code="medical")
    QualificationRequirement.objects.create(posting=made, qualification=medical, grades="MS1;MS2")
    return made


ENOUGH = {
    "age": "40", "service_years": "8", "fr_reading": "2", "fr_writing": "3", "fr_speaking": "3",
    "holds_medical": "MS2", "conviction": "no", "investigation": "no",
}  # fmt: skip


def checked(client, posting, language="en", **answers):
    return client.post(f"/{language}/eligibility/{posting.reference}/", ENOUGH | answers)


def test_it_asks_only_what_the_opening_requires(client, posting):
    text = client.get(f"/en/eligibility/{posting.reference}/").content.decode()
    assert 'name="service_years"' in text and 'name="holds_medical"' in text
    assert 'name="rank"' not in text and 'name="retired_years"' not in text


def test_who_meets_everything_is_told_so(client, posting):
    assert "you meet every requirement" in Page(checked(client, posting)).text
    assert "vous satisfaites à toutes les exigences" in Page(checked(client, posting, "fr")).text


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"service_years": "6"}, "At least 8 years of service on the day of departure; 6 years by then."),
        ({"age": "24"}, "At least 25 years on the day of departure; 24 by then."),
        ({"fr_speaking": "1"}, "Level too low (speaking"),
        ({"holds_medical": "no"}, "You would need it for the whole tour."),
        ({"conviction": "yes"}, "A conviction is declared."),
    ],
)
def test_what_is_not_met_is_said_with_why(client, posting, answers, said):
    text = Page(checked(client, posting, **answers)).text
    assert "1 requirement is not met" in text and said in text


def test_what_was_left_out_is_neither_met_nor_missed(client, posting):
    text = Page(checked(client, posting, service_years="", fr_reading="")).text
    assert "Your answers meet the requirements so far." in text and text.count("Not answered") >= 2


def test_without_an_answer_nothing_is_said_to_be_met(client, posting):
    nothing = dict.fromkeys(ENOUGH, "")
    text = Page(checked(client, posting, **nothing)).text
    assert (
        "You have not answered any questions yet." in text
        and "meet" not in text.partition("Result")[2].split("For a tour")[0]
    )


@pytest.mark.parametrize("nonsense", [{"age": "-1"}, {"age": "x"}, {"service_years": "9" * 5000}, {"fr_reading": "9"}])
def test_nonsense_is_said_at_its_field_and_the_answers_stay(client, posting, nonsense):
    response = checked(client, posting, **nonsense)
    assert response.status_code == 400
    assert 'value="8"' in response.content.decode() or "service_years" in nonsense


def test_nothing_is_kept_in_address_log_or_database(client, posting, caplog):
    before = HistoryEntry.objects.count()
    with caplog.at_level(logging.DEBUG):
        response = checked(client, posting, service_years="6", conviction="yes")
    assert "no-store" in response["Cache-Control"]
    assert f'action="/en/eligibility/{posting.reference}/"' in response.content.decode()
    logged = json.dumps([str(record.__dict__) for record in caplog.records if record.name != "django.db.backends"])
    assert "service_years" not in logged and "conviction" not in logged
    assert HistoryEntry.objects.count() == before
    assert "no-store" in client.get(f"/en/eligibility/{posting.reference}/")["Cache-Control"]


def test_an_opening_that_is_not_there_is_not_there(client):
    assert client.get("/en/eligibility/nothing/").status_code == 404
