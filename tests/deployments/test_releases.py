"""Release is a wall: no day becomes firm that the officer's police service has not released, whoever writes."""

import contextlib
import datetime
import importlib
import io

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.actors import SYSTEM
from core.history.acts import record_act
from core.models import HistoryEntry
from core.refusals import NotPermitted, Refusal
from deployments.domain import applications, releases, tours
from deployments.limits import audit, guards
from deployments.limits.releases import tours_without_release, uncovered
from deployments.limits.rule import Span
from deployments.models import Deployment, Release
from tests import factories
from tests.factories import day

pytestmark = [pytest.mark.django_db, pytest.mark.on("2026-11-24")]
TODAY = day("2026-11-24")
YEAR = ("2027-01-01", "2027-12-31")
REASON = {"reason": "Asked for"}


def released(*spans: tuple[str, str], **fields):
    """An officer whose service has released these days."""
    officer = factories.officer(is_released=False, **fields)
    for first, last in spans:
        factories.release(officer, first, last)
    return officer


def reserved(officer, first: str = YEAR[0], last: str = YEAR[1]) -> Deployment:
    return factories.deployment(factories.posting(), first, last, officer=officer, state="reserved")


@contextlib.contextmanager
def refused():
    with pytest.raises(IntegrityError, match="portal: not released"), transaction.atomic():
        yield


@contextlib.contextmanager
def guards_off():
    """For what no guard lets through: history of another day."""
    guards.drop(connection)
    yield
    guards.install(connection)


def rewrite(tour: Deployment, **values) -> None:
    Deployment.objects.filter(pk=tour.pk).update(**values)


