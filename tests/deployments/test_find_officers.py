"""Officers are found by what they bring, and invited to apply once for each opening."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from core.actors import SYSTEM
from core.history.acts import history_of
from core.models import OutboxMail
from core.refusals import NotPermitted, Refusal
from deployments.domain.invitations import invite
from deployments.limits.rule import Span
from deployments.models import Appraisal, DeploymentState
from deployments.queries.find_officers import Wish, months_ahead, officers_for
from officers.models import Officer, Qualification
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
FIRST, LAST = datetime.date(2027, 3, 1), datetime.date(2027, 3, 31)
MARCH = Span(FIRST, LAST)


@pytest.fixture
def officer():
    """Speaks French at level B, holds the firearms qualification through March, and is free."""
    made = factories.candidate(rank="Sergeant")
    made.language_ratings.create(language="fr", reading=2, writing=2, speaking=2)
    made.grants.create(qualification=firearms(), valid_from=FIRST - DAY, valid_until=LAST)
    return made


def firearms() -> Qualification:
    return Qualification.objects.filter(kind="firearms").first()


def found(officer: Officer, **wanted) -> bool:
    return officer in officers_for(Wish(**{"today": FIRST, **wanted}))


@pytest.mark.parametrize(("level", "fits"), [(1, True), (2, True), (3, False)])
def test_a_language_counts_at_its_level_or_below(officer, level, fits):
    assert found(officer, language="fr", level=level) is fits
    assert not found(officer, language="ar", level=level)


def test_the_weakest_skill_counts(officer):
    officer.language_ratings.update(writing=1)
    assert not found(officer, language="fr", level=2)


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [(FIRST, LAST, True), (FIRST - DAY, LAST, True), (FIRST - 2 * DAY, LAST, False), (FIRST, LAST + DAY, False)],
)
def test_a_qualification_is_valid_on_every_day_asked_for(officer, first, last, fits):
    assert found(officer, qualifications=(firearms().code,), days=Span(first, last)) is fits


@pytest.mark.parametrize(("first", "last", "fits"), [
    (FIRST - 9 * DAY, FIRST - DAY, True), (FIRST - 9 * DAY, FIRST, False), (LAST, LAST + DAY, False), (LAST + DAY, LAST + 9 * DAY, True),
])  # fmt: skip
def test_free_means_neither_away_nor_on_a_tour_on_any_day(officer, first, last, fits):
    officer.unavailabilities.create(first_day=first, last_day=last)
    assert found(officer, days=MARCH) is fits
    officer.unavailabilities.all().delete()
    tour = factories.deployment(factories.posting(), first.isoformat(), last.isoformat(), officer=officer)
    assert found(officer, days=MARCH) is fits
    type(tour).objects.filter(pk=tour.pk).update(state=DeploymentState.CANCELLED)
    assert found(officer, days=MARCH)


def test_rank_service_and_name_narrow_the_search(officer):
    assert found(officer, min_rank="sergeant")
    assert not found(officer, min_rank="inspector")
    assert found(officer, service=officer.police_service)
    assert not found(officer, service=factories.service())
    assert found(officer, q=officer.user.family_name)


def test_those_who_came_home_are_found_by_operation_and_appraisal(officer, approver):
    tour = factories.deployment(
        factories.posting(), "2026-01-01", "2026-12-31", officer=officer, state=DeploymentState.ENDED
    )
    operation = tour.posting.mission.operation
    assert found(officer, operation=operation)
    assert not found(officer, came_home_well=True)
    appraisal = Appraisal.objects.create(
        deployment=tour, outcome="partly_met", given_on="2027-01-05", recorded_by=approver
    )
    assert not found(officer, came_home_well=True)
    type(appraisal).objects.filter(pk=appraisal.pk).update(outcome="met")
    assert found(officer, came_home_well=True, operation=operation)


def test_a_closed_account_is_not_found(officer):
    type(officer.user).objects.filter(pk=officer.user.pk).update(is_active=False)
    assert not found(officer)


def test_months_ahead_are_whole_months_over_the_turn_of_the_year():
    months = list(months_ahead(datetime.date(2027, 11, 30), 3))
    assert [str(month.first_day) for month in months] == ["2027-12-01", "2028-01-01", "2028-02-01"]
    assert months[-1].last_day == datetime.date(2028, 2, 29)


class TestPage:
    @pytest.fixture
    def desk(self, client: Client, selection_officer) -> Client:
        client.force_login(selection_officer)
        return client

    def test_two_shortcuts_find_the_armed_francophone_who_is_free_in_march(self, desk, officer):
        factories.operation(5, is_armed=True, languages=["fr"])
        officer.grants.update(valid_from="2020-01-01", valid_until=None)
        start = desk.get("/admin/deployments/find-officers/")
        armed = dict(start.context["profiles"])["French, armed"]
        chosen = desk.get(f"/admin/deployments/find-officers/{armed}")
        assert [each.officer for each in chosen.context["found"]] == [officer]
        march = next(address for words, address in chosen.context["months"] if words.startswith("March"))
        last = desk.get(f"/admin/deployments/find-officers/{march}")
        assert "language=fr" in march
        assert [each.officer for each in last.context["found"]] == [officer]

    @pytest.mark.parametrize("query", ["language=xx", "first_day=2027-02-30", "level=9", "service=" + "9" * 26])
    def test_nonsense_is_said_at_the_field(self, desk, query):
        assert desk.get(f"/admin/deployments/find-officers/?{query}").status_code == 400

    def test_it_asks_as_often_for_thirty_officers_as_for_one(self, desk, officer, django_assert_max_num_queries):
        with django_assert_max_num_queries(30) as one:
            desk.get("/admin/deployments/find-officers/?language=fr")
        for _n in range(30):
            factories.candidate().language_ratings.create(language="fr", reading=3, writing=3, speaking=3)
        with django_assert_max_num_queries(len(one.captured_queries)):
            desk.get("/admin/deployments/find-officers/?language=fr")

    def test_the_file_holds_the_same_rows(self, desk, officer):
        answer = desk.get("/admin/deployments/find-officers/?language=fr&format=csv")
        assert str(officer) in answer.content.decode("utf-8-sig")

    def test_chosen_officers_are_invited_and_the_search_is_kept(self, desk, officer):
        opening = factories.opening()
        sent = {"officer": [officer.pk], "posting": opening.reference, "query": "language=fr"}
        answer = desk.post("/admin/deployments/find-officers/invite/", sent)
        assert answer["Location"].endswith("?language=fr")
        assert OutboxMail.objects.filter(user=officer.user, template="deployments/invitation").count() == 1

    def test_an_auditor_finds_but_does_not_invite(self, client, auditor, officer):
        client.force_login(auditor)
        assert client.get("/admin/deployments/find-officers/?language=fr").status_code == 200
        assert client.post("/admin/deployments/find-officers/invite/", {}).status_code == 403

    def test_an_editor_reads_nothing_about_officers(self, client, editor):
        client.force_login(editor)
        assert client.get("/admin/deployments/find-officers/").status_code == 403


class TestInvite:
    def test_an_invitation_is_sent_once_for_an_opening(self, officer):
        opening = factories.opening()
        invite(officer, by=SYSTEM, posting=opening)
        assert history_of(officer).first().verb == "invite"
        with pytest.raises(Refusal, match="invited before"):
            invite(officer, by=SYSTEM, posting=opening)
        invite(officer, by=SYSTEM, posting=factories.opening())
        assert OutboxMail.objects.filter(user=officer.user).count() == 2

    def test_who_applied_and_what_is_closed_are_refused(self, officer):
        application = factories.application(factories.opening(), officer=officer, state="submitted")
        with pytest.raises(Refusal, match="applied already"):
            invite(officer, by=SYSTEM, posting=application.posting)
        closed = factories.opening(closes=str(timezone.localdate() - DAY), opens_at=None)
        with pytest.raises(Refusal, match="takes no applications"):
            invite(officer, by=SYSTEM, posting=closed)
        assert not OutboxMail.objects.exists()

    def test_inviting_needs_the_permission(self, officer, auditor):
        with pytest.raises(NotPermitted):
            invite(officer, by=auditor, posting=factories.opening())
