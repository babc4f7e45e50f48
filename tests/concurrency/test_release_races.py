"""A release is withdrawn, or given, at the moment at which a tour becomes firm: one comes first, and counts."""

import threading

import pytest
from django.db import connection

from core.models import HistoryEntry
from deployments.domain.verbs.candidates import CandidateVerb
from deployments.domain.verbs.tours import TourVerb
from deployments.limits import guards
from deployments.limits.releases import tours_without_release
from deployments.models import Deployment, Release
from tests import factories
from tests.concurrency import acts
from tests.concurrency.contenders import PATIENCE, Call, in_threads

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 4
ROUNDS = 50
REFUSED = {"refused: release_missing", "refused: portal: not released"}


def pairs(*, is_released: bool) -> list[tuple[Deployment, Release | None]]:
    """Reserved tours, each of an officer of their own, with or without a release of its days."""
    posting = factories.posting()
    found = []
    for _n in range(WRITERS):
        officer = factories.officer(is_released=False)
        days = [str(each) for each in acts.DAYS.values()]
        release = factories.release(officer, *days) if is_released else None
        found.append((factories.deployment(posting, *days, officer=officer, state="reserved"), release))
    return found


def calls_of(act, made) -> list[Call]:
    both = [[(act, (tour.pk,)), (acts.withdraw_release, (release.pk,))] for tour, release in made]
    return [call for pair in both for call in pair]


def firm() -> set[int]:
    return set(Deployment.objects.filter(state="preparation").values_list("pk", flat=True))


def in_order(officer: int, tour: int) -> bool:
    """Whether the tour became firm before its release was withdrawn: both acts write their history behind the gate."""
    made = HistoryEntry.objects.get(verb=TourVerb.PREPARE, object_id=tour)
    gone = HistoryEntry.objects.get(verb=CandidateVerb.WITHDRAW_RELEASE, object_id=officer)
    return made.pk < gone.pk


@pytest.mark.parametrize("act", [acts.prepare, acts.make_firm])
def test_a_withdrawal_at_the_same_moment_comes_before_or_after(act):
    """Before: the tour is refused. After: it is firm, and listed until somebody decides."""
    made = pairs(is_released=True)
    found = in_threads(calls_of(act, made))
    assert found[1::2] == ["done"] * WRITERS
    done = {tour.pk for (tour, _release), answer in zip(made, found[::2], strict=True) if answer == "done"}
    assert {answer for answer in found[::2] if answer != "done"} <= REFUSED
    assert firm() == done
    assert {tour.pk for tour in tours_without_release(["preparation"])} == done
    assert act != acts.prepare or all(in_order(tour.officer_id, tour.pk) for tour, _release in made if tour.pk in done)


@pytest.mark.parametrize("act", [acts.prepare, acts.make_firm])
def test_a_release_given_at_the_same_moment_counts_once_it_is_there(act):
    made = pairs(is_released=False)
    both = [[(act, (tour.pk,)), (acts.give_release, (tour.officer_id,))] for tour, _release in made]
    found = in_threads([call for pair in both for call in pair])
    assert found[1::2] == ["done"] * WRITERS
    assert {answer for answer in found[::2] if answer != "done"} <= REFUSED
    assert tours_without_release(["preparation"]) == {}
    for tour, _release in made:
        if tour.pk not in firm():
            acts.prepare(tour.pk)


def test_who_reserves_needs_none_whatever_is_withdrawn():
    posting, officer = factories.posting(), factories.officer(is_released=False)
    release = factories.release(officer, *[str(each) for each in acts.DAYS.values()])
    found = in_threads([(acts.reserve, (posting.pk, officer.pk)), (acts.withdraw_release, (release.pk,))])
    assert found == ["done", "done"]


def looked_before_and_wrote_after_the_withdrawal() -> str:
    """What becomes of a writer past the doors who looked at a release that is withdrawn before the row is written."""
    (tour, release), *_others = pairs(is_released=True)
    looked, gone = threading.Event(), threading.Event()

    def firm_later() -> None:
        acts.look_at_release(tour.pk)
        looked.set()
        assert gone.wait(PATIENCE)
        acts.make_firm(tour.pk)

    def withdraw() -> None:
        assert looked.wait(PATIENCE)
        acts.withdraw_release(release.pk)
        gone.set()

    found = in_threads([(firm_later, ()), (withdraw, ())])
    assert found[1] == "done"
    return found[0]


def test_who_looked_too_early_is_refused():
    assert looked_before_and_wrote_after_the_withdrawal() == "refused: portal: not released"
    assert firm() == set()


def test_control_without_the_guard_who_looked_too_early_goes(monkeypatch):
    guards.drop(connection)
    monkeypatch.setattr(guards, "missing", lambda connection: [])
    assert looked_before_and_wrote_after_the_withdrawal() == "done"
    assert len(firm()) == len(tours_without_release(["preparation"])) == 1


@pytest.mark.prove
@pytest.mark.part_races
@pytest.mark.parametrize("act", [acts.prepare, acts.make_firm])
def test_fifty_withdrawals_at_the_same_moment(act):
    for _round in range(ROUNDS):
        test_a_withdrawal_at_the_same_moment_comes_before_or_after(act)
        Deployment.objects.filter(state="preparation").update(state="cancelled")