class TestGuards:
    def test_a_firm_tour_needs_every_day_and_a_reserved_one_none(self):
        tour = reserved(released())
        with refused():
            rewrite(tour, state="preparation")
        with refused():
            factories.deployment(factories.posting(), *YEAR, officer=released(), state="in_mission")
        factories.release(tour.officer, *YEAR)
        rewrite(tour, state="preparation")

    @pytest.mark.parametrize(
        "gap", [("2027-01-02", "2027-12-31"), ("2027-01-01", "2027-12-30"), ("2028-01-01", "2028-12-31")]
    )
    def test_a_day_short_is_refused(self, gap):
        with refused():
            rewrite(reserved(released(gap)), state="preparation")

    def test_several_releases_cover_together_without_a_gap(self):
        together = released(("2027-07-01", "2028-03-01"), ("2026-01-01", "2027-03-31"), ("2027-03-30", "2027-06-30"))
        rewrite(reserved(together), state="preparation")
        apart = released(("2026-01-01", "2027-03-31"), ("2027-04-02", "2028-03-01"))
        with refused():
            rewrite(reserved(apart), state="preparation")

    def test_only_releases_in_force_by_the_present_service_for_the_posting_count(self):
        officer = released()
        tour = reserved(officer)
        factories.release(officer, *YEAR, posting=factories.posting())
        factories.release(officer, *YEAR, police_service=factories.service())
        withdrawn = factories.release(officer, *YEAR)
        Release.objects.filter(pk=withdrawn.pk).update(withdrawn_at=timezone.now())
        with refused():
            rewrite(tour, state="preparation")
        factories.release(officer, *YEAR, posting=tour.posting)
        rewrite(tour, state="preparation")

    def test_who_changes_service_needs_the_new_one(self):
        officer = released(YEAR)
        tour = reserved(officer)
        type(officer).objects.filter(pk=officer.pk).update(police_service=factories.service())
        with refused():
            rewrite(tour, state="preparation")

    def test_a_service_that_needs_none_and_days_from_the_retirement_on_are_not_asked(self):
        rewrite(reserved(released(police_service=factories.service(needs_release=False))), state="preparation")
        rewrite(reserved(released(retired_on=day("2027-01-01"))), state="preparation")
        half = released(("2027-01-01", "2027-06-30"), retired_on=day("2027-07-01"))
        rewrite(reserved(half), state="preparation")
        with refused():
            rewrite(reserved(released(("2027-01-01", "2027-06-29"), retired_on=day("2027-07-01"))), state="preparation")

    def test_days_that_are_firm_are_not_asked_again(self):
        officer = released(YEAR)
        tour = factories.deployment(factories.posting(), *YEAR, officer=officer, state="preparation")
        Release.objects.update(withdrawn_at=timezone.now())
        for change in (
            {"state": "in_mission"},
            {"last_day": "2027-11-30"},
            {"first_day": "2027-02-01"},
            {"state": "ended", "was_firm": True},
            {"state": "in_mission"},
            {"state": "ended"},
            {"state": "closed"},
        ):
            rewrite(tour, **change)

    def test_a_tour_recorded_as_over_goes_on_as_if_it_were_new(self):
        """Nobody was asked for its days: raw SQL could else bring in a year to come as over, and let it begin."""
        officer = released(YEAR)
        Release.objects.update(withdrawn_at=timezone.now())
        tour = factories.deployment(factories.posting(), *YEAR, officer=officer, state="ended")
        for change in ({"state": "in_mission"}, {"state": "preparation", "was_firm": True}):
            with refused():
                rewrite(tour, **change)
        rewrite(tour, state="reserved")
        with refused():
            rewrite(tour, state="preparation")
        rewrite(tour, state="ended")
        factories.release(officer, *YEAR)
        rewrite(tour, state="in_mission")
        rewrite(tour, state="cancelled", was_firm=True)
        Release.objects.exclude(withdrawn_at__isnull=False).update(withdrawn_at=timezone.now())
        rewrite(tour, state="closed", was_firm=False)
        with refused():
            rewrite(tour, state="in_mission")

    @pytest.mark.parametrize("before", ["ended", "reserved", "cancelled", None])
    def test_only_a_tour_that_was_firm_says_so(self, before):
        never = pytest.raises(IntegrityError, match="portal: never firm")
        if before is None:
            with never, transaction.atomic():
                factories.deployment(factories.posting(), *YEAR, officer=released(), state="ended", was_firm=True)
            return
        for already in {False, before != "ended"}:
            tour = factories.deployment(factories.posting(), *YEAR, officer=released(), state=before, was_firm=already)
            with never, transaction.atomic():
                rewrite(tour, state="ended", was_firm=True)

    def test_a_tour_recorded_as_over_goes_on_in_an_open_posting_alone(self):
        posting = factories.posting()
        over = factories.deployment(posting, *YEAR, state="closed")
        went = factories.deployment(posting, *YEAR)
        rewrite(went, state="ended", was_firm=True)
        type(posting).objects.filter(pk=posting.pk).update(status="stood_down")
        for state in ("in_mission", "reserved"):
            with pytest.raises(IntegrityError, match="portal: closed posting"), transaction.atomic():
                rewrite(over, state=state)
        rewrite(went, state="in_mission")

    def test_days_that_are_added_are_asked_at_both_ends(self):
        officer = released(("2027-01-01", "2028-01-31"))
        tour = factories.deployment(factories.posting(), "2027-03-01", "2027-12-31", officer=officer)
        rewrite(tour, first_day="2027-01-01", last_day="2028-01-31")
        for change in ({"first_day": "2026-12-31"}, {"last_day": "2028-02-01"}):
            with refused():
                rewrite(tour, **change)
        with refused():
            rewrite(tour, first_day="2028-02-02", last_day="2028-03-01")

    def test_a_correction_of_a_tour_that_is_over_is_asked_and_its_ending_is_not(self):
        officer = released(YEAR)
        tour = factories.deployment(factories.posting(), *YEAR, officer=officer)
        rewrite(tour, state="ended", last_day="2028-01-05", was_firm=True)
        with refused():
            rewrite(tour, last_day="2028-01-06")
        rewrite(tour, last_day="2028-01-09", late_from="2028-01-06", late_reason="No flight")
        with refused():
            rewrite(tour, state="in_mission", last_day="2028-02-01", late_from=None, late_reason="")
        for back in ({}, {"state": "in_mission"}):  # what was a late return stays a day that nobody released
            with refused():
                rewrite(tour, late_from=None, late_reason="", **back)

    def test_switching_a_services_need_on_asks_nothing_of_firm_days(self):
        service = factories.service(needs_release=False)
        officer = released(police_service=service)
        tour = factories.deployment(factories.posting(), *YEAR, officer=officer, state="preparation")
        type(service).objects.filter(pk=service.pk).update(needs_release=True)
        rewrite(tour, state="in_mission")
        rewrite(tour, last_day="2027-11-30")
        with refused():
            rewrite(tour, last_day="2027-12-01")

    def test_past_tours_from_elsewhere_need_none(self):
        assert factories.deployment(factories.posting(), *YEAR, officer=released(), state="closed").pk

    def test_a_release_changes_by_its_withdrawal_alone(self):
        release = factories.release(released(), *YEAR)
        other = released()
        for change in (
            {"last_day": "2028-01-01"},
            {"officer": other},
            {"police_service": other.police_service},
            {"posting": factories.posting()},
        ):
            with pytest.raises(IntegrityError, match="frozen release"), transaction.atomic():
                Release.objects.filter(pk=release.pk).update(**change)
        Release.objects.filter(pk=release.pk).update(withdrawn_at=timezone.now(), withdrawal_reason="x")
        with pytest.raises(IntegrityError, match="frozen release"), transaction.atomic():
            Release.objects.filter(pk=release.pk).update(withdrawn_at=None)
        with pytest.raises(IntegrityError, match="never delete"), transaction.atomic():
            Release.objects.all()._raw_delete(Release.objects.db)

    def test_without_the_guard_it_goes_in_and_check_strength_lists_it(self):
        """The control: what refuses above is the guard. It is a warning, for a withdrawn release looks the same."""
        guards.drop(connection)
        rewrite(reserved(released()), state="preparation")
        assert audit.unreleased()[0].startswith("no release from 2027-01-01 on: ")
        guards.install(connection)
        out = io.StringIO()
        call_command("check_strength", stdout=out)
        assert "(365 days)" in out.getvalue()


