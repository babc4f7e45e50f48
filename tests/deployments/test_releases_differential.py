"""The wall of release in the database against a count of single days: the same writes are refused, on random histories."""

import datetime
from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from deployments.limits.releases import without_release
from deployments.limits.rule import Span, newly_occupied
from deployments.models import Deployment, DeploymentState, Posting, Release
from officers.models import Officer, PoliceService
from tests import factories
from tests.deployments.test_guards_differential import QUIET, goes_through, overlap, pick

pytestmark = pytest.mark.django_db
FIRST = datetime.date(2028, 2, 20)
FIRM = {DeploymentState.PREPARATION, DeploymentState.IN_MISSION}
NOT_THERE = {DeploymentState.RESERVED, DeploymentState.CANCELLED}
days = st.integers(0, 14).map(lambda n: FIRST + datetime.timedelta(days=n))
index = st.integers(0, 30)
states = st.sampled_from(["reserved", "preparation", "in_mission", "ended", "cancelled"])
writes = st.one_of(
    st.tuples(st.just("deploy"), index, index, days, days, states),
    st.tuples(st.just("deploy"), index, index, days, days, states),
    st.tuples(st.just("move"), index, days, days, states),
    st.tuples(st.just("move"), index, days, days, states),
    st.tuples(st.just("move"), index, days, days, states),
    st.tuples(st.just("give"), index, index, st.none() | index, days, days),
    st.tuples(st.just("give"), index, index, st.none() | index, days, days),
    st.tuples(st.just("withdraw"), index),
    st.tuples(st.just("rewrite"), index, days),
    st.tuples(st.just("change_service"), index, index),
    st.tuples(st.just("need"), index, st.booleans()),
    st.tuples(st.just("retire"), index, st.none() | days),
    st.tuples(st.just("records_day"), days),
)


