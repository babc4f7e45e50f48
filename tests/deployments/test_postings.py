"""Acts on a posting: its places, opening it, standing it down."""

import pytest

from core.actors import SYSTEM
from core.history.acts import history_of
from core.refusals import NotPermitted, Refusal
from deployments.domain import postings
from tests import factories

pytestmark = pytest.mark.django_db


def test_places_are_raised_and_lowered_down_to_what_is_committed(selection_officer):
    posting = factories.posting(places=2)
    factories.deployment(posting, "2026-06-01", "2027-05-31")
    postings.set_places(posting, by=selection_officer, places=3)
    assert postings.set_places(posting, by=selection_officer, places=1).places == 1
    entry = history_of(posting).first()
    assert (entry.verb, entry.detail) == ("set-places", {"places": 1, "places_was": 3})


def test_places_below_commitment_are_refused_with_the_days():
    posting = factories.posting(places=2, reference="adviser")
    factories.deployment(posting, "2026-06-01", "2027-05-31")
    factories.deployment(posting, "2027-01-01", "2027-12-31", state="reserved")
    with pytest.raises(Refusal) as refused:
        postings.set_places(posting, by=SYSTEM, places=1)
    assert str(refused.value) == (
        "adviser: 2 tours are committed from 2027-01-01 to 2027-05-31, so the places cannot be fewer."
    )
    assert (refused.value.code, refused.value.field) == ("places_below_committed", "places")
    posting.refresh_from_db()
    assert posting.places == 2


def test_tours_that_ended_or_were_cancelled_do_not_keep_the_places_up():
    posting = factories.posting(places=2)
    factories.deployment(posting, "2025-06-01", "2026-05-31", state="closed")
    factories.deployment(posting, "2025-06-01", "2026-05-31", state="ended")
    factories.deployment(posting, "2027-06-01", "2028-05-31", state="cancelled")
    assert postings.set_places(posting, by=SYSTEM, places=1).places == 1


@pytest.mark.parametrize(("places", "code"), [(0, "bad_value"), (10_001, "bad_value"), (2, "nothing_changes")])
def test_places_that_are_none_too_many_or_unchanged_are_refused(places, code):
    with pytest.raises(Refusal) as refused:
        postings.set_places(factories.posting(places=2), by=SYSTEM, places=places)
    assert (refused.value.code, refused.value.field) == (code, "places")


def test_a_posting_is_opened_stood_down_and_reopened(selection_officer):
    posting = factories.posting(status="draft")
    assert postings.open_posting(posting, by=selection_officer).status == "open"
    assert postings.stand_down(posting, by=selection_officer, reason="Mandate cut").status == "stood_down"
    assert postings.reopen_posting(posting, by=selection_officer, reason="Mandate renewed").status == "open"
    assert [(e.verb, e.from_state, e.to_state) for e in reversed(history_of(posting))] == [
        ("open", "draft", "open"),
        ("stand-down", "open", "stood_down"),
        ("reopen", "stood_down", "open"),
    ]


def test_a_posting_is_unpublished_only_where_nobody_applied_and_no_tour_stands(selection_officer):
    untouched, applied, served = (factories.opening() for _n in range(3))
    factories.application(applied, state="withdrawn")
    factories.deployment(served, "2020-01-01", "2020-06-30", state="closed")
    for posting in (applied, served):
        with pytest.raises(Refusal) as refused:
            postings.unpublish_posting(posting, by=selection_officer, reason="Too early")
        assert refused.value.code == "in_use"
        posting.refresh_from_db()
        assert posting.status == "open"
    assert postings.unpublish_posting(untouched, by=selection_officer, reason="Too early").status == "draft"
    with pytest.raises(Refusal) as refused:
        postings.unpublish_posting(untouched, by=selection_officer, reason="Again")
    assert refused.value.code == "impossible_transition"
    assert history_of(untouched).first().reason == "Too early"


def test_a_full_posting_can_be_stood_down_and_its_tours_run_on():
    posting = factories.posting(places=1)
    tour = factories.deployment(posting, "2026-06-01", "2027-05-31")
    postings.stand_down(posting, by=SYSTEM, reason="Mandate cut")
    tour.refresh_from_db()
    assert tour.state == "in_mission"


@pytest.mark.parametrize("status", ["draft", "open", "stood_down"])
def test_an_act_from_another_status_says_in_which_the_posting_is(status):
    posting = factories.posting(status=status)
    acts = {
        "draft": lambda: postings.open_posting(posting, by=SYSTEM),
        "open": lambda: postings.stand_down(posting, by=SYSTEM, reason="Mandate cut"),
        "stood_down": lambda: postings.reopen_posting(posting, by=SYSTEM, reason="Mandate renewed"),
    }
    for source, act in acts.items():
        if source != status:
            with pytest.raises(Refusal, match=posting.get_status_display()) as refused:
                act()
            assert refused.value.code == "impossible_transition"
    assert acts[status]().status != status


def test_standing_down_and_reopening_need_a_reason():
    posting = factories.posting()
    with pytest.raises(Refusal) as refused:
        postings.stand_down(posting, by=SYSTEM, reason="")
    assert refused.value.code == "reason_required"


def test_only_who_manages_postings_acts_on_them(approver, auditor):
    posting = factories.posting(places=2)
    for person in (approver, auditor):
        for act in (
            lambda: postings.set_places(posting, by=person, places=3),  # noqa: B023
            lambda: postings.open_posting(posting, by=person),  # noqa: B023
            lambda: postings.stand_down(posting, by=person, reason="Cut"),  # noqa: B023
            lambda: postings.unpublish_posting(posting, by=person, reason="Cut"),  # noqa: B023
            lambda: postings.reopen_posting(posting, by=person, reason="Back"),  # noqa: B023
        ):
            with pytest.raises(NotPermitted):
                act()