class TestDoors:
    def test_prepare_names_the_days(self, approver):
        tour = reserved(released(("2027-01-01", "2027-03-31")))
        with pytest.raises(Refusal, match="has not released the officer from 2027-04-01 to 2027-12-31") as told:
            tours.prepare(tour, by=approver)
        assert told.value.as_json()["days"] == [{"first_day": "2027-04-01", "last_day": "2027-12-31"}]
        assert Deployment.objects.get(pk=tour.pk).state == "reserved"

    def test_a_place_is_reserved_and_moved_without(self):
        tour = tours.reserve(
            by=SYSTEM,
            officer=released(),
            posting=factories.posting(),
            first_day=day(YEAR[0]),
            last_day=day(YEAR[1]),
            today=TODAY,
        )
        tours.extend(tour, by=SYSTEM, last_day=day("2028-01-31"), today=TODAY, **REASON)

    def test_every_door_that_makes_days_firm_is_a_wall(self):
        officer = released(YEAR)
        tour = factories.deployment(factories.posting(), *YEAR, officer=officer, state="preparation")
        cancelled = factories.deployment(factories.posting(), *YEAR, officer=released(), state="cancelled")
        recorded = factories.deployment(
            factories.posting(), "2026-01-01", "2026-11-20", officer=released(("2026-11-21", YEAR[1])), state="closed"
        )
        later = {"first_day": day("2027-06-01"), "last_day": day("2028-06-30")}
        days = {"first_day": day(YEAR[0]), "last_day": day(YEAR[1])}
        for act in (
            lambda: tours.extend(tour, by=SYSTEM, last_day=day("2028-01-01"), today=TODAY, **REASON),
            lambda: tours.change_dates(tour, by=SYSTEM, today=TODAY, **later, **REASON),
            lambda: tours.transfer(tour, by=SYSTEM, posting=factories.posting(), today=TODAY, **later, **REASON),
            lambda: tours.reinstate(cancelled, by=SYSTEM, today=TODAY, **REASON),
            lambda: tours.reinstate(recorded, by=SYSTEM, last_day=day("2026-11-30"), today=TODAY, **REASON),
            lambda: tours.record_tour(
                by=SYSTEM, officer=released(), posting=factories.posting(), state="preparation", today=TODAY, **days
            ),
        ):
            with pytest.raises(Refusal) as told:
                act()
            assert told.value.code == "release_missing"

    def test_nobody_leaves_whose_release_was_withdrawn(self, approver):
        officer = released(YEAR)
        tour = factories.deployment(factories.posting(), *YEAR, officer=officer, state="preparation")
        releases.withdraw(Release.objects.get(), by=SYSTEM, reason="Needed at home")
        with pytest.raises(Refusal) as told:
            tours.check_in(tour, by=approver, today=day("2027-01-02"))
        assert told.value.code == "release_missing"
        assert list(tours_without_release(["preparation"])) == [tour]

    def test_who_went_firm_when_none_was_needed_leaves(self, approver):
        service = factories.service(needs_release=False)
        tour = factories.deployment(
            factories.posting(), *YEAR, officer=released(police_service=service), state="preparation"
        )
        type(service).objects.update(needs_release=True)
        assert tours.check_in(tour, by=approver, today=day("2027-01-02"), reason="Now").state == "in_mission"


