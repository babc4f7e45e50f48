"""Ends of validity are told 120, 60 and 30 days ahead, once each, to the officer alone."""

import datetime

import pytest

from core.models import OutboxMail
from officers.domain.expiry import endings, warn_of_endings
from officers.models import Qualification, QualificationGrant
from tests import factories
from tests.factories import day

pytestmark = pytest.mark.django_db
LAST = day("2027-06-30")


def grant(officer, code="passport", until=LAST, since="2022-01-01") -> QualificationGrant:
    return QualificationGrant.objects.create(
        officer=officer,
        qualification=Qualification.objects.get(code=code),
        valid_from=day(since),
        valid_until=until,
    )


def before(days: int) -> datetime.date:
    return LAST - datetime.timedelta(days=days)


@pytest.mark.parametrize(
    ("days_ahead", "stage"), [(121, None), (120, 120), (61, 120), (60, 60), (31, 60), (30, 30), (0, 30), (-1, 30)]
)
def test_what_ends_within_120_days_or_has_ended_is_shown(days_ahead, stage):
    held = grant(factories.officer())
    found = endings([held], today=before(days_ahead))
    assert [ending.stage for ending in found] == ([stage] if stage else [])
    assert [ending.has_ended for ending in found] == ([days_ahead < 0] if stage else [])


def test_what_is_renewed_or_has_no_end_is_not_shown():
    officer = factories.officer()
    old, new = grant(officer), grant(officer, until=day("2032-06-30"), since="2027-05-01")
    assert endings([old, new], today=before(10)) == []
    new.valid_until = None
    assert endings([old, new], today=before(10)) == []
    assert [ending.grant for ending in endings([old], today=before(10))] == [old]


def test_each_stage_is_told_once_in_one_mail():
    officer = factories.officer(user=factories.user(language="fr"))
    grant(officer)
    grant(officer, "medical")
    grant(factories.officer(user=factories.user(is_active=False)))
    told = {days: warn_of_endings(today=before(days)) for days in (121, 120, 119, 60, 60, 45, 30, 1, 0)}
    assert told == {121: 0, 120: 1, 119: 0, 60: 0, 45: 0, 30: 1, 1: 0, 0: 0}
    assert OutboxMail.objects.filter(user=officer.user, language="fr").count() == 3


def test_days_without_a_run_are_made_up_for_with_the_nearest_stage_only():
    grant(factories.officer())
    assert warn_of_endings(today=before(20)) == 1
    assert warn_of_endings(today=before(19)) == 0
    mail = OutboxMail.objects.get()
    assert mail.subject == "Qualifications that end soon"
    assert "Passport: last day June 30, 2027" in mail.text_body


def test_a_changed_end_is_told_anew():
    held = grant(factories.officer())
    assert warn_of_endings(today=before(30)) == 1
    held.valid_until = LAST + datetime.timedelta(days=10)
    held.save()
    assert warn_of_endings(today=before(20)) == 1


def test_a_renewed_qualification_is_not_told_of():
    officer = factories.officer()
    grant(officer)
    grant(officer, until=day("2032-06-30"), since="2027-05-01")
    assert warn_of_endings(today=before(30)) == 0


@pytest.mark.parametrize("rows", [1, 30])
def test_the_run_asks_the_database_once_for_all_officers(rows, django_assert_num_queries):
    for _ in range(rows):
        grant(factories.officer())
    with django_assert_num_queries(5 + rows):  # one mail each; the transaction, what ends, what was told before and now
        assert warn_of_endings(today=before(30)) == rows


def test_what_ended_while_the_daily_run_was_missed_is_told_as_ended_and_once():
    grant(factories.officer())
    assert warn_of_endings(today=before(60)) == 1
    assert warn_of_endings(today=before(-10)) == 1
    assert warn_of_endings(today=before(-11)) == 0
    assert "ended on" in OutboxMail.objects.order_by("-pk").first().text_body