class World:
    """Two postings with room for all, three officers of two services; and what each write should meet."""

    def __init__(self) -> None:
        self.services = [factories.service(), factories.service(needs_release=False)]
        self.officers = [factories.officer(is_released=False, police_service=self.services[n % 2]) for n in range(3)]
        self.operation = factories.operation(100, since=FIRST)
        self.postings = [factories.posting(factories.mission(self.operation)) for _n in range(2)]

    def asked(self, officer: Officer, spans: list[Span]) -> set[datetime.date]:
        """The single days of ``spans`` for which a release is needed."""
        now = Officer.objects.select_related("police_service").get(pk=officer.pk)
        self.operation.refresh_from_db()
        begins = self.operation.records_from or datetime.date.min
        until = now.retired_on or datetime.date.max
        each = {span.first_day + datetime.timedelta(days=n) for span in spans for n in range(span.days)}
        return {day for day in each if begins <= day < until} if now.police_service.needs_release else set()

    def released(self, officer: Officer, posting: Posting) -> set[datetime.date]:
        """The single days that a release in force of the present service covers."""
        service = Officer.objects.get(pk=officer.pk).police_service_id
        return {
            release.first_day + datetime.timedelta(days=n)
            for release in Release.objects.filter(officer=officer, withdrawn_at=None)
            if release.police_service_id == service and release.posting_id in (None, posting.pk)
            for n in range((release.last_day - release.first_day).days + 1)
        }

    def may_be_firm(self, officer: Officer, posting: Posting, spans: list[Span]) -> bool:
        """Whether each day is released; the rule that the doors ask says the same."""
        missing = self.asked(officer, spans) - self.released(officer, posting)
        if self.operation.records_from is None:
            found = without_release(officer, posting, spans)
            assert {span.first_day + datetime.timedelta(days=n) for span in found for n in range(span.days)} == missing
        return not missing

    def is_free(self, officer: Officer, new: Span, tour: Deployment | None = None) -> bool:
        others = Deployment.objects.consuming().filter(officer=officer).exclude(pk=tour.pk if tour else None)
        return not any(overlap(new, Span(other.first_day, other.last_day)) for other in others)

    def deploy(self, posting: int, officer: int, first, last, state: str) -> tuple[bool, Callable]:
        posting, officer, new = pick(self.postings, posting), pick(self.officers, officer), Span(*sorted((first, last)))
        allowed = state == DeploymentState.CANCELLED or self.is_free(officer, new)
        allowed &= state not in FIRM or self.may_be_firm(officer, posting, [new])
        return allowed, lambda: factories.deployment(
            posting, new.first_day.isoformat(), new.last_day.isoformat(), officer=officer, state=state
        )

    def move(self, tour: int, first, last, state: str) -> tuple[bool, Callable] | None:
        tours = list(Deployment.objects.order_by("pk"))
        if not tours:
            return None
        tour, new = pick(tours, tour), Span(*sorted((first, last)))
        was_over, is_over = (each not in NOT_THERE | FIRM for each in (tour.state, state))
        was_there = tour.state in FIRM or (was_over and (is_over or tour.was_firm))
        before = Span(tour.first_day, tour.last_day) if was_there else None
        firm = newly_occupied(before, new) if state in FIRM or (was_over and is_over) else []
        allowed = state == DeploymentState.CANCELLED or self.is_free(tour.officer, new, tour)
        allowed &= not firm or self.may_be_firm(tour.officer, tour.posting, firm)
        ends = tour.state in FIRM and is_over and (new.days % 2 == 0)  # an act says so, some other SQL does not
        change = {"first_day": new.first_day, "last_day": new.last_day, "state": state}
        change["was_firm"] = ends or (tour.was_firm and was_over)
        return allowed, lambda: Deployment.objects.filter(pk=tour.pk).update(**change)

    def give(self, officer: int, service: int, posting: int | None, first, last) -> tuple[bool, Callable] | None:
        posting = None if posting is None else pick(self.postings, posting)
        values = {"officer": pick(self.officers, officer), "police_service": pick(self.services, service)}
        values |= {"posting": posting} | dict(zip(("first_day", "last_day"), sorted((first, last)), strict=True))
        is_new = not Release.objects.filter(**values, withdrawn_at=None).exists()
        return is_new, lambda: Release.objects.create(**values)

    def withdraw(self, release: int) -> tuple[bool, Callable] | None:
        """Always possible, whatever stands on it."""
        return self._of_release(release, lambda found: found.withdrawn_at is None, withdrawn_at=timezone.now())

    def rewrite(self, release: int, last) -> tuple[bool, Callable] | None:
        return self._of_release(release, lambda found: found.last_day == last, last_day=last)

    def _of_release(self, number: int, allowed: Callable, **change) -> tuple[bool, Callable] | None:
        found = list(Release.objects.order_by("pk"))
        if not found or ("last_day" in change and change["last_day"] < pick(found, number).first_day):
            return None
        release = pick(found, number)
        return allowed(release), lambda: Release.objects.filter(pk=release.pk).update(**change)

    def change_service(self, officer: int, service: int) -> tuple[bool, Callable]:
        rows, service = Officer.objects.filter(pk=pick(self.officers, officer).pk), pick(self.services, service)
        return True, lambda: rows.update(police_service=service)

    def need(self, service: int, needs_release: bool) -> tuple[bool, Callable]:
        rows = PoliceService.objects.filter(pk=pick(self.services, service).pk)
        return True, lambda: rows.update(needs_release=needs_release)

    def retire(self, officer: int, on) -> tuple[bool, Callable]:
        rows = Officer.objects.filter(pk=pick(self.officers, officer).pk)
        return True, lambda: rows.update(retired_on=on)

    def records_day(self, since) -> tuple[bool, Callable] | None:
        """Once, before the number: what else is allowed is held by the differential test of the numbers."""
        self.operation.refresh_from_db()
        if self.operation.records_from is not None or since > FIRST:
            return None
        change = {"records_from": since, "records_set_on": datetime.date(2030, 1, 1)}
        return True, lambda: type(self.operation).objects.filter(pk=self.operation.pk).update(**change)


def database_agrees(history: list[tuple]) -> None:
    """Each write in turn is refused by the database exactly where a single day lacks its release."""
    sid = transaction.savepoint()
    try:
        world = World()
        for verb, *details in history:
            expected = getattr(world, verb)(*details)
            if expected is not None:
                allowed, write = expected
                assert goes_through(write) == allowed, f"{verb} {details}: the days say {allowed}"
    finally:
        transaction.savepoint_rollback(sid)


@pytest.mark.slow
@settings(max_examples=50, **QUIET)
@given(st.lists(writes, min_size=4, max_size=14))
def test_the_database_refuses_days_without_release(history):
    database_agrees(history)


@pytest.mark.prove
@pytest.mark.part_rules
@settings(max_examples=1_000, **QUIET)
@given(st.lists(writes, min_size=4, max_size=24))
def test_the_database_refuses_days_without_release_on_many_histories(history):
    database_agrees(history)