class TestActs:
    def test_the_coordinator_gives_and_withdraws(self):
        officer = released()
        coordinator = factories.coordinator(officer.police_service)
        given = releases.give(officer, by=coordinator, first_day=day(YEAR[0]), last_day=day(YEAR[1]), today=TODAY)
        assert (given.given_by, given.police_service, given.is_by_letter) == (
            coordinator,
            officer.police_service,
            False,
        )
        with pytest.raises(Refusal, match="recorded already"):
            releases.give(officer, by=coordinator, first_day=day(YEAR[0]), last_day=day(YEAR[1]), today=TODAY)
        with pytest.raises(Refusal, match="reason"):
            releases.withdraw(given, by=coordinator, reason=" ")
        assert releases.withdraw(given, by=coordinator, reason="Needed").withdrawn_by == coordinator
        with pytest.raises(Refusal, match="already"):
            releases.withdraw(given, by=coordinator, reason="Needed")

    def test_others_do_not(self, approver):
        officer = released()
        days = {"first_day": day(YEAR[0]), "last_day": day(YEAR[1]), "today": TODAY}
        given = factories.release(officer, *YEAR)
        for person in (officer.user, factories.coordinator(factories.service()), approver):
            with pytest.raises(NotPermitted):
                releases.give(officer, by=person, **days)
            with pytest.raises(NotPermitted):
                releases.withdraw(given, by=person, reason="No")

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"last_day": day("2026-12-31")}, "last_day"),
            ({"letter_number": ""}, "letter_number"),
            ({"letter_date": None}, "letter_date"),
            ({"letter_date": day("2026-11-25")}, "letter_date"),
        ],
    )
    def test_what_is_wrong_is_refused_at_its_field(self, selection_officer, wrong, field):
        values = {"first_day": day(YEAR[0]), "last_day": day(YEAR[1]), "letter_number": "7", "letter_date": TODAY}
        with pytest.raises(Refusal) as told:
            releases.give(released(), by=selection_officer, today=TODAY, **values | wrong)
        assert (told.value.field, Release.objects.count()) == (field, 0)

    def test_a_service_that_releases_nobody_gives_none(self, selection_officer):
        officer = released(police_service=factories.service(needs_release=False))
        letter = {"letter_number": "7", "letter_date": TODAY}
        with pytest.raises(Refusal, match="releases nobody"):
            releases.give(officer, by=selection_officer, first_day=TODAY, last_day=TODAY, today=TODAY, **letter)

    def test_an_endorsement_is_a_release(self):
        officer = factories.candidate(is_released=False)
        application = factories.application(officer=officer, state="submitted")
        coordinator = factories.coordinator(officer.police_service)
        applications.endorse(application, by=coordinator, first_day=day(YEAR[0]), last_day=day(YEAR[1]), today=TODAY)
        given = Release.objects.get()
        assert (str(given.first_day), str(given.last_day), given.posting) == (*YEAR, application.posting)


class TestPages:
    def test_the_coordinator_on_line(self, client):
        officer = released()
        client.force_login(factories.coordinator(officer.police_service))
        address = f"/en/coordination/officers/{officer.pk}/give-release/"
        assert client.get(address).status_code == 200
        wrong = client.post(address, {"first_day": "2027-12-31", "last_day": "2027-01-01"})
        assert wrong.status_code == 409 and "before the first day" in wrong.content.decode()
        typed = {"first_day": YEAR[0], "last_day": YEAR[1]}
        assert client.post(address, typed).url == "/en/coordination/"
        assert client.post(address, typed, headers={"accept": "application/json"}).json()["code"] == "nothing_changes"
        given = Release.objects.get()
        withdraw = f"/en/coordination/releases/{given.pk}/withdraw/"
        assert withdraw in client.get("/en/coordination/").content.decode()
        assert client.get(withdraw).status_code == 200
        assert client.post(withdraw, {"reason": ""}).status_code == 400
        assert client.post(withdraw, {"reason": "Needed"}).status_code == 302
        assert client.post(withdraw, {"reason": "Needed"}).status_code == 409

    def test_another_service_has_no_say(self, client):
        given = factories.release(released(), *YEAR)
        client.force_login(factories.coordinator(factories.service()))
        give, withdraw = (
            f"/en/coordination/officers/{given.officer_id}/give-release/",
            f"/en/coordination/releases/{given.pk}/withdraw/",
        )
        assert client.get(give).status_code == client.get(withdraw).status_code == 404
        assert client.post(give, {"first_day": YEAR[0], "last_day": YEAR[1]}).status_code == 403
        assert client.post(withdraw, {"reason": "No"}).status_code == 403

    def test_the_desk_on_paper(self, client, settings, selection_officer):
        settings.STAFF_MFA_REQUIRED = False
        client.force_login(selection_officer)
        officer = released()
        address = f"/admin/deployments/officer/{officer.pk}/give-release/"
        typed = {"first_day": YEAR[0], "last_day": YEAR[1], "letter_number": "7", "letter_date": "2026-01-05"}
        assert client.get(address).status_code == 200
        assert client.post(address, typed | {"letter_number": ""}).status_code == 400
        assert client.post(address, typed).status_code == 302
        given = Release.objects.get()
        page = client.get(f"/admin/officers/officer/{officer.pk}/change/").content.decode()
        withdraw = f"/admin/deployments/release/{given.pk}/withdraw/"
        assert "Letter 7 of" in page and withdraw in page
        assert client.post(withdraw, {"reason": "Needed"}).status_code == 302
        assert client.post(withdraw, {"reason": "Needed"}).status_code == 409
        assert "withdrawn" in client.get(f"/admin/officers/officer/{officer.pk}/change/").content.decode()

    def test_the_days_of_an_endorsement_are_asked_for(self, client):
        officer = factories.candidate(is_released=False)
        application = factories.application(officer=officer, state="submitted")
        client.force_login(factories.coordinator(officer.police_service))
        address = f"/en/coordination/{application.pk}/"
        assert 'name="first_day"' in client.get(address).content.decode()
        for typed, status in (
            ({"first_day": "", "last_day": YEAR[1]}, 400),
            ({"first_day": "2027-12-31", "last_day": "2027-01-01"}, 409),
        ):
            answer = client.post(f"{address}endorse/", typed)
            assert answer.status_code == status and Release.objects.count() == 0
            assert typed["last_day"] in answer.content.decode()
        assert client.post(f"{address}endorse/", {"first_day": YEAR[0], "last_day": YEAR[1]}).status_code == 302
        assert str(Release.objects.get().last_day) == YEAR[1]


def test_what_no_release_covers_is_found_to_the_day():
    def spans(*pairs):
        return [Span(day(f"2027-{first}"), day(f"2027-{last}")) for first, last in pairs]

    year = spans(("01-01", "12-31"))
    assert uncovered(year, []) == year
    assert uncovered(year, spans(("01-01", "12-31"))) == []
    assert uncovered(year, spans(("02-01", "03-31"), ("03-15", "06-30"))) == spans(
        ("01-01", "01-31"), ("07-01", "12-31")
    )
    assert uncovered(spans(("01-01", "01-01"), ("03-01", "03-02")), spans(("03-02", "03-02"))) == spans(
        ("01-01", "01-01"), ("03-01", "03-01")
    )


class TestEndorsementsOfOld:
    """The migration that makes releases of the endorsements given before there were any."""

    ENDORSED_AT = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)

    def endorsed(self, *, state: str = "endorsed", officer=None, at=ENDORSED_AT, tour=None, **posting):
        """An application that was endorsed when no release was kept of it."""
        officer = officer or factories.candidate(is_released=False)
        place = tour.posting if tour else factories.opening(closes="2026-04-30", opens_at=self.ENDORSED_AT, **posting)
        made = factories.application(place, officer=officer, state=state, deployment=tour)
        by = factories.coordinator(officer.police_service)
        entry = record_act(made, "endorse", by=by)
        with guards_off():
            HistoryEntry.objects.filter(pk=entry.pk).update(at=at)
        return made, by

    def migrate(self) -> list[tuple]:
        migration = importlib.import_module("deployments.migrations.0012_releases_from_endorsements")
        migration.releases_from_endorsements(apps, None)
        return [
            (each.officer, each.posting, str(each.first_day), str(each.last_day), each.given_by, each.given_at)
            for each in Release.objects.order_by("pk")
        ]

    def test_the_days_are_those_of_the_tour_that_came_of_it(self):
        tour = reserved(released())
        _made, by = self.endorsed(state="accepted", officer=tour.officer, tour=tour)
        assert self.migrate() == [(tour.officer, tour.posting, *YEAR, by, self.ENDORSED_AT)]
        (release,) = Release.objects.all()
        assert (release.police_service, release.withdrawn_at) == (tour.officer.police_service, None)
        rewrite(tour, state="preparation")
        assert tours_without_release(["preparation"]) == {}

    @pytest.mark.parametrize(
        ("planned", "days"),
        [
            ({"tour_first_day": day(YEAR[0]), "tour_last_day": day(YEAR[1])}, ("2026-03-01", YEAR[1])),
            ({"tour_first_day": day("2026-02-01"), "tour_last_day": day("2026-12-31")}, ("2026-02-01", "2026-12-31")),
            ({"tour_first_day": day("2026-06-01"), "tour_months": 6}, ("2026-03-01", "2026-12-04")),
            ({"tour_months": 1}, ("2026-03-01", "2026-06-01")),
        ],
    )
    def test_else_they_are_those_planned_from_the_endorsement_on(self, planned, days):
        made, by = self.endorsed(**planned)
        assert self.migrate() == [(made.officer, made.posting, *days, by, self.ENDORSED_AT)]

    def test_what_was_not_released_or_withdrawn_or_needs_nothing_gives_none(self):
        for state in ("not_released", "withdrawn"):
            self.endorsed(state=state)
        self.endorsed(
            officer=factories.candidate(police_service=factories.service(needs_release=False), is_released=False)
        )
        factories.application(officer=factories.candidate(is_released=False), state="submitted")
        assert self.migrate() == []

    def test_two_applications_for_the_same_days_give_one_and_the_latest_endorsement_counts(self):
        first, _by = self.endorsed(state="expired", tour_last_day=day(YEAR[1]), tour_first_day=day(YEAR[0]))
        by = factories.coordinator(first.officer.police_service)
        entry = record_act(first, "endorse", by=by)
        with guards_off():
            HistoryEntry.objects.filter(pk=entry.pk).update(at=self.ENDORSED_AT + datetime.timedelta(hours=1))
        again = factories.application(first.posting, officer=first.officer, state="endorsed")
        entry = record_act(again, "endorse", by=by)
        with guards_off():
            HistoryEntry.objects.filter(pk=entry.pk).update(at=self.ENDORSED_AT + datetime.timedelta(hours=2))
        ((_officer, _posting, first_day, last_day, given_by, _at),) = self.migrate()
        assert (first_day, last_day, given_by) == ("2026-03-01", YEAR[1], by)
